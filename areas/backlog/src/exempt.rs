//! Work that needs no why: each class of it may take so much of what is finished.

use access::{Changes, Cx, Fault};
use object::{Change, Granted, Product};
use serde::{Deserialize, Serialize};
use store::args;
use utoipa::ToSchema;
use vocabulary::*;

/// How much a class of work that needs no why may take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExemptBudget {
    pub class: ExemptClass,
    /// In percent of what is finished.
    #[schema(minimum = 0, maximum = 100)]
    pub share: i64,
}

/// A product's budgets, of the classes that have one.
pub fn exempt_budgets(cx: &Cx<'_>, product: ProductId) -> Result<Vec<ExemptBudget>, Fault> {
    let stored: Vec<(ExemptClass, i64)> =
        cx.rows("SELECT class, share FROM exempt_budget WHERE product_id = $1 ORDER BY class", args![product])?;
    Ok(stored.into_iter().map(|(class, share)| ExemptBudget { class, share }).collect())
}

/// Replaces the budgets; a class that is not named has none.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetExemptBudgets {
    pub product: ProductName,
    pub rows: Vec<ExemptBudget>,
}

impl Change for SetExemptBudgets {
    const NAME: &'static str = "set_exempt_budgets";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Objectives)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        for (i, row) in self.rows.iter().enumerate() {
            if !(0..=100).contains(&row.share) {
                let place = format!("rows[{i}].share");
                return Err(Fault::invalid(&place, "A share is a number of percent from 0 to 100."));
            }
            if self.rows[..i].iter().any(|other| other.class == row.class) {
                return Err(Fault::invalid(&format!("rows[{i}].class"), "This class is named twice."));
            }
        }
        let before = exempt_budgets(cx, on.id)?;
        cx.exec("DELETE FROM exempt_budget WHERE product_id = $1", args![on.id])?;
        for row in &self.rows {
            cx.exec(
                "INSERT INTO exempt_budget (product_id, class, share) VALUES ($1, $2, $3)",
                args![on.id, row.class, row.share],
            )?;
        }
        let after = exempt_budgets(cx, on.id)?;
        let share = |rows: &[ExemptBudget], class| rows.iter().find(|row| row.class == class).map(|row| row.share);
        let changes = ExemptClass::ALL.iter().fold(Changes::new(), |changes, class| {
            changes.field(class.as_str(), &share(&before, *class), &share(&after, *class))
        });
        on.record(cx, "set the budgets of work that needs no why", changes)
    }
}
