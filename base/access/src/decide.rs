use crate::fault::Decider;
use crate::table::{self, Needs, Others, WhoDecides};
use crate::{Cx, Fault, Via};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use store::Sql;
use utoipa::ToSchema;
use vocabulary::*;

/// The answers to several decisions, as they travel with what they are about: decision → [`Ruling`].
pub type Can = Map<String, Value>;

/// What a decision holds for one actor.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Ruling {
    Yes(Yes),
    No(Withheld),
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Yes {
    Yes,
}

/// Why somebody does not decide, and to whom they may propose it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Withheld {
    /// A sentence that names who decides.
    pub why: String,
    /// Who decides, where the change can be proposed to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub propose_to: Option<String>,
}

/// The one answer to "may this actor decide that here?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Allow,
    /// It can be proposed to these.
    Propose(Vec<Decider>),
    Deny(Vec<Decider>),
}

/// Who lends a decision's right to whom, and until when.
#[derive(Debug, Clone)]
struct Lent {
    decision: Decision,
    person: PersonId,
    name: String,
    until: String,
}

#[derive(Debug, Clone)]
struct Holder {
    role: Role,
    person: PersonId,
    name: String,
}

/// Who holds which role in one product, who decides what there, and what the actor may therefore decide.
pub struct Rights {
    own: Vec<Role>,
    person: Option<PersonId>,
    console: bool,
    read_only: bool,
    agent: bool,
    /// The name of whom they are asked about, when that is somebody else than the actor.
    other: Option<String>,
    held: Held,
}

/// What is stored of a product's rights.
#[derive(Debug, Default)]
struct Held {
    table: WhoDecides,
    holders: Vec<Holder>,
    lent: Vec<Lent>,
}

impl Rights {
    /// The rights in a product. A product one may not see does not exist.
    pub fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        Self::in_each(cx, &[product])?.remove(&product).ok_or(Fault::not_found("product"))
    }

    /// The rights in several products one may see, by one query.
    pub fn in_each(cx: &Cx<'_>, products: &[ProductId]) -> Result<HashMap<ProductId, Self>, Fault> {
        let seen = || products.iter().copied().filter(|product| cx.actor.sees(*product));
        let mut sql = Sql::new(
            "SELECT m.product_id, m.role, p.id, p.name, '' FROM member m JOIN person p ON p.id = m.person_id
             WHERE p.state = 'active' AND m.product_id IN",
        );
        sql.within("", seen()).push(
            " UNION ALL SELECT d.product_id, d.decision, p.id, p.name, d.until
             FROM delegation d JOIN person p ON p.id = d.person_id WHERE p.state = 'active' AND d.product_id IN",
        );
        sql.within("", seen()).with(" AND d.until >= ", cx.now.date().to_string());
        sql.push(" UNION ALL SELECT id, who_decides, id, '', '' FROM product WHERE id IN").within("", seen());
        sql.push(" ORDER BY 2, 4");
        let mut held: HashMap<ProductId, Held> = HashMap::new();
        for (product, word, id, name, until) in
            cx.rows::<(ProductId, String, uuid::Uuid, String, String)>(sql.text(), sql.args())?
        {
            let held = held.entry(product).or_default();
            if id == product.0 {
                held.table = WhoDecides::read(&word);
            } else if let Ok(role) = word.parse() {
                held.holders.push(Holder { role, person: PersonId(id), name });
            } else if let Ok(decision) = word.parse() {
                held.lent.push(Lent { decision, person: PersonId(id), name, until });
            }
        }
        Ok(seen().map(|id| (id, Self::of(cx, id, held.remove(&id).unwrap_or_default()))).collect())
    }

    fn of(cx: &Cx<'_>, product: ProductId, held: Held) -> Self {
        Self {
            own: cx.actor.roles(product).collect(),
            person: cx.person(),
            console: cx.actor.via == Via::Console,
            read_only: cx.actor.read_only,
            agent: cx.actor.via == Via::Agent,
            other: None,
            held,
        }
    }

    /// The same product's rights as another person has them, in a browser.
    pub fn of_person(self, person: PersonId) -> Self {
        let of_them = || self.held.holders.iter().filter(|holder| holder.person == person);
        let own = of_them().map(|holder| holder.role).collect();
        let other = of_them().next().filter(|_| self.person != Some(person)).map(|holder| holder.name.clone());
        Self { own, person: Some(person), console: false, read_only: false, agent: false, other, held: self.held }
    }

    /// The one answer to "may this actor decide that here?".
    pub fn decide(&self, decision: Decision) -> Verdict {
        if self.console {
            return Verdict::Allow;
        }
        if !self.read_only && self.holds(decision) && (!self.agent || table::is_said(decision)) {
            return Verdict::Allow;
        }
        let deciders = self.deciders(decision);
        let proposes = !self.read_only && self.holds(Decision::Propose);
        match table::row_of(decision).others {
            Others::Propose if proposes => Verdict::Propose(deciders),
            _ => Verdict::Deny(deciders),
        }
    }

    /// Whether the actor is among those who decide; where several roles have to agree, whether they hold all of them.
    fn holds(&self, decision: Decision) -> bool {
        let deciding = self.deciding(decision);
        let holds = |role: &Role| self.own.contains(role);
        self.lent_to_actor(decision)
            || match table::row_of(decision).needs {
                Needs::OneOf => deciding.iter().any(holds),
                Needs::AllOf => deciding.iter().all(holds),
            }
    }

    fn lent_to_actor(&self, decision: Decision) -> bool {
        !self.own.is_empty()
            && self.held.lent.iter().any(|lent| lent.decision == decision && Some(lent.person) == self.person)
    }

    /// Which of the roles that decide the actor speaks for.
    pub fn speaks_for(&self, decision: Decision) -> Vec<Role> {
        let deciding = self.deciding(decision);
        if self.read_only || self.agent {
            Vec::new()
        } else if self.console || self.lent_to_actor(decision) {
            deciding
        } else {
            deciding.into_iter().filter(|role| self.own.contains(role)).collect()
        }
    }

    /// Whether every role that has to agree is among these; only of what needs all of them.
    pub fn agreed(&self, decision: Decision, roles: &[Role]) -> bool {
        table::row_of(decision).needs == Needs::AllOf && self.deciding(decision).iter().all(|role| roles.contains(role))
    }

    /// Refuses whoever speaks for none of those who decide.
    pub fn require_voice(&self, decision: Decision) -> Result<(), Fault> {
        if !self.speaks_for(decision).is_empty() {
            return Ok(());
        }
        Err(Fault::Refused { decision, deciders: self.deciders(decision), kept: None })
    }

    /// Whether the actor holds a role, or the one that stands in for it where nobody does.
    pub fn acts_as(&self, role: Role) -> bool {
        self.console
            || (!self.read_only && !self.agent && self.held_for(role).is_some_and(|role| self.own.contains(&role)))
    }

    /// Who acts as a role, by name; the one beside it where nobody holds it.
    pub fn acting(&self, role: Role) -> Decider {
        let role = self.held_for(role).unwrap_or(role);
        Decider { role, people: self.people(role).map(str::to_owned).collect() }
    }

    /// Those who decide, by name, or by role where nobody holds it.
    pub fn names(&self, decision: Decision) -> String {
        Decider::names(&self.deciders(decision))
    }

    /// Those who decide, each by name.
    pub fn names_of(&self, decision: Decision) -> Vec<String> {
        let mut names: Vec<String> = self.deciders(decision).into_iter().flat_map(|decider| decider.people).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The roles that decide here: the table's, each that nobody holds replaced by the one beside it.
    pub fn deciding(&self, decision: Decision) -> Vec<Role> {
        let own = self.held.table.roles(decision);
        let mut deciding: Vec<Role> = Vec::with_capacity(own.len());
        for role in own.iter().filter_map(|role| self.held_for(*role)) {
            if !deciding.contains(&role) {
                deciding.push(role);
            }
        }
        if deciding.is_empty() { own.to_vec() } else { deciding }
    }

    /// The roles of the table that nobody holds, each with the one that decides in its place.
    pub fn stood_in_for(&self, decision: Decision) -> Vec<(Role, Role)> {
        let roles = self.held.table.roles(decision).iter().filter(|role| !self.is_held(**role));
        roles.filter_map(|role| Some((*role, self.held_for(*role)?))).collect()
    }

    /// The table as it is stored.
    pub fn table(&self) -> &WhoDecides {
        &self.held.table
    }

    fn deciders(&self, decision: Decision) -> Vec<Decider> {
        let mut deciders: Vec<Decider> = self
            .deciding(decision)
            .into_iter()
            .map(|role| Decider { role, people: self.people(role).map(str::to_owned).collect() })
            .collect();
        let lent = self.held.lent.iter().filter(|lent| lent.decision == decision);
        if let Some(first) = deciders.first_mut() {
            first.people.extend(lent.map(|lent| format!("{} until {}", lent.name, lent.until)));
        }
        deciders
    }

    /// The role itself where somebody holds it, otherwise the nearest beside it that somebody holds.
    fn held_for(&self, role: Role) -> Option<Role> {
        std::iter::once(role).chain(table::beside(role).iter().copied()).find(|role| self.is_held(*role))
    }

    pub fn people(&self, role: Role) -> impl Iterator<Item = &str> {
        self.held.holders.iter().filter(move |holder| holder.role == role).map(|holder| holder.name.as_str())
    }

    /// Those who decide, as people; a role's delegates among them.
    pub fn who(&self, decision: Decision) -> Vec<PersonId> {
        let deciding = self.deciding(decision);
        let holders = self.held.holders.iter().filter(|holder| deciding.contains(&holder.role)).map(|h| h.person);
        let lent = self.held.lent.iter().filter(|lent| lent.decision == decision).map(|lent| lent.person);
        let mut people: Vec<PersonId> = holders.chain(lent).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    fn is_held(&self, role: Role) -> bool {
        self.held.holders.iter().any(|holder| holder.role == role)
    }

    /// Why the actor may decide, or who does and what the actor may do instead, in one sentence.
    pub fn explain(&self, decision: Decision) -> String {
        let may = table::sentence(decision);
        let (who, are, to) = match &self.other {
            Some(name) => (name.as_str(), format!("{name} is"), name.as_str()),
            None => ("You", "you are".to_owned(), "you"),
        };
        match self.decide(decision) {
            Verdict::Allow if self.console => format!("The command line on the server may {may}."),
            Verdict::Allow => {
                let lent = self.held.lent.iter().find(|l| l.decision == decision && Some(l.person) == self.person);
                let roles = self.speaks_for(decision).iter().map(|role| role.noun()).collect::<Vec<_>>().join(" and ");
                let instead = self.instead(decision);
                match lent {
                    Some(lent) => format!("{who} may {may}: it is lent to {to} until {}.", lent.until),
                    None if roles.is_empty() => format!("{who} may {may}."),
                    None => format!("{who} may {may}: {are} {roles}.{instead}"),
                }
            }
            Verdict::Propose(deciders) if self.agent => {
                format!("{} As an agent you propose it.", Decider::sentence(&deciders, decision))
            }
            Verdict::Propose(deciders) => {
                format!("{}{} {who} may propose it.", Decider::sentence(&deciders, decision), self.instead(decision))
            }
            Verdict::Deny(_) if self.read_only => "This token may only read.".to_owned(),
            Verdict::Deny(deciders) => Decider::sentence(&deciders, decision) + &self.instead(decision),
        }
    }

    /// Says which roles nobody holds, and who decides in their place.
    fn instead(&self, decision: Decision) -> String {
        let each = self
            .stood_in_for(decision)
            .into_iter()
            .map(|(role, other)| format!(" Nobody is {}, so the {} decides in that place.", role.noun(), other.noun()));
        each.collect()
    }

    /// The answers to several decisions, to travel with a row or a page.
    pub fn can(&self, decisions: &[Decision]) -> Can {
        decisions
            .iter()
            .map(|decision| {
                let answer = match self.decide(*decision) {
                    Verdict::Allow => json!("yes"),
                    Verdict::Deny(_) if self.read_only => json!({"why": "This token may only read."}),
                    Verdict::Deny(deciders) => json!({"why": Decider::sentence(&deciders, *decision)}),
                    Verdict::Propose(deciders) => json!({
                        "why": Decider::sentence(&deciders, *decision),
                        "propose_to": Decider::names(&deciders)
                    }),
                };
                (decision.as_str().to_owned(), answer)
            })
            .collect()
    }

    pub fn require(&self, decision: Decision) -> Result<(), Fault> {
        match self.decide(decision) {
            Verdict::Allow => Ok(()),
            Verdict::Deny(_) if self.read_only => Err(Fault::ReadOnly),
            Verdict::Deny(deciders) => Err(Fault::Refused { decision, deciders, kept: None }),
            Verdict::Propose(deciders) => Err(Fault::Refused { decision, deciders, kept: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(own: &[Role], held: &[Role]) -> Rights {
        let holder = |role: &Role| Holder { role: *role, person: PersonId::new(), name: role.noun().to_owned() };
        let held = Held { holders: held.iter().map(holder).collect(), ..Held::default() };
        Rights {
            own: own.to_vec(),
            person: Some(PersonId::new()),
            console: false,
            read_only: false,
            agent: false,
            other: None,
            held,
        }
    }

    #[test]
    fn the_product_owner_orders_and_the_product_manager_does_not() {
        let held = [Role::ProductManager, Role::ProductOwner];
        assert_eq!(rights(&[Role::ProductOwner], &held).decide(Decision::Order), Verdict::Allow);
        let Verdict::Propose(deciders) = rights(&[Role::ProductManager], &held).decide(Decision::Order) else {
            panic!("the product manager does not order the backlog while there is a product owner");
        };
        assert_eq!(deciders[0].role, Role::ProductOwner);
    }

    #[test]
    fn a_role_nobody_holds_falls_to_the_one_beside_it() {
        let team = [Role::ProductManager, Role::ProductOwner, Role::ScrumMaster, Role::Developer];
        for (missing, heir) in [
            (Role::ProductManager, Role::ProductOwner),
            (Role::ProductOwner, Role::ProductManager),
            (Role::ScrumMaster, Role::ProductOwner),
            (Role::Developer, Role::ScrumMaster),
        ] {
            let held: Vec<Role> = team.into_iter().filter(|role| *role != missing).collect();
            for decision in Decision::ALL {
                let row = table::row_of(*decision);
                if row.needs == Needs::AllOf {
                    continue;
                }
                let own = row.roles;
                for role in &held {
                    let decides = own.contains(role) || (own.contains(&missing) && *role == heir);
                    let verdict = rights(&[*role], &held).decide(*decision);
                    assert_eq!(verdict == Verdict::Allow, decides, "{role} on {decision} without a {missing}");
                }
            }
        }
    }

    #[test]
    fn each_role_of_a_decision_falls_by_itself() {
        let held = [Role::ProductManager, Role::Developer];
        for decision in
            [Decision::SprintGoal, Decision::SprintRun, Decision::Progress, Decision::StoryInSprint, Decision::Triage]
        {
            assert_eq!(rights(&[Role::ProductManager], &held).decide(decision), Verdict::Allow, "{decision}");
        }
        let manager = rights(&[Role::ProductManager], &held);
        for decision in [Decision::Estimate, Decision::SprintScope] {
            assert_ne!(manager.decide(decision), Verdict::Allow, "{decision} stays the developers'");
        }
        // Nobody inherits past the nearest: with a product owner, the scrum master's part is no product manager's.
        let held = [Role::ProductManager, Role::ProductOwner, Role::Developer];
        assert_ne!(rights(&[Role::ProductManager], &held).decide(Decision::SprintRun), Verdict::Allow);
        assert_eq!(rights(&[Role::ProductOwner], &held).decide(Decision::Workflow), Verdict::Allow);
    }

    #[test]
    fn whoever_holds_the_last_role_of_the_team_decides_all() {
        for role in [Role::ProductManager, Role::ProductOwner] {
            let alone = rights(&[role], &[role, Role::Stakeholder, Role::Viewer]);
            for decision in Decision::ALL {
                assert_eq!(alone.decide(*decision), Verdict::Allow, "{role} alone on {decision}");
            }
        }
    }

    #[test]
    fn what_nobody_may_decide_names_the_roles_of_the_table() {
        let Verdict::Deny(deciders) = rights(&[Role::Viewer], &[Role::Viewer]).decide(Decision::Order) else {
            panic!("a viewer orders nothing");
        };
        assert_eq!(deciders, [Decider { role: Role::ProductOwner, people: Vec::new() }]);
    }

    #[test]
    fn one_person_with_both_roles_meets_no_refusal() {
        let both = [Role::ProductManager, Role::ProductOwner];
        let person = rights(&both, &both);
        for decision in Decision::ALL {
            assert_eq!(person.decide(*decision), Verdict::Allow, "{decision}");
        }
    }

    #[test]
    fn rights_are_monotone_in_roles() {
        let held = Role::ALL;
        for decision in Decision::ALL {
            for role in Role::ALL {
                if rights(&[*role], held).decide(*decision) == Verdict::Allow {
                    for other in Role::ALL {
                        assert_eq!(rights(&[*role, *other], held).decide(*decision), Verdict::Allow);
                    }
                }
            }
        }
    }

    #[test]
    fn viewers_decide_nothing() {
        for decision in Decision::ALL {
            assert_ne!(rights(&[Role::Viewer], Role::ALL).decide(*decision), Verdict::Allow, "{decision}");
        }
    }

    #[test]
    fn what_all_have_to_agree_on_is_nobodys_alone() {
        let held = [Role::ProductManager, Role::ProductOwner, Role::ScrumMaster];
        for role in held {
            assert!(matches!(rights(&[role], &held).decide(Decision::WhoDecides), Verdict::Propose(_)), "{role}");
            assert_eq!(rights(&[role], &held).speaks_for(Decision::WhoDecides), [role]);
        }
        assert_eq!(rights(&held, &held).decide(Decision::WhoDecides), Verdict::Allow);
        // Without a scrum master the product owner speaks in that place as well.
        let two = [Role::ProductManager, Role::ProductOwner];
        assert_eq!(rights(&two, &two).decide(Decision::WhoDecides), Verdict::Allow);
        assert!(matches!(rights(&two[..1], &two).decide(Decision::WhoDecides), Verdict::Propose(_)));
    }

    #[test]
    fn what_is_lent_is_decided_and_no_more() {
        let mut developer = rights(&[Role::Developer], Role::ALL);
        let person = developer.person.unwrap();
        let (name, until) = ("Dev".to_owned(), "2026-12-03".to_owned());
        developer.held.lent.push(Lent { decision: Decision::Order, person, name, until });
        assert_eq!(developer.decide(Decision::Order), Verdict::Allow);
        assert_eq!(
            developer.explain(Decision::Order),
            "You may order the backlog: it is lent to you until 2026-12-03."
        );
        assert!(matches!(developer.decide(Decision::Story), Verdict::Propose(_)));
        // Who left the product has nothing lent there.
        developer.own.clear();
        assert!(matches!(developer.decide(Decision::Order), Verdict::Deny(_)));
    }

    #[test]
    fn an_agent_says_but_decides_nothing() {
        let agent = Rights { agent: true, ..rights(Role::ALL, Role::ALL) };
        for decision in Decision::ALL {
            let allowed = agent.decide(*decision) == Verdict::Allow;
            assert_eq!(allowed, table::is_said(*decision), "{decision}");
            assert!(allowed || agent.speaks_for(*decision).is_empty(), "{decision}");
        }
    }

    #[test]
    fn who_takes_part_proposes_and_who_looks_on_does_not() {
        assert!(matches!(rights(&[Role::Stakeholder], Role::ALL).decide(Decision::Roadmap), Verdict::Propose(_)));
        assert!(matches!(rights(&[Role::Viewer], Role::ALL).decide(Decision::Roadmap), Verdict::Deny(_)));
        assert!(matches!(rights(&[Role::Developer], Role::ALL).decide(Decision::Acceptance), Verdict::Deny(_)));
    }

    #[test]
    fn the_answer_names_who_stands_in() {
        let manager = rights(&[Role::ProductManager], &[Role::ProductManager, Role::Developer]);
        assert_eq!(
            manager.explain(Decision::Order),
            "You may order the backlog: you are product manager. Nobody is product owner, so the product manager \
             decides in that place."
        );
        let developer = rights(&[Role::Developer], &[Role::ProductManager, Role::Developer]);
        assert_eq!(
            developer.explain(Decision::Roadmap),
            "product manager (product manager) decides: only they may change the roadmap and its promises. You may \
             propose it."
        );
    }
}
