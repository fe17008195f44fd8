use crate::token::TokenScope;
use access::{Actor, Fault, Via};
use store::{Conn, Row, StoreError, args};
use vocabulary::*;
use web::Credential;

/// Days without a request after which a session ends, and days after which it ends in any case.
pub(crate) const IDLE_DAYS: i64 = 14;
pub(crate) const LONGEST_DAYS: i64 = 90;

// One round trip each: the person, and a row for every role they hold.
const BY_SESSION: &str = "SELECT m.product_id, m.role, p.id, p.name, p.admin, g.id, s.expires_at, s.seen_at, s.id
    FROM session s JOIN person p ON p.id = s.person_id CROSS JOIN organisation g
    LEFT JOIN member m ON m.person_id = p.id
    WHERE s.token_hash = $1 AND p.state = 'active'";
const BY_TOKEN: &str = "SELECT m.product_id, m.role, p.id, p.name, p.admin, g.id, t.expires_at, t.scope
    FROM access_token t JOIN person p ON p.id = t.person_id CROSS JOIN organisation g
    LEFT JOIN member m ON m.person_id = p.id
    WHERE t.token_hash = $1 AND p.state = 'active'";

/// Who asks, with the rights of this very moment. A person who is not active is nobody.
pub fn authenticate(conn: &Conn<'_>, credential: &Credential, now: Ts) -> Result<Actor, Fault> {
    let found = match credential {
        Credential::Session(hash) => find(conn, BY_SESSION, hash, |row| {
            let (expires, seen): (Ts, Ts) = (row.get(6)?, row.get(7)?);
            let live = now < expires && now < seen.plus_days(IDLE_DAYS);
            Ok(live.then_some((Via::Session, false, Some(row.get(8)?))))
        })?,
        Credential::Token(hash) => find(conn, BY_TOKEN, hash, |row| {
            let expires: Option<Ts> = row.get(6)?;
            let live = expires.is_none_or(|expires| now < expires);
            let scope: TokenScope = row.get(7)?;
            let via = if scope == TokenScope::Propose { Via::Agent } else { Via::Token };
            Ok(live.then_some((via, scope == TokenScope::Read, None)))
        })?,
        Credential::None => None,
    };
    found.ok_or(Fault::Unauthenticated)
}

type Proof = Option<(Via, bool, Option<SessionId>)>;

fn find(
    conn: &Conn<'_>,
    sql: &str,
    hash: &str,
    proof: impl Fn(&Row<'_>) -> Result<Proof, StoreError>,
) -> Result<Option<Actor>, StoreError> {
    let mut actor: Option<Actor> = None;
    conn.query(sql, args![hash], |row| {
        if actor.is_none() {
            let Some((via, read_only, session)) = proof(row)? else { return Ok(()) };
            actor = Some(Actor {
                person: Some(row.get(2)?),
                name: row.get(3)?,
                organisation: row.get(5)?,
                admin: row.get(4)?,
                via,
                read_only,
                session,
                memberships: Vec::new(),
            });
        }
        if let (Some(actor), Some(product)) = (&mut actor, row.get(0)?) {
            actor.memberships.push((product, row.get(1)?));
        }
        Ok(())
    })?;
    Ok(actor)
}
