//! Lines for applications. Every text in them is written as a string literal of the language.

use super::MAX_AGE;
use super::grant::Grant;

/// A text in double quotes, with the escapes that JavaScript, Python, Java and Rust share.
fn literal(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Literals with commas between them.
fn literals(all: &[String]) -> String {
    all.iter().map(|text| literal(text)).collect::<Vec<_>>().join(", ")
}

/// Lines, without those that are empty.
fn lines<const N: usize>(lines: [String; N]) -> String {
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

/// A line, if it is needed.
fn line(is_needed: bool, text: String) -> String {
    if is_needed { text } else { String::new() }
}

/// <https://expressjs.com/en/resources/middleware/cors.html>
pub(super) fn express(grant: &Grant) -> String {
    let origins = match grant.origins.as_slice() {
        [] => "\"*\"".to_owned(),
        origins => format!("[{}]", literals(origins)),
    };
    lines([
        "// npm install cors. Before the routes and before the login.".to_owned(),
        "import cors from \"cors\"".to_owned(),
        "app.use(cors({".to_owned(),
        format!("  origin: {origins},"),
        format!("  methods: [{}],", literals(&grant.methods)),
        format!("  allowedHeaders: [{}],", literals(&grant.headers)),
        line(
            !grant.exposes.is_empty(),
            format!("  exposedHeaders: [{}],", literals(&grant.exposes)),
        ),
        line(grant.credentials, "  credentials: true,".to_owned()),
        format!("  maxAge: {MAX_AGE},"),
        "}))".to_owned(),
    ])
}

/// <https://fastapi.tiangolo.com/tutorial/cors/>. A middleware that `add_middleware` adds does not see responses to
/// uncaught errors.
pub(super) fn fastapi(grant: &Grant) -> String {
    let any = [String::from("*")];
    let origins = if grant.origins.is_empty() { &any[..] } else { &grant.origins };
    lines([
        "# At the end of the file, around the whole application: errors then have the headers, too.".to_owned(),
        "from starlette.middleware.cors import CORSMiddleware".to_owned(),
        "app = CORSMiddleware(".to_owned(),
        "    app,".to_owned(),
        format!("    allow_origins=[{}],", literals(origins)),
        format!("    allow_methods=[{}],", literals(&grant.methods)),
        format!("    allow_headers=[{}],", literals(&grant.headers)),
        line(!grant.exposes.is_empty(), format!("    expose_headers=[{}],", literals(&grant.exposes))),
        line(grant.credentials, "    allow_credentials=True,".to_owned()),
        format!("    max_age={MAX_AGE},"),
        ")".to_owned(),
    ])
}

/// <https://flask-cors.readthedocs.io/>
pub(super) fn flask(grant: &Grant) -> String {
    let origins = match grant.origins.as_slice() {
        [] => "\"*\"".to_owned(),
        origins => format!("[{}]", literals(origins)),
    };
    lines([
        "# pip install flask-cors".to_owned(),
        "from flask_cors import CORS".to_owned(),
        "CORS(".to_owned(),
        "    app,".to_owned(),
        format!("    origins={origins},"),
        format!("    methods=[{}],", literals(&grant.methods)),
        format!("    allow_headers=[{}],", literals(&grant.headers)),
        line(
            !grant.exposes.is_empty(),
            format!("    expose_headers=[{}],", literals(&grant.exposes)),
        ),
        line(grant.credentials, "    supports_credentials=True,".to_owned()),
        format!("    max_age={MAX_AGE},"),
        ")".to_owned(),
        line(
            !grant.origins.is_empty(),
            "# Flask-CORS sends Vary only to origins that it allows.\n@app.after_request\ndef vary_by_origin(response):\n    \
             response.vary.add(\"Origin\")\n    return response"
                .to_owned(),
        ),
    ])
}

/// <https://github.com/adamchainz/django-cors-headers>
pub(super) fn django(grant: &Grant) -> String {
    let origins = match grant.origins.as_slice() {
        [] => "CORS_ALLOW_ALL_ORIGINS = True".to_owned(),
        origins => format!("CORS_ALLOWED_ORIGINS = [{}]", literals(origins)),
    };
    lines([
        "# pip install django-cors-headers. In the settings, after MIDDLEWARE: the middleware must be the first one.".to_owned(),
        "INSTALLED_APPS = [*INSTALLED_APPS, \"corsheaders\"]".to_owned(),
        "MIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\", *MIDDLEWARE]".to_owned(),
        origins,
        format!("CORS_ALLOW_METHODS = [{}]", literals(&grant.methods)),
        format!("CORS_ALLOW_HEADERS = [{}]", literals(&grant.headers)),
        line(!grant.exposes.is_empty(), format!("CORS_EXPOSE_HEADERS = [{}]", literals(&grant.exposes))),
        line(grant.credentials, "CORS_ALLOW_CREDENTIALS = True".to_owned()),
        format!("CORS_PREFLIGHT_MAX_AGE = {MAX_AGE}"),
    ])
}

/// <https://docs.spring.io/spring-framework/reference/web/webmvc-cors.html>
pub(super) fn spring(grant: &Grant) -> String {
    let any = [String::from("*")];
    let origins = if grant.origins.is_empty() { &any[..] } else { &grant.origins };
    lines([
        "// A bean of a configuration class. With Spring Security, add `.cors(withDefaults())` to the filter chain.".to_owned(),
        "@Bean".to_owned(),
        "public CorsFilter corsFilter() {".to_owned(),
        "    CorsConfiguration cors = new CorsConfiguration();".to_owned(),
        format!("    cors.setAllowedOrigins(List.of({}));", literals(origins)),
        format!("    cors.setAllowedMethods(List.of({}));", literals(&grant.methods)),
        line(!grant.headers.is_empty(), format!("    cors.setAllowedHeaders(List.of({}));", literals(&grant.headers))),
        line(!grant.exposes.is_empty(), format!("    cors.setExposedHeaders(List.of({}));", literals(&grant.exposes))),
        line(grant.credentials, "    cors.setAllowCredentials(true);".to_owned()),
        format!("    cors.setMaxAge({MAX_AGE}L);"),
        "    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();".to_owned(),
        "    source.registerCorsConfiguration(\"/**\", cors);".to_owned(),
        (if grant.origins.is_empty() { "    return new CorsFilter(source);" } else { VARYING_FILTER }).to_owned(),
        "}".to_owned(),
    ])
}

/// A `CorsFilter` that sends `Vary` with every response. Spring does so from 5.2 on, see
/// <https://github.com/spring-projects/spring-framework/issues/22273>.
const VARYING_FILTER: &str = "    // Spring before 5.2 sends no Vary where the request has no Origin. Later: return new CorsFilter(source);
    return new CorsFilter(source) {
        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            response.addHeader(\"Vary\", \"Origin\");
            super.doFilterInternal(request, response, chain);
        }
    };";

/// <https://docs.rs/tower-http/latest/tower_http/cors/struct.CorsLayer.html>
pub(super) fn tower_http(grant: &Grant) -> String {
    let values = |names: &[String]| -> String {
        let values =
            names.iter().map(|name| format!("HeaderValue::from_static({})", literal(name)));
        values.collect::<Vec<_>>().join(", ")
    };
    let names = |names: &[String]| -> String {
        let names = names.iter().map(|name| literal(&name.to_ascii_lowercase()));
        names.map(|name| format!("HeaderName::from_static({name})")).collect::<Vec<_>>().join(", ")
    };
    let origins = match grant.origins.as_slice() {
        [] => "AllowOrigin::any()".to_owned(),
        origins => format!("AllowOrigin::list([{}])", values(origins)),
    };
    let methods = grant.methods.iter().map(|method| method_of_http(method));
    let methods = methods.collect::<Vec<_>>().join(", ");
    lines([
        "// After all routes: a layer does not apply to routes that are added later.".to_owned(),
        "let app = app.layer(".to_owned(),
        "    CorsLayer::new()".to_owned(),
        format!("        .allow_origin({origins})"),
        format!("        .allow_methods([{methods}])"),
        line(
            !grant.headers.is_empty(),
            format!("        .allow_headers([{}])", names(&grant.headers)),
        ),
        line(
            !grant.exposes.is_empty(),
            format!("        .expose_headers([{}])", names(&grant.exposes)),
        ),
        line(grant.credentials, "        .allow_credentials(true)".to_owned()),
        format!("        .max_age(Duration::from_secs({MAX_AGE})),"),
        ");".to_owned(),
    ])
}

/// A method of the crate `http`.
fn method_of_http(method: &str) -> String {
    const KNOWN: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    match KNOWN.contains(&method) {
        true => format!("Method::{method}"),
        false => format!("Method::from_bytes(b{}).expect(\"a method\")", literal(method)),
    }
}
