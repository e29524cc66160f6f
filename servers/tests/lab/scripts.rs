//! Scripts that no server can serve are rejected as a whole, with every reason.

use cors_servers::script::{Allow, CorsPolicy, OriginScript, Reply, Route};
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
    let headers = [("Content-Length", "9"), ("x y", "1"), ("x-bad", "a\r\nb"), ("TE", "trailers")];
    let bad = Reply { status: 199, ..with_headers(&headers) };
    let replies = vec![("GET".into(), bad), ("GET".into(), reply("")), ("G T".into(), reply(""))];
    let routes = vec![
        Route { path: "/a".into(), replies },
        get("/a", reply("")),
        get("b", reply("")),
        get("/c?d", Reply { status: 1000, ..reply("") }),
    ];
    let cors =
        CorsPolicy { allow_origins: Allow::Any, allow_credentials: true, ..CorsPolicy::default() };
    let bad = OriginScript { cors: Some(cors), ..https("a.test", routes) };
    let found = problems(&lab, vec![bad, https("A.test", vec![]), http("a b", vec![])]);
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    let expected = [
        "https://a.test: `cors` allows credentials, so allow-origins cannot be `*`: the middleware refuses to run",
        "https://a.test/a GET: status 199 is outside 200 to 999",
        "https://a.test/a GET: `Content-Length` belongs to the connection: the server writes it, a script cannot",
        "https://a.test/a GET: `x y` is not a header name",
        "https://a.test/a GET: the value of `x-bad` contains a byte that HTTP cannot carry",
        "https://a.test/a GET: the method is listed twice",
        "https://a.test/a G T: `G T` is not a method",
        "https://a.test/a: the path is listed twice",
        "https://a.test: `b` is not a path: a path starts with `/` and contains no query, fragment or space",
        "https://a.test: `/c?d` is not a path: a path starts with `/` and contains no query, fragment or space",
        "https://a.test/c?d GET: status 1000 is outside 200 to 999",
        "http://a b: `a b` is not a host name: ASCII without spaces, 1 to 255 bytes",
        "https://a.test: two origins share this host and port",
    ];
    assert_eq!(found, expected);
    assert_eq!(ask(&lab, "a.test", 443).await.1, 5);
}

#[tokio::test]
async fn connection_headers_are_rejected() {
    let lab = lab().await;
    let names = ["content-length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade"];
    for name in names {
        let script = http("a.test", vec![get("/", with_headers(&[(name, "1")]))]);
        let complaints: Vec<_> =
            problems(&lab, vec![script]).into_iter().map(|p| p.complaint).collect();
        assert_eq!(complaints, [Complaint::ConnectionHeader(name.into())]);
    }
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
