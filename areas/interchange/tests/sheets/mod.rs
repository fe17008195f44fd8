//! Generated sheets for the properties of the importer.

use proptest::prelude::*;

fn header() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "Summary", "Issue key", "Issue id", "Issue Type", "Status", "Status Category", "Resolution", "Created", "Due date",
            "Labels", "Sprint", "Custom field (Story Points)", "Parent", "Parent key", "Custom field (Epic Link)",
            "Inward issue link (Blocks)", "Comment", "Assignee", "Fix versions", "Σ Time Spent",
        ]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        2 => prop::sample::select(vec![
            "A-1", "A-2", "1", "2", "Done", "Won't Do", "21/Apr/26 3:04 PM", "04/05/26", "Story", "3,5", " x ", "a b",
            "21/Apr/26 3:04 PM;ada;hello there",
        ]).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9 ,;\"\n\r'|*_é🎉-]{0,20}",
    ]
}

/// A header and rows below it, as ugly as exports get.
pub fn sheet() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1_usize..9).prop_flat_map(|width| {
        let rows = prop::collection::vec(prop::collection::vec(cell(), width), 0..12);
        (prop::collection::vec(header(), width), rows).prop_map(|(header, mut rows)| {
            rows.insert(0, header);
            rows
        })
    })
}

/// The sheet as CSV; nothing where its header is blank.
pub fn written(sheet: &[Vec<String>], delimiter: u8) -> Option<Vec<u8>> {
    if sheet[0].iter().all(|header| header.trim().is_empty()) {
        return None;
    }
    let mut writer =
        csv::WriterBuilder::new().delimiter(delimiter).quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    sheet.iter().for_each(|row| writer.write_record(row).unwrap());
    Some(writer.into_inner().unwrap())
}
