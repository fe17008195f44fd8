use crate::feedback;
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use store::{FromVal, Row, StoreError, Val, args};
use utoipa::ToSchema;
use vocabulary::*;

/// Where a piece of feedback stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeedbackState {
    /// Nobody has looked at it.
    New,
    /// Understood, and linked to what it asks for where that exists.
    Triaged,
    /// Answered with not now, for a reason.
    Postponed,
    /// Answered with no, for a reason.
    Declined,
    /// What it asked for has shipped, and its customer knows.
    Told,
}

impl FeedbackState {
    const ALL: [Self; 5] = [Self::New, Self::Triaged, Self::Postponed, Self::Declined, Self::Told];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Triaged => "triaged",
            Self::Postponed => "postponed",
            Self::Declined => "declined",
            Self::Told => "told",
        }
    }
}

impl FromStr for FeedbackState {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| format!("'{text}' is not one of: new, triaged, postponed, declined, told"))
    }
}

impl FromVal for FeedbackState {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        String::from_column(row, column)?.parse().map_err(StoreError::Other)
    }
}

impl From<FeedbackState> for Val {
    fn from(state: FeedbackState) -> Val {
        Val::Text(state.as_str().to_owned())
    }
}

/// What triage can make of feedback; `told` comes from telling alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TriageState {
    New,
    Triaged,
    /// Not now; the reason is the answer.
    Postponed,
    Declined,
}

impl From<TriageState> for FeedbackState {
    fn from(state: TriageState) -> Self {
        match state {
            TriageState::New => Self::New,
            TriageState::Triaged => Self::Triaged,
            TriageState::Postponed => Self::Postponed,
            TriageState::Declined => Self::Declined,
        }
    }
}

/// Says what is to become of a piece of feedback.
#[derive(Debug, Serialize, Deserialize)]
pub struct Triage {
    pub feedback: ObjectName,
    pub version: Option<i64>,
    pub state: TriageState,
    pub reason: Option<Words>,
}

impl Change for Triage {
    const NAME: &'static str = "triage";
    type On = Header;
    type Outcome = ObjectId;
    fn on(&self) -> ObjectName {
        self.feedback.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        feedback::decision(on)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<ObjectId, Fault> {
        on.at_version(self.version, || feedback::as_json(cx, &on))?;
        let id = on.id;
        let (before, reason_before): (FeedbackState, Option<String>) =
            cx.one("SELECT state, reason FROM feedback WHERE object_id = $1", args![id])?;
        check(before, self.state, self.reason.as_ref())?;
        let state = FeedbackState::from(self.state);
        let reason = self.reason.as_ref().map(|reason| reason.as_str().to_owned());
        if state == before && reason == reason_before {
            return Ok(id);
        }
        cx.exec("UPDATE feedback SET state = $1, reason = $2 WHERE object_id = $3", args![state, reason.as_ref(), id])?;
        let changes = Changes::new().field("state", &before, &state).field("reason", &reason_before, &reason);
        on.record(cx, "triaged", changes)?;
        Ok(id)
    }
}

fn check(before: FeedbackState, to: TriageState, reason: Option<&Words>) -> Result<(), Fault> {
    if before == FeedbackState::Told {
        return Err(Fault::broken(
            "told-already",
            "The customer has been told; this can no longer be taken back. Bring in new feedback instead.",
        ));
    }
    if matches!(to, TriageState::Declined | TriageState::Postponed) && reason.is_none() {
        return Err(Fault::invalid("reason", "Say why it is declined or postponed; the reason is the answer."));
    }
    Ok(())
}

/// Notes that the customer behind a piece of feedback was told. The event is the caller's.
pub fn mark_told(cx: &Cx<'_>, on: &Granted<Header>) -> Result<Changes, Fault> {
    let (before, reason): (FeedbackState, Option<String>) =
        cx.one("SELECT state, reason FROM feedback WHERE object_id = $1", args![on.id])?;
    cx.exec("UPDATE feedback SET state = $1, reason = NULL WHERE object_id = $2", args![FeedbackState::Told, on.id])?;
    Ok(Changes::new().field("state", &before, &FeedbackState::Told).field("reason", &reason, &None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declining_and_postponing_need_a_reason_and_nothing_else_does() {
        let why = Words::try_from("Not for this product").unwrap();
        assert!(check(FeedbackState::New, TriageState::Declined, None).is_err());
        assert!(check(FeedbackState::New, TriageState::Postponed, None).is_err());
        assert!(check(FeedbackState::New, TriageState::Declined, Some(&why)).is_ok());
        assert!(check(FeedbackState::Declined, TriageState::Triaged, None).is_ok());
        assert!(check(FeedbackState::Triaged, TriageState::New, None).is_ok());
    }

    #[test]
    fn what_was_told_stays_told() {
        for to in [TriageState::New, TriageState::Triaged] {
            assert!(matches!(check(FeedbackState::Told, to, None), Err(Fault::Broken { rule: "told-already", .. })));
        }
    }

    #[test]
    fn states_are_spelled_the_same_everywhere() {
        for state in FeedbackState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
    }
}
