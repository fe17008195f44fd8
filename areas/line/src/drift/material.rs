//! Which changes of a thing matter to what was agreed against it, and which are only slips of the pen.

use serde_json::Value;
use vocabulary::Kind;

/// When a field's new value is another thing to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    /// When it says something else; see [`says_otherwise`].
    Text,
    /// When it is another value at all.
    Exact,
    /// When it becomes this.
    Becomes(&'static str),
}

use Compare::{Becomes, Exact, Text};

/// The one table of what is material: of which kind, which field as its events call it, compared how.
const TABLE: &[(Kind, &str, Compare)] = &[
    (Kind::Vision, "statement", Text),
    (Kind::Vision, "target_group", Text),
    (Kind::Vision, "needs", Text),
    (Kind::Vision, "product", Text),
    (Kind::Vision, "business_goals", Text),
    (Kind::Vision, "archived", Becomes("true")),
    (Kind::Objective, "title", Text),
    (Kind::Objective, "period", Exact),
    (Kind::Objective, "status", Becomes("dropped")),
    (Kind::Objective, KEY_RESULT, Text),
    (Kind::Objective, TARGET, Exact),
    (Kind::Objective, "archived", Becomes("true")),
    (Kind::Opportunity, "title", Text),
    (Kind::Opportunity, "state", Becomes("parked")),
    (Kind::Opportunity, "archived", Becomes("true")),
    (Kind::Initiative, "title", Text),
    (Kind::Initiative, "body", Text),
    (Kind::Initiative, "outcome", Text),
    (Kind::Initiative, "lane", Exact),
    (Kind::Initiative, "starts", Exact),
    (Kind::Initiative, "ends", Exact),
    (Kind::Initiative, "archived", Becomes("true")),
    (Kind::Epic, "title", Text),
    (Kind::Epic, "body", Text),
    (Kind::Epic, "archived", Becomes("true")),
    (Kind::Promise, "due", Exact),
    (Kind::Promise, "archived", Becomes("true")),
];

/// An objective has several of these, so each is kept with what its key result is called: `target: Events lost`.
const KEY_RESULT: &str = "key_result";
const TARGET: &str = "target";

/// The kinds whose changes can be material.
pub(crate) const SOURCES: &[Kind] =
    &[Kind::Vision, Kind::Objective, Kind::Opportunity, Kind::Initiative, Kind::Epic, Kind::Promise];

/// A field of the table that an event changed, material or not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Changed {
    pub field: String,
    pub compare: Compare,
    pub before: String,
    pub after: String,
}

/// What of an event's `field → [before, after]` stands in the table.
pub(crate) fn changed(kind: Kind, changes: &Value) -> Vec<Changed> {
    let pair = |field: &str| Some((changes.get(field)?.get(0)?, changes.get(field)?.get(1)?));
    let key_result = pair(KEY_RESULT).and_then(|(before, after)| before.as_str().or(after.as_str()));
    let rows = TABLE.iter().filter(|row| row.0 == kind);
    rows.filter_map(|(_, field, compare)| {
        let (before, after) = pair(field)?;
        let is_of_key_result = [KEY_RESULT, TARGET].contains(field);
        // A date or a period may be missing; a text or a target that was not there was not agreed against.
        if before.is_null() && (*compare == Text || is_of_key_result) {
            return None;
        }
        let field = match key_result.filter(|_| is_of_key_result) {
            Some(title) => format!("{field}: {title}"),
            None => (*field).to_owned(),
        };
        Some(Changed { field, compare: *compare, before: plain(before), after: plain(after) })
    })
    .collect()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        other => other.to_string(),
    }
}

impl Compare {
    /// Whether what was agreed against `before` has to be looked at again.
    pub(crate) fn differs(self, before: &str, after: &str) -> bool {
        match self {
            Text => says_otherwise(before, after),
            Exact => before.trim() != after.trim(),
            Becomes(word) => after == word && before != word,
        }
    }
}

/// Whether a text says something else than before. Case, punctuation and spacing say nothing, nor does an article or a
/// filler that comes or goes, nor a word that was only [misspelt]. Any other word does that came, went, moved or changed.
///
/// [misspelt]: is_slip
fn says_otherwise(before: &str, after: &str) -> bool {
    let (before, after) = (words(before), words(after));
    if alike(&before, &after) || run_together(&before) == run_together(&after) {
        return false;
    }
    let telling = |words: Vec<String>| words.into_iter().filter(|w| !FILLERS.contains(&w.as_str())).collect::<Vec<_>>();
    !alike(&telling(before), &telling(after))
}

const FILLERS: &[&str] = &[
    "a", "an", "the", "just", "please", "really", "simply", "very", "der", "die", "das", "den", "dem", "des", "ein",
    "eine", "einen", "einem", "einer", "eines", "bitte", "sehr",
];

const NEGATIONS: &[&str] = &[
    "no", "not", "nor", "none", "never", "neither", "nobody", "nothing", "nowhere", "without", "cannot", "cant",
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "shouldnt", "couldnt", "mustnt",
    "hasnt", "havent", "hadnt", "nicht", "nichts", "nie", "niemals", "niemand", "nirgends", "ohne", "weder", "kein",
    "keine", "keinen", "keinem", "keiner", "keines",
];

/// What compares rather than punctuates.
const OPERATORS: &[char] = &['<', '>', '=', '≤', '≥', '≠', '+', '±', '%'];

/// The words of a text in small letters. A number keeps what is written in it, as in `-5`, `1.5` and `10-20%`.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in text.split_whitespace() {
        let piece = piece.to_lowercase();
        if piece.contains(char::is_numeric) {
            words.push(piece.trim_matches(|c: char| ".,;:!?…\"'“”„‘’()[]*_`".contains(c)).to_owned());
        } else if piece.contains(char::is_alphanumeric) {
            let spoken = piece.replace(['\'', '’'], "");
            words.extend(spoken.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned));
        } else if piece.contains(OPERATORS) {
            words.push(piece);
        }
    }
    words
}

/// Words that must be read as they stand.
fn is_exact(word: &str) -> bool {
    NEGATIONS.contains(&word) || !word.chars().all(char::is_alphabetic)
}

/// The text without its spaces, for `e-mail` and `email`; numbers and negations stay apart.
fn run_together(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        if is_exact(word) {
            text.extend([" ", word, " "]);
        } else {
            text.push_str(word);
        }
    }
    text
}

fn alike(before: &[String], after: &[String]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(before, after)| before == after || is_slip(before, after))
}

/// Longer words than this are none.
const LONGEST_WORD: usize = 40;

/// Whether one word is the other, misspelt by one slip: two letters swapped; in words of four letters and more one letter
/// too many or too few; in words of six letters and more another letter, but not the first. No number and no negation is
/// a misspelling. There is no dictionary: `form` and `from` pass for one word, `now` and `not` or `must` and `most` do not.
fn is_slip(before: &str, after: &str) -> bool {
    let (old, new) = (before.chars().count(), after.chars().count());
    let (shorter, longer) = (old.min(new), old.max(new));
    if is_exact(before) || is_exact(after) || longer > LONGEST_WORD || strsim::osa_distance(before, after) != 1 {
        return false;
    }
    let has_same_first = before.chars().next() == after.chars().next();
    if shorter != longer {
        return has_same_first && longer >= 4;
    }
    let are_swapped = before.chars().zip(after.chars()).filter(|(old, new)| old != new).count() == 2;
    are_swapped || (has_same_first && shorter >= 6)
}

/// The most of a text that a flag keeps, and how much of it stands before what changed.
const KEPT: usize = 2000;
const AHEAD: usize = 200;

/// Both texts as a flag keeps them: whole, or where they are long, from shortly before the first difference on.
pub(crate) fn kept(before: &str, after: &str) -> (String, String) {
    if before.chars().count().max(after.chars().count()) <= KEPT {
        return (before.to_owned(), after.to_owned());
    }
    let same = before.chars().zip(after.chars()).take_while(|(before, after)| before == after).count();
    let from = same.saturating_sub(AHEAD);
    let cut = |text: &str| {
        let mut rest = text.chars().skip(from);
        let kept: String = rest.by_ref().take(KEPT).collect();
        let (start, end) = (if from > 0 { "…" } else { "" }, if rest.next().is_some() { "…" } else { "" });
        format!("{start}{kept}{end}")
    };
    (cut(before), cut(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_slip_says_nothing_else() {
        for (before, after) in [
            ("Fewer customres leave", "Fewer customers leave"),
            ("We recieve events", "We receive events"),
            ("Teh event is kept", "The event is kept"),
            ("The accomodation", "The accommodation"),
            ("seperate queues", "separate queues"),
            ("No event is lost", "no event is lost!"),
            ("Events:\n\n- late\n- lost", "events — late, lost"),
            ("An e-mail to each", "an email to each"),
            ("sign up in one step", "signup in one step"),
            ("It doesn't wait", "It doesnt wait"),
            ("Keep the events", "Keep events"),
            ("Really fast replay", "Fast replay"),
            ("Kunden verstehn Ereignisse", "Kunden verstehen die Ereignisse"),
            ("Under 20% of (all) events", "under 20% of all events."),
            ("Each user", "Each users"),
        ] {
            assert!(!says_otherwise(before, after), "{before} → {after}");
            assert!(!says_otherwise(after, before), "{after} → {before}");
        }
    }

    #[test]
    fn another_word_number_or_negation_does() {
        for (before, after) in [
            ("We can now replay", "We can not replay"),
            ("Within 20 days", "Within 30 days"),
            ("Within 1.5 days", "Within 15 days"),
            ("Latency < 5", "Latency > 5"),
            ("Change it by -5", "Change it by 5"),
            ("Increase the load", "Decrease the load"),
            ("Minimise the load", "Maximise the load"),
            ("It must work", "It most work"),
            ("Events are lost", "Events are not lost"),
            ("It can be lost", "It can't be lost"),
            ("It is notable", "It is not able"),
            ("Mit Rückfrage", "Ohne Rückfrage"),
            ("Replay events", "Replay failed events"),
            ("Small and large teams", "Large teams"),
            ("Sales before support", "Support before sales"),
            ("Add items", "Edit items"),
            ("", "Fewer calls"),
        ] {
            assert!(says_otherwise(before, after), "{before} → {after}");
            assert!(says_otherwise(after, before), "{after} → {before}");
        }
    }

    #[test]
    fn the_table_says_which_fields_of_an_event_count() {
        let changes = json!({"title": ["Trust", "Speed"], "owner_id": [null, "x"], "status": ["active", "dropped"]});
        let found = changed(Kind::Objective, &changes);
        assert_eq!(found.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["title", "status"]);
        assert!(found.iter().all(|change| change.compare.differs(&change.before, &change.after)));
        assert!(!found[1].compare.differs("active", "achieved"));
        assert_eq!(changed(Kind::Story, &changes), []);

        let found = changed(Kind::Initiative, &json!({"ends": [null, "2026-12"], "lane": ["now", "next"]}));
        assert_eq!((found[0].before.as_str(), found[0].after.as_str()), ("now", "next"));
        assert_eq!((found[1].before.as_str(), found[1].after.as_str()), ("", "2026-12"));
    }

    #[test]
    fn a_key_result_is_named() {
        let changes = json!({"key_result": [null, "Events lost"], "target": [5.0, 2.5]});
        let found = changed(Kind::Objective, &changes);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].field.as_str(), found[0].before.as_str(), found[0].after.as_str()),
            ("target: Events lost", "5", "2.5")
        );
        let added = json!({"key_result": [null, "Events lost"], "baseline": [null, 9.0], "target": [null, 5.0]});
        assert_eq!(changed(Kind::Objective, &added), []);
        assert_eq!(
            changed(Kind::Objective, &json!({"key_result": ["Events lost", null]}))[0].field,
            "key_result: Events lost"
        );
    }

    #[test]
    fn every_source_stands_in_the_table() {
        assert!(TABLE.iter().all(|row| SOURCES.contains(&row.0)));
        assert!(SOURCES.iter().all(|kind| TABLE.iter().any(|row| row.0 == *kind)));
    }

    #[test]
    fn a_long_text_is_kept_around_what_changed() {
        assert_eq!(kept("short", "brief"), ("short".to_owned(), "brief".to_owned()));
        let long = "ä".repeat(5000);
        let (before, after) = kept(&format!("{long}old"), &format!("{long}new{long}"));
        assert_eq!(before, format!("…{}old", "ä".repeat(AHEAD)));
        assert!(after.starts_with(&format!("…{}newä", "ä".repeat(AHEAD))) && after.ends_with('…'));
        assert_eq!(after.chars().count(), KEPT + 2);
    }
}
