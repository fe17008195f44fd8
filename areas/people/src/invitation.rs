use crate::person::{PersonState, account, set_password};
use crate::{admins_only, record, secret, take_turn};
use access::{Changes, Cx, Fault};
use store::{Conn, args};
use vocabulary::*;
use web::hash_token;

const DAYS: i64 = 7;

/// Makes the one invitation of a person and answers the path that takes it up. For an active person it sets a new
/// password. The token stands in the fragment, which browsers send to nobody.
pub fn invite(cx: &Cx<'_>, person: PersonId) -> Result<String, Fault> {
    admins_only(cx)?;
    take_turn(cx)?;
    let account = account(cx, person)?;
    if account.state == PersonState::Revoked {
        return Err(Fault::broken("revoked", "This person may no longer come in. Let them in again first."));
    }
    let token = secret::token("thl_inv_")?;
    cx.exec("DELETE FROM invitation WHERE person_id = $1", args![person])?;
    cx.exec(
        "INSERT INTO invitation (token_hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        args![hash_token(&token), person, cx.now, cx.now.plus_days(DAYS)],
    )?;
    record(cx, "made an invitation", account.version, Changes::new().set("person", &account.name))?;
    Ok(format!("/invitation#{token}"))
}

/// Who a valid invitation is for: their id, address and name.
pub(crate) fn guest(conn: &Conn<'_>, token: &str, now: Ts) -> Result<(PersonId, String, String), Fault> {
    conn.maybe(
        "SELECT p.id, p.email, p.name FROM invitation i JOIN person p ON p.id = i.person_id
         WHERE i.token_hash = $1 AND i.expires_at > $2 AND p.state <> 'revoked'",
        args![hash_token(token), now],
    )?
    .ok_or_else(|| {
        Fault::invalid("token", "This invitation was used already or is too old. Ask an admin for a new one.")
    })
}

/// Takes up an invitation, once.
pub(crate) fn accept(cx: &Cx<'_>, token: &str, password_hash: &str) -> Result<PersonId, Fault> {
    take_turn(cx)?;
    let (person, ..) = guest(cx, token, cx.now)?;
    set_password(cx, person, password_hash, None)?;
    Ok(person)
}
