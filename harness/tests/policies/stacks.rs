//! Servers that decide about each request as a stack does, from its origin, method and headers.

use cors_harness::case::Case;
use cors_harness::ruling::{RowRuling, play};
use cors_harness::verdict::policy::{Finding, findings};
use cors_model::{HeaderList, HttpRequest, HttpResponse, Network};
use url::Url;

use super::support::{KEPT, played, policy};

/// A request, as far as a stack looks at it.
pub struct Asking<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub origin: Option<String>,
    pub login: bool,
    /// `Access-Control-Request-Method` and the names in `Access-Control-Request-Headers`.
    pub preflight: Option<(String, Vec<String>)>,
}

/// A status and header lines.
pub type Reply = (u16, Vec<(&'static str, String)>);

/// What a CORS configuration of a stack lists.
#[derive(Clone, Copy)]
pub struct Lists {
    pub origins: &'static [&'static str],
    pub methods: &'static [&'static str],
    pub headers: &'static [&'static str],
}

/// Everything that the policy of the tests allows.
pub const ALL: Lists = Lists {
    origins: &["https://app.my-company.com", "https://admin.my-company.com"],
    methods: &["GET", "HEAD", "POST", "PUT"],
    headers: &["content-type", "x-request-id"],
};

/// The findings for a server and a policy.
pub fn findings_with(server: &dyn Fn(&Asking<'_>) -> Reply, policy: &str) -> Vec<Finding> {
    let case = self::policy(KEPT, policy);
    findings(&played(&case, &ruled_of(&case, server)))
}

/// What the standard says about every row, with a server that decides about each request.
pub fn ruled_of(case: &Case, server: &dyn Fn(&Asking<'_>) -> Reply) -> Vec<RowRuling> {
    case.rows.iter().map(|row| play(row, &mut Stack(server))).collect()
}

/// The network of a row whose server decides about each request.
pub struct Stack<'a>(pub &'a dyn Fn(&Asking<'_>) -> Reply);

impl Network for Stack<'_> {
    fn is_http_1(&self, _: &Url) -> bool {
        false
    }

    fn respond(&mut self, request: &HttpRequest) -> Option<HttpResponse> {
        let header = |name: &str| {
            let value = request.headers.get(name)?;
            Some(String::from_utf8_lossy(&value).into_owned())
        };
        let names = header("access-control-request-headers").unwrap_or_default();
        let names = names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        let asking = Asking {
            method: &request.method,
            path: request.url.path(),
            origin: header("origin"),
            login: header("cookie").is_some(),
            preflight: header("access-control-request-method").map(|method| (method, names)),
        };
        let (status, lines) = (self.0)(&asking);
        let mut headers = HeaderList::default();
        for (name, value) in lines {
            headers.append(name, value);
        }
        Some(HttpResponse { status, headers, ..HttpResponse::default() })
    }
}

impl Asking<'_> {
    pub fn is_of(&self, origins: &[&str]) -> bool {
        self.origin.as_deref().is_some_and(|origin| origins.contains(&origin))
    }

    /// Whether a configuration lists the method and the headers of a preflight.
    fn is_listed(&self, lists: Lists) -> bool {
        self.preflight.as_ref().is_none_or(|(method, headers)| {
            lists.methods.contains(&method.as_str())
                && headers.iter().all(|name| lists.headers.contains(&name.as_str()))
        })
    }

    pub fn allowed(&self, lists: Lists) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            ("Access-Control-Allow-Origin", self.origin.clone().unwrap_or_default()),
            ("Access-Control-Allow-Credentials", "true".to_owned()),
            ("Access-Control-Expose-Headers", "ETag".to_owned()),
            ("Vary", "Origin".to_owned()),
        ];
        if self.preflight.is_some() {
            lines.push(("Access-Control-Allow-Methods", lists.methods.join(", ")));
            lines.push(("Access-Control-Allow-Headers", lists.headers.join(", ")));
        }
        lines
    }
}

const VARY_OF_PREFLIGHTS: &str =
    "Origin, Access-Control-Request-Method, Access-Control-Request-Headers";

/// Spring's `DefaultCorsProcessor`: 403 to every request whose origin, method or headers it does not
/// allow, and no CORS headers.
pub fn spring(lists: Lists) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| {
        let vary = ("Vary", VARY_OF_PREFLIGHTS.to_owned());
        match (&asking.origin, asking.is_of(lists.origins) && asking.is_listed(lists)) {
            (None, _) => (200, vec![vary]),
            (Some(_), false) => (403, vec![vary]),
            (Some(_), true) => (200, asking.allowed(lists)),
        }
    }
}

/// Go's rs/cors: 204 to every preflight, and no CORS headers where it refuses.
pub fn rs_cors(lists: Lists) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| {
        let status = if asking.preflight.is_some() { 204 } else { 200 };
        if asking.is_of(lists.origins) && asking.is_listed(lists) {
            return (status, asking.allowed(lists));
        }
        let vary = if asking.preflight.is_some() { VARY_OF_PREFLIGHTS } else { "Origin" };
        (status, vec![("Vary", vary.to_owned())])
    }
}

/// Jetty's `CrossOriginFilter`: what it refuses it passes on, and a servlet answers OPTIONS with 200.
pub fn jetty(lists: Lists) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| match asking.is_of(lists.origins) && asking.is_listed(lists) {
        true => (200, asking.allowed(lists)),
        false => (200, vec![("Vary", "Origin".to_owned())]),
    }
}

/// hapi: 404 to a preflight for a method that the route does not have, and 200 without CORS headers to
/// one for a header that is not allowed.
pub fn hapi(lists: Lists) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| {
        let has_method = asking
            .preflight
            .as_ref()
            .is_none_or(|(method, _)| lists.methods.contains(&method.as_str()));
        match asking.is_of(lists.origins) && asking.is_listed(lists) {
            _ if !has_method => (404, Vec::new()),
            true => (200, asking.allowed(lists)),
            false => (200, vec![("Vary", "Origin".to_owned())]),
        }
    }
}

/// A server whose routes write CORS headers themselves, and whose framework answers OPTIONS.
pub fn automatic_options(status: u16) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| match asking.is_of(ALL.origins) && asking.method != "OPTIONS" {
        true => (200, asking.allowed(ALL)),
        false if asking.method == "OPTIONS" => (status, vec![("Allow", "GET, PUT".to_owned())]),
        false => (200, vec![("Vary", "Origin".to_owned())]),
    }
}

/// A guard that answers this to every request without a login, preflights among them, and adds CORS
/// headers behind itself.
pub fn guarded(status: u16) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| match asking.login {
        false => (status, Vec::new()),
        true if asking.is_of(ALL.origins) => (200, asking.allowed(ALL)),
        true => (200, vec![("Vary", "Origin".to_owned())]),
    }
}

/// A server that reflects the origins that a function allows, for every method and header of the tests.
pub fn reflecting(allowed: impl Fn(&str) -> bool) -> impl Fn(&Asking<'_>) -> Reply {
    move |asking| match asking.origin.as_deref().is_some_and(&allowed) && asking.is_listed(ALL) {
        true => (200, asking.allowed(ALL)),
        false => (200, vec![("Vary", "Origin".to_owned())]),
    }
}
