//! Decisions where the standard is open, contradicts itself or does not say what is meant.

/// One question and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The question.
    pub question: &'static str,
    /// What the model does.
    pub choice: &'static str,
    /// Why.
    pub why: &'static str,
}

const fn choice(question: &'static str, choice: &'static str, why: &'static str) -> Choice {
    Choice { question, choice, why }
}

/// All of them, by section of the standard.
pub const CHOICES: &[Choice] = &[
    choice(
        "Does `*` in Access-Control-Allow-Headers cover Authorization?",
        "no, neither on the preflight nor in the cache",
        "the text is clear; engines that do not follow it depart (whatwg/fetch#1919)",
    ),
    choice(
        "An Access-Control-Max-Age that is negative, empty, not a number, or repeated",
        "5 seconds",
        "all of them fail the grammar 1*DIGIT, and failure means 5 seconds; web-platform-tests \
        still expect an older text for -1",
    ),
    choice(
        "Access-Control-Max-Age: 0",
        "the entry is gone at once",
        "an entry is removed when its max-age has passed",
    ),
    choice(
        "Is there a largest max-age?",
        "none",
        "browsers may impose a limit; 600, 7,200 and 86,400 seconds are permitted",
    ),
    choice(
        "Do the grants of several preflights to one URL accumulate?",
        "yes",
        "entries are kept by method and by header name, and none replaces another",
    ),
    choice(
        "Does the new max-age of an existing entry count from now?",
        "yes",
        "the text removes an entry max-age seconds after it was stored; read literally, a new \
        response could not extend the lifetime",
    ),
    choice(
        "May an anonymous request use what a credentialed preflight granted?",
        "yes",
        "a cache entry match checks credentials only for requests that include them",
    ),
    choice(
        "Does a `*` that a credentialed preflight put into the cache match like a wildcard later?",
        "yes",
        "the text excludes the wildcard for credentials only for the preflight's own response",
    ),
    choice(
        "Is the cache cleared when a request with a preflight ends in a network error?",
        "yes, for the URL and the origin that the request had in the end",
        "main fetch says so, and by then redirects have changed the request's current URL",
    ),
    choice(
        "Does the fragment belong to the URL of a preflight cache entry?",
        "no",
        "the text compares URLs and does not say; servers never see a fragment",
    ),
    choice("Are client hints safelisted?", "no", "the safelist does not have them"),
    choice(
        "Do several lines of one header count together for the 128 bytes?",
        "those of fetch() count alone, those of XMLHttpRequest together",
        "Headers appends a line to the list, and setRequestHeader() combines it with the existing \
        one",
    ),
    choice(
        "Which headers of the browser count for the 1,024 bytes?",
        "its Accept, not its Accept-Language",
        "both are in the list by then; the value of the second is the browser's own",
    ),
    choice(
        "Is a page same origin again after A to B to A?",
        "no: the response is tainted, and opaque in the mode no-cors",
        "tainting is never removed; images that engines make readable again are whatwg/fetch#737",
    ),
    choice(
        "Does an upgrade from HTTP to HTTPS by HSTS taint the origin?",
        "no: only the scheme of the URL changes, and the response is not redirected",
        "the text sets the scheme of the current URL in main fetch; the question is whatwg/fetch#1551",
    ),
    choice(
        "Does Cross-Origin-Embedder-Policy: credentialless apply to same-origin requests?",
        "no: they keep their credentials, as in browsers",
        "the condition in the text seems to be inverted",
    ),
    choice(
        "The same-site mode of methods other than GET and POST",
        "that of POST",
        "the text asserts that there are no others",
    ),
    choice(
        "Does the site of the page itself count for SameSite?",
        "yes: a request to another site than its origin's is cross-site",
        "read literally, only ancestors and redirects count, and Strict cookies would be sent \
        with every cross-site fetch; RFC 6265bis compares the site for cookies with the URL",
    ),
    choice(
        "The same-site mode of a top-level navigation",
        "within a site any cookie is sent; to another site Lax cookies are sent with GET, and only SameSite=None \
        with POST",
        "read literally, the text sends no Strict cookie within a site and no Lax cookie to another one; RFC 6265bis \
        sends them, and so do browsers",
    ),
    choice(
        "A cookie without SameSite",
        "as Lax",
        "a response may not store one across sites (Store a Cookie), and RFC 6265bis enforces the \
        default \
         as Lax; by the text of Retrieve Cookies it would be sent",
    ),
    choice(
        "Third-party cookies with a browser's default settings",
        "as if allowed",
        "blocking them is outside the algorithms",
    ),
    choice(
        "May a cookie with Secure be set and sent at http://localhost?",
        "no",
        "the scheme decides, and it is not https",
    ),
    choice(
        "Which path does a cookie's path match?",
        "the same and those below",
        "the draft on layered cookies lets /fo match /foo; RFC 6265bis does not",
    ),
    choice(
        "Which cookies are sent first?",
        "those with the longer path string, then the older",
        "the draft counts path segments, RFC 6265bis speaks of longer paths; they differ only \
        where \
         both cookies match paths of unlike segment lengths",
    ),
    choice(
        "What does the name prefix __Http-… or __Host-Http-… of a cookie require?",
        "that it was set with HttpOnly, and what __Secure- or __Host- requires",
        "the draft on layered cookies says so, but inverts the condition in its steps",
    ),
    choice(
        "What does Partitioned do to a cookie?",
        "it makes a separate cookie for pages with the same top-level site; without Secure it is \
        not stored",
        "the cookie drafts do not have it yet; two of three engines do what the draft on CHIPS \
        says",
    ),
    choice(
        "Which time is it?",
        "for a case as written, 2026-07-02, and only delays of servers make time pass; for a row \
        that a browser played, the time at its servers",
        "it matters for Expires, Max-Age and the caches",
    ),
    choice(
        "Is a request from https to http://localhost a downgrade for Referer?",
        "no",
        "the Referrer Policy standard asks whether the URL is potentially trustworthy, and \
        loopback is; \
         Chromium and Firefox look at https only",
    ),
    choice(
        "What does a CORS-preflight request say about the page?",
        "Referer and Sec-Fetch-… are those of the actual request",
        "the preflight copies the referrer and the URLs, and the Fetch Metadata standard applies \
        to every request",
    ),
    choice(
        "Does a page on http://localhost block plain HTTP to other hosts?",
        "yes",
        "Mixed Content speaks of potentially trustworthy origins, and localhost is one; engines \
         look at https only",
    ),
    choice(
        "How long is a response without max-age reused?",
        "a permanent redirect forever; with an Expires date until then; otherwise not at all, and a \
        browser may reuse it if it has Last-Modified or the status 300 or 410",
        "HTTP leaves heuristics to the cache, and defines 301 and 308 as permanent",
    ),
    choice(
        "Does the cache mode no-cache revalidate a fresh response?",
        "yes",
        "the steps set the flag for stale responses only; the definition of the mode and the \
         max-age=0 that it sends say otherwise",
    ),
    choice(
        "How many responses does the HTTP cache keep for one URL?",
        "the latest, regardless of Vary and of the requesting origin",
        "a cache may drop any response, and engines do so",
    ),
    choice(
        "White space around a value over HTTP/2",
        "removed, as over HTTP/1.1",
        "RFC 9113 calls such a response malformed; in the standard no header value has any",
    ),
    choice(
        "Which version of HTTP does a browser use with a server that offers several?",
        "HTTP/2",
        "it matters for streamed bodies, and is negotiated outside of the standard",
    ),
    choice(
        "Status 401 without WWW-Authenticate",
        "script gets it",
        "the text would prompt, and says that this needs testing",
    ),
    choice(
        "What does the user do when the browser asks for a name and a password?",
        "cancels, and script gets the 401",
        "a test has no user; the text does not say what follows",
    ),
    choice(
        "Which requests belong to an authentication entry?",
        "those of the same origin in the folder of the path, or below it",
        "the standard leaves it open; RFC 7617 describes this scope",
    ),
    choice(
        "Does a beacon with a type that is not safelisted need a preflight?",
        "yes",
        "the Beacon text chooses the mode cors for it, and does not set the unsafe-request flag",
    ),
    choice(
        "Status 421",
        "the request is sent once more, on a new connection",
        "as the text says, whatever the connection was",
    ),
    choice(
        "Steps that start together",
        "played one after another, from the same moment",
        "no text defines their order on the network",
    ),
];
