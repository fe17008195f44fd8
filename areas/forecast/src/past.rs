use access::{Cx, Fault};
use forecasting::{Away, Calendar, History};
use store::{Sql, args};
use teams::{DaysOff, Team, days_off, teams};
use vocabulary::*;

/// Years of finished work that are looked at: longer ago it was another team.
const YEARS: i64 = 5;

/// What was finished in a product, and by whom.
pub(crate) struct Past {
    pub day: Date,
    /// By all.
    pub all: History,
    /// By each of the teams, where there are several.
    pub teams: Vec<(Team, History)>,
}

impl Past {
    /// When a product's stories, bugs, tasks and spikes were finished, as far as they still are; epics and sub-tasks would
    /// count twice. What is the team's counts for the team alone, here as in what is still to be done.
    pub(crate) fn load(cx: &Cx<'_>, product: ProductId) -> Result<Self, Fault> {
        let since = cx.now.plus_days(-365 * YEARS);
        let teams = Some(teams(cx, product)?).filter(|teams| teams.len() > 1).unwrap_or_default();
        // Whose an item is matters only where there are several teams.
        let of = if teams.is_empty() { "CAST(NULL AS UUID)" } else { "COALESCE(i.team_id, p.team_id)" };
        let mut sql = Sql::new("SELECT i.done_at, ");
        sql.push(of).push(" FROM item i");
        if !teams.is_empty() {
            sql.push(" LEFT JOIN item p ON p.object_id = i.parent_id");
        }
        sql.push(" WHERE i.category = 'done' AND i.kind NOT IN ('epic', 'subtask')");
        sql.with(" AND i.product_id = ", product).with(" AND i.done_at > ", since).with(" AND i.done_at <= ", cx.now);
        sql.push(object::seen!(cx, product, "i"));
        let finished: Vec<(Date, Option<TeamId>)> =
            cx.query(sql.text(), sql.args(), |row| Ok((row.get::<Ts>(0)?.date(), row.get(1)?)))?;
        let off = days_off(cx, product, since.date())?;
        let dates: Vec<Date> = finished.iter().map(|(day, _)| *day).collect();
        let all = History::with(&dates, calendar(&off, &crew(cx, product)?));
        let own = |team: Team| {
            let dates: Vec<Date> =
                finished.iter().filter(|(_, of)| *of == Some(team.id)).map(|(day, _)| *day).collect();
            let members: Vec<PersonId> = team.members.iter().map(|person| person.id).collect();
            let history = History::with(&dates, calendar(&off, &members));
            (team, history)
        };
        Ok(Self { day: cx.now.date(), all, teams: teams.into_iter().map(own).collect() })
    }
}

/// Whose days off slow a product down: its developers'.
fn crew(cx: &Cx<'_>, product: ProductId) -> Result<Vec<PersonId>, Fault> {
    let developers: Vec<(PersonId,)> = cx.rows(
        "SELECT DISTINCT m.person_id FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 AND m.role = 'developer' AND p.state <> 'revoked'",
        args![product],
    )?;
    Ok(developers.into_iter().map(|(id,)| id).collect())
}

/// Everybody's days off, and those of the people a team is made of: each is as much of it as any other.
fn calendar(off: &[DaysOff], team: &[PersonId]) -> Calendar {
    let part = |off: &DaysOff| match &off.person {
        None => Some(1.0),
        Some(person) => team.contains(&person.id).then(|| 1.0 / team.len() as f64),
    };
    Calendar::new(off.iter().filter_map(|off| Some((Away { from: off.first, to: off.last }, part(off)?))))
}
