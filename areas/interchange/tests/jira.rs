//! The Jira importer over whole files: fixtures of several languages, properties over generated files, and, where there
//! are genuine exports beside this repository, those as well.

#![allow(clippy::unwrap_used)]

mod sheets;

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use sheets::{sheet, written};
use throughline_interchange::jira::{
    Encoding, Fate, Field, Keep, Mapping, Plan, Planned, Table, Target, Unreadable, plan, to_markdown,
};
use vocabulary::{Category, Kind};

/// The Spanish one was saved anew by a spreadsheet.
fn fixture(name: &str) -> Plan {
    let path = format!("{}/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let encoding = (name == "jira_es.csv").then_some(Encoding::Windows1252);
    plan(&Table::read(&std::fs::read(path).unwrap(), encoding).unwrap(), &Mapping::default())
}

fn time(item: Option<i64>) -> String {
    item.map_or("-".to_owned(), |at| jiff::Timestamp::from_microsecond(at).unwrap().to_string())
}

fn line(item: &Planned) -> String {
    let person = |name: &Option<String>| name.clone().unwrap_or("-".to_owned());
    let points = item.points.map_or("-".to_owned(), |points| points.to_string());
    let due = item.due.map_or("-".to_owned(), |due| due.to_string());
    let (created, updated) = (time(item.created), time(item.updated));
    let people = format!("{} {}", person(&item.assignee), person(&item.reporter));
    let parent = person(&item.parent_ref);
    format!("{} {:?} {:?} {points} {due} {created} {updated} {people} {parent}", item.key, item.kind, item.category)
}

#[test]
fn an_english_export() {
    let plan = fixture("jira_en.csv");
    assert_eq!(
        plan.rows.iter().map(line).collect::<Vec<_>>(),
        [
            "LAN-1 Epic InProgress - - 2026-02-02T09:00:00Z 2026-02-03T09:00:00Z - Mira Holt -",
            "LAN-2 Story InReview 5 2026-04-30 2026-02-04T12:05:00Z 2026-04-21T15:04:00Z Tomas Ek Mira Holt LAN-1",
            "LAN-3 Bug Cancelled 2 - 2026-02-05T14:00:00Z 2026-02-06T14:00:00Z - Tomas Ek LAN-2",
            "LAN-4 Spike Backlog - - 2026-02-07T14:00:00Z 2026-02-07T14:00:00Z - Mira Holt -",
        ]
    );
    let card = &plan.rows[1];
    assert_eq!((card.row, card.summary.as_str(), &card.sprints[1][..]), (3, "Pay by card", "LAN Sprint 2"));
    assert_eq!(card.links.len(), 3);
    assert_eq!(
        card.description_markdown,
        "## Why\n\n**Guests** leave at the [form](<https://lantern.example/pay>).\n\n1. Enter the card\n   1. number\n\
         1. Pay\n\n```json\n{\"amount\": 5}\n```\n\n![form.png](<form.png>)"
    );
    assert_eq!(card.comments[0].author.as_deref(), Some("Mira Holt"));
    assert_eq!(card.comments[0].body_markdown, "@Tomas Ek please **look**; it's urgent");
    assert_eq!((card.comments[1].created, card.comments[1].body_markdown.as_str()), (None, "Looks fine; merging"));
    assert_eq!(plan.rejected.iter().map(|found| found.row).collect::<Vec<_>>(), [7, 8]);
    assert_eq!(plan.blank_rows, 1);
    assert!(plan.rows[3].custom.iter().any(|(name, value)| (&**name, &value[..]) == ("Column 50", "shifted value")));
    assert!(plan.rows[3].custom.iter().any(|(name, value)| (&**name, &value[..]) == ("Due date", "when ready")));
    assert_eq!(plan.warnings.len(), 2);
    let sums = plan.columns.iter().find(|column| column.header == "Σ Time Spent").unwrap();
    assert_eq!((sums.fate, sums.field), (Fate::Custom, None));
}

#[test]
fn exports_of_other_languages() {
    let files: [(&str, &[&str]); 5] = [
        (
            "jira_es.csv",
            &[
                "FAR-1 Epic InProgress - - 2026-02-02T09:00:00Z 2026-02-03T09:00:00Z - Lucía Peña -",
                "FAR-2 Story Done 3.5 2026-04-30 2026-04-21T15:04:00Z 2026-04-22T10:00:00Z Ana Ruiz Lucía Peña FAR-1",
                "FAR-3 Subtask Backlog - - 2026-01-21T15:04:00Z 2026-08-25T15:45:00Z Ana Ruiz Lucía Peña FAR-2",
            ],
        ),
        (
            "jira_pl.csv",
            &[
                "LAT-1 Story InProgress 5 2025-12-31 2025-10-05T14:10:00Z 2025-10-06T14:10:00Z Zofia Żak Jan Łoś -",
                "LAT-2 Subtask Backlog - - 2025-09-05T14:10:00Z 2025-11-05T14:10:00Z - Jan Łoś LAT-1",
            ],
        ),
        (
            "jira_nl.csv",
            &[
                "VUUR-1 Story InProgress 8 2026-12-31 2026-03-16T09:00:00Z 2026-05-17T14:00:00Z Daan de Wit Eva Bos -",
                "VUUR-2 Bug Done - - 2026-03-01T09:00:00Z 2026-05-01T09:00:00Z - Eva Bos -",
            ],
        ),
        (
            "jira_vi.csv",
            &[
                "DEN-1 Story InProgress 3 2026-04-30 2026-04-21T15:04:00Z 2026-04-22T09:00:00Z Nguyễn An Trần Bình -",
                "DEN-2 Bug Done - - 2025-12-01T15:04:00Z 2025-12-02T09:00:00Z - Trần Bình -",
            ],
        ),
        (
            "jira_he.csv",
            &[
                "OR-1 Story InProgress 3 2026-06-30 2026-04-21T15:04:00Z 2026-05-22T09:00:00Z נועה לוי דן כהן -",
                "OR-2 Bug Done - - 2026-01-01T09:00:00Z 2026-02-02T09:00:00Z - דן כהן -",
            ],
        ),
    ];
    for (name, expected) in files {
        let plan = fixture(name);
        assert_eq!(plan.rows.iter().map(line).collect::<Vec<_>>(), expected, "{name}");
        assert!(plan.rejected.is_empty(), "{name}");
        assert_eq!(plan.warnings, [], "{name}");
    }
    let spanish = fixture("jira_es.csv");
    assert_eq!(spanish.rows[1].comments[0].author.as_deref(), Some("Ana Ruiz"));
}

/// Genuine exports hold names of people, so they stay outside the repository.
#[test]
fn genuine_exports() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/imports/jira_csv");
    if !folder.is_dir() {
        println!("skipped: there are no genuine exports beside this repository");
        return;
    }
    let mut folders = vec![folder];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let table = Table::read(&bytes, None).unwrap();
            let plan = plan(&table, &Mapping::default());
            accounts_for_everything(&table, &plan, &HashSet::new());
            let with = |wanted| plan.columns.iter().filter(|column| column.fate == wanted).count();
            println!(
                "{}: rows {} planned {} rejected {} warnings {} | columns mapped {} custom {} empty {} | comments {} with author {} | people {} states {:?} kinds {:?}",
                path.file_name().unwrap().to_string_lossy(),
                table.len(),
                plan.rows.len(),
                plan.rejected.len(),
                plan.warnings.len(),
                with(Fate::Mapped),
                with(Fate::Custom),
                with(Fate::Empty),
                plan.rows.iter().map(|item| item.comments.len()).sum::<usize>(),
                plan.rows.iter().flat_map(|item| &item.comments).filter(|comment| comment.author.is_some()).count(),
                plan.people.len(),
                plan.states.iter().map(|state| (&state.name, state.category, state.rows)).collect::<Vec<_>>(),
                plan.kinds.iter().map(|kind| (&kind.name, kind.kind, kind.rows)).collect::<Vec<_>>(),
            );
            assert_eq!(plan.warnings, []);
            assert_eq!(plan.rejected, []);
        }
    }
    assert!(files > 0);
}

/// Every row is planned or rejected; every filled cell of a planned row is found in its item.
fn accounts_for_everything(table: &Table, plan: &Plan, ignored: &HashSet<usize>) {
    assert_eq!(table.len(), plan.rows.len() + plan.rejected.len());
    let rejected: HashSet<u32> = plan.rejected.iter().map(|found| found.row).collect();
    let items: HashMap<u32, &Planned> = plan.rows.iter().map(|item| (item.row, item)).collect();
    let mut keys: HashMap<String, &str> = HashMap::new();
    for item in &plan.rows {
        if let Some(id) = &item.jira_id {
            keys.entry(id.to_uppercase()).or_insert(&item.key);
        }
    }
    for row in table.rows() {
        let Some(item) = items.get(&row.number) else {
            assert!(rejected.contains(&row.number), "row {} is lost", row.number);
            continue;
        };
        let kept: HashSet<(&str, &str)> = item.custom.iter().map(|(name, value)| (&**name, value.as_str())).collect();
        for (column, cell) in row.cells() {
            let (cell, name) = (cell.trim(), table.name(column));
            if cell.is_empty() || ignored.contains(&column) || kept.contains(&(name.as_ref(), cell)) {
                continue;
            }
            let parent = keys.get(&cell.to_uppercase()).copied().unwrap_or(cell);
            let landed = plan.columns[column].field.is_some_and(|field| landed(field, cell, parent, item));
            assert!(landed, "row {}, {name}: {cell:?} is lost in {item:?}", row.number);
        }
    }
}

fn landed(field: Field, cell: &str, parent: &str, item: &Planned) -> bool {
    let is = |value: &Option<String>| value.as_deref() == Some(cell);
    let squeezed = || cell.split_whitespace().collect::<Vec<_>>().join(" ");
    let kept_words = |text: &str| {
        let text = text.to_lowercase();
        words(cell).all(|word| text.contains(&word) || is_markup(&word))
    };
    match field {
        Field::Summary => item.summary == squeezed(),
        Field::IssueKey => item.key == cell,
        Field::IssueId => is(&item.jira_id),
        Field::IssueType => is(&item.kind_name),
        Field::Status => is(&item.status_name) || item.custom.contains(&("Status".into(), cell.to_owned())),
        Field::StatusCategory => is(&item.status_category),
        Field::Priority => is(&item.priority),
        Field::Resolution => is(&item.resolution),
        Field::Assignee => is(&item.assignee),
        Field::Reporter => is(&item.reporter),
        Field::Created => item.created.is_some(),
        Field::Updated => item.updated.is_some(),
        Field::Resolved => item.resolved.is_some(),
        Field::DueDate => item.due.is_some(),
        Field::FixVersions => item.fix_versions.iter().any(|value| value == cell),
        Field::Components => item.components.iter().any(|value| value == cell),
        Field::Sprint => item.sprints.iter().any(|value| value == cell),
        Field::Labels => cell
            .split([' ', ',', '\n', '\r'])
            .all(|label| label.is_empty() || item.labels.iter().any(|value| value == label)),
        Field::StoryPoints => item.points == cell.replace(',', ".").parse().ok(),
        Field::Parent | Field::EpicLink => item
            .parent_ref
            .as_deref()
            .is_some_and(|found| found == cell || found == parent || found.to_uppercase() == cell.to_uppercase()),
        Field::InwardLink | Field::OutwardLink => item.links.iter().any(|link| link.key == cell),
        Field::Description => kept_words(&item.description_markdown),
        Field::Comment => item.comments.iter().any(|comment| {
            kept_words(&format!("{} {}", comment.author.as_deref().unwrap_or_default(), comment.body_markdown))
        }),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// Words that are markup, and parts of dates and account ids that stand as times and names in the item.
fn is_markup(word: &str) -> bool {
    const MARKUP: [&str; 12] = [
        "color",
        "width",
        "height",
        "alt",
        "accountid",
        "smart",
        "link",
        "card",
        "thumbnail",
        "noformat",
        "code",
        "quote",
    ];
    MARKUP.contains(&word) || word.chars().any(|c| c.is_ascii_digit()) || MONTHS.contains(&word) || word.len() <= 2
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

#[test]
fn a_wide_export_is_read_and_planned() {
    let mut text = String::from(
        "Summary,Issue key,Issue id,Issue Type,Status,Created,Updated,Description,Assignee,Reporter,Sprint,Labels,Comment,Status Category",
    );
    (14..100).for_each(|column| text.push_str(&format!(",Custom field (Field {column})")));
    let rows = 1_000;
    for row in 0..rows {
        text.push_str(&format!(
            "\nItem number {row},BIG-{row},{row},Story,In Progress,21/Apr/26 3:04 PM,22/Apr/26 3:04 PM,\"h2. Why\n*Because* row {row}\n* one\n* two\",Ada,Bo,Sprint {},x y,\"21/Apr/26 3:04 PM;ada;Some _text_\",In Progress",
            row % 9
        ));
        (14..100).for_each(|column| text.push_str(&format!(",value {}", row * column % 97)));
    }
    let table = Table::read(text.as_bytes(), None).unwrap();
    let plan = plan(&table, &Mapping::default());
    assert_eq!((plan.rows.len(), plan.rows[0].custom.len()), (rows, 86));
}

/// The sheet written as CSV and read again; nothing where its header is blank or looks like another kind of file.
fn table_of(sheet: &[Vec<String>], delimiter: u8) -> Option<Table> {
    match Table::read(&written(sheet, delimiter)?, None) {
        Ok(table) => Some(table),
        Err(Unreadable::NotCsv(_)) => None,
        Err(refused) => panic!("{refused}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        // Hardly any of them are UTF-8, and all of them are Windows-1252.
        for encoding in [None, Some(Encoding::Windows1252)] {
            if let Ok(table) = Table::read(&bytes, encoding) {
                let plan = plan(&table, &Mapping::default());
                prop_assert_eq!(table.len(), plan.rows.len() + plan.rejected.len());
            }
        }
    }

    #[test]
    fn any_text_is_answered(text in "[,;\t\n\r\"a*|{}\\[\\]!/0-9:é-]{0,600}") {
        if let Ok(table) = Table::read(format!("Summary,Created,Description,Comment\n{text}").as_bytes(), None) {
            let plan = plan(&table, &Mapping::default());
            prop_assert_eq!(table.len(), plan.rows.len() + plan.rejected.len());
        }
    }

    #[test]
    fn a_written_table_reads_back(sheet in sheet(), delimiter in prop::sample::select(vec![b',', b';', b'\t'])) {
        let Some(table) = table_of(&sheet, delimiter) else { return Ok(()) };
        prop_assert_eq!(table.headers(), &sheet[0][..]);
        let wanted: Vec<Vec<(usize, &str)>> = sheet[1..]
            .iter()
            .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
            .map(|row| row.iter().map(String::as_str).enumerate().filter(|(_, cell)| !cell.is_empty()).collect())
            .collect();
        let found: Vec<Vec<(usize, &str)>> = table.rows().map(|row| row.cells().collect()).collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn no_filled_cell_is_lost(sheet in sheet(), ignored in 0_usize..20) {
        let Some(table) = table_of(&sheet, b',') else { return Ok(()) };
        let mut mapping = Mapping::default();
        mapping.columns.insert(ignored.to_string(), Target::Keep(Keep::Ignore));
        let plan = plan(&table, &mapping);
        accounts_for_everything(&table, &plan, &HashSet::from([ignored]));
        let keys: HashSet<String> = plan.rows.iter().map(|item| item.key.to_uppercase()).collect();
        prop_assert_eq!(keys.len(), plan.rows.len());
        let again = throughline_interchange::jira::plan(&table, &mapping);
        prop_assert_eq!(again.rows, plan.rows);
    }

    #[test]
    fn markup_never_panics_and_keeps_its_words(text in "[ab1 \n|*_{}\\[\\]!?`#~h.\\\\:/-]{0,200}") {
        to_markdown(&text, &HashMap::new());
    }

    #[test]
    fn plain_words_survive_any_markup(words in prop::collection::vec("[a-zé]{3,8}", 1..12), marks in prop::collection::vec(
        prop::sample::select(vec![" ", "*", "_", "-", "\n", "\n* ", "\n# ", "|", "||", "{quote}", "{code}", "{{", "}}", "[", "]", "`", "\\", " !", "{color:red}", "{color}", "bq. ", "\n|", "~", "<", "&", "{*}"]), 12,
    )) {
        let text: String = words.iter().zip(&marks).map(|(word, mark)| format!("{word}{mark}")).collect();
        let markdown = to_markdown(&text, &HashMap::new());
        for word in words.iter().take(marks.len()) {
            prop_assert!(markdown.contains(word.as_str()), "{word} is lost from {text:?} in {markdown:?}");
        }
    }
}

#[test]
fn what_items_mean_is_spelled_as_in_the_contract() {
    assert_eq!(serde_json::to_string(&(Category::InProgress, Kind::Subtask)).unwrap(), r#"["in_progress","subtask"]"#);
}
