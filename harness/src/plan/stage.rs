//! The page of a stage: its documents, its marker, and the rows as it plays them.

use cors_servers::script::{Address, OriginScript, Route, Scheme};

use super::call::{Play, moments};
use super::lab::{
    PAGE_PATH, TOP_PATH, address, document_server, marker_routes, page_document, script,
    top_document,
};
use super::names::Names;
use super::visit::visits;
use super::{PlannedRow, Stage};
use crate::case::{Context, Origin, Row};

/// A stage for one row and nobody else.
pub(super) fn stage_alone(index: usize, row: &Row, names: Names) -> Stage {
    let mut stage = stage_for(row, &names);
    stage.rows.push(planned_row(index, row, names));
    stage
}

/// A stage with the documents of `row`'s page and no rows.
pub(super) fn stage_for(row: &Row, names: &Names) -> Stage {
    let page = &row.page;
    let own = address(&page.origin, names);
    let base = base_url(&page.origin, names);
    let frame = format!("{base}{PAGE_PATH}");
    let (url, documents) = match &page.context {
        Context::Document => (frame, vec![document_server(own, vec![page_document()])]),
        Context::SandboxedIframe => {
            let documents = vec![page_document(), top_document(PAGE_PATH, true)];
            (format!("{base}{TOP_PATH}"), vec![document_server(own, documents)])
        }
        Context::Iframe { inside } => {
            let top = vec![top_document(&frame, false)];
            let url = format!("{}{TOP_PATH}", base_url(inside, names));
            (url, iframe_servers((own, vec![page_document()]), (address(inside, names), top)))
        }
    };
    let in_frame = page.context != Context::Document;
    let origin = names.physical(&page.serialised_origin());
    Stage {
        url,
        fresh: false,
        in_frame,
        origin,
        documents,
        marker: marker(page.origin.scheme),
        rows: Vec::new(),
    }
}

fn iframe_servers(frame: (Address, Vec<Route>), top: (Address, Vec<Route>)) -> Vec<OriginScript> {
    if frame.0 == top.0 {
        return vec![document_server(frame.0, [frame.1, top.1].concat())];
    }
    vec![document_server(frame.0, frame.1), document_server(top.0, top.1)]
}

fn base_url(origin: &Origin, names: &Names) -> String {
    names.physical(&origin.to_string())
}

/// A row as it is played; the marker is filled in when its stage's place is known.
pub(super) fn planned_row(index: usize, row: &Row, names: Names) -> PlannedRow {
    let cookies = row.cookies.iter().map(|cookie| {
        let mut own = cookie.clone();
        own.origin.host = names.physical(&cookie.origin.host);
        own.set_cookie = names.physical(&cookie.set_cookie);
        own
    });
    let cookies: Vec<_> = cookies.collect();
    PlannedRow {
        index,
        servers: row.servers.iter().map(|server| script(server, &names)).collect(),
        visits: visits(&cookies),
        cookies,
        play: Play { moments: moments(&row.steps, &names), marker: String::new() },
        marker_path: format!("/r{index}/"),
        names,
    }
}

/// The host that is told when a row's group of steps has settled. It has the scheme of the page, or
/// its requests would be mixed content.
fn marker(scheme: Scheme) -> OriginScript {
    let marker = Origin { scheme, port: scheme.default_port(), host: String::new() };
    document_server(address(&marker, &Names::verbatim()), Vec::new())
}

/// Names the stage's marker by its `number`, so that no two stages of a browser share one, and
/// tells the rows where it is.
pub(super) fn add_marker(stage: &mut Stage, number: usize) {
    let marker = &mut stage.marker;
    marker.address.host = format!("m{number}.cors-harness.test");
    let paths = stage.rows.iter().flat_map(|row| {
        (0..row.play.moments.len()).map(|moment| format!("{}{moment}", row.marker_path))
    });
    marker.routes = marker_routes(paths);
    for row in &mut stage.rows {
        let Address { scheme, host, .. } = &marker.address;
        row.play.marker = format!("{}://{host}{}", scheme.as_str(), row.marker_path);
    }
}
