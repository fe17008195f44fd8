//! The product manager's part: vision, objectives, opportunities and the roadmap.

use super::field::{
    BUSINESS_GOALS, INITIATIVES, NEEDS, OBJECTIVES, OPPORTUNITIES, PRODUCT, PROMISES, STRATEGIC_THEMES, TARGET_GROUP,
};
use super::stage::{Stage, text, words};
use access::Fault;
use discovery::{AddOpportunity, EditOpportunity, Pursuit};
use jiff::ToSpan;
use object::AddLink;
use roadmap::{AddInitiative, AddPromise, EditInitiative, Period};
use store::StoreError;
use strategy::{AddKeyResult, AddObjective, AddTheme, CheckIn, PublishVision};
use vocabulary::*;

impl Stage<'_> {
    pub fn write_vision(&self, statement: &str, reason: Option<&str>) -> Result<(), Fault> {
        let (before, _) = strategy::visions(&self.cx, &self.product())?;
        self.carry_out(&PublishVision {
            product_name: self.product(),
            version: before.map(|vision| vision.version),
            statement: words(statement)?,
            target_group: words(TARGET_GROUP)?,
            needs: words(NEEDS)?,
            product: words(PRODUCT)?,
            business_goals: words(BUSINESS_GOALS)?,
            reason: reason.map(words).transpose()?,
        })
        .map(drop)
    }

    pub fn set_objective(&mut self, n: usize) -> Result<(), Fault> {
        let set = &OBJECTIVES[n];
        let today = self.plan.today;
        let quarter = format!("{}-Q{}", today.year(), (today.month() - 1) / 3 + 1);
        let id = self.carry_out(&AddObjective {
            product: self.product(),
            title: words(set.title)?,
            body: words(set.body)?,
            period: Some(text(quarter)?),
        })?;
        for measured in set.key_results {
            self.carry_out(&AddKeyResult {
                objective: id.into(),
                title: words(measured.title)?,
                unit: measured.unit,
                baseline: measured.baseline,
                target: measured.target,
            })?;
        }
        self.made.objectives.push(id);
        Ok(())
    }

    pub fn check_in(&self, objective: usize, key_result: usize, reading: usize) -> Result<(), Fault> {
        let (value, confidence, note) = OBJECTIVES[objective].key_results[key_result].readings[reading];
        let found = strategy::objective(&self.cx, &self.made.objectives[objective].into())?;
        let measured = found.key_results.get(key_result).ok_or(Fault::not_found("key result"))?;
        CheckIn::take(&self.cx, measured.id, value, Some(confidence), note).map(drop)
    }

    pub fn add_opportunity(&mut self, n: usize) -> Result<(), Fault> {
        let seen = &OPPORTUNITIES[n];
        let id = self.carry_out(&AddOpportunity {
            product: self.product(),
            title: words(seen.title)?,
            body: words(seen.body)?,
            need: seen.need,
            objective: seen.objective.map(|i| self.made.objectives[i].into()),
            parent: seen.parent.map(|i| self.made.opportunities[i].into()),
        })?;
        if seen.state != Pursuit::Open {
            self.carry_out(&EditOpportunity {
                opportunity: id.into(),
                version: None,
                title: None,
                body: None,
                need: None,
                state: Some(seen.state),
                parent: None,
            })?;
        }
        self.made.opportunities.push(id);
        Ok(())
    }

    pub fn add_initiative(&mut self, n: usize) -> Result<(), Fault> {
        let meant = &INITIATIVES[n];
        let month = |months: i64| -> Result<Period, Fault> {
            let day = self.plan.today.checked_add(months.months()).map_err(|e| StoreError::Other(e.to_string()))?;
            text(format!("{}-{:02}", day.year(), day.month()))
        };
        let id = self.carry_out(&AddInitiative {
            product: self.product(),
            title: words(meant.title)?,
            problem: words(meant.problem)?,
            outcome: words(meant.outcome)?,
            lane: meant.lane,
            starts: meant.months.map(|(from, _)| month(from)).transpose()?,
            ends: meant.months.map(|(_, until)| month(until)).transpose()?,
            confidence: meant.confidence,
            objective: meant.objective.map(|i| self.made.objectives[i].into()),
            opportunity: meant.opportunity.map(|i| self.made.opportunities[i].into()),
        })?;
        self.made.initiatives.push(id);
        Ok(())
    }

    /// Expects something else of an initiative than before.
    pub fn expect(&self, initiative: usize, outcome: &str) -> Result<(), Fault> {
        self.carry_out(&EditInitiative {
            initiative: self.made.initiatives[initiative].into(),
            version: None,
            title: None,
            problem: None,
            outcome: Some(words(outcome)?),
            starts: None,
            ends: None,
            confidence: None,
        })
        .map(drop)
    }

    pub fn name_theme(&self, n: usize) -> Result<(), Fault> {
        let (title, body, share, advanced) = STRATEGIC_THEMES[n];
        let theme = self.carry_out(&AddTheme {
            product: self.product(),
            title: words(title)?,
            body: words(body)?,
            target_share: Some(share),
        })?;
        for objective in advanced.iter().filter_map(|n| self.made.objectives.get(*n)) {
            self.carry_out(&AddLink { from: (*objective).into(), relation: Relation::Advances, to: theme.into() })?;
        }
        Ok(())
    }

    pub fn promise(&self, n: usize) -> Result<(), Fault> {
        let (title, audience, initiative) = PROMISES[n];
        let today = self.plan.today;
        let next = today.checked_add(2.months()).unwrap_or(today);
        self.carry_out(&AddPromise {
            product: self.product(),
            title: words(title)?,
            body: Body::default(),
            audience: words(audience)?,
            due: text::<Period>(format!("{}-{:02}", next.year(), next.month()))?,
            confidence: Some(7),
            about: self.made.initiatives.get(initiative).map(|id| ObjectName::from(*id)),
        })
        .map(drop)
    }
}
