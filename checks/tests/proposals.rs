//! What is not one's to decide waits as the change itself: proposed, shown, accepted in all or in part, declined, withdrawn.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::Value;
use throughline_checks::{Client, Role, TestApp, Who, World, both_engines, json};
use vocabulary::Ts;

fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

fn version(thing: &Value) -> i64 {
    thing["version"].as_i64().unwrap()
}

/// The morning of a day.
fn day(text: &str) -> Ts {
    Ts::start_of(text.parse().unwrap()).plus_seconds(9 * 3600)
}

async fn item(app: &TestApp, title: &str) -> Value {
    app.as_(Role::ProductOwner).post("/products/APP/items", json!({"kind": "story", "title": title})).await.ok(201)
}

async fn order(app: &TestApp) -> Vec<String> {
    let page = app.as_(Role::ProductOwner).get("/products/APP/items").await.ok(200);
    page["rows"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

async fn initiative(app: &TestApp) -> Value {
    let new = json!({"title": "Replay", "lane": "now", "outcome": "Nothing is lost", "starts": "2026-Q4"});
    app.as_(Role::ProductManager).post("/products/APP/initiatives", new).await.ok(201)
}

/// What the stakeholder proposes to change of an initiative.
async fn proposed_edit(app: &TestApp, initiative: &Value, body: Value) -> Value {
    let path = format!("/initiatives/{}", id(initiative));
    app.as_(Role::Stakeholder).proposing().patch(&path, version(initiative), body).await.ok(202)
}

async fn read(client: &Client, proposal: &Value) -> Value {
    client.get(&format!("/proposals/{}", id(proposal))).await.ok(200)
}

fn at(proposal: &Value, what: &str) -> String {
    format!("/proposals/{}/{what}", id(proposal))
}

fn parts(proposal: &Value) -> Vec<&str> {
    proposal["parts"].as_array().unwrap().iter().map(|part| part["id"].as_str().unwrap()).collect()
}

both_engines! {
    async fn what_is_not_ones_to_decide_waits_for_whoever_decides(app: TestApp) {
        let app = app.furnished().await;
        let (first, second) = (item(&app, "First").await, item(&app, "Second").await);
        let developer = app.as_(Role::Developer);
        // Unasked, it is refused as ever, and the answer says whom to propose it to.
        let path = format!("/items/{}/rank", id(&second));
        developer.put(&path, json!({"at": "top"})).await.problem(403);
        let shown = developer.get(&format!("/objects/{}", id(&second))).await.ok(200);
        assert_eq!(shown["can"]["order"]["propose_to"], "product owner");

        let proposed = developer.proposing().put(&path, json!({"at": "top"})).await.ok(202);
        assert_eq!(proposed["to"], "product owner");
        assert_eq!(order(&app).await, ["First", "Second"]);
        let owner = app.as_(Role::ProductOwner);
        let proposal = read(&owner, &proposed).await;
        assert_eq!(proposal["title"], format!("Move {} Second to place 1", second["reference"].as_str().unwrap()));
        assert_eq!((&proposal["may_decide"], &proposal["own"]), (&json!(true), &json!(false)));
        let effects = proposal["effects"].as_array().unwrap();
        assert_eq!((&effects[0]["before"], &effects[0]["after"]), (&json!("2"), &json!("1")));
        assert_eq!(effects[1]["object"]["reference"], first["reference"], "what makes way is named");

        // It is on the owner's Home, and on nobody's else.
        let home = owner.get("/products/APP/home").await.ok(200);
        assert_eq!(home["rows"][0]["proposal"]["id"], proposal["id"]);
        assert_eq!(developer.get("/products/APP/home").await.ok(200)["rows"].as_array().unwrap().len(), 0);

        developer.put(&at(&proposal, "acceptance"), json!({})).await.problem(403);
        let accepted = owner.put(&at(&proposal, "acceptance"), json!({"note": "Customers wait for it"})).await.ok(200);
        assert_eq!(accepted["state"], "accepted");
        assert_eq!(order(&app).await, ["Second", "First"]);
        owner.put(&at(&proposal, "acceptance"), json!({})).await.problem(409);

        // The decision is written down, and shown on what it touches.
        let log = owner.get(&format!("/products/APP/decision-log?about={}", id(&second))).await.ok(200);
        assert_eq!(log["rows"][0]["proposal"]["id"], proposal["id"]);
        assert_eq!(log["rows"][0]["choice"], "Accepted as proposed. Customers wait for it");
        app.assert_healthy().await;
    }

    async fn a_part_is_accepted_and_another_changed(app: TestApp) {
        let app = app.furnished().await;
        let initiative = initiative(&app).await;
        let body = json!({"title": "Replay for all", "outcome": "No event is lost", "ends": "2027-Q1"});
        let proposed = proposed_edit(&app, &initiative, body).await;
        let manager = app.as_(Role::ProductManager);
        let proposal = read(&manager, &proposed).await;
        let mut ids = parts(&proposal);
        ids.sort_unstable();
        assert_eq!(ids, ["0.ends", "0.outcome", "0.title"]);
        let outcome = proposal["parts"].as_array().unwrap().iter().find(|part| part["id"] == "0.outcome").unwrap();
        assert_eq!(outcome["fields"][0], json!({"field": "outcome", "before": "Nothing is lost", "after": "No event is lost"}));

        let unknown = manager.put(&at(&proposal, "acceptance"), json!({"parts": ["0.lane"]})).await.problem(422);
        assert_eq!(unknown["field"], "parts");
        let some = json!({"parts": ["0.outcome", "0.ends"], "edits": {"0.ends": "2027-Q2"}});
        manager.put(&at(&proposal, "acceptance"), some).await.ok(200);
        let now = manager.get(&format!("/initiatives/{}", id(&initiative))).await.ok(200);
        assert_eq!((&now["title"], &now["outcome"], &now["ends"]), (&json!("Replay"), &json!("No event is lost"), &json!("2027-Q2")));
    }

    async fn a_single_value_is_changed_before_it_is_accepted(app: TestApp) {
        let app = app.furnished().await;
        let (story, other) = (item(&app, "First").await, item(&app, "Second").await);
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let path = format!("/items/{}", id(&story));
        let proposed = app.as_(Role::Stakeholder).proposing();
        let proposed = proposed.patch(&path, version(&story), json!({"title": "First of all"})).await.ok(202);
        let proposal = read(&owner, &proposed).await;
        assert_eq!((parts(&proposal), &proposal["parts"][0]["given"]), (vec!["0.title"], &json!("First of all")));
        // An edit of what is not there, not accepted, or of what it is about is no edit.
        for edits in [json!({"0.body": "x"}), json!({"title": "x"}), json!({"1.title": "x"}), json!({"0.version": 1}), json!({"0.item": other["id"]})] {
            let refused = owner.put(&at(&proposal, "acceptance"), json!({"edits": edits})).await.problem(422);
            assert_eq!(refused["field"], "edits", "{edits}");
        }
        // Nor is what is proposed for one product carried out in another.
        let both = app.people[&Who::Stranger];
        app.admin().put(&format!("/products/APP/members/{both}"), json!({"roles": ["product_owner"]})).await.ok(200);
        let new = json!({"kind": "story", "title": "New"});
        let new = app.as_(Role::Developer).proposing().post("/products/APP/items", new).await.ok(202);
        let elsewhere = json!({"edits": {"0.product": "OTHER"}});
        let refused = app.of(Who::Stranger).put(&at(&new, "acceptance"), elsewhere).await.problem(422);
        assert_eq!(refused["field"], "edits");
        // Whoever saw an earlier version of the proposal is told so, whatever the version of what it changes.
        developer.post(&format!("/objects/{}/comments", id(&story)), json!({"body": "Yes"})).await.ok(201);
        let acceptance = json!({"edits": {"0.title": "First of them"}});
        let put = |seen: i64| {
            let request = owner.request(reqwest::Method::PUT, &at(&proposal, "acceptance"));
            owner.send(request.header("if-match", format!("\"{seen}\"")).json(&acceptance))
        };
        put(version(&proposal) + 1).await.problem(412);
        put(version(&proposal)).await.ok(200);
        assert_eq!(owner.get(&path).await.ok(200)["title"], "First of them");
    }

    async fn ground_that_moved_is_said_and_the_proposal_brought_up_to_date(app: TestApp) {
        let app = app.furnished().await;
        let initiative = initiative(&app).await;
        let manager = app.as_(Role::ProductManager);
        let proposed = proposed_edit(&app, &initiative, json!({"outcome": "No event is lost"})).await;
        let path = format!("/initiatives/{}", id(&initiative));
        // Another field is other ground.
        let confident = manager.patch(&path, version(&initiative), json!({"confidence": 7})).await.ok(200);
        assert_eq!(read(&manager, &proposed).await["moved"], json!([]));
        manager.patch(&path, version(&confident), json!({"outcome": "Events come back"})).await.ok(200);
        let moved = read(&manager, &proposed).await;
        assert_eq!(moved["moved"][0]["field"], "outcome");
        assert_eq!(moved["moved"][0]["now"], "Events come back");
        let refused = manager.put(&at(&proposed, "acceptance"), json!({})).await.problem(409);
        assert_eq!(refused["type"], "/problems/ground-moved");

        let stranger = app.as_(Role::Developer).put(&at(&proposed, "rebase"), json!({})).await.problem(409);
        assert_eq!(stranger["type"], "/problems/not-your-proposal");
        let fresh = app.as_(Role::Stakeholder).put(&at(&proposed, "rebase"), json!({})).await.ok(200);
        assert_eq!(fresh["moved"], json!([]));
        assert_eq!(fresh["parts"][0]["fields"][0]["before"], "Events come back");
        manager.put(&at(&proposed, "acceptance"), json!({})).await.ok(200);
        assert_eq!(manager.get(&path).await.ok(200)["outcome"], "No event is lost");
    }

    async fn two_proposals_on_one_thing_show_each_other(app: TestApp) {
        let app = app.furnished().await;
        let initiative = initiative(&app).await;
        let one = proposed_edit(&app, &initiative, json!({"outcome": "No event is lost"})).await;
        let path = format!("/initiatives/{}/place", id(&initiative));
        let two = app.as_(Role::ProductOwner).proposing().put(&path, json!({"lane": "later"})).await.ok(202);
        assert_eq!(read(&app.as_(Role::ProductManager), &one).await["others"][0]["id"], two["id"]);
        let about = format!("/products/APP/proposals?about={}", id(&initiative));
        assert_eq!(app.as_(Role::Viewer).get(&about).await.ok(200)["rows"].as_array().unwrap().len(), 2);
        let page = app.as_(Role::Viewer).get("/products/APP/proposals?limit=1").await.ok(200);
        let next = format!("/products/APP/proposals?limit=1&cursor={}", page["next"].as_str().unwrap());
        assert_eq!(app.as_(Role::Viewer).get(&next).await.ok(200)["rows"][0]["id"], two["id"]);
    }

    async fn declining_needs_a_reason_and_has_a_way_back(app: TestApp) {
        let app = app.furnished().await;
        let initiative = initiative(&app).await;
        let (manager, stakeholder) = (app.as_(Role::ProductManager), app.as_(Role::Stakeholder));
        let proposed = proposed_edit(&app, &initiative, json!({"outcome": "No event is lost"})).await;
        manager.put(&at(&proposed, "refusal"), json!({})).await.problem(422);
        let declined = manager.put(&at(&proposed, "refusal"), json!({"reason": "It says the same"})).await.ok(200);
        assert_eq!(declined["state"], "declined");
        assert_eq!(read(&stakeholder, &proposed).await["answer"], "It says the same");
        stakeholder.put(&at(&proposed, "reopening"), json!({})).await.problem(403);
        manager.put(&at(&proposed, "reopening"), json!({})).await.ok(200);
        manager.put(&at(&proposed, "withdrawal"), json!({})).await.problem(409);
        assert_eq!(stakeholder.put(&at(&proposed, "withdrawal"), json!({})).await.ok(200)["state"], "withdrawn");
        assert_eq!(stakeholder.put(&at(&proposed, "reopening"), json!({})).await.ok(200)["state"], "open");
        // Its words are its author's.
        let shown = manager.get(&format!("/objects/{}", id(&proposed))).await.ok(200);
        let edit = format!("/objects/{}", id(&proposed));
        manager.patch(&edit, version(&shown), json!({"body": "Because I say so"})).await.problem(409);
        stakeholder.patch(&edit, version(&shown), json!({"body": "Sales asks every week"})).await.ok(200);
        assert_eq!(read(&manager, &proposed).await["reason"], "Sales asks every week");
    }

    async fn several_changes_are_proposed_as_one(app: TestApp) {
        let app = app.furnished().await;
        let (first, second) = (item(&app, "First").await, item(&app, "Second").await);
        let manager = app.as_(Role::ProductManager);
        let changes = json!([
            {"change": "rank_item", "with": {"item": second["reference"], "place": {"at": "top"}}},
            {"change": "edit_item", "with": {"item": first["id"], "title": "First of all"}}
        ]);
        let body = json!({"reason": "For the fair", "changes": changes});
        let proposal = manager.post("/products/APP/proposals", body).await.ok(201);
        assert_eq!(parts(&proposal), ["0", "1.title"]);
        app.as_(Role::ProductOwner).put(&at(&proposal, "acceptance"), json!({"parts": ["1.title"]})).await.ok(200);
        assert_eq!(order(&app).await, ["First of all", "Second"]);

        // What cannot be carried out is said at once, and nothing is kept of it.
        for (changes, field) in [
            (json!([]), "changes"),
            (json!([{"change": "launch", "with": {}}]), "change"),
            (json!([{"change": "rank_item", "with": {"item": 7}}]), "change"),
            (json!([{"change": "add_comment", "with": {"object": first["id"], "body": "Yes"}}]), "change"),
            (json!([{"change": "edit_item", "with": {"item": first["id"], "title": "First of all"}}]), "change"),
        ] {
            let refused = manager.post("/products/APP/proposals", json!({"changes": changes})).await.problem(422);
            assert_eq!(refused["field"], field, "{refused}");
        }
        let open = manager.get("/products/APP/proposals").await.ok(200);
        assert_eq!(open["rows"], json!([]));
    }

    async fn what_was_decided_is_listed_newest_first_and_found_by_its_choice(app: TestApp) {
        let app = app.furnished().await.at(day("2026-11-24")).await;
        let story = item(&app, "Story").await;
        let path = format!("/items/{}", id(&story));
        let mut titles = Vec::new();
        for word in ["one", "two", "three"] {
            let developer = app.as_(Role::Stakeholder).proposing();
            titles.push(developer.patch(&path, version(&story), json!({"title": word})).await.ok(202));
        }
        let mut app = app;
        for (proposed, on) in [(&titles[2], "2026-11-25"), (&titles[0], "2026-11-26"), (&titles[1], "2026-11-27")] {
            app = app.at(day(on)).await;
            let no = json!({"reason": "Pelicans said no"});
            app.as_(Role::ProductOwner).put(&at(proposed, "refusal"), no).await.ok(200);
        }
        let owner = app.as_(Role::ProductOwner);
        let page = owner.get("/products/APP/proposals?state=declined&limit=2").await.ok(200);
        let next = owner.get(&format!("/products/APP/proposals?state=declined&cursor={}", page["next"].as_str().unwrap())).await.ok(200);
        let all: Vec<&Value> = [&page, &next].iter().flat_map(|page| page["rows"].as_array().unwrap()).map(|row| &row["id"]).collect();
        assert_eq!(all, [&titles[1]["id"], &titles[0]["id"], &titles[2]["id"]]);
        let found = owner.get("/products/APP/search?q=pelicans&kinds=decision").await.ok(200);
        assert_eq!(found["rows"].as_array().unwrap().len(), 3);
        let asked = app.as_(Role::Developer).post("/products/APP/questions", json!({"title": "How many?", "role": "product_owner"})).await.ok(201);
        owner.put(&format!("/questions/{}/answer", id(&asked)), json!({"answer": "Seventeen herons"})).await.ok(200);
        assert_eq!(owner.get("/products/APP/search?q=herons").await.ok(200)["rows"][0]["id"], asked["id"]);
        // What is edited afterwards is still found by it.
        let decision = &found["rows"][0];
        let object = owner.get(&format!("/objects/{}", id(decision))).await.ok(200);
        owner.patch(&format!("/objects/{}", id(decision)), version(&object), json!({"title": "No to three"})).await.ok(200);
        assert_eq!(owner.get("/products/APP/search?q=pelicans%20three").await.ok(200)["rows"][0]["id"], decision["id"]);
        let why = owner.get(&format!("/products/APP/decisions/explanation?decision=order&person={}", app.people[&Who::Role(Role::Developer)].0)).await.ok(200);
        assert_eq!(why["sentence"], "product owner (product owner) decides: only they may order the backlog. developer may propose it.");
    }

    async fn what_all_have_to_agree_on_waits_for_the_last(app: TestApp) {
        let app = app.furnished().await;
        let (manager, owner) = (app.as_(Role::ProductManager), app.as_(Role::ProductOwner));
        let body = json!({"rows": [{"decision": "order", "roles": ["product_owner", "developer"]}]});
        manager.put("/products/APP/decisions", body.clone()).await.problem(403);
        let proposed = manager.proposing().put("/products/APP/decisions", body).await.ok(202);
        let awaited = |proposal: &Value| proposal["awaited"].as_array().unwrap().len();
        assert_eq!(awaited(&read(&manager, &proposed).await), 3);
        app.as_(Role::Developer).put(&at(&proposed, "acceptance"), json!({})).await.problem(403);
        assert_eq!(awaited(&manager.put(&at(&proposed, "acceptance"), json!({})).await.ok(200)), 2);
        manager.put(&at(&proposed, "acceptance"), json!({})).await.problem(409);
        owner.put(&at(&proposed, "acceptance"), json!({})).await.ok(200);
        let (first, second) = (item(&app, "First").await, item(&app, "Second").await);
        let up = format!("/items/{}/rank", id(&second));
        app.as_(Role::Developer).put(&up, json!({"at": "top"})).await.problem(403);
        let done = app.as_(Role::ScrumMaster).put(&at(&proposed, "acceptance"), json!({})).await.ok(200);
        assert_eq!(done["state"], "accepted");
        app.as_(Role::Developer).put(&up, json!({"at": "top"})).await.ok(200);
        assert_eq!(order(&app).await, ["Second", "First"]);
        let table = manager.get("/products/APP/decisions").await.ok(200);
        assert_eq!(table["preset"], Value::Null);
        assert!(first["id"].is_string());

        for (rows, field) in [
            (json!([{"decision": "order", "roles": []}]), "rows[0].roles"),
            (json!([{"decision": "order", "roles": ["viewer"]}]), "rows[0].roles"),
            (json!([{"decision": "comment", "roles": ["developer"]}]), "rows[0].decision"),
        ] {
            let refused = manager.proposing().put("/products/APP/decisions", json!({"rows": rows})).await.problem(422);
            assert_eq!(refused["field"], field);
        }
    }

    async fn a_decision_is_lent_until_a_day(app: TestApp) {
        let app = app.furnished().await.at(day("2026-11-24")).await;
        let (owner, developer) = (app.as_(Role::ProductOwner), app.as_(Role::Developer));
        let person = app.people[&Who::Role(Role::Developer)];
        let lend = |until: &str| json!({"decision": "order", "person_id": person, "until": until});
        developer.post("/products/APP/delegations", lend("2026-11-27")).await.problem(403);
        assert_eq!(owner.post("/products/APP/delegations", lend("2026-11-23")).await.problem(422)["field"], "until");
        let lent = owner.post("/products/APP/delegations", lend("2026-11-27")).await.ok(201);
        assert_eq!(lent["rows"][0]["person"]["name"], "developer");
        item(&app, "First").await;
        let second = item(&app, "Second").await;
        developer.put(&format!("/items/{}/rank", id(&second)), json!({"at": "top"})).await.ok(200);
        let why = developer.get("/products/APP/decisions/explanation?decision=order").await.ok(200);
        assert_eq!((&why["verdict"], &why["sentence"]), (&json!("allow"), &json!("You may order the backlog: it is lent to you until 2026-11-27.")));
        let app = app.at(day("2026-11-28")).await;
        let developer = app.as_(Role::Developer);
        developer.put(&format!("/items/{}/rank", id(&second)), json!({"at": "bottom"})).await.problem(403);
        let why = developer.get("/products/APP/decisions/explanation?decision=order").await.ok(200);
        assert_eq!((&why["verdict"], &why["deciders"]), (&json!("propose"), &json!("product owner")));
    }

    async fn an_agent_proposes_and_decides_nothing(app: TestApp) {
        let app = app.furnished().await;
        let person = app.people[&Who::Role(Role::ProductOwner)];
        let token = app.console(move |cx| {
            let name = vocabulary::Label::try_from("agent").map_err(|why| access::Fault::invalid("name", why))?;
            let new = people::NewToken { name, scope: people::TokenScope::Propose, expires_on: None };
            Ok(people::issue_token(cx, person, &new)?.1)
        }).await;
        let agent = app.client.with_token(&token);
        item(&app, "First").await;
        let second = item(&app, "Second").await;
        let proposed = agent.put(&format!("/items/{}/rank", id(&second)), json!({"at": "top"})).await.ok(202);
        assert_eq!(order(&app).await, ["First", "Second"]);
        agent.put(&at(&proposed, "acceptance"), json!({})).await.problem(403);
        agent.put(&format!("/items/{}/acceptance", id(&second)), json!({})).await.problem(403);
        agent.post(&format!("/objects/{}/comments", id(&second)), json!({"body": "Three customers ask"})).await.ok(201);
        let owner = app.as_(Role::ProductOwner);
        let proposal = read(&owner, &proposed).await;
        assert_eq!((&proposal["by_agent"], &proposal["may_decide"]), (&json!(true), &json!(true)));
        owner.put(&at(&proposal, "acceptance"), json!({})).await.ok(200);
        assert_eq!(order(&app).await, ["Second", "First"]);
    }

    async fn one_person_with_both_roles_proposes_nothing(app: TestApp) {
        let app = app.furnished().await;
        let both = app.people[&Who::Role(Role::ProductOwner)];
        app.admin().put(&format!("/products/APP/members/{both}"), json!({"roles": ["product_manager", "product_owner"]})).await.ok(200);
        let person = app.as_(Role::ProductOwner).proposing();
        let initiative = person.post("/products/APP/initiatives", json!({"title": "Replay", "lane": "now"})).await.ok(201);
        person.put(&format!("/initiatives/{}/place", id(&initiative)), json!({"lane": "next"})).await.ok(200);
        item(&app, "First").await;
        let second = item(&app, "Second").await;
        person.put(&format!("/items/{}/rank", id(&second)), json!({"at": "top"})).await.ok(200);
        assert_eq!(person.get("/products/APP/proposals").await.ok(200)["rows"], json!([]));
    }

    async fn a_question_is_answered_by_whoever_was_asked(app: TestApp) {
        let app = app.furnished().await;
        let (developer, owner) = (app.as_(Role::Developer), app.as_(Role::ProductOwner));
        let story = item(&app, "Replay a webhook").await;
        let ask = json!({"title": "For how many days?", "role": "product_owner", "about": story["reference"]});
        let question = developer.post("/products/APP/questions", ask).await.ok(201);
        assert_eq!(question["to"], json!(["product owner"]));
        let answer = format!("/questions/{}/answer", id(&question));
        developer.put(&answer, json!({"answer": "Seven"})).await.problem(409);
        assert_eq!(owner.get("/products/APP/home").await.ok(200)["rows"][0]["question"]["id"], question["id"]);
        let both = json!({"answer": "An event can be replayed for seven days", "becomes": "criterion"});
        owner.put(&answer, both).await.ok(200);
        let now = owner.get(&format!("/items/{}", id(&story))).await.ok(200);
        assert_eq!(now["criteria"][0]["text"], "An event can be replayed for seven days");
        assert_eq!(owner.get("/products/APP/home").await.ok(200)["rows"], json!([]));
        let answered = owner.get("/products/APP/questions?state=answered").await.ok(200);
        assert_eq!(answered["response"][0]["answered"], 1);
        owner.put(&answer, json!({"answer": "Seven days", "becomes": "decision"})).await.ok(200);
        let log = owner.get(&format!("/products/APP/decision-log?about={}", id(&story))).await.ok(200);
        assert_eq!((&log["rows"][0]["title"], &log["rows"][0]["choice"]), (&json!("For how many days?"), &json!("Seven days")));
        let general = developer.post("/products/APP/questions", json!({"title": "And now?", "role": "product_owner"})).await.ok(201);
        let no = json!({"answer": "Nothing", "becomes": "criterion"});
        assert_eq!(owner.put(&format!("/questions/{}/answer", id(&general)), no).await.problem(422)["field"], "becomes");
        assert_eq!(owner.get(&format!("/questions/{}", id(&general))).await.ok(200)["answer"], Value::Null);
    }

    async fn what_is_the_teams_is_not_told_by_what_is_proposed_of_it(app: TestApp) {
        let app = app.furnished().await;
        let world = World::of(&app, "APP", app.client.nobody());
        let secret = world.thing(vocabulary::Kind::Initiative, "Canary").await;
        let manager = app.as_(Role::ProductManager);
        let path = format!("/objects/{}", id(&secret));
        manager.patch(&path, version(&secret), json!({"visibility": "team"})).await.ok(200);
        let owner = app.as_(Role::ProductOwner);
        owner.proposing().put(&format!("/initiatives/{}/place", id(&secret)), json!({"lane": "later"})).await.ok(202);
        owner.post("/products/APP/questions", json!({"title": "Canary why?", "role": "product_manager", "about": secret["id"]})).await.ok(201);
        let viewer = app.as_(Role::Viewer);
        for path in ["proposals", "questions", "decision-log", "home", "search?q=canary"] {
            let answer = viewer.get(&format!("/products/APP/{path}")).await;
            assert!(answer.status.is_success() && !answer.text.contains("Canary"), "{path}: {}", answer.text);
        }
        let stakeholder = app.as_(Role::Stakeholder);
        assert_eq!(stakeholder.get("/products/APP/proposals").await.ok(200)["rows"], json!([]));
    }
}

const FIELDS: [&str; 4] = ["title", "problem", "outcome", "ends"];

/// A value for a field that was not there before.
fn value(field: &str, n: usize) -> Value {
    if field == "ends" {
        json!(format!("20{:02}-Q{}", 27 + n / 4 % 60, n % 4 + 1))
    } else {
        json!(format!("{field} {n}"))
    }
}

both_engines! {
    /// Any sequence of proposals, edits and decisions ends in the state that applying the accepted ones in order gives.
    async fn what_is_accepted_in_order_is_what_stands(app: TestApp) {
        let app = app.furnished().await;
        let (manager, stakeholder) = (app.as_(Role::ProductManager), app.as_(Role::Stakeholder));
        let (mut accepted, mut refused) = (0, 0);
        for seed in 1..=6 {
            let mut dice = Xoshiro256PlusPlus::seed_from_u64(seed);
            let initiative = initiative(&app).await;
            let path = format!("/initiatives/{}", id(&initiative));
            let mut model: std::collections::HashMap<&str, Value> =
                FIELDS.iter().map(|field| (*field, initiative[*field].clone())).collect();
            let mut open: Vec<(Value, Vec<(&str, Value)>)> = Vec::new();
            for n in 0..30 {
                let fields: Vec<&str> = FIELDS.iter().copied().filter(|_| dice.random_range(0..3) == 0).collect();
                let fields = if fields.is_empty() { vec![FIELDS[dice.random_range(0..4)]] } else { fields };
                let body: Vec<(&str, Value)> = fields.iter().map(|field| (*field, value(field, n))).collect();
                let asked: Value = body.iter().map(|(field, value)| ((*field).to_owned(), value.clone())).collect();
                let now = manager.get(&path).await.ok(200);
                match dice.random_range(0..6) {
                    0 => {
                        manager.patch(&path, version(&now), asked).await.ok(200);
                        model.extend(body);
                    }
                    1 | 2 => {
                        let proposed = stakeholder.proposing().patch(&path, version(&now), asked).await.ok(202);
                        open.push((proposed, body));
                    }
                    3 | 4 if !open.is_empty() => {
                        let which = dice.random_range(0..open.len());
                        let answer = manager.put(&at(&open[which].0, "acceptance"), json!({})).await;
                        if answer.status.as_u16() == 409 {
                            // Somebody else wrote there: it is looked at again, or let go.
                            refused += 1;
                            if dice.random_range(0..2) == 0 {
                                let fresh = manager.put(&at(&open[which].0, "rebase"), json!({})).await;
                                assert!(matches!(fresh.status.as_u16(), 200 | 422), "{}", fresh.text);
                            }
                        } else {
                            answer.ok(200);
                            accepted += 1;
                            model.extend(open.remove(which).1);
                        }
                    }
                    _ if !open.is_empty() => {
                        let (proposed, _) = open.remove(dice.random_range(0..open.len()));
                        manager.put(&at(&proposed, "refusal"), json!({"reason": "No"})).await.ok(200);
                    }
                    _ => {}
                }
                let stands = manager.get(&path).await.ok(200);
                for field in FIELDS {
                    assert_eq!(stands[field], model[field], "seed {seed}, step {n}, {field}");
                }
            }
        }
        assert!(accepted > 10 && refused > 5, "{accepted} accepted and {refused} refused say little");
    }
}
