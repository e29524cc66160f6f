//! A case's [`CorsPolicy`] as the middleware that the servers run.
//!
//! The same as `cors_servers::policy::layer`, which is not public: once it is, this module goes.

use std::time::Duration;

use cors_servers::script::{Allow, CorsPolicy};
use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// The layer, or `None` where the library would panic.
pub(super) fn layer(policy: &CorsPolicy) -> Option<CorsLayer> {
    let members = [
        &policy.allow_origins,
        &policy.allow_methods,
        &policy.allow_headers,
        &policy.expose_headers,
    ];
    if policy.allow_credentials && members.contains(&&Allow::Any) {
        return None;
    }
    let mut layer = CorsLayer::new().allow_credentials(policy.allow_credentials);
    match &policy.allow_origins {
        Allow::Nothing => {}
        Allow::Any => layer = layer.allow_origin(AllowOrigin::any()),
        Allow::Mirror => layer = layer.allow_origin(AllowOrigin::mirror_request()),
        Allow::Listed(values) => {
            layer = layer.allow_origin(AllowOrigin::list(list::<HeaderValue>(values)?));
        }
    }
    match &policy.allow_methods {
        Allow::Nothing => {}
        Allow::Any => layer = layer.allow_methods(AllowMethods::any()),
        Allow::Mirror => layer = layer.allow_methods(AllowMethods::mirror_request()),
        Allow::Listed(values) => {
            layer = layer.allow_methods(AllowMethods::list(list::<Method>(values)?));
        }
    }
    with_headers(layer, policy)
}

fn with_headers(mut layer: CorsLayer, policy: &CorsPolicy) -> Option<CorsLayer> {
    match &policy.allow_headers {
        Allow::Nothing => {}
        Allow::Any => layer = layer.allow_headers(AllowHeaders::any()),
        Allow::Mirror => layer = layer.allow_headers(AllowHeaders::mirror_request()),
        Allow::Listed(values) => {
            layer = layer.allow_headers(AllowHeaders::list(list::<HeaderName>(values)?));
        }
    }
    match &policy.expose_headers {
        Allow::Nothing => {}
        Allow::Any => layer = layer.expose_headers(ExposeHeaders::any()),
        Allow::Mirror => return None,
        Allow::Listed(values) => {
            layer = layer.expose_headers(ExposeHeaders::list(list::<HeaderName>(values)?));
        }
    }
    Some(match policy.max_age {
        Some(seconds) => layer.max_age(Duration::from_secs(seconds)),
        None => layer,
    })
}

/// `*` is a fine token, so the parsers would take it and the library would panic on it later.
fn list<T>(values: &[String]) -> Option<Vec<T>>
where
    T: for<'a> TryFrom<&'a str>,
{
    let parse = |value: &String| match value.as_str() {
        "*" => None,
        text => T::try_from(text).ok(),
    };
    values.iter().map(parse).collect()
}
