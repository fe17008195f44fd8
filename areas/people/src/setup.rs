use crate::desk::Desk;
use crate::me::{Invited, Me, me};
use crate::password::Password;
use crate::person::{Email, NewPerson, create_person};
use crate::product::{NewProduct, create_product, set_roles};
use crate::{authenticate, invitation, record, session};
use access::{Actor, Changes, Cx, Fault};
use serde::{Deserialize, Serialize};
use store::{Conn, args};
use utoipa::ToSchema;
use vocabulary::*;
use web::{Credential, hash_token};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SetupNeeded {
    /// There is no organisation yet.
    pub needed: bool,
}

/// What an empty server needs to begin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setup {
    /// The one-time code from the console.
    pub code: String,
    pub organisation: Label,
    pub person: SetupPerson,
    pub product: SetupProduct,
    /// What the first person is in the first product.
    pub roles: Vec<Role>,
    /// Others to invite.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub others: Vec<SetupOther>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupPerson {
    pub name: Label,
    pub email: Email,
    #[schema(min_length = 15)]
    pub password: Password,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupProduct {
    pub key: ProductKey,
    pub name: Label,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupOther {
    pub name: Label,
    pub email: Email,
    pub roles: Vec<Role>,
}

/// The organisation, once there is one.
pub fn organisation(conn: &Conn<'_>) -> Result<Option<(OrganisationId, String)>, Fault> {
    Ok(conn.maybe("SELECT id, name FROM organisation LIMIT 1", args![])?)
}

pub fn is_needed(conn: &Conn<'_>) -> Result<bool, Fault> {
    Ok(organisation(conn)?.is_none())
}

/// Founds the organisation whose id the actor carries.
pub fn create_organisation(cx: &Cx<'_>, name: &Label) -> Result<(), Fault> {
    if !is_needed(cx)? {
        return Err(Fault::broken("already-set-up", "This server is set up already. Sign in instead."));
    }
    let id = cx.actor.organisation;
    cx.exec("INSERT INTO organisation (id, name, created_at) VALUES ($1, $2, $3)", args![id, name, cx.now])?;
    cx.exec("INSERT INTO scope_counter (scope_id, seq, number) VALUES ($1, 0, 0)", args![id])?;
    record(cx, "founded", 1, Changes::new().set("organisation", name))
}

impl Setup {
    pub(crate) fn check(&self) -> Result<(), Fault> {
        if self.others.len() > 100 {
            return Err(Fault::invalid("others", "Invite at most 100 people here, the others later."));
        }
        let about = [
            self.person.email.as_str(),
            self.person.name.as_str(),
            self.organisation.as_str(),
            self.product.name.as_str(),
        ];
        self.person.password.check("person.password", &about)
    }

    /// Founds organisation, first person and first product, and signs the person in. Answers the cookie too.
    /// Two at once on PostgreSQL: both want to be the first product's number, and one is refused.
    pub(crate) fn carry_out(
        &self,
        conn: &Conn<'_>,
        desk: &Desk,
        password_hash: &str,
        user_agent: &str,
        now: Ts,
    ) -> Result<(Me, String), Fault> {
        let console = Actor::console(OrganisationId::new());
        let cx = Cx::new(conn, &console, now);
        create_organisation(&cx, &self.organisation)?;
        let first = create_person(
            &cx,
            &NewPerson {
                name: self.person.name.clone(),
                email: self.person.email.clone(),
                admin: true,
                password_hash: Some(password_hash.to_owned()),
            },
        )?;
        let cookie = session::open(&cx, first.id, user_agent, &Credential::None, "set up")?;
        let signed_in = Credential::Session(hash_token(&cookie));

        let actor = authenticate(conn, &signed_in, now)?;
        let cx = Cx::new(conn, &actor, now);
        let product = create_product(
            &cx,
            &NewProduct {
                key: self.product.key.clone(),
                name: self.product.name.clone(),
                roles: Some(self.roles.clone()),
            },
        )?;
        let mut invitations = Vec::new();
        for other in &self.others {
            let new =
                NewPerson { name: other.name.clone(), email: other.email.clone(), admin: false, password_hash: None };
            let account = create_person(&cx, &new)?;
            set_roles(&cx, &product, account.id, &other.roles)?;
            let link = format!("{}{}", desk.origin, invitation::invite(&cx, account.id)?);
            invitations.push(Invited { name: account.name, email: account.email, link });
        }

        // Once more, now with the roles just given.
        let actor = authenticate(conn, &signed_in, now)?;
        let me = me(&Cx::new(conn, &actor, now))?;
        Ok((Me { invitations, ..me }, cookie))
    }
}
