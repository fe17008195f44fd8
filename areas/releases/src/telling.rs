use crate::audience;
use crate::release::shipped_at;
use access::{Changes, Cx, Fault};
use object::{Change, Granted, Header};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use store::args;
use vocabulary::*;

/// Pieces of feedback that are answered in one request.
pub(crate) const MOST: usize = 1000;

/// Keeps that customers were told what shipped for them, and with what words.
#[derive(Debug, Serialize, Deserialize)]
pub struct Tell {
    pub release: ObjectName,
    pub feedback: Vec<ObjectId>,
    pub text: Words,
    pub channel: Option<Label>,
}

impl Change for Tell {
    const NAME: &'static str = "tell";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.release.clone()
    }
    fn decision(&self, _: &Cx<'_>, on: &Header) -> Result<Decision, Fault> {
        if on.kind == Kind::Release { Ok(Decision::Announce) } else { Err(Fault::not_found("release")) }
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        on.living()?;
        if shipped_at(cx, on.id)?.is_none() {
            return Err(Fault::broken("not-shipped", "Tell customers once the release has shipped."));
        }
        let told: HashMap<ObjectId, bool> =
            audience::of(cx, &on)?.into_iter().map(|row| (row.feedback.id, row.told.is_some())).collect();
        let waiting = waiting(&self.feedback, &told)?;
        if waiting.is_empty() {
            return Ok(());
        }
        let reference = on.reference();
        let channel = self.channel.as_ref().map(Label::as_str);
        for feedback in &waiting {
            let feedback = on.also(cx, *feedback)?;
            cx.exec(
                "INSERT INTO telling (id, release_id, feedback_id, text, channel, told_at, told_by)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                args![TellingId::new(), on.id, feedback.id, &self.text, channel.unwrap_or(""), cx.now, cx.person()],
            )?;
            let changes = feedback::mark_told(cx, &feedback)?
                .set("release", &reference)
                .set("text", &self.text)
                .field("channel", &None, &channel);
            feedback.record(cx, "told", changes)?;
        }
        on.record(cx, "told customers", Changes::new().set("told", &waiting.len()))?;
        Ok(())
    }
}

/// Those of a request who are still to be told, each once. All must be in the audience (feedback → whether told).
fn waiting(asked: &[ObjectId], audience: &HashMap<ObjectId, bool>) -> Result<Vec<ObjectId>, Fault> {
    if asked.is_empty() || asked.len() > MOST {
        return Err(Fault::invalid("feedback", format!("Name one to {MOST} pieces of feedback.")));
    }
    let mut seen = HashSet::new();
    let mut waiting = Vec::new();
    for (index, id) in asked.iter().enumerate() {
        match audience.get(id) {
            None => {
                return Err(Fault::invalid(
                    &format!("feedback[{index}]"),
                    "This feedback asks for nothing in this release.",
                ));
            }
            Some(false) if seen.insert(*id) => waiting.push(*id),
            Some(_) => {}
        }
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_told_once() {
        let (told, new, other) = (ObjectId::new(), ObjectId::new(), ObjectId::new());
        let audience = HashMap::from([(told, true), (new, false)]);
        assert_eq!(waiting(&[new, told, new], &audience).unwrap(), [new]);
        assert_eq!(waiting(&[told], &audience).unwrap(), []);
        let refusal = waiting(&[new, other], &audience).unwrap_err();
        assert!(matches!(refusal, Fault::Invalid { ref field, .. } if field == "feedback[1]"), "{refusal}");
    }

    #[test]
    fn a_telling_names_somebody() {
        assert!(waiting(&[], &HashMap::new()).is_err());
    }
}
