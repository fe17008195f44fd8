use crate::kinds::words;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

words!(
    /// A role in one product; a person may hold several.
    Role {
        ProductManager = "product_manager",
        ProductOwner = "product_owner",
        ScrumMaster = "scrum_master",
        Developer = "developer",
        Stakeholder = "stakeholder",
        Viewer = "viewer",
    }
);

words!(
    /// Where in the company a stakeholder stands.
    Department {
        Executive = "executive",
        Marketing = "marketing",
        Sales = "sales",
        Support = "support",
        Other = "other",
    }
);

impl Role {
    /// The name in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Role::ProductManager => "product manager",
            Role::ProductOwner => "product owner",
            Role::ScrumMaster => "scrum master",
            Role::Developer => "developer",
            Role::Stakeholder => "stakeholder",
            Role::Viewer => "viewer",
        }
    }

    /// The Scrum Team and the product manager; they read what is visible to the team.
    pub fn is_team(self) -> bool {
        !matches!(self, Role::Stakeholder | Role::Viewer)
    }
}

words!(
    /// What can be decided in a product (product.md §1.3). Who decides stands in `access::table`.
    Decision {
        Vision = "vision",
        Objectives = "objectives",
        Opportunities = "opportunities",
        Triage = "triage",
        Roadmap = "roadmap",
        Order = "order",
        Story = "story",
        StoryInSprint = "story_in_sprint",
        Estimate = "estimate",
        Progress = "progress",
        SprintGoal = "sprint_goal",
        SprintScope = "sprint_scope",
        SprintRun = "sprint_run",
        SprintCancel = "sprint_cancel",
        Acceptance = "acceptance",
        Release = "release",
        Announce = "announce",
        Workflow = "workflow",
        Feedback = "feedback",
        Comment = "comment",
        Link = "link",
        Import = "import",
        Question = "question",
        Log = "log",
        Propose = "propose",
        WhoDecides = "who_decides",
    }
);
