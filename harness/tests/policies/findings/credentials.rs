//! Credentials that a server accepts, if the policy has no login.

use cors_harness::verdict::policy::Played;

use super::*;

const WITHOUT_LOGIN: &str = "
  routes: { /me: [GET] }
  allow: [{ origins: [https://app.my-company.com] }]
";

fn findings_with(origins: &str, credentials: &str, policy: &str) -> Vec<Finding> {
    let cors = format!(
        "
    cors: {{ allow-origins: {origins}, allow-credentials: '{credentials}' }}
    /me: {{ GET: {{ body: '{{}}' }} }}
"
    );
    findings_of(&cors, policy)
}

#[test]
fn credentials_for_any_site_are_reported_without_a_login() {
    let open = WITHOUT_LOGIN.replace("[https://app.my-company.com]", "'*'");
    for policy in [WITHOUT_LOGIN, &open] {
        let reported = findings_with("mirror", "true", policy);
        let found = named(&reported, "credentials-accepted").expect("it is reported");
        let words =
            "The server reflects any origin and allows credentials: any website can read GET /me";
        assert!(found.sentence.starts_with(words), "{}", found.sentence);
        assert!(found.sentence.contains("add a `login` to the policy"), "{}", found.sentence);
        assert_eq!(named(&reported, "reads-for-any-site"), None, "one hole is reported once");
        assert_eq!(found.severity, Severity::High);
    }
    let look_alike = "['https://app.my-company.com', 'https://evilmy-company.com']";
    let reported = findings_with(look_alike, "true", WITHOUT_LOGIN);
    let found = named(&reported, "credentials-accepted").expect("it is reported");
    let words = ", and it allows credentials: https://evilmy-company.com can read GET /me";
    assert!(found.sentence.contains(words), "{}", found.sentence);
}

/// Each hint names what the user can write: a key of the file, or an option of `check`.
#[test]
fn hints_name_options_of_check_if_check_made_the_policy() {
    let cors = "
    cors: { allow-origins: mirror, allow-credentials: 'true' }
    /me: { GET: { status: 401 } }
";
    let case = policy(cors, WITHOUT_LOGIN);
    let rulings = ruled(&case);
    for (is_of_check, of_login, of_error) in [
        (false, "add a `login` to the policy", "under `login` or as a header of the request"),
        (true, "add the cookie of a user with `--cookie`", "with `--cookie` or `--header`"),
    ] {
        let rows = played(&case, &rulings).into_iter();
        let rows: Vec<_> = rows.map(|row| Played { is_of_check, ..row }).collect();
        let reported = findings(&rows);
        for (name, words) in [("credentials-accepted", of_login), ("answers-error", of_error)] {
            let found =
                named(&reported, name).unwrap_or_else(|| panic!("no {name}: {reported:#?}"));
            assert!(found.sentence.contains(words), "{}", found.sentence);
        }
    }
}

#[test]
fn credentials_of_listed_origins_or_that_browsers_reject_are_not_reported() {
    for (origins, credentials) in
        [("mirror", "false"), ("'*'", "false"), ("['https://app.my-company.com']", "true")]
    {
        let reported = findings_with(origins, credentials, WITHOUT_LOGIN);
        assert_eq!(named(&reported, "credentials-accepted"), None, "{origins} {credentials}");
    }
    let mirror =
        KEPT.replace("[https://app.my-company.com, https://admin.my-company.com]", "mirror");
    let reported = findings_of(&mirror, POLICY);
    assert_eq!(named(&reported, "credentials-accepted"), None, "a login shows what they unlock");
}
