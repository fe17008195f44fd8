//! The rows of the table: what is asked of the server, and what each must reach.

use crate::load::fire;
use crate::report::Report;
use crate::server::{Server, seed};
use crate::wire::Caller;
use crate::{Effort, jira};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::path::Path;

/// Items the requests are about; enough that no cache holds only them.
const POOL: usize = 2000;

/// Measures everything on one product.
pub fn measure(report: &mut Report, binary: &Path, items: u32, effort: Effort, only: Option<&str>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (sample, took) = seed(binary, folder.path(), items)?;
    report.add("making the sample", Some(items), took.as_secs_f64(), "s", None);

    // The middle one of three starts.
    let mut starts = Vec::new();
    for _ in 0..2 {
        let server = Server::start(binary, folder.path())?;
        starts.push(server.started_in.as_secs_f64());
        server.stop()?;
    }
    let server = Server::start(binary, folder.path())?;
    starts.push(server.started_in.as_secs_f64());
    starts.sort_by(f64::total_cmp);
    report.add("cold start", Some(items), starts[1], "s", Some(0.5));
    report.add("resident memory after the start", Some(items), server.resident()?, "MB", Some(80.0));

    let bench = Bench::prepare(server, effort, &sample, items, only)?;
    bench.reads(report)?;
    bench.writes(report)?;
    report.add("resident memory after the requests", Some(items), bench.server.resident()?, "MB", Some(200.0));
    bench.import(report)?;
    report.add("resident memory after the import", Some(items), bench.server.resident()?, "MB", Some(200.0));
    bench.server.stop()
}

struct Bench {
    server: Server,
    effort: Effort,
    items: u32,
    only: Option<String>,
    product: String,
    /// Orders the backlog, writes stories, and is an admin.
    owner: Caller,
    /// Estimates.
    developer: Caller,
    developer_id: String,
    /// From all over the backlog.
    pool: Vec<String>,
    with_why: Vec<String>,
    middle: String,
    rare: String,
    sprint: String,
}

fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str> {
    value[field].as_str().with_context(|| format!("no {field} in {value}"))
}

fn rows(page: &Value) -> impl Iterator<Item = &Value> {
    page["rows"].as_array().into_iter().flatten()
}

impl Bench {
    fn prepare(server: Server, effort: Effort, sample: &Value, items: u32, only: Option<&str>) -> Result<Self> {
        let password = text(sample, "password")?;
        let product = text(sample, "product")?.to_owned();
        let holder = |role: &str| -> Result<Caller> {
            let people = sample["people"].as_array().context("no people")?;
            let person = people.iter().find(|p| p["roles"][0] == role).with_context(|| format!("no {role}"))?;
            Caller::sign_in(server.address, text(person, "email")?, password)
        };
        let (owner, developer) = (holder("product_owner")?, holder("developer")?);
        let developer_id = text(&developer.get("/me")?["person"], "id")?.to_owned();

        let mut all: Vec<(String, bool)> = Vec::new();
        let mut cursors: Vec<String> = Vec::new();
        let mut path = format!("/products/{product}/items?limit=1000");
        loop {
            let page = owner.get(&path)?;
            for row in rows(&page) {
                all.push((text(row, "id")?.to_owned(), row["why"] == true));
            }
            let Some(next) = page["next"].as_str() else { break };
            cursors.push(next.to_owned());
            path = format!("/products/{product}/items?limit=1000&cursor={next}");
        }
        let pool: Vec<String> =
            all.iter().step_by((all.len() / POOL).max(1)).take(POOL).map(|(id, _)| id.clone()).collect();
        let with_why: Vec<String> =
            all.iter().filter(|(_, why)| *why).step_by((all.len() / POOL).max(1)).map(|(id, _)| id.clone()).collect();
        let middle = cursors.get(cursors.len() / 2).cloned().unwrap_or_default();
        let any = owner.get(&format!("/items/{}", pool[pool.len() / 3]))?;
        // A number such as ORD12345 is a word of very few items.
        let rare = text(&any, "body")?
            .split(|c: char| !c.is_alphanumeric())
            .find(|word| word.len() >= 5 && word.chars().any(|c| c.is_ascii_digit()));
        let rare = rare.unwrap_or("ORD10001").to_owned();
        let sprints = owner.get(&format!("/products/{product}/sprints"))?;
        let running = rows(&sprints).find(|sprint| sprint["state"] == "active").context("no running sprint")?;
        let sprint = text(running, "id")?.to_owned();
        Ok(Self {
            server,
            effort,
            items,
            only: only.map(str::to_owned),
            product,
            owner,
            developer,
            developer_id,
            pool,
            with_why,
            middle,
            rare,
            sprint,
        })
    }

    /// Measures one row of requests, unless others are asked for.
    fn row(
        &self,
        report: &mut Report,
        what: &str,
        (cpu, rate): (Option<f64>, Option<f64>),
        make: impl Fn(usize) -> Vec<u8> + Sync,
    ) -> Result<()> {
        if self.wants(what) {
            let measured = fire(&self.server, self.effort, &make).with_context(|| what.to_owned())?;
            report.requests(what, self.items, &measured, cpu, rate);
        }
        Ok(())
    }

    fn wants(&self, what: &str) -> bool {
        self.only.as_ref().is_none_or(|only| what.contains(only))
    }

    fn get(&self, report: &mut Report, what: &str, path: &str, cpu: Option<f64>, rate: Option<f64>) -> Result<()> {
        let request = self.owner.request("GET", path, &Value::Null);
        self.row(report, what, (cpu, rate), |_| request.clone())
    }

    /// One of some things, another one each time, in an order that jumps.
    fn any(things: &[String], n: usize) -> &str {
        &things[(n * 7919) % things.len()]
    }

    fn reads(&self, report: &mut Report) -> Result<()> {
        let list = format!("/products/{}/items?limit=50", self.product);
        self.get(report, "list 50, first page", &list, Some(0.35), Some(4000.0))?;
        self.get(report, "list 50, open only", &format!("{list}&open=true"), Some(0.35), Some(4000.0))?;
        if !self.middle.is_empty() {
            let deep = format!("{list}&cursor={}", self.middle);
            self.get(report, "list 50, at half the depth", &deep, Some(0.35), Some(4000.0))?;
        }
        let filtered = format!("{list}&state=Backlog&assignee={}", self.developer_id);
        self.get(report, "list 50, by state and assignee", &filtered, Some(0.5), None)?;
        self.get(report, "list 50, by a common word", &format!("{list}&q=order"), Some(1.5), None)?;
        self.get(report, "list 50, by a rare word", &format!("{list}&q={}", self.rare), Some(1.5), None)?;
        self.each(report, "read one item", &self.pool, "/items/{}", Some(0.3))?;
        self.each(report, "why, of one item", &self.with_why, "/objects/{}/why", Some(1.0))?;
        self.each(report, "what came of it, of one item", &self.with_why, "/objects/{}/outcome", Some(1.0))?;
        let board = format!("/sprints/{}/board", self.sprint);
        self.get(report, "board of the running sprint", &board, Some(0.5), None)?;
        let picture = format!("/products/{}/line", self.product);
        self.get(report, "the line of the whole product", &picture, None, None)?;
        let forecast = format!("/products/{}/forecast", self.product);
        // The reach is that of a roadmap over 10,000 items.
        let reach = Some(50.0).filter(|_| self.items <= 10_000);
        self.get(report, "forecast of every epic, initiative and release", &forecast, reach, None)
    }

    fn each(&self, report: &mut Report, what: &str, things: &[String], path: &str, cpu: Option<f64>) -> Result<()> {
        self.row(report, what, (cpu, None), |n| {
            self.owner.request("GET", &path.replace("{}", Self::any(things, n)), &Value::Null)
        })
    }

    fn writes(&self, report: &mut Report) -> Result<()> {
        let reach = (Some(0.3), Some(4000.0));
        self.row(report, "move an item", reach, |n| {
            // Next to another item of the pool, never next to itself.
            let (moved, other) = (Self::any(&self.pool, n), Self::any(&self.pool, n + 1));
            let place = if n % 2 == 0 { json!({ "before": other }) } else { json!({ "after": other }) };
            self.owner.request("PUT", &format!("/items/{moved}/rank"), &place)
        })?;
        let body = "The carrier sends the event twice when the first answer comes late. ".repeat(12);
        let path = format!("/products/{}/items", self.product);
        self.row(report, "create an item", reach, |n| {
            let title = format!("Answer the carrier's second event number {n} only once");
            self.owner.request("POST", &path, &json!({ "kind": "story", "title": title, "body": body.trim() }))
        })?;
        self.row(report, "estimate an item", (None, None), |n| {
            let path = format!("/items/{}/estimate", Self::any(&self.pool, n));
            self.developer.request("PUT", &path, &json!({ "points": n % 13 + 1 }))
        })
    }

    fn import(&self, report: &mut Report) -> Result<()> {
        if !self.wants("import") {
            return Ok(());
        }
        self.owner.send("POST", "/products", &json!({ "key": "BENCH", "name": "Imported" }))?;
        let file = jira::export(self.effort.import_rows);
        let cpu = self.server.cpu()?;
        let fields = [("mapping", "{}"), ("dry_run", "false")];
        let answer = self.owner.upload("/products/BENCH/imports/jira", &file, &fields)?;
        let took = (self.server.cpu()? - cpu).as_secs_f64();
        let what = format!("import of {} Jira rows, {} created", self.effort.import_rows, answer["created"]);
        let reach = 6.0 * self.effort.import_rows as f64 / 20_000.0;
        report.add(&what, Some(self.items), took, "s CPU", Some(reach));
        Ok(())
    }
}
