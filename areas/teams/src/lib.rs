//! The teams that draw on one backlog, and the days on which their people are off.

mod day_off;
mod http;
mod team;

pub use day_off::{AddDaysOff, DaysOff, RemoveDaysOff, days_off};
pub use http::routes;
pub use team::{SetTeams, Team, TeamDraft, team_name, teams};

/// The changes of this room that can be proposed.
pub const CHANGES: &[object::Known] =
    &[object::Known::of::<SetTeams>(), object::Known::of::<AddDaysOff>(), object::Known::of::<RemoveDaysOff>()];
