//! The written list of who may use whom, held against what Cargo knows.
#![expect(clippy::unwrap_used, reason = "a check that cannot go on fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

const AREAS: &[&str] = &[
    "people",
    "decisions",
    "strategy",
    "discovery",
    "feedback",
    "roadmap",
    "backlog",
    "teams",
    "sprints",
    "releases",
    "line",
    "forecast",
    "home",
    "interchange",
];
const BASE: &[&str] = &["vocabulary", "store", "access", "web", "object", "forecasting"];

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Room → the rooms its crate depends on, tests aside.
fn used() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let room = |name: &str| name.strip_prefix("throughline-").map(str::to_owned);
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|package| {
            let name = room(package["name"].as_str()?)?;
            let uses = package["dependencies"]
                .as_array()?
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .filter_map(|dependency| room(dependency["name"].as_str()?))
                .collect();
            Some((name, uses))
        })
        .filter(|(name, _)| !["bench", "checks"].contains(&name.as_str()))
        .collect()
}

/// Room → the rooms ARCHITECTURE.md allows it.
fn written() -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    text.lines()
        .skip_while(|line| *line != "| room | uses |")
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let mut allowed = BTreeSet::new();
            for word in cells[1].split(',').map(str::trim).filter(|word| !word.is_empty()) {
                match word {
                    "every room" => allowed.extend(BASE.iter().map(|name| (*name).to_owned())),
                    "every area" => allowed.extend(AREAS.iter().map(|name| (*name).to_owned())),
                    word => {
                        allowed.insert(word.to_owned());
                    }
                }
            }
            (cells[0].to_owned(), allowed)
        })
        .collect()
}

#[test]
fn rooms_use_only_what_the_plan_allows() {
    let (used, written) = (used(), written());
    assert_eq!(
        used.keys().collect::<Vec<_>>(),
        written.keys().collect::<Vec<_>>(),
        "ARCHITECTURE.md lists every room, and no other"
    );
    for (room, uses) in used {
        let more: Vec<_> = uses.difference(&written[&room]).collect();
        assert!(more.is_empty(), "{room} uses {more:?}, which ARCHITECTURE.md does not allow");
    }
}

#[test]
fn paths_named_in_the_documents_exist() {
    for document in ["ARCHITECTURE.md", "README.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(root().join(document)).unwrap_or_default();
        for word in text.split('`').skip(1).step_by(2) {
            let is_path =
                word.contains('/') && !word.contains([' ', '<', '*', '{', ':']) && !word.starts_with(['/', '-', '.']);
            // What is made by building and by running is named, and not kept.
            let is_made = ["src/", "target/", "web/dist", "data/"].iter().any(|made| word.starts_with(made));
            if is_path && !is_made {
                assert!(root().join(word).exists(), "{document} names {word}, which does not exist");
            }
        }
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.contains("://") && !file.is_empty() {
                assert!(root().join(file).exists(), "{document} links to {file}, which does not exist");
            }
        }
    }
}
