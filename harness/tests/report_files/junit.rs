//! JUnit XML: what the schemas of Jenkins and Ant agree on.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::report;

/// Elements in the order in which they begin, each with its depth and its attributes.
fn elements(text: &str) -> Vec<(usize, String, Vec<(String, String)>)> {
    let mut reader = Reader::from_str(text);
    let (mut elements, mut depth) = (Vec::new(), 0);
    loop {
        let (start, is_empty) = match reader.read_event().unwrap() {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                depth -= 1;
                continue;
            }
            Event::Eof => return elements,
            _ => continue,
        };
        let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            (name, String::from_utf8(attribute.value.to_vec()).unwrap())
        });
        elements.push((depth, name, attributes.collect()));
        depth += usize::from(!is_empty);
    }
}

#[test]
fn elements_and_attributes_are_those_of_the_schemas() {
    let text = report("junit", "junit.xml");
    let elements = elements(&text);
    let suite = "id package name timestamp hostname tests failures errors time";
    let known = [
        (0, "testsuites", ""),
        (1, "testsuite", suite),
        (2, "properties", ""),
        (3, "property", "name value"),
        (2, "testcase", "classname name time"),
        (3, "failure", "type message"),
        (3, "error", "type message"),
        (2, "system-out", ""),
        (2, "system-err", ""),
    ];
    for (depth, name, attributes) in &elements {
        let attributes: Vec<_> = attributes.iter().map(|(name, _)| name.as_str()).collect();
        assert!(
            known.contains(&(*depth, name.as_str(), attributes.join(" ").as_str())),
            "{depth} {name} {attributes:?}"
        );
    }
    let children =
        elements.iter().filter(|(depth, ..)| *depth == 2).map(|(_, name, _)| name.as_str());
    let mut children: Vec<_> = children.collect();
    children.dedup();
    let one = ["properties", "testcase", "system-out", "system-err"];
    assert_eq!(children, [one, one].concat());
}

#[test]
fn a_test_is_a_case_and_a_row_that_failed_is_a_property() {
    let text = report("junit", "junit.xml");
    let elements = elements(&text);
    let of = |name: &'static str| {
        elements
            .iter()
            .filter(move |(_, known, _)| known == name)
            .map(|(.., attributes)| attributes)
    };
    let value = |attributes: &[(String, String)], name: &str| {
        attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap()
    };
    let suites: Vec<_> = of("testsuite")
        .map(|suite| (value(suite, "name"), value(suite, "tests"), value(suite, "failures")))
        .collect();
    let own = |texts: [&str; 3]| (texts[0].to_owned(), texts[1].to_owned(), texts[2].to_owned());
    assert_eq!(suites, [own(["standard", "1", "1"]), own(["control", "2", "1"])]);
    let failures: Vec<_> = of("failure").map(|failure| value(failure, "type")).collect();
    assert_eq!(failures, ["new", "differs"]);
    let rows: Vec<_> = of("property")
        .map(|property| value(property, "name"))
        .filter(|name| name != "version")
        .collect();
    assert_eq!(rows, ["reads row credentials=omit", "reads row credentials=include"]);
}
