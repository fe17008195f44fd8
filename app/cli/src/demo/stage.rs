//! Plays the plan through the rooms' own operations, as the person whose deed it is and at that person's time.

use super::cast::{CAST, KEY, ORGANISATION};
use super::field::{Asks, BUDGETS, CUSTOMERS, DECISIONS, FIRST_VISION, QUESTIONS, REVISION, VISION, VOICES};
use super::plan::{Beat, Deed, Plan};
use access::{Actor, Changes, Cx, Fault, Kept, Via};
use backlog::{
    AcceptItem, AddCriterion, AddItem, EditItem, EstimateItem, ExemptBudget, JudgeCriterion, MoveItem, Place, RankItem,
    SetExemptBudgets, item,
};
use decisions::{AnswerQuestion, AskQuestion, LogDecision};
use feedback::{AddCustomer, AddFeedback, CustomerDetails, Triage, TriageState};
use object::{AddLink, Change, Comment, Granted, Header, carry_out};
use people::{Email, NewPerson, NewProduct};
use releases::{AddRelease, PutInRelease, Ship, Tell};
use roadmap::PlaceInitiative;
use serde::{Deserialize, Serialize};
use sprints::{CarryOver, CloseSprint, Destination, PlanSprint, PutInSprint, StartSprint};
use std::sync::Arc;
use store::{Conn, StoreError};
use vocabulary::*;

/// What has been made so far, by its place in the plan.
#[derive(Debug, Clone)]
pub struct Made {
    pub product: ProductId,
    pub actors: Arc<Vec<Actor>>,
    pub objectives: Vec<ObjectId>,
    pub opportunities: Vec<ObjectId>,
    pub initiatives: Vec<ObjectId>,
    pub customers: Vec<ObjectId>,
    pub voices: Vec<Option<ObjectId>>,
    pub epics: Vec<ObjectId>,
    pub items: Vec<Option<ObjectId>>,
    pub sprints: Vec<Option<ObjectId>>,
    pub releases: Vec<Option<ObjectId>>,
    pub questions: Vec<ObjectId>,
}

/// A text of ours as a checked type; ours are never too long.
pub fn text<T: TryFrom<String, Error = String>>(text: impl Into<String>) -> Result<T, Fault> {
    T::try_from(text.into()).map_err(|e| StoreError::Other(e).into())
}

pub fn words<T: for<'t> TryFrom<&'t str, Error = String>>(text: &str) -> Result<T, Fault> {
    T::try_from(text).map_err(|e| StoreError::Other(e).into())
}

/// The organisation, its people and its product.
pub fn found(conn: &Conn<'_>, plan: &Plan, password_hash: &str) -> Result<Made, Fault> {
    let console = Actor::console(OrganisationId::new());
    let cx = Cx::new(conn, &console, plan.founded);
    people::create_organisation(&cx, &words(ORGANISATION)?)?;
    let key: ProductKey = text(KEY)?;
    let product = people::create_product(&cx, &NewProduct { key, name: words(ORGANISATION)?, roles: None })?;
    let mut actors = Vec::new();
    for part in &CAST[..plan.people] {
        let email: Email = part.email.parse().map_err(StoreError::Other)?;
        let new = NewPerson {
            name: words(part.name)?,
            email,
            admin: part.admin,
            password_hash: Some(password_hash.to_owned()),
        };
        let account = people::create_person(&cx, &new)?;
        people::set_roles(&cx, &product, account.id, &[part.role])?;
        actors.push(Actor {
            person: Some(account.id),
            name: account.name,
            organisation: console.organisation,
            admin: part.admin,
            via: Via::Session,
            read_only: false,
            session: None,
            memberships: vec![(product.id, part.role)],
        });
    }
    Ok(Made {
        product: product.id,
        actors: Arc::new(actors),
        objectives: Vec::new(),
        opportunities: Vec::new(),
        initiatives: Vec::new(),
        customers: Vec::new(),
        voices: vec![None; VOICES.len()],
        epics: Vec::new(),
        items: vec![None; plan.items.len()],
        sprints: vec![None; plan.sprints.len()],
        releases: vec![None; plan.releases.len()],
        questions: Vec::new(),
    })
}

/// One deed's surroundings.
pub struct Stage<'s> {
    pub cx: Cx<'s>,
    pub plan: &'s Plan,
    pub made: &'s mut Made,
}

/// Plays one beat.
pub fn play(conn: &Conn<'_>, plan: &Plan, made: &mut Made, beat: &Beat) -> Result<(), Fault> {
    let actors = made.actors.clone();
    Stage { cx: Cx::new(conn, &actors[beat.who], beat.at), plan, made }.play(&beat.deed)
}

fn missing() -> Fault {
    StoreError::Other("the plan names something before it is made".into()).into()
}

impl Stage<'_> {
    pub fn carry_out<C: Change>(&self, change: &C) -> Result<C::Outcome, Fault> {
        carry_out(&self.cx, change)
    }

    pub fn product(&self) -> ProductName {
        self.made.product.into()
    }

    fn item(&self, item: usize) -> Result<ObjectName, Fault> {
        self.made.items[item].map(ObjectName::from).ok_or_else(missing)
    }

    fn sprint(&self, sprint: usize) -> Result<ObjectName, Fault> {
        self.made.sprints[sprint].map(ObjectName::from).ok_or_else(missing)
    }

    fn release(&self, release: usize) -> Result<ObjectName, Fault> {
        self.made.releases[release].map(ObjectName::from).ok_or_else(missing)
    }

    fn person(&self, who: usize) -> Option<PersonId> {
        self.made.actors[who].person
    }

    fn play(&mut self, deed: &Deed) -> Result<(), Fault> {
        match deed {
            Deed::WriteVision => self.write_vision(FIRST_VISION, None),
            Deed::ReviseVision => self.write_vision(VISION, Some(REVISION)),
            Deed::SetObjective(n) => self.set_objective(*n),
            Deed::CheckIn { objective, key_result, reading } => self.check_in(*objective, *key_result, *reading),
            Deed::AddOpportunity(n) => self.add_opportunity(*n),
            Deed::AddInitiative(n) => self.add_initiative(*n),
            Deed::AddCustomer(n) => self.add_customer(*n),
            Deed::AddVoice(n) => self.add_voice(*n),
            Deed::TriageVoice(n) => self.triage_voice(*n),
            Deed::AddEpic(n) => self.add_epic(*n),
            Deed::AddItem(n) => self.add_item(*n),
            Deed::Estimate(n) => self.estimate(*n),
            Deed::Assign { item, to } => self.assign(*item, *to),
            Deed::Move { item, state } => {
                self.carry_out(&MoveItem { item: self.item(*item)?, state: (*state).to_owned() }).map(drop)
            }
            Deed::Remark { item, text } => self.carry_out(&Remark { item: self.item(*item)?, text: words(text)? }),
            Deed::Block { item, reason } => self.block(*item, reason),
            Deed::Accept(n) => self.accept(*n),
            Deed::Return(n) => self.send_back(*n),
            Deed::MoveUp { item, to } => {
                self.carry_out(&RankItem { item: self.item(*item)?, place: Place::Index { index: *to } }).map(drop)
            }
            Deed::PlanSprint(n) => self.plan_sprint(*n),
            Deed::TakeIn { item, sprint } => {
                self.carry_out(&PutInSprint { item: self.item(*item)?, sprint: self.sprint(*sprint)? }).map(drop)
            }
            Deed::StartSprint(n) => self.carry_out(&StartSprint { sprint: self.sprint(*n)? }).map(drop),
            Deed::CloseSprint(n) => self.close_sprint(*n),
            Deed::PlanRelease(n) => self.plan_release(*n),
            Deed::PutInRelease { item, release } => {
                self.carry_out(&PutInRelease { item: self.item(*item)?, release: self.release(*release)? }).map(drop)
            }
            Deed::Ship(n) => self.carry_out(&Ship { release: self.release(*n)?, version: None }).map(drop),
            Deed::Tell(n) => self.tell(*n),
            Deed::ProposeUp { item, to, reason } => {
                self.propose(&RankItem { item: self.item(*item)?, place: Place::Index { index: *to } }, reason)
            }
            Deed::ProposeLane { initiative, lane, reason } => {
                let initiative = self.made.initiatives[*initiative].into();
                self.propose(&PlaceInitiative { initiative, lane: *lane, before: None, after: None }, reason)
            }
            Deed::Ask { item, question } => self.ask(*item, *question),
            Deed::Answer(n) => self.answer(*n),
            Deed::Decide(n) => self.decide(*n),
            Deed::LookOver => self.look_over(),
            Deed::Expect { initiative, outcome } => self.expect(*initiative, outcome),
            Deed::NameTheme(n) => self.name_theme(*n),
            Deed::Promise(n) => self.promise(*n),
            Deed::CallDebt(n) => {
                self.carry_out(&EditItem { exempt: Some(Some(ExemptClass::Debt)), ..edit(self.item(*n)?) }).map(drop)
            }
            Deed::SetBudgets => {
                let rows = BUDGETS.map(|(class, share)| ExemptBudget { class, share }).to_vec();
                self.carry_out(&SetExemptBudgets { product: self.product(), rows })
            }
        }
    }

    fn propose<C: Change>(&self, change: &C, reason: &str) -> Result<(), Fault> {
        let with = serde_json::to_value(change).map_err(|e| StoreError::Other(e.to_string()))?;
        let kept = Kept { change: C::NAME.to_owned(), with };
        decisions::propose(&self.cx, server::CHANGES, &kept, reason).map(drop)
    }

    fn ask(&mut self, item: usize, question: usize) -> Result<(), Fault> {
        let id = self.carry_out(&AskQuestion {
            product: self.product(),
            title: words(QUESTIONS[question].0)?,
            body: Body::default(),
            role: Role::ProductOwner,
            about: Some(self.item(item)?),
        })?;
        self.made.questions.push(id);
        Ok(())
    }

    fn answer(&self, question: usize) -> Result<(), Fault> {
        let Some(answer) = QUESTIONS[question].1 else { return Ok(()) };
        self.carry_out(&AnswerQuestion { question: self.made.questions[question].into(), answer: Some(words(answer)?) })
            .map(drop)
    }

    fn look_over(&self) -> Result<(), Fault> {
        let console = Actor::console(self.cx.actor.organisation);
        let cx = Cx::new(self.cx.conn, &console, self.cx.now);
        while let Some(look) = line::look(&cx, self.made.product)? {
            line::note(&cx, &look)?;
        }
        Ok(())
    }

    fn decide(&self, decision: usize) -> Result<(), Fault> {
        let [title, context, options, choice] = DECISIONS[decision];
        self.carry_out(&LogDecision {
            product: self.product(),
            title: words(title)?,
            context: words(context)?,
            options: words(options)?,
            choice: words(choice)?,
            concerns: self.made.questions.first().map(|id| ObjectName::from(*id)).into_iter().collect(),
            settles: None,
        })
        .map(drop)
    }

    fn add_customer(&mut self, n: usize) -> Result<(), Fault> {
        let (name, segment, value, email) = CUSTOMERS[n];
        let details =
            CustomerDetails { segment: Some(words(segment)?), value: Some(value), email: Some(words(email)?) };
        let id = self.carry_out(&AddCustomer { product: self.product(), name: words(name)?, details })?;
        self.made.customers.push(id);
        Ok(())
    }

    fn add_voice(&mut self, n: usize) -> Result<(), Fault> {
        let voice = &VOICES[n];
        let id = self.carry_out(&AddFeedback {
            product: self.product(),
            body: words(voice.text)?,
            title: None,
            customer: self.made.customers.get(voice.customer).map(|id| ObjectName::from(*id)),
            customer_name: None,
            channel: Some(words(voice.channel)?),
            importance: Some(voice.importance),
            received_on: Some(self.cx.now.date()),
            link: None,
        })?;
        self.made.voices[n] = Some(id);
        Ok(())
    }

    /// Understands what a customer said, and links it to what it asks for.
    fn triage_voice(&mut self, n: usize) -> Result<(), Fault> {
        let feedback = self.made.voices[n].ok_or_else(missing)?;
        let (state, reason, asks_for) = match VOICES[n].asks {
            Asks::Nothing => return Ok(()),
            Asks::Declined(reason) => (TriageState::Declined, Some(words(reason)?), None),
            Asks::Opportunity(o) => (TriageState::Triaged, None, self.made.opportunities.get(o).copied()),
            Asks::Initiative(i) => (TriageState::Triaged, None, self.made.initiatives.get(i).copied()),
            Asks::Theme(theme) => (TriageState::Triaged, None, self.story_of(theme, n)),
        };
        if let Some(to) = asks_for {
            self.carry_out(&AddLink { from: feedback.into(), relation: Relation::AsksFor, to: to.into() })?;
        }
        self.carry_out(&Triage { feedback: feedback.into(), version: None, state, reason }).map(drop)
    }

    /// One of the first items of a theme that are there by now, or its epic.
    fn story_of(&self, theme: usize, any: usize) -> Option<ObjectId> {
        let items = self.plan.items.iter().zip(&self.made.items).filter(|(planned, _)| planned.theme == theme);
        let there: Vec<ObjectId> = items.filter_map(|(_, made)| *made).take(4).collect();
        match there.is_empty() {
            true => self.made.epics.get(theme).copied(),
            false => Some(there[any % there.len()]),
        }
    }

    fn add_epic(&mut self, n: usize) -> Result<(), Fault> {
        let epic = &self.plan.epics[n];
        let initiative = epic.initiative.and_then(|i| self.made.initiatives.get(i));
        let id = self.carry_out(&AddItem {
            product: self.product(),
            kind: Kind::Epic,
            title: words(&epic.title)?,
            body: words(epic.body)?,
            points: None,
            assignee_id: None,
            parent: None,
            state: None,
            initiative: initiative.map(|id| ObjectName::from(*id)),
            place: None,
        })?;
        self.made.epics.push(id);
        Ok(())
    }

    fn add_item(&mut self, n: usize) -> Result<(), Fault> {
        let (planned, draft) = (&self.plan.items[n], self.plan.draft(n));
        let epic = planned.epic.and_then(|epic| self.made.epics.get(epic));
        let id = self.carry_out(&AddItem {
            product: self.product(),
            kind: draft.kind,
            title: text(draft.title)?,
            body: text(draft.body)?,
            points: None,
            assignee_id: planned.assignee.and_then(|who| self.person(who)),
            parent: epic.map(|id| ObjectName::from(*id)),
            state: None,
            initiative: None,
            place: None,
        })?;
        for criterion in draft.criteria {
            self.carry_out(&AddCriterion { item: id.into(), text: text(criterion)?, position: None })?;
        }
        self.made.items[n] = Some(id);
        Ok(())
    }

    fn estimate(&self, n: usize) -> Result<(), Fault> {
        let points = self.plan.items[n].points.map(Points::try_from).transpose().map_err(StoreError::Other)?;
        self.carry_out(&EstimateItem { item: self.item(n)?, points }).map(drop)
    }

    fn assign(&self, n: usize, to: usize) -> Result<(), Fault> {
        self.carry_out(&EditItem { assignee_id: Some(self.person(to)), ..edit(self.item(n)?) }).map(drop)
    }

    fn block(&self, n: usize, reason: &str) -> Result<(), Fault> {
        let reason = Some(Some(words(reason)?));
        self.carry_out(&EditItem { blocked_reason: reason, ..edit(self.item(n)?) }).map(drop)
    }

    fn accept(&self, n: usize) -> Result<(), Fault> {
        let name = self.item(n)?;
        let found = item(&self.cx, &name)?;
        for criterion in found.criteria.iter().filter(|criterion| criterion.accepted_at.is_none()) {
            self.carry_out(&JudgeCriterion {
                item: found.object.id,
                criterion: criterion.id,
                accepted: Some(true),
                reason: None,
                version: None,
            })?;
        }
        self.carry_out(&AcceptItem { item: name }).map(drop)
    }

    fn send_back(&self, n: usize) -> Result<(), Fault> {
        let found = item(&self.cx, &self.item(n)?)?;
        let Some(criterion) = found.criteria.first() else { return Ok(()) };
        self.carry_out(&JudgeCriterion {
            item: found.object.id,
            criterion: criterion.id,
            accepted: Some(false),
            reason: Some(words("Works with the mouse, but not with the keyboard")?),
            version: None,
        })
        .map(drop)
    }

    fn plan_sprint(&mut self, n: usize) -> Result<(), Fault> {
        let planned = &self.plan.sprints[n];
        let id = self.carry_out(&PlanSprint {
            product: self.product(),
            name: None,
            goal: words(planned.goal)?,
            starts: planned.starts,
            ends: planned.ends,
            capacity: Some(Points::try_from(45.0).map_err(StoreError::Other)?),
            objective: self.made.objectives.get(n % 2).map(|id| ObjectName::from(*id)),
        })?;
        self.made.sprints[n] = Some(id);
        Ok(())
    }

    fn close_sprint(&self, n: usize) -> Result<(), Fault> {
        let planned = &self.plan.sprints[n];
        let (verdict, note) = planned.verdict;
        let mut carry_over = Vec::new();
        for (item, goes_on) in &planned.carried {
            carry_over.push(CarryOver {
                item: self.item(*item)?,
                to: if *goes_on { Destination::Sprint } else { Destination::Backlog },
                sprint: goes_on.then(|| self.sprint(n + 1)).transpose()?,
            });
        }
        self.carry_out(&CloseSprint { sprint: self.sprint(n)?, verdict, note: Some(words(note)?), carry_over })
            .map(drop)
    }

    fn plan_release(&mut self, n: usize) -> Result<(), Fault> {
        let planned = &self.plan.releases[n];
        let id = self.carry_out(&AddRelease {
            product: self.product(),
            name: words(&planned.name)?,
            body: words("What was asked for most, and what it took to get there.")?,
            planned_on: Some(planned.planned_on),
        })?;
        self.made.releases[n] = Some(id);
        Ok(())
    }

    /// Tells most of those who asked; the others are still to be told.
    fn tell(&self, n: usize) -> Result<(), Fault> {
        let release = self.release(n)?;
        let waiting = releases::audience(&self.cx, &release)?.into_iter().filter(|row| row.told.is_none());
        let some: Vec<ObjectId> =
            waiting.enumerate().filter(|(i, _)| i % 5 < 3).map(|(_, row)| row.feedback.id).collect();
        if some.is_empty() {
            return Ok(());
        }
        let text = words("What you asked for is in the release of this week. Tell us whether it does what you need.")?;
        self.carry_out(&Tell { release, feedback: some, text, channel: Some(words("mail")?) })
    }
}

fn edit(item: ObjectName) -> EditItem {
    EditItem {
        item,
        version: None,
        title: None,
        body: None,
        kind: None,
        assignee_id: None,
        team_id: None,
        parent: None,
        blocked_reason: None,
        exempt: None,
    }
}

/// What somebody says under an item.
#[derive(Debug, Serialize, Deserialize)]
struct Remark {
    item: ObjectName,
    text: Words,
}

impl Change for Remark {
    const NAME: &'static str = "remark";
    type On = Header;
    type Outcome = ();
    fn on(&self) -> ObjectName {
        self.item.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Header) -> Result<Decision, Fault> {
        Ok(Decision::Comment)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Header>) -> Result<(), Fault> {
        Comment::import(cx, &on, cx.person(), self.text.as_str(), cx.now)?;
        on.record(cx, "commented", Changes::new().set("comment", &self.text))?;
        Ok(())
    }
}
