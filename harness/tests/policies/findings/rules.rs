//! A rule that a server seems to have is only claimed where no row contradicts it.

use cors_harness::ruling::RowRuling;
use cors_model::{Reason, Refusal, Ruling, Stage};

use super::*;

/// The findings for a server that allows these origins beside the listed ones.
fn cause(name: &str, allowed: impl Fn(&Asked) -> bool) -> String {
    let reported = findings_if(allowed);
    named(&reported, name).unwrap_or_else(|| panic!("no {name} in {reported:#?}")).sentence.clone()
}

fn findings_if(allowed: impl Fn(&Asked) -> bool) -> Vec<Finding> {
    let everyone =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let case = policy(&everyone, POLICY);
    let mut rulings = ruled(&case);
    for (ruling, row) in rulings.iter_mut().zip(&case.rows) {
        if !allowed(row.asked.as_ref().unwrap()) {
            reject(ruling);
        }
    }
    findings(&played(&case, &rulings))
}

/// The server does not allow the origin of this row.
fn reject(ruling: &mut RowRuling) {
    let refusal =
        Refusal { stage: Stage::CorsCheck, reason: Reason::MissingAllowOrigin, value: None };
    ruling.rulings = vec![Ruling::Denied(refusal)];
    for step in &mut ruling.observation.steps {
        let is_preflighted = !step.preflights.is_empty();
        step.preflights.iter_mut().for_each(|one| one.answer.headers.clear());
        if is_preflighted {
            step.requests.clear();
        }
        step.requests.iter_mut().for_each(|one| one.answer.headers.clear());
        (step.read, step.response) = (Some(Read::Blocked), None);
    }
}

fn is_listed(asked: &Asked) -> bool {
    asked.kind == OriginKind::Listed
}

#[test]
fn reflects_any_origin_needs_every_origin_allowed() {
    let reported = cause("reads-for-any-site-with-login", |_| true);
    assert!(reported.contains("The server reflects any origin and"), "{reported}");
    let reported = cause("reads-for-any-site-with-login", |asked| asked.kind != OriginKind::Null);
    assert!(reported.contains("reflects any origin except `null`"), "{reported}");
    let is_https = |asked: &Asked| asked.page.starts_with("https:");
    let reported = cause("reads-for-any-site-with-login", is_https);
    assert!(reported.contains("reflects any https origin"), "{reported}");
}

#[test]
fn a_rejected_origin_replaces_the_rule_by_its_rows() {
    let rejected = "https://app.my-company.com:8443";
    let reported = cause("reads-for-any-site-with-login", |asked| asked.page != rejected);
    assert!(!reported.contains("any origin"), "{reported}");
    assert!(reported.contains("origins that sent this request, and rejects "), "{reported}");
    assert!(reported.contains("`https://app.my-company.com:8443`"), "{reported}");
}

/// A proxy that passes preflights of origins that it does not know to another server, which allows any.
#[test]
fn a_rejected_listed_origin_contradicts_reflects_any_origin() {
    let reported = cause("reads-for-any-site-with-login", |asked| {
        if asked.method == "PUT" { !is_listed(asked) } else { is_listed(asked) }
    });
    assert!(!reported.contains("reflects any origin"), "{reported}");
    assert!(
        reported.contains("rejects the listed origin https://app.my-company.com"),
        "{reported}"
    );
}

#[test]
fn a_rejected_request_of_the_same_origin_limits_the_cause() {
    let reported =
        cause("reads-for-any-site-with-login", |asked| asked.method == "PUT" || is_listed(asked));
    let words = "The server reflects any origin for this request, and rejects \
                 https://evil.example for GET /me";
    assert!(reported.contains(words), "{reported}");
}

#[test]
fn prefix_and_suffix_causes_need_all_similar_rows() {
    const LIKE: &str = "https://app.my-company.com";
    let reported = cause("prefix-look-alike", |asked| asked.page.starts_with(LIKE));
    assert!(reported.contains("compare only the beginning of the origin"), "{reported}");
    let begins = |asked: &Asked| asked.page.starts_with(LIKE) && !asked.page.ends_with(":8443");
    let reported = cause("prefix-look-alike", begins);
    assert!(reported.contains("compare only the beginning of the host"), "{reported}");
    let followed_by_a_dot = |asked: &Asked| asked.page == "https://app.my-company.com.evil.example";
    let reported = cause("prefix-look-alike", |asked| followed_by_a_dot(asked) || is_listed(asked));
    assert!(!reported.contains("seems to compare only"), "{reported}");
    assert!(
        reported.contains("rejects ") && reported.contains("`https://app.my-company.com.`"),
        "{reported}"
    );

    let ends = |asked: &Asked| asked.page.ends_with("my-company.com");
    let reported = cause("suffix-look-alike", ends);
    assert!(reported.contains("compare only the end of the host"), "{reported}");
    let with_a_prefix = |asked: &Asked| ends(asked) && asked.page != "https://my-company.com";
    let reported = cause("suffix-look-alike", with_a_prefix);
    assert!(!reported.contains("seems to compare only"), "{reported}");
    assert!(reported.contains("and rejects `https://my-company.com`"), "{reported}");
}

#[test]
fn a_pattern_for_subdomains_differs_from_one_for_the_whole_site() {
    let is_subdomain = |asked: &Asked| asked.page.ends_with(".my-company.com");
    for (allowed, words) in [
        (
            &(|asked: &Asked| is_subdomain(asked) || asked.page == "https://my-company.com")
                as &dyn Fn(&Asked) -> bool,
            "every host of the site",
        ),
        (&is_subdomain, "every subdomain of the site"),
        (
            &|asked| is_subdomain(asked) && asked.page.matches('.').count() == 2,
            "every subdomain of the site with one label",
        ),
    ] {
        let reported = cause("other-subdomain", allowed);
        assert!(reported.contains(words), "{words}: {reported}");
    }
}

#[test]
fn a_row_without_a_request_contradicts_no_rule() {
    let everyone =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let reported = findings_after(&everyone, POLICY, |asked, seen| {
        if asked.kind == OriginKind::Http {
            for step in &mut seen.steps {
                step.requests.clear();
                step.preflights.clear();
                (step.read, step.response) = (Some(Read::Refused), None);
            }
        }
    });
    let found = named(&reported, "reads-for-any-site-with-login").expect("it is reported");
    assert!(found.sentence.contains("reflects any origin"), "{}", found.sentence);
    assert!(!found.sentence.contains("https origin"), "{}", found.sentence);
}

#[test]
fn without_a_matching_rule_all_requests_share_a_finding() {
    let everyone =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let case = policy(&everyone, POLICY);
    let mut rulings = ruled(&case);
    for (ruling, row) in rulings.iter_mut().zip(&case.rows) {
        let asked = row.asked.as_ref().unwrap();
        let rejected = if asked.method == "PUT" { "other.app" } else { "app.my-company.com:8443" };
        if asked.page.contains(rejected) {
            reject(ruling);
        }
    }
    let reported = findings(&played(&case, &rulings));
    let of_any = reported.iter().filter(|one| one.name.contains("any-site")).count();
    assert_eq!(of_any, 1, "{reported:#?}");
    let found = named(&reported, "reads-for-any-site-with-login").unwrap();
    assert!(found.sentence.contains("any website can read GET /me"), "{}", found.sentence);
    assert!(found.sentence.contains("can send PUT /things"), "{}", found.sentence);
}

#[test]
fn a_request_that_is_sent_is_not_rejected_although_its_response_is() {
    let methods = "Access-Control-Allow-Methods: 'PUT, PATCH'";
    let preflight = lines(&[ECHO, WITH, methods, HEADERS]);
    let route = format!("OPTIONS: {{ headers: [{preflight}] }}, PUT: {{}}, PATCH: {{}}");
    let policy = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes: { /things: { PUT: { headers: [Content-Type: application/json], body: '{}' } } }
  allow: [{ origins: [https://app.my-company.com], headers: [Content-Type], credentials: include }]
";
    let reported = findings_of(&format!("\n    /things: {{ {route} }}\n"), policy);
    let one = named(&reported, "sends-for-any-site-with-login")
        .unwrap_or_else(|| panic!("{reported:#?}"));
    let words =
        "The server reflects any origin and allows credentials: any website can send PUT /things";
    assert!(one.sentence.starts_with(words), "{}", one.sentence);
}

#[test]
fn one_rule_is_claimed_for_all_requests_of_any_website() {
    for (allows, rule) in [
        ((|asked| asked.page.starts_with("https:")) as fn(&Asked) -> bool, "any https origin"),
        (|asked| asked.kind != OriginKind::Null, "any origin except `null`"),
    ] {
        let reported = findings_if(allows);
        let claims = reported.iter().filter(|one| one.sentence.contains("reflects any"));
        let claims: Vec<_> = claims.collect();
        assert!(
            !claims.is_empty() && claims.iter().all(|one| one.sentence.contains(rule)),
            "{reported:#?}"
        );
        assert_eq!(named(&reported, "reads-for-any-site"), None, "{reported:#?}");
    }
}
