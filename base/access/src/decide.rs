use crate::fault::Decider;
use crate::{Cx, Fault, Via, table};
use serde_json::{Map, Value};
use std::collections::HashMap;
use store::{Sql, StoreError, args};
use vocabulary::*;

/// What a decision may hold for one actor, as it travels with what it is about: `"yes"`, or a sentence naming who decides.
pub type Can = Map<String, Value>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Allow,
    Refuse(Vec<Decider>),
}

/// Who holds which role in one product, and what the actor may therefore decide there.
pub struct Rights {
    own: Vec<Role>,
    console: bool,
    read_only: bool,
    holders: Vec<(Role, String)>,
}

impl Rights {
    /// The rights in a product. A product one may not see does not exist.
    pub fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        if !cx.actor.sees(product) {
            return Err(Fault::not_found("product"));
        }
        Ok(Self::of(cx, product, holders(cx, product)?))
    }

    /// The rights in several products one may see, by one query.
    pub fn in_each(cx: &Cx<'_>, products: &[ProductId]) -> Result<HashMap<ProductId, Self>, Fault> {
        let mut sql = Sql::new(
            "SELECT m.product_id, m.role, p.name FROM member m JOIN person p ON p.id = m.person_id
             WHERE p.state = 'active' AND m.product_id IN",
        );
        sql.within("", products.iter().copied()).push(" ORDER BY m.role, p.name");
        let mut holders: HashMap<ProductId, Vec<(Role, String)>> = HashMap::new();
        for (product, role, name) in cx.rows::<(ProductId, Role, String)>(sql.text(), sql.args())? {
            holders.entry(product).or_default().push((role, name));
        }
        let seen = products.iter().filter(|product| cx.actor.sees(**product));
        Ok(seen.map(|id| (*id, Self::of(cx, *id, holders.remove(id).unwrap_or_default()))).collect())
    }

    fn of(cx: &Cx<'_>, product: ProductId, holders: Vec<(Role, String)>) -> Self {
        Self {
            own: cx.actor.roles(product).collect(),
            console: cx.actor.via == Via::Console,
            read_only: cx.actor.read_only,
            holders,
        }
    }

    /// The one answer to "may this actor decide that here?".
    pub fn decide(&self, decision: Decision) -> Verdict {
        if self.console {
            return Verdict::Allow;
        }
        let deciding = self.deciding(decision);
        if !self.read_only && self.own.iter().any(|role| deciding.contains(role)) {
            return Verdict::Allow;
        }
        Verdict::Refuse(
            deciding
                .into_iter()
                .map(|role| Decider {
                    role,
                    people: self.holders.iter().filter(|(r, _)| *r == role).map(|(_, name)| name.clone()).collect(),
                })
                .collect(),
        )
    }

    /// The roles that decide here: the table's, each that nobody holds replaced by the one beside it.
    pub fn deciding(&self, decision: Decision) -> Vec<Role> {
        let own = table::roles(decision);
        let mut deciding: Vec<Role> = Vec::with_capacity(own.len());
        for role in own.iter().filter_map(|role| self.held_for(*role)) {
            if !deciding.contains(&role) {
                deciding.push(role);
            }
        }
        if deciding.is_empty() { own.to_vec() } else { deciding }
    }

    /// The role itself where somebody holds it, otherwise the nearest beside it that somebody holds.
    fn held_for(&self, role: Role) -> Option<Role> {
        std::iter::once(role).chain(table::beside(role).iter().copied()).find(|role| self.held(*role))
    }

    pub fn people(&self, role: Role) -> impl Iterator<Item = &str> {
        self.holders.iter().filter(move |(r, _)| *r == role).map(|(_, name)| name.as_str())
    }

    fn held(&self, role: Role) -> bool {
        self.holders.iter().any(|(r, _)| *r == role)
    }

    /// The answers to several decisions, to travel with a row or a page.
    pub fn can(&self, decisions: &[Decision]) -> Can {
        decisions
            .iter()
            .map(|decision| {
                let answer = match self.decide(*decision) {
                    Verdict::Allow => "yes".to_owned(),
                    Verdict::Refuse(_) if self.read_only => "This token may only read.".to_owned(),
                    Verdict::Refuse(deciders) => Decider::sentence(&deciders, *decision),
                };
                (decision.as_str().to_owned(), Value::String(answer))
            })
            .collect()
    }

    pub fn require(&self, decision: Decision) -> Result<(), Fault> {
        match self.decide(decision) {
            Verdict::Allow => Ok(()),
            Verdict::Refuse(_) if self.read_only => Err(Fault::ReadOnly),
            Verdict::Refuse(deciders) => Err(Fault::Refused { decision, deciders }),
        }
    }
}

fn holders(cx: &Cx<'_>, product: ProductId) -> Result<Vec<(Role, String)>, StoreError> {
    cx.rows(
        "SELECT m.role, p.name FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 AND p.state = 'active' ORDER BY m.role, p.name",
        args![product],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(own: &[Role], held: &[Role]) -> Rights {
        Rights {
            own: own.to_vec(),
            console: false,
            read_only: false,
            holders: held.iter().map(|role| (*role, role.noun().to_owned())).collect(),
        }
    }

    #[test]
    fn the_product_owner_orders_and_the_product_manager_does_not() {
        let held = [Role::ProductManager, Role::ProductOwner];
        assert_eq!(rights(&[Role::ProductOwner], &held).decide(Decision::Order), Verdict::Allow);
        let Verdict::Refuse(deciders) = rights(&[Role::ProductManager], &held).decide(Decision::Order) else {
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
                let own = table::roles(*decision);
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
        let Verdict::Refuse(deciders) = rights(&[Role::Viewer], &[Role::Viewer]).decide(Decision::Order) else {
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
}
