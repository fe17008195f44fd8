//! Bytes to a table. Nothing is interpreted here: a header may repeat, a row may be too wide, a cell keeps its spaces.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, ReaderBuilder};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

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
}

impl Unreadable {
    /// The row at fault, the header being row 1.
    pub fn row(&self) -> Option<u32> {
        match self {
            Self::TooManyRows { row }
            | Self::TooManyColumns { row }
            | Self::CellTooLong { row, .. }
            | Self::TooManyCells { row }
            | Self::Truncated { row, .. } => Some(*row),
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
    pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(Unreadable::FileTooLarge);
        }
        if let Some(found) = other_format(bytes) {
            return Err(Unreadable::NotCsv(found));
        }
        let mut warnings = Warnings::default();
        let text = decode(bytes, &mut warnings);
        if text.contains('\0') {
            return Err(Unreadable::NotCsv("binary data (it has NUL bytes)"));
        }
        if let Some(found) = other_text(&text) {
            return Err(Unreadable::NotCsv(found));
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

/// A byte order mark decides; then UTF-8; then, where most of the text is not UTF-8, Windows-1252.
fn decode<'b>(bytes: &'b [u8], warnings: &mut Warnings) -> Cow<'b, str> {
    let marks: [(&[u8], _); 3] = [(b"\xef\xbb\xbf", UTF_8), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE)];
    let marked = marks.into_iter().find_map(|(mark, encoding)| Some((bytes.strip_prefix(mark)?, encoding)));
    let (bytes, encoding) = match marked {
        Some((rest, encoding)) => (rest, encoding),
        None => (bytes, if is_mostly_utf8(bytes) { UTF_8 } else { WINDOWS_1252 }),
    };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if encoding == WINDOWS_1252 {
        warnings.file("The file is not UTF-8; it was read as Windows-1252. Check accented letters before importing.");
    } else if broken {
        let lost = text.matches('\u{fffd}').count();
        warnings.file(format!("{lost} places are not valid {}; they are shown as \u{fffd}.", encoding.name()));
    }
    text
}

/// A few broken places in a UTF-8 file must not turn every other accent in it into two letters.
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut letters, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    broken == 0 || letters > broken
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
            let headers: Vec<String> = (0..record.fields).map(|field| self.field(field).into_owned()).collect();
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
        Table::read(text.as_bytes()).unwrap()
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
            let table = Table::read(&bytes).unwrap();
            assert_eq!(table.headers()[0], "Summary");
            assert_eq!(table.rows().next().unwrap().cells().next(), Some((0, "Zażółć 🎉")));
            assert!(table.warnings().clone().finish().is_empty());
        }
        let table = Table::read(b"Summary\nCaf\xe9\n").unwrap();
        assert_eq!(table.rows().next().unwrap().cells().next(), Some((0, "Café")));
        assert!(table.warnings().clone().finish()[0].message.contains("Windows-1252"));
        let table = Table::read(b"Summary\nCaf\xc3\xa9 na\xc3\xafve \xff\n").unwrap();
        assert_eq!(table.rows().next().unwrap().cells().next(), Some((0, "Café naïve \u{fffd}")));
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
        assert_eq!(Table::read(b"Summary,Description\nA,ok\nB,\"no end\n\nC,x\n").unwrap_err(), cut);
        assert!(Table::read(b"Summary,Description\nA,\"ends here\"").is_ok());
    }

    #[test]
    fn limits_name_row_and_column() {
        assert_eq!(Table::read(&vec![b'a'; MAX_FILE_BYTES + 1]).unwrap_err(), Unreadable::FileTooLarge);
        let wide = format!("Summary\nA{}\n", ",".repeat(MAX_COLUMNS));
        assert_eq!(Table::read(wide.as_bytes()).unwrap_err(), Unreadable::TooManyColumns { row: 2 });
        let long = format!("Summary,Description\nA,{}\n", "x".repeat(MAX_CELL_BYTES + 1));
        let found = Table::read(long.as_bytes()).unwrap_err();
        assert_eq!(found, Unreadable::CellTooLong { row: 2, column: "2 (Description)".into() });
        let tall = format!("Summary\n{}", "a\n".repeat(MAX_ROWS + 1));
        assert_eq!(Table::read(tall.as_bytes()).unwrap_err(), Unreadable::TooManyRows { row: 200_002 });
        assert!(Table::read(format!("Summary\n{}", "a\n".repeat(MAX_ROWS)).as_bytes()).is_ok());
        let dense = format!("Summary\n{}", format!("{}\n", "a,".repeat(4_000)).repeat(626));
        assert!(matches!(Table::read(dense.as_bytes()).unwrap_err(), Unreadable::TooManyCells { row: 627 }));
    }

    #[test]
    fn other_files_are_named() {
        for bytes in [
            b"PK\x03\x04xl/workbook".as_slice(),
            b"\x89PNG\r\n",
            b"<!DOCTYPE html><html>",
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>",
            b"{\"issues\": []}",
            b"Summary,Status\nA\0,B",
        ] {
            assert!(matches!(Table::read(bytes), Err(Unreadable::NotCsv(_))), "{bytes:?}");
        }
        for bytes in [b"".as_slice(), b"\xef\xbb\xbf", b"\n\n", b" , \n"] {
            assert_eq!(Table::read(bytes).unwrap_err(), Unreadable::Empty);
        }
    }
}
