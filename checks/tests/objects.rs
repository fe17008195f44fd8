//! What every thing on the line has, whatever its kind: text, comments, files, followers, history, search, an archive.
//! And that a repeated creation of anything happens once.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use reqwest::multipart::{Form, Part};
use reqwest::{Method, header};
use serde_json::Value;
use std::path::Path;
use throughline_checks::{Answer, Client, Role, Sent, TestApp, Who, World, both_engines, json, operations};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vocabulary::Kind;

fn at(path: &str, thing: &Value) -> String {
    format!("{path}/{}", thing["id"].as_str().unwrap())
}

/// Something of an object, as in `/objects/…/comments`.
fn of(thing: &Value, what: &str) -> String {
    format!("{}/{what}", at("/objects", thing))
}

fn rows(page: &Value) -> &[Value] {
    page["rows"].as_array().unwrap()
}

fn each<'p>(page: &'p Value, field: &str) -> Vec<&'p str> {
    rows(page).iter().map(|row| row[field].as_str().unwrap()).collect()
}

#[track_caller]
fn blames(answer: Answer, field: &str) {
    let problem = answer.problem(422);
    assert_eq!(problem["field"], field, "{problem}");
}

/// The kinds whose words are decided by the table; questions, proposals and decisions are their authors' own words.
fn decided() -> impl Iterator<Item = &'static Kind> {
    Kind::ALL.iter().filter(|kind| !matches!(kind, Kind::Question | Kind::Proposal | Kind::Decision))
}

/// One thing of each kind, made by those who decide about it; its title ends in its kind.
async fn one_of_each(app: &TestApp) -> Vec<Value> {
    let world = World::of(app, "APP", app.client.nobody());
    let mut things = Vec::new();
    for kind in decided() {
        things.push(world.thing(*kind, &format!("Harvested {kind}")).await);
    }
    things
}

/// Who decides about a kind's text, and one who does not.
fn deciders(thing: &Value) -> (Role, Role) {
    match thing["kind"].as_str().unwrap() {
        "vision" | "objective" | "opportunity" | "initiative" | "theme" | "promise" => {
            (Role::ProductManager, Role::ProductOwner)
        }
        "customer" | "feedback" => (Role::ProductManager, Role::ScrumMaster),
        _ => (Role::ProductOwner, Role::ProductManager),
    }
}

async fn version(client: &Client, thing: &Value) -> i64 {
    client.get(&at("/objects", thing)).await.ok(200)["version"].as_i64().unwrap()
}

async fn attach(client: &Client, thing: &Value, name: &str, content: &[u8]) -> Answer {
    let part = Part::bytes(content.to_vec()).file_name(name.to_owned()).mime_str("text/html").unwrap();
    client.send(client.request(Method::POST, &of(thing, "attachments")).multipart(Form::new().part("file", part))).await
}

/// The files below a folder.
fn files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.map(|entry| entry.unwrap().path()).map(|path| if path.is_dir() { files(&path) } else { 1 }).sum()
}

both_engines! {
    async fn everything_is_read_and_edited_as_an_object(app: TestApp) {
        let app = app.furnished().await;
        for thing in one_of_each(&app).await {
            let (kind, path) = (thing["kind"].as_str().unwrap().to_owned(), at("/objects", &thing));
            let (decides, does_not) = (app.as_(deciders(&thing).0), app.as_(deciders(&thing).1));
            assert_eq!(thing["title"], format!("Harvested {kind}"));
            assert_eq!((&thing["visibility"], &thing["archived_at"]), (&json!("internal"), &Value::Null));
            let by_reference = app.as_(Role::Viewer).get(&format!("/objects/{}", thing["reference"].as_str().unwrap())).await.ok(200);
            assert_eq!(by_reference["id"], thing["id"]);

            let now = version(&decides, &thing).await;
            let owner = app.people[&Who::Role(Role::Developer)];
            let patch = json!({"visibility": "customers", "owner_id": owner});
            let edited = decides.patch(&path, now, patch.clone()).await.ok(200);
            assert_eq!((&edited["visibility"], &edited["owner"]["name"]), (&json!("customers"), &json!("developer")), "{kind}");
            decides.send(decides.request(Method::PATCH, &path).json(&patch)).await.problem(428);
            let stale = decides.patch(&path, now, patch.clone()).await.problem(412);
            assert_eq!((&stale["expected_version"], &stale["current_version"]), (&json!(now), &json!(now + 1)));
            assert_eq!(stale["current"]["visibility"], "customers");
            let words = json!({"title": "Reworded", "body": "**New** <script>alert(1)</script>"});
            if kind == "vision" {
                assert_eq!(decides.patch(&path, now + 1, words).await.problem(409)["type"], "/problems/vision-is-published");
            } else {
                let edited = decides.patch(&path, now + 1, words).await.ok(200);
                assert_eq!(edited["title"], "Reworded", "{kind}");
                let html = edited["body_html"].as_str().unwrap();
                assert!(html.contains("<strong>New</strong>") && !html.contains("<script"), "{html}");
            }
            let now = version(&decides, &thing).await;
            for (field, wrong) in [("title", json!("")), ("visibility", json!("secret")), ("owner_id", json!(app.people[&Who::Stranger])), ("state", json!("x"))] {
                blames(decides.patch(&path, now, json!({field: wrong})).await, field);
            }
            let refused = does_not.patch(&path, now, json!({"visibility": "team"})).await.problem(403);
            assert!(!refused["deciders"].as_array().unwrap().is_empty(), "{kind}: {refused}");
            app.of(Who::Stranger).patch(&path, now, json!({"visibility": "team"})).await.problem(404);
            app.of(Who::Stranger).get(&path).await.problem(404);
        }
    }

    async fn everything_is_commented_on(app: TestApp) {
        let app = app.furnished().await;
        let (stakeholder, developer) = (app.as_(Role::Stakeholder), app.as_(Role::Developer));
        for thing in one_of_each(&app).await {
            let path = of(&thing, "comments");
            for body in ["First **things**", "Second <img src=x onerror=alert(1)>", "Third"] {
                stakeholder.post(&path, json!({"body": body})).await.ok(201);
            }
            let page = developer.get(&format!("{path}?limit=2")).await.ok(200);
            assert_eq!(each(&page, "body")[0], "First **things**", "the oldest first");
            assert!(rows(&page)[0]["body_html"].as_str().unwrap().contains("<strong>things</strong>"));
            assert!(!rows(&page)[1]["body_html"].as_str().unwrap().contains("<img"));
            assert_eq!((&rows(&page)[0]["author"]["name"], &rows(&page)[0]["edited_at"]), (&json!("stakeholder"), &Value::Null));
            let rest = developer.get(&format!("{path}?limit=2&cursor={}", page["next"].as_str().unwrap())).await.ok(200);
            assert_eq!((each(&rest, "body"), &rest["next"]), (vec!["Third"], &Value::Null));

            // One's own may be changed, nobody else's.
            let comment = at("/comments", &rows(&page)[0]);
            assert_eq!(developer.patch(&comment, 1, json!({"body": "Mine"})).await.problem(409)["type"], "/problems/not-the-author");
            assert_eq!(developer.delete(&comment).await.problem(409)["type"], "/problems/not-the-author");
            stakeholder.send(stakeholder.request(Method::PATCH, &comment).json(&json!({"body": "x"}))).await.problem(428);
            blames(stakeholder.patch(&comment, 1, json!({"body": " "})).await, "body");
            let edited = stakeholder.patch(&comment, 1, json!({"body": "First of all"})).await.ok(200);
            assert_eq!((&edited["body"], &edited["version"], edited["edited_at"].is_string()), (&json!("First of all"), &json!(2), true));
            let stale = stakeholder.patch(&comment, 1, json!({"body": "Late"})).await.problem(412);
            assert_eq!((&stale["current"]["body"], &stale["current_version"]), (&json!("First of all"), &json!(2)));
            stakeholder.delete(&comment).await.ok(204);
            stakeholder.delete(&comment).await.problem(404);
            stakeholder.patch(&comment, 2, json!({"body": "x"})).await.problem(404);

            blames(stakeholder.post(&path, json!({"body": ""})).await, "body");
            blames(stakeholder.post(&path, json!({})).await, "body");
            assert_eq!(app.as_(Role::Viewer).post(&path, json!({"body": "x"})).await.problem(403)["decision"], "comment");
            app.of(Who::Stranger).get(&path).await.problem(404);
            app.of(Who::Stranger).patch(&at("/comments", &rows(&page)[1]), 1, json!({"body": "x"})).await.problem(404);
            let object = stakeholder.get(&at("/objects", &thing)).await.ok(200);
            assert_eq!((&object["counts"]["comments"], &object["following"]), (&json!(2), &json!(true)), "who comments follows");
        }
    }

    async fn everything_has_files_that_are_only_ever_downloaded(app: TestApp) {
        let app = app.furnished().await;
        let (stakeholder, viewer) = (app.as_(Role::Stakeholder), app.as_(Role::Viewer));
        let content: &[u8] = b"<script>alert(1)</script>\0\xff";
        for thing in one_of_each(&app).await {
            let list = attach(&stakeholder, &thing, "C:\\fakepath\\../Übersicht \"1\".html", content).await.ok(201);
            let file = &rows(&list)[0];
            assert_eq!((&file["name"], &file["size"]), (&json!("Übersicht \"1\".html"), &json!(content.len())));
            assert_eq!(file["created_by"]["name"], "stakeholder");
            let path = format!("{}/content", at("/attachments", file));
            let answer = viewer.request(Method::GET, &path).send().await.unwrap();
            let headers = answer.headers().clone();
            assert_eq!(headers[header::CONTENT_TYPE], "application/octet-stream");
            assert_eq!(headers[header::CONTENT_DISPOSITION], "attachment; filename=\"_bersicht__1_.html\"; filename*=UTF-8''%C3%9Cbersicht%20%221%22%2Ehtml");
            assert_eq!((&headers["content-security-policy"], &headers["x-content-type-options"]), (&"sandbox; default-src 'none'".parse().unwrap(), &"nosniff".parse().unwrap()));
            assert_eq!(answer.bytes().await.unwrap(), content);
            assert_eq!(viewer.get(&at("/objects", &thing)).await.ok(200)["counts"]["attachments"], 1);

            app.of(Who::Stranger).get(&path).await.problem(404);
            // Who brought a file takes it away, or who decides over what it hangs on.
            viewer.delete(&at("/attachments", file)).await.problem(403);
            stakeholder.delete(&at("/attachments", file)).await.ok(204);
            viewer.get(&path).await.problem(404);
            stakeholder.delete(&at("/attachments", file)).await.problem(404);
            assert_eq!(viewer.get(&of(&thing, "attachments")).await.ok(200)["rows"], json!([]));
            let history = viewer.get(&of(&thing, "history")).await.ok(200);
            assert_eq!(each(&history, "verb")[..2], ["detached", "attached"]);
        }
    }

    async fn a_refused_file_leaves_nothing_behind(app: TestApp) {
        let app = app.furnished().await;
        let thing = World::of(&app, "APP", app.client.nobody()).thing(Kind::Story, "Story").await;
        let kept = app.folder.join("files");
        attach(&app.client.nobody(), &thing, "a.txt", b"nobody's").await.problem(401);
        attach(&app.as_(Role::Viewer), &thing, "a.txt", b"a viewer's").await.problem(403);
        attach(&app.of(Who::Stranger), &thing, "a.txt", b"a stranger's").await.problem(404);
        attach(&app.admin(), &thing, "a.txt", b"an admin's").await.problem(404);
        attach(&app.as_(Role::Developer), &json!({"id": "APP-999"}), "a.txt", b"about nothing").await.problem(404);
        let developer = app.as_(Role::Developer);
        let wrong = Form::new().part("document", Part::text("x").file_name("a.txt"));
        let request = developer.request(Method::POST, &of(&thing, "attachments"));
        blames(developer.send(request.multipart(wrong)).await, "file");
        developer.post(&of(&thing, "attachments"), json!({"file": "x"})).await.problem(400);
        assert_eq!(files(&kept), 0);

        // A size over the limit is refused before it is sent.
        let mut stream = TcpStream::connect(app.origin.strip_prefix("http://").unwrap()).await.unwrap();
        let head = format!(
            "POST /api/v1{} HTTP/1.1\r\nHost: here\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 30000000\r\n\r\n",
            of(&thing, "attachments"), developer.token.clone().unwrap()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut told = String::new();
        stream.read_to_string(&mut told).await.unwrap();
        assert!(told.starts_with("HTTP/1.1 413 ") && told.contains("/problems/too-large"), "{told}");
        assert_eq!(files(&kept), 0);
        // The same content is kept once.
        for name in ["a.txt", "b.txt"] {
            attach(&developer, &thing, name, b"the same").await.ok(201);
        }
        assert_eq!(files(&kept), 1);
    }

    async fn everything_is_followed(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        for thing in one_of_each(&app).await {
            let (path, me) = (of(&thing, "followers"), of(&thing, "followers/me"));
            let maker = deciders(&thing).0.noun();
            assert_eq!(each(&viewer.get(&path).await.ok(200), "name"), [maker], "who makes it follows it");
            for _ in 0..2 {
                assert_eq!(each(&viewer.put(&me, Value::Null).await.ok(200), "name"), [maker, "viewer"]);
            }
            let object = viewer.get(&at("/objects", &thing)).await.ok(200);
            assert_eq!((&object["following"], &object["counts"]["followers"]), (&json!(true), &json!(2)));
            for _ in 0..2 {
                assert_eq!(each(&viewer.delete(&me).await.ok(200), "name"), [maker]);
            }
            app.of(Who::Stranger).put(&me, Value::Null).await.problem(404);
        }
    }

    async fn everything_has_a_history_in_pages(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let things = one_of_each(&app).await;
        for thing in &things {
            let decides = app.as_(deciders(thing).0);
            for visibility in ["public", "customers"] {
                let now = version(&decides, thing).await;
                decides.patch(&at("/objects", thing), now, json!({"visibility": visibility})).await.ok(200);
            }
            app.as_(Role::Developer).post(&of(thing, "comments"), json!({"body": "Seen"})).await.ok(201);
            let (mut read, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = viewer.get(&format!("{}?limit=1{cursor}", of(thing, "history"))).await.ok(200);
                assert!(rows(&page).len() <= 1);
                read.extend(rows(&page).to_vec());
                match page["next"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let sentences: Vec<&str> = read.iter().map(|event| event["sentence"].as_str().unwrap()).collect();
            assert_eq!(sentences[..3], ["commented", "edited: visibility public → customers", "edited: visibility internal → public"]);
            assert_eq!((read.len(), &read[0]["actor"]["name"], &read[3]["version"]), (4, &json!("developer"), &json!(1)), "{read:?}");
            for event in &read {
                assert_eq!((&event["object_id"], &event["reference"], &event["kind"]), (&thing["id"], &thing["reference"], &thing["kind"]));
            }
            assert!(read.windows(2).all(|pair| pair[0]["seq"].as_i64() > pair[1]["seq"].as_i64()), "the newest first");
            blames(viewer.get(&format!("{}?limit=0", of(thing, "history"))).await, "limit");
            blames(viewer.get(&format!("{}?cursor=x", of(thing, "history"))).await, "cursor");
            app.of(Who::Stranger).get(&of(thing, "history")).await.problem(404);
        }
        // All of it is the product's activity, for those who may see what it is about.
        let decides = app.as_(deciders(&things[0]).0);
        let now = version(&decides, &things[0]).await;
        decides.patch(&at("/objects", &things[0]), now, json!({"visibility": "team"})).await.ok(200);
        let seen = async |client: &Client| client.get("/products/APP/activity?limit=1000").await.ok(200);
        let (all, some) = (seen(&decides).await, seen(&viewer).await);
        assert!(rows(&all).iter().any(|event| event["object_id"] == things[0]["id"]));
        assert!(rows(&some).iter().all(|event| event["object_id"] != things[0]["id"]));
        assert!(rows(&some).iter().any(|event| event["object_id"] == things[1]["id"]));
    }

    async fn everything_is_found_by_its_words(app: TestApp) {
        let app = app.furnished().await;
        let viewer = app.as_(Role::Viewer);
        let things = one_of_each(&app).await;
        let found = async |query: &str| viewer.get(&format!("/products/APP/search?{query}")).await.ok(200);
        let mut kinds = each(&found("q=harvest&limit=100").await, "kind").into_iter().map(str::to_owned).collect::<Vec<_>>();
        kinds.sort();
        let mut all: Vec<&str> = decided().map(|kind| kind.as_str()).collect();
        all.sort_unstable();
        assert_eq!(kinds, all);
        for thing in &things {
            let (kind, reference) = (thing["kind"].as_str().unwrap(), thing["reference"].as_str().unwrap());
            assert_eq!(each(&found(&format!("q=h%C3%A1rvested&kinds={kind}")).await, "reference"), [reference]);
            assert_eq!(each(&found(&format!("q={reference}")).await, "reference")[0], reference);
            assert_eq!(each(&found(&format!("q=harvested%20{kind}")).await, "reference"), [reference]);
        }
        assert_eq!(rows(&found("q=barley").await), [json!(null); 0]);
        assert_eq!(rows(&found("q=%21%22%2a").await), [json!(null); 0]);
        assert_eq!(rows(&found("q=harv%20epic").await), [json!(null); 0], "only the last word may be a beginning");
        assert_eq!(each(&found("q=harvest&kinds=epic,release").await, "kind").len(), 2);
        for (query, field) in [("q=x&kinds=chore", "kinds"), ("q=x&limit=0", "limit"), ("q=x&limit=101", "limit"), ("words=x", "query")] {
            blames(viewer.get(&format!("/products/APP/search?{query}")).await, field);
        }
        app.of(Who::Stranger).get("/products/APP/search?q=harvest").await.problem(404);

        // What is put away is not found, until it comes back; nor what one may not see.
        for thing in &things {
            let (decides, path) = (app.as_(deciders(thing).0), of(thing, "archive"));
            let query = format!("q=harvested&kinds={}", thing["kind"].as_str().unwrap());
            assert!(decides.put(&path, Value::Null).await.ok(200)["archived_at"].is_string());
            assert_eq!(found(&query).await["rows"], json!([]), "{query}");
            app.as_(deciders(thing).1).delete(&path).await.problem(403);
            assert_eq!(decides.delete(&path).await.ok(200)["archived_at"], Value::Null);
            let back = found(&query).await;
            assert_eq!((&back["rows"][0]["id"], &back["rows"][0]["archived"]), (&thing["id"], &json!(false)));
            let now = version(&decides, thing).await;
            decides.patch(&at("/objects", thing), now, json!({"visibility": "team"})).await.ok(200);
            assert_eq!(found(&query).await["rows"], json!([]), "{query}");
            assert_eq!(rows(&decides.get(&format!("/products/APP/search?{query}")).await.ok(200)).len(), 1);
        }
    }

    async fn nothing_new_comes_to_what_is_archived(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner, developer) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let world = World::of(&app, "APP", app.client.nobody());
        let living = world.thing(Kind::Story, "Living").await;
        for thing in one_of_each(&app).await {
            let decides = app.as_(deciders(&thing).0);
            decides.put(&of(&thing, "archive"), Value::Null).await.ok(200);
            let (before, kept) = (app.events().await, files(&app.folder.join("files")));
            let (kind, id) = (thing["kind"].as_str().unwrap(), thing["id"].as_str().unwrap());
            let mut answers = vec![
                manager.post(&of(&thing, "comments"), json!({"body": "More"})).await,
                attach(&manager, &thing, "more.txt", kind.as_bytes()).await,
                manager.post(&of(&thing, "links"), json!({"relation": "relates_to", "to": living["id"]})).await,
                manager.post(&of(&living, "links"), json!({"relation": "relates_to", "to": id})).await,
            ];
            let add = async |client: &Client, what: &str, new: Value| client.post(&format!("/products/APP/{what}"), new).await;
            answers.extend(match kind {
                "epic" => vec![
                    add(&owner, "items", json!({"kind": "story", "title": "x", "parent": id})).await,
                    owner.post(&format!("/items/{id}/criteria"), json!({"text": "x"})).await,
                ],
                "objective" => vec![
                    manager.post(&format!("/objectives/{id}/key-results"), json!({"title": "x", "unit": "number", "baseline": 0, "target": 1})).await,
                    add(&manager, "opportunities", json!({"title": "x", "need": "need", "objective": id})).await,
                    add(&manager, "initiatives", json!({"title": "x", "lane": "now", "objective": id})).await,
                    add(&owner, "sprints", json!({"starts": "2026-11-02", "ends": "2026-11-13", "objective": id})).await,
                ],
                "opportunity" => vec![
                    add(&manager, "opportunities", json!({"title": "x", "need": "need", "parent": id})).await,
                    add(&manager, "initiatives", json!({"title": "x", "lane": "now", "opportunity": id})).await,
                    add(&manager, "feedback", json!({"body": "x", "link": id})).await,
                ],
                "initiative" => vec![add(&owner, "items", json!({"kind": "epic", "title": "x", "initiative": id})).await],
                "customer" => vec![add(&manager, "feedback", json!({"body": "x", "customer": id})).await],
                "sprint" => vec![developer.put(&format!("/sprints/{id}/items/{}", living["id"].as_str().unwrap()), Value::Null).await],
                "release" => vec![owner.put(&format!("/releases/{id}/items/{}", living["id"].as_str().unwrap()), Value::Null).await],
                _ => vec![],
            });
            for answer in answers {
                assert_eq!(answer.problem(409)["type"], "/problems/archived", "{kind}");
            }
            assert_eq!((app.events().await, files(&app.folder.join("files"))), (before, kept), "{kind}");
        }
    }

    async fn a_refused_row_takes_its_file_back(app: TestApp) {
        let app = app.furnished().await;
        let developer = app.as_(Role::Developer);
        let story = World::of(&app, "APP", app.client.nobody()).thing(Kind::Story, "Story").await;
        let kept = || files(&app.folder.join("files"));
        let stale = async || {
            let form = Form::new().part("file", Part::bytes(b"the same").file_name("a.txt"));
            let request = developer.request(Method::POST, &of(&story, "attachments")).header("if-match", "\"99\"");
            developer.send(request.multipart(form)).await.problem(412)
        };
        stale().await;
        assert_eq!(kept(), 0);
        attach(&developer, &story, "a.txt", b"the same").await.ok(201);
        stale().await;
        assert_eq!(kept(), 1, "what another row speaks of stays");
        app.assert_healthy().await;
    }

    async fn many_finds_hide_no_other_kind(app: TestApp) {
        let app = app.furnished().await;
        let owner = app.as_(Role::ProductOwner);
        let world = World::of(&app, "APP", app.client.nobody());
        let customer = world.thing(Kind::Customer, "Webhook Inc").await;
        let mut sheet = "Issue key,Summary,Description\n".to_owned();
        (0..450).for_each(|n| sheet.push_str(&format!("K-{n},Webhook {n},A webhook with a *needle*\n")));
        let form = Form::new().part("file", Part::text(sheet).file_name("many.csv")).text("dry_run", "false");
        owner.send(owner.request(Method::POST, "/products/APP/imports/jira").multipart(form)).await.ok(201);
        let only = owner.get("/products/APP/search?q=webhook&kinds=customer").await.ok(200);
        assert_eq!((rows(&only).len(), &rows(&only)[0]["id"]), (1, &customer["id"]));
        let newest = owner.get("/products/APP/search?q=webhook&limit=3").await.ok(200);
        assert_eq!(each(&newest, "title"), ["Webhook 449", "Webhook 448", "Webhook 447"]);
        assert_eq!(rows(&newest)[0]["snippet"], "A webhook with a needle");
        // The title counts more than the text.
        world.thing(Kind::Task, "Find the needle").await;
        world.thing(Kind::Task, "Nothing").await;
        assert_eq!(each(&owner.get("/products/APP/search?q=needle&limit=2").await.ok(200), "title"), ["Find the needle", "Webhook 449"]);
    }

    async fn a_repeated_creation_of_anything_happens_once(app: TestApp) {
        let app = app.furnished().await;
        // Answers with secrets are not kept, and so not repeated; a form with a file is not compared.
        let elsewhere = ["make_token", "add_person", "invite_again", "sign_in", "set_up", "accept_invitation", "change_password"];
        let all_roles: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
        let id = app.people[&Who::Role(Role::ProductOwner)];
        app.admin().put(&format!("/products/APP/members/{id}"), json!({"roles": all_roles})).await.ok(200);
        let insider = app.as_(Role::ProductOwner);
        let mut repeated = 0;
        for operation in operations(&app).await {
            if operation.method != Method::POST || elsewhere.contains(&operation.id.as_str()) {
                continue;
            }
            let client = if operation.permission.as_deref() == Some("admin") { app.admin() } else { insider.clone() };
            let mut request = World::of(&app, "APP", client.clone()).prepare(&operation).await;
            if let Sent::File(content, _) = request.body && operation.id == "import_jira" {
                request.body = Sent::File(content, &[("dry_run", "false")]);
            }
            let key = format!("once-{}", operation.id);
            let send = async |request: &throughline_checks::Prepared| {
                client.send(request.request(&client).header("idempotency-key", &key)).await
            };
            let first = send(&request).await;
            assert_eq!(first.status.as_u16(), 201, "{}: {}", operation.id, first.text);
            let before = app.events().await;
            let second = send(&request).await;
            assert_eq!((second.status, &second.text), (first.status, &first.text), "{}", operation.id);
            assert_eq!(app.events().await, before, "{} happened twice", operation.id);
            // The key stands for this request; with other words it is another one.
            if let Sent::Json(body) = &mut request.body
                && let Some(words) = ["title", "name", "text", "body"].into_iter().find(|field| body[field].is_string())
            {
                body[words] = json!("Other words");
                let reused = send(&request).await.problem(409);
                assert_eq!(reused["type"], "/problems/idempotency-key-reused", "{}", operation.id);
            }
            repeated += 1;
        }
        assert!(repeated >= 15, "only {repeated} operations create something");
        let same = |client: Client| async move {
            let request = client.request(Method::POST, "/products/APP/items").header("idempotency-key", "mine");
            client.send(request.json(&json!({"kind": "bug", "title": "Bug"}))).await.ok(201)["reference"].clone()
        };
        assert_ne!(same(insider.clone()).await, same(app.as_(Role::Developer)).await, "a key is its sender's");
        let long = insider.request(Method::POST, "/products/APP/items").header("idempotency-key", "x".repeat(201));
        blames(insider.send(long.json(&json!({"kind": "bug", "title": "Bug"}))).await, "Idempotency-Key");
    }
}
