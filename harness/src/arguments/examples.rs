//! Examples for the help of each command.

pub(super) const RUN: &str = "\
Examples:
  cors-harness run                                     every case in every installed browser, without extended ones
  cors-harness run --all                               these too
  cors-harness run claims/12 cookies --exclude expires some of them
  cors-harness run --engine standard                   the model of the standard, without a browser
  cors-harness run claims/22 --row credentials=include --verbose
  cors-harness run --browser chromium=/opt/google/chrome/chrome --engine chromium
  cors-harness run --rerun-failed --fail-fast          what failed last time, up to the first failure
  cors-harness run --json - | jq .findings             the results for another program";

pub(super) const MERGE: &str = "\
Examples:
  cors-harness run --shard 1/2 --json 1.json           in one CI job
  cors-harness run --shard 2/2 --json 2.json           in another one
  cors-harness merge 1.json 2.json --report html=report,junit=junit.xml
  cors-harness merge --compare express.json fastapi.json --report html=report";

pub(super) const EXPLAIN: &str = "\
Examples:
  cors-harness explain claims/22
  cors-harness explain claims/22 --row credentials=include --engine chromium,firefox";

pub(super) const DIFF: &str = "\
Examples:
  cors-harness diff claims/30
  cors-harness diff claims/30 --engine firefox,standard";

pub(super) const CHECK: &str = "\
Examples:
  cors-harness check http://127.0.0.1:8000/me --page https://app.example.com
  cors-harness check http://127.0.0.1:8000/me --as https://api.example.com \\
      --page https://app.example.com --cookie 'session=1; Secure; SameSite=None'
  cors-harness check http://127.0.0.1:8000/things --method PUT --body '{\"a\": 1}' \\
      --header 'Content-Type: application/json' --page https://app.example.com
  cors-harness check https://localhost:8443/me --cacert authority.pem --page https://app.example.com";

pub(super) const WHY: &str = "\
Examples:
  cors-harness why \"Access to fetch at 'https://api.example.com/me' from origin 'https://app.example.com' has been
      blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource.\"
  pbpaste | cors-harness why -";

pub(super) const COMPARE: &str = "\
Example:
  cors-harness compare api http://127.0.0.1:8000 http://127.0.0.1:8001 --cases cors";

pub(super) const MEASURE: &str = "\
Examples:
  cors-harness measure max-age
  cors-harness measure max-age --value 3600 --without-header --engine firefox";

pub(super) const SCHEMA: &str = "\
Example:
  cors-harness schema > cases/schema.json";

pub(super) const LIST: &str = "\
Examples:
  cors-harness list
  cors-harness list preflight --plan
  cors-harness list --covers        the behaviors, and the cases that cover them";

pub(super) const INIT: &str = "\
Examples:
  cors-harness init                 asks on a terminal
  cors-harness init --yes --ci github --origin https://api.example.com --page https://app.example.com
  cors-harness init --command 'node server.js' --route /me --cases cors";

pub(super) const ACCEPT: &str = "\
Examples:
  cors-harness accept               everything that the last run put aside
  cors-harness accept claims/12 --snapshots cors/snapshots";

pub(super) const REVIEW: &str = "\
Examples:
  cors-harness review
  cors-harness review policies";

pub(super) const DOCTOR: &str = "\
Examples:
  cors-harness doctor
  cors-harness doctor --browser chromium=/opt/google/chrome/chrome";

pub(super) const COMPLETIONS: &str = "\
Examples:
  cors-harness completions bash > ~/.local/share/bash-completion/completions/cors-harness
  cors-harness completions zsh > ~/.zfunc/_cors-harness
  cors-harness completions fish > ~/.config/fish/completions/cors-harness.fish";

pub(super) const MAN: &str = "\
Examples:
  cors-harness man | man -l -
  cors-harness man --folder ~/.local/share/man/man1";
