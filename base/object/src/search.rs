//! Full-text search: FTS5 on SQLite, tsvector on PostgreSQL, the same words on both, because the words are made here.

use crate::{Product, Stub, header, markdown};
use access::{Cx, Fault};
use serde::Serialize;
use std::iter::once;
use store::{Engine, Sql, args};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use utoipa::ToSchema;
use vocabulary::*;

/// How much of a text is searched for, in characters.
const LONGEST: usize = 500;
/// How much of a text is indexed, in bytes: PostgreSQL's index of one text holds a megabyte, and takes up to two bytes
/// for one.
const INDEXED: usize = 400_000;

/// The number of an object's row in the index: the product in the upper half, the object's number in the lower.
pub fn row_number(ordinal: i64, number: i64) -> i64 {
    (ordinal << 32) + number
}

/// Lower-case words without accents.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split_whitespace().map(str::to_owned).collect()
}

/// What of a text goes into the index.
fn indexed(text: &str) -> String {
    let mut folded = fold(text);
    folded.truncate(folded.floor_char_boundary(INDEXED));
    folded
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            folded.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
            continue;
        }
        // One by one: what a decomposition orders anew are only the marks, and they go.
        for c in once(c).nfkd().filter(|c| !is_combining_mark(*c)) {
            if c.is_alphanumeric() { folded.extend(c.to_lowercase()) } else { folded.push(' ') }
        }
    }
    folded
}

/// Objects with the words by which they are found: decisions by their options and choice and questions by their answer
/// as well.
const FOUND_BY: &str = "SELECT o.id, p.ordinal, o.number, o.title,
    o.body || COALESCE(' ' || d.options || ' ' || d.choice, '') || COALESCE(' ' || q.answer, '')
 FROM object o JOIN product p ON p.id = o.product_id
 LEFT JOIN decision d ON d.object_id = o.id LEFT JOIN question q ON q.object_id = o.id";

/// Writes an object's words into the index as they stand now, in place of what was there.
pub fn renew(cx: &Cx<'_>, object: ObjectId) -> Result<(), Fault> {
    let mut sql = Sql::new(FOUND_BY);
    sql.with(" WHERE o.id = ", object);
    put(cx, &sql).map(drop)
}

/// Writes the words of all objects into the index.
pub fn renew_all(cx: &Cx<'_>) -> Result<(), Fault> {
    let mut after = Some(ObjectId(uuid::Uuid::nil()));
    while let Some(last) = after {
        let mut sql = Sql::new(FOUND_BY);
        sql.with(" WHERE o.id > ", last).push(" ORDER BY o.id LIMIT 1000");
        after = put(cx, &sql)?;
    }
    Ok(())
}

/// Answers the last of what was written.
fn put(cx: &Cx<'_>, found_by: &Sql) -> Result<Option<ObjectId>, Fault> {
    let rows: Vec<(ObjectId, i64, i64, String, String)> = cx.rows(found_by.text(), found_by.args())?;
    for (_, ordinal, number, title, body) in &rows {
        remove(cx, *ordinal, *number)?;
        add(cx, *ordinal, *number, title, body)?;
    }
    Ok(rows.last().map(|row| row.0))
}

/// Writes a new object's words into the index.
pub(crate) fn add(cx: &Cx<'_>, ordinal: i64, number: i64, title: &str, body: &str) -> Result<(), Fault> {
    let sql = match cx.engine() {
        Engine::Sqlite => "INSERT INTO search (rowid, title, body) VALUES ($1, $2, $3)",
        Engine::Postgres => {
            "INSERT INTO search (row, words) VALUES ($1,
             setweight(to_tsvector('simple', $2), 'A') || setweight(to_tsvector('simple', $3), 'B'))"
        }
    };
    Ok(cx.exec_at_end(sql, args![row_number(ordinal, number), indexed(title), indexed(body)])?)
}

/// Takes an object out of the index.
pub fn remove(cx: &Cx<'_>, ordinal: i64, number: i64) -> Result<(), Fault> {
    let sql = match cx.engine() {
        Engine::Sqlite => "DELETE FROM search WHERE rowid = $1",
        Engine::Postgres => "DELETE FROM search WHERE row = $1",
    };
    Ok(cx.exec_at_end(sql, args![row_number(ordinal, number)])?)
}

/// The words of a search, to be looked for in a text itself; a text holds them when the index finds it by them.
pub struct Words(Vec<String>);

impl Words {
    pub fn of(text: &str) -> Result<Self, Fault> {
        if text.chars().count() > LONGEST {
            return Err(Fault::invalid("q", format!("Search for {LONGEST} characters at most.")));
        }
        Ok(Self(words(text)))
    }

    /// Whether every word occurs; the last may be a beginning.
    pub fn are_in(&self, title: &str, body: &str) -> bool {
        let (title, body) = (indexed(title), indexed(body));
        let found =
            |test: &dyn Fn(&str) -> bool| title.split_ascii_whitespace().chain(body.split_ascii_whitespace()).any(test);
        self.0.split_last().is_some_and(|(last, others)| {
            found(&|word| word.starts_with(last.as_str())) && others.iter().all(|wanted| found(&|word| word == wanted))
        })
    }
}

/// Objects whose texts are read to see how common a search's words are.
const SAMPLE: i64 = 24;

/// The share of a product's objects of some kinds that hold the words, between 0 and 1: of some that lie evenly among its
/// numbers.
pub fn share(cx: &Cx<'_>, product: &Product, kinds: &[Kind], words: &Words) -> Result<f64, Fault> {
    let (last,): (i64,) = cx.one("SELECT number FROM scope_counter WHERE scope_id = $1", args![product.id])?;
    let mut sql = Sql::new("SELECT title, body FROM object WHERE product_id = ");
    sql.with("", product.id).within(" AND number IN", (1..=SAMPLE).map(|part| last * part / SAMPLE));
    sql.within(" AND kind IN", kinds.iter().copied());
    let held: Vec<bool> =
        cx.query(sql.text(), sql.args(), |row| Ok(words.are_in(&row.get::<String>(0)?, &row.get::<String>(1)?)))?;
    Ok(held.iter().filter(|holds| **holds).count() as f64 / held.len().max(1) as f64)
}

/// A search as the engine of this transaction writes it: every word must occur, the last may be a beginning.
fn expression(engine: Engine, text: &str) -> Result<Option<String>, Fault> {
    let words = Words::of(text)?.0;
    if words.is_empty() {
        return Ok(None);
    }
    Ok(Some(match engine {
        // A word holds letters and digits only; the quotes keep AND, OR and NOT plain words.
        Engine::Sqlite => format!("\"{}\"*", words.join("\" \"")),
        Engine::Postgres => format!("{}:*", words.join(" & ")),
    }))
}

/// An [`expression`], with every word in the title.
fn in_title(engine: Engine, text: &str, anywhere: &str) -> String {
    match engine {
        Engine::Sqlite => format!("title : ({anywhere})"),
        Engine::Postgres => format!("{}:A*", words(text).join(":A & ")),
    }
}

/// Numbers of a product's objects that hold the words, newest first; at most `most`. A reference or key finds its object.
pub fn matching_numbers(cx: &Cx<'_>, product: &Product, text: &str, most: usize) -> Result<Vec<i64>, Fault> {
    let Some(expression) = expression(cx.engine(), text)? else { return Ok(Vec::new()) };
    let (first, last) = (row_number(product.ordinal, 0), row_number(product.ordinal + 1, 0));
    let sql = match cx.engine() {
        Engine::Sqlite => {
            "SELECT rowid FROM search WHERE search MATCH $1 AND rowid > $2 AND rowid < $3 ORDER BY rowid DESC LIMIT $4"
        }
        Engine::Postgres => {
            "SELECT row FROM search WHERE words @@ to_tsquery('simple', $1) AND row > $2 AND row < $3
             ORDER BY row DESC LIMIT $4"
        }
    };
    let rows: Vec<(i64,)> = cx.rows(sql, args![expression, first, last, most])?;
    let mut numbers: Vec<i64> = rows.into_iter().map(|(row,)| row - first).collect();
    let named = named(cx, product, text)?.into_iter().filter(|number| !numbers.contains(number));
    numbers.extend(named.collect::<Vec<_>>());
    Ok(numbers)
}

/// Keeps of a select of objects, called `o`, those of a product that hold the words. A reference or key finds its
/// object.
pub fn keep_matches(cx: &Cx<'_>, sql: &mut Sql, product: &Product, text: &str) -> Result<(), Fault> {
    let (first, last) = (row_number(product.ordinal, 0), row_number(product.ordinal + 1, 0));
    let Some(expression) = expression(cx.engine(), text)? else {
        sql.push(" AND FALSE");
        return Ok(());
    };
    match cx.engine() {
        Engine::Sqlite => sql
            .with(" AND (o.number IN (SELECT rowid - ", first)
            .with(" FROM search WHERE search MATCH ", expression)
            .with(" AND rowid > ", first)
            .with(" AND rowid < ", last),
        Engine::Postgres => sql
            .with(" AND (o.number IN (SELECT row - ", first)
            .with(" FROM search WHERE words @@ to_tsquery('simple', ", expression)
            .with(") AND row > ", first)
            .with(" AND row < ", last),
    };
    sql.push(")");
    let named = named(cx, product, text)?;
    if !named.is_empty() {
        sql.within(" OR o.number IN", named);
    }
    sql.push(")");
    Ok(())
}

/// The numbers of what a text is the name of: its reference in this product, or its key where it was imported from.
fn named(cx: &Cx<'_>, product: &Product, text: &str) -> Result<Vec<i64>, Fault> {
    let text = text.trim();
    if !is_key(text) {
        return Ok(Vec::new());
    }
    let reference = text.parse::<Reference>().ok().filter(|reference| reference.key == product.key);
    let reference = reference.map(|reference| reference.number);
    let mut numbers: Vec<i64> = reference.into_iter().collect();
    let imported: Vec<(i64,)> = cx.rows(
        "SELECT o.number FROM external_key e JOIN object o ON o.id = e.object_id
         WHERE e.product_id = $1 AND e.source IN (SELECT source FROM import_batch WHERE product_id = $1)
           AND e.external_id IN ($2, $3)",
        args![product.id, text, text.to_uppercase()],
    )?;
    numbers.extend(imported.into_iter().map(|(number,)| number).filter(|number| Some(*number) != reference));
    Ok(numbers)
}

/// Whether a text looks like `LAN-12`, the name of an object.
pub fn is_key(text: &str) -> bool {
    text.trim().rsplit_once('-').is_some_and(|(project, number)| {
        !project.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Numbers of the newest objects that match and may be shown.
fn newest(cx: &Cx<'_>, product: &Product, kinds: &[Kind], expression: String, most: usize) -> Result<Vec<i64>, Fault> {
    let (first, last) = (row_number(product.ordinal, 0), row_number(product.ordinal + 1, 0));
    // `CROSS JOIN` has SQLite start from the index.
    let (mut sql, place) = match cx.engine() {
        Engine::Sqlite => {
            let mut sql = Sql::new("SELECT o.number FROM search CROSS JOIN object o WHERE search MATCH ");
            sql.with("", expression);
            (sql, "search.rowid")
        }
        Engine::Postgres => {
            let mut sql = Sql::new("SELECT o.number FROM search CROSS JOIN object o WHERE search.words @@ ");
            sql.with("to_tsquery('simple', ", expression).push(")");
            (sql, "search.row")
        }
    };
    sql.push(" AND ").push(place).with(" > ", first).push(" AND ").push(place).with(" < ", last);
    sql.with(" AND o.product_id = ", product.id).push(" AND o.number = ").push(place).with(" - ", first);
    sql.push(" AND o.archived_at IS NULL");
    if !kinds.is_empty() {
        sql.within(" AND o.kind IN", kinds.iter().copied());
    }
    sql.push(crate::seen!(cx, product.id, "o"));
    sql.push(" ORDER BY ").push(place).with(" DESC LIMIT ", most);
    Ok(cx.rows::<(i64,)>(sql.text(), sql.args())?.into_iter().map(|(number,)| number).collect())
}

/// A find, with a piece of the text around the first word.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    #[serde(flatten)]
    pub stub: Stub,
    pub snippet: String,
}

/// Objects of a product that hold the words: those with the words in the title first, newer before older. A reference
/// or key finds its object.
pub fn search(cx: &Cx<'_>, product: &Product, text: &str, kinds: &[Kind], most: usize) -> Result<Vec<Found>, Fault> {
    let wanted = words(text);
    let mut hits = named(cx, product, text)?;
    if let Some(anywhere) = expression(cx.engine(), text)? {
        for expression in [in_title(cx.engine(), text, &anywhere), anywhere] {
            // Enough, even where all that were found before are among them.
            for number in newest(cx, product, kinds, expression, most + hits.len())? {
                if !hits.contains(&number) {
                    hits.push(number);
                }
            }
        }
    }
    let mut sql = Sql::new("SELECT number, id, kind, body FROM object WHERE product_id = ");
    sql.with("", product.id).push(" AND archived_at IS NULL AND number IN").within("", hits.iter().copied());
    let rows: Vec<(i64, ObjectId, Kind, String)> = cx.rows(sql.text(), sql.args())?;
    let place = |number: i64| hits.iter().position(|hit| *hit == number).unwrap_or(usize::MAX);
    let mut rows: Vec<_> = rows.into_iter().filter(|row| kinds.is_empty() || kinds.contains(&row.2)).collect();
    rows.sort_by_key(|row| place(row.0));
    rows.truncate(most);
    let stubs = header::stubs(cx, &rows.iter().map(|row| row.1).collect::<Vec<_>>())?;
    Ok(rows
        .into_iter()
        .filter_map(|(_, id, _, body)| {
            let stub = stubs.get(&id)?.clone();
            Some(Found { stub, snippet: snippet(&markdown::to_plain(&body), &wanted) })
        })
        .collect())
}

fn snippet(text: &str, wanted: &[String]) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let hit =
        words.iter().position(|word| wanted.iter().any(|w| fold(word).trim().starts_with(w.as_str()))).unwrap_or(0);
    let from = hit.saturating_sub(6);
    let piece = words.iter().skip(from).take(24).copied().collect::<Vec<_>>().join(" ");
    let before = if from > 0 { "… " } else { "" };
    let after = if words.len() > from + 24 { " …" } else { "" };
    format!("{before}{piece}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_case_accents_and_marks() {
        assert_eq!(words("Zażółć gęślą-jaźń, Ünïcode!"), ["zazołc", "gesla", "jazn", "unicode"]);
    }

    #[test]
    fn a_text_holds_what_the_index_finds_it_by() {
        let holds = |wanted: &str| Words::of(wanted).unwrap().are_in("Zażółć the Order", "of <b>two</b> webhooks");
        assert!(["zażołć", "order", "TWO ord", "order webh", "two, b"].into_iter().all(holds));
        assert!(!["ord two", "webhooks2", "", "rder", "three"].into_iter().any(holds));
    }

    #[test]
    fn a_snippet_shows_the_word() {
        let text = "one two three four five six seven eight webhook nine";
        assert!(snippet(text, &["webh".into()]).contains("webhook"));
    }
}
