//! Origins that cannot be hosted are rejected together, with every reason.

use cors_servers::script::OriginScript;
use cors_servers::{Complaint, Lab, LabError, Problem};

use crate::support::*;

fn problems(lab: &Lab, origins: Vec<OriginScript>) -> Vec<Problem> {
    match lab.host(origins) {
        Err(LabError::Scripts(problems)) => problems,
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

#[tokio::test]
async fn every_problem_is_reported_with_its_place() {
    let lab = lab().await;
    let unknown = OriginScript { service: Some("none".to_owned()), ..http("c.test", vec![]) };
    let origins =
        vec![https("a.test", vec![]), https("A.test", vec![]), http("a b", vec![]), unknown];
    let found: Vec<_> = problems(&lab, origins).iter().map(ToString::to_string).collect();
    let expected = [
        "http://a b: `a b` is not a host name: ASCII without spaces, 1 to 255 bytes",
        "http://c.test: there is no service with the name `none`",
        "https://a.test: two origins share this host and port",
    ];
    assert_eq!(found, expected);
    assert_eq!(ask(&lab, "a.test", 443).await.1, 5);
}

#[tokio::test]
async fn an_address_is_unavailable_while_it_is_hosted() {
    let lab = lab().await;
    let hosted = host(&lab, http("a.test", vec![]));
    let two = || vec![http("b.test", vec![]), http("A.TEST", vec![])];
    let expected = Problem { place: "http://a.test".into(), complaint: Complaint::AddressTaken };
    assert_eq!(problems(&lab, two()), [expected]);
    assert_eq!(ask(&lab, "b.test", 80).await.1, 5);
    drop(hosted);
    assert_eq!(problems(&lab, two()), []);
}
