//! A policy for tower-http's `CorsLayer`, a middleware that is used in production.

use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use thiserror::Error;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer, ExposeHeaders};

/// A policy that the middleware runs with.
#[derive(Clone, Debug)]
pub struct CorsPolicy {
    settings: CorsSettings,
    layer: CorsLayer,
}

/// The values of a policy, before [`CorsPolicy::new`] checks them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct CorsSettings {
    /// Allowed origins.
    pub allow_origins: Allow,
    /// Methods that a preflight response allows.
    pub allow_methods: Allow,
    /// Request headers that a preflight response allows.
    pub allow_headers: Allow,
    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub allow_credentials: bool,
    /// Response headers exposed to script.
    pub expose_headers: Allow,
    /// Seconds for `Access-Control-Max-Age`.
    pub max_age: Option<u64>,
}

/// The value of one member of [`CorsSettings`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Allow {
    /// The header is not sent.
    #[default]
    Nothing,
    /// A literal `*`.
    Any,
    /// The value of the request is reflected.
    Mirror,
    /// The listed values.
    Listed(Vec<String>),
}

/// A member of [`CorsSettings`] that lists values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CorsMember {
    /// [`CorsSettings::allow_origins`].
    AllowOrigins,
    /// [`CorsSettings::allow_methods`].
    AllowMethods,
    /// [`CorsSettings::allow_headers`].
    AllowHeaders,
    /// [`CorsSettings::expose_headers`].
    ExposeHeaders,
}

impl CorsMember {
    /// Its name, as the YAML of a case has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AllowOrigins => "allow-origins",
            Self::AllowMethods => "allow-methods",
            Self::AllowHeaders => "allow-headers",
            Self::ExposeHeaders => "expose-headers",
        }
    }
}

impl fmt::Display for CorsMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why the middleware would panic or send something else. `index` is the place in the list.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum CorsFault {
    /// Credentials are allowed, and the member is `*`.
    #[error("credentials are allowed, so {0} cannot be `*`: the middleware refuses to run")]
    WildcardWithCredentials(CorsMember),
    /// A list that contains `*`. The middleware takes "any" in another form.
    #[error("{member} lists `*`, which cannot be combined with other values")]
    WildcardInList {
        /// The member of the policy.
        member: CorsMember,
        /// The place in its list.
        index: usize,
    },
    /// The middleware cannot mirror this member.
    #[error("{0} cannot mirror the request")]
    NoMirror(CorsMember),
    /// A listed value that is not a header value, method or header name.
    #[error("{member} cannot hold `{value}`")]
    Value {
        /// The member of the policy.
        member: CorsMember,
        /// The place in its list.
        index: usize,
        /// The value that is listed.
        value: String,
    },
}

impl CorsPolicy {
    /// The middleware with these settings, and with the defaults of the library where there is no
    /// value (such as `Vary`).
    ///
    /// # Errors
    /// Every reason why the library would panic:
    /// <https://docs.rs/tower-http/latest/tower_http/cors/struct.CorsLayer.html>.
    pub fn new(settings: CorsSettings) -> Result<Self, Vec<CorsFault>> {
        let mut faults = wildcards_with_credentials(&settings);
        let origins = checked(origins(&settings.allow_origins), &mut faults);
        let methods = checked(methods(&settings.allow_methods), &mut faults);
        let headers = checked(headers(&settings.allow_headers), &mut faults);
        let exposed = checked(exposed(&settings.expose_headers), &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let layer = CorsLayer::new().allow_credentials(settings.allow_credentials);
        let layer = set(layer, origins, CorsLayer::allow_origin);
        let layer = set(layer, methods, CorsLayer::allow_methods);
        let layer = set(layer, headers, CorsLayer::allow_headers);
        let layer = set(layer, exposed, CorsLayer::expose_headers);
        let layer = set(layer, settings.max_age.map(Duration::from_secs), CorsLayer::max_age);
        Ok(Self { settings, layer })
    }

    /// Its values.
    pub fn settings(&self) -> &CorsSettings {
        &self.settings
    }

    pub(crate) fn layer(&self) -> &CorsLayer {
        &self.layer
    }

    /// The same policy with the listed origins changed. It stays as it is if one of them cannot be
    /// listed.
    #[must_use]
    pub fn map_origins(&self, map: impl Fn(&str) -> String) -> Self {
        let Allow::Listed(origins) = &self.settings.allow_origins else { return self.clone() };
        let allow_origins = Allow::Listed(origins.iter().map(|origin| map(origin)).collect());
        let changed = Self::new(CorsSettings { allow_origins, ..self.settings.clone() });
        changed.unwrap_or_else(|_| self.clone())
    }
}

/// A member, or what is wrong with it.
type Checked<T> = Result<Option<T>, Vec<CorsFault>>;

fn checked<T>(member: Checked<T>, faults: &mut Vec<CorsFault>) -> Option<T> {
    member.unwrap_or_else(|found| {
        faults.extend(found);
        None
    })
}

fn set<T>(layer: CorsLayer, value: Option<T>, with: fn(CorsLayer, T) -> CorsLayer) -> CorsLayer {
    match value {
        Some(value) => with(layer, value),
        None => layer,
    }
}

fn wildcards_with_credentials(settings: &CorsSettings) -> Vec<CorsFault> {
    let members = [
        (CorsMember::AllowOrigins, &settings.allow_origins),
        (CorsMember::AllowMethods, &settings.allow_methods),
        (CorsMember::AllowHeaders, &settings.allow_headers),
        (CorsMember::ExposeHeaders, &settings.expose_headers),
    ];
    let wild = members.into_iter().filter(|(_, allow)| **allow == Allow::Any);
    wild.filter(|_| settings.allow_credentials)
        .map(|(member, _)| CorsFault::WildcardWithCredentials(member))
        .collect()
}

fn origins(allow: &Allow) -> Checked<AllowOrigin> {
    let listed = |values| list::<HeaderValue>(CorsMember::AllowOrigins, values);
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowOrigin::any()),
        Allow::Mirror => Some(AllowOrigin::mirror_request()),
        Allow::Listed(values) => Some(AllowOrigin::list(listed(values)?)),
    })
}

fn methods(allow: &Allow) -> Checked<AllowMethods> {
    let listed = |values| list::<Method>(CorsMember::AllowMethods, values);
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowMethods::any()),
        Allow::Mirror => Some(AllowMethods::mirror_request()),
        Allow::Listed(values) => Some(AllowMethods::list(listed(values)?)),
    })
}

fn headers(allow: &Allow) -> Checked<AllowHeaders> {
    let listed = |values| list::<HeaderName>(CorsMember::AllowHeaders, values);
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(AllowHeaders::any()),
        Allow::Mirror => Some(AllowHeaders::mirror_request()),
        Allow::Listed(values) => Some(AllowHeaders::list(listed(values)?)),
    })
}

/// A request asks for no response header, so there is nothing to mirror.
fn exposed(allow: &Allow) -> Checked<ExposeHeaders> {
    let member = CorsMember::ExposeHeaders;
    Ok(match allow {
        Allow::Nothing => None,
        Allow::Any => Some(ExposeHeaders::any()),
        Allow::Mirror => return Err(vec![CorsFault::NoMirror(member)]),
        Allow::Listed(values) => Some(ExposeHeaders::list(list::<HeaderName>(member, values)?)),
    })
}

/// `*` is a valid token, so the parsers would accept it, and the library would panic on it later.
fn list<T>(member: CorsMember, values: &[String]) -> Result<Vec<T>, Vec<CorsFault>>
where
    T: for<'a> TryFrom<&'a str>,
{
    let (mut parsed, mut faults) = (Vec::with_capacity(values.len()), Vec::new());
    for (index, value) in values.iter().enumerate() {
        match T::try_from(value) {
            _ if value == "*" => faults.push(CorsFault::WildcardInList { member, index }),
            Ok(value) => parsed.push(value),
            Err(_) => faults.push(CorsFault::Value { member, index, value: value.clone() }),
        }
    }
    if faults.is_empty() { Ok(parsed) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(settings: &CorsSettings) -> Vec<CorsFault> {
        CorsPolicy::new(settings.clone()).err().unwrap_or_default()
    }

    #[test]
    fn every_wildcard_that_would_panic_with_credentials_is_named() {
        let settings = CorsSettings {
            allow_origins: Allow::Any,
            allow_methods: Allow::Any,
            allow_headers: Allow::Any,
            allow_credentials: true,
            expose_headers: Allow::Any,
            max_age: None,
        };
        use CorsMember::{AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders};
        let members = [AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders];
        assert_eq!(refused(&settings), members.map(CorsFault::WildcardWithCredentials));
        assert_eq!(refused(&CorsSettings { allow_credentials: false, ..settings }), []);
    }

    #[test]
    fn a_list_accepts_what_the_library_accepts() {
        let listed = |values: &[&str]| {
            Allow::Listed(values.iter().map(|value| (*value).to_owned()).collect())
        };
        let settings = CorsSettings {
            allow_origins: listed(&["*"]),
            allow_methods: listed(&["PUT", "A B"]),
            allow_headers: listed(&["x y", "x-a", "*"]),
            expose_headers: Allow::Mirror,
            ..CorsSettings::default()
        };
        let value =
            |member, index, value: &str| CorsFault::Value { member, index, value: value.into() };
        let expected = [
            CorsFault::WildcardInList { member: CorsMember::AllowOrigins, index: 0 },
            value(CorsMember::AllowMethods, 1, "A B"),
            value(CorsMember::AllowHeaders, 0, "x y"),
            CorsFault::WildcardInList { member: CorsMember::AllowHeaders, index: 2 },
            CorsFault::NoMirror(CorsMember::ExposeHeaders),
        ];
        assert_eq!(refused(&settings), expected);
    }

    #[test]
    fn origins_that_cannot_be_listed_do_not_replace_others() {
        let allow_origins = Allow::Listed(vec!["https://a.test".to_owned()]);
        let policy = CorsPolicy::new(CorsSettings { allow_origins, ..CorsSettings::default() });
        let policy = policy.expect("a policy");
        let with = |text: &str| policy.map_origins(|_| text.to_owned()).settings.allow_origins;
        assert_eq!(with("https://b.test"), Allow::Listed(vec!["https://b.test".to_owned()]));
        assert_eq!(with("\n"), policy.settings.allow_origins);
    }
}
