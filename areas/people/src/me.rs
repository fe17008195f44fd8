use access::{Can, Cx, Fault, Rights};
use object::PersonRef;
use serde::Serialize;
use store::{Sql, args};
use utoipa::ToSchema;
use vocabulary::*;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganisationRef {
    pub id: OrganisationId,
    pub name: String,
}

/// A product with what one is and may decide in it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MyProduct {
    pub id: ProductId,
    pub key: ProductKey,
    pub name: String,
    pub roles: Vec<Role>,
    /// The last event there was: a stream of events that begins after it misses nothing of what is read from now on.
    pub seq: i64,
    /// Decision → `"yes"`, or the sentence that names who decides.
    #[schema(value_type = std::collections::HashMap<String, access::Ruling>)]
    pub can: Can,
}

/// Somebody who was invited, with the link to send them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invited {
    pub name: String,
    pub email: String,
    pub link: String,
}

/// The one who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    pub person: PersonRef,
    pub email: String,
    pub admin: bool,
    pub organisation: OrganisationRef,
    pub products: Vec<MyProduct>,
    /// Only after setup: who was invited with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub invitations: Vec<Invited>,
}

pub(crate) fn me(cx: &Cx<'_>) -> Result<Me, Fault> {
    let id = cx.person().ok_or(Fault::Unauthenticated)?;
    let (email, organisation): (String, String) =
        cx.one("SELECT p.email, g.name FROM person p CROSS JOIN organisation g WHERE p.id = $1", args![id])?;
    let mut sql = Sql::new(
        "SELECT p.id, p.key, p.name, c.seq FROM product p JOIN scope_counter c ON c.scope_id = p.id WHERE p.id IN",
    );
    let mut mine: Vec<ProductId> = cx.actor.memberships.iter().map(|(product, _)| *product).collect();
    mine.sort_unstable();
    mine.dedup();
    let mut rights = Rights::in_each(cx, &mine)?;
    sql.within("", mine).push(" ORDER BY p.key");
    let rows: Vec<(ProductId, ProductKey, String, i64)> = cx.rows(sql.text(), sql.args())?;
    let products = rows
        .into_iter()
        .map(|(id, key, name, seq)| {
            let roles = Role::ALL.iter().copied().filter(|role| cx.actor.roles(id).any(|own| own == *role)).collect();
            let can = rights.remove(&id).map(|rights| rights.can(Decision::ALL)).unwrap_or_default();
            MyProduct { id, key, name, roles, seq, can }
        })
        .collect();
    Ok(Me {
        person: PersonRef { id, initials: initials(&cx.actor.name), name: cx.actor.name.clone() },
        email,
        admin: cx.actor.admin,
        organisation: OrganisationRef { id: cx.actor.organisation, name: organisation },
        products,
        invitations: Vec::new(),
    })
}
