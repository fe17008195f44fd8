//! What an archive carries: every table and every column, its type, and whether it is told to everybody who may export,
//! kept for a backup, or not written at all because it is made again. A test compares this with the real schema, so
//! that nobody adds a column without deciding.

use store::Holds;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Id,
    /// An id of a person; an export of one product brings these people along.
    Person,
    Text,
    Int,
    /// An integer of microseconds in the database, RFC 3339 in the archive.
    Time,
    Real,
    Bool,
}

impl Type {
    pub fn holds(self) -> Holds {
        match self {
            Type::Id | Type::Person => Holds::Id,
            Type::Text => Holds::Text,
            Type::Int | Type::Time => Holds::Int,
            Type::Real => Holds::Real,
            Type::Bool => Holds::Bool,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Exported,
    /// Written in a backup only.
    Private,
}

#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    pub ty: Type,
    pub fate: Fate,
    /// Names a row of its own table, which may come later: set when all rows are there.
    pub own_table: bool,
}

impl Column {
    const fn of(name: &'static str, ty: Type) -> Self {
        Self { name, ty, fate: Fate::Exported, own_table: false }
    }
    const fn private(self) -> Self {
        Self { fate: Fate::Private, ..self }
    }
    const fn in_own_table(self) -> Self {
        Self { own_table: true, ..self }
    }
}

const fn id(name: &'static str) -> Column {
    Column::of(name, Type::Id)
}
const fn person(name: &'static str) -> Column {
    Column::of(name, Type::Person)
}
const fn text(name: &'static str) -> Column {
    Column::of(name, Type::Text)
}
const fn int(name: &'static str) -> Column {
    Column::of(name, Type::Int)
}
const fn time(name: &'static str) -> Column {
    Column::of(name, Type::Time)
}
const fn real(name: &'static str) -> Column {
    Column::of(name, Type::Real)
}
const fn flag(name: &'static str) -> Column {
    Column::of(name, Type::Bool)
}

/// Which rows of a table belong to a product; `$1` is its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Within {
    /// All of them belong to every product's archive.
    Everywhere,
    /// The people the product's other rows name.
    Named,
    Rows(&'static str),
    /// None: the whole table is private.
    Nowhere,
}

#[derive(Debug, Clone, Copy)]
pub struct Table {
    pub name: &'static str,
    /// The primary key; the order of the rows.
    pub key: &'static [&'static str],
    pub within: Within,
    pub columns: &'static [Column],
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// A private table is in a backup only.
    pub fn is_private(&self) -> bool {
        self.within == Within::Nowhere
    }
}

const IN_PRODUCT: Within = Within::Rows("product_id = $1");
const OF_OBJECT: Within = Within::Rows("object_id IN (SELECT id FROM object WHERE product_id = $1)");

/// In the order of [`store::Db::tables`].
pub const TABLES: &[Table] = &[
    Table {
        name: "organisation",
        key: &["id"],
        within: Within::Everywhere,
        columns: &[id("id"), text("name"), time("created_at")],
    },
    Table {
        name: "person",
        key: &["id"],
        within: Within::Named,
        columns: &[
            id("id"),
            text("name"),
            text("email"),
            text("password_hash").private(),
            flag("admin"),
            text("state"),
            int("version"),
            time("created_at"),
        ],
    },
    Table {
        name: "session",
        key: &["id"],
        within: Within::Nowhere,
        columns: &[
            id("id"),
            person("person_id"),
            text("token_hash").private(),
            text("user_agent"),
            time("created_at"),
            time("seen_at"),
            time("expires_at"),
        ],
    },
    Table {
        name: "access_token",
        key: &["id"],
        within: Within::Nowhere,
        columns: &[
            id("id"),
            person("person_id"),
            text("name"),
            text("prefix"),
            text("token_hash").private(),
            text("scope"),
            time("created_at"),
            time("expires_at"),
            time("last_used_at"),
        ],
    },
    Table {
        name: "invitation",
        key: &["token_hash"],
        within: Within::Nowhere,
        columns: &[text("token_hash").private(), person("person_id"), time("created_at"), time("expires_at")],
    },
    Table {
        name: "product",
        key: &["id"],
        within: Within::Rows("id = $1"),
        columns: &[
            id("id"),
            text("key"),
            text("name"),
            int("ordinal"),
            int("version"),
            time("created_at"),
            text("who_decides"),
        ],
    },
    Table {
        name: "scope_counter",
        key: &["scope_id"],
        within: Within::Rows("scope_id = $1"),
        columns: &[id("scope_id"), int("seq"), int("number")],
    },
    Table {
        name: "member",
        key: &["product_id", "person_id", "role"],
        within: IN_PRODUCT,
        columns: &[id("product_id"), person("person_id"), text("role"), text("department")],
    },
    Table {
        name: "delegation",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[
            id("id"),
            id("product_id"),
            text("decision"),
            person("person_id"),
            text("until"),
            time("given_at"),
            person("given_by"),
        ],
    },
    Table {
        name: "workflow_state",
        key: &["product_id", "name"],
        within: IN_PRODUCT,
        columns: &[id("product_id"), text("name"), text("category"), int("position"), int("wip_limit")],
    },
    Table {
        name: "object",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[
            id("id"),
            id("product_id"),
            int("number"),
            text("kind"),
            text("title"),
            person("owner_id"),
            text("visibility"),
            int("version"),
            time("created_at"),
            person("created_by"),
            time("updated_at"),
            time("archived_at"),
            text("body"),
        ],
    },
    Table {
        name: "vision",
        key: &["object_id"],
        within: OF_OBJECT,
        columns: &[
            id("object_id"),
            int("number"),
            text("target_group"),
            text("needs"),
            text("product"),
            text("business_goals"),
        ],
    },
    Table {
        name: "vision_version",
        key: &["object_id", "number"],
        within: OF_OBJECT,
        columns: &[
            id("object_id"),
            int("number"),
            time("at"),
            person("by_id"),
            text("reason"),
            text("statement"),
            text("target_group"),
            text("needs"),
            text("product"),
            text("business_goals"),
        ],
    },
    Table {
        name: "objective",
        key: &["object_id"],
        within: OF_OBJECT,
        columns: &[id("object_id"), text("period"), text("status")],
    },
    Table {
        name: "key_result",
        key: &["id"],
        within: Within::Rows("objective_id IN (SELECT id FROM object WHERE product_id = $1)"),
        columns: &[
            id("id"),
            id("objective_id"),
            int("position"),
            text("title"),
            text("unit"),
            real("baseline"),
            real("target"),
            time("created_at"),
        ],
    },
    Table {
        name: "check_in",
        key: &["key_result_id", "at"],
        within: Within::Rows(
            "key_result_id IN (SELECT k.id FROM key_result k JOIN object o ON o.id = k.objective_id
             WHERE o.product_id = $1)",
        ),
        columns: &[id("key_result_id"), time("at"), real("value"), int("confidence"), text("note"), person("by_id")],
    },
    Table {
        name: "opportunity",
        key: &["object_id"],
        within: OF_OBJECT,
        columns: &[id("object_id"), text("need"), text("state"), id("parent_id").in_own_table()],
    },
    Table {
        name: "initiative",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("outcome"),
            text("lane"),
            text("rank"),
            text("starts"),
            text("ends"),
            int("confidence"),
        ],
    },
    Table {
        name: "theme",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[id("object_id"), id("product_id"), int("target_share")],
    },
    Table {
        name: "promise",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[id("object_id"), id("product_id"), text("audience"), text("due"), int("confidence"), text("state")],
    },
    Table {
        name: "customer",
        key: &["object_id"],
        within: OF_OBJECT,
        columns: &[id("object_id"), text("segment"), real("value"), text("email")],
    },
    Table {
        name: "feedback",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            id("customer_id"),
            text("channel"),
            int("importance"),
            text("received_on"),
            text("state"),
            text("reason"),
        ],
    },
    Table {
        name: "sprint",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("goal"),
            text("starts"),
            text("ends"),
            text("state"),
            real("capacity"),
            text("verdict"),
            text("verdict_note"),
            time("started_at"),
            time("closed_at"),
        ],
    },
    Table {
        name: "team",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[id("id"), id("product_id"), int("position"), text("name")],
    },
    Table {
        name: "team_member",
        key: &["team_id", "person_id"],
        within: Within::Rows("team_id IN (SELECT id FROM team WHERE product_id = $1)"),
        columns: &[id("team_id"), person("person_id")],
    },
    Table {
        name: "day_off",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[id("id"), id("product_id"), person("person_id"), text("first_day"), text("last_day"), text("note")],
    },
    Table {
        name: "release",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[id("object_id"), id("product_id"), text("planned_on"), time("shipped_at"), person("shipped_by")],
    },
    Table {
        name: "item",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("kind"),
            int("number"),
            text("rank"),
            text("state"),
            text("category"),
            flag("open"),
            real("points"),
            person("assignee_id"),
            id("team_id"),
            id("parent_id").in_own_table(),
            id("sprint_id"),
            id("release_id"),
            text("blocked_reason"),
            time("blocked_at"),
            time("started_at"),
            time("done_at"),
            time("accepted_at"),
            person("accepted_by"),
            text("exempt"),
        ],
    },
    Table {
        name: "criterion",
        key: &["id"],
        within: Within::Rows("item_id IN (SELECT object_id FROM item WHERE product_id = $1)"),
        columns: &[
            id("id"),
            id("item_id"),
            int("position"),
            text("text"),
            time("accepted_at"),
            person("accepted_by"),
            text("returned_reason"),
            int("version"),
        ],
    },
    Table {
        name: "sprint_scope",
        key: &["sprint_id", "item_id", "added_at"],
        within: Within::Rows("sprint_id IN (SELECT object_id FROM sprint WHERE product_id = $1)"),
        columns: &[
            id("sprint_id"),
            id("item_id"),
            time("added_at"),
            person("added_by"),
            time("removed_at"),
            person("removed_by"),
            flag("committed"),
            real("points"),
            real("final_points"),
            time("done_at"),
            text("outcome"),
        ],
    },
    Table {
        name: "telling",
        key: &["id"],
        within: Within::Rows("release_id IN (SELECT object_id FROM release WHERE product_id = $1)"),
        columns: &[
            id("id"),
            id("release_id"),
            id("feedback_id"),
            text("text"),
            text("channel"),
            time("told_at"),
            person("told_by"),
        ],
    },
    Table {
        name: "question",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("role"),
            text("answer"),
            time("answered_at"),
            person("answered_by"),
        ],
    },
    Table {
        name: "proposal",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("state"),
            text("via"),
            text("changes"),
            text("decisions"),
            text("shown"),
            int("seen_seq"),
            text("answer"),
            time("decided_at"),
            person("decided_by"),
        ],
    },
    Table {
        name: "approval",
        key: &["proposal_id", "role"],
        within: Within::Rows("proposal_id IN (SELECT object_id FROM proposal WHERE product_id = $1)"),
        columns: &[id("proposal_id"), text("role"), person("person_id"), time("at")],
    },
    Table {
        name: "decision",
        key: &["object_id"],
        within: IN_PRODUCT,
        columns: &[
            id("object_id"),
            id("product_id"),
            text("options"),
            text("choice"),
            time("decided_at"),
            person("decided_by"),
            id("proposal_id"),
        ],
    },
    Table {
        name: "drift",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[
            id("id"),
            id("product_id"),
            id("object_id"),
            id("source_id"),
            text("field"),
            text("before"),
            text("after"),
            time("at"),
            time("confirmed_at"),
            person("confirmed_by"),
        ],
    },
    Table {
        name: "contradiction",
        key: &["product_id", "rule", "one_id", "other_id"],
        within: IN_PRODUCT,
        columns: &[
            id("product_id"),
            text("rule"),
            id("one_id"),
            id("other_id"),
            text("sentence"),
            time("since"),
            text("accepted_until"),
            person("accepted_by"),
            text("reason"),
        ],
    },
    Table {
        name: "exempt_budget",
        key: &["product_id", "class"],
        within: IN_PRODUCT,
        columns: &[id("product_id"), text("class"), int("share")],
    },
    Table {
        name: "looked_over",
        key: &["product_id"],
        within: IN_PRODUCT,
        columns: &[id("product_id"), int("seq"), text("day")],
    },
    Table {
        name: "link",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[
            id("id"),
            id("product_id"),
            text("relation"),
            id("from_id"),
            id("to_id"),
            time("created_at"),
            person("created_by"),
        ],
    },
    Table {
        name: "comment",
        key: &["id"],
        within: OF_OBJECT,
        columns: &[
            id("id"),
            id("object_id"),
            person("author_id"),
            text("body"),
            time("created_at"),
            time("edited_at"),
            time("deleted_at"),
            int("version"),
        ],
    },
    Table {
        name: "attachment",
        key: &["id"],
        within: OF_OBJECT,
        columns: &[
            id("id"),
            id("object_id"),
            text("name"),
            text("media_type"),
            int("size"),
            text("content_hash"),
            time("created_at"),
            person("created_by"),
            time("deleted_at"),
        ],
    },
    Table {
        name: "follower",
        key: &["object_id", "person_id"],
        within: OF_OBJECT,
        columns: &[id("object_id"), person("person_id")],
    },
    Table {
        name: "activity",
        key: &["scope_id", "seq"],
        within: Within::Rows("scope_id = $1"),
        columns: &[
            id("scope_id"),
            int("seq"),
            time("at"),
            person("actor_id"),
            text("via"),
            text("verb"),
            id("object_id"),
            int("version"),
            id("batch_id"),
            text("changes"),
        ],
    },
    Table {
        name: "import_batch",
        key: &["id"],
        within: IN_PRODUCT,
        columns: &[
            id("id"),
            id("product_id"),
            text("source"),
            text("file"),
            time("at"),
            person("by_id"),
            int("created"),
            int("updated"),
            int("unchanged"),
            int("rejected"),
            text("report"),
            time("undone_at"),
        ],
    },
    Table {
        name: "import_change",
        key: &["batch_id", "object_id"],
        within: Within::Rows("batch_id IN (SELECT id FROM import_batch WHERE product_id = $1)"),
        columns: &[id("batch_id"), id("object_id"), flag("created"), int("version_after"), text("before")],
    },
    Table {
        name: "external_key",
        key: &["product_id", "source", "external_id"],
        within: IN_PRODUCT,
        columns: &[id("product_id"), text("source"), text("external_id"), id("object_id"), text("fingerprint")],
    },
    Table {
        name: "imported_values",
        key: &["object_id"],
        within: OF_OBJECT,
        columns: &[id("object_id"), text("source"), text("cells")],
    },
    Table {
        name: "idempotency_key",
        key: &["person_id", "key"],
        within: Within::Nowhere,
        columns: &[person("person_id"), text("key"), text("request_hash"), int("status"), text("response"), time("at")],
    },
];

/// Columns that no archive carries: triggers make them again.
#[cfg(test)]
const DERIVED_COLUMNS: &[(&str, &[&str])] = &[("item", &["title", "visibility", "version", "archived", "epic", "why"])];

/// Tables that no archive carries: they are made again.
#[cfg(test)]
const DERIVED: &[(&str, &str)] = &[
    ("search", "the full-text index, made from titles and texts"),
    ("schema_migration", "which migrations this database has seen"),
];

pub fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::{Db, Location, Options, StoreError};

    #[test]
    fn tables_stand_in_the_order_of_the_store() {
        let names: Vec<&str> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(names, Db::tables());
    }

    #[test]
    fn every_column_is_exported_private_or_derived() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&Location::Folder(folder.path().to_owned()), Options { connections: 1 }).unwrap();
        let schema: Vec<(String, Vec<(String, String, i64)>)> = db
            .read_now(|conn| {
                let tables: Vec<(String,)> =
                    conn.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", &[])?;
                tables
                    .into_iter()
                    .filter(|(name,)| !name.starts_with("search_") && !name.starts_with("sqlite_"))
                    .map(|(name,)| {
                        let columns =
                            conn.rows(&format!("SELECT name, type, pk FROM pragma_table_info('{name}')"), &[])?;
                        Ok((name, columns))
                    })
                    .collect::<Result<_, StoreError>>()
            })
            .unwrap();
        assert!(schema.len() > TABLES.len());
        for (name, columns) in &schema {
            if DERIVED.iter().any(|(derived, _)| derived == name) {
                continue;
            }
            let table = table(name).unwrap_or_else(|| panic!("say in columns.rs what an archive does with “{name}”"));
            let derived =
                DERIVED_COLUMNS.iter().find(|(table, _)| table == name).map_or(&[][..], |(_, columns)| columns);
            let columns: Vec<_> = columns.iter().filter(|(column, ..)| !derived.contains(&column.as_str())).collect();
            for (column, declared, _) in &columns {
                let known =
                    table.column(column).unwrap_or_else(|| panic!("say what an archive does with {name}.{column}"));
                let wanted = match known.ty {
                    Type::Id | Type::Person => "UUID",
                    Type::Text => "TEXT",
                    Type::Int | Type::Time => "BIGINT",
                    Type::Real => "DOUBLE PRECISION",
                    Type::Bool => "BOOLEAN",
                };
                assert_eq!(declared, wanted, "{name}.{column}");
            }
            assert_eq!(columns.len(), table.columns.len(), "columns.rs knows a column of {name} that is not there");
            let mut key: Vec<(i64, &str)> = columns
                .iter()
                .filter(|(_, _, place)| *place > 0)
                .map(|(column, _, place)| (*place, column.as_str()))
                .collect();
            key.sort_unstable();
            let key: Vec<&str> = key.into_iter().map(|(_, column)| column).collect();
            assert_eq!(key, table.key, "the primary key of {name}");
        }
    }

    #[test]
    fn secrets_are_private() {
        for table in TABLES {
            for column in table.columns {
                if column.name.contains("hash") && column.name != "content_hash" {
                    assert!(column.fate == Fate::Private || table.is_private(), "{}.{}", table.name, column.name);
                }
            }
        }
    }
}
