//! Types whose variants each have an entry with the same fields.

/// Makes an enum from a list of variants with their entries: all of them as `ALL`, and the entry of one as `definition`.
macro_rules! registry {
    (
        $(#[$attribute:meta])* enum $type:ident: $definition:ty;
        $($(#[$doc:meta])* $name:ident = $entry:expr;)*
    ) => {
        $(#[$attribute])*
        pub enum $type {
            $($(#[$doc])* $name,)*
        }

        impl $type {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// Its entry in the registry.
            pub fn definition(self) -> &'static $definition {
                match self {
                    $(Self::$name => {
                        static DEFINITION: $definition = $entry;
                        &DEFINITION
                    })*
                }
            }
        }
    };
}
pub(crate) use registry;
