use crate::{admins_only, record, take_turn};
use access::{Changes, Cx, Fault};
use serde::{Deserialize, Serialize};
use store::{FromRow, FromVal, Row, StoreError, Val, args};
use utoipa::ToSchema;
use vocabulary::*;

/// An e-mail address, in lower case; what people sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = "email", max_length = 254)]
pub struct Email(String);

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for Email {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim().to_lowercase();
        let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.chars().count() <= 254;
        match text.rsplit_once('@') {
            Some((name, host)) if plain && !name.is_empty() && !host.is_empty() => Ok(Self(text)),
            _ => Err("an e-mail address looks like name@example.org".into()),
        }
    }
}
impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}
impl std::str::FromStr for Email {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::try_from(text.to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// Signs in.
    Active,
    /// Has not chosen a password yet.
    Invited,
    /// May no longer come in; stays in the history.
    Revoked,
}

impl PersonState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Invited => "invited",
            Self::Revoked => "revoked",
        }
    }
}
impl From<PersonState> for Val {
    fn from(state: PersonState) -> Val {
        Val::Text(state.as_str().to_owned())
    }
}
impl FromVal for PersonState {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        match row.get::<String>(column)?.as_str() {
            "active" => Ok(Self::Active),
            "invited" => Ok(Self::Invited),
            "revoked" => Ok(Self::Revoked),
            other => Err(StoreError::Other(format!("{other} is no state of a person"))),
        }
    }
}

/// A person as admins manage them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Account {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    /// Manages people and products of the organisation.
    pub admin: bool,
    pub state: PersonState,
    pub version: i64,
}

impl FromRow for Account {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            email: row.get(2)?,
            admin: row.get(3)?,
            state: row.get(4)?,
            version: row.get(5)?,
        })
    }
}

/// Everybody of the organisation, by name.
pub fn list_people(cx: &Cx<'_>) -> Result<Vec<Account>, Fault> {
    admins_only(cx)?;
    Ok(cx.rows("SELECT id, name, email, admin, state, version FROM person ORDER BY name, id LIMIT 5000", args![])?)
}

pub(crate) fn account(cx: &Cx<'_>, id: PersonId) -> Result<Account, Fault> {
    cx.maybe("SELECT id, name, email, admin, state, version FROM person WHERE id = $1", args![id])?
        .ok_or(Fault::not_found("person"))
}

pub fn by_email(cx: &Cx<'_>, email: &Email) -> Result<Account, Fault> {
    cx.maybe("SELECT id, name, email, admin, state, version FROM person WHERE email = $1", args![email.as_str()])?
        .ok_or(Fault::not_found("person"))
}

/// Somebody new. With a password's hash they may sign in; without, they are invited first.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub name: Label,
    pub email: Email,
    pub admin: bool,
    pub password_hash: Option<String>,
}

pub fn create_person(cx: &Cx<'_>, new: &NewPerson) -> Result<Account, Fault> {
    admins_only(cx)?;
    take_turn(cx)?;
    let taken: Option<(PersonId,)> = cx.maybe("SELECT id FROM person WHERE email = $1", args![new.email.as_str()])?;
    if taken.is_some() {
        return Err(Fault::broken("email-taken", "Somebody with this e-mail address is here already."));
    }
    let state = if new.password_hash.is_some() { PersonState::Active } else { PersonState::Invited };
    let account = Account {
        id: PersonId::new(),
        name: new.name.to_string(),
        email: new.email.as_str().to_owned(),
        admin: new.admin,
        state,
        version: 1,
    };
    cx.exec(
        "INSERT INTO person (id, name, email, password_hash, admin, state, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7)",
        args![account.id, &account.name, &account.email, new.password_hash.clone(), account.admin, state, cx.now],
    )?;
    let changes = Changes::new().set("person", &account.name).set("email", &account.email).set("admin", &account.admin);
    record(cx, if state == PersonState::Invited { "invited" } else { "added" }, 1, changes)?;
    Ok(account)
}

/// Absent fields stay as they are.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PersonPatch {
    pub name: Option<Label>,
    pub admin: Option<bool>,
    /// `revoked` ends sessions and tokens at once; `active` lets the person in again.
    pub state: Option<PersonState>,
}

pub(crate) fn edit(cx: &Cx<'_>, id: PersonId, expected: i64, patch: &PersonPatch) -> Result<Account, Fault> {
    admins_only(cx)?;
    take_turn(cx)?;
    let before = account(cx, id)?;
    if before.version != expected {
        let current = serde_json::to_value(&before).map_err(|e| StoreError::Other(e.to_string()))?;
        return Err(Fault::Stale { expected, current_version: before.version, current: Box::new(current) });
    }
    let after = Account {
        name: patch.name.as_ref().map_or(before.name.clone(), ToString::to_string),
        admin: patch.admin.unwrap_or(before.admin),
        state: patch.state.map_or(Ok(before.state), |state| next_state(cx, &before, state))?,
        version: before.version + 1,
        ..before.clone()
    };
    change(cx, &before, &after)?;
    Ok(after)
}

/// Revokes somebody or lets them in again.
pub fn set_state(cx: &Cx<'_>, id: PersonId, state: PersonState) -> Result<Account, Fault> {
    admins_only(cx)?;
    take_turn(cx)?;
    let before = account(cx, id)?;
    let after = Account { state: next_state(cx, &before, state)?, version: before.version + 1, ..before.clone() };
    change(cx, &before, &after)?;
    Ok(after)
}

/// Nobody is made "invited" by hand; one who is let in again before choosing a password still is.
fn next_state(cx: &Cx<'_>, before: &Account, asked: PersonState) -> Result<PersonState, Fault> {
    match asked {
        PersonState::Revoked => Ok(PersonState::Revoked),
        same if same == before.state => Ok(same),
        PersonState::Invited => {
            Err(Fault::invalid("state", "State is “active” or “revoked”; invite with an invitation."))
        }
        PersonState::Active => {
            let (chosen,): (Option<String>,) =
                cx.one("SELECT password_hash FROM person WHERE id = $1", args![before.id])?;
            Ok(if chosen.is_some() { PersonState::Active } else { PersonState::Invited })
        }
    }
}

fn change(cx: &Cx<'_>, before: &Account, after: &Account) -> Result<(), Fault> {
    let leads = |account: &Account| account.admin && account.state == PersonState::Active;
    if leads(before) && !leads(after) {
        let other: Option<(PersonId,)> = cx.maybe(
            "SELECT id FROM person WHERE admin = TRUE AND state = 'active' AND id <> $1 LIMIT 1",
            args![before.id],
        )?;
        other
            .ok_or_else(|| Fault::broken("last-admin", "This is the last admin. Make somebody else an admin first."))?;
    }
    cx.exec(
        "UPDATE person SET name = $1, admin = $2, state = $3, version = $4 WHERE id = $5",
        args![&after.name, after.admin, after.state, after.version, after.id],
    )?;
    if after.state == PersonState::Revoked {
        for table in ["session", "access_token", "invitation"] {
            cx.exec(&format!("DELETE FROM {table} WHERE person_id = $1"), args![after.id])?;
        }
    }
    let verb = match (before.state, after.state) {
        (PersonState::Revoked, PersonState::Revoked) => "edited",
        (_, PersonState::Revoked) => "revoked",
        (PersonState::Revoked, _) => "restored",
        _ => "edited",
    };
    let changes = Changes::new()
        .set("person", &after.name)
        .field("name", &before.name, &after.name)
        .field("admin", &before.admin, &after.admin)
        .field("state", &before.state, &after.state);
    record(cx, verb, after.version, changes)
}

/// Stores a chosen password. Whoever was invited is in; every session but `keep` ends, and no link sent earlier lets
/// anybody choose another.
pub fn set_password(cx: &Cx<'_>, id: PersonId, password_hash: &str, keep: Option<SessionId>) -> Result<(), Fault> {
    take_turn(cx)?;
    let before = account(cx, id)?;
    if before.state == PersonState::Revoked {
        return Err(Fault::not_found("person"));
    }
    cx.exec(
        "UPDATE person SET password_hash = $1, state = 'active', version = $2 WHERE id = $3",
        args![password_hash, before.version + 1, id],
    )?;
    cx.exec("DELETE FROM invitation WHERE person_id = $1", args![id])?;
    cx.exec(
        "DELETE FROM session WHERE person_id = $1 AND id <> $2",
        args![id, keep.map_or(uuid::Uuid::nil(), |session| session.0)],
    )?;
    let changes = Changes::new().set("person", &before.name).field("state", &before.state, &PersonState::Active);
    record(
        cx,
        if before.state == PersonState::Invited { "joined" } else { "changed the password" },
        before.version + 1,
        changes,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_lower_case_and_look_like_addresses() {
        assert_eq!(Email::try_from(" Bea@Example.ORG ".to_owned()).unwrap().as_str(), "bea@example.org");
        for wrong in ["", "bea", "@example.org", "bea@", "a b@example.org", "a\n@example.org"] {
            assert!(Email::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
