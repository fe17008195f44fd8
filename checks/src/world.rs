use crate::{Answer, Client, Role, TestApp, Who, json};
use reqwest::Method;
use reqwest::header;
use serde_json::Value;
use vocabulary::Kind;

/// One operation of the contract.
#[derive(Debug, Clone)]
pub struct Operation {
    pub id: String,
    pub method: Method,
    pub path: String,
    pub permission: Option<String>,
}

/// Every operation of the contract, in its order.
pub async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.client.get("//api/openapi.json").await.ok(200);
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            operations.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase().parse().expect("a method"),
                path: path.strip_prefix("/api/v1").unwrap_or(path).to_owned(),
                permission: operation["x-permission"].as_str().map(str::to_owned),
            });
        }
    }
    operations
}

/// A request that is ready to be sent by anybody.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub method: Method,
    pub path: String,
    pub version: Option<i64>,
    pub body: Sent,
}

#[derive(Debug, Clone)]
pub enum Sent {
    Nothing,
    Json(Value),
    /// A file in a form, with the other fields of the form.
    File(&'static str, &'static [(&'static str, &'static str)]),
}

impl Prepared {
    pub async fn send(&self, client: &Client) -> Answer {
        client.head(self.request(client)).await
    }

    pub fn request(&self, client: &Client) -> reqwest::RequestBuilder {
        let mut request = client.request(self.method.clone(), &self.path);
        if let Some(version) = self.version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        match &self.body {
            Sent::Nothing => request,
            Sent::Json(body) => request.json(body),
            Sent::File(content, fields) => {
                let part = reqwest::multipart::Part::text(*content).file_name("file.csv");
                let form = reqwest::multipart::Form::new().part("file", part);
                request.multipart(fields.iter().fold(form, |form, (name, value)| form.text(*name, *value)))
            }
        }
    }
}

const CSV: &str = "Issue key,Summary,Issue Type,Status\nJ-1,An imported story,Story,To Do\n";

/// Those who can make anything in one product, and what they make for a request to be about.
pub struct World {
    pub product: &'static str,
    manager: Client,
    owner: Client,
    developer: Client,
    admin: Client,
    /// Somebody's own tokens and sessions are theirs alone.
    pub actor: Client,
}

/// A thing's id and version.
pub type Made = (String, i64);

fn in_a_week() -> String {
    vocabulary::Ts::now().plus_days(7).date().to_string()
}

fn made(value: &Value) -> Made {
    (value["id"].as_str().expect("an id").to_owned(), value["version"].as_i64().unwrap_or(1))
}

impl World {
    pub fn of(app: &TestApp, product: &'static str, actor: Client) -> Self {
        let who = |role| if product == "APP" { Who::Role(role) } else { Who::Stranger };
        Self {
            product,
            manager: app.of(who(Role::ProductManager)),
            owner: app.of(who(Role::ProductOwner)),
            developer: app.of(who(Role::Developer)),
            admin: app.admin(),
            actor,
        }
    }

    async fn post(&self, client: &Client, path: &str, body: Value) -> Value {
        client.post(&path.replace("{p}", &format!("/products/{}", self.product)), body).await.ok(201)
    }

    pub async fn item(&self) -> Made {
        made(&self.post(&self.owner, "{p}/items", json!({"kind": "story", "title": "Replay a webhook"})).await)
    }

    async fn epic(&self) -> Made {
        made(&self.post(&self.owner, "{p}/items", json!({"kind": "epic", "title": "Webhooks"})).await)
    }

    async fn criterion(&self) -> Made {
        let (item, _) = self.item().await;
        let item = self.post(&self.owner, &format!("/items/{item}/criteria"), json!({"text": "It is replayed"})).await;
        made(&item["criteria"][0])
    }

    async fn comment(&self) -> Made {
        let (item, _) = self.item().await;
        made(&self.post(&self.owner, &format!("/objects/{item}/comments"), json!({"body": "Why?"})).await)
    }

    async fn attachment(&self) -> Made {
        let (item, _) = self.item().await;
        let upload = Prepared {
            method: Method::POST,
            path: format!("/objects/{item}/attachments"),
            version: None,
            body: Sent::File("text", &[]),
        };
        made(&upload.send(&self.owner).await.ok(201)["rows"][0])
    }

    async fn link(&self) -> Made {
        let ((from, _), (to, _)) = (self.item().await, self.initiative().await);
        made(
            &self.post(&self.owner, &format!("/objects/{from}/links"), json!({"relation": "delivers", "to": to})).await,
        )
    }

    /// Something of this kind and title, as `/objects` shows it. A product has one vision; it gets the title.
    pub async fn thing(&self, kind: Kind, title: &str) -> Value {
        let made = match kind {
            Kind::Vision => self.vision(title).await,
            Kind::Objective => self.post(&self.manager, "{p}/objectives", json!({"title": title})).await,
            Kind::Opportunity => {
                self.post(&self.manager, "{p}/opportunities", json!({"title": title, "need": "pain"})).await
            }
            Kind::Initiative => {
                self.post(&self.manager, "{p}/initiatives", json!({"title": title, "lane": "now"})).await
            }
            Kind::Customer => self.post(&self.manager, "{p}/customers", json!({"name": title})).await,
            Kind::Feedback => {
                self.post(&self.manager, "{p}/feedback", json!({"title": title, "body": "Word for word"})).await
            }
            Kind::Sprint => {
                let new = json!({"name": title, "starts": "2026-11-23", "ends": "2026-12-04"});
                self.post(&self.owner, "{p}/sprints", new).await
            }
            Kind::Release => self.post(&self.owner, "{p}/releases", json!({"name": title})).await,
            Kind::Theme => self.post(&self.manager, "{p}/themes", json!({"title": title})).await,
            Kind::Promise => {
                let new = json!({"title": title, "audience": "Everybody", "due": "2027-Q1"});
                self.post(&self.manager, "{p}/promises", new).await
            }
            Kind::Question => {
                self.post(&self.manager, "{p}/questions", json!({"title": title, "role": "product_owner"})).await
            }
            Kind::Decision => {
                self.post(&self.manager, "{p}/decision-log", json!({"title": title, "choice": "Yes"})).await
            }
            Kind::Proposal => {
                let changes = json!([{"change": "add_initiative", "with": {"product": self.product, "title": title,
                    "problem": "", "outcome": "", "lane": "later"}}]);
                self.post(&self.manager, "{p}/proposals", json!({"changes": changes})).await
            }
            item => self.post(&self.owner, "{p}/items", json!({"kind": item, "title": title})).await,
        };
        self.manager.get(&format!("/objects/{}", made["id"].as_str().expect("an id"))).await.ok(200)
    }

    async fn vision(&self, statement: &str) -> Value {
        let path = format!("/products/{}/vision", self.product);
        let before = self.manager.get(&path).await.ok(200)["vision"]["version"].as_i64();
        let body = Sent::Json(json!({"statement": statement}));
        Prepared { method: Method::PUT, path, version: before, body }.send(&self.manager).await.ok(200)
    }

    pub async fn objective(&self) -> Made {
        made(&self.post(&self.manager, "{p}/objectives", json!({"title": "Hooks heal themselves"})).await)
    }

    async fn key_result(&self) -> Made {
        let (objective, _) = self.objective().await;
        let body = json!({"title": "Lost events", "unit": "number", "baseline": 118.0, "target": 40.0});
        let objective = self.post(&self.manager, &format!("/objectives/{objective}/key-results"), body).await;
        let (id, _) = made(&objective["key_results"][0]);
        (id, objective["version"].as_i64().expect("a version"))
    }

    pub async fn opportunity(&self) -> Made {
        made(&self.post(&self.manager, "{p}/opportunities", json!({"title": "I learn too late", "need": "pain"})).await)
    }

    pub async fn initiative(&self) -> Made {
        made(&self.post(&self.manager, "{p}/initiatives", json!({"title": "Replay", "lane": "now"})).await)
    }

    /// A proposal of the manager's to the owner, about an item made for it.
    async fn proposal(&self) -> String {
        let (item, _) = self.item().await;
        let changes = json!([{"change": "rank_item", "with": {"item": item, "place": {"at": "top"}}}]);
        // Whoever moves an item to where it stands proposes nothing: another one stands below.
        self.item().await;
        made(&self.post(&self.manager, "{p}/proposals", json!({"changes": changes})).await).0
    }

    /// An initiative whose work is planned after its end: the rule and the two that contradict each other, once it is found.
    async fn contradiction(&self) -> Value {
        let (initiative, version) = self.initiative().await;
        let window = Sent::Json(json!({"ends": "2026-10"}));
        let path = format!("/initiatives/{initiative}");
        Prepared { method: Method::PATCH, path, version: Some(version), body: window }
            .send(&self.manager)
            .await
            .ok(200);
        let ((sprint, _), (item, _)) = self.sprint_with_item().await;
        let link = json!({"relation": "delivers", "to": initiative});
        self.post(&self.owner, &format!("/objects/{item}/links"), link).await;
        let path = format!("/objects/{initiative}/contradictions");
        for _ in 0..400 {
            let found = self.manager.get(&path).await.ok(200);
            let mut rows = found["rows"].as_array().expect("rows").iter();
            if let Some(row) = rows.find(|row| row["other"]["id"] == sprint.as_str()) {
                return json!({"rule": row["rule"], "one": initiative, "other": sprint});
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("no contradiction was found in ten seconds")
    }

    /// What an initiative was agreed against and has changed since, once it is found.
    async fn drift(&self) -> String {
        let (objective, version) = self.objective().await;
        let new = json!({"title": "Replay", "lane": "now", "objective": objective});
        let (initiative, _) = made(&self.post(&self.manager, "{p}/initiatives", new).await);
        let words = Sent::Json(json!({"title": "Nobody waits for an event"}));
        let path = format!("/objectives/{objective}");
        Prepared { method: Method::PATCH, path, version: Some(version), body: words }.send(&self.manager).await.ok(200);
        let path = format!("/objects/{initiative}/drift");
        for _ in 0..400 {
            let found = self.manager.get(&path).await.ok(200);
            if let Some(id) = found["rows"][0]["id"].as_str() {
                return id.to_owned();
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        panic!("no drift was found in ten seconds")
    }

    async fn theme(&self) -> Made {
        made(&self.post(&self.manager, "{p}/themes", json!({"title": "Trust"})).await)
    }

    async fn promise(&self) -> Made {
        let new = json!({"title": "Replay for all", "audience": "All customers", "due": "2027-Q1"});
        made(&self.post(&self.manager, "{p}/promises", new).await)
    }

    async fn record(&self) -> String {
        let new = json!({"title": "We keep one region", "choice": "One region"});
        made(&self.post(&self.manager, "{p}/decision-log", new).await).0
    }

    async fn question(&self) -> String {
        let new = json!({"title": "Which events first?", "role": "product_owner"});
        made(&self.post(&self.manager, "{p}/questions", new).await).0
    }

    /// Somebody who is a member of the product.
    async fn member_id(&self) -> String {
        let members = self.owner.get(&format!("/products/{}/members", self.product)).await.ok(200);
        let rows = members["rows"].as_array().expect("rows");
        let active = rows.iter().find(|row| row["state"] == "active").expect("somebody who came");
        active["person"]["id"].as_str().expect("a member").to_owned()
    }

    async fn delegation(&self) -> String {
        let new = json!({"decision": "order", "person_id": self.member_id().await, "until": in_a_week()});
        let lent = self.post(&self.owner, "{p}/delegations", new).await;
        lent["rows"][0]["id"].as_str().expect("a delegation").to_owned()
    }

    async fn days_off(&self) -> String {
        let new = json!({"first": "2027-05-01", "note": "Labour Day"});
        made(&self.post(&self.owner, "{p}/days-off", new).await).0
    }

    pub async fn customer(&self) -> Made {
        made(&self.post(&self.manager, "{p}/customers", json!({"name": "Acme"})).await)
    }

    pub async fn feedback(&self) -> Made {
        made(&self.post(&self.manager, "{p}/feedback", json!({"body": "Events get lost"})).await)
    }

    pub async fn sprint(&self) -> Made {
        let body = json!({"goal": "Recover", "starts": "2026-11-23", "ends": "2026-12-04"});
        made(&self.post(&self.owner, "{p}/sprints", body).await)
    }

    async fn sprint_with_item(&self) -> (Made, Made) {
        let (sprint, item) = (self.sprint().await, self.item().await);
        self.developer.put(&format!("/sprints/{}/items/{}", sprint.0, item.0), json!({})).await.ok(200);
        (sprint, item)
    }

    pub async fn release(&self) -> Made {
        made(&self.post(&self.owner, "{p}/releases", json!({"name": "2.7"})).await)
    }

    async fn release_with_item(&self) -> (Made, Made) {
        let (release, item) = (self.release().await, self.item().await);
        self.owner.put(&format!("/releases/{}/items/{}", release.0, item.0), json!({})).await.ok(200);
        self.owner.put(&format!("/items/{}/acceptance", item.0), json!({})).await.ok(200);
        (release, item)
    }

    async fn import(&self) -> Made {
        let key = uuid::Uuid::now_v7();
        let csv = format!("Issue key,Summary,Issue Type,Status\nJ-{key},An imported story,Story,To Do\n");
        let import = Prepared {
            method: Method::POST,
            path: format!("/products/{}/imports/jira", self.product),
            version: None,
            body: Sent::File(csv.leak(), &[("dry_run", "false")]),
        };
        let report = import.send(&self.owner).await.ok(201);
        (report["batch_id"].as_str().expect("a batch").to_owned(), 1)
    }

    async fn person(&self) -> Made {
        let email = format!("{}@example.org", uuid::Uuid::now_v7());
        made(&self.post(&self.admin, "/people", json!({"name": "Somebody New", "email": email})).await)
    }

    async fn own_token(&self) -> Made {
        let answer = self.actor.post("/me/tokens", json!({"name": "spare", "scope": "read"})).await;
        let nobody = json!({"id": uuid::Uuid::now_v7().to_string()});
        made(if answer.status.is_success() { &answer.json } else { &nobody })
    }

    async fn close_running_sprint(&self) {
        let sprints = self.owner.get(&format!("/products/{}/sprints", self.product)).await.ok(200);
        for sprint in sprints["rows"].as_array().expect("rows") {
            if sprint["state"] == "active" {
                let id = sprint["id"].as_str().expect("an id");
                let body = json!({"reason": "another check needs the board"});
                self.owner.put(&format!("/sprints/{id}/cancellation"), body).await.ok(200);
            }
        }
    }

    async fn product_version(&self) -> i64 {
        let products = self.admin.get("/products").await.ok(200);
        let rows = products["rows"].as_array().expect("rows").clone();
        rows.iter().find(|row| row["key"] == self.product).map_or(1, |row| row["version"].as_i64().unwrap_or(1))
    }

    /// A request for an operation, about things made for it alone, so that the only question left is who may send it.
    /// Every operation of the contract has its line here; a new one without a line fails the checks.
    pub async fn prepare(&self, operation: &Operation) -> Prepared {
        let nothing = || Sent::Nothing;
        let body = Sent::Json;
        let (places, version, body): (Vec<(&str, String)>, Option<i64>, Sent) = match operation.id.as_str() {
            "get_me" | "list_tokens" | "get_people" | "get_products" | "list_relations" | "list_sessions"
            | "setup_needed" => (vec![], None, nothing()),
            "set_up" => (
                vec![],
                None,
                body(json!({"code": "wrong", "organisation": "O", "person": {"name": "N", "email": "n@example.org",
                    "password": "a password long enough"}, "product": {"key": "NEW", "name": "N"}, "roles": []})),
            ),
            "sign_in" => (vec![], None, body(json!({"email": "nobody@example.org", "password": "wrong wrong wrong"}))),
            "sign_out" => (vec![], None, nothing()),
            "end_session" => (vec![("session", uuid::Uuid::now_v7().to_string())], None, nothing()),
            "accept_invitation" => {
                (vec![], None, body(json!({"token": "thl_inv_wrong", "password": "a password long enough"})))
            }
            "change_password" => {
                (vec![], None, body(json!({"current": "wrong wrong wrong", "new": "a password long enough"})))
            }
            "make_token" => (vec![], None, body(json!({"name": "script", "scope": "read"}))),
            "remove_token" => (vec![("token", self.own_token().await.0)], None, nothing()),
            "add_person" => {
                let email = format!("{}@example.org", uuid::Uuid::now_v7());
                (vec![], None, body(json!({"name": "Somebody", "email": email})))
            }
            "edit_person" => {
                let (person, version) = self.person().await;
                (vec![("person", person)], Some(version), body(json!({"name": "Another Name"})))
            }
            "invite_again" => (vec![("person", self.person().await.0)], None, nothing()),
            "add_product" => {
                let key: String =
                    uuid::Uuid::now_v7().simple().to_string().to_uppercase().chars().rev().take(8).collect();
                (vec![], None, body(json!({"key": format!("P{key}"), "name": "Another"})))
            }
            "rename_product" => (vec![], Some(self.product_version().await), body(json!({"name": "Relay"}))),
            "put_member" => (vec![("person", self.person().await.0)], None, body(json!({"roles": ["viewer"]}))),
            "product_activity" | "list_customers" | "list_decisions" | "stream_events" | "list_feedback"
            | "list_imports" | "get_roadmap" | "list_items" | "get_line" | "get_members" | "list_objectives"
            | "list_opportunities" | "list_releases" | "list_sprints" | "get_vision" | "get_workflow"
            | "get_forecast" | "get_backtest" | "list_delegations" | "list_proposals" | "list_log"
            | "list_questions" | "get_home" | "get_coverage" | "get_loop" => (vec![], None, nothing()),
            "list_contradictions" => (vec![], None, nothing()),
            "list_promises" | "list_themes" | "get_exempt_budgets" => (vec![], None, nothing()),
            "ask_forecast_of" => {
                let item = self.owner.get(&format!("/items/{}", self.item().await.0)).await.ok(200);
                let reference = item["reference"].as_str().expect("a reference");
                (vec![("?", format!("of={reference}"))], None, nothing())
            }
            "get_teams" | "get_days_off" => (vec![], None, nothing()),
            "set_teams" => {
                let team = json!({"id": null, "name": "Blue", "members": [self.member_id().await]});
                (vec![], None, body(json!({"rows": [team]})))
            }
            "add_days_off" => {
                let new = json!({"person": self.member_id().await, "first": in_a_week(), "note": "Moving house"});
                (vec![], None, body(new))
            }
            "remove_days_off" => (vec![("days_off", self.days_off().await)], None, nothing()),
            "add_theme" => (vec![], None, body(json!({"title": "Trust", "target_share": 40}))),
            "get_theme" => (vec![("theme", self.theme().await.0)], None, nothing()),
            "edit_theme" => {
                let (theme, version) = self.theme().await;
                (vec![("theme", theme)], Some(version), body(json!({"target_share": 30})))
            }
            "add_promise" => {
                let new = json!({"title": "Replay for all", "audience": "All customers", "due": "2027-Q1"});
                (vec![], None, body(new))
            }
            "get_promise" => (vec![("promise", self.promise().await.0)], None, nothing()),
            "edit_promise" => {
                let (promise, version) = self.promise().await;
                (vec![("promise", promise)], Some(version), body(json!({"state": "kept"})))
            }
            "set_exempt_budgets" => (vec![], None, body(json!({"rows": [{"class": "debt", "share": 15}]}))),
            "list_drift" => (vec![], None, nothing()),
            "list_drift_of" => (vec![("object", self.item().await.0)], None, nothing()),
            "confirm_drift" => (vec![], None, body(json!({"ids": [self.drift().await]}))),
            "reopen_drift" => {
                let ids = json!({"ids": [self.drift().await]});
                let path = format!("/products/{}/drift/confirmations", self.product);
                self.manager.post(&path, ids.clone()).await.ok(201);
                (vec![], None, body(ids))
            }
            "list_contradictions_of" => (vec![("object", self.item().await.0)], None, nothing()),
            "accept_contradiction" => {
                let mut contradiction = self.contradiction().await;
                contradiction["until"] = json!(in_a_week());
                contradiction["reason"] = json!("The fair decides it");
                (vec![], None, body(contradiction))
            }
            "reopen_contradiction" => {
                let one = self.contradiction().await;
                let word = |field: &str| one[field].as_str().expect("a word").to_owned();
                let mut accepted = one.clone();
                accepted["until"] = json!(in_a_week());
                accepted["reason"] = json!("The fair decides it");
                self.manager
                    .put(&format!("/products/{}/contradictions/acceptance", self.product), accepted)
                    .await
                    .ok(200);
                let asked = format!("rule={}&one={}&other={}", word("rule"), word("one"), word("other"));
                (vec![("?", asked)], None, nothing())
            }
            "get_thread" => (vec![("?", format!("object={}", self.item().await.0))], None, nothing()),
            "explain_decision" => (vec![("?", "decision=order".into())], None, nothing()),
            "set_who_decides" => {
                let table = self.manager.get(&format!("/products/{}/decisions", self.product)).await.ok(200);
                let lines = table["rows"].as_array().expect("rows");
                let order = lines.iter().find(|row| row["decision"] == "order").expect("a line");
                // Never what stands there already.
                let others = if order["stored"] == json!(["product_owner"]) {
                    json!(["product_manager", "product_owner"])
                } else {
                    json!(["product_owner"])
                };
                (vec![], None, body(json!({"rows": [{"decision": "order", "roles": others}]})))
            }
            "delegate" => {
                let new = json!({"decision": "order", "person_id": self.member_id().await, "until": in_a_week()});
                (vec![], None, body(new))
            }
            "end_delegation" => (vec![("delegation", self.delegation().await)], None, nothing()),
            "make_proposal" => {
                let (item, _) = self.item().await;
                let changes = json!([{"change": "rank_item", "with": {"item": item, "place": {"at": "top"}}}]);
                (vec![], None, body(json!({"reason": "It is asked for", "changes": changes})))
            }
            "get_proposal" => (vec![("proposal", self.proposal().await)], None, nothing()),
            "withdraw_proposal" | "rebase_proposal" => (vec![("proposal", self.proposal().await)], None, nothing()),
            "accept_proposal" => (vec![("proposal", self.proposal().await)], None, body(json!({}))),
            "decline_proposal" => {
                (vec![("proposal", self.proposal().await)], None, body(json!({"reason": "Not this quarter"})))
            }
            "reopen_proposal" => {
                let proposal = self.proposal().await;
                let reason = json!({"reason": "Not this quarter"});
                self.owner.put(&format!("/proposals/{proposal}/refusal"), reason).await.ok(200);
                (vec![("proposal", proposal)], None, nothing())
            }
            "log_decision" => (vec![], None, body(json!({"title": "We keep one region", "choice": "One region"}))),
            "get_record" => (vec![("decision", self.record().await)], None, nothing()),
            "ask_question" => (vec![], None, body(json!({"title": "Which events first?", "role": "product_owner"}))),
            "get_question" => (vec![("question", self.question().await)], None, nothing()),
            "answer_question" => (vec![("question", self.question().await)], None, body(json!({"answer": "Payments"}))),
            "take_answer_back" => {
                let question = self.question().await;
                let answer = json!({"answer": "Payments"});
                self.owner.put(&format!("/questions/{question}/answer"), answer).await.ok(200);
                (vec![("question", question)], None, nothing())
            }
            "ask_forecast" => (vec![("?", "items=5".into())], None, nothing()),
            "export_product" => (vec![("?", "format=csv".into())], None, nothing()),
            "search_product" => (vec![("?", "q=replay".into())], None, nothing()),
            "add_customer" => (vec![], None, body(json!({"name": "Globex"}))),
            "add_feedback" => (vec![], None, body(json!({"body": "It is slow"}))),
            "import_jira" => (vec![], None, Sent::File(CSV, &[("dry_run", "true")])),
            "add_initiative" => (vec![], None, body(json!({"title": "Health page", "lane": "next"}))),
            "add_item" => (vec![], None, body(json!({"kind": "story", "title": "A story"}))),
            "add_objective" => (vec![], None, body(json!({"title": "Win the admins"}))),
            "add_opportunity" => (vec![], None, body(json!({"title": "An audit trail", "need": "need"}))),
            "add_release" => (vec![], None, body(json!({"name": "2.8"}))),
            "plan_sprint" => (vec![], None, body(json!({"starts": "2026-12-07", "ends": "2026-12-18"}))),
            "publish_vision" => {
                let vision = self.manager.get(&format!("/products/{}/vision", self.product)).await.ok(200);
                (vec![], vision["vision"]["version"].as_i64(), body(json!({"statement": "Nothing is lost"})))
            }
            "set_workflow" => {
                let workflow = self.owner.get(&format!("/products/{}/workflow", self.product)).await.ok(200);
                (vec![], None, body(json!({"rows": workflow["rows"]})))
            }
            "get_object" | "list_attachments" | "list_comments" | "list_followers" | "list_links"
            | "object_history" | "get_why" | "get_outcome" | "archive_object" | "restore_object" | "follow_object"
            | "unfollow_object" => (vec![("object", self.item().await.0)], None, nothing()),
            "edit_object" => {
                let (item, version) = self.item().await;
                (vec![("object", item)], Some(version), body(json!({"title": "Another title"})))
            }
            "add_comment" => (vec![("object", self.item().await.0)], None, body(json!({"body": "Yes"}))),
            "attach" => (vec![("object", self.item().await.0)], None, Sent::File("text", &[])),
            "add_link" => {
                let to = self.initiative().await.0;
                (vec![("object", self.item().await.0)], None, body(json!({"relation": "delivers", "to": to})))
            }
            "remove_link" => (vec![("link", self.link().await.0)], None, nothing()),
            "edit_comment" => {
                let (comment, version) = self.comment().await;
                (vec![("comment", comment)], Some(version), body(json!({"body": "Because"})))
            }
            "delete_comment" => (vec![("comment", self.comment().await.0)], None, nothing()),
            "detach" | "attachment_content" => (vec![("attachment", self.attachment().await.0)], None, nothing()),
            "get_item" => (vec![("item", self.item().await.0)], None, nothing()),
            "edit_item" => {
                let (item, version) = self.item().await;
                (vec![("item", item)], Some(version), body(json!({"title": "Another title"})))
            }
            "rank_item" => (vec![("item", self.item().await.0)], None, body(json!({"at": "top"}))),
            "estimate_item" => (vec![("item", self.item().await.0)], None, body(json!({"points": 5.0}))),
            "move_item" => (vec![("item", self.item().await.0)], None, body(json!({"state": "In progress"}))),
            "accept_item" => (vec![("item", self.item().await.0)], None, nothing()),
            "withdraw_acceptance" => {
                let (item, _) = self.item().await;
                self.owner.put(&format!("/items/{item}/acceptance"), json!({})).await.ok(200);
                (vec![("item", item)], None, nothing())
            }
            "return_item" => (vec![("item", self.item().await.0)], None, body(json!({"reason": "It loses events"}))),
            "add_criterion" => (vec![("item", self.item().await.0)], None, body(json!({"text": "It is logged"}))),
            "edit_criterion" => {
                let (criterion, version) = self.criterion().await;
                (vec![("criterion", criterion)], Some(version), body(json!({"text": "It is replayed once"})))
            }
            "remove_criterion" | "withdraw_judgement" => {
                (vec![("criterion", self.criterion().await.0)], None, nothing())
            }
            "judge_criterion" => (vec![("criterion", self.criterion().await.0)], None, body(json!({"accepted": true}))),
            "get_customer" => (vec![("customer", self.customer().await.0)], None, nothing()),
            "edit_customer" => {
                let (customer, version) = self.customer().await;
                (vec![("customer", customer)], Some(version), body(json!({"segment": "Enterprise"})))
            }
            "get_feedback" => (vec![("feedback", self.feedback().await.0)], None, nothing()),
            "edit_feedback" => {
                let (feedback, version) = self.feedback().await;
                (vec![("feedback", feedback)], Some(version), body(json!({"importance": 4})))
            }
            "triage_feedback" => (vec![("feedback", self.feedback().await.0)], None, body(json!({"state": "triaged"}))),
            "get_import" | "undo_import" => (vec![("import", self.import().await.0)], None, nothing()),
            "get_initiative" => (vec![("initiative", self.initiative().await.0)], None, nothing()),
            "edit_initiative" => {
                let (initiative, version) = self.initiative().await;
                (vec![("initiative", initiative)], Some(version), body(json!({"confidence": 6})))
            }
            "place_initiative" => {
                (vec![("initiative", self.initiative().await.0)], None, body(json!({"lane": "later"})))
            }
            "get_objective" => (vec![("objective", self.objective().await.0)], None, nothing()),
            "edit_objective" => {
                let (objective, version) = self.objective().await;
                (vec![("objective", objective)], Some(version), body(json!({"status": "achieved"})))
            }
            "add_key_result" => {
                let new = json!({"title": "Setup time", "unit": "number", "baseline": 24.0, "target": 10.0});
                (vec![("objective", self.objective().await.0)], None, body(new))
            }
            "edit_key_result" => {
                let (key_result, version) = self.key_result().await;
                (vec![("key_result", key_result)], Some(version), body(json!({"target": 30.0})))
            }
            "remove_key_result" => (vec![("key_result", self.key_result().await.0)], None, nothing()),
            "check_in" => (vec![("key_result", self.key_result().await.0)], None, body(json!({"value": 86.0}))),
            "get_opportunity" => (vec![("opportunity", self.opportunity().await.0)], None, nothing()),
            "edit_opportunity" => {
                let (opportunity, version) = self.opportunity().await;
                (vec![("opportunity", opportunity)], Some(version), body(json!({"state": "pursued"})))
            }
            "get_release" | "get_audience" | "list_release_items" => {
                (vec![("release", self.release().await.0)], None, nothing())
            }
            "edit_release" => {
                let (release, version) = self.release().await;
                (vec![("release", release)], Some(version), body(json!({"name": "2.7.1"})))
            }
            "put_in_release" => {
                (vec![("release", self.release().await.0), ("item", self.item().await.0)], None, nothing())
            }
            "take_out_of_release" => {
                let ((release, _), (item, _)) = self.release_with_item().await;
                (vec![("release", release), ("item", item)], None, nothing())
            }
            "ship_release" => (vec![("release", self.release_with_item().await.0.0)], None, nothing()),
            "tell_customers" => {
                let ((release, _), (item, _)) = self.release_with_item().await;
                let (feedback, _) =
                    made(&self.post(&self.manager, "{p}/feedback", json!({"body": "Lost", "link": item})).await);
                self.owner.put(&format!("/releases/{release}/shipment"), json!({})).await.ok(200);
                (vec![("release", release)], None, body(json!({"feedback": [feedback], "text": "It shipped"})))
            }
            "get_sprint" | "get_board" | "get_burndown" | "get_sprint_forecast" => {
                (vec![("sprint", self.sprint().await.0)], None, nothing())
            }
            "edit_sprint" => {
                let (sprint, version) = self.sprint().await;
                (vec![("sprint", sprint)], Some(version), body(json!({"goal": "Recover alone"})))
            }
            "cancel_sprint" => (vec![("sprint", self.sprint().await.0)], None, body(json!({"reason": "Obsolete"}))),
            "start_sprint" => {
                self.close_running_sprint().await;
                (vec![("sprint", self.sprint_with_item().await.0.0)], None, nothing())
            }
            "close_sprint" => {
                self.close_running_sprint().await;
                let ((sprint, _), (item, _)) = self.sprint_with_item().await;
                self.owner.put(&format!("/sprints/{sprint}/start"), json!({})).await.ok(200);
                let carried = json!([{"item": item, "to": "backlog"}]);
                (vec![("sprint", sprint)], None, body(json!({"verdict": "missed", "carry_over": carried})))
            }
            "put_in_sprint" => {
                (vec![("sprint", self.sprint().await.0), ("item", self.item().await.0)], None, nothing())
            }
            "take_out_of_sprint" => {
                let ((sprint, _), (item, _)) = self.sprint_with_item().await;
                (vec![("sprint", sprint), ("item", item)], None, nothing())
            }
            other => panic!("the operation {other} has no line in checks/src/world.rs: say what it is asked about"),
        };
        let mut path = operation.path.replace("{product}", self.product);
        for (place, value) in &places {
            path = if *place == "?" { format!("{path}?{value}") } else { path.replace(&format!("{{{place}}}"), value) };
        }
        Prepared { method: operation.method.clone(), path, version, body }
    }

    /// Things of this product that a body may name by their ids: operation, field, the foreign id.
    pub async fn ids_for_bodies(&self) -> Vec<(&'static str, &'static str, Value)> {
        let (item, epic) = (self.item().await.0, self.epic().await.0);
        vec![
            ("add_item", "parent", json!(epic)),
            ("add_item", "initiative", json!(self.initiative().await.0)),
            ("add_item", "place", json!({"before": item})),
            ("edit_item", "parent", json!(epic)),
            ("rank_item", "before", json!(item)),
            ("rank_item", "after", json!(item)),
            ("add_link", "to", json!(self.initiative().await.0)),
            ("add_initiative", "objective", json!(self.objective().await.0)),
            ("add_initiative", "opportunity", json!(self.opportunity().await.0)),
            ("place_initiative", "before", json!(self.initiative().await.0)),
            ("add_opportunity", "objective", json!(self.objective().await.0)),
            ("add_opportunity", "parent", json!(self.opportunity().await.0)),
            ("edit_opportunity", "parent", json!(self.opportunity().await.0)),
            ("add_feedback", "customer", json!(self.customer().await.0)),
            ("add_feedback", "link", json!(item)),
            ("plan_sprint", "objective", json!(self.objective().await.0)),
            ("return_item", "criterion", json!(self.criterion().await.0)),
            ("close_sprint", "carry_over", json!([{"item": item, "to": "backlog"}])),
            ("tell_customers", "feedback", json!([self.feedback().await.0])),
            ("ask_question", "about", json!(item)),
            ("log_decision", "concerns", json!([item])),
            ("add_promise", "about", json!(self.initiative().await.0)),
            ("delegate", "person_id", json!(self.member_id().await)),
            (
                "make_proposal",
                "changes",
                json!([{"change": "rank_item", "with": {"item": item, "place": {"at": "top"}}}]),
            ),
        ]
    }
}
