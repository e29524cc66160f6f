//! What a file may hold, as a JSON Schema: `shape` compares files with it and quotes its descriptions as
//! help, and editors complete and check with it.
//!
//! Every value is text to the harness, because `${…}` may stand anywhere; what it means is decided once it
//! is filled. Words that a key can have are those of its reader.

use indexmap::IndexSet;
use serde_json::{Value, json};

use super::case_model::KnownKind;
use super::known;
use super::metadata::engine_names;
use super::page::PAGES;
use super::rows::{NAMES, THIRD_PARTY_COOKIES};
use super::schema_terms::{
    BODY, Key, LINES, definition, described, entries, exactly, list, mapping, short, text, words,
};
use super::servers::VERSIONS;
use super::steps::{TOGETHER, WAIT};
use super::storage_access::{STATES, STORAGE_ACCESS};
use super::tabs::{BESIDE, OPEN, SWITCH};
use super::upstream_reader::{IN_PROCESS, STOP_SIGNALS};
use super::{policy, reply_schema, values};
use crate::contexts::Context;
use crate::initiators::{Initiator, StepOption};

/// The definition of a case with a page and steps.
pub(super) const CASE: &str = "case";

/// The definition of a case with a policy.
pub(super) const POLICY: &str = "policy-case";

const URL: &str = "a URL: `https://api.example.com/me`";

/// The schema of every file in a folder of cases.
pub(super) fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A case or a policy of cors-harness",
        "if": { "required": ["policy"] },
        "then": definition(POLICY),
        "else": definition(CASE),
        "definitions": {
            CASE: case(),
            POLICY: policy_case(),
            "server": server(),
            "ready": ready(),
            "cors": cors(),
            "reply": reply_schema::reply(),
            "interim": reply_schema::interim(),
            "other-reply": reply_schema::other_reply(),
            "condition": reply_schema::condition(),
            "page": page_mapping(),
            "step": step(),
            "known": known_departure(),
            "policy": policy_mapping(),
            "request": request(),
            "grant": grant(),
            "line": line(),
        },
    })
}

fn case() -> Value {
    let name = "the case as a sentence in the present tense";
    let because = "why it matters, for a reader who believes otherwise";
    let own = [
        (
            "cookies",
            list(definition("line")),
            "a list of `- https://api.example.com: sid=1; Secure`",
        ),
        (
            "page",
            short(definition("page")),
            "the page's origin, or `{ origin: …, context: …, inside: … }`",
        ),
        (
            PAGES,
            entries(short(definition("page"))),
            "name → page, for several pages: `shop: https://shop.example.com`",
        ),
        ("matrix", entries(list(text())), "name → list of values: `allow: [\"*\", \"${page}\"]`"),
        (
            "steps",
            list(definition("step")),
            "a list of what the script does: `- fetch: https://api.example.com/me`",
        ),
        ("names", words(values::words(&NAMES)), "`mapped` or `verbatim`"),
        (
            "compare-reasons",
            exactly(values::words(&values::BOOLEAN)),
            "`true` if a browser has to give the standard's reason for each step that is denied",
        ),
    ];
    let keys = beginning(name, because).into_iter().chain(own).chain(end());
    let mut case = mapping("", keys, &["name", "because", "steps"]);
    case["oneOf"] = json!([{ "required": ["page"] }, { "required": [PAGES] }]);
    case
}

fn policy_case() -> Value {
    let name = "the policy as a sentence in the present tense";
    let because = "why it is so, for a reader who would allow more";
    let policy = "who may do what: `login`, `routes` and `allow`";
    let own = [("policy", definition("policy"), policy)];
    let keys = beginning(name, because).into_iter().chain(own).chain(end());
    mapping("", keys, &["name", "because", "policy"])
}

/// The first keys of cases and policies.
fn beginning(name: &'static str, because: &'static str) -> [Key; 6] {
    let extended = "`true` for a case that is played with `--all`, or where a filter selects it";
    let servers = "origin → server, an origin being `https://api.example.com`";
    [
        ("name", text(), name),
        ("because", text(), because),
        ("covers", list(text()), "a list of ids of behaviors: `[A03, F03]`"),
        ("extended", exactly(values::words(&values::BOOLEAN)), extended),
        ("spec", text(), "an anchor in the Fetch standard: `cors-check`"),
        ("servers", entries(definition("server")), servers),
    ]
}

/// The last keys of cases and policies.
fn end() -> [Key; 3] {
    let engines = list(exactly(["browsers"].into_iter().chain(engine_names())));
    let departures =
        "a list of departures from the standard, each with `engine`, `kind` and `because`";
    [
        (
            "third-party-cookies",
            words(values::words(&THIRD_PARTY_COOKIES)),
            "`allowed` or `as-shipped`",
        ),
        ("engines", engines, "a list of `browsers`, `control` or names of engines"),
        ("known", list(definition("known")), departures),
    ]
}

fn known_departure() -> Value {
    let kinds = exactly(KnownKind::ALL.map(KnownKind::as_str));
    let keys = [
        ("engine", exactly(known::browsers()), "the engine that departs"),
        ("kind", kinds, "`bug`, `policy`, `standard-gap` or `permitted`"),
        ("because", text(), "why it departs, for a reader who meets it"),
        ("link", text(), "where it is discussed"),
        ("version", text(), "the versions that depart: `\"156\"` or `\">=150 <157\"`"),
        (
            "build",
            text(),
            "a part of what the browser calls its build: `Debian`, `Google Chrome`, `ESR`",
        ),
        (
            "where",
            entries(short(list(text()))),
            "the rows it is about, by variable: `where: { allow: \"*\" }`",
        ),
    ];
    let about = "a departure: `{ engine: chromium, kind: bug, because: … }`";
    mapping(about, keys, &["engine", "kind", "because"])
}

fn server() -> Value {
    let boolean = || words(values::words(&values::BOOLEAN));
    let keys = [
        ("versions", words(values::words(&VERSIONS)), "`http/1.1`, `h2` or `any`"),
        ("cors", definition("cors"), "a policy: `{ allow-origins: [https://app.example.com] }`"),
        ("upstream", text(), "the address of a running server: `http://127.0.0.1:8000`"),
        ("command", text(), "a shell command: `uvicorn app:app --port ${port}`"),
        ("folder", text(), "the working directory, relative to this file: `../server`"),
        ("environment", list(definition("line")), "a list of variables: `- NAME: value`"),
        (
            "ready",
            short(definition("ready")),
            "a path that answers, `/health`, or `{ line: listening }`",
        ),
        ("ready-within", text(), "how long to wait for it: `30s`"),
        ("stop", words(values::words(&STOP_SIGNALS)), "`TERM`, `INT` or `QUIT`"),
        (
            "in-process",
            words(values::words(&IN_PROCESS)),
            "`true`: the program that runs this suite provides it",
        ),
        ("forwarded", boolean(), "`true`: requests have `X-Forwarded-Proto` and similar headers"),
    ];
    let about = "a server: paths, `versions` and `cors`; or a real server: `upstream`, `command` or `in-process`";
    let mut server = mapping(about, keys, &[]);
    let replies = entries(definition("reply"));
    server["patternProperties"] =
        json!({ "^/": described(replies, "method → reply: `GET: { status: 200 }`") });
    server
}

fn ready() -> Value {
    let keys = [("line", text(), "a text that the line contains")];
    mapping("a line of its output: `{ line: listening }`", keys, &["line"])
}

fn cors() -> Value {
    let listed = || short(list(text()));
    let keys = [
        ("allow-origins", listed(), "a list of origins, `\"*\"` or `mirror`"),
        ("allow-methods", listed(), "a list of methods, `\"*\"` or `mirror`"),
        ("allow-headers", listed(), "a list of header names, `\"*\"` or `mirror`"),
        ("allow-credentials", words(values::words(&values::BOOLEAN)), "`\"true\"` or `\"false\"`"),
        ("expose-headers", listed(), "a list of header names, or `\"*\"`"),
        ("max-age", text(), "seconds"),
    ];
    mapping("", keys, &[])
}

fn page_mapping() -> Value {
    let keys = [
        ("origin", text(), "the page's origin: `https://app.example.com`"),
        (
            "context",
            words(Context::ALL.iter().map(|context| context.as_str())),
            "a kind of document or worker: `document`, `iframe`, `sandboxed-iframe`",
        ),
        ("inside", text(), "origin of the page that holds the frame"),
        (
            "headers",
            list(definition("line")),
            "a list of header lines of the page: `- Referrer-Policy: no-referrer`",
        ),
        (
            STORAGE_ACCESS,
            entries(words(values::words(&STATES))),
            "origin → `granted`, `denied` or `prompt`: `{ https://widget.example: granted }`",
        ),
    ];
    mapping("", keys, &["origin"])
}

fn step() -> Value {
    let steps = list(definition("step"));
    let together = (TOGETHER, steps, "a list of steps that run at the same time");
    let initiators = Initiator::ALL.iter().map(|one| (one.as_str(), text(), URL));
    let options = StepOption::ALL.iter().map(|one| (one.key(), option(*one), one.about()));
    let wait = (WAIT, text(), "how much time passes for the browser before the next step: `600s`");
    let open = (OPEN, text(), "the name of the page that the browser opens: `shop`");
    let boolean = words(values::words(&values::BOOLEAN));
    let beside = (
        BESIDE,
        boolean,
        "of `open`: `true` opens the page in its own tab, and the page before stays open",
    );
    let switch = (SWITCH, text(), "the name of a page that is open in another tab: `shop`");
    let keys = initiators.chain([together, wait, open, beside, switch]).chain(options);
    mapping("a step: `fetch: https://api.example.com/me`", keys, &[])
}

/// The values of an option, whichever initiator takes it.
fn option(option: StepOption) -> Value {
    let accepted = Initiator::ALL.iter().filter_map(|initiator| initiator.accepts(option));
    let accepted: IndexSet<&str> = accepted.flat_map(|accepts| accepts.words).copied().collect();
    match option {
        StepOption::Headers => list(definition("line")),
        _ if accepted.is_empty() => text(),
        _ => words(accepted),
    }
}

fn policy_mapping() -> Value {
    let methods = json!({
        "description": "a list of methods, or method → what it sends",
        "anyOf": [list(text()), entries(json!({ "anyOf": [definition("request"), { "type": "null" }] }))],
    });
    let keys = [
        (
            "login",
            list(definition("line")),
            "the user's cookies: a list of `- https://api.example.com: sid=1; Secure; SameSite=None`",
        ),
        ("routes", entries(methods), "path → methods: `/me: [GET, PUT]`"),
        (
            "allow",
            list(definition("grant")),
            "a list of who may do what: `- origins: [https://app.example.com]`",
        ),
        (
            "deny",
            list(text()),
            "a list of denied origins that are still tested: `[https://old.example.com]`",
        ),
        ("everybody-else", words(values::words(&policy::EVERYBODY_ELSE)), "`nothing`"),
    ];
    mapping("", keys, &[])
}

fn request() -> Value {
    let keys = [
        ("headers", list(definition("line")), LINES),
        ("body", text(), BODY),
        (
            "again",
            words(values::words(&values::BOOLEAN)),
            "`true` asks a second time, for what has not changed since",
        ),
    ];
    let about = "what a request sends: `{ headers: [Content-Type: application/json], body: '{}' }`, or nothing";
    mapping(about, keys, &[])
}

fn grant() -> Value {
    let listed = || short(list(text()));
    let keys = [
        ("origins", listed(), "a list of origins, or `\"*\"` for every origin"),
        ("routes", listed(), "a list of routes, by default all of them"),
        ("methods", listed(), "a list of methods, by default all that the routes have"),
        ("headers", list(text()), "a list of names of request headers"),
        ("credentials", words(values::words(&policy::CREDENTIALS)), "`include` or `omit`"),
        ("exposes", list(text()), "a list of names of response headers that script may see"),
    ];
    let about = "who may do what: `{ origins: [https://app.example.com], credentials: include }`";
    mapping(about, keys, &["origins"])
}

fn line() -> Value {
    json!({
        "type": "object",
        "description": "one entry, with a space after the colon: `- Name: value`",
        "additionalProperties": text(),
        "minProperties": 1,
        "maxProperties": 1,
    })
}
