//! Policies, servers, and their findings.

use std::path::Path;

use cors_harness::case::{self, Asked, Case, CaseId, OriginKind};
use cors_harness::ruling::RowRuling;
use cors_harness::run::rule;
use cors_harness::verdict::policy::{Finding, Line, Played, findings};

/// A middleware that keeps the policy of [`POLICY`].
pub const KEPT: &str = "
    cors:
      allow-origins: [https://app.my-company.com, https://admin.my-company.com]
      allow-methods: [GET, PUT]
      allow-headers: [content-type, x-request-id]
      allow-credentials: 'true'
      expose-headers: [etag]
    /me: { GET: { headers: [ETag: 1], body: alice } }
    /things: { PUT: { status: 204 } }
";

/// The policy that [`KEPT`] keeps.
pub const POLICY: &str = "
  login: [https://api.my-company.com: session=alice; Secure; SameSite=None]
  routes:
    /me: [GET]
    /things: { PUT: { headers: [Content-Type: application/json], body: '{}' } }
  allow:
    - origins: [https://app.my-company.com, https://admin.my-company.com]
      headers: [Content-Type, X-Request-Id]
      credentials: include
      exposes: [ETag]
";

/// A policy over one server.
pub fn policy(server: &str, policy: &str) -> Case {
    policy_of("https://api.my-company.com", server, policy)
}

/// A policy over one server of this origin.
pub fn policy_of(origin: &str, server: &str, policy: &str) -> Case {
    let text = format!(
        "name: Ours only\nbecause: It is ours.\nservers:\n  {origin}:{server}\npolicy:{policy}"
    );
    let read = case::read(CaseId("policy".to_owned()), Path::new("policy.yaml"), text.as_bytes());
    read.unwrap_or_else(|complaints| panic!("{complaints:?}\n{text}"))
}

/// What the standard says about every row.
pub fn ruled(case: &Case) -> Vec<RowRuling> {
    case.rows.iter().map(rule).collect()
}

/// The rows of a browser that does what the standard says.
pub fn played<'a>(case: &'a Case, rulings: &'a [RowRuling]) -> Vec<Played<'a>> {
    let rows = case.rows.iter().zip(rulings);
    let rows = rows.map(|(row, ruling)| Played::of(row, &ruling.observation, &ruling.rulings));
    rows.map(Option::unwrap).collect()
}

/// The findings about a server with this policy.
pub fn findings_of(server: &str, policy: &str) -> Vec<Finding> {
    let case = self::policy(server, policy);
    findings(&played(&case, &ruled(&case)))
}

/// The lines of a server's snapshot.
pub fn lines(server: &str, policy: &str) -> Vec<Line> {
    let case = self::policy(server, policy);
    played(&case, &ruled(&case)).iter().map(Line::of).collect()
}

/// The request of every row.
pub fn asked(case: &Case) -> impl Iterator<Item = &Asked> {
    case.rows.iter().filter_map(|row| row.asked.as_ref())
}

/// Pages of a kind, each once.
pub fn pages(case: &Case, kind: OriginKind) -> Vec<&str> {
    let of_standing = asked(case).filter(|asked| asked.kind == kind);
    let mut pages: Vec<_> = of_standing.map(|asked| asked.page.as_str()).collect();
    pages.dedup();
    pages
}
