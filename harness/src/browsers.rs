//! The registry of browsers that can be driven: one entry for each. An entry names the file in
//! `engine/` that implements the trait `Browser` for it. Cases, the command line,
//! reports and `CORS_HARNESS_REQUIRE` take the names from here.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Passes the entries to a macro. An entry is the variant of [`Kind`], which is also the type that
/// implements the browser; its name, which is also its module in `engine/`; and what it is.
macro_rules! with_browsers {
    ($macro:ident) => {
        $macro! {
            Chromium, chromium, "Chromium through chromedriver";
            Firefox, firefox, "Firefox through geckodriver";
            WebKit, webkit, "WebKitGTK's MiniBrowser through WebKitWebDriver";
        }
    };
}
pub(crate) use with_browsers;

macro_rules! kinds {
    ($($kind:ident, $name:ident, $about:literal;)*) => {
        /// A browser that can be driven.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Kind {
            $(#[doc = concat!($about, ".")] $kind,)*
        }

        impl Kind {
            /// All of them, in the order in which they are listed everywhere.
            pub const ALL: [Self; [$(stringify!($kind)),*].len()] = [$(Self::$kind),*];

            /// The name in cases, on the command line and in reports.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($name),)*
                }
            }

            /// What it is, for the help of the command line.
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$kind => $about,)*
                }
            }
        }
    };
}

with_browsers!(kinds);
