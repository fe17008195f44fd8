use std::ops::Deref;
use store::Conn;
use vocabulary::*;

/// By what way a person came in; kept with every activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Session,
    Token,
    /// A token that only proposes.
    Agent,
    /// The command line on the server itself: whoever can read the data there may do everything.
    Console,
}

impl Via {
    pub fn as_str(self) -> &'static str {
        match self {
            Via::Session => "session",
            Via::Token => "token",
            Via::Agent => "agent",
            Via::Console => "console",
        }
    }
}

/// Who acts, with the rights of this very moment.
#[derive(Debug, Clone)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub name: String,
    pub organisation: OrganisationId,
    pub admin: bool,
    pub via: Via,
    /// A token that may only read.
    pub read_only: bool,
    /// The session, when it is one.
    pub session: Option<SessionId>,
    pub memberships: Vec<(ProductId, Role)>,
}

impl Actor {
    pub fn console(organisation: OrganisationId) -> Self {
        Self {
            person: None,
            name: "console".into(),
            organisation,
            admin: true,
            via: Via::Console,
            read_only: false,
            session: None,
            memberships: Vec::new(),
        }
    }

    pub fn roles(&self, product: ProductId) -> impl Iterator<Item = Role> + '_ {
        self.memberships.iter().filter(move |(p, _)| *p == product).map(|(_, role)| *role)
    }

    /// Members see their products; the console sees all.
    pub fn sees(&self, product: ProductId) -> bool {
        self.via == Via::Console || self.roles(product).next().is_some()
    }

    /// The narrowest visibility this actor reads in a product.
    pub fn reads(&self, product: ProductId, visibility: Visibility) -> bool {
        self.via == Via::Console || self.roles(product).any(|role| role.is_team() || visibility > Visibility::Team)
    }

    /// The products this actor sees without belonging to their team.
    pub fn products_without_team(&self) -> Vec<ProductId> {
        let mut products: Vec<ProductId> = self.memberships.iter().map(|(product, _)| *product).collect();
        products.dedup();
        products.retain(|product| !self.is_team(*product));
        products
    }

    pub fn is_team(&self, product: ProductId) -> bool {
        self.reads(product, Visibility::Team)
    }
}

/// What every operation runs in: one transaction, one actor, one moment.
pub struct Cx<'a> {
    pub conn: &'a Conn<'a>,
    pub actor: &'a Actor,
    pub now: Ts,
    /// The import batch this change belongs to, if it does.
    pub batch: Option<BatchId>,
    /// The version of what is changed that the caller saw last, where the change does not carry it itself.
    pub if_match: Option<i64>,
    /// Whether a change that is not the actor's to decide is to be proposed.
    pub proposes: bool,
}

impl<'a> Cx<'a> {
    pub fn new(conn: &'a Conn<'a>, actor: &'a Actor, now: Ts) -> Self {
        Self { conn, actor, now, batch: None, if_match: None, proposes: false }
    }

    pub fn person(&self) -> Option<PersonId> {
        self.actor.person
    }
}

impl<'a> Deref for Cx<'a> {
    type Target = Conn<'a>;
    fn deref(&self) -> &Conn<'a> {
        self.conn
    }
}
