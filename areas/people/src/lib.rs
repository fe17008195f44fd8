//! Accounts: who is here, how they prove it, what they hold. People, sessions, tokens, invitations, products and who
//! has which role in them.

mod authenticate;
mod desk;
mod http;
mod invitation;
mod me;
mod password;
mod person;
mod product;
mod secret;
mod session;
mod setup;
mod token;

pub use authenticate::authenticate;
pub use desk::{ClientIp, Desk};
pub use http::routes;
pub use invitation::invite;
pub use password::hash as hash_password;
pub use person::{
    Account, Email, NewPerson, PersonState, by_email, create_person, list_people, set_password, set_state,
};
pub use product::{
    Member, NewProduct, ProductRow, create_product, list_members, list_products, product, set_member, set_roles,
};
pub use secret::random as setup_code;
pub use setup::{create_organisation, is_needed as setup_is_needed, organisation};
pub use token::{NewToken, TokenRow, TokenScope, issue_token, list_tokens, revoke_token};

use access::{Cx, Fault, Via};

/// People and products are managed by admins of the organisation. An admin's agent is none: it proposes, and this cannot be
/// proposed.
fn admins_only(cx: &Cx<'_>) -> Result<(), Fault> {
    if cx.actor.admin && cx.actor.via != Via::Agent { Ok(()) } else { Err(Fault::AdminsOnly) }
}

/// Waits for the turn to change the organisation or its people.
fn take_turn(cx: &Cx<'_>) -> Result<(), Fault> {
    access::take_turn(cx, cx.actor.organisation.0)
}

/// Writes an event about the organisation or one of its people.
fn record(cx: &Cx<'_>, verb: &str, version: i64, changes: access::Changes) -> Result<(), Fault> {
    access::record(cx, access::Event { scope: cx.actor.organisation.0, verb, object: None, version, changes })?;
    Ok(())
}
