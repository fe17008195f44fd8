//! Who decides, and where the line broke, on a plan of 20,000 things and 60,000 links.

use crate::Effort;
use crate::browser;
use crate::load::fire;
use crate::report::Report;
use crate::server::{Server, seed};
use crate::wire::Caller;
use access::{Actor, Cx, Fault, Rights};
use anyhow::{Context, Result, anyhow};
use backlog::{End, Place, RankItem};
use object::carry_out;
use roadmap::{EditInitiative, Period};
use serde_json::Value;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use store::{Db, Location, Options, StoreError, args};
use strategy::PublishVision;
use vocabulary::*;

const ITEMS: u32 = 20_000;
const LINKS: usize = 60_000;

pub fn measure(report: &mut Report, binary: &Path, web: &Path, effort: Effort, quick: bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (mut sample, _) = seed(binary, folder.path(), ITEMS)?;
    let key = sample["product"].as_str().context("no product")?.to_owned();
    let inside = Inside::open(folder.path(), &key)?;
    inside.link()?;
    inside.decide(report)?;
    inside.contradictions(report)?;
    inside.drift_of_initiative(report)?;
    inside.drift_of_vision(report)?;
    drop(inside);
    let server = Server::start(binary, folder.path())?;
    let password = sample["password"].as_str().context("no password")?;
    let people = sample["people"].as_array().context("no people")?;
    let owner = people.iter().find(|person| person["roles"][0] == "product_owner").context("no product owner")?;
    let caller = Caller::sign_in(server.address, owner["email"].as_str().context("no address")?, password)?;
    for (what, page, reach) in [
        ("Home", "home", Some(20.0)),
        ("the whole line, 60,000 links", "line", Some(100.0)),
        ("coverage", "coverage", None),
        ("the loop", "loop", None),
        ("what drifts", "drift", None),
        ("what contradicts", "contradictions", None),
    ] {
        let request = caller.request("GET", &format!("/products/{key}/{page}"), &Value::Null);
        let measured = fire(&server, Effort { connections: 8, ..effort }, &|_| request.clone())?;
        report.requests(what, ITEMS, &measured, reach, None);
    }
    sample["url"] = format!("http://{}", server.address).into();
    browser::line(report, web, &sample, ITEMS, quick).context("in the browser")?;
    server.stop()
}

/// The product as the server's own rooms see it.
struct Inside {
    db: Db,
    product: ProductId,
    organisation: OrganisationId,
    now: Ts,
}

impl Inside {
    fn open(folder: &Path, key: &str) -> Result<Self> {
        let db = Db::open(&Location::Folder(folder.to_owned()), Options::default()).map_err(|e| anyhow!("{e}"))?;
        let key = key.to_owned();
        let found = db.read_now(move |conn| {
            let (organisation,): (OrganisationId,) = conn.one("SELECT id FROM organisation", &[])?;
            let (product,): (ProductId,) = conn.one("SELECT id FROM product WHERE key = $1", args![&key])?;
            Ok::<_, StoreError>((organisation, product))
        });
        let (organisation, product) = found.map_err(|e| anyhow!("{e}"))?;
        Ok(Self { db, product, organisation, now: Ts::now() })
    }

    fn write<T: Send + 'static>(&self, work: impl Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static) -> Result<T> {
        let (console, now) = (Actor::console(self.organisation), self.now);
        self.db.write_now(move |conn| work(&Cx::new(conn, &console, now))).map_err(|e| anyhow!("{e}"))
    }

    fn read<T: Send + 'static>(&self, work: impl Fn(&Cx<'_>) -> Result<T, Fault> + Send + 'static) -> Result<T> {
        let (console, now) = (Actor::console(self.organisation), self.now);
        self.db.read_now(move |conn| work(&Cx::new(conn, &console, now))).map_err(|e| anyhow!("{e}"))
    }

    /// Links items until there are so many: upwards and to each other.
    fn link(&self) -> Result<()> {
        let product = self.product;
        self.write(move |cx| {
            let ids = |kinds: &'static str| -> Result<Vec<ObjectId>, Fault> {
                let sql = format!("SELECT id FROM object WHERE product_id = $1 AND kind IN ({kinds}) ORDER BY number");
                Ok(cx.rows::<(ObjectId,)>(&sql, args![product])?.into_iter().map(|(id,)| id).collect())
            };
            let items = ids("'story', 'bug', 'task', 'spike'")?;
            let (initiatives, objectives) = (ids("'initiative'")?, ids("'objective'")?);
            let (mut there,): (i64,) = cx.one("SELECT count(*) FROM link WHERE product_id = $1", args![product])?;
            for n in 0.. {
                if there >= LINKS as i64 {
                    break;
                }
                let from = items[n % items.len()];
                let (relation, to) = match n / items.len() {
                    0 => (Relation::Delivers, initiatives[n % initiatives.len()]),
                    1 => (Relation::Serves, objectives[n % objectives.len()]),
                    round => (Relation::RelatesTo, items[(n * 31 + round) % items.len()]),
                };
                there += cx.exec_unrecorded(
                    "INSERT INTO link (id, product_id, relation, from_id, to_id, created_at) VALUES ($1, $2, $3, $4, $5, 0)
                     ON CONFLICT (from_id, to_id, relation) DO NOTHING",
                    args![LinkId::new(), product, relation, from, to],
                )? as i64;
            }
            Ok(())
        })
    }

    fn decide(&self, report: &mut Report) -> Result<()> {
        let product = self.product;
        let took = self.read(move |cx| {
            let rights = Rights::load(cx, product)?;
            let began = Instant::now();
            const ROUNDS: u32 = 20_000;
            for _ in 0..ROUNDS {
                for decision in Decision::ALL {
                    black_box(rights.decide(black_box(*decision)));
                }
            }
            Ok(began.elapsed().as_secs_f64() / f64::from(ROUNDS) / Decision::ALL.len() as f64)
        })?;
        report.add("decide, one question", None, took * 1e6, "µs", Some(5.0));
        Ok(())
    }

    /// Looks the product over; answers how long that took in seconds.
    fn look_over(&self) -> Result<f64> {
        let (product, began) = (self.product, Instant::now());
        while let Some(look) = self.read(move |cx| line::look(cx, product))? {
            let look = std::sync::Arc::new(look);
            self.write(move |cx| line::note(cx, &look))?;
        }
        Ok(began.elapsed().as_secs_f64())
    }

    /// Items are moved to the top, one after the other; after each the plan is looked over.
    fn contradictions(&self, report: &mut Report) -> Result<()> {
        self.look_over()?;
        let product = self.product;
        let mut took = Vec::new();
        for _ in 0..9 {
            self.write(move |cx| {
                let (last,): (ObjectId,) = cx.one(
                    "SELECT object_id FROM item WHERE product_id = $1 AND open ORDER BY rank DESC, object_id DESC LIMIT 1",
                    args![product],
                )?;
                carry_out(cx, &RankItem { item: last.into(), place: Place::At { at: End::Top } })
            })?;
            took.push(self.look_over()?);
        }
        took.sort_unstable_by(f64::total_cmp);
        report.add(
            "contradictions after one change, p50",
            Some(ITEMS),
            took[took.len() / 2] * 1000.0,
            "ms",
            Some(20.0),
        );
        Ok(())
    }

    /// An initiative's window is changed, month by month.
    fn drift_of_initiative(&self, report: &mut Report) -> Result<()> {
        let product = self.product;
        let mut best = f64::INFINITY;
        for month in 1..=5 {
            let end = Period::try_from(format!("2026-{month:02}")).map_err(|why| anyhow!("{why}"))?;
            self.write(move |cx| {
                let (initiative,): (ObjectId,) = cx.one(
                    "SELECT object_id FROM initiative WHERE product_id = $1 ORDER BY lane DESC LIMIT 1",
                    args![product],
                )?;
                let (ends, initiative) = (Some(Some(end.clone())), initiative.into());
                let (version, title, problem, outcome, starts, confidence) = (None, None, None, None, Some(None), None);
                carry_out(
                    cx,
                    &EditInitiative { initiative, version, title, problem, outcome, starts, ends, confidence },
                )
            })?;
            best = best.min(self.look_over()?);
        }
        let what = format!("drift and contradictions of an initiative, {} things below", self.flagged()?);
        report.add(&what, Some(ITEMS), best * 1000.0, "ms", None);
        Ok(())
    }

    /// How many things have drifted.
    fn flagged(&self) -> Result<i64> {
        let product = self.product;
        self.read(move |cx| {
            let (count,): (i64,) =
                cx.one("SELECT count(DISTINCT object_id) FROM drift WHERE product_id = $1", args![product])?;
            Ok(count)
        })
    }

    fn drift_of_vision(&self, report: &mut Report) -> Result<()> {
        let product = self.product;
        self.write(move |cx| {
            let name = ProductName::Id(product);
            let before = strategy::visions(cx, &name)?.0;
            let text = |text: &str| Body::try_from(text).map_err(|why| Fault::invalid("body", why));
            let title = |text: &str| Title::try_from(text).map_err(|why| Fault::invalid("title", why));
            carry_out(
                cx,
                &PublishVision {
                    product_name: name,
                    version: before.map(|vision| vision.version),
                    statement: title("Whoever grows something sells it to whoever eats it, within a day.")?,
                    target_group: text("Growers, and kitchens of every size")?,
                    needs: text("To be paid on the day")?,
                    product: text("A market without a hall")?,
                    business_goals: text("Half of the region's kitchens")?,
                    reason: None,
                },
            )
            .map(drop)
        })?;
        let took = self.look_over()?;
        let what = format!("drift of a new vision, {} things below", self.flagged()?);
        report.add(&what, Some(ITEMS), took, "s", Some(1.0));
        Ok(())
    }
}
