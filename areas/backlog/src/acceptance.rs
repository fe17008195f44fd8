//! Acceptance is the product owner's, criterion by criterion. It is one of three different dones: the state is the
//! team's, the release is decided apart.

use crate::{criteria, progress, workflow};
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use store::args;
use vocabulary::*;

/// Accepts one criterion, returns it with a reason, or takes the judgement back.
#[derive(Debug, Serialize, Deserialize)]
pub struct JudgeCriterion {
    pub item: ObjectId,
    pub criterion: CriterionId,
    /// `None` takes the judgement back.
    pub accepted: Option<bool>,
    pub reason: Option<Words>,
    pub version: Option<i64>,
}

impl Change for JudgeCriterion {
    const NAME: &'static str = "judge_criterion";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.into()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Acceptance)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        if self.accepted == Some(false) && self.reason.is_none() {
            return Err(Fault::invalid("reason", "Say what is missing when you return a criterion."));
        }
        let all = criteria::of(cx, id)?;
        let before = criteria::at_version(&all, self.criterion, self.version)?;
        let accepted = self.accepted == Some(true);
        let reason = self.reason.as_ref().filter(|_| self.accepted == Some(false));
        cx.exec(
            "UPDATE criterion SET accepted_at = $1, accepted_by = $2, returned_reason = $3, version = version + 1
             WHERE id = $4",
            args![accepted.then_some(cx.now), cx.person().filter(|_| accepted), reason, self.criterion],
        )?;
        if !accepted {
            progress::lose_acceptance(cx, &on)?;
        }
        let verb = match self.accepted {
            Some(true) => "accepted a criterion",
            Some(false) => "returned a criterion",
            None => "took back a judgement",
        };
        let mut changes = Changes::new().set("criterion", &before.text);
        changes = changes.field("accepted", &before.accepted_at.is_some(), &accepted);
        if let Some(reason) = reason {
            changes = changes.set("reason", reason);
        }
        on.record(cx, verb, changes)?;
        Ok(id)
    }
}

/// Accepts an item whose criteria are all accepted.
#[derive(Debug, Serialize, Deserialize)]
pub struct AcceptItem {
    pub item: ObjectName,
}

impl Change for AcceptItem {
    const NAME: &'static str = "accept_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Acceptance)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let (category, was): (Category, Option<Ts>) = cx
            .maybe("SELECT category, accepted_at FROM item WHERE object_id = $1", args![id])?
            .ok_or(Fault::not_found("item"))?;
        if category == Category::Cancelled {
            return Err(Fault::broken("cancelled", "A cancelled item cannot be accepted."));
        }
        let open: Vec<String> = criteria::of(cx, id)?
            .into_iter()
            .filter(|criterion| criterion.accepted_at.is_none())
            .map(|criterion| format!("“{}”", criterion.text))
            .collect();
        if !open.is_empty() {
            return Err(Fault::broken("criteria-open", format!("Not accepted yet: {}.", open.join(", "))));
        }
        cx.exec(
            "UPDATE item SET accepted_at = $1, accepted_by = $2 WHERE object_id = $3",
            args![cx.now, cx.person(), id],
        )?;
        on.record(cx, "accepted", Changes::new().field("accepted", &was.is_some(), &true))?;
        Ok(id)
    }
}

/// Takes an item's acceptance back, as if it had not been given: its state and its criteria stay as they are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WithdrawAcceptance {
    pub item: ObjectName,
}

impl Change for WithdrawAcceptance {
    const NAME: &'static str = "withdraw_acceptance";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Acceptance)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let (was,): (Option<Ts>,) = cx
            .maybe("SELECT accepted_at FROM item WHERE object_id = $1", args![id])?
            .ok_or(Fault::not_found("item"))?;
        if was.is_none() {
            return Err(Fault::broken("not-accepted", format!("{} is not accepted.", on.reference())));
        }
        progress::lose_acceptance(cx, &on)?;
        on.record(cx, "took the acceptance back", Changes::new().field("accepted", &true, &false))?;
        Ok(id)
    }
}

/// Returns an item to the team, naming the criterion that fails.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ReturnItem {
    pub item: ObjectName,
    /// Which one, where the item has any.
    pub criterion: Option<CriterionId>,
    pub reason: Words,
}

impl Change for ReturnItem {
    const NAME: &'static str = "return_item";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Acceptance)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        let id = on.id;
        let (category, was): (Category, Option<Ts>) = cx
            .maybe("SELECT category, accepted_at FROM item WHERE object_id = $1", args![id])?
            .ok_or(Fault::not_found("item"))?;
        let all = criteria::of(cx, id)?;
        if self.criterion.is_none() && !all.is_empty() {
            return Err(Fault::invalid("criterion", "Say which criterion fails."));
        }
        progress::lose_acceptance(cx, &on)?;
        let mut changes = match category {
            Category::InReview | Category::Done => {
                let state = workflow::first_state(cx, on.product_id, Category::InProgress)?;
                progress::enter_state(cx, &on, &state)?
            }
            _ => Changes::new(),
        };
        if let Some(criterion) = self.criterion {
            let failing = all.iter().find(|other| other.id == criterion);
            let failing = failing.ok_or_else(|| Fault::invalid("criterion", "This item has no such criterion."))?;
            cx.exec(
                "UPDATE criterion SET accepted_at = NULL, accepted_by = NULL, returned_reason = $1, version = version + 1
                 WHERE id = $2",
                args![&self.reason, criterion],
            )?;
            changes = changes.set("criterion", &failing.text);
        }
        let changes = changes.set("reason", &self.reason).field("accepted", &was.is_some(), &false);
        on.record(cx, "returned", changes)?;
        Ok(id)
    }
}
