//! The decision table (product.md §1.3), as every product starts with it.

use vocabulary::{Decision, Role};

/// What anybody else may do about a decision that is not theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// Propose it: the change waits for whoever decides.
    Propose,
    Nothing,
}

/// How many of the roles have to say yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    OneOf,
    AllOf,
}

pub struct Row {
    pub decision: Decision,
    pub roles: &'static [Role],
    pub needs: Needs,
    pub others: Others,
    /// What it lets one do, as in "Bea decides who may …".
    pub sentence: &'static str,
}

use Others::{Nothing, Propose};
use Role::{Developer, ProductManager, ProductOwner, ScrumMaster, Stakeholder};

const fn row(decision: Decision, roles: &'static [Role], others: Others, sentence: &'static str) -> Row {
    Row { decision, roles, needs: Needs::OneOf, others, sentence }
}

/// Everybody who takes part: all but viewers.
const EVERYBODY: &[Role] = &[ProductManager, ProductOwner, ScrumMaster, Developer, Stakeholder];

pub const TABLE: &[Row] = &[
    row(Decision::Vision, &[ProductManager], Propose, "write the vision"),
    row(Decision::Objectives, &[ProductManager], Propose, "set objectives, key results and themes"),
    row(Decision::Opportunities, &[ProductManager], Propose, "shape opportunities"),
    row(Decision::Triage, &[ProductManager, ProductOwner], Propose, "triage feedback"),
    row(Decision::Roadmap, &[ProductManager], Propose, "change the roadmap and its promises"),
    row(Decision::Order, &[ProductOwner], Propose, "order the backlog"),
    row(Decision::Story, &[ProductOwner], Propose, "write stories and acceptance criteria"),
    row(Decision::StoryInSprint, &[ProductOwner, Developer], Propose, "write stories that are in a sprint"),
    row(Decision::Estimate, &[Developer], Propose, "estimate"),
    row(Decision::Progress, &[Developer, ProductOwner, ScrumMaster], Propose, "move items through the workflow"),
    row(Decision::SprintGoal, &[ProductOwner, Developer], Propose, "set the sprint goal"),
    row(Decision::SprintScope, &[Developer], Propose, "choose what goes into a sprint"),
    row(Decision::SprintRun, &[ScrumMaster, ProductOwner, Developer], Propose, "plan, start and close sprints"),
    row(Decision::SprintCancel, &[ProductOwner], Propose, "cancel a sprint"),
    row(Decision::Acceptance, &[ProductOwner], Nothing, "accept items"),
    row(Decision::Release, &[ProductOwner], Propose, "release"),
    row(Decision::Announce, &[ProductManager], Propose, "tell customers"),
    row(Decision::Workflow, &[ScrumMaster], Propose, "change the workflow and the teams"),
    row(Decision::Import, &[ProductOwner, ProductManager], Nothing, "import into the backlog"),
    row(Decision::Link, &[ProductManager, ProductOwner, ScrumMaster, Developer], Propose, "link things on the line"),
    row(Decision::Feedback, EVERYBODY, Nothing, "bring in feedback"),
    row(Decision::Comment, EVERYBODY, Nothing, "comment and attach files"),
    row(Decision::Question, EVERYBODY, Nothing, "ask questions"),
    row(Decision::Log, &[ProductManager, ProductOwner, ScrumMaster, Developer], Nothing, "write decisions down"),
    row(Decision::Propose, EVERYBODY, Nothing, "propose changes"),
    Row {
        decision: Decision::WhoDecides,
        roles: &[ProductManager, ProductOwner, ScrumMaster],
        needs: Needs::AllOf,
        others: Propose,
        sentence: "change who decides what",
    },
];

/// What is said and decides nothing; an agent says it, too.
pub(crate) fn is_said(decision: Decision) -> bool {
    matches!(decision, Decision::Comment | Decision::Feedback | Decision::Question | Decision::Propose)
}

/// The line of a decision; the table names every one, which a test holds.
pub fn row_of(decision: Decision) -> &'static Row {
    TABLE.iter().find(|row| row.decision == decision).unwrap_or(&TABLE[0])
}

/// Who decides what in one product: the table's lines, each with the roles that are stored for it.
#[derive(Debug, Clone)]
pub struct WhoDecides(Vec<(Decision, Vec<Role>)>);

/// The order in which the roles of a line are named says nothing.
impl PartialEq for WhoDecides {
    fn eq(&self, other: &Self) -> bool {
        let holds = |roles: &[Role], some: &[Role]| some.iter().all(|role| roles.contains(role));
        Decision::ALL.iter().all(|decision| {
            let (one, two) = (self.roles(*decision), other.roles(*decision));
            holds(one, two) && holds(two, one)
        })
    }
}

impl Default for WhoDecides {
    fn default() -> Self {
        Self(TABLE.iter().map(|row| (row.decision, row.roles.to_vec())).collect())
    }
}

impl WhoDecides {
    /// The roles that decide, as they are stored.
    pub fn roles(&self, decision: Decision) -> &[Role] {
        self.0.iter().find(|(other, _)| *other == decision).map_or(row_of(decision).roles, |(_, roles)| roles)
    }

    /// With other roles for a decision.
    pub fn with(mut self, decision: Decision, roles: &[Role]) -> Self {
        for line in self.0.iter_mut().filter(|(other, _)| *other == decision) {
            line.1 = Role::ALL.iter().copied().filter(|role| roles.contains(role)).collect();
        }
        self
    }

    /// As it is stored: `order=product_owner;estimate=developer`.
    pub fn stored(&self) -> String {
        let line = |(decision, roles): &(Decision, Vec<Role>)| {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            format!("{decision}={}", roles.join(","))
        };
        self.0.iter().map(line).collect::<Vec<_>>().join(";")
    }

    /// Reads what is stored. A decision it does not name is taken as the table says it.
    pub fn read(stored: &str) -> Self {
        let mut table = Self::default();
        for (decision, roles) in stored.split(';').filter_map(|line| line.split_once('=')) {
            let Ok(decision) = decision.parse::<Decision>() else { continue };
            let roles: Vec<Role> = roles.split(',').filter_map(|role| role.parse().ok()).collect();
            if let Some(line) = table.0.iter_mut().find(|(other, _)| *other == decision).filter(|_| !roles.is_empty()) {
                line.1 = roles;
            }
        }
        table
    }
}

/// What the decision lets one do, as in "Bea decides who may …".
pub fn sentence(decision: Decision) -> &'static str {
    row_of(decision).sentence
}

/// The roles beside a role, the nearest first; the first that somebody holds takes the place of one that nobody holds.
pub(crate) fn beside(role: Role) -> &'static [Role] {
    match role {
        Role::ProductManager => &[Role::ProductOwner],
        Role::ProductOwner => &[Role::ProductManager],
        Role::Developer => &[Role::ScrumMaster, Role::ProductOwner, Role::ProductManager],
        Role::ScrumMaster => &[Role::ProductOwner, Role::ProductManager],
        Role::Stakeholder | Role::Viewer => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_stands_in_the_table_once() {
        for decision in Decision::ALL {
            assert_eq!(TABLE.iter().filter(|row| row.decision == *decision).count(), 1, "{decision}");
        }
    }

    #[test]
    fn what_is_stored_reads_as_it_was() {
        let table = WhoDecides::default().with(Decision::Order, &[Developer, ProductOwner]);
        assert_eq!(WhoDecides::read(&table.stored()), table);
        assert_eq!(table.roles(Decision::Order), [ProductOwner, Developer]);
        assert_eq!(WhoDecides::read(""), WhoDecides::default());
        assert_eq!(WhoDecides::read("order=;no=developer;estimate=nobody"), WhoDecides::default());
    }
}
