//! The OpenAPI document: what the rooms say of their routes, and what holds for all of them.

use crate::routes::documented;
use access::{DecisionRow, Others};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use web::{Problem, Proposed};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Throughline",
        description = "Product management and product ownership in one line: vision, objectives, opportunities, roadmap, \
                       backlog, sprints, releases, and who was told.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem, Proposed)),
    tags(
        (name = "accounts", description = "Setup, signing in, people, tokens"),
        (name = "decisions", description = "Who decides what, what waits to be decided, what was, and what is asked"),
        (name = "products", description = "Products, members, what happens in them"),
        (name = "objects", description = "What every thing on the line has"),
    )
)]
struct Frame;

/// The document of the whole API, the same bytes every time.
pub fn openapi() -> Value {
    let rooms = documented().into_openapi();
    let document = Frame::openapi().merge_from(rooms);
    // Every part of it is plain data; it always has a JSON form.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    for (path, methods) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in methods.as_object_mut().into_iter().flatten() {
            complete(path, method, operation);
        }
    }
    document["components"]["responses"] = PROBLEMS.iter().map(|problem| (problem.name(), problem.response())).collect();
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "A personal access token, thl_pat_…"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "sid", "description": "The browser's session"},
    });
    document
}

struct Known {
    status: u16,
    when: &'static str,
}

const PROBLEMS: &[Known] = &[
    Known { status: 400, when: "The request cannot be read." },
    Known { status: 401, when: "Sign in first." },
    Known { status: 403, when: "Not yours to decide; `deciders` names who does." },
    Known { status: 404, when: "Not there, or not for these eyes." },
    Known { status: 409, when: "The state of things does not allow it." },
    Known { status: 412, when: "Somebody changed it first; `current` is how it is, `yours` what was asked for." },
    Known { status: 413, when: "The body is too large." },
    Known { status: 415, when: "The body is of the wrong kind." },
    Known { status: 422, when: "A field says something it may not; `field` names it." },
    Known { status: 428, when: "If-Match is missing." },
    Known { status: 429, when: "Too many requests; Retry-After says when to come back." },
    Known { status: 503, when: "The server cannot take this right now." },
];

impl Known {
    fn name(&self) -> String {
        format!("Problem{}", self.status)
    }

    fn response(&self) -> Value {
        json!({
            "description": self.when,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        })
    }

    /// Whether an operation may answer so.
    fn fits(&self, operation: &Shape) -> bool {
        match self.status {
            401 => !operation.public || operation.signs_in,
            403 => !operation.public || operation.changes,
            404 => operation.named,
            409 => operation.changes,
            412 => operation.versioned,
            428 => operation.patches,
            400 | 413 | 415 => operation.has_body,
            422 => operation.has_body || operation.asked || operation.changes,
            _ => true,
        }
    }
}

/// What about an operation says how it may be refused.
struct Shape {
    public: bool,
    signs_in: bool,
    named: bool,
    changes: bool,
    patches: bool,
    versioned: bool,
    has_body: bool,
    asked: bool,
}

fn complete(path: &str, method: &str, operation: &mut Value) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let public = operation["x-permission"] == "public";
    let shape = Shape {
        public,
        signs_in: public && path.ends_with("/sessions"),
        named: path.contains('{'),
        changes: method != "get",
        patches: method == "patch",
        // Accounts have no versions, but for what a PATCH changes of them.
        versioned: method == "patch" || (method != "get" && path.contains('{') && operation["tags"][0] != "accounts"),
        has_body: operation.get("requestBody").is_some(),
        asked: parameters.iter().any(|parameter| parameter["in"] == "query"),
    };
    for problem in PROBLEMS.iter().filter(|problem| problem.fits(&shape)) {
        let status = problem.status.to_string();
        if operation["responses"].get(&status).is_none() {
            operation["responses"][status] = json!({"$ref": format!("#/components/responses/{}", problem.name())});
        }
    }
    let proposable = shape.changes && decisions_of(operation).any(|row| row.others == Others::Propose);
    if proposable && operation["responses"].get("202").is_none() {
        operation["responses"]["202"] = json!({
            "description": "Not yours to decide: it waits as a proposal, as `Prefer: propose` asked for",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Proposed"}}}
        });
    }
    let mut added = Vec::new();
    let is_there = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
    if proposable {
        added.push(json!({
            "name": "Prefer", "in": "header", "required": false,
            "description": "`propose`: what is not yours to decide becomes a proposal to whoever decides (202)",
            "schema": {"type": "string", "enum": ["propose"]}
        }));
    }
    if shape.versioned {
        added.push(json!({
            "name": "If-Match", "in": "header", "required": shape.patches,
            "description": "The version to change, as in \"7\"",
            "schema": {"type": "string", "pattern": "^\"?[0-9]{1,18}\"?$"}
        }));
    }
    // What shows a secret once is never kept to be repeated.
    let secret = operation["tags"][0] == "accounts";
    if method == "post" && operation["responses"].get("201").is_some() && !secret && !is_there("Idempotency-Key") {
        added.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Sent again with the same key, the request does nothing more and is answered as before",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"}
        }));
    }
    if !added.is_empty() {
        operation["parameters"] = parameters.into_iter().chain(added).collect();
    }
    operation["security"] = if public { json!([]) } else { json!([{"bearer": []}, {"cookie": []}]) };
    if let Some(responses) = operation["responses"].as_object_mut() {
        let sorted: Map<String, Value> =
            std::mem::take(responses).into_iter().collect::<std::collections::BTreeMap<_, _>>().into_iter().collect();
        *responses = sorted;
    }
}

/// The lines of the decision table that an operation may fall under.
fn decisions_of(operation: &Value) -> impl Iterator<Item = &'static DecisionRow> {
    let said = operation["x-permission"].as_str().unwrap_or_default();
    let words = said.split(|c: char| !c.is_ascii_lowercase() && c != '_');
    words.filter_map(|word| word.parse().ok().map(access::row_of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::rooms;
    use std::collections::{BTreeMap, BTreeSet};

    fn operations() -> Vec<(String, Value)> {
        let document = openapi();
        let paths = document["paths"].as_object().unwrap().clone();
        paths
            .into_iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().clone();
                methods.into_iter().map(move |(method, operation)| (format!("{method} {path}"), operation))
            })
            .collect()
    }

    #[test]
    fn every_operation_says_who_may() {
        let silent: Vec<String> = operations()
            .into_iter()
            .filter(|(_, operation)| operation["x-permission"].as_str().is_none_or(str::is_empty))
            .map(|(name, _)| name)
            .collect();
        assert!(silent.is_empty(), "without x-permission: {silent:?}");
    }

    #[test]
    fn few_operations_are_public() {
        let public: BTreeSet<String> = operations()
            .into_iter()
            .filter(|(_, operation)| operation["x-permission"] == "public")
            .map(|(name, _)| name)
            .collect();
        let expected =
            ["get /api/v1/setup", "post /api/v1/invitations/accept", "post /api/v1/sessions", "post /api/v1/setup"];
        assert_eq!(public, expected.map(str::to_owned).into());
    }

    #[test]
    fn every_operation_has_a_name_of_its_own_and_a_summary() {
        let mut names = BTreeSet::new();
        for (place, operation) in operations() {
            let name = operation["operationId"].as_str().unwrap().to_owned();
            assert!(names.insert(name.clone()), "{name} is there twice");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{place} has no summary");
            assert!(operation["tags"][0].is_string(), "{place} has no tag");
        }
    }

    /// What two rooms call alike would stand in the document once, as one of them.
    #[test]
    fn no_two_rooms_mean_different_things_by_one_name() {
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for room in rooms() {
            let (_, document) = room.split_for_parts();
            for (name, schema) in document.components.into_iter().flat_map(|components| components.schemas) {
                let schema = serde_json::to_value(schema).unwrap();
                let same = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert_eq!(*same, schema, "{name}");
            }
        }
        assert!(known.len() > 100);
    }

    #[test]
    fn edits_say_which_version_they_change() {
        for (place, operation) in operations() {
            assert!(operation["responses"].get("503").is_some(), "{place}");
            if place.starts_with("patch") {
                assert!(operation["parameters"].to_string().contains("If-Match"), "{place}");
                assert!(operation["responses"].get("412").is_some(), "{place}");
            }
        }
    }

    #[test]
    fn the_document_is_the_same_every_time() {
        assert_eq!(openapi().to_string(), openapi().to_string());
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value, document: &Value) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(target)) = map.get("$ref") {
                        let pointer = target.trim_start_matches('#');
                        assert!(document.pointer(pointer).is_some(), "{target} leads nowhere");
                    }
                    map.values().for_each(|value| walk(value, document));
                }
                Value::Array(values) => values.iter().for_each(|value| walk(value, document)),
                _ => {}
            }
        }
        let document = openapi();
        walk(&document, &document);
    }
}
