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
        "it is written plainly; that no engine does it is a departure (whatwg/fetch#1919)",
    ),
    choice(
        "Access-Control-Max-Age that is negative, empty, no number, or there twice",
        "5 seconds",
        "all of them fail the grammar 1*DIGIT, and failure is 5 seconds; the tests of the web \
         platform still expect an older text for -1",
    ),
    choice(
        "Access-Control-Max-Age: 0",
        "the entry is gone at once",
        "an entry is removed after its seconds have passed, and they have",
    ),
    choice(
        "Is there a largest max-age?",
        "none",
        "the limit is the browser's own; 600, 7,200 and 86,400 seconds are departures nobody forbids",
    ),
    choice(
        "Do the grants of several preflights to one URL accumulate?",
        "yes",
        "entries are kept by method and by header name, and none replaces another",
    ),
    choice(
        "Does a new max-age of an entry that is there count from now?",
        "yes",
        "the text removes an entry so many seconds after it was stored; read to the letter, a fresh \
         answer could not prolong anything",
    ),
    choice(
        "May an anonymous request use what a credentialed preflight granted?",
        "yes",
        "a cache entry match asks for credentials only of requests that include them",
    ),
    choice(
        "Does a `*` that a credentialed preflight put into the cache match like a wildcard later?",
        "yes",
        "the literal reading of `*` is written for the preflight's own response only",
    ),
    choice(
        "Is the cache cleared when a request with a preflight ends in a network error?",
        "yes, for the URL and the origin that the request had in the end",
        "main fetch says so, and by then redirects have changed the request's current URL",
    ),
    choice(
        "Does the fragment belong to the URL of a preflight cache entry?",
        "no",
        "the text compares URLs and does not say; no server ever sees a fragment",
    ),
    choice("Are client hints safelisted?", "no", "the safelist does not have them"),
    choice(
        "Do several lines of one header count together for the 128 bytes?",
        "those of fetch() count alone, those of XMLHttpRequest together",
        "Headers appends a line to the list, setRequestHeader() combines it with the one that is there",
    ),
    choice(
        "Which headers of the browser count for the 1,024 bytes?",
        "its Accept, not its Accept-Language",
        "both are in the list by then; the value of the second is the browser's own",
    ),
    choice(
        "Is a page same origin again after A to B to A?",
        "no: the response is tainted, and opaque in the mode no-cors",
        "tainting is never taken back; images that engines make readable again are whatwg/fetch#737",
    ),
    choice(
        "Does an upgrade from HTTP to HTTPS taint the origin?",
        "not judged",
        "HSTS and its kin are not modelled; the question is whatwg/fetch#1551",
    ),
    choice(
        "Does Cross-Origin-Embedder-Policy: credentialless spare same-origin requests?",
        "it does not arise: no page has an embedder policy",
        "the condition seems to be the wrong way round in the text",
    ),
    choice(
        "The same-site mode of methods other than GET and POST",
        "that of POST",
        "the text asserts that there are no others",
    ),
    choice(
        "Does the site of the page itself count for SameSite?",
        "yes: a request to another site than its origin's is cross-site",
        "to the letter only ancestors and redirects count, so that Strict cookies would go along with \
         every cross-site fetch; RFC 6265bis compares the site for cookies with the URL",
    ),
    choice(
        "A cookie without SameSite",
        "as Lax",
        "a response may not store one across sites (Store a Cookie), and RFC 6265bis enforces the default \
         as Lax; to the letter of Retrieve Cookies it would be sent",
    ),
    choice(
        "Third-party cookies as the browser is shipped",
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
        "the draft counts path segments, RFC 6265bis speaks of longer paths; they differ only where \
         both cookies match paths of unlike segment lengths",
    ),
    choice(
        "What does a cookie named __Http-… or __Host-Http-… promise?",
        "that it was set with HttpOnly, and what __Secure- or __Host- promises",
        "the draft on layered cookies says so and turns the condition round in its steps",
    ),
    choice(
        "What does Partitioned make of a cookie?",
        "one more, for pages at whose top there is the same site; without Secure it is not kept",
        "the cookie drafts do not have it yet; two of three engines do what the draft on CHIPS says",
    ),
    choice(
        "Which time is it?",
        "of a case as written 2026-07-02, and only what a server takes for its answer lets it pass; of a row that a \
         browser played the time at its servers",
        "it matters for Expires, Max-Age and the caches",
    ),
    choice(
        "Is a request from https to http://localhost a downgrade for Referer?",
        "no",
        "the Referrer Policy standard asks whether the URL is potentially trustworthy, and loopback is; \
         Chromium and Firefox look at https only",
    ),
    choice(
        "What does a CORS-preflight request say of the page?",
        "Referer and Sec-Fetch-… as the request that it is for",
        "it takes over the referrer and the URLs, and the Fetch Metadata standard leaves no request out",
    ),
    choice(
        "Does a page on http://localhost block plain HTTP to other hosts?",
        "yes",
        "Mixed Content speaks of potentially trustworthy origins, and localhost is one; engines \
         look at https only",
    ),
    choice(
        "How long is a response without max-age reused?",
        "a permanent redirect without end; not judged after Last-Modified, an Expires date, 300 or 410; \
         otherwise not at all",
        "HTTP leaves heuristics to the cache, and calls 301 and 308 permanent",
    ),
    choice(
        "Does the cache mode no-cache ask the server about a fresh response?",
        "yes",
        "the steps set the flag for stale responses only; the definition of the mode and the \
         max-age=0 that it sends say otherwise",
    ),
    choice(
        "How many responses does the HTTP cache keep for one URL?",
        "the latest, whatever it varies by and whoever asked",
        "a cache may drop any, and that is what engines do",
    ),
    choice(
        "White space around a value over HTTP/2",
        "taken away, as over HTTP/1.1",
        "RFC 9113 calls such a response malformed; to the standard no header value has any",
    ),
    choice(
        "Which version of HTTP does a browser speak to a server that offers several?",
        "HTTP/2",
        "it matters for streamed bodies, and is negotiated below the standard",
    ),
    choice(
        "Status 401 without WWW-Authenticate",
        "handed to script",
        "the text would prompt, and says itself that this needs testing; with it, not judged",
    ),
    choice(
        "Status 421",
        "asked once more, on a new connection",
        "as written, whatever the connection was",
    ),
    choice(
        "Steps that start together",
        "played one after another, from the same moment",
        "their order on the network is nobody's rule",
    ),
];
