//! How long browsers keep preflight responses, against what was measured before: an update of a browser that changes a
//! lifetime is reported. `INSTA_UPDATE=always` records what is measured now.

use std::collections::BTreeMap;
use std::error::Error;

use cors_harness::engine::{Kind, Required};
use cors_harness::measure::{LONG, max_age};
use cors_harness::report::measured_table;

/// Values that every implementation has to decide about. Without the header, and where the value does not parse, the
/// standard says 5 seconds: <https://fetch.spec.whatwg.org/#http-access-control-max-age>.
const VALUES: [&str; 14] = [
    LONG,
    "0",
    "1",
    "5",
    "600",
    "601",
    "-1",
    "+7",
    "7.5",
    "7,8",
    "abc",
    "",
    "2147483648",
    "18446744073709551616",
];

#[test]
fn lifetimes_of_preflight_responses_match_the_snapshot() -> Result<(), Box<dyn Error>> {
    let values: Vec<_> =
        VALUES.map(|value| Some(value.to_owned())).into_iter().chain([None]).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    for kind in Kind::ALL {
        let Some(installed) = Required::browser(kind)? else { continue };
        let mut measured = runtime.block_on(max_age(&installed, &values))?;
        let version = std::mem::take(&mut measured.version);
        let info = BTreeMap::from([("browser", kind.as_str()), ("version", version.as_str())]);
        insta::with_settings!({ info => &info, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("lifetimes-{}", kind.as_str()), measured_table(&values, &[measured]));
        });
    }
    Ok(())
}
