//! What is said of servers that do not keep a policy, and of those that do.

use cors_harness::case::{Asked, Standing};
use cors_harness::observation::{Read, RowObservation};
use cors_harness::verdict::policy::{Finding, Severity, findings};

use super::support::{KEPT, POLICY, played, policy, ruled, said};

/// The first finding, which is the worst.
#[track_caller]
fn worst(server: &str) -> Finding {
    said(server, POLICY).into_iter().next().expect("something is said")
}

#[track_caller]
fn says(server: &str, name: &str, words: &str) {
    let said = said(server, POLICY);
    let found = said.iter().find(|finding| finding.name == name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {said:#?}"));
    assert!(found.sentence.contains(words), "{}", found.sentence);
    assert!(!found.rows.is_empty());
}

/// A server that lets one more origin in.
fn letting_in(origin: &str) -> String {
    KEPT.replace("origins: [", &format!("origins: ['{origin}', "))
}

/// A server without a middleware: the lines of its preflights, of its answers, and both statuses.
fn by_hand(preflight: &str, answer: &str, statuses: (u16, u16)) -> String {
    let (before, then) = statuses;
    format!(
        "
    /me:
      OPTIONS: {{ status: {before}, headers: [{preflight}] }}
      GET: {{ status: {then}, headers: [{answer}] }}
    /things:
      OPTIONS: {{ status: {before}, headers: [{preflight}] }}
      PUT: {{ status: {then}, headers: [{answer}] }}
"
    )
}

const ECHO: &str = "Access-Control-Allow-Origin: '${request.origin}'";
const WITH: &str = "Access-Control-Allow-Credentials: 'true'";
const METHODS: &str = "Access-Control-Allow-Methods: 'GET, PUT'";
const HEADERS: &str = "Access-Control-Allow-Headers: 'content-type, x-request-id'";

/// What is said if a server did otherwise in some rows.
fn said_after(
    server: &str,
    policy: &str,
    change: impl Fn(&Asked, &mut RowObservation),
) -> Vec<Finding> {
    let case = self::policy(server, policy);
    let mut rulings = ruled(&case);
    for (ruling, row) in rulings.iter_mut().zip(&case.rows) {
        change(row.asked.as_ref().unwrap(), &mut ruling.observation);
    }
    findings(&played(&case, &rulings))
}

fn named<'f>(said: &'f [Finding], name: &str) -> Option<&'f Finding> {
    said.iter().find(|one| one.name == name)
}

/// The answer to every request of a row that gets so far.
fn answer(seen: &mut RowObservation, status: u16, headers: &[(&str, &str)]) {
    for request in seen.steps.iter_mut().flat_map(|step| &mut step.requests) {
        request.answer.status = status;
        let line = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        request.answer.headers = headers.iter().map(line).collect();
    }
    for step in seen.steps.iter_mut() {
        step.response.iter_mut().for_each(|response| response.status = status);
    }
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{{ {line} }}")).collect::<Vec<_>>().join(", ")
}

#[test]
fn of_a_policy_that_is_kept_nothing_is_said() {
    assert_eq!(said(KEPT, POLICY), []);
}

#[test]
fn any_site_that_reads_with_a_login_is_the_worst() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let all = said(&mirror, POLICY);
    assert_eq!(all[0].severity, Severity::Critical);
    assert_eq!(all[0].name, "reads-for-any-site-with-login");
    let words = "Any site can read GET /me with the user's cookies: the server seems to allow whatever \
                 origin asks";
    assert_eq!(all[0].sentence, words);
    let look_alikes = all.iter().filter(|finding| finding.name.ends_with("look-alike"));
    assert_eq!(look_alikes.count(), 0, "who lets everybody in lets look-alikes in: {all:#?}");
}

#[test]
fn each_look_alike_that_is_let_in_has_a_name_and_a_severity() {
    for (origin, name, severity) in [
        ("null", "null-allowed", Severity::Critical),
        ("https://app.my-company.com.evil.example", "prefix-look-alike", Severity::Critical),
        ("https://evilmy-company.com", "suffix-look-alike", Severity::Critical),
        ("https://app.my-company.co", "part-look-alike", Severity::Critical),
        ("https://evilapp.my-company.com", "suffix-look-alike", Severity::High),
        ("https://app.my-company.comadmin.my-company.com", "joined-origins", Severity::High),
        ("https://appxmy-company.com", "unescaped-dot", Severity::Critical),
        ("http://app.my-company.com", "http-allowed", Severity::High),
        ("https://app.my-company.com:8443", "other-port", Severity::High),
        ("https://other.my-company.com", "other-subdomain", Severity::High),
        ("https://app.my-company.com.", "trailing-dot", Severity::High),
        ("https://app.xn--my-compny-6yh.com", "punycode-look-alike", Severity::Critical),
    ] {
        let worst = worst(&letting_in(origin));
        assert_eq!((worst.name, worst.severity), (name, severity), "{origin}");
        let who = if origin == "null" { "A sandboxed frame in any site" } else { origin };
        assert!(worst.sentence.starts_with(who), "{}", worst.sentence);
    }
}

#[test]
fn what_one_rule_lets_in_is_said_once() {
    let both = "https://app.my-company.com.evil.example', 'https://app.my-company.com:8443";
    let names: Vec<_> = said(&letting_in(both), POLICY).iter().map(|one| one.name).collect();
    assert!(names.iter().all(|name| *name == "prefix-look-alike"), "{names:?}");
}

#[test]
fn preflights_that_fail_are_told_by_their_status() {
    for (status, name) in [
        (401, "preflight-needs-login"),
        (403, "preflight-needs-login"),
        (307, "preflight-redirected"),
        (405, "preflight-not-ok"),
        (500, "preflight-not-ok"),
    ] {
        let answers = lines(&[ECHO, WITH]);
        let words = format!("PUT /things: the preflight answers {status}");
        says(&by_hand("", &answers, (status, 200)), name, &words);
    }
}

#[test]
fn what_a_preflight_does_not_list_is_named() {
    says(&KEPT.replace("[GET, PUT]", "[GET]"), "method-not-allowed", "can not PUT /things: ");
    let small = lines(&[ECHO, WITH, "Access-Control-Allow-Methods: 'get, put'", HEADERS]);
    let server = by_hand(&small, &lines(&[ECHO, WITH]), (200, 200));
    says(&server, "method-not-allowed", "lists `put`, which is another method than `PUT`");
    let server = KEPT.replace("content-type, x-request-id", "content-type");
    says(&server, "header-not-allowed", "PUT /things with X-Request-Id: ");
    says(&server, "header-not-allowed", "`x-request-id`");
    let server = by_hand(
        &lines(&[ECHO, WITH, METHODS, "Access-Control-Allow-Headers: '*'"]),
        &lines(&[ECHO, WITH]),
        (200, 200),
    );
    says(&server, "wildcard-with-credentials", "`*` does not stand for `content-type`");
}

#[test]
fn answers_that_do_not_name_the_origin_say_how() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for (answer, name, words) in [
        (lines(&[WITH]), "origin-not-allowed", "has no Access-Control-Allow-Origin"),
        (lines(&[ECHO]), "credentials-not-allowed", "with the user's cookies: the answer has no"),
        (
            lines(&[ECHO, "Access-Control-Allow-Credentials: 'True'"]),
            "credentials-not-allowed",
            "says `True`",
        ),
        (
            lines(&["Access-Control-Allow-Origin: '*'", WITH]),
            "wildcard-with-credentials",
            "allows `*`",
        ),
        (lines(&[ECHO, ECHO, WITH]), "two-allow-origin-lines", "more than one"),
        (
            lines(&["Access-Control-Allow-Origin: '${request.origin}/'", WITH]),
            "origin-with-slash-or-path",
            "`https://app.my-company.com/`",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://a.example, https://b.example'", WITH]),
            "several-origins-in-one-line",
            "one origin is all",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://www.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://www.my-company.com` instead",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://admin.my-company.com'", WITH]),
            "origin-not-allowed",
            "https://app.my-company.com can not GET /me and PUT /things: the answer allows \
             `https://admin.my-company.com` instead",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://APP.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://APP.my-company.com`, and a browser writes an origin in lower case",
        ),
        (
            lines(&["Access-Control-Allow-Origin: 'https://*.my-company.com'", WITH]),
            "origin-not-allowed",
            "allows `https://*.my-company.com`, and within an origin `*` stands for nothing but itself",
        ),
        (
            lines(&["Access-Control-Allow-Origin: ''", WITH]),
            "origin-not-allowed",
            "has an empty Access-Control-Allow-Origin",
        ),
    ] {
        says(&by_hand(&preflight, &answer, (200, 200)), name, words);
    }
}

#[test]
fn errors_without_headers_are_of_less_weight() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let server = by_hand(&preflight, "", (200, 404));
    says(&server, "no-headers-on-errors", "the answer 404 has no Access-Control-Allow-Origin");
    let said = said(&server, POLICY);
    let found = said.iter().find(|one| one.name == "no-headers-on-errors").expect("it is told");
    assert_eq!(found.severity, Severity::Medium);
}

#[test]
fn a_304_without_headers_is_told() {
    let case = policy(KEPT, &POLICY.replace("/me: [GET]", "/me: { GET: { again: true } }"));
    let mut rulings = ruled(&case);
    // As a browser sees it that checks the answer it was given, and not the one it had stored.
    let withheld =
        rulings.iter_mut().zip(&case.rows).filter(|(_, row)| row.all_steps().count() == 2);
    for (ruling, _) in withheld {
        let missing = cors_harness::standard::Refusal {
            stage: cors_harness::standard::Stage::CorsCheck,
            reason: cors_harness::standard::Reason::MissingAllowOrigin,
            value: None,
        };
        let step = &mut ruling.observation.steps[1];
        step.read = Some(cors_harness::observation::Read::Blocked);
        step.response = None;
        step.requests[0].answer.status = 304;
        ruling.rulings[1] = cors_harness::standard::Ruling::Denied(missing);
    }
    let said = findings(&played(&case, &rulings));
    assert_eq!(said.iter().map(|one| one.name).collect::<Vec<_>>(), ["no-headers-on-304"]);
}

#[test]
fn headers_that_are_not_exposed_are_named() {
    let server = KEPT.replace("      expose-headers: [etag]\n", "");
    says(&server, "not-exposed", "can not see ETag of GET /me");
}

#[test]
fn a_login_that_is_not_sent_is_told() {
    let policy =
        POLICY.replace("SameSite=None", "SameSite=Lax").replace("my-company.com,", "shop.example,");
    let server = KEPT.replace("https://app.my-company.com", "https://app.shop.example");
    let said = said(&server, &policy);
    let found = said.iter().find(|one| one.name == "login-not-sent").expect("it is told");
    assert!(found.sentence.starts_with("https://app.shop.example reads GET /me"), "{found:?}");
}

#[test]
fn answers_that_differ_without_vary_are_told_unless_no_cache_keeps_them() {
    let silent = "
    /me: { GET: { headers: [{ Access-Control-Allow-Origin: '${request.origin}' }, STORE] } }
    /things: { PUT: {} }
";
    let keeps = silent.replace("STORE", "{ Cache-Control: max-age=60 }");
    says(&keeps, "missing-vary", "Answers to GET /me differ by origin");
    for line in ["{ Cache-Control: no-store }", "{ Vary: 'Accept, origin' }"] {
        let said = said(&silent.replace("STORE", line), POLICY);
        assert!(said.iter().all(|one| one.name != "missing-vary"), "{line}");
    }
}

#[test]
fn the_wildcard_is_told_from_an_echo() {
    let preflight = lines(&["Access-Control-Allow-Origin: '*'", METHODS, HEADERS]);
    let server = by_hand(&preflight, &lines(&["Access-Control-Allow-Origin: '*'"]), (200, 200));
    let all = said(&server, POLICY);
    let star = all.iter().find(|one| one.name == "everyone-with-star").expect("it is told");
    assert_eq!(star.severity, Severity::Medium);
    says(
        &by_hand(&preflight, &lines(&[ECHO]), (200, 200)),
        "reads-for-any-site",
        "Any site can read GET /me: ",
    );
}

#[test]
fn listed_origins_that_do_more_than_the_policy_gives_them() {
    let policy = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: { /me: [GET], /things: [PUT, GET] }
  allow: [{ origins: https://app.my-company.com, routes: /me }]
";
    let server = KEPT
        .replace("headers: [content-type, x-request-id]", "headers: mirror")
        .replace("[GET, PUT]", "[GET, PUT, PATCH, OPTIONS]");
    let names: Vec<_> =
        said(&server, policy).into_iter().map(|one| (one.name, one.severity)).collect();
    for expected in [
        ("route-beyond-policy", Severity::Medium),
        ("login-beyond-policy", Severity::Medium),
        ("header-beyond-policy", Severity::Low),
        ("method-beyond-policy", Severity::Low),
        ("method-beyond-policy", Severity::Note),
    ] {
        assert!(names.contains(&expected), "{expected:?} in {names:?}");
    }
}

#[test]
fn an_error_that_any_site_reads_is_said_to_be_one() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    let said = said(&by_hand(&preflight, &lines(&[ECHO, WITH]), (200, 401)), POLICY);
    let found = named(&said, "reads-for-any-site-with-login").expect("it is told");
    let words = "Any site can read the answer 401 to GET /me with the user's cookies: ";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert_eq!(found.severity, Severity::High);
    assert!(said.iter().all(|one| one.severity != Severity::Critical), "{said:#?}");
}

#[test]
fn a_login_that_is_refused_everywhere_proves_nothing() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for status in [401, 403] {
        let server = by_hand(&preflight, &lines(&[ECHO, WITH]), (200, status));
        let words = format!("The user's login is refused: GET /me and PUT /things answer {status}");
        says(&server, "login-refused", &words);
    }
    let refuse = |asked: &Asked, seen: &mut RowObservation, refused: &dyn Fn(&Asked) -> bool| {
        if refused(asked) {
            answer(seen, 401, &[]);
        }
    };
    let strangers_only = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| !asked.login || asked.standing == Standing::Foreign);
    };
    let said = said_after(KEPT, POLICY, strangers_only);
    assert_eq!(named(&said, "login-refused"), None, "those who are listed are logged in");
    let one_route = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| !asked.login || asked.route == "/things");
    };
    let said = said_after(KEPT, POLICY, one_route);
    assert_eq!(named(&said, "login-refused"), None, "the login counts for /me");
    let public = |asked: &Asked, seen: &mut RowObservation| {
        refuse(asked, seen, &|asked| asked.route == "/things");
    };
    let said = said_after(KEPT, POLICY, public);
    let found = named(&said, "login-refused").expect("what anybody reads proves no login");
    assert!(found.sentence.contains(": PUT /things answers 401"), "{}", found.sentence);
}

#[test]
fn answers_that_differ_for_another_reason_are_not_said_to_differ_by_origin() {
    let star = &[("access-control-allow-origin", "*")];
    let policy = POLICY.replace("/me: [GET]", "/me: { GET: { again: true } }");
    let said = said_after(KEPT, &policy, |_, seen| {
        answer(seen, 200, star);
        for step in seen.steps.iter_mut().skip(1) {
            step.requests[0].answer.status = 304;
            step.requests[0].answer.headers.clear();
        }
    });
    assert_eq!(named(&said, "missing-vary"), None, "a 304 is another answer");
    let said = said_after(KEPT, POLICY, |asked, seen| match asked.headers.as_slice() {
        [] => answer(seen, 200, star),
        _ => answer(seen, 401, &[]),
    });
    assert_eq!(named(&said, "missing-vary"), None, "other requests have other answers");
    let said = said_after(KEPT, POLICY, |asked, seen| match asked.standing {
        Standing::Listed => answer(seen, 200, star),
        _ => answer(seen, 200, &[]),
    });
    assert!(named(&said, "missing-vary").is_some());
}

#[test]
fn no_cache_is_told_of_an_answer_that_it_may_not_keep() {
    let answered = |status: u16, kept: Option<(&str, &str)>| {
        let said = said_after(KEPT, POLICY, |asked, seen| match asked.standing {
            Standing::Listed => {
                let star = ("access-control-allow-origin", "*");
                answer(seen, status, &[&[star], kept.as_slice()].concat());
            }
            _ => answer(seen, status, kept.as_slice()),
        });
        named(&said, "missing-vary").is_some()
    };
    let [lifetime, expires] =
        [("cache-control", "s-maxage=60"), ("expires", "Thu, 01 Jan 2099 00:00:00 GMT")];
    assert!(answered(404, None), "a cache may keep it as long as it likes");
    assert!(!answered(500, None) && !answered(401, None), "only if it is told how long");
    assert!(answered(500, Some(lifetime)) && answered(401, Some(expires)));
    assert!(!answered(404, Some(("cache-control", "max-age=60, No-Store"))));
}

#[test]
fn a_server_that_fails_for_strangers_alone_is_told() {
    let fails = |asked: &Asked, seen: &mut RowObservation, all: bool| {
        if all || asked.standing != Standing::Listed {
            answer(seen, 500, &[]);
            seen.steps.iter_mut().for_each(|step| step.read = Some(Read::Blocked));
        }
    };
    let said = said_after(KEPT, POLICY, |asked, seen| fails(asked, seen, false));
    let found = named(&said, "fails-for-strangers").expect("it is told");
    let words = "To origins that are not listed, and to them alone, GET /me ";
    assert!(found.sentence.starts_with(words), "{}", found.sentence);
    assert!(found.sentence.contains("is answered 500: "), "{}", found.sentence);
    assert_eq!(found.severity, Severity::Medium);
    let said = said_after(KEPT, POLICY, |asked, seen| fails(asked, seen, true));
    assert_eq!(named(&said, "fails-for-strangers"), None, "it fails for everybody");

    let refused = |asked: &Asked, seen: &mut RowObservation| {
        let preflights = seen.steps.iter_mut().flat_map(|step| &mut step.preflights);
        for preflight in preflights.filter(|_| asked.standing != Standing::Listed) {
            preflight.answer.status = 500;
        }
    };
    let said = said_after(KEPT, POLICY, refused);
    let found = named(&said, "fails-for-strangers").expect("a preflight is a request too");
    assert!(
        found.sentence.contains(" the preflight of PUT /things, the preflight of PATCH /me,"),
        "{}",
        found.sentence
    );
}

#[test]
fn a_server_that_no_login_is_of_is_not_said_to_miss_it() {
    let two = KEPT.to_owned()
        + "  https://prices.example.net:
    cors: { allow-origins: mirror, allow-credentials: 'true' }
    /list: { GET: {} }
";
    let policy =
        POLICY.replace("/me: [GET]", "/me: [GET]\n    https://prices.example.net/list: [GET]");
    let said = said(&two, &policy);
    assert_eq!(named(&said, "login-not-sent"), None, "{said:#?}");
    let any = named(&said, "reads-for-any-site").expect("it lets everybody in");
    assert!(!any.sentence.contains("attributes"), "{}", any.sentence);
}

#[test]
fn a_redirect_is_named_without_its_query() {
    let preflight = lines(&[ECHO, WITH, METHODS, HEADERS]);
    for (location, words) in [
        ("/login?next=secret", "the answer, a redirect (302) to /login, has no Access-Control"),
        (
            "https://login.my-company.com/in?key=secret#secret",
            "the answer, a redirect (302) to https://login.my-company.com/in, has no Access-",
        ),
    ] {
        let server = by_hand(&preflight, &lines(&[&format!("Location: '{location}'")]), (200, 302));
        says(&server, "redirected-without-headers", words);
        let all = said(&server, POLICY);
        assert!(all.iter().all(|one| !one.sentence.contains("secret")), "{all:#?}");
        let server = by_hand(&lines(&[ECHO, &format!("Location: '{location}'")]), "", (301, 200));
        let place =
            if location.starts_with('/') { "/login" } else { "https://login.my-company.com/in" };
        let words = format!("PUT /things: the preflight answers 301, a redirect to {place}");
        says(&server, "preflight-redirected", &words);
    }
}

#[test]
fn no_secret_and_no_body_is_in_what_is_said() {
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let texts = super::support::lines(&mirror, POLICY).into_iter().flat_map(|line| line.cells());
    let said = said(&mirror, POLICY).into_iter().map(|one| one.sentence);
    assert!(texts.chain(said).all(|text| !text.contains("alice")));
}
