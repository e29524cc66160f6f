//! Replies that are not sent as one complete response at once, and dates.

use std::time::{Duration, Instant};

use cors_servers::script::{
    Delivery, HeaderLine, HeaderName, HeaderTemplate, Interim, InterimStatus, Piece, Point, Reply,
    Stop, Template,
};

use crate::support::*;

const ASK: &str = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";

fn stopping(body: &str, stop: Stop) -> Reply {
    let delivery = Delivery { stop: Some(stop), ..Delivery::default() };
    Reply { delivery, ..reply(body) }
}

#[tokio::test]
async fn a_script_closes_the_connection_where_it_says() {
    for (stop, expected) in [
        (Stop::Closes(Point::BeforeHeaders), ""),
        (Stop::Closes(Point::AfterHeaders), "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n"),
        (Stop::Closes(Point::InBody), "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nbody"),
    ] {
        let lab = lab().await;
        let hosted = host(&lab, http("a.test", vec![get("/", stopping("body", stop))]));
        assert_eq!(raw(&lab, ASK).await, expected, "{stop:?}");
        let exchange = hosted.exchanges().remove(0);
        assert_eq!(exchange.stop, Some(stop));
        assert_eq!(exchange.reply.is_some(), !expected.is_empty(), "{stop:?}");
        assert!(exchange.reply.is_none_or(|reply| !reply.complete), "{stop:?}");
        assert!(
            hosted.failed_connections().is_empty(),
            "{stop:?}: {:?}",
            hosted.failed_connections()
        );
    }
}

#[tokio::test]
async fn an_empty_body_that_stops_announces_a_byte() {
    let lab = lab().await;
    let stop = Stop::Closes(Point::AfterHeaders);
    let _hosted = host(&lab, http("a.test", vec![get("/", stopping("", stop))]));
    assert_eq!(raw(&lab, ASK).await, "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n");
}

#[tokio::test]
async fn over_http_2_a_stream_is_reset() {
    let lab = lab().await;
    let stop = Stop::Closes(Point::BeforeHeaders);
    let hosted = host(&lab, https("a.test", vec![get("/", stopping("", stop))]));
    assert!(client(&lab).get("https://a.test/").send().await.is_err());
    assert!(hosted.failed_connections().is_empty(), "{:?}", hosted.failed_connections());
}

#[tokio::test]
async fn a_script_hangs_where_it_says() {
    let lab = lab().await;
    let at = |point| stopping("body", Stop::Hangs(point));
    let routes = vec![
        get("/silent", at(Point::BeforeHeaders)),
        get("/headers", at(Point::AfterHeaders)),
        get("/body", at(Point::InBody)),
    ];
    let hosted = host(&lab, https("a.test", routes));
    let client = client(&lab);
    let silent = tokio::spawn(client.get("https://a.test/silent").send());
    eventually("the request arrives", || hosted.exchanges().len() == 1).await;
    for (path, length) in [("headers", "4"), ("body", "5")] {
        let url = format!("https://a.test/{path}");
        let mut response = client.get(url).send().await.expect("the headers arrive");
        assert_eq!(response.headers()["content-length"], length);
        if path == "body" {
            assert_eq!(response.chunk().await.expect("a part").expect("a part"), "body");
        }
    }
    assert!(!silent.is_finished());
    assert!(hosted.exchanges()[0].reply.is_none());
    hosted.end().await;
    assert!(silent.await.expect("no panic").is_err(), "the connection ends with the origin");
}

#[tokio::test]
async fn a_response_to_head_is_complete() {
    let lab = lab().await;
    let stop = Stop::Hangs(Point::InBody);
    let _hosted = host(&lab, http("a.test", vec![get("/", stopping("body", stop))]));
    let response = client(&lab).head("http://a.test/").send().await.expect("a reply");
    assert_eq!(response.headers()["content-length"], "5");
    assert_eq!(response.bytes().await.expect("no body").len(), 0);
}

#[tokio::test]
async fn a_paused_body_is_complete_in_the_end() {
    let lab = lab().await;
    let pause = Duration::from_millis(5);
    let delivery = Delivery { pause: Some(pause), ..Delivery::default() };
    let hosted =
        host(&lab, https("a.test", vec![get("/", Reply { delivery, ..reply("0123456789") })]));
    let began = Instant::now();
    assert_eq!(body(&client(&lab), "https://a.test/").await, "0123456789");
    assert!(began.elapsed() >= 9 * pause);
    assert!(hosted.exchanges()[0].reply.as_ref().is_some_and(|reply| reply.complete));
}

#[tokio::test]
async fn informational_responses_come_first() {
    let lab = lab().await;
    let line = |name, value| HeaderLine::text(name, value).expect("a line");
    let interim = |status, headers| Interim {
        status: InterimStatus::new(status).expect("a status"),
        headers,
    };
    let delivery = Delivery {
        interim: vec![interim(100, vec![]), interim(103, vec![line("X-Early", "1")])],
        ..Delivery::default()
    };
    let reply = Reply { delivery, ..with_headers(&[("X-A", "2")]) };
    let hosted = host(&lab, http("a.test", vec![get("/", reply)]));
    let expected = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n\
                    HTTP/1.1 200 OK\r\nX-A: 2\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let ask = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(&lab, ask).await, expected);
    let sent = hosted.exchanges().remove(0).reply.expect("a reply");
    assert_eq!(sent.headers[0], ("X-A".to_owned(), b"2".to_vec()));
}

#[tokio::test]
async fn dates_follow_the_clock_of_the_client() {
    let lab = lab().await;
    let dated = |name: &str, offset| HeaderLine {
        name: HeaderName::new(name).expect("a name"),
        value: HeaderTemplate::new(Template(vec![Piece::Date { offset }])).expect("a value"),
    };
    let headers = vec![dated("Date", 0), dated("Expires", 60), dated("Last-Modified", -60)];
    let hosted = host(&lab, http("a.test", vec![get("/", Reply { headers, ..reply("") })]));
    for ahead in [0, 1000] {
        lab.ahead().advance(ahead);
        let response = client(&lab).get("http://a.test/").send().await.expect("a reply");
        let arrived = hosted.take_exchanges().remove(0).arrived;
        let moment = lab.unix_start() + arrived + Duration::from_secs(ahead.into());
        for (name, offset) in [("date", 0), ("expires", 60), ("last-modified", -60)] {
            let value = response.headers()[name].to_str().expect("text");
            let date = httpdate::parse_http_date(value).expect("a date");
            let date = date.duration_since(std::time::UNIX_EPOCH).expect("after 1970");
            assert_eq!(date.as_secs(), moment.as_secs().saturating_add_signed(offset), "{name}");
        }
    }
}
