//! What the person importing sees and answers: the mapping they send, the fates and findings they get back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::{Category, Kind, PersonId};

use super::columns::Field;
use super::dates::DateOrder;
use super::encoding::Encoding;

/// A hostile file could warn about every cell; past this many the rest are only counted.
pub const WARNINGS_LISTED: usize = 1_000;

/// The answers given after a dry run. Everything left out is decided by the importer.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ImportMapping)]
pub struct Mapping {
    /// Column index, counted from 0, to what becomes of it.
    pub columns: BTreeMap<String, Target>,
    /// Name in the file to a person's id; null leaves the name a custom value.
    #[schema(value_type = BTreeMap<String, Option<String>>)]
    pub people: BTreeMap<String, Option<PersonId>>,
    pub states: BTreeMap<String, Category>,
    pub date_order: Option<DateOrder>,
    /// What the file's bytes mean where it has no byte order mark; UTF-8 unless said. Not remembered.
    pub encoding: Option<Encoding>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "a field name, \"custom\" or \"ignore\"")]
#[schema(as = ImportTarget)]
pub enum Target {
    Keep(Keep),
    Field(Field),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportKeep)]
pub enum Keep {
    Custom,
    Ignore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportFate)]
pub enum Fate {
    Mapped,
    Custom,
    Ignored,
    Empty,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportColumn)]
pub struct ColumnFate {
    pub index: usize,
    pub header: String,
    pub fate: Fate,
    pub field: Option<Field>,
    pub filled: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportRejection)]
pub struct Rejection {
    pub row: u32,
    pub column: Option<String>,
    pub reason: String,
}

/// Row and column are absent where the whole file is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportWarning)]
pub struct Warning {
    pub row: Option<u32>,
    pub column: Option<String>,
    pub message: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFound {
    pub name: String,
    pub cells: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateFound {
    pub name: String,
    pub category: Category,
    pub rows: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportKind)]
pub struct KindFound {
    pub name: String,
    pub kind: Kind,
    pub rows: u32,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Warnings {
    listed: Vec<Warning>,
    unlisted: usize,
}

impl Warnings {
    pub(super) fn file(&mut self, message: impl Into<String>) {
        self.push(None, None, message.into());
    }

    pub(super) fn row(&mut self, row: u32, message: impl Into<String>) {
        self.push(Some(row), None, message.into());
    }

    pub(super) fn cell(&mut self, row: u32, column: &str, message: impl Into<String>) {
        self.push(Some(row), Some(column.to_owned()), message.into());
    }

    fn push(&mut self, row: Option<u32>, column: Option<String>, message: String) {
        if self.listed.len() < WARNINGS_LISTED {
            self.listed.push(Warning { row, column, message });
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn finish(mut self) -> Vec<Warning> {
        if self.unlisted > 0 {
            let message = format!("{} more warnings are not listed", self.unlisted);
            self.listed.push(Warning { row: None, column: None, message });
        }
        self.listed
    }
}
