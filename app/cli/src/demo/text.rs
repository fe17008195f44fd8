//! Titles and texts of items: written sentences first, then sentences made of a working vocabulary in which, as in
//! real backlogs, few words are common and many are rare.

use super::work::{CIRCUMSTANCES, THEMES, Theme};
use rand::{Rng, RngExt};
use vocabulary::Kind;

/// What an item says.
pub struct Draft {
    pub kind: Kind,
    pub title: String,
    pub body: String,
    pub criteria: Vec<String>,
}

/// A text longer than this is not asked for by the benchmark, and read by nobody.
const LONG: usize = 800;

/// One of the sentences of a theme.
enum Written {
    Story((&'static str, &'static str, &'static str)),
    Bug((&'static str, &'static str)),
    Task((&'static str, &'static str)),
    Spike((&'static str, &'static str)),
}

fn written(theme: &Theme) -> usize {
    theme.stories.len() + theme.bugs.len() + theme.tasks.len() + theme.spikes.len()
}

fn sentence_of(theme: &Theme, n: usize) -> Written {
    let stories = theme.stories.iter().copied().map(Written::Story);
    let bugs = theme.bugs.iter().copied().map(Written::Bug);
    let tasks = theme.tasks.iter().copied().map(Written::Task);
    let spikes = theme.spikes.iter().copied().map(Written::Spike);
    let mut all = stories.chain(bugs).chain(tasks).chain(spikes);
    all.nth(n % written(theme)).unwrap_or(Written::Task((theme.epic, theme.purpose)))
}

/// Of what kind the `n`-th item of a theme is.
pub fn kind(theme: &Theme, n: usize) -> Kind {
    match sentence_of(theme, n) {
        Written::Story(_) => Kind::Story,
        Written::Bug(_) => Kind::Bug,
        Written::Task(_) => Kind::Task,
        Written::Spike(_) => Kind::Spike,
    }
}

/// The `n`-th item of a theme. The first of each sentence stands as it was written; later ones take another subject
/// and a circumstance, so that titles repeat late.
pub fn draft(rng: &mut impl Rng, theme: &Theme, n: usize, long: bool) -> Draft {
    let (which, round) = (n % written(theme), n / written(theme));
    let subject = theme.subjects[(which + round) % theme.subjects.len()];
    let circumstance = (round > 0).then(|| CIRCUMSTANCES[((round - 1) * 7 + which) % CIRCUMSTANCES.len()]);
    let said = |text: &str| with_article(&text.replace("{}", subject));
    let title = |text: &str| match circumstance {
        Some(circumstance) => format!("{} {circumstance}", capitalised(&said(text))),
        None => capitalised(&said(text)),
    };
    let (title, mut body) = match sentence_of(theme, n) {
        Written::Story((role, goal, benefit)) => {
            (title(goal), format!("As **{role}**, I want to **{}**, so that {}.", said(goal), said(benefit)))
        }
        Written::Bug((seen, wanted)) => {
            let seen_here = capitalised(&said(seen));
            (title(seen), format!("**What happens.** {seen_here}.\n\n**What should happen.** {}", said(wanted)))
        }
        Written::Task((what, why)) => (title(what), said(why)),
        Written::Spike((what, why)) => {
            (title(what), format!("{}\n\nAt most two days; the answer is a page, not code.", said(why)))
        }
    };
    if long {
        body.push_str("\n\n");
        while body.len() < LONG {
            body.push_str(&sentence(rng));
            body.push(' ');
        }
        body.truncate(body.trim_end().len());
    } else if round == 0 || rng.random_bool(0.5) {
        body.push_str("\n\n");
        body.push_str(theme.purpose);
    }
    let kind = kind(theme, n);
    let criteria = if kind == Kind::Story { pick(rng, theme.criteria, 2..=4) } else { Vec::new() };
    Draft { kind, title, body, criteria }
}

pub fn theme(n: usize) -> &'static Theme {
    &THEMES[n % THEMES.len()]
}

fn pick(rng: &mut impl Rng, from: &[&str], count: std::ops::RangeInclusive<usize>) -> Vec<String> {
    let count = rng.random_range(count).min(from.len());
    let first = rng.random_range(0..from.len());
    (0..count).map(|i| from[(first + i) % from.len()].to_owned()).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "a order" → "an order": the subjects come in after the sentence was written.
fn with_article(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    for i in 0..words.len().saturating_sub(1) {
        let vowel = words[i + 1].to_lowercase().starts_with(['a', 'e', 'i', 'o']);
        match (words[i].as_str(), vowel) {
            ("a", true) => words[i] = "an".to_owned(),
            ("A", true) => words[i] = "An".to_owned(),
            ("an", false) if !words[i + 1].starts_with('u') && !words[i + 1].starts_with('h') => {
                words[i] = "a".to_owned()
            }
            _ => {}
        }
    }
    words.join(" ")
}

const NOUNS: &[&str] = &[
    "order",
    "customer",
    "page",
    "event",
    "list",
    "price",
    "import",
    "export",
    "warehouse",
    "invoice",
    "admin",
    "setting",
    "connection",
    "row",
    "file",
    "report",
    "address",
    "total",
    "column",
    "supplier",
    "article",
    "stock",
    "queue",
    "label",
    "filter",
    "carrier",
    "shop",
    "account",
    "message",
    "delivery",
    "token",
    "rule",
    "endpoint",
    "retry",
    "summary",
    "index",
    "screen",
    "button",
    "dialog",
    "draft",
    "rate",
    "currency",
    "rounding",
    "tax",
    "receipt",
    "refund",
    "return",
    "picker",
    "scanner",
    "shelf",
    "pallet",
    "parcel",
    "route",
    "driver",
    "contract",
    "renewal",
    "trial",
    "quota",
    "limit",
    "cache",
    "migration",
    "backup",
    "restore",
    "replica",
    "timeout",
    "lock",
    "batch",
    "schedule",
    "calendar",
    "holiday",
    "shift",
    "handover",
    "audit",
    "policy",
    "consent",
    "template",
    "snippet",
    "macro",
    "webhook",
    "signature",
    "secret",
    "header",
    "payload",
    "schema",
    "field",
    "mapping",
    "encoding",
    "separator",
    "decimal",
    "locale",
    "translation",
    "glossary",
    "tooltip",
    "shortcut",
    "focus",
    "contrast",
    "caption",
    "thumbnail",
    "attachment",
    "signature block",
    "footnote",
    "ledger",
    "journal",
    "accrual",
    "voucher",
    "deposit",
    "balance",
    "dunning run",
    "instalment",
    "surcharge",
    "discount",
    "bundle",
    "variant",
    "barcode",
    "lot number",
    "expiry date",
    "quarantine",
    "stocktaking",
    "cycle count",
    "reorder point",
    "safety margin",
    "lead time",
    "backorder",
    "drop shipment",
    "customs form",
    "tariff code",
    "incoterm",
    "waybill",
];
const QUALITIES: &[&str] = &[
    "new",
    "open",
    "old",
    "large",
    "first",
    "last",
    "empty",
    "missing",
    "daily",
    "second",
    "shared",
    "manual",
    "wrong",
    "failed",
    "archived",
    "foreign",
    "partial",
    "urgent",
    "duplicate",
    "late",
    "hidden",
    "nightly",
    "unpaid",
    "planned",
    "temporary",
    "regional",
    "stale",
    "seasonal",
    "orphaned",
    "truncated",
    "provisional",
    "disputed",
    "perishable",
];
const DEEDS: &[&str] = &[
    "shows",
    "changes",
    "keeps",
    "needs",
    "loses",
    "checks",
    "sends",
    "opens",
    "blocks",
    "repeats",
    "replaces",
    "updates",
    "waits for",
    "depends on",
    "follows",
    "hides",
    "counts",
    "copies",
    "closes",
    "recalculates",
    "skips",
    "overwrites",
    "contradicts",
    "duplicates",
    "rejects",
    "outlives",
    "locks",
    "rounds",
    "merges with",
    "falls behind",
];
const OPENINGS: &[&str] = &[
    "",
    "",
    "",
    "Today ",
    "In practice ",
    "According to support, ",
    "Since the last release ",
    "For most teams ",
    "On Mondays ",
    "When this happens, ",
    "As seen in the interviews, ",
    "In the sandbox ",
];

/// A word by Zipf's law: the `k`-th is used 1/k as often as the first.
fn zipf<'w>(rng: &mut impl Rng, words: &[&'w str]) -> &'w str {
    let place = (words.len() as f64 + 1.0).powf(rng.random::<f64>()) - 1.0;
    words[(place as usize).min(words.len() - 1)]
}

fn sentence(rng: &mut impl Rng) -> String {
    let (opening, one, deed, two) = (zipf(rng, OPENINGS), zipf(rng, NOUNS), zipf(rng, DEEDS), zipf(rng, NOUNS));
    let quality = zipf(rng, QUALITIES);
    let sentence = match rng.random_range(0..5) {
        0 => format!("{opening}the {one} {deed} the {quality} {two}."),
        1 => format!("{opening}the {quality} {one} {deed} the {two}, and nobody notices."),
        2 => format!("{opening}the {one} {deed} the {two} before the {} {deed} it.", zipf(rng, NOUNS)),
        3 => format!("{opening}a {quality} {one} {deed} its {two}; see trace {}.", trace(rng)),
        _ => format!("{opening}each {one} {deed} a {quality} {two} of {}.", trace(rng)),
    };
    capitalised(&with_article(&sentence))
}

/// The rare words of real backlogs: numbers of orders, builds and traces.
fn trace(rng: &mut impl Rng) -> String {
    match rng.random_range(0..3) {
        0 => format!("ORD{}", rng.random_range(10_000..99_999)),
        1 => format!("build {}", rng.random_range(2_000..9_000)),
        _ => format!("{:06x}", rng.random_range(0..0xff_ffff)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_xoshiro::Xoshiro256PlusPlus;
    use std::collections::HashSet;

    fn rng() -> Xoshiro256PlusPlus {
        Xoshiro256PlusPlus::seed_from_u64(1)
    }

    #[test]
    fn titles_repeat_late_and_are_sentences() {
        let mut titles = HashSet::new();
        for n in 0..2000 {
            let draft = draft(&mut rng(), theme(n), n / THEMES.len(), false);
            assert!(!draft.title.contains("{}") && !draft.body.contains("{}"), "{}", draft.title);
            assert!(draft.title.starts_with(char::is_uppercase), "{}", draft.title);
            titles.insert(draft.title);
        }
        assert!(titles.len() > 1900, "{} of 2000 titles differ", titles.len());
    }

    #[test]
    fn every_written_sentence_is_used() {
        for theme in THEMES {
            let written = written(theme);
            let first: HashSet<String> = (0..written).map(|n| draft(&mut rng(), theme, n, false).title).collect();
            assert_eq!(first.len(), written, "{}", theme.epic);
        }
    }

    #[test]
    fn long_texts_are_as_long_as_the_benchmark_says() {
        let mut rng = rng();
        for n in 0..100 {
            let length = draft(&mut rng, theme(n), n, true).body.len();
            assert!((700..1000).contains(&length), "{length}");
        }
    }

    #[test]
    fn few_words_are_common_and_many_are_rare() {
        let mut rng = rng();
        let first = (0..10_000).filter(|_| zipf(&mut rng, NOUNS) == NOUNS[0]).count();
        let last = (0..10_000).filter(|_| zipf(&mut rng, NOUNS) == NOUNS[NOUNS.len() - 1]).count();
        assert!((1000..2000).contains(&first) && last < 50, "{first} {last}");
    }

    #[test]
    fn articles_fit() {
        assert_eq!(with_article("replay a order for an picker"), "replay an order for a picker");
    }
}
