//! Reading a Jira CSV export: bytes to a table, a table and a mapping to a plan. Nothing here touches the database,
//! so a dry run and the real import cannot disagree.

mod columns;
mod dates;
mod encoding;
mod meanings;
mod plan;
mod reader;
mod report;
mod wiki;

pub use columns::{Field, is_volatile, link_type};
pub use dates::DateOrder;
pub use encoding::Encoding;
pub use plan::{Direction, Plan, Planned, PlannedComment, PlannedLink, plan};
pub use reader::{Row, Table, Unreadable};
pub use report::{
    ColumnFate, Fate, Keep, KindFound, Mapping, PersonFound, Rejection, StateFound, Target, WARNINGS_LISTED, Warning,
};
pub use wiki::to_markdown;
