use super::{headers, request};
use crate::request_modes::CredentialsMode;
use crate::response_checks::cors_check;
use crate::ruling::Reason;

const PAGE: &str = "https://app.example";

fn check(page: &str, credentials: CredentialsMode, lines: &[&str]) -> Result<(), Reason> {
    let mut request = request(page, &["https://api.example/"]);
    request.credentials_mode = credentials;
    cors_check(&request, &headers(lines)).map_err(|failure| failure.reason)
}

#[test]
fn actual_without_credentials() {
    use Reason::{AllowOriginMismatch, MissingAllowOrigin, SeveralAllowOrigins};
    let table: [(&[&str], _); 17] = [
        (&[], Err(MissingAllowOrigin)),
        (&["Access-Control-Allow-Origin: *"], Ok(())),
        (&["ACCESS-control-allow-ORIGIN: https://app.example"], Ok(())),
        (&["Access-Control-Allow-Origin: https://APP.example"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: https://app.example/"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: https://app.example:443"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: http://app.example"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: app.example"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: null"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin:"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: **"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: \"*\""], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: https://*.example"], Err(AllowOriginMismatch)),
        (&["Access-Control-Allow-Origin: https://app.example, *"], Err(AllowOriginMismatch)),
        (
            &["Access-Control-Allow-Origin: *", "access-control-allow-origin: *"],
            Err(SeveralAllowOrigins),
        ),
        (
            &["Access-Control-Allow-Origin:", "Access-Control-Allow-Origin: *"],
            Err(SeveralAllowOrigins),
        ),
        (&["Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: false"], Ok(())),
    ];
    for (lines, expected) in table {
        for credentials in [CredentialsMode::Omit, CredentialsMode::SameOrigin] {
            assert_eq!(check(PAGE, credentials, lines), expected, "{lines:?}");
        }
    }
}

#[test]
fn actual_with_credentials() {
    use Reason::{AllowCredentialsNotTrue, MissingAllowCredentials, WildcardWithCredentials};
    let own = "Access-Control-Allow-Origin: https://app.example";
    let all = "Access-Control-Allow-Origin: *";
    let yes = "Access-Control-Allow-Credentials: true";
    let table: [(&[&str], _); 10] = [
        (&[], Err(Reason::MissingAllowOrigin)),
        (&[all, yes], Err(WildcardWithCredentials)),
        (&[own], Err(MissingAllowCredentials)),
        (&[own, yes], Ok(())),
        (&[own, yes, yes], Err(AllowCredentialsNotTrue)),
        (&[own, "Access-Control-Allow-Credentials: True"], Err(AllowCredentialsNotTrue)),
        (&[own, "Access-Control-Allow-Credentials: TRUE"], Err(AllowCredentialsNotTrue)),
        (&[own, "Access-Control-Allow-Credentials: 1"], Err(AllowCredentialsNotTrue)),
        (&[own, "Access-Control-Allow-Credentials:"], Err(AllowCredentialsNotTrue)),
        (&[own, "Access-Control-Allow-Credentials: *"], Err(AllowCredentialsNotTrue)),
    ];
    for (lines, expected) in table {
        assert_eq!(check(PAGE, CredentialsMode::Include, lines), expected, "{lines:?}");
    }
}

#[test]
fn actual_of_an_opaque_origin() {
    let opaque = "data:text/html,";
    for (value, expected) in [
        ("null", true),
        ("*", true),
        ("Null", false),
        ("NULL", false),
        ("\"null\"", false),
        ("data:", false),
    ] {
        let line = format!("Access-Control-Allow-Origin: {value}");
        let checked = check(opaque, CredentialsMode::Omit, &[&line]);
        assert_eq!(checked.is_ok(), expected, "{value}");
    }
    let lines = ["Access-Control-Allow-Origin: null", "Access-Control-Allow-Credentials: true"];
    assert_eq!(check(opaque, CredentialsMode::Include, &lines), Ok(()));
}

#[test]
fn a_failure_names_the_value() {
    let request = request(PAGE, &["https://api.example/"]);
    let lines =
        ["Access-Control-Allow-Origin: https://a.example", "Access-Control-Allow-Origin: *"];
    let failure = cors_check(&request, &headers(&lines)).expect_err("two lines");
    assert_eq!(failure.value.as_deref(), Some("https://a.example, *"));
}
