use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// An enum whose values have one spelling everywhere: in the database, in JSON and in messages.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }
        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            pub const fn as_str(self) -> &'static str { match self { $($name::$variant => $text),* } }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok($name::$variant),)*
                    other => Err(format!("'{other}' is not one of: {}", [$($text),*].join(", "))),
                }
            }
        }
    };
}
pub(crate) use words;

words!(
    /// What kind of thing on the line an object is (product.md §1.1).
    Kind {
        Vision = "vision",
        Objective = "objective",
        Opportunity = "opportunity",
        Initiative = "initiative",
        Customer = "customer",
        Feedback = "feedback",
        Epic = "epic",
        Story = "story",
        Bug = "bug",
        Task = "task",
        Spike = "spike",
        Subtask = "subtask",
        Sprint = "sprint",
        Release = "release",
        Theme = "theme",
        Promise = "promise",
        Question = "question",
        Proposal = "proposal",
        Decision = "decision",
    }
);

impl Kind {
    /// Items are what the backlog orders and sprints deliver.
    pub const ITEMS: &'static [Kind] = &[Kind::Epic, Kind::Story, Kind::Bug, Kind::Task, Kind::Spike, Kind::Subtask];

    pub fn is_item(self) -> bool {
        Self::ITEMS.contains(&self)
    }

    /// The name in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Subtask => "sub-task",
            other => other.as_str(),
        }
    }

    /// With its article, as in "an epic".
    pub fn one(self) -> String {
        let noun = self.noun();
        let article = if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        format!("{article} {noun}")
    }
}

words!(
    /// Who may read an object: each is wider than the one before it.
    Visibility {
        Team = "team",
        Internal = "internal",
        Customers = "customers",
        Public = "public",
    }
);

words!(
    /// What a workflow state means, whatever a team calls it.
    Category {
        Backlog = "backlog",
        Ready = "ready",
        InProgress = "in_progress",
        InReview = "in_review",
        Done = "done",
        Cancelled = "cancelled",
    }
);

impl Category {
    /// Open work is neither finished nor given up.
    pub fn is_open(self) -> bool {
        !matches!(self, Category::Done | Category::Cancelled)
    }

    /// Work on it has begun, finished or not.
    pub fn is_underway(self) -> bool {
        matches!(self, Category::InProgress | Category::InReview | Category::Done)
    }
}

words!(
    /// A class of work that needs no why, within a budget.
    ExemptClass {
        Defect = "defect",
        Debt = "debt",
        Compliance = "compliance",
        KeepRunning = "keep_running",
    }
);

impl ExemptClass {
    /// The class of an item: a bug of which none is said is a defect.
    pub fn of(kind: Kind, said: Option<Self>) -> Option<Self> {
        said.or((kind == Kind::Bug).then_some(Self::Defect))
    }
}

words!(
    /// A typed, directed relation between two objects. Which kinds it may join stands in `object::relations`.
    Relation {
        AsksFor = "asks_for",
        Serves = "serves",
        Addresses = "addresses",
        Delivers = "delivers",
        Blocks = "blocks",
        Duplicates = "duplicates",
        RelatesTo = "relates_to",
        Advances = "advances",
        Promises = "promises",
        Concerns = "concerns",
    }
);
