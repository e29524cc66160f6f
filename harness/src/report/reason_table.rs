//! What reports say about the standard's reasons: a sentence, a link, and the response header that decides.

use cors_model::{Reason, Stage};
use indexmap::IndexMap;
use serde::Serialize;

/// The text for a reason or a stage.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonText {
    sentence: &'static str,
    link: String,
    header: Option<&'static str>,
}

/// All reasons and stages by their names.
pub fn reason_table() -> IndexMap<&'static str, ReasonText> {
    let stages = Stage::ALL
        .iter()
        .map(|stage| (stage.as_str(), text(stage.sentence(), stage.anchor(), None)));
    let reasons = Reason::ALL.iter().map(|reason| {
        (reason.as_str(), text(reason.sentence(), reason.anchor(), deciding_header(*reason)))
    });
    stages.chain(reasons).collect()
}

fn text(sentence: &'static str, anchor: &str, header: Option<&'static str>) -> ReasonText {
    let link = match anchor.starts_with("https://") {
        true => anchor.to_owned(),
        false => format!("https://fetch.spec.whatwg.org/#{anchor}"),
    };
    ReasonText { sentence, link, header }
}

/// The response header, in lower case, that is wrong or missing; `None` if the reason is no header.
fn deciding_header(reason: Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::MissingAllowOrigin
        | Reason::WildcardWithCredentials
        | Reason::SeveralAllowOrigins
        | Reason::AllowOriginMismatch => "access-control-allow-origin",
        Reason::MissingAllowCredentials | Reason::AllowCredentialsNotTrue => {
            "access-control-allow-credentials"
        }
        Reason::UnparsableAllowMethods
        | Reason::MethodNotAllowed
        | Reason::MethodWildcardWithCredentials => "access-control-allow-methods",
        Reason::UnparsableAllowHeaders
        | Reason::AuthorizationNotListed
        | Reason::HeaderNotAllowed
        | Reason::HeaderWildcardWithCredentials => "access-control-allow-headers",
        Reason::EmbeddingNotAllowed => "cross-origin-resource-policy",
        Reason::InvalidLocation
        | Reason::LocationNotHttp
        | Reason::LocationWithCredentials
        | Reason::LocationWithCredentialsAfterCors => "location",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::reason_table;

    #[test]
    fn every_reason_has_a_sentence_and_a_link() {
        let table = reason_table();
        for text in table.values() {
            assert!(text.sentence.ends_with('.') && text.link.starts_with("https://"), "{text:?}");
        }
        let header = table["header-not-allowed"].header;
        assert_eq!(header, Some("access-control-allow-headers"));
    }

    #[test]
    fn every_reason_that_names_a_header_has_it() {
        for (name, text) in reason_table() {
            let named = name.contains("allow-origin") || name.contains("allow-credentials");
            assert!(!named || text.header.is_some(), "{name}");
        }
    }
}
