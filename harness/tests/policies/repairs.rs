//! The repair of each finding: a server that sends the repaired lines does what the policy says.

use cors_harness::case::Case;
use cors_harness::repair::{Repair, ResponseRepair};
use cors_harness::ruling::play;
use cors_harness::verdict::policy::{Access, Finding, findings};

use super::stacks::{
    ALL, Asking, Lists, Reply, Stack, automatic_options, guarded, hapi, jetty, reflecting, rs_cors,
    ruled_of, spring,
};
use super::support::{KEPT, POLICY, played, policy, ruled};

type Server = Box<dyn Fn(&Asking<'_>) -> Reply>;

/// The headers that a repair may send.
const NAMES: [&str; 7] = [
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Vary",
];

/// What a server answers to a request, after the repair.
fn repaired(server: &Server, repair: &Repair, asking: &Asking<'_>) -> Reply {
    let (mut status, mut lines) = server(asking);
    let request = format!("{} https://api.my-company.com{}", asking.method, asking.path);
    let is_this = |one: &&ResponseRepair| one.request == request && one.origin == asking.origin;
    let Some(change) = repair.responses.iter().find(is_this) else { return (status, lines) };
    status = change.status.unwrap_or(status);
    for (name, value) in &change.remove {
        let place = lines
            .iter()
            .position(|(known, sent)| known.eq_ignore_ascii_case(name) && sent == value);
        lines.remove(place.unwrap_or_else(|| panic!("{name}: {value} was not sent: {lines:?}")));
    }
    for (name, value) in &change.send {
        if !change.seen {
            lines.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        }
        let known = NAMES.iter().find(|known| *known == name).expect("a known header");
        lines.push((known, value.clone()));
    }
    (status, lines)
}

/// Servers with one or more faults.
fn servers() -> Vec<Server> {
    let fewer = Lists { methods: &["GET"], ..ALL };
    let bare = Lists { headers: &["content-type"], ..ALL };
    let other = Lists { origins: &["https://evil.example"], ..ALL };
    let mut servers: Vec<Server> = Vec::new();
    for lists in [fewer, bare, other] {
        servers.push(Box::new(spring(lists)));
        servers.push(Box::new(rs_cors(lists)));
        servers.push(Box::new(jetty(lists)));
        servers.push(Box::new(hapi(lists)));
    }
    servers
        .extend([200, 204, 404, 405].map(|status| Box::new(automatic_options(status)) as Server));
    servers.extend([401, 403].map(|status| Box::new(guarded(status)) as Server));
    servers.push(Box::new(reflecting(|_| true)));
    servers.push(Box::new(reflecting(|origin| origin.ends_with("my-company.com"))));
    servers.push(Box::new(reflecting(|origin| origin == "null")));
    for origin in ["", "ECHO", "ECHO/", "ECHO, ECHO", "TWICE", "*", "https://app.my-company.com"] {
        let lists = [
            ("true", "GET, PUT, PATCH", "x-other"),
            ("True", "a b", "content-type"),
            ("true", "*", "*"),
        ];
        for (credentials, methods, headers) in lists {
            servers.push(made([origin, credentials, methods, headers], 204));
        }
    }
    for status in [301, 401, 404, 500] {
        servers.push(made(["ECHO", "true", "GET, PUT", "content-type"], status));
    }
    servers
}

/// A server that sends these values to every page; none where a value is empty.
fn made([origin, credentials, methods, headers]: [&'static str; 4], status: u16) -> Server {
    Box::new(move |asking| {
        let page = asking.origin.clone().unwrap_or_default();
        let times = if origin == "TWICE" { 2 } else { 1 };
        let value = origin.replace("TWICE", &page).replace("ECHO", &page);
        let mut lines = Vec::new();
        let mut add = |name, value: &str| {
            if !value.is_empty() {
                lines.push((name, value.to_owned()));
            }
        };
        (0..times).for_each(|_| add("Access-Control-Allow-Origin", &value));
        add("Access-Control-Allow-Credentials", credentials);
        if asking.preflight.is_some() {
            add("Access-Control-Allow-Methods", methods);
            add("access-control-allow-headers", headers);
        }
        (if asking.preflight.is_some() { status } else { 200 }, lines)
    })
}

/// Findings about what no row tests, or about caches.
const OF_RESPONSES: [&str; 4] =
    ["missing-vary", "max-age-too-long", "more-methods-listed", "more-headers-listed"];

#[test]
fn a_server_with_the_repaired_lines_does_what_the_policy_says() {
    let mut names = std::collections::BTreeSet::new();
    for server in servers() {
        let case = policy(KEPT, POLICY);
        let rulings = ruled_of(&case, &server);
        let played = played(&case, &rulings);
        let found = findings(&played);
        for finding in found.iter().filter(|finding| !OF_RESPONSES.contains(&finding.name)) {
            let repair = Repair::of(&case, &played, finding);
            assert!(!repair.advice.is_empty() && repair.curl.is_some(), "{finding:?}");
            if !repair.responses.is_empty() {
                names.insert(finding.name);
                is_repaired(&case, finding, &repair, &server);
            }
        }
    }
    for name in [
        "reads-for-any-site-with-login",
        "null-allowed",
        "origin-not-allowed",
        "origin-with-slash-or-path",
        "several-origins-in-one-line",
        "two-allow-origin-lines",
        "wildcard-with-credentials",
        "credentials-not-allowed",
        "method-not-allowed",
        "header-not-allowed",
        "preflight-unreadable",
        "preflight-redirected",
        "preflight-needs-login",
        "preflight-not-ok",
        "not-exposed",
    ] {
        assert!(names.contains(name), "no server has {name}: {names:?}");
    }
}

#[track_caller]
fn is_repaired(case: &Case, finding: &Finding, repair: &Repair, server: &Server) {
    let row = &case.rows[finding.rows[0]];
    let asked = row.asked.as_ref().unwrap();
    let answer = |asking: &Asking<'_>| repaired(server, repair, asking);
    let ruling = play(row, &mut Stack(&answer));
    let access = Access::of(&ruling.observation);
    let words = || format!("{finding:#?}\n{repair:#?}\n{:#?}", ruling.observation);
    if !asked.allowed {
        assert!(!access.is_any(), "{}", words());
        return;
    }
    let step = &access.0[0];
    assert!(step.reads, "{}", words());
    let is_seen = |name: &String| step.sees.contains(&name.to_ascii_lowercase());
    let etag =
        ruling.observation.steps[0].requests[0].answer.values("access-control-expose-headers");
    assert!(
        finding.name != "not-exposed" || asked.exposes.iter().all(is_seen) || etag.count() == 1,
        "{}",
        words()
    );
}

/// The repair of the finding with this name.
#[track_caller]
fn repair_of(case: &Case, name: &str) -> Repair {
    let rulings = ruled(case);
    let played = played(case, &rulings);
    let found = findings(&played);
    let finding = found.iter().find(|finding| finding.name == name);
    let finding = finding.unwrap_or_else(|| panic!("no {name} in {found:#?}"));
    Repair::of(case, &played, finding)
}

#[test]
fn a_missing_method_is_added_to_those_that_the_server_allows() {
    let server = KEPT.replace("[GET, PUT]", "[PATCH, DELETE]");
    let repair = repair_of(&policy(&server, POLICY), "method-not-allowed");
    let sent = text(&repair.responses[0].send).join("\n");
    assert!(sent.contains("Access-Control-Allow-Methods: PATCH, DELETE, "), "{repair:#?}");
    assert!(sent.contains("PUT"), "{repair:#?}");
}

#[test]
fn a_method_beyond_the_policy_is_removed_and_the_others_stay() {
    let server = KEPT.replace("[GET, PUT]", "[GET, PUT, PATCH, DELETE]");
    let repair = repair_of(&policy(&server, POLICY), "method-beyond-policy");
    let preflight = &repair.responses[0];
    let listed = |lines: &[(String, String)]| {
        let line = lines
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("Access-Control-Allow-Methods"));
        line.map(|(_, value)| value.split(',').map(|one| one.trim().to_owned()).collect::<Vec<_>>())
    };
    let (before, after) = (listed(&preflight.remove).unwrap(), listed(&preflight.send).unwrap());
    assert_eq!(after.len() + 1, before.len(), "{repair:#?}");
    assert!(after.iter().all(|method| before.contains(method)), "{repair:#?}");
}

/// `name: value` of lines.
fn text(lines: &[(String, String)]) -> Vec<String> {
    lines.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

#[test]
fn a_reflected_origin_is_removed_with_its_credentials() {
    let server = KEPT.replace(
        "allow-origins: [https://app.my-company.com, https://admin.my-company.com]",
        "allow-origins: mirror",
    );
    let repair = repair_of(&policy(&server, POLICY), "reads-for-any-site-with-login");
    let [response] = repair.responses.as_slice() else { panic!("{repair:#?}") };
    assert_eq!(response.request, "GET https://api.my-company.com/me");
    assert_eq!(response.origin.as_deref(), Some("https://evil.example"));
    let mut removed = text(&response.remove);
    removed.iter_mut().for_each(|line| *line = line.to_ascii_lowercase());
    assert_eq!(
        removed,
        [
            "access-control-allow-origin: https://evil.example",
            "access-control-allow-credentials: true"
        ]
    );
    assert_eq!(
        repair.curl.unwrap().to_string(),
        "curl -i 'https://api.my-company.com/me' -H 'Origin: https://evil.example' -H \"Cookie: $COOKIE\""
    );
}

#[test]
fn a_preflight_is_repaired_with_every_method_and_header_that_the_policy_grants() {
    let server =
        KEPT.replace("[GET, PUT]", "[GET]").replace("[content-type, x-request-id]", "[x-other]");
    let repair = repair_of(&policy(&server, POLICY), "header-not-allowed");
    let preflight = &repair.responses[0];
    assert!(preflight.request.starts_with("OPTIONS https://api.my-company.com/"), "{repair:#?}");
    let sent = text(&preflight.send).join("\n");
    assert!(sent.contains("Access-Control-Allow-Headers: "), "{repair:#?}");
    assert!(sent.contains("x-request-id"), "{repair:#?}");
    assert!(sent.contains("x-other"), "other pages may need it: {repair:#?}");
    let command = repair.curl.as_ref().unwrap().to_string();
    for words in
        ["-X OPTIONS", "'Access-Control-Request-Method: ", "'Access-Control-Request-Headers: "]
    {
        assert!(command.contains(words), "{command}");
    }
    assert!(!repair.responses[1].seen, "the request was not sent: {repair:#?}");
}
