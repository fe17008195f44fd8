use crate::{record, secret, take_turn};
use access::{Changes, Cx, Fault};
use serde::{Deserialize, Serialize};
use store::{FromRow, FromVal, Row, StoreError, Val, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::hash_token;

const PREFIX: &str = "thl_pat_";
const SHOWN: usize = PREFIX.len() + 4;
const DEFAULT_DAYS: i64 = 90;
const MOST: i64 = 50;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Reads what its owner may see.
    Read,
    /// Does what its owner may do, except with accounts.
    Write,
    /// An agent's: what it would change waits for a person. It reads, comments, asks and brings in feedback.
    Propose,
}

impl TokenScope {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Propose => "propose",
        }
    }
}
impl From<TokenScope> for Val {
    fn from(scope: TokenScope) -> Val {
        Val::Text(scope.as_str().to_owned())
    }
}
impl FromVal for TokenScope {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        Ok(match row.get::<String>(column)?.as_str() {
            "write" => Self::Write,
            "propose" => Self::Propose,
            _ => Self::Read,
        })
    }
}

/// A personal access token; the token itself is shown once, when it is made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TokenRow {
    pub id: TokenId,
    pub name: String,
    /// Its first characters, to recognise it by.
    pub prefix: String,
    pub scope: TokenScope,
    pub created_at: Ts,
    pub expires_at: Option<Ts>,
    pub last_used_at: Option<Ts>,
}

impl FromRow for TokenRow {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            prefix: row.get(2)?,
            scope: row.get(3)?,
            created_at: row.get(4)?,
            expires_at: row.get(5)?,
            last_used_at: row.get(6)?,
        })
    }
}

#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    pub name: Label,
    pub scope: TokenScope,
    /// The last day it works (UTC); 90 days from now unless said.
    #[schema(value_type = Option<String>, format = "date")]
    pub expires_on: Option<Date>,
}

pub fn list_tokens(cx: &Cx<'_>, person: PersonId) -> Result<Vec<TokenRow>, Fault> {
    Ok(cx.rows(
        "SELECT id, name, prefix, scope, created_at, expires_at, last_used_at FROM access_token
         WHERE person_id = $1 ORDER BY created_at DESC, id LIMIT 200",
        args![person],
    )?)
}

/// Makes a token for somebody and answers it with its row.
pub fn issue_token(cx: &Cx<'_>, person: PersonId, new: &NewToken) -> Result<(TokenRow, String), Fault> {
    let expires_at = match new.expires_on {
        Some(day) => Ts::start_of(day).plus_days(1),
        None => cx.now.plus_days(DEFAULT_DAYS),
    };
    if expires_at <= cx.now {
        return Err(Fault::invalid("expires_on", "This day is past; a token works until a day to come."));
    }
    take_turn(cx)?;
    let (held,): (i64,) = cx.one("SELECT count(*) FROM access_token WHERE person_id = $1", args![person])?;
    if held >= MOST {
        return Err(Fault::broken("too-many-tokens", format!("At most {MOST} tokens; remove one that is not used.")));
    }
    let token = secret::token(PREFIX)?;
    let row = TokenRow {
        id: TokenId::new(),
        name: new.name.to_string(),
        prefix: token[..SHOWN].to_owned(),
        scope: new.scope,
        created_at: cx.now,
        expires_at: Some(expires_at),
        last_used_at: None,
    };
    cx.exec(
        "INSERT INTO access_token (id, person_id, name, prefix, token_hash, scope, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![row.id, person, &row.name, &row.prefix, hash_token(&token), row.scope, cx.now, expires_at],
    )?;
    record(cx, "made a token", 1, Changes::new().set("token", &row.name).set("scope", &row.scope))?;
    Ok((row, token))
}

pub fn revoke_token(cx: &Cx<'_>, person: PersonId, id: TokenId) -> Result<(), Fault> {
    take_turn(cx)?;
    let removed = cx.exec("DELETE FROM access_token WHERE id = $1 AND person_id = $2", args![id, person])?;
    if removed == 0 {
        return Err(Fault::not_found("token"));
    }
    record(cx, "removed a token", 1, Changes::new().unset("token", &id))
}
