use access::{Changes, Cx, Fault};
use object::{Change, Granted, PersonRef, Product, people};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;

/// A team that draws on the product's backlog.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub members: Vec<PersonRef>,
}

/// A team as it is to be; one without an id is new.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamDraft {
    pub id: Option<TeamId>,
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    pub name: Label,
    #[schema(max_items = 100)]
    pub members: Vec<PersonId>,
}

const MOST_TEAMS: usize = 30;
const MOST_MEMBERS: usize = 100;

/// A product's teams, in their order. A product with one team needs none.
pub fn teams(cx: &Cx<'_>, product: ProductId) -> Result<Vec<Team>, Fault> {
    let stored: Vec<(TeamId, String)> =
        cx.rows("SELECT id, name FROM team WHERE product_id = $1 ORDER BY position, id", args![product])?;
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    let members: Vec<(TeamId, PersonId)> = cx.rows(
        "SELECT m.team_id, m.person_id FROM team t JOIN team_member m ON m.team_id = t.id WHERE t.product_id = $1",
        args![product],
    )?;
    let people = people(cx, members.iter().map(|(_, person)| Some(*person)))?;
    let mut of: HashMap<TeamId, Vec<PersonRef>> = HashMap::new();
    for (team, person) in members {
        of.entry(team).or_default().extend(people.get(&person).cloned());
    }
    let team = |(id, name)| {
        let mut members = of.remove(&id).unwrap_or_default();
        members.sort_by(|one, other| one.name.cmp(&other.name).then(one.id.cmp(&other.id)));
        Team { id, name, members }
    };
    Ok(stored.into_iter().map(team).collect())
}

/// What one of a product's teams is called.
pub fn team_name(cx: &Cx<'_>, product: ProductId, team: TeamId) -> Result<String, Fault> {
    let found: Option<(String,)> =
        cx.maybe("SELECT name FROM team WHERE id = $1 AND product_id = $2", args![team, product])?;
    found.map(|(name,)| name).ok_or_else(|| Fault::invalid("team_id", "There is no such team in this product."))
}

/// Replaces the teams. What was a team's that is gone is nobody's.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetTeams {
    pub product: ProductName,
    pub teams: Vec<TeamDraft>,
}

impl Change for SetTeams {
    const NAME: &'static str = "set_teams";
    type On = Product;
    type Outcome = ();
    fn on(&self) -> ProductName {
        self.product.clone()
    }
    fn decision(&self, _: &Cx<'_>, _: &Product) -> Result<Decision, Fault> {
        Ok(Decision::Workflow)
    }
    fn apply(&self, cx: &Cx<'_>, on: Granted<Product>) -> Result<(), Fault> {
        let before = teams(cx, on.id)?;
        self.check(cx, &before, on.id)?;
        let kept: BTreeSet<TeamId> = self.teams.iter().filter_map(|team| team.id).collect();
        for gone in before.iter().filter(|team| !kept.contains(&team.id)) {
            cx.exec("UPDATE item SET team_id = NULL WHERE product_id = $1 AND team_id = $2", args![on.id, gone.id])?;
            cx.exec("DELETE FROM team_member WHERE team_id = $1", args![gone.id])?;
            cx.exec("DELETE FROM team WHERE id = $1", args![gone.id])?;
        }
        for (position, team) in (0i64..).zip(&self.teams) {
            let id = team.id.unwrap_or_else(TeamId::new);
            cx.exec(
                "INSERT INTO team (id, product_id, position, name) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, name = excluded.name",
                args![id, on.id, position, &team.name],
            )?;
            cx.exec("DELETE FROM team_member WHERE team_id = $1", args![id])?;
            for person in team.members.iter().collect::<BTreeSet<_>>() {
                cx.exec("INSERT INTO team_member (team_id, person_id) VALUES ($1, $2)", args![id, *person])?;
            }
        }
        let after = teams(cx, on.id)?;
        on.record(cx, "set the teams", Changes::new().field("teams", &said(&before), &said(&after)))
    }
}

impl SetTeams {
    fn check(&self, cx: &Cx<'_>, before: &[Team], product: ProductId) -> Result<(), Fault> {
        if self.teams.len() > MOST_TEAMS {
            return Err(Fault::invalid("rows", format!("A product has at most {MOST_TEAMS} teams.")));
        }
        let mut sql = Sql::new("SELECT DISTINCT person_id FROM member WHERE product_id = ");
        sql.with("", product);
        let known: BTreeSet<PersonId> =
            cx.rows::<(PersonId,)>(sql.text(), sql.args())?.into_iter().map(|(id,)| id).collect();
        for (i, team) in self.teams.iter().enumerate() {
            let wrong = |field: &str, why: &str| Err(Fault::invalid(&format!("rows[{i}].{field}"), why));
            let same = |other: &TeamDraft| other.name.as_str().to_lowercase() == team.name.as_str().to_lowercase();
            if self.teams[..i].iter().any(same) {
                return wrong("name", "There is another team of this name.");
            }
            if team.id.is_some_and(|id| !before.iter().any(|team| team.id == id)) {
                return wrong("id", "There is no such team in this product.");
            }
            if team.id.is_some() && self.teams[..i].iter().any(|other| other.id == team.id) {
                return wrong("id", "This team is named twice.");
            }
            if team.members.len() > MOST_MEMBERS || team.members.iter().any(|person| !known.contains(person)) {
                return wrong("members", "A team's people are members of the product, a hundred at most.");
            }
        }
        Ok(())
    }
}

/// "Blue (Ann, Bo); Green (Cy)"
fn said(teams: &[Team]) -> String {
    let team = |team: &Team| {
        let names: Vec<&str> = team.members.iter().map(|person| person.name.as_str()).collect();
        if names.is_empty() { team.name.clone() } else { format!("{} ({})", team.name, names.join(", ")) }
    };
    teams.iter().map(team).collect::<Vec<_>>().join("; ")
}
