use crate::authenticate::LONGEST_DAYS;
use crate::{record, secret, take_turn};
use access::{Actor, Changes, Cx, Fault, Via};
use serde::Serialize;
use store::{Conn, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Credential, SECURE_SESSION_COOKIE, SESSION_COOKIE, hash_token};

/// A place where one is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionRow {
    pub id: SessionId,
    pub created_at: Ts,
    pub seen_at: Ts,
    pub user_agent: String,
    /// The one this request came with.
    pub current: bool,
}

/// A person who has just proved who they are, before there is a session.
pub(crate) fn just_proved(conn: &Conn<'_>, person: PersonId) -> Result<Actor, Fault> {
    let (name, admin, organisation): (String, bool, OrganisationId) = conn
        .maybe(
            "SELECT p.name, p.admin, g.id FROM person p CROSS JOIN organisation g
             WHERE p.id = $1 AND p.state <> 'revoked'",
            args![person],
        )?
        .ok_or(Fault::Unauthenticated)?;
    Ok(Actor {
        person: Some(person),
        name,
        organisation,
        admin,
        via: Via::Session,
        read_only: false,
        session: None,
        memberships: Vec::new(),
    })
}

/// Opens a session and answers the cookie's value. The session this browser had before ends.
pub(crate) fn open(
    cx: &Cx<'_>,
    person: PersonId,
    user_agent: &str,
    before: &Credential,
    verb: &str,
) -> Result<String, Fault> {
    let cookie = secret::cookie()?;
    take_turn(cx)?;
    if let Credential::Session(hash) = before {
        cx.exec("DELETE FROM session WHERE token_hash = $1", args![hash])?;
    }
    // A good moment to forget those that have ended.
    cx.exec("DELETE FROM session WHERE person_id = $1 AND expires_at < $2", args![person, cx.now])?;
    let user_agent: String = user_agent.chars().filter(|c| !c.is_control()).take(300).collect();
    cx.exec(
        "INSERT INTO session (id, person_id, token_hash, user_agent, created_at, seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        args![
            SessionId::new(),
            person,
            hash_token(&cookie),
            user_agent,
            cx.now,
            cx.now,
            cx.now.plus_days(LONGEST_DAYS)
        ],
    )?;
    record(cx, verb, 1, Changes::new())?;
    Ok(cookie)
}

pub(crate) fn list(cx: &Cx<'_>) -> Result<Vec<SessionRow>, Fault> {
    let rows: Vec<(SessionId, Ts, Ts, String)> = cx.rows(
        "SELECT id, created_at, seen_at, user_agent FROM session WHERE person_id = $1 AND expires_at > $2
         ORDER BY seen_at DESC LIMIT 200",
        args![cx.person(), cx.now],
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, created_at, seen_at, user_agent)| SessionRow {
            id,
            created_at,
            seen_at,
            user_agent,
            current: cx.actor.session == Some(id),
        })
        .collect())
}

/// Ends one of one's own sessions.
pub(crate) fn end(cx: &Cx<'_>, id: SessionId) -> Result<(), Fault> {
    take_turn(cx)?;
    let ended = cx.exec("DELETE FROM session WHERE id = $1 AND person_id = $2", args![id, cx.person()])?;
    if ended == 0 {
        return Err(Fault::not_found("session"));
    }
    record(cx, "signed out", 1, Changes::new())
}

/// The `Set-Cookie` that keeps a session in the browser, or ends it there.
pub(crate) fn set_cookie(value: Option<&str>, secure: bool) -> String {
    let (name, flag) = if secure { (SECURE_SESSION_COOKIE, "; Secure") } else { (SESSION_COOKIE, "") };
    let age = value.map_or(0, |_| LONGEST_DAYS * 86_400);
    format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{flag}", value.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_kept_from_scripts_and_other_hosts() {
        assert_eq!(set_cookie(Some("v"), false), "sid=v; Path=/; HttpOnly; SameSite=Lax; Max-Age=7776000");
        assert_eq!(set_cookie(None, true), "__Host-sid=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure");
    }
}
