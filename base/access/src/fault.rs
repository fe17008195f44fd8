use crate::table;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::StoreError;
use utoipa::ToSchema;
use vocabulary::{Decision, Role};

/// A role that decides, and who holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Decider {
    pub role: Role,
    pub people: Vec<String>,
}

impl Decider {
    /// Those who decide, by name, or by role where nobody holds it.
    pub fn names(deciders: &[Decider]) -> String {
        let mut names: Vec<&str> = deciders.iter().flat_map(|decider| &decider.people).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            names = deciders.iter().map(|decider| decider.role.noun()).collect();
        }
        names.join(" or ")
    }

    /// "Bea Kern (product owner) decides" for buttons and refusals.
    pub fn sentence(deciders: &[Decider], decision: Decision) -> String {
        let named: Vec<String> = deciders
            .iter()
            .filter(|decider| !decider.people.is_empty())
            .map(|decider| format!("{} ({})", decider.people.join(", "), decider.role.noun()))
            .collect();
        if named.is_empty() {
            let roles: Vec<&str> = deciders.iter().map(|decider| decider.role.noun()).collect();
            format!("Only a {} may {}.", roles.join(" or "), table::sentence(decision))
        } else {
            format!("{} decides: only they may {}.", named.join(" or "), table::sentence(decision))
        }
    }
}

/// A deciding change, written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// How it is recognised, as in `estimate_item`.
    pub change: String,
    pub with: Value,
}

/// Why an operation did not happen. The match to an HTTP status stands in `web::problem`, and nowhere else.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Not there, or not for these eyes.
    #[error("There is no such {what}.")]
    NotFound { what: &'static str },
    #[error("Sign in first.")]
    Unauthenticated,
    #[error("{}", Decider::sentence(deciders, *decision))]
    Refused {
        decision: Decision,
        deciders: Vec<Decider>,
        /// The change itself, where it is asked to be proposed and can be.
        kept: Option<Box<Kept>>,
    },
    /// Only organisation admins manage people and products.
    #[error("Only an admin of the organisation may do this.")]
    AdminsOnly,
    #[error("This token may only read.")]
    ReadOnly,
    /// A field of the request says something it may not.
    #[error("{message}")]
    Invalid { field: String, message: String },
    /// The request is well formed, but the state of things does not allow it.
    #[error("{message}")]
    Broken { rule: &'static str, message: String },
    /// Somebody changed it first.
    #[error("This was changed meanwhile: version {current_version} is current, version {expected} was expected.")]
    Stale { expected: i64, current_version: i64, current: Box<Value> },
    #[error("Say which version you change, with If-Match.")]
    VersionMissing,
    #[error("Too many attempts. Try again in {seconds} seconds.")]
    TooMany { seconds: u64 },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Fault {
    pub fn not_found(what: &'static str) -> Self {
        Self::NotFound { what }
    }
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.to_owned(), message: message.into() }
    }
    /// Another refusal in place of “there is no such thing”; every other fault stays what it is.
    pub fn or_missing(self, refusal: Fault) -> Self {
        if matches!(self, Self::NotFound { .. }) { refusal } else { self }
    }
    pub fn broken(rule: &'static str, message: impl Into<String>) -> Self {
        Self::Broken { rule, message: message.into() }
    }
}
