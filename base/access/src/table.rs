//! The decision table (product.md §1.3), as every product starts with it.

use vocabulary::{Decision, Role};

pub struct Row {
    pub decision: Decision,
    /// Any one of these decides.
    pub roles: &'static [Role],
    pub sentence: &'static str,
}

use Role::{Developer, ProductManager, ProductOwner, ScrumMaster, Stakeholder};

const fn row(decision: Decision, roles: &'static [Role], sentence: &'static str) -> Row {
    Row { decision, roles, sentence }
}

pub const TABLE: &[Row] = &[
    row(Decision::Vision, &[ProductManager], "write the vision"),
    row(Decision::Objectives, &[ProductManager], "set objectives and key results"),
    row(Decision::Opportunities, &[ProductManager], "shape opportunities"),
    row(Decision::Triage, &[ProductManager, ProductOwner], "triage feedback"),
    row(Decision::Roadmap, &[ProductManager], "change the roadmap"),
    row(Decision::Order, &[ProductOwner], "order the backlog"),
    row(Decision::Story, &[ProductOwner], "write stories and acceptance criteria"),
    row(Decision::StoryInSprint, &[ProductOwner, Developer], "write stories that are in a sprint"),
    row(Decision::Estimate, &[Developer], "estimate"),
    row(Decision::Progress, &[Developer, ProductOwner, ScrumMaster], "move items through the workflow"),
    row(Decision::SprintGoal, &[ProductOwner, Developer], "set the sprint goal"),
    row(Decision::SprintScope, &[Developer], "choose what goes into a sprint"),
    row(Decision::SprintRun, &[ScrumMaster, ProductOwner, Developer], "plan, start and close sprints"),
    row(Decision::SprintCancel, &[ProductOwner], "cancel a sprint"),
    row(Decision::Acceptance, &[ProductOwner], "accept items"),
    row(Decision::Release, &[ProductOwner], "release"),
    row(Decision::Announce, &[ProductManager], "tell customers"),
    row(Decision::Workflow, &[ScrumMaster], "change the workflow"),
    row(Decision::Import, &[ProductOwner, ProductManager], "import into the backlog"),
    row(Decision::Link, &[ProductManager, ProductOwner, ScrumMaster, Developer], "link things on the line"),
    row(Decision::Feedback, &[ProductManager, ProductOwner, ScrumMaster, Developer, Stakeholder], "bring in feedback"),
    row(
        Decision::Comment,
        &[ProductManager, ProductOwner, ScrumMaster, Developer, Stakeholder],
        "comment and attach files",
    ),
];

/// The roles that decide; the table names every decision, which a test holds.
pub(crate) fn roles(decision: Decision) -> &'static [Role] {
    TABLE.iter().find(|row| row.decision == decision).map_or(&[], |row| row.roles)
}

/// What the decision lets one do, as in "Bea decides who may …".
pub fn sentence(decision: Decision) -> &'static str {
    TABLE.iter().find(|row| row.decision == decision).map_or("", |row| row.sentence)
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
}
