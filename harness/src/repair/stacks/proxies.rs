//! Lines for servers in front of a service.

use std::fmt::Write;

use super::MAX_AGE;
use super::grant::Grant;

/// <https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header>. A response gets a line only where its value
/// is not empty, so maps decide which response gets which line.
pub(super) fn nginx(grant: &Grant) -> String {
    let mut text = String::from("# In http { }:\nmap $http_origin $cors_origin {\n");
    match grant.origins.as_slice() {
        [] => text.push_str("    default \"*\";\n"),
        origins => origins.iter().for_each(|origin| {
            let _ = writeln!(text, "    \"{origin}\" $http_origin;");
        }),
    }
    text.push_str("}\n");
    let of_preflight = |name: &str, value: &str| {
        format!("map \"$request_method $cors_origin\" ${name} {{ ~^OPTIONS\\ . \"{value}\"; }}\n")
    };
    text += &of_preflight("cors_methods", &grant.methods.join(", "));
    text += &of_preflight("cors_headers", &grant.headers.join(", "));
    text += &of_preflight("cors_max_age", &MAX_AGE.to_string());
    let of_all =
        |name: &str, value: &str| format!("map $cors_origin ${name} {{ ~. \"{value}\"; }}\n");
    if grant.credentials {
        text += &of_all("cors_credentials", "true");
    }
    if !grant.exposes.is_empty() {
        text += &of_all("cors_expose", &grant.exposes.join(", "));
    }
    text.push_str("# In server { }. A location with its own add_header needs these lines again.\n");
    let mut headers = vec![("Allow-Origin", "cors_origin")];
    headers.extend(grant.credentials.then_some(("Allow-Credentials", "cors_credentials")));
    headers.extend([
        ("Allow-Methods", "cors_methods"),
        ("Allow-Headers", "cors_headers"),
        ("Max-Age", "cors_max_age"),
    ]);
    headers.extend((!grant.exposes.is_empty()).then_some(("Expose-Headers", "cors_expose")));
    for (name, variable) in &headers {
        let _ = writeln!(text, "add_header Access-Control-{name} ${variable} always;");
    }
    text.push_str("add_header Vary Origin always;\n");
    for (name, _) in &headers {
        let _ = writeln!(text, "proxy_hide_header Access-Control-{name};");
    }
    text.push_str("if ($request_method = OPTIONS) { return 204; }\n");
    text
}

/// <https://caddyserver.com/docs/caddyfile/matchers#header>
pub(super) fn caddy(grant: &Grant) -> String {
    let origins = match grant.origins.as_slice() {
        [] => "\theader Origin *\n".to_owned(),
        origins => origins.iter().map(|origin| format!("\theader Origin {origin}\n")).collect(),
    };
    let allowed = if grant.origins.is_empty() { "*" } else { "{http.request.header.Origin}" };
    let mut text = format!(
        "# In the site block.\n@cors {{\n{origins}}}\n@preflight {{\n\tmethod OPTIONS\n{origins}\theader \
         Access-Control-Request-Method *\n}}\nheader @cors {{\n\tdefer\n\tAccess-Control-Allow-Origin {allowed}\n"
    );
    if grant.credentials {
        text.push_str("\tAccess-Control-Allow-Credentials true\n");
    }
    if !grant.exposes.is_empty() {
        let _ = writeln!(text, "\tAccess-Control-Expose-Headers \"{}\"", grant.exposes.join(", "));
    }
    text.push_str("}\n");
    if grant.is_preflighted() {
        let _ = write!(
            text,
            "header @preflight {{\n\tAccess-Control-Allow-Methods \"{}\"\n\tAccess-Control-Allow-Headers \"{}\"\n\t\
             Access-Control-Max-Age {MAX_AGE}\n}}\n",
            grant.methods.join(", "),
            grant.headers.join(", ")
        );
    }
    text.push_str("header +Vary Origin\nrespond @preflight 204\n");
    text
}
