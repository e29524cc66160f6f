//! What each finding means and how it is repaired, in general: the help of rules in reports for other tools.

/// A finding's meaning in one sentence, and its repair.
type Help = (&'static str, &'static str);

const LIST: &str = "Compare the Origin header with a list of complete origins (scheme, host and port), and send \
                    Access-Control-Allow-Origin only where one of them is equal to it. Do not search in the origin and \
                    do not match it with a pattern that is not anchored at both ends.";
const NARROW: &str = "Give this route its own configuration that allows what the policy allows, or change the policy \
                      if the access is intended.";
const PREFLIGHT: &str = "Answer OPTIONS requests that have Access-Control-Request-Method before authentication, redirects \
                         and routing, with status 204 and the CORS headers.";
const ALLOW: &str = "Send Access-Control-Allow-Origin with exactly the value of the Origin header of the request, if the \
                     origin is allowed, and Vary: Origin. One line with one origin, without a path and without a slash \
                     at its end.";

/// The help for a finding of this name.
pub fn finding_help(name: &str) -> Help {
    of_any_site(name)
        .or_else(|| of_origins(name))
        .or_else(|| of_access(name))
        .or_else(|| of_preflights(name))
        .or_else(|| of_answers(name))
        .or_else(|| of_logins(name))
        .unwrap_or((
            "The server does not keep the policy.",
            "Compare the response headers with the policy.",
        ))
}

/// The repair in the words of `check`, where the user has no policy file.
pub(super) fn advice_in_check(name: &str) -> &'static str {
    match name {
        "everyone-with-star" => {
            "Replace `*` by the origins that need access. If every origin is intended, write a policy with `--save` that \
             allows it."
        }
        "route-beyond-policy" | "method-beyond-policy" | "header-beyond-policy" => {
            "Give this route its own configuration that allows only what is intended. If this is intended, write a \
             policy with `--save` that allows it."
        }
        "every-answer-an-error" => {
            "Check the path and the method, and add what the request has to send: `--cookie`, `--header` or `--body`."
        }
        name => finding_help(name).1,
    }
}

fn of_any_site(name: &str) -> Option<Help> {
    Some(match name {
        "reads-for-any-site-with-login" => (
            "Any website can read responses with the user's cookies, because the server reflects the origin.",
            LIST,
        ),
        "reads-for-any-site" => {
            ("Any website can read responses, because the server reflects the origin.", LIST)
        }
        "sends-for-any-site-with-login" => (
            "Any website can send requests that need a preflight with the user's cookies, because the server reflects \
             the origin.",
            LIST,
        ),
        "sends-for-any-site" => (
            "Any website can send requests that need a preflight, because the server reflects the origin.",
            LIST,
        ),
        "reads-for-same-site-with-login" | "sends-for-same-site-with-login" => (
            "Same-site origins that are not listed can use the user's cookies, because the server reflects the origin.",
            LIST,
        ),
        "everyone-with-star" => (
            "Access-Control-Allow-Origin is `*` for what the policy does not allow for every origin.",
            "Replace `*` by the origins that the policy lists, or allow every origin in the policy.",
        ),
        "credentials-accepted" => (
            "The server allows an unlisted origin with Access-Control-Allow-Credentials: true.",
            LIST,
        ),
        _ => return None,
    })
}

fn of_origins(name: &str) -> Option<Help> {
    Some(match name {
        "denied-allowed" => ("The server allows an origin that the policy denies.", LIST),
        "null-allowed" => (
            "The server allows the origin null, which any website can have with a sandboxed frame.",
            "Do not list null as an allowed origin.",
        ),
        "http-allowed" => (
            "The server allows an origin over plain HTTP, which a network attacker can write to.",
            "Compare the scheme as well: list https:// origins only.",
        ),
        "localhost-allowed" => (
            "The server allows an origin of the user's own machine.",
            "List localhost origins in development only.",
        ),
        "prefix-look-alike"
        | "suffix-look-alike"
        | "substring-look-alike"
        | "part-look-alike"
        | "other-top-level-domain"
        | "joined-origins"
        | "unescaped-dot"
        | "longer-label"
        | "localhost-look-alike"
        | "punycode-look-alike" => (
            "The server allows an origin that only looks like a listed one, and that anyone can register.",
            LIST,
        ),
        "other-port" | "other-subdomain" | "host-below" | "trailing-dot" => (
            "The server allows another origin of the same host or site, which the policy does not list.",
            LIST,
        ),
        _ => return None,
    })
}

fn of_access(name: &str) -> Option<Help> {
    Some(match name {
        "route-beyond-policy" => {
            ("A listed origin can use a route that the policy does not allow for it.", NARROW)
        }
        "method-beyond-policy" => {
            ("A listed origin can use a method that the policy does not allow for it.", NARROW)
        }
        "header-beyond-policy" => {
            ("A listed origin can send a header that the policy does not allow for it.", NARROW)
        }
        "login-beyond-policy" => (
            "A listed origin can use the user's cookies, which the policy does not allow for it.",
            "Do not send Access-Control-Allow-Credentials to origins that need no login.",
        ),
        "more-methods-listed" => (
            "Preflight responses list a method that the policy does not mention.",
            "List in Access-Control-Allow-Methods only the methods that the policy allows.",
        ),
        "more-headers-listed" => (
            "Preflight responses list a header that the policy does not mention.",
            "List in Access-Control-Allow-Headers only the headers that the policy allows.",
        ),
        "not-exposed" => (
            "Script cannot see a response header that the policy exposes.",
            "List the header in Access-Control-Expose-Headers of the response itself, not of the preflight response.",
        ),
        "never-asked" => (
            "The browser refused requests before it sent anything, so the results do not show what the server allows.",
            "Test the server over HTTPS.",
        ),
        _ => return None,
    })
}

fn of_preflights(name: &str) -> Option<Help> {
    Some(match name {
        "preflight-needs-login" => {
            ("The preflight request is answered with 401 or 403: it has no credentials.", PREFLIGHT)
        }
        "preflight-redirected" => {
            ("The preflight request is answered with a redirect, which browsers reject.", PREFLIGHT)
        }
        "preflight-not-ok" => {
            ("The preflight request is answered with a status that is not 2xx.", PREFLIGHT)
        }
        "preflight-refused" => ("The server refuses the preflight request.", PREFLIGHT),
        "preflight-unreadable" => (
            "A list in the preflight response cannot be parsed.",
            "Write methods and header names as tokens with commas between them.",
        ),
        "method-not-allowed" => (
            "The preflight response does not allow the method.",
            "List the method in Access-Control-Allow-Methods, in upper case. `*` is not accepted for credentialed requests.",
        ),
        "header-not-allowed" => (
            "The preflight response does not allow a request header.",
            "List the header in Access-Control-Allow-Headers. `*` is not accepted for credentialed requests, and never \
             covers Authorization.",
        ),
        "max-age-too-long" => (
            "Access-Control-Max-Age is longer than browsers keep a preflight response.",
            "Send at most 7200 seconds.",
        ),
        _ => return None,
    })
}

fn of_answers(name: &str) -> Option<Help> {
    Some(match name {
        "origin-not-allowed" => ("The response does not allow the origin of the page.", ALLOW),
        "two-allow-origin-lines" => (
            "The response has more than one Access-Control-Allow-Origin header.",
            "Set the header in one place only: in the application or in the proxy.",
        ),
        "several-origins-in-one-line" => {
            ("Access-Control-Allow-Origin lists several origins.", ALLOW)
        }
        "origin-with-slash-or-path" => {
            ("Access-Control-Allow-Origin is a URL with a path, not an origin.", ALLOW)
        }
        "wildcard-with-credentials" => (
            "A CORS header is `*`, which is not accepted for credentialed requests.",
            "Send the origin, the methods and the headers by name where credentials are included.",
        ),
        "credentials-not-allowed" => (
            "The response does not allow credentials.",
            "Send Access-Control-Allow-Credentials: true, in lower case, in the preflight response and in the response.",
        ),
        "redirected-without-headers" => (
            "The response is a redirect, or follows one, and has no Access-Control-Allow-Origin.",
            "Request the final URL, or send the CORS headers with the redirect and with the response that follows it.",
        ),
        "redirect-to-itself" | "redirect-to-http" | "redirect-to-https" => (
            "The server redirects to another scheme or to the same URL, and the request fails.",
            "Tell a server behind TLS that requests came over HTTPS: let it trust X-Forwarded-Proto.",
        ),
        "redirect-loop" => (
            "The server redirects back to a URL that was requested before.",
            "Answer one of these URLs with a response that is no redirect.",
        ),
        "redirect-to-elsewhere" => (
            "The server redirects to an origin that is not a server of the policy.",
            "Answer requests of script with 401 instead of a redirect to a login page, or send the CORS headers with every \
             redirect.",
        ),
        "no-headers-on-errors" => (
            "Responses with an error status have no CORS headers, so pages get a network error.",
            "Add the CORS headers outside of error handling, so that every response has them.",
        ),
        "no-headers-on-304" => (
            "304 responses have no CORS headers.",
            "Send the same CORS headers with 304 responses as with 200 responses.",
        ),
        "missing-vary" => (
            "A cache may give a response for one origin to another, because it has no Vary: Origin.",
            "Send Vary: Origin with every response that depends on the origin, also where the request has none.",
        ),
        "answers-error" | "every-answer-an-error" => (
            "Requests are answered with an error.",
            "Check the path, the method and what the request has to send, such as a login.",
        ),
        "fails-for-unlisted-origins" | "fails-without-origin" => (
            "The server answers with 5xx because of the Origin header, or because there is none.",
            "Answer requests of other origins as usual, only without CORS headers.",
        ),
        "own-origin-refused" => (
            "The server refuses requests of its own pages that have an Origin header.",
            "Allow the server's own origin, as browsers see it.",
        ),
        "withheld-by-the-browser" => (
            "The browser withholds a response that the standard lets the page read.",
            "See the exchanges of the row for what the browser was sent.",
        ),
        _ => return None,
    })
}

fn of_logins(name: &str) -> Option<Help> {
    Some(match name {
        "login-not-sent" => (
            "The browser did not send the user's cookies.",
            "Set the cookie with SameSite=None and Secure if other sites have to use it.",
        ),
        "login-refused" | "refused-with-login" => (
            "Requests with the user's login are refused with 401 or 403.",
            "Renew the cookie of the login, or check what this login may do.",
        ),
        "login-lost" => (
            "A login stopped working during the run.",
            "Use a login that does not expire during the run.",
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::finding_help;

    #[test]
    fn every_finding_that_is_documented_has_help() {
        let page = include_str!("../../../cases/docs/findings.md");
        let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
        let names = cells.flat_map(|cell| cell.split('`')).filter(|name| name.contains('-'));
        let of_findings = names.skip_while(|name| *name != "reads-for-any-site-with-login");
        let names: Vec<_> = of_findings.collect();
        assert!(names.len() > 50, "{names:?}");
        let general = finding_help("");
        let missing: Vec<_> = names.iter().filter(|name| finding_help(name) == general).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
