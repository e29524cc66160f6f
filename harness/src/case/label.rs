//! Labels of steps in snapshots and reports.

use std::hash::Hash;
use std::time::Duration;

use indexmap::{IndexMap, IndexSet};

use super::row::Row;
use super::step::{BodyType, Credentials, HeadersType, Step};
use crate::secrets::without_secret;

/// Values with more characters are cut.
const LONGEST_VALUE: usize = 30;

/// The numbers of values that are written as words.
const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];

/// The label of a step.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The whole label: `fetch PUT https://api.example.com/me (credentials: include)`.
    pub text: String,
    /// The URL in it.
    pub url: String,
}

impl Row {
    /// The labels of all steps in the order written. Steps of another page than the first one say which, steps after a
    /// wait say how long it is, and steps that would have the
    /// same label say what differs between them.
    pub fn labels(&self) -> Vec<Label> {
        let steps: Vec<_> = self.all_steps().map(|step| (step.label(), step)).collect();
        let label = |((text, step), wait): (&(String, &Step), Option<Duration>)| {
            let twins = steps.iter().filter(|(other, _)| other == text).map(|(_, twin)| *twin);
            let wait = wait.map(|time| format!("after {} s", time.as_secs()));
            let opened = step.opened.as_ref().map(|opened| format!("in {}", opened.name));
            let differing = differing(step, &twins.collect::<Vec<_>>());
            let options: Vec<_> = opened.into_iter().chain(wait).chain(differing).collect();
            let options = match options.as_slice() {
                [] => String::new(),
                options => format!(" ({})", options.join(", ")),
            };
            Label { text: format!("{text}{options}"), url: step.url.clone() }
        };
        steps.iter().zip(self.waits_before_steps()).map(label).collect()
    }
}

/// The options of a step that differ between its twins.
fn differing(step: &Step, twins: &[&Step]) -> Vec<String> {
    let options = options(step).into_iter().enumerate();
    let differs = |place: usize, value: &Option<String>| {
        twins.iter().any(|twin| self::options(twin)[place].1 != *value)
    };
    let options = options.filter(|(place, (_, value))| differs(*place, value));
    let shown = options.filter_map(|(place, (key, value))| {
        let of_twins = twins.iter().filter_map(|twin| self::options(twin).swap_remove(place).1);
        Some(format!("{key}: {}", distinguished(&value?, of_twins, cut)))
    });
    headers(step, twins).into_iter().chain(shown).collect()
}

/// The options of a step, without its method, URL and headers.
fn options(step: &Step) -> Vec<(&'static str, Option<String>)> {
    let body_as = (step.body_as != BodyType::Text).then(|| step.body_as.as_str().to_owned());
    let headers_as =
        (step.headers_as != HeadersType::Pairs).then(|| step.headers_as.as_str().to_owned());
    let credentials = step.credentials.map(Credentials::as_str);
    vec![
        ("mode", step.mode.clone()),
        ("credentials", credentials.map(str::to_owned)),
        ("redirect", step.redirect.clone()),
        ("cache", step.cache.clone()),
        ("referrer-policy", step.referrer_policy.clone()),
        ("crossorigin", step.crossorigin.clone()),
        ("keepalive", step.keepalive.then(|| "true".to_owned())),
        ("body", step.body.as_ref().map(|body| format!("{body:?}"))),
        ("body-as", body_as),
        ("blob-type", step.blob_type.clone()),
        ("headers-as", headers_as),
        ("username", step.username.clone()),
        ("abort", step.abort.as_ref().map(|abort| abort.at.as_str().to_owned())),
        ("abort-by", step.abort.as_ref().map(|abort| abort.by.as_str().to_owned())),
        ("upload-listeners", step.upload_listeners.then(|| "true".to_owned())),
        ("async", (!step.is_async).then(|| "false".to_owned())),
        ("as", step.preload_as.clone()),
    ]
}

/// The header lines of a step that a twin does not have: only the name if no twin has the name with
/// another value, and without secret values.
fn headers(step: &Step, twins: &[&Step]) -> Option<String> {
    let everywhere = |line: &(String, String)| twins.iter().all(|twin| twin.headers.contains(line));
    let has_other_value = |(name, value): &(String, String)| {
        let mut lines = twins.iter().flat_map(|twin| &twin.headers);
        lines.any(|(other, sent)| other.eq_ignore_ascii_case(name) && sent != value)
    };
    let mut by_name = IndexMap::<&str, Vec<&(String, String)>>::new();
    for line in step.headers.iter().filter(|line| !everywhere(line)) {
        by_name.entry(&line.0).or_default().push(line);
    }
    let differing_values = |step: &Step, name: &str| {
        let lines = step.headers.iter().filter(|line| !everywhere(line));
        let lines = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name));
        lines.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let shown = by_name.iter().map(|(name, lines)| {
        let of_twins = twins.iter().map(|twin| differing_values(twin, name));
        let show = |values: &Vec<String>| match values.as_slice() {
            [value] => cut(&without_secret(name, value).unwrap_or_else(|| value.clone())),
            several => format!("{} bytes", several.iter().map(String::len).sum::<usize>()),
        };
        match lines.as_slice() {
            [line] if has_other_value(line) => {
                format!("{name}: {}", distinguished(&vec![line.1.clone()], of_twins, show))
            }
            [_] => (*name).to_owned(),
            several => {
                let distinct = distinguished(&differing_values(step, name), of_twins, show);
                format!("{} × {name}, {distinct}", several.len())
            }
        }
    });
    let shown: Vec<_> = shown.collect();
    (!shown.is_empty()).then(|| format!("headers: {}", shown.join(", ")))
}

/// What is shown of a value, with its number among the values of which the same is shown.
fn distinguished<T: Eq + Hash>(
    value: &T,
    of_twins: impl Iterator<Item = T>,
    show: impl Fn(&T) -> String,
) -> String {
    let shown = show(value);
    let alike: IndexSet<T> = of_twins.filter(|other| show(other) == shown).collect();
    match alike.get_index_of(value).filter(|_| alike.len() > 1) {
        None => shown,
        Some(place) => match ORDINALS.get(place) {
            Some(ordinal) => format!("{shown}, {ordinal} value"),
            None => format!("{shown}, value {}", place + 1),
        },
    }
}

fn cut(value: &String) -> String {
    match value.char_indices().nth(LONGEST_VALUE) {
        Some((end, _)) => format!("{}… ({} bytes)", &value[..end], value.len()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::case::{CaseId, read};

    const URL: &str = "https://api.example/x";

    /// What follows the labels of steps with the same URL.
    fn options(steps: &[&str]) -> Vec<String> {
        options_of("fetch", steps)
    }

    /// The same for another initiator.
    fn options_of(initiator: &str, steps: &[&str]) -> Vec<String> {
        let steps: String =
            steps.iter().map(|step| format!("  - {{ {initiator}: {URL}{step} }}\n")).collect();
        let text = format!(
            "name: n\nbecause: b\npage: https://app.example\nservers:\n  https://api.example:\n    /x: {{ GET: {{}}, \
             PUT: {{}} }}\nsteps:\n{steps}"
        );
        let case = read(CaseId("a/b".to_owned()), Path::new("a/b.yaml"), text.as_bytes());
        let labels =
            case.unwrap_or_else(|complaints| panic!("{}", complaints.plain())).rows[0].labels();
        assert!(labels.iter().all(|label| label.url == URL));
        let option = |text: String| text.split_once(URL).map(|(_, options)| options.to_owned());
        labels.into_iter().filter_map(|label| option(label.text)).collect()
    }

    #[test]
    fn distinct_labels_have_no_suffix() {
        assert_eq!(options(&[", credentials: include", ", method: PUT"]), ["", ""]);
        assert_eq!(options(&["", ""]), ["", ""]);
        assert_eq!(options(&[", mode: cors", ", mode: cors"]), ["", ""]);
    }

    #[test]
    fn equal_labels_name_what_differs() {
        let pairs = [
            (", credentials: include", " (credentials: include)"),
            (", mode: no-cors", " (mode: no-cors)"),
            (", redirect: manual", " (redirect: manual)"),
            (", cache: reload", " (cache: reload)"),
            (", referrer-policy: origin", " (referrer-policy: origin)"),
            (", headers: [X-A: 1]", " (headers: X-A)"),
            (", headers: [X-A: 1, X-B: 2]", " (headers: X-A, X-B)"),
            (", headers: [X-A: 1, X-A: 23, X-B: 2]", " (headers: 2 × X-A, 3 bytes, X-B)"),
        ];
        for (step, expected) in pairs {
            assert_eq!(options(&["", step]), ["", expected]);
        }
        let bodies =
            [", method: PUT, body: a", ", method: PUT, body: a, body-as: blob", ", method: PUT"];
        assert_eq!(options(&bodies), [" (body: \"a\")", " (body: \"a\", body-as: blob)", ""]);
        assert_eq!(options_of("xhr", &["", ", async: 'false'"]), ["", " (async: false)"]);
        let preloads = options_of("preload", &[", as: image", ", as: script"]);
        assert_eq!(preloads, [" (as: image)", " (as: script)"]);
        let both = options(&[
            ", mode: no-cors, credentials: omit",
            ", mode: no-cors, credentials: include",
        ]);
        assert_eq!(both, [" (credentials: omit)", " (credentials: include)"]);
    }

    #[test]
    fn a_step_after_a_wait_says_how_long_it_is() {
        let text = format!(
            "name: n\nbecause: b\npage: https://app.example\nservers:\n  https://api.example:\n    /x: {{ GET: {{}} }}\n\
             steps:\n  - fetch: {URL}\n  - wait: 600s\n  - wait: 5s\n  - {{ fetch: {URL}, mode: cors }}\n  - fetch: {URL}\n"
        );
        let case = read(CaseId("a".to_owned()), Path::new("a.yaml"), text.as_bytes()).unwrap();
        let labels = case.rows[0].labels().into_iter().map(|label| label.text);
        let labels: Vec<_> = labels.map(|text| text.replace(URL, "URL")).collect();
        assert_eq!(labels, ["fetch URL", "fetch URL (after 605 s, mode: cors)", "fetch URL"]);
    }

    #[test]
    fn values_are_shortened_and_secrets_hidden() {
        let long = format!(", headers: [X-A: {}]", "é".repeat(31));
        let shown = format!(" (headers: X-A: {}… (62 bytes))", "é".repeat(30));
        assert_eq!(
            options(&[&long, ", headers: [x-a: b]"]),
            [shown.as_str(), " (headers: x-a: b)"]
        );
        let secrets = options(&[
            ", headers: [Authorization: Bearer ab]",
            ", headers: [Authorization: Bearer c]",
        ]);
        let hidden =
            ["<2 bytes>", "<1 bytes>"].map(|it| format!(" (headers: Authorization: Bearer {it})"));
        assert_eq!(secrets, hidden);
    }

    #[test]
    fn values_that_are_shown_alike_have_numbers() {
        let tokens = ["aa", "bb", "aa", "ccc"]
            .map(|token| format!(", headers: [Authorization: Bearer {token}]"));
        let shown = options(&tokens.each_ref().map(String::as_str));
        let expected = [
            "<2 bytes>, first value",
            "<2 bytes>, second value",
            "<2 bytes>, first value",
            "<3 bytes>",
        ];
        assert_eq!(shown, expected.map(|it| format!(" (headers: Authorization: Bearer {it})")));
        let cookies = options(&[", headers: [X-A: 1, X-A: 2]", ", headers: [X-A: 3, X-A: 4]"]);
        let bytes =
            ["first", "second"].map(|it| format!(" (headers: 2 × X-A, 2 bytes, {it} value)"));
        assert_eq!(cookies, bytes);
        let common =
            options(&[", headers: [X-A: 1, X-A: 22, X-A: 3]", ", headers: [X-A: 1, X-A: 4]"]);
        assert_eq!(common, [" (headers: 2 × X-A, 3 bytes)", " (headers: X-A: 4)"]);
        let bodies = ["a", "b", "c", "d", "e"]
            .map(|end| format!(", method: PUT, body: {}{end}", "x".repeat(40)));
        let shown = options(&bodies.each_ref().map(String::as_str));
        assert!(shown[1].ends_with("… (43 bytes), second value)"), "{shown:?}");
        assert!(shown[4].ends_with("… (43 bytes), value 5)"), "{shown:?}");
    }
}
