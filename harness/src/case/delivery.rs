//! Reads how a reply gets to the client: informational responses before it, pauses in its body, and where it stops.

use cors_servers::script::{
    Delivery, HeaderLine, Interim, InterimStatus, Point, Reply, Scheme, Status, Stop, Versions,
};

use super::origin::Origin;
use super::reader::{Reader, ValueError};
use super::tree::Node;
use super::values;

/// What a server can send, apart from its replies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sending {
    /// Whether every browser uses HTTP/1.1 for it.
    is_http_1: bool,
}

impl Sending {
    pub(super) fn of(origin: &Origin, versions: Versions) -> Self {
        Self { is_http_1: origin.scheme == Scheme::Http || versions == Versions::Http1 }
    }
}

/// Reads the keys of a reply whose other keys are read already. `lines` reads header lines.
pub(super) fn read(
    reader: &mut Reader<'_>,
    node: &Node,
    sending: Sending,
    lines: impl Fn(&mut Reader<'_>, &Node) -> Vec<HeaderLine>,
) -> Delivery {
    let interim = node.find("interim").map_or(&[][..], Node::items).iter();
    let interim = interim.filter_map(|interim| {
        let status = reader.maybe(interim, "status", interim_status).flatten();
        let headers = lines(reader, interim);
        Some(Interim { status: status?, headers })
    });
    let interim = interim.collect();
    let pause = reader.maybe(node, "pause", values::delay).flatten();
    let stop = read_stop(reader, node);
    if !sending.is_http_1 {
        complain_about_http_2(reader, node, stop);
    }
    Delivery { interim, pause, stop }
}

fn read_stop(reader: &mut Reader<'_>, node: &Node) -> Option<Stop> {
    let points = Point::ALL.map(|point| (point.as_str(), point));
    let closes = reader.choice(node, "closes", &points).flatten();
    let hangs = reader.choice(node, "hangs", &points).flatten();
    if node.has("closes") && node.has("hangs") {
        let what = "a reply stops once: `closes` ends the connection, and `hangs` keeps it open";
        reader.complain(node.key("hangs"), ValueError::new(what, "remove one of them"));
        return None;
    }
    closes.map(Stop::Closes).or(hangs.map(Stop::Hangs))
}

/// What HTTP/2 cannot show: the HTTP library sends no informational responses, and drops the beginning of a response whose
/// stream is reset.
fn complain_about_http_2(reader: &mut Reader<'_>, node: &Node, stop: Option<Stop>) {
    let is_cut = matches!(stop, Some(Stop::Closes(Point::AfterHeaders | Point::InBody)));
    let cut = is_cut.then_some("closes").filter(|key| node.has(key));
    let interim = node.has("interim").then_some("interim");
    for key in interim.into_iter().chain(cut) {
        let what = format!("`{key}` needs a server that uses HTTP/1.1");
        let help = "add `versions: http/1.1` to the server, or use an http origin";
        reader.complain(node.key(key), ValueError::new(what, help));
    }
}

/// Complains about a reply whose status and body do not fit the way in which it is delivered.
pub(super) fn check(reader: &mut Reader<'_>, node: &Node, reply: &Reply) {
    let Delivery { pause, stop, .. } = &reply.delivery;
    let point = stop.map(Stop::point);
    let stop_key = if node.has("closes") { "closes" } else { "hangs" };
    if point == Some(Point::BeforeHeaders) {
        return check_silence(reader, node, stop_key);
    }
    let late = point.map(|point| (stop_key, format!("`{stop_key}: {}`", point.as_str())));
    let paused = pause.map(|_| ("pause", "`pause`".to_owned()));
    let Some((key, words)) = late.or(paused) else { return };
    let at = node.key(key);
    if has_no_body(reply.status) {
        let what = format!("{words} needs a body, and status {} has none", reply.status.as_u16());
        return reader.complain(at, ValueError::new(what, "use another status, such as 200"));
    }
    if reply.body.0.is_empty() && point != Some(Point::AfterHeaders) {
        let what = format!("{words} needs a `body`");
        let help = match point {
            Some(_) => format!("add a `body`, or write `{key}: after-headers`"),
            None => "add a `body` of several bytes".to_owned(),
        };
        reader.complain(at, ValueError::new(what, help));
    }
}

/// Nothing of a response that does not begin is sent.
fn check_silence(reader: &mut Reader<'_>, node: &Node, stop_key: &str) {
    let unsent = ["status", "headers", "body", "content", "interim", "pause"];
    if let Some(key) = unsent.into_iter().find(|key| node.has(key)) {
        let what = format!("with `{stop_key}: before-headers` no `{key}` is sent");
        let help = format!("remove `{key}`, or write `{stop_key}: after-headers`");
        reader.complain(node.key(key), ValueError::new(what, help));
    }
}

fn has_no_body(status: Status) -> bool {
    matches!(status.as_u16(), 101 | 204 | 304)
}

fn interim_status(text: &str) -> Result<InterimStatus, ValueError> {
    let status = text.parse().ok().and_then(|number| InterimStatus::new(number).ok());
    status.ok_or_else(|| {
        let what = format!(
            "`{}` is not the status of an informational response",
            super::suggest::brief(text)
        );
        ValueError::new(what, "write 100, or a number from 102 to 199: 103 is Early Hints")
    })
}
