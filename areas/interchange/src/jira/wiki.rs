//! Jira wiki markup to Markdown. What is not markup is text and survives as text: characters that would mean something
//! in Markdown are escaped, markup that is not closed stays as written. Every scan is linear in the length of the text.

use std::collections::HashMap;

const DEEPEST_LIST: usize = 10;
/// Longer than any link, image or inline macro a person writes.
const LONGEST_SPAN: usize = 4_096;
const LONGEST_OPTIONS: usize = 256;

/// `people` turns the account ids of `[~accountid:…]` into names.
pub fn to_markdown(text: &str, people: &HashMap<String, String>) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = Out { text: String::with_capacity(text.len() + text.len() / 8), last: Block::None };
    blocks(text.trim_end(), people, &mut out);
    let from = out.text.len() - out.text.trim_start_matches('\n').len();
    out.text[from..].trim_end().to_owned()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    None,
    Paragraph,
    List,
    Table,
    Quote,
    Other,
}

struct Out {
    text: String,
    last: Block,
}

impl Out {
    /// Blocks of different kinds need an empty line between them, lines of one list or table must not have one.
    fn begin(&mut self, block: Block) {
        let separate = block == Block::Other || block != self.last;
        if separate && self.last != Block::None {
            self.text.push('\n');
        }
        self.last = block;
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        if self.last != Block::None {
            self.text.push('\n');
            self.last = Block::None;
        }
    }
}

fn blocks(text: &str, people: &HashMap<String, String>, out: &mut Out) {
    let (mut at, mut line_end) = (0, 0);
    let mut closes = Closings::default();
    while at < text.len() {
        // A line with many macros is cut many times; its end is looked for once.
        if line_end <= at {
            line_end = if text[at..].starts_with('\n') {
                at
            } else {
                text[at..].find('\n').map_or(text.len(), |end| at + end)
            };
        }
        let (rest, line) = (&text[at..], &text[at..line_end]);
        if let Some((before, found, remaining)) = fence(rest, line, &mut closes) {
            if !before.trim().is_empty() {
                line_block(before, people, out);
            }
            match found {
                Fence::Code { language, code } => fenced(&language, code, out),
                Fence::Quote { title, text } => quoted(title, text, people, out),
            }
            at = text.len() - remaining.len();
            continue;
        }
        line_block(line, people, out);
        at = line_end + 1;
    }
}

enum Fence<'t> {
    Code { language: String, code: &'t str },
    Quote { title: &'t str, text: &'t str },
}

/// Where a search for a closing mark failed once it fails from every later place too.
#[derive(Default)]
struct Closings {
    absent: Vec<&'static str>,
}

impl Closings {
    fn find(&mut self, text: &str, mark: &'static str) -> Option<usize> {
        if self.absent.contains(&mark) {
            return None;
        }
        let found = text.find(mark);
        if found.is_none() {
            self.absent.push(mark);
        }
        found
    }
}

/// A block macro that opens in this line and closes somewhere: what stands before it, what it holds, what follows.
fn fence<'t>(rest: &'t str, line: &'t str, closes: &mut Closings) -> Option<(&'t str, Fence<'t>, &'t str)> {
    if line.trim_start().starts_with("```") {
        let language = line.trim_start().trim_start_matches('`').trim();
        let body = rest.get(line.len() + 1..)?;
        let end = if body.starts_with("```") { 0 } else { closes.find(body, "\n```")? + 1 };
        let code = body[..end].strip_suffix('\n').unwrap_or(&body[..end]);
        let remaining = body[end..].split_once('\n').map_or("", |(_, remaining)| remaining);
        let closing = body[end..].lines().next().unwrap_or_default();
        if language.contains('`') || !closing.trim_matches('`').is_empty() {
            return None;
        }
        return Some(("", Fence::Code { language: language.to_owned(), code }, remaining));
    }
    for (at, _) in line.match_indices('{') {
        if line[..at].ends_with('\\') {
            continue;
        }
        let tail = &line[at + 1..];
        let Some((name, mark)) =
            [("code", "{code}"), ("noformat", "{noformat}"), ("quote", "{quote}"), ("panel", "{panel}")]
                .into_iter()
                .find(|(name, _)| tail.strip_prefix(name).is_some_and(|next| next.starts_with(['}', ':'])))
        else {
            continue;
        };
        let Some(options_end) = tail.bytes().take(LONGEST_OPTIONS).position(|byte| byte == b'}') else { continue };
        let options = tail[name.len()..options_end].trim_start_matches(':');
        let body_start = at + 1 + options_end + 1;
        let body = &rest[body_start..];
        let Some(end) = closes.find(body, mark) else { continue };
        let (inside, remaining) = (&body[..end], &body[end + mark.len()..]);
        let found = match name {
            "code" | "noformat" => {
                let code = inside.strip_prefix('\n').unwrap_or(inside);
                let code = code.strip_suffix('\n').unwrap_or(code);
                Fence::Code { language: if name == "code" { language(options) } else { String::new() }, code }
            }
            _ => Fence::Quote { title: option(options, "title").unwrap_or_default(), text: inside },
        };
        return Some((&line[..at], found, remaining.strip_prefix('\n').unwrap_or(remaining)));
    }
    None
}

fn option<'o>(options: &'o str, name: &str) -> Option<&'o str> {
    options.split('|').find_map(|option| option.strip_prefix(name)?.strip_prefix('='))
}

fn language(options: &str) -> String {
    let first = options.split('|').find(|option| !option.contains('=')).unwrap_or_default();
    let named = option(options, "language").unwrap_or(first);
    named.chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#' | '-' | '_')).take(40).collect()
}

fn fenced(language: &str, code: &str, out: &mut Out) {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let mark = "`".repeat(longest.max(2) + 1);
    out.begin(Block::Other);
    out.line(&format!("{mark}{language}"));
    out.line(code);
    out.line(&mark);
}

fn quoted(title: &str, text: &str, people: &HashMap<String, String>, out: &mut Out) {
    let mut inner = Out { text: String::new(), last: Block::None };
    if !title.trim().is_empty() {
        inner.line(&format!("**{}**", inline(title.trim(), people, false)));
        inner.last = Block::Other;
    }
    // Markup inside is read without block macros of its own kind, since the first closing mark ended it.
    for line in text.trim_matches('\n').split('\n') {
        line_block(line, people, &mut inner);
    }
    out.begin(Block::Other);
    for line in inner.text.trim().split('\n') {
        out.line(if line.is_empty() { ">".to_owned() } else { format!("> {line}") }.as_str());
    }
}

fn line_block(line: &str, people: &HashMap<String, String>, out: &mut Out) {
    let line = line.trim_end();
    let trimmed = line.trim_start();
    if trimmed.is_empty() {
        return out.blank();
    }
    if let Some((level, text)) = heading(trimmed) {
        out.begin(Block::Other);
        return out.line(&format!("{} {}", "#".repeat(level), inline(text, people, false)));
    }
    if let Some(text) = trimmed.strip_prefix("bq. ") {
        out.begin(Block::Quote);
        return out.line(&format!("> {}", inline(text.trim(), people, false)));
    }
    if trimmed.len() >= 4 && trimmed.bytes().all(|byte| byte == b'-') {
        out.begin(Block::Other);
        return out.line("***");
    }
    if let Some((markers, text)) = list_item(trimmed) {
        out.begin(Block::List);
        let (last, parents) = markers.as_bytes().split_last().unwrap_or((&b'*', &[]));
        let depth = parents.len().min(DEEPEST_LIST);
        let indent: usize = parents[..depth].iter().map(|marker| if *marker == b'#' { 3 } else { 2 }).sum();
        let bullet = if *last == b'#' { "1." } else { "-" };
        return out.line(&format!("{}{bullet} {}", " ".repeat(indent), inline(text, people, false)));
    }
    if trimmed.len() > 1 && trimmed.starts_with('|') {
        return table_row(trimmed, people, out);
    }
    let text = inline(trimmed, people, false);
    match out.last {
        // A line break in Jira is a line break; Markdown wants two spaces for it.
        Block::Paragraph | Block::List => {
            if out.text.ends_with('\n') {
                out.text.pop();
                out.text.push_str("  \n");
            }
            if out.last == Block::List {
                out.text.push_str("  ");
            }
        }
        _ => out.begin(Block::Paragraph),
    }
    let ruler = text.bytes().all(|byte| byte == b'=') || text.bytes().all(|byte| byte == b'-');
    out.line(&if ruler || text == "+" || text.starts_with("+ ") { format!("\\{text}") } else { text });
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.strip_prefix('h')?.chars().next()?.to_digit(10).filter(|level| (1..=6).contains(level))?;
    let text = line[2..].strip_prefix('.')?;
    text.starts_with(' ').then(|| (level as usize, text.trim()))
}

fn list_item(line: &str) -> Option<(&str, &str)> {
    let length = line.bytes().take_while(|byte| matches!(byte, b'*' | b'#' | b'-')).count();
    let (markers, text) = line.split_at(length);
    let plain = length == 1 || !markers.contains('-') || markers.bytes().all(|byte| byte == b'-');
    let text = text.strip_prefix([' ', '\t', '\u{a0}'])?.trim();
    (length > 0 && plain && !text.is_empty()).then_some((markers, text))
}

fn table_row(line: &str, people: &HashMap<String, String>, out: &mut Out) {
    let is_header = line.starts_with("||");
    let cells: Vec<String> = cells(line).iter().map(|cell| inline(cell.trim(), people, true)).collect();
    let joined = format!("| {} |", cells.join(" | "));
    let starts = out.last != Block::Table;
    out.begin(Block::Table);
    if starts && is_header {
        out.line(&joined);
    } else if starts {
        out.line(&format!("|{}", "  |".repeat(cells.len())));
    }
    if starts {
        out.line(&format!("|{}", " --- |".repeat(cells.len())));
    }
    if !(starts && is_header) {
        out.line(&joined);
    }
}

/// The cells of a row; a bar inside a link, an image or after a backslash separates nothing.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim_start_matches('|');
    let line = if line.ends_with("\\|") { line } else { line.trim_end_matches('|') };
    let bytes = line.as_bytes();
    let (mut cells, mut from, mut at) = (Vec::new(), 0, 0);
    let mut next_close = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => {
                if next_close <= at {
                    next_close = line[at..].find(']').map_or(usize::MAX, |found| at + found);
                }
                if next_close != usize::MAX {
                    at = next_close;
                }
            }
            b'!' => at += image(&line[at..]).map_or(0, |(length, _)| length - 1),
            b'|' => {
                cells.push(&line[from..at]);
                while bytes.get(at + 1) == Some(&b'|') {
                    at += 1;
                }
                from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    cells.push(&line[from..]);
    cells
}

const PAIRS: [(char, &str); 4] = [('*', "**"), ('_', "*"), ('-', "~~"), ('?', "*")];

fn inline(text: &str, people: &HashMap<String, String>, in_table: bool) -> String {
    let text = without_colours(text);
    let mut out = String::with_capacity(text.len() + 16);
    Inline { people, in_table }.write(&text, &mut out);
    out
}

/// `{color:red}` and `{color}` say nothing Markdown can say.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("{color") {
        let tail = &rest[at + 6..];
        let end = tail.bytes().take(64).position(|byte| byte == b'}').filter(|_| tail.starts_with([':', '}']));
        let escaped = rest[..at].ends_with('\\');
        match end.filter(|_| !escaped) {
            Some(end) => {
                out.push_str(&rest[..at]);
                rest = &tail[end + 1..];
            }
            None => {
                out.push_str(&rest[..at + 6]);
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

struct Inline<'p> {
    people: &'p HashMap<String, String>,
    in_table: bool,
}

impl Inline<'_> {
    /// Emphasis is written by recursion; each kind closes at its first closing mark, so a kind never nests in itself
    /// and the depth is bounded by the number of kinds.
    fn write(&self, text: &str, out: &mut String) {
        let mut at = 0;
        let mut before: Option<char> = None;
        let mut unclosed = [false; PAIRS.len()];
        let (mut no_mono, mut no_tick, mut no_brace) = (false, false, [false; PAIRS.len()]);
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let used = match c {
                '\\' => self.backslash(rest, out),
                '[' => link(rest).map_or(0, |(length, inside)| if self.link(inside, out) { length } else { 0 }),
                '!' => image(rest).map_or(0, |(length, inside)| {
                    picture(inside, out);
                    length
                }),
                'h' | 'f' if !before.is_some_and(char::is_alphanumeric) => address(rest).map_or(0, |url| {
                    out.push('<');
                    out.push_str(url);
                    out.push('>');
                    url.len()
                }),
                '{' if rest.starts_with("{{") && !no_mono => match rest[2..].find("}}") {
                    Some(end) if end > 0 => {
                        self.code(&rest[2..2 + end], out);
                        end + 4
                    }
                    found => {
                        no_mono = found.is_none();
                        0
                    }
                },
                '`' if !no_tick => match rest[1..].find('`') {
                    Some(end) if end > 0 => {
                        self.code(&rest[1..1 + end], out);
                        end + 2
                    }
                    found => {
                        no_tick = found.is_none();
                        0
                    }
                },
                '{' => self.braced(rest, &mut no_brace, out),
                '*' | '_' | '-' | '?' => self.emphasis(c, rest, before, &mut unclosed, out),
                _ => 0,
            };
            if used > 0 {
                before = text[..at + used].chars().next_back();
                at += used;
                continue;
            }
            self.literal(c, rest, before, out);
            before = Some(c);
            at += c.len_utf8();
        }
    }

    fn backslash(&self, rest: &str, out: &mut String) -> usize {
        let Some(next) = rest[1..].chars().next() else { return 0 };
        if next == '\\' {
            let breaks = rest[2..].chars().next().is_none_or(char::is_whitespace);
            match (breaks, self.in_table) {
                (true, true) => out.push_str("<br>"),
                (true, false) => out.push_str("\\\n"),
                (false, _) => out.push_str("\\\\\\\\"),
            }
            return 2;
        }
        if !next.is_ascii_punctuation() {
            return 0;
        }
        out.push('\\');
        out.push(next);
        2
    }

    /// `{*}bold{*}`, the form that works inside words.
    fn braced(&self, rest: &str, absent: &mut [bool; PAIRS.len()], out: &mut String) -> usize {
        let mut chars = rest[1..].chars();
        let Some(kind) = chars.next().and_then(|mark| PAIRS.iter().position(|(c, _)| *c == mark)) else { return 0 };
        let Some(body) = rest.get(3..).filter(|_| chars.next() == Some('}')) else { return 0 };
        if absent[kind] {
            return 0;
        }
        let Some(end) = body.find(&rest[..3]) else {
            absent[kind] = true;
            return 0;
        };
        if body[..end].trim().is_empty() {
            return 0;
        }
        self.wrapped(PAIRS[kind].1, &body[..end], out);
        end + 6
    }

    fn emphasis(
        &self,
        mark: char,
        rest: &str,
        before: Option<char>,
        unclosed: &mut [bool; PAIRS.len()],
        out: &mut String,
    ) -> usize {
        let Some(kind) = PAIRS.iter().position(|(c, _)| *c == mark) else { return 0 };
        let width = if mark == '?' { 2 } else { 1 };
        if unclosed[kind] || !opens(mark, width, rest, before) {
            return 0;
        }
        let body = &rest[width..];
        let Some(end) = closing(mark, width, body) else {
            unclosed[kind] = true;
            return 0;
        };
        self.wrapped(PAIRS[kind].1, &body[..end], out);
        end + 2 * width
    }

    /// Markdown emphasis must touch its text, so spaces go outside.
    fn wrapped(&self, mark: &str, text: &str, out: &mut String) {
        let core = text.trim();
        let lead = text.len() - text.trim_start().len();
        out.push_str(&text[..lead]);
        out.push_str(mark);
        self.write(core, out);
        out.push_str(mark);
        out.push_str(&text[lead + core.len()..]);
    }

    fn code(&self, text: &str, out: &mut String) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let mark = "`".repeat(longest + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        let text = if self.in_table { text.replace('|', "\\|") } else { text.to_owned() };
        out.extend([mark.as_str(), pad, &text, pad, &mark]);
    }

    fn link(&self, inside: &str, out: &mut String) -> bool {
        if let Some(user) = inside.strip_prefix('~') {
            let id = user.strip_prefix("accountid:").unwrap_or(user);
            out.push('@');
            let name = self.people.get(id).map_or(id, String::as_str);
            name.chars().for_each(|c| self.literal(c, "", Some('a'), out));
            return !user.trim().is_empty();
        }
        if let Some(file) = inside.strip_prefix('^') {
            file.chars().for_each(|c| self.literal(c, "", None, out));
            return !file.trim().is_empty();
        }
        let mut parts = inside.split('|');
        let (first, second) = (parts.next().unwrap_or_default().trim(), parts.next().map(str::trim));
        let (label, target) = match second {
            Some(target) => (first, target),
            None => (first, first),
        };
        if !is_address(target) {
            return false;
        }
        if label == target && target.contains("://") {
            out.extend(["<", target, ">"]);
            return true;
        }
        out.push('[');
        if label.is_empty() {
            target.chars().for_each(|c| self.literal(c, "", None, out));
        } else if is_address(label) {
            label.chars().for_each(|c| self.literal(c, "", None, out));
        } else {
            self.write(label, out);
        }
        out.extend(["](<", target, ">)"]);
        true
    }

    fn literal(&self, c: char, rest: &str, before: Option<char>, out: &mut String) {
        let next = rest.chars().nth(1);
        let escape = match c {
            '*' | '[' | ']' | '`' | '~' => true,
            '_' => !(before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric)),
            // Unescaped these would begin HTML, which is stripped, or an entity, which is replaced.
            '<' => next.is_none_or(|next| next.is_alphabetic() || matches!(next, '/' | '!' | '?')),
            '&' => next.is_some_and(|next| next.is_ascii_alphabetic() || next == '#'),
            '\\' => next.is_none_or(|next| next.is_ascii_punctuation()),
            '#' => before.is_none(),
            '|' => self.in_table,
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
    }
}

fn opens(mark: char, width: usize, rest: &str, before: Option<char>) -> bool {
    let free = before.is_none_or(|before| !before.is_alphanumeric() && before != mark && before != '\\');
    let strict =
        mark != '-' || before.is_none_or(|before| before.is_whitespace() || matches!(before, '(' | '"' | '\''));
    let doubled = width == 1 || rest.starts_with("??");
    let next = rest.get(width..).and_then(|body| body.chars().next());
    free && strict && doubled && next.is_some_and(|next| !next.is_whitespace() && next != mark)
}

/// Where the first closing mark stands. Whether a mark closes does not depend on where it was opened.
fn closing(mark: char, width: usize, body: &str) -> Option<usize> {
    let wanted = if width == 2 { "??" } else { &body[..0] };
    let mut before: Option<char> = None;
    for (at, c) in body.char_indices() {
        if c == mark && before.is_some_and(|before| !before.is_whitespace() && before != '\\' && before != mark) {
            let tail = &body[at..];
            let after = tail.get(width..).and_then(|tail| tail.chars().next());
            let ends = after.is_none_or(|after| {
                !after.is_alphanumeric() && after != mark && (mark != '-' || !matches!(after, '/' | '-' | '_'))
            });
            if ends && tail.starts_with(wanted) && tail.is_char_boundary(width) {
                return Some(at);
            }
        }
        before = Some(c);
    }
    None
}

/// `[…]` at the start of `rest`; brackets do not nest, so a second opening bracket makes the first one text.
fn link(rest: &str) -> Option<(usize, &str)> {
    let end = rest.bytes().take(LONGEST_SPAN).skip(1).position(|byte| matches!(byte, b'[' | b']'))? + 1;
    (rest.as_bytes()[end] == b']' && end > 1).then(|| (end + 1, &rest[1..end]))
}

/// `!file.png|width=300!`.
fn image(rest: &str) -> Option<(usize, &str)> {
    let end = rest.bytes().take(LONGEST_SPAN).skip(1).position(|byte| byte == b'!')? + 1;
    let inside = &rest[1..end];
    let name = inside.split('|').next().unwrap_or_default();
    let extension = name.rsplit(['/', '?']).find_map(|part| part.rsplit_once('.')).map(|(_, extension)| extension);
    let known = extension
        .is_some_and(|found| (2..=5).contains(&found.len()) && found.bytes().all(|b| b.is_ascii_alphanumeric()));
    let plain = !inside.starts_with(char::is_whitespace) && !inside.ends_with(char::is_whitespace);
    (plain && (known || name.contains("://"))).then_some((end + 1, inside))
}

fn picture(inside: &str, out: &mut String) {
    let name = inside.split('|').next().unwrap_or_default();
    let shown = name.rsplit('/').next().filter(|_| name.contains("://")).unwrap_or(name);
    let shown: String = shown.chars().filter(|c| !matches!(c, '[' | ']' | '\\' | '`' | '<' | '>')).collect();
    let target: String = name.chars().filter(|c| !matches!(c, '<' | '>' | '\\')).collect();
    out.extend(["![", &shown, "](<", &target, ">)"]);
}

fn is_address(target: &str) -> bool {
    const SCHEMES: [&str; 5] = ["http://", "https://", "ftp://", "mailto:", "tel:"];
    let lower = target.get(..8.min(target.len())).unwrap_or_default().to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.starts_with(scheme) && target.len() > scheme.len())
        && !target.contains(['<', '>', '\\'])
        && !target.contains(char::is_whitespace)
}

/// A bare address at the start of `rest`, without the punctuation of the sentence around it.
fn address(rest: &str) -> Option<&str> {
    if !["http://", "https://", "ftp://"].iter().any(|scheme| rest.starts_with(scheme)) {
        return None;
    }
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '|' | '[' | ']' | '{' | '}' | '"' | '\\' | '`'));
    let url = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', ')']);
    is_address(url).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn md(text: &str) -> String {
        let people = HashMap::from([("5ed8".to_owned(), "Ada_B".to_owned())]);
        to_markdown(text, &people)
    }

    #[test]
    fn marks_within_a_line() {
        for (wiki, expected) in [
            ("*bold* and _italic_ and -gone-", "**bold** and *italic* and ~~gone~~"),
            ("*bold with _italic_ inside*", "**bold with *italic* inside**"),
            ("a*b*c snake_case_name 2 * 3 * 4", "a\\*b\\*c snake_case_name 2 \\* 3 \\* 4"),
            ("well-known - and e-mail-like", "well-known - and e-mail-like"),
            ("*unclosed and _unclosed", "\\*unclosed and \\_unclosed"),
            ("{color:#bf2600}*FAIL*{color} x", "**FAIL** x"),
            ("*Result:*{color:red} {color}{color:red}PASS{color}", "**Result:** PASS"),
            ("{{a_b|c}} and `x*y`", "`a_b|c` and `x*y`"),
            ("??cited??", "*cited*"),
            ("un{*}bold{*}ed", "un**bold**ed"),
            ("[Docs|https://ex.org/a_b_c]", "[Docs](<https://ex.org/a_b_c>)"),
            ("[https://ex.org/x|https://ex.org/x|smart-link]", "<https://ex.org/x>"),
            ("see https://ex.org/_a_/*b*.", "see <https://ex.org/_a_/*b>\\*."),
            ("[~accountid:5ed8] and [~jo.h]", "@Ada\\_B and @jo.h"),
            ("[x|javascript:alert(1)]", "\\[x|javascript:alert(1)\\]"),
            ("[not a link] [TODO]", "\\[not a link\\] \\[TODO\\]"),
            ("[^spec.pdf]", "spec.pdf"),
            ("!shot 1.png|width=10,height=2! wow!", "![shot 1.png](<shot 1.png>) wow!"),
            ("!https://ex.org/a.png!", "![a.png](<https://ex.org/a.png>)"),
            ("Great! Really! 3.14! ok", "Great! Really! 3.14! ok"),
            ("\\*plain\\* \\[x\\]", "\\*plain\\* \\[x\\]"),
            ("C:\\Users\\me", "C:\\Users\\me"),
            ("a \\\\ b", "a \\\n b"),
            ("if a <b> & c &lt; d", "if a \\<b> & c \\&lt; d"),
            ("{unknown:x}text{unknown}", "{unknown:x}text{unknown}"),
        ] {
            assert_eq!(md(wiki), expected, "{wiki}");
        }
    }

    #[test]
    fn blocks_of_every_kind() {
        for (wiki, expected) in [
            ("h1. Title\ntext\nmore", "# Title\n\ntext  \nmore"),
            ("h7. no heading", "h7. no heading"),
            ("* a\n** b\n*# c\n# d\n## e", "- a\n  - b\n  1. c\n1. d\n   1. e"),
            ("- a\n- b", "- a\n- b"),
            ("text\n* a\nstill a\n\nafter", "text\n\n- a  \n  still a\n\nafter"),
            ("bq. said _so_", "> said *so*"),
            ("{quote}\none\n\n* two\n{quote}\nafter", "> one\n>\n> - two\n\nafter"),
            ("{panel:title=Note|bgColor=#fff}body{panel}", "> **Note**\n>\n> body"),
            ("{code:java|title=X}\nint *a*;\n{code}\nz", "```java\nint *a*;\n```\n\nz"),
            ("x {code}a ``` b{code} y", "x\n\n````\na ``` b\n````\n\ny"),
            ("{noformat}*raw*{noformat}", "```\n*raw*\n```"),
            ("{code}never closed *x*", "{code}never closed **x**"),
            (
                "||A||B||\n|1|[x|https://e.org]|\n|a\\|b|*c*|",
                "| A | B |\n| --- | --- |\n| 1 | [x](<https://e.org>) |\n| a\\|b | **c** |",
            ),
            ("|1|2|", "|  |  |\n| --- | --- |\n| 1 | 2 |"),
            ("a\n----\nb", "a\n\n***\n\nb"),
            ("a\n---\nb", "a  \n\\---  \nb"),
            ("```rust\nlet *a*;\n```\nb", "```rust\nlet *a*;\n```\n\nb"),
            ("    indented", "indented"),
            ("#tag", "\\#tag"),
        ] {
            assert_eq!(md(wiki), expected, "{wiki}");
        }
    }

    #[test]
    fn hostile_text_comes_to_an_end() {
        for unit in [
            "[",
            "!",
            "*a ",
            "_a ",
            "{code}",
            "{{",
            "{color",
            "`",
            "|[",
            "[a|",
            "{*}",
            "\\",
            "-a ",
            "* ",
            "??a ",
            "http://",
            "{quote",
            "```\n",
            "{code:",
            "{code}x{code}",
            "{code}\n",
        ] {
            // Were the work to grow with the square of the length, this would take longer than any test may.
            md(&unit.repeat(1_000_000 / unit.len()));
        }
    }
}
