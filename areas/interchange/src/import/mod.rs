//! Importing a plan into the backlog: once, again, and back.
//!
//! Every row has an external key; an item is made the first time its key is seen and updated afterwards. What the file
//! said about each part of an item is remembered as a print (a short hash) beside the key. A later import writes a part
//! only where the file now says something else than it said last time: what people changed here stays, until the file
//! changes that very part too. A part whose column the file does not have is left alone. Comments and links are added
//! and never taken away; cells without a field of their own are kept as custom values.

mod answers;
mod apply;
mod batches;
mod given;
mod outlook;
mod prints;
mod undo;

pub use answers::{Answers, answers};
pub use batches::{Batch, BatchWithReport, PersonRow, Report, StateRow, batch, batches};
pub use undo::{LeftAlone, UndoImport, Undone, undo};

use crate::jira::{self, Mapping, Plan, Table, Unreadable};
use access::{Cx, Fault, Rights};
use object::{Change, Granted, Product};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use vocabulary::*;

/// How external keys and batches name where they came from.
const SOURCE: &str = "jira";

/// A Jira export on its way into a product's backlog.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportJira {
    pub product: ProductName,
    /// The file's name, for people.
    pub file: String,
    /// Every answer the plan was made with: those given now and those given before.
    pub mapping: Mapping,
    pub plan: Arc<Plan>,
    /// Rows done so far, for a progress bar.
    #[serde(skip)]
    pub done: Arc<AtomicUsize>,
}

impl ImportJira {
    /// Reads a file, which it lets go, and plans it. Touches no database.
    pub fn read(
        product: ProductName,
        file: &str,
        bytes: Vec<u8>,
        given: Mapping,
        before: &Answers,
    ) -> Result<Self, Unreadable> {
        let table = Table::read(&bytes, given.encoding)?;
        drop(bytes);
        let mapping = before.complete(given, &table);
        let plan = Arc::new(jira::plan(&table, &mapping));
        Ok(Self { product, file: short_name(file), mapping, plan, done: Arc::default() })
    }

    /// What the import would do, by the very code that decides what it does; nothing is written.
    pub fn preview(&self, cx: &Cx<'_>) -> Result<Report, Fault> {
        let product = Product::load(cx, &self.product)?;
        Rights::load(cx, product.id)?.require(Decision::Import)?;
        let outlook = outlook::look_ahead(cx, &product, self)?;
        Ok(outlook.report(self, None))
    }
}

impl Change for ImportJira {
    const NAME: &'static str = "import_jira";
    type On = Product;
    type Outcome = Report;
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Import)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<Report, Fault> {
        apply::apply(cx, on, self)
    }
}

/// The name without its folders, at a length people read.
fn short_name(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(Label::MAX).collect()
}

fn unreadable(error: impl std::fmt::Display) -> Fault {
    Fault::Store(store::StoreError::Other(error.to_string()))
}
