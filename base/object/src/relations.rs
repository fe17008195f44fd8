//! Which kinds may be joined by which relation (product.md §1.2). The link picker, the API document and the trace read
//! this table and no other.

use serde::Serialize;
use utoipa::ToSchema;
use vocabulary::{Kind, Relation};

/// Which end of a link on the line lies nearer to the vision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upstream {
    From,
    To,
    /// Beside the line: no end is the reason for the other.
    Neither,
}

pub struct Rule {
    pub relation: Relation,
    /// Read from the first object to the second, and back.
    pub label: &'static str,
    pub inverse: &'static str,
    pub from: &'static [Kind],
    pub to: &'static [Kind],
    pub upstream: Upstream,
}

use Kind::*;

const WORK: &[Kind] = &[Epic, Story, Bug, Task, Spike, Subtask];
const ANY: &[Kind] = Kind::ALL;

pub const TABLE: &[Rule] = &[
    Rule {
        relation: Relation::AsksFor,
        label: "asks for",
        inverse: "asked for by",
        from: &[Feedback],
        to: &[Opportunity, Initiative, Epic, Story, Bug, Task, Spike],
        upstream: Upstream::From,
    },
    Rule {
        relation: Relation::Serves,
        label: "serves",
        inverse: "served by",
        from: &[Opportunity, Initiative, Epic, Story, Bug, Task, Spike, Sprint],
        to: &[Objective],
        upstream: Upstream::To,
    },
    Rule {
        relation: Relation::Addresses,
        label: "addresses",
        inverse: "addressed by",
        from: &[Initiative, Epic, Story, Bug, Task, Spike],
        to: &[Opportunity],
        upstream: Upstream::To,
    },
    Rule {
        relation: Relation::Delivers,
        label: "delivers",
        inverse: "delivered by",
        from: WORK,
        to: &[Initiative],
        upstream: Upstream::To,
    },
    Rule {
        relation: Relation::Blocks,
        label: "blocks",
        inverse: "blocked by",
        from: WORK,
        to: WORK,
        upstream: Upstream::Neither,
    },
    Rule {
        relation: Relation::Duplicates,
        label: "duplicates",
        inverse: "duplicated by",
        from: ANY,
        to: ANY,
        upstream: Upstream::Neither,
    },
    Rule {
        relation: Relation::RelatesTo,
        label: "relates to",
        inverse: "related to by",
        from: ANY,
        to: ANY,
        upstream: Upstream::Neither,
    },
    Rule {
        relation: Relation::Advances,
        label: "advances",
        inverse: "advanced by",
        from: &[Objective, Initiative, Epic, Story, Bug, Task, Spike],
        to: &[Theme],
        upstream: Upstream::Neither,
    },
    Rule {
        relation: Relation::Promises,
        label: "promises",
        inverse: "promised by",
        from: &[Promise],
        to: &[Initiative, Epic, Story, Release],
        upstream: Upstream::Neither,
    },
    Rule {
        relation: Relation::Concerns,
        label: "concerns",
        inverse: "concern of",
        from: &[Question, Proposal, Kind::Decision],
        to: ANY,
        upstream: Upstream::Neither,
    },
];

pub fn rule(relation: Relation) -> &'static Rule {
    TABLE.iter().find(|rule| rule.relation == relation).unwrap_or(&TABLE[TABLE.len() - 1])
}

/// The relations that lead from what is done to why it is done, in SQL: those of the table whose `to` lies nearer to the
/// vision.
pub const UPWARDS: &str = " ('serves', 'addresses', 'delivers')";

/// One line of the table, as the link picker reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelationRow {
    pub relation: Relation,
    pub label: &'static str,
    pub inverse: &'static str,
    pub from: &'static [Kind],
    pub to: &'static [Kind],
    /// Whether the link is part of the line from vision to outcome.
    pub line: bool,
}

impl From<&'static Rule> for RelationRow {
    fn from(rule: &'static Rule) -> Self {
        let Rule { relation, label, inverse, from, to, upstream } = rule;
        Self { relation: *relation, label, inverse, from, to, line: *upstream != Upstream::Neither }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_stands_in_the_table_once() {
        for relation in Relation::ALL {
            assert_eq!(TABLE.iter().filter(|rule| rule.relation == *relation).count(), 1, "{relation}");
        }
    }

    #[test]
    fn what_leads_upwards_is_what_the_table_says() {
        let upwards = TABLE.iter().filter(|rule| rule.upstream == Upstream::To);
        let words: Vec<String> = upwards.map(|rule| format!("'{}'", rule.relation)).collect();
        assert_eq!(UPWARDS, format!(" ({})", words.join(", ")));
        // The view that says whether an item has a why looks at its own links, and at those of what it is part of.
        let migration = include_str!("../../../migrations/0001_the_line.sql");
        assert_eq!(migration.matches(&format!("l.relation IN{UPWARDS}")).count(), 2);
    }
}
