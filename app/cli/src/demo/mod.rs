//! `throughline demo`: a sample organisation with a history, made by the operations people use, then served.

mod cast;
mod field;
mod plan;
mod stage;
mod strategy;
mod text;
mod work;

use crate::place::{self, Place};
use crate::serve::{Listening, serve};
use crate::show;
use access::{Actor, Cx, Fault};
use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use people::{Account, NewToken, TokenScope};
use plan::Plan;
use serde_json::json;
use std::sync::Arc;
use store::Db;
use vocabulary::*;

#[derive(Args)]
pub struct Demo {
    /// Backlog items a new sample has; 240 unless said
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    items: Option<u32>,
    /// Print the sign-in as one JSON object
    #[arg(long)]
    json: bool,
    /// Make the sample and stop
    #[arg(long)]
    seed_only: bool,
    #[command(flatten)]
    listening: Listening,
}

const ITEMS: u32 = 240;
/// Deeds in one transaction.
const AT_ONCE: usize = 500;

impl Demo {
    pub fn run(&self, place: &Place) -> Result<()> {
        self.listening.check()?;
        let db = place.open()?;
        let is_empty = db.read_now(people::setup_is_needed)?;
        if is_empty {
            seed(&db, self.items.unwrap_or(ITEMS) as usize).context("the sample could not be made")?;
        } else if self.items.is_some() {
            tracing::warn!("there is a sample here already; --items is for a new one");
        }
        let token = issue_token(&db)?;
        let here = place::read(&db, people::list_people)?;
        self.introduce(&token, &here)?;
        if self.seed_only {
            return Ok(());
        }
        let config = self.listening.config();
        serve(place, db, &self.listening, config)
    }

    fn introduce(&self, token: &str, here: &[Account]) -> Result<()> {
        let url = self.listening.origin();
        let people = cast::CAST.iter().filter(|part| here.iter().any(|account| account.email == part.email));
        if self.json {
            let people: Vec<_> =
                people.map(|part| json!({ "name": part.name, "email": part.email, "roles": [part.role] })).collect();
            return show::json(&json!({
                "url": url, "token": token, "people": people, "password": cast::PASSWORD, "product": cast::KEY,
            }));
        }
        show::line(&format!("{} ({}) is at {url}\n", cast::ORGANISATION, cast::KEY))?;
        let rows: Vec<Vec<String>> = people
            .take(cast::SMALL)
            .map(|part| vec![part.email.to_owned(), part.name.to_owned(), part.role.noun().to_owned()])
            .collect();
        show::table(&rows)?;
        show::line(&format!("\nEverybody's password   {}", cast::PASSWORD))?;
        show::line(&format!("API token of {}   {token}\n", cast::CAST[cast::TOKEN_OWNER].name))
    }
}

fn seed(db: &Db, items: usize) -> Result<()> {
    // The history ends with yesterday, so that one day's samples are alike to the second.
    let plan = Arc::new(Plan::new(items, Ts::start_of(Ts::now().date())));
    let bar = ProgressBar::new(plan.beats.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} % {eta}") {
        bar.set_style(style);
    }
    bar.set_message(format!("{items} items"));
    let hash = people::hash_password(cast::PASSWORD)?;
    let founding = plan.clone();
    let mut made = db.write_now(move |conn| stage::found(conn, &founding, &hash))?;
    let mut done = 0;
    while done < plan.beats.len() {
        let until = (done + AT_ONCE).min(plan.beats.len());
        let (plan, before) = (plan.clone(), made);
        made = db.write_now(move |conn| {
            // The transaction may run again, so it begins with what was made before it.
            let mut made = before.clone();
            for beat in &plan.beats[done..until] {
                stage::play(conn, &plan, &mut made, beat)
                    .inspect_err(|error| tracing::error!(?beat, %error, "a deed failed"))?;
            }
            Ok::<_, Fault>(made)
        })?;
        done = until;
        bar.set_position(done as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

/// A new token for each run: what is stored of one cannot be shown again.
fn issue_token(db: &Db) -> Result<String> {
    let Some((organisation, _)) = db.read_now(people::organisation)? else { bail!("there is no organisation") };
    let issued = db.write_now(move |conn| {
        let console = Actor::console(organisation);
        let cx = Cx::new(conn, &console, Ts::now());
        let email = cast::CAST[cast::TOKEN_OWNER].email.parse().map_err(store::StoreError::Other)?;
        let owner = people::by_email(&cx, &email)?;
        for old in people::list_tokens(&cx, owner.id)?.iter().filter(|token| token.name == TOKEN) {
            people::revoke_token(&cx, owner.id, old.id)?;
        }
        let new = NewToken { name: stage::words(TOKEN)?, scope: TokenScope::Write, expires_on: None };
        Ok::<_, Fault>(people::issue_token(&cx, owner.id, &new)?.1)
    });
    issued.context("this folder holds other data than a sample; give another one with --data")
}

const TOKEN: &str = "demo";
