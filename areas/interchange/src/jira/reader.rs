//! Bytes to a table. Nothing is interpreted here: a header may repeat, a row may be too wide, a cell keeps its spaces.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::encoding::{Decoded, Encoding, decode};
use super::report::Warnings;

pub const MAX_FILE_BYTES: usize = 64 << 20;
pub const MAX_ROWS: usize = 200_000;
pub const MAX_COLUMNS: usize = 5_000;
pub const MAX_CELL_BYTES: usize = 1 << 20;
/// Real exports carry about 35 bytes a filled cell; this bounds what a file of `a,a,a,a` can make us hold.
pub const MAX_FILLED_CELLS: usize = 2_500_000;

/// Why nothing was imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("The file is empty.")]
    Empty,
    #[error("The file is larger than 64 MiB. Export fewer issues at a time.")]
    FileTooLarge,
    #[error("This is {0}, not a CSV file. In Jira choose Export, then CSV (all fields).")]
    NotCsv(&'static str),
    #[error("The file has more than 200,000 rows: row {row} is one too many. Export fewer issues at a time.")]
    TooManyRows { row: u32 },
    #[error("Row {row} has more than 5,000 columns.")]
    TooManyColumns { row: u32 },
    #[error("Row {row}, column {column} is longer than 1 MiB. Is a closing quote missing?")]
    CellTooLong { row: u32, column: String },
    #[error("The file has more than 2,500,000 filled cells: row {row} goes past that. Export fewer issues at a time.")]
    TooManyCells { row: u32 },
    #[error(
        "The file ends inside a quoted cell that opens in row {row}, column {column}. It was cut off; export it again."
    )]
    Truncated { row: u32, column: String },
    #[error(
        "Row {row}, column {column} is not text in {encoding}. Save the file as UTF-8, or choose the encoding it has."
    )]
    NotText { row: u32, column: String, encoding: &'static str },
}

impl Unreadable {
    /// The row at fault, the header being row 1.
    pub fn row(&self) -> Option<u32> {
        match self {
            Self::TooManyRows { row }
            | Self::TooManyColumns { row }
            | Self::CellTooLong { row, .. }
            | Self::TooManyCells { row }
            | Self::Truncated { row, .. }
            | Self::NotText { row, .. } => Some(*row),
            Self::Empty | Self::FileTooLarge | Self::NotCsv(_) => None,
        }
    }
}

/// The table as written. Only filled cells are stored: exports have hundreds of columns of which few are filled.
#[derive(Debug, Clone)]
pub struct Table {
    headers: Vec<String>,
    width: usize,
    text: String,
    /// For each filled cell the columns skipped before it and its length, both as variable-length integers.
    layout: Vec<u8>,
    rows: Vec<RowStart>,
    blank_rows: u32,
    warnings: Warnings,
}

#[derive(Debug, Clone, Copy)]
struct RowStart {
    number: u32,
    text: usize,
    layout: usize,
}

/// One data row, numbered as a spreadsheet numbers it: the header is row 1.
#[derive(Debug, Clone, Copy)]
pub struct Row<'t> {
    pub number: u32,
    text: &'t str,
    layout: &'t [u8],
}

impl Table {
    pub fn read(bytes: &[u8], encoding: Option<Encoding>) -> Result<Table, Unreadable> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Unreadable::FileTooLarge);
        }
        if let Some(found) = other_format(bytes) {
            return Err(Unreadable::NotCsv(found));
        }
        let mut warnings = Warnings::default();
        let Decoded { text, encoding, is_cut_short } = decode(bytes, encoding, &mut warnings);
        if let Some(found) = other_text(&text) {
            return Err(Unreadable::NotCsv(found));
        }
        // A NUL byte is no text either; a file with many is UTF-16 that does not say so.
        if let Some(end) = text.find('\0').or(is_cut_short.then_some(text.len())) {
            let wrong = |(row, column)| Unreadable::NotText { row, column, encoding };
            return Err(cell_after(&text[..end]).map_or_else(|found| found, wrong));
        }
        let (delimiter, body, first_row) = delimiter(&text);
        Builder::new(body, delimiter, first_row, warnings).build()
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// Columns of the widest row, which may be wider than the header.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The header, or `Column n` for a cell that has none.
    pub fn name(&self, column: usize) -> Cow<'_, str> {
        match self.headers.get(column).map(|header| header.trim()) {
            Some(header) if !header.is_empty() => Cow::Borrowed(header),
            _ => Cow::Owned(format!("Column {}", column + 1)),
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Rows without any text, which are skipped.
    pub fn blank_rows(&self) -> u32 {
        self.blank_rows
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().enumerate().map(|(index, start)| {
            let end = self.rows.get(index + 1);
            Row {
                number: start.number,
                text: &self.text[start.text..end.map_or(self.text.len(), |next| next.text)],
                layout: &self.layout[start.layout..end.map_or(self.layout.len(), |next| next.layout)],
            }
        })
    }

    pub(super) fn warnings(&self) -> &Warnings {
        &self.warnings
    }
}

impl<'t> Row<'t> {
    /// The filled cells, each with its column.
    pub fn cells(&self) -> impl Iterator<Item = (usize, &'t str)> + use<'t> {
        let Row { text, layout, .. } = *self;
        let (mut column, mut text_at, mut layout_at) = (0, 0, 0);
        std::iter::from_fn(move || {
            if layout_at >= layout.len() {
                return None;
            }
            let skipped = read_number(layout, &mut layout_at);
            let length = read_number(layout, &mut layout_at);
            let cell = (column + skipped, text.get(text_at..text_at + length)?);
            column += skipped + 1;
            text_at += length;
            Some(cell)
        })
    }
}

fn write_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn read_number(bytes: &[u8], at: &mut usize) -> usize {
    let (mut number, mut shift) = (0, 0);
    while let Some(&byte) = bytes.get(*at) {
        *at += 1;
        number |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    number
}

fn other_format(bytes: &[u8]) -> Option<&'static str> {
    const SIGNATURES: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a zip archive or an Excel workbook"),
        (b"PK\x05\x06", "an empty zip archive"),
        (b"\x89PNG", "a PNG picture"),
        (b"\xff\xd8\xff", "a JPEG picture"),
        (b"GIF8", "a GIF picture"),
        (b"%PDF", "a PDF document"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\xd0\xcf\x11\xe0", "an old Excel or Word document"),
        (b"SQLite format 3", "a database file"),
        (b"{\\rtf", "a rich text document"),
    ];
    SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, name)| *name)
}

fn other_text(text: &str) -> Option<&'static str> {
    let start: String = text.trim_start().chars().take(64).collect::<String>().to_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        Some("a web page (perhaps the sign-in page)")
    } else if start.starts_with("<?xml") || start.starts_with("<rss") {
        Some("an XML file")
    } else if start.starts_with("{\"") || start.starts_with("[{") || start == "{}" || start == "[]" {
        Some("a JSON file")
    } else {
        None
    }
}

/// Row and column of what follows a text.
fn cell_after(text: &str) -> Result<(u32, String), Unreadable> {
    let (delimiter, body, first_row) = delimiter(text);
    // A letter in its place, so that its cell is begun.
    let body = format!("{body}x");
    Builder::new(&body, delimiter, first_row, Warnings::default()).last_cell()
}

/// The delimiter, the text without Excel's `sep=` line, and the number of the first row.
fn delimiter(text: &str) -> (u8, &str, u32) {
    let first = text.lines().next().unwrap_or_default();
    if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', mark @ (b',' | b';' | b'\t')] = first.trim_end().as_bytes() {
        let rest = &text[first.len()..];
        let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
        return (*mark, rest, 2);
    }
    let body = text.trim_start_matches(['\r', '\n']);
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in body.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(mark, _)| *mark == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    let best = counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(mark, _)| *mark);
    (best, text, 1)
}

struct Builder<'b> {
    input: &'b [u8],
    at: usize,
    core: csv_core::Reader,
    out: Vec<u8>,
    ends: Vec<usize>,
    row: u32,
    filled: usize,
    table: Table,
}

/// The current record: how much of `out` and `ends` it uses.
struct Record {
    bytes: usize,
    fields: usize,
}

impl<'b> Builder<'b> {
    fn new(text: &'b str, delimiter: u8, first_row: u32, warnings: Warnings) -> Builder<'b> {
        Builder {
            input: text.as_bytes(),
            at: 0,
            core: ReaderBuilder::new().delimiter(delimiter).build(),
            out: vec![0; 64 << 10],
            ends: vec![0; MAX_COLUMNS],
            row: first_row,
            filled: 0,
            table: Table {
                headers: Vec::new(),
                width: 0,
                text: String::new(),
                layout: Vec::new(),
                rows: Vec::new(),
                blank_rows: 0,
                warnings,
            },
        }
    }

    fn build(mut self) -> Result<Table, Unreadable> {
        // Lines before the header are blank lines of the file, not rows between issues, but both move the numbers.
        loop {
            let Some(record) = self.next_record()? else { return Err(Unreadable::Empty) };
            let headers = self.headers(&record);
            self.row += 1;
            if headers.iter().any(|header| !header.trim().is_empty()) {
                self.table.width = headers.len();
                self.table.headers = headers;
                break;
            }
            self.table.blank_rows += 1;
        }
        while let Some(record) = self.next_record()? {
            self.add(&record)?;
            self.row += 1;
        }
        Ok(self.table)
    }

    fn last_cell(mut self) -> Result<(u32, String), Unreadable> {
        let mut last = (self.row, self.column(0));
        loop {
            let record = match self.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => return Ok(last),
                Err(Unreadable::Truncated { row, column }) => return Ok((row, column)),
                Err(other) => return Err(other),
            };
            last = (self.row, self.column(record.fields.saturating_sub(1)));
            if self.table.headers.iter().all(|header| header.trim().is_empty()) {
                self.table.headers = self.headers(&record);
            }
            self.row += 1;
        }
    }

    fn add(&mut self, record: &Record) -> Result<(), Unreadable> {
        let start = RowStart { number: self.row, text: self.table.text.len(), layout: self.table.layout.len() };
        let (mut next_column, mut blank, mut width) = (0, true, 0);
        let text = String::from_utf8_lossy(&self.out[..record.bytes]);
        let mut from = 0;
        for (column, &to) in self.ends[..record.fields].iter().enumerate() {
            let cell = text.get(from..to).unwrap_or_default();
            from = to;
            if cell.is_empty() {
                continue;
            }
            blank &= cell.trim().is_empty();
            write_number(&mut self.table.layout, column - next_column);
            write_number(&mut self.table.layout, cell.len());
            self.table.text.push_str(cell);
            next_column = column + 1;
            width = column + 1;
            self.filled += 1;
        }
        drop(text);
        if blank {
            self.table.text.truncate(start.text);
            self.table.layout.truncate(start.layout);
            self.table.blank_rows += 1;
            return Ok(());
        }
        if self.filled > MAX_FILLED_CELLS {
            return Err(Unreadable::TooManyCells { row: self.row });
        }
        if self.table.rows.len() == MAX_ROWS {
            return Err(Unreadable::TooManyRows { row: self.row });
        }
        let expected = self.table.headers.len();
        if width > expected {
            let message = format!(
                "This row is wider than the header ({width} cells, {expected} columns): its values may be shifted."
            );
            self.table.warnings.row(self.row, message);
        } else if record.fields < expected {
            let message =
                format!("This row is narrower than the header ({} cells, {expected} columns).", record.fields);
            self.table.warnings.row(self.row, message);
        }
        self.table.width = self.table.width.max(width);
        self.table.rows.push(start);
        Ok(())
    }

    /// Skips and counts empty lines, which the CSV grammar would swallow and so shift every later row number.
    fn skip_empty_lines(&mut self) {
        if self.at > 0 && self.input[self.at - 1] == b'\r' && self.input.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        loop {
            match self.input.get(self.at..).unwrap_or_default() {
                [b'\r', b'\n', ..] => self.at += 2,
                [b'\r' | b'\n', ..] => self.at += 1,
                _ => break,
            }
            self.row += 1;
            self.table.blank_rows += 1;
        }
    }

    fn next_record(&mut self) -> Result<Option<Record>, Unreadable> {
        self.skip_empty_lines();
        if self.at >= self.input.len() {
            return Ok(None);
        }
        let mut record = Record { bytes: 0, fields: 0 };
        loop {
            // A line end after the last byte closes any record, except one whose quote is still open.
            let at_end = self.at >= self.input.len();
            let input = if at_end { b"\n" } else { &self.input[self.at..] };
            let (result, read, written, ended) =
                self.core.read_record(input, &mut self.out[record.bytes..], &mut self.ends[record.fields..]);
            record.bytes += written;
            record.fields += ended;
            if !at_end {
                self.at += read;
            }
            match result {
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::InputEmpty if at_end => {
                    return Err(Unreadable::Truncated { row: self.row, column: self.column(record.fields) });
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputEndsFull => return Err(Unreadable::TooManyColumns { row: self.row }),
                ReadRecordResult::OutputFull => {
                    self.check_length(record.fields, record.bytes)?;
                    let grown = self.out.len() * 2;
                    self.out.resize(grown, 0);
                }
            }
        }
        for field in 0..record.fields {
            self.check_length(field, self.ends[field])?;
        }
        Ok(Some(record))
    }

    fn check_length(&self, field: usize, end: usize) -> Result<(), Unreadable> {
        if end - self.start(field) > MAX_CELL_BYTES {
            return Err(Unreadable::CellTooLong { row: self.row, column: self.column(field) });
        }
        Ok(())
    }

    fn start(&self, field: usize) -> usize {
        if field == 0 { 0 } else { self.ends[field - 1] }
    }

    fn headers(&self, record: &Record) -> Vec<String> {
        (0..record.fields).map(|field| self.field(field).into_owned()).collect()
    }

    fn field(&self, field: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.out[self.start(field)..self.ends[field]])
    }

    fn column(&self, field: usize) -> String {
        match self.table.headers.get(field).map(|header| header.trim()) {
            Some(header) if !header.is_empty() => format!("{} ({header})", field + 1),
            _ => (field + 1).to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Table {
        Table::read(text.as_bytes(), None).unwrap()
    }

    fn cells(table: &Table) -> Vec<(u32, Vec<(usize, &str)>)> {
        table.rows().map(|row| (row.number, row.cells().collect())).collect()
    }

    #[test]
    fn headers_repeat_and_cells_keep_their_column() {
        let table = read("Summary,Sprint,Sprint,Sprint\nA,,S 2,\n\"B\nb\",S 1,,\n");
        assert_eq!(table.headers(), ["Summary", "Sprint", "Sprint", "Sprint"]);
        assert_eq!(cells(&table), [(2, vec![(0, "A"), (2, "S 2")]), (3, vec![(0, "B\nb"), (1, "S 1")])]);
    }

    #[test]
    fn blank_rows_are_skipped_counted_and_keep_the_numbers_right() {
        for line_end in ["\n", "\r\n", "\r"] {
            let text = ["", "Summary,Status", "", "A,\"x", "y\"", ",", "", "", "B,Done", " , "].join(line_end);
            let table = read(&text);
            let numbers: Vec<u32> = table.rows().map(|row| row.number).collect();
            assert_eq!(numbers, [4, 8], "{line_end:?}");
            assert_eq!(table.blank_rows(), 6, "{line_end:?}");
        }
    }

    #[test]
    fn delimiters_are_detected() {
        for (text, second) in [
            ("Summary;Status\n\"a, b\";Done\n", "Done"),
            ("Summary\tStatus\na, b; c\tDone\n", "Done"),
            ("\"Summary; x\",Status\na,Done\n", "Done"),
            ("sep=;\nSummary;Status\na;Done\n", "Done"),
        ] {
            assert_eq!(read(text).rows().next().unwrap().cells().nth(1), Some((1, second)), "{text}");
        }
    }

    #[test]
    fn encodings_are_recognised() {
        let text = "Summary,Status\nZażółć 🎉,Offen\n";
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        let little: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(|unit: u16| unit.to_le_bytes()).collect();
        let big: Vec<u8> =
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(|unit: u16| unit.to_be_bytes()).collect();
        for bytes in [text.as_bytes().to_vec(), marked, little, big] {
            let table = Table::read(&bytes, None).unwrap();
            assert_eq!(table.headers()[0], "Summary");
            assert_eq!(table.rows().next().unwrap().cells().next(), Some((0, "Zażółć 🎉")));
            assert!(table.warnings().clone().finish().is_empty());
        }
    }

    #[test]
    fn what_is_not_text_is_refused_with_its_row_and_column() {
        let utf16: Vec<u8> = "Summary\nA\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let cut = [b"\xff\xfe".as_slice(), &utf16[..utf16.len() - 1]].concat();
        for (bytes, row, column) in [
            (b"Summary\nCaf\xe9\n".as_slice(), 2, "1 (Summary)"),
            (b"\xef\xbb\xbfSummary,Status\r\n\r\na,b\r\nc,\xe9\r\n", 4, "2 (Status)"),
            (b"sep=;\nSummary;Status\na;\"x\n\"\"y\xe9\n", 3, "2 (Status)"),
            (b"Summary,Status\n\"a, b\",c\n\xe9,d", 3, "1 (Summary)"),
            (b"Summary,\xc9tat\na,b\n", 1, "2"),
            (b"Summary,Status\nCaf\xc3\xa9,b\nna\xc3\xafve \xff,b\n", 3, "1 (Summary)"),
            (b"Summary,Status\nA,B\0\n", 2, "2 (Status)"),
            (&utf16, 1, "1"),
            (&cut, 2, "1 (Summary)"),
        ] {
            let Err(Unreadable::NotText { row: found, column: named, .. }) = Table::read(bytes, None) else {
                panic!("{bytes:?} was read")
            };
            assert_eq!((found, named.as_str()), (row, column), "{bytes:?}");
        }
    }

    #[test]
    fn a_chosen_encoding_is_taken() {
        let first = |bytes: &[u8], encoding| {
            let table = Table::read(bytes, Some(encoding)).unwrap();
            let cell = table.rows().next().unwrap().cells().next().unwrap().1.to_owned();
            (cell, table.warnings().clone().finish().len())
        };
        assert_eq!(first(b"Summary\nCaf\xe9\n", Encoding::Windows1252), ("Café".into(), 0));
        assert_eq!(first(b"Summary\n\x8a\xef\n", Encoding::Windows1251), ("Љп".into(), 0));
        assert_eq!(first(b"Summary\n\x93\xfa\x96\x7b\n", Encoding::ShiftJis), ("日本".into(), 0));
        let utf16: Vec<u8> = "Summary\nA\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(first(&utf16, Encoding::Utf16Be), ("A".into(), 0));
        assert_eq!(first(b"Summary\nCaf\xc3\xa9 \xff\n", Encoding::Utf8), ("Café \u{fffd}".into(), 1));
        let marked = b"\xef\xbb\xbfSummary\nCaf\xc3\xa9\n";
        assert_eq!(first(marked, Encoding::Windows1252), ("Café".into(), 0), "a byte order mark knows better");
    }

    #[test]
    fn ragged_rows_warn_and_lose_nothing() {
        let table = read("Summary,Status\nA,Done,extra,more\nB\n");
        assert_eq!(cells(&table)[0].1, [(0, "A"), (1, "Done"), (2, "extra"), (3, "more")]);
        assert_eq!((table.width(), table.name(3).as_ref()), (4, "Column 4"));
        let warnings = table.warnings().clone().finish();
        assert_eq!(warnings.iter().map(|warning| warning.row).collect::<Vec<_>>(), [Some(2), Some(3)]);
    }

    #[test]
    fn a_cut_off_file_names_where_the_quote_opened() {
        let cut = Unreadable::Truncated { row: 3, column: "2 (Description)".into() };
        assert_eq!(Table::read(b"Summary,Description\nA,ok\nB,\"no end\n\nC,x\n", None).unwrap_err(), cut);
        assert!(Table::read(b"Summary,Description\nA,\"ends here\"", None).is_ok());
    }

    #[test]
    fn limits_name_row_and_column() {
        assert_eq!(Table::read(&vec![b'a'; MAX_FILE_BYTES + 1], None).unwrap_err(), Unreadable::FileTooLarge);
        let wide = format!("Summary\nA{}\n", ",".repeat(MAX_COLUMNS));
        assert_eq!(Table::read(wide.as_bytes(), None).unwrap_err(), Unreadable::TooManyColumns { row: 2 });
        let long = format!("Summary,Description\nA,{}\n", "x".repeat(MAX_CELL_BYTES + 1));
        let found = Table::read(long.as_bytes(), None).unwrap_err();
        assert_eq!(found, Unreadable::CellTooLong { row: 2, column: "2 (Description)".into() });
        let tall = format!("Summary\n{}", "a\n".repeat(MAX_ROWS + 1));
        assert_eq!(Table::read(tall.as_bytes(), None).unwrap_err(), Unreadable::TooManyRows { row: 200_002 });
        assert!(Table::read(format!("Summary\n{}", "a\n".repeat(MAX_ROWS)).as_bytes(), None).is_ok());
        let dense = format!("Summary\n{}", format!("{}\n", "a,".repeat(4_000)).repeat(626));
        assert!(matches!(Table::read(dense.as_bytes(), None).unwrap_err(), Unreadable::TooManyCells { row: 627 }));
    }

    #[test]
    fn other_files_are_named() {
        for bytes in [
            b"PK\x03\x04xl/workbook".as_slice(),
            b"\x89PNG\r\n",
            b"<!DOCTYPE html><html>",
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>",
            b"{\"issues\": []}",
            b"<html><p>Se connecter \xe0 Jira",
        ] {
            assert!(matches!(Table::read(bytes, None), Err(Unreadable::NotCsv(_))), "{bytes:?}");
        }
        for bytes in [b"".as_slice(), b"\xef\xbb\xbf", b"\n\n", b" , \n"] {
            assert_eq!(Table::read(bytes, None).unwrap_err(), Unreadable::Empty);
        }
    }
}
