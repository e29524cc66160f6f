//! Turns a script's [`CorsPolicy`] into tower-http's middleware.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

use crate::problem::Complaint;
use crate::script::{Allow, CorsPolicy};

const ORIGINS: &str = "allow-origins";
const METHODS: &str = "allow-methods";
const HEADERS: &str = "allow-headers";
const EXPOSED: &str = "expose-headers";

/// The layer, with the defaults of the library where the policy has no value (such as `Vary`); or
/// all reasons why the library would panic.
pub fn layer(policy: &CorsPolicy) -> Result<CorsLayer, Vec<Complaint>> {
    let mut complaints = wildcards_with_credentials(policy);
    let origins = settled(origins(&policy.allow_origins), &mut complaints);
    let methods = settled(methods(&policy.allow_methods), &mut complaints);
    let headers = settled(headers(&policy.allow_headers), &mut complaints);
    let exposed = settled(exposed(&policy.expose_headers), &mut complaints);
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let layer = CorsLayer::new().allow_credentials(policy.allow_credentials);
    let layer = set(layer, origins, CorsLayer::allow_origin);
    let layer = set(layer, methods, CorsLayer::allow_methods);
    let layer = set(layer, headers, CorsLayer::allow_headers);
    let layer = set(layer, exposed, CorsLayer::expose_headers);
    Ok(set(layer, policy.max_age.map(Duration::from_secs), CorsLayer::max_age))
}

type Member<T> = Result<Option<T>, Complaint>;

fn settled<T>(member: Member<T>, complaints: &mut Vec<Complaint>) -> Option<T> {
    member.unwrap_or_else(|complaint| {
        complaints.push(complaint);
        None
    })
}

fn set<T>(layer: CorsLayer, value: Option<T>, with: fn(CorsLayer, T) -> CorsLayer) -> CorsLayer {
    match value {
        Some(value) => with(layer, value),
        None => layer,
    }
}

fn wildcards_with_credentials(policy: &CorsPolicy) -> Vec<Complaint> {
    let members = [
        (ORIGINS, &policy.allow_origins),
        (METHODS, &policy.allow_methods),
        (HEADERS, &policy.allow_headers),
        (EXPOSED, &policy.expose_headers),
    ];
    let wild = members.into_iter().filter(|(_, allow)| **allow == Allow::Any);
    wild.filter(|_| policy.allow_credentials)
        .map(|(member, _)| Complaint::WildcardWithCredentials(member))
        .collect()
}

fn origins(allow: &Allow) -> Member<AllowOrigin> {
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowOrigin::any()),
        Allow::Mirror => Some(AllowOrigin::mirror_request()),
        Allow::Listed(values) => Some(AllowOrigin::list(list::<HeaderValue>(ORIGINS, values)?)),
    })
}

fn methods(allow: &Allow) -> Member<AllowMethods> {
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowMethods::any()),
        Allow::Mirror => Some(AllowMethods::mirror_request()),
        Allow::Listed(values) => Some(AllowMethods::list(list::<Method>(METHODS, values)?)),
    })
}

fn headers(allow: &Allow) -> Member<AllowHeaders> {
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowHeaders::any()),
        Allow::Mirror => Some(AllowHeaders::mirror_request()),
        Allow::Listed(values) => Some(AllowHeaders::list(list::<HeaderName>(HEADERS, values)?)),
    })
}

fn exposed(allow: &Allow) -> Member<ExposeHeaders> {
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(ExposeHeaders::any()),
        Allow::Mirror => return Err(Complaint::NoMirror(EXPOSED)),
        Allow::Listed(values) => Some(ExposeHeaders::list(list::<HeaderName>(EXPOSED, values)?)),
    })
}

/// `*` is a valid token, so the parsers would accept it, and the library would panic on it later.
fn list<T>(member: &'static str, values: &[String]) -> Result<Vec<T>, Complaint>
where
    T: for<'a> TryFrom<&'a str>,
{
    let parse = |value: &String| match value.as_str() {
        "*" => Err(Complaint::WildcardInList(member)),
        text => {
            T::try_from(text).map_err(|_| Complaint::PolicyValue { member, value: value.clone() })
        }
    };
    values.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(policy: &CorsPolicy) -> Vec<Complaint> {
        layer(policy).err().unwrap_or_default()
    }

    #[test]
    fn every_wildcard_that_would_panic_beside_credentials_is_named() {
        let policy = CorsPolicy {
            allow_origins: Allow::Any,
            allow_methods: Allow::Any,
            allow_headers: Allow::Any,
            allow_credentials: true,
            expose_headers: Allow::Any,
            max_age: None,
        };
        let members = [ORIGINS, METHODS, HEADERS, EXPOSED];
        assert_eq!(refused(&policy), members.map(Complaint::WildcardWithCredentials));
        assert_eq!(refused(&CorsPolicy { allow_credentials: false, ..policy }), []);
    }

    #[test]
    fn a_list_accepts_what_the_library_accepts() {
        let listed = |value: &str| Allow::Listed(vec![value.to_owned()]);
        let policy = CorsPolicy {
            allow_origins: listed("*"),
            allow_methods: listed("A B"),
            allow_headers: listed("x y"),
            expose_headers: Allow::Mirror,
            ..CorsPolicy::default()
        };
        let value = |member, value: &str| Complaint::PolicyValue { member, value: value.into() };
        let expected = [
            Complaint::WildcardInList(ORIGINS),
            value(METHODS, "A B"),
            value(HEADERS, "x y"),
            Complaint::NoMirror(EXPOSED),
        ];
        assert_eq!(refused(&policy), expected);
    }
}
