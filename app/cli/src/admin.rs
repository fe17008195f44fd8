use crate::place::{self, Place};
use crate::show;
use anyhow::Result;
use clap::{Args, Subcommand};
use people::{Email, NewPerson, NewProduct, NewToken, PersonState, TokenScope};
use serde_json::json;
use store::Db;
use vocabulary::*;

#[derive(Args)]
pub struct Admin {
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Who is here
    #[command(subcommand)]
    People(People),
    /// Products
    #[command(subcommand)]
    Product(Products),
    /// Who holds which role in a product
    #[command(subcommand)]
    Role(Roles),
    /// Personal access tokens
    #[command(subcommand)]
    Token(Tokens),
}

#[derive(Subcommand)]
enum People {
    /// List everybody
    List,
    /// Invite somebody and print the link for them
    Invite {
        #[arg(value_parser = email)]
        email: Email,
        #[arg(long, value_parser = label)]
        name: Label,
        /// Manages people and products
        #[arg(long)]
        admin: bool,
        #[command(flatten)]
        origin: Origin,
    },
    /// Print a new link for somebody: to join, or to choose a new password
    Link {
        #[arg(value_parser = email)]
        email: Email,
        #[command(flatten)]
        origin: Origin,
    },
    /// End somebody's sessions and tokens and keep them out
    Revoke {
        #[arg(value_parser = email)]
        email: Email,
    },
    /// Let somebody in again
    Restore {
        #[arg(value_parser = email)]
        email: Email,
    },
}

#[derive(Args)]
struct Origin {
    /// The address people reach the server by
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:7400", env = "THROUGHLINE_PUBLIC_ORIGIN")]
    public_origin: String,
}

#[derive(Subcommand)]
enum Products {
    /// List the products
    List,
    /// Begin a product
    Create {
        /// The letters before the number in APP-123
        #[arg(value_parser = key)]
        key: ProductKey,
        #[arg(long, value_parser = label)]
        name: Label,
    },
}

#[derive(Subcommand)]
enum Roles {
    /// List who holds which role
    List {
        #[arg(long, value_parser = product)]
        product: ProductName,
    },
    /// Give somebody exactly these roles
    Set {
        #[arg(value_parser = email)]
        email: Email,
        #[arg(long, value_parser = product)]
        product: ProductName,
        /// As in product_owner,developer; none takes all roles away
        #[arg(long, value_delimiter = ',', value_parser = role)]
        roles: Vec<Role>,
        /// Of a stakeholder: executive, marketing, sales, support or other; stays as it is unless said
        #[arg(long, value_parser = |text: &str| text.parse::<Department>())]
        department: Option<Department>,
    },
}

#[derive(Subcommand)]
enum Tokens {
    /// List somebody's tokens
    List {
        #[arg(value_parser = email)]
        email: Email,
    },
    /// Make a token for somebody and print it, this once
    Create {
        #[arg(value_parser = email)]
        email: Email,
        #[arg(long, value_parser = label)]
        name: Label,
        /// The token may only read
        #[arg(long)]
        read_only: bool,
        /// The last day it works, as in 2027-01-31; 90 days from now unless said
        #[arg(long, value_name = "DATE")]
        expires_on: Option<Date>,
    },
    /// Remove a token
    Remove {
        #[arg(value_parser = email)]
        email: Email,
        id: TokenId,
    },
}

impl Admin {
    pub fn run(&self, place: &Place) -> Result<()> {
        let db = place.open_existing()?;
        match &self.what {
            What::People(command) => self.people(&db, command),
            What::Product(command) => self.products(&db, command),
            What::Role(command) => self.roles(&db, command),
            What::Token(command) => self.tokens(&db, command),
        }
    }

    fn people(&self, db: &Db, command: &People) -> Result<()> {
        match command {
            People::List => {
                let people = place::read(db, people::list_people)?;
                if self.json {
                    return show::json(&people);
                }
                let row = |p: &people::Account| {
                    let admin = if p.admin { "admin" } else { "" };
                    vec![p.email.clone(), p.name.clone(), p.state.as_str().to_owned(), admin.to_owned()]
                };
                show::table(&people.iter().map(row).collect::<Vec<_>>())
            }
            People::Invite { email, name, admin, origin } => {
                let new = NewPerson { name: name.clone(), email: email.clone(), admin: *admin, password_hash: None };
                let path = place::write(db, move |cx| people::invite(cx, people::create_person(cx, &new)?.id))?;
                self.link(email, origin, &path)
            }
            People::Link { email, origin } => {
                let whose = email.clone();
                let path = place::write(db, move |cx| people::invite(cx, people::by_email(cx, &whose)?.id))?;
                self.link(email, origin, &path)
            }
            People::Revoke { email } => self.set_state(db, email, PersonState::Revoked),
            People::Restore { email } => self.set_state(db, email, PersonState::Active),
        }
    }

    fn link(&self, email: &Email, origin: &Origin, path: &str) -> Result<()> {
        let link = format!("{}{path}", origin.public_origin.trim_end_matches('/'));
        if self.json { show::json(&json!({"email": email, "link": link})) } else { show::line(&link) }
    }

    fn set_state(&self, db: &Db, email: &Email, state: PersonState) -> Result<()> {
        let email = email.clone();
        let account = place::write(db, move |cx| people::set_state(cx, people::by_email(cx, &email)?.id, state))?;
        if self.json {
            show::json(&account)
        } else {
            show::line(&format!("{} is {}", account.email, account.state.as_str()))
        }
    }

    fn products(&self, db: &Db, command: &Products) -> Result<()> {
        match command {
            Products::List => {
                let products = place::read(db, people::list_products)?;
                if self.json {
                    return show::json(&products);
                }
                show::table(&products.iter().map(|p| vec![p.key.to_string(), p.name.clone()]).collect::<Vec<_>>())
            }
            Products::Create { key, name } => {
                let new = NewProduct { key: key.clone(), name: name.clone(), roles: None };
                let product =
                    place::write(db, move |cx| people::create_product(cx, &new).map(people::ProductRow::from))?;
                if self.json { show::json(&product) } else { show::line(&format!("{} begins", product.key)) }
            }
        }
    }

    fn roles(&self, db: &Db, command: &Roles) -> Result<()> {
        let members = match command {
            Roles::List { product } => {
                let product = product.clone();
                place::read(db, move |cx| people::list_members(cx, people::product(cx, &product)?.id))?
            }
            Roles::Set { email, product, roles, department } => {
                let (email, product, roles) = (email.clone(), product.clone(), roles.clone());
                let department = department.map(Some);
                let member = place::write(db, move |cx| {
                    let person = people::by_email(cx, &email)?.id;
                    people::set_member(cx, &people::product(cx, &product)?, person, &roles, department)
                })?;
                vec![member]
            }
        };
        if self.json {
            return show::json(&members);
        }
        let row = |member: &people::Member| {
            let roles = member.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(",");
            let department = member.department.map(|department| department.to_string());
            vec![
                member.email.clone().unwrap_or_default(),
                member.person.name.clone(),
                roles,
                department.unwrap_or_default(),
            ]
        };
        show::table(&members.iter().map(row).collect::<Vec<_>>())
    }

    fn tokens(&self, db: &Db, command: &Tokens) -> Result<()> {
        match command {
            Tokens::List { email } => {
                let email = email.clone();
                let tokens = place::read(db, move |cx| people::list_tokens(cx, people::by_email(cx, &email)?.id))?;
                if self.json {
                    return show::json(&tokens);
                }
                let row = |token: &people::TokenRow| {
                    let expires = token.expires_at.map_or("never".to_owned(), |at| at.date().to_string());
                    let id = token.id.to_string();
                    vec![id, token.name.clone(), token.prefix.clone(), token.scope.as_str().to_owned(), expires]
                };
                show::table(&tokens.iter().map(row).collect::<Vec<_>>())
            }
            Tokens::Create { email, name, read_only, expires_on } => {
                let email = email.clone();
                let scope = if *read_only { TokenScope::Read } else { TokenScope::Write };
                let new = NewToken { name: name.clone(), scope, expires_on: *expires_on };
                let (row, token) = place::write(db, move |cx| {
                    let person = people::by_email(cx, &email)?;
                    if person.state != PersonState::Active {
                        return Err(access::Fault::broken("not-active", "This person does not sign in (yet)."));
                    }
                    people::issue_token(cx, person.id, &new)
                })?;
                if self.json {
                    return show::json(&json!({"id": row.id, "name": row.name, "scope": row.scope, "token": token}));
                }
                show::line(&token)
            }
            Tokens::Remove { email, id } => {
                let (email, id) = (email.clone(), *id);
                place::write(db, move |cx| people::revoke_token(cx, people::by_email(cx, &email)?.id, id))?;
                if self.json { show::json(&json!({"removed": id})) } else { show::line("removed") }
            }
        }
    }
}

fn email(text: &str) -> Result<Email, String> {
    text.parse()
}

fn label(text: &str) -> Result<Label, String> {
    Label::try_from(text)
}

fn key(text: &str) -> Result<ProductKey, String> {
    ProductKey::try_from(text.to_owned())
}

fn product(text: &str) -> Result<ProductName, String> {
    text.parse()
}

fn role(text: &str) -> Result<Role, String> {
    text.parse()
}
