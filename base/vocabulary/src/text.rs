use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! bounded_text {
    ($(#[$doc:meta])* $name:ident, min $min:tt, max $max:tt, pattern $pattern:tt, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String, min_length = $min, max_length = $max, pattern = $pattern)]
        pub struct $name(String);

        impl $name {
            pub const MAX: usize = $max;
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                let text = text.trim();
                let length = text.chars().count();
                if text.contains('\0') {
                    Err(concat!($what, " may not hold a NUL character").into())
                } else if $min == 1 && text.is_empty() {
                    Err(concat!($what, " may not be empty").into())
                } else if length > $max {
                    Err(format!(concat!($what, " may hold at most ", $max, " characters, this has {}"), length))
                } else {
                    Ok(Self(text.to_owned()))
                }
            }
        }
        impl TryFrom<&str> for $name {
            type Error = String;
            fn try_from(text: &str) -> Result<Self, String> { Self::try_from(text.to_owned()) }
        }
        impl From<$name> for String { fn from(text: $name) -> String { text.0 } }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
    };
}

bounded_text!(
    /// One line that names a thing.
    Title, min 1, max 500, pattern r"^[^\u0000]*[^\s\u0000][^\u0000]*$", "a title"
);
bounded_text!(
    /// Markdown; may be empty.
    #[derive(Default)]
    Body, min 0, max 200000, pattern r"^[^\u0000]*$", "a text"
);
bounded_text!(
    /// A sentence or two that must say something: a reason, a comment, a criterion.
    Words, min 1, max 20000, pattern r"^[^\u0000]*[^\s\u0000][^\u0000]*$", "this text"
);
bounded_text!(
    /// A short label: a name, a channel, a segment.
    Label, min 1, max 200, pattern r"^[^\u0000]*[^\s\u0000][^\u0000]*$", "a name"
);

/// A relative, team-specific size estimate. Zero to 1,000, halves and quarters allowed.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "f64", into = "f64")]
#[schema(value_type = f64, minimum = 0, maximum = 1000)]
pub struct Points(f64);

impl Points {
    pub fn get(self) -> f64 {
        self.0
    }
}
impl TryFrom<f64> for Points {
    type Error = String;
    fn try_from(value: f64) -> Result<Self, String> {
        if value.is_finite() && (0.0..=1000.0).contains(&value) {
            Ok(Self(value))
        } else {
            Err("points are a number from 0 to 1000".into())
        }
    }
}
impl From<Points> for f64 {
    fn from(points: Points) -> f64 {
        points.0
    }
}

/// The first one or two initials of a name, for a badge.
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().next());
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_trimmed_and_bounded() {
        assert_eq!(Title::try_from("  Replay a webhook ").unwrap().as_str(), "Replay a webhook");
        assert!(Title::try_from("   ").is_err());
        assert!(Title::try_from("x".repeat(501)).is_err());
        assert!(Title::try_from("a\0b").is_err());
    }

    #[test]
    fn initials_take_first_and_last_word() {
        assert_eq!(initials("Ana Maria Nowak"), "AN");
        assert_eq!(initials("Bea"), "B");
        assert_eq!(initials(""), "");
    }
}
