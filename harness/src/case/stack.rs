//! Server software for which a repair can be written.

use std::fmt;
use std::str::FromStr;

/// Server software.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Stack {
    /// Express with the package `cors`.
    Express,
    /// FastAPI, or Starlette, with its `CORSMiddleware`.
    Fastapi,
    /// nginx in front of a service.
    Nginx,
    /// A tower service, such as an axum router, with tower-http.
    TowerHttp,
    /// Django with django-cors-headers.
    Django,
    /// Flask with Flask-CORS.
    Flask,
    /// Spring.
    Spring,
    /// Caddy in front of a service.
    Caddy,
}

impl Stack {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Express,
        Self::Fastapi,
        Self::Nginx,
        Self::TowerHttp,
        Self::Django,
        Self::Flask,
        Self::Spring,
        Self::Caddy,
    ];

    /// Its name on the command line and in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Express => "express",
            Self::Fastapi => "fastapi",
            Self::Nginx => "nginx",
            Self::TowerHttp => "tower-http",
            Self::Django => "django",
            Self::Flask => "flask",
            Self::Spring => "spring",
            Self::Caddy => "caddy",
        }
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stack {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|stack| stack.as_str() == text);
        known.ok_or_else(|| format!("one of: {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}
