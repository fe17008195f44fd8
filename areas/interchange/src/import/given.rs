//! One row of the plan in the words of the backlog: what the file gives, ready to be compared and stored.

use super::outlook::Notes;
use super::prints::{Part, Print, Prints, print};
use crate::jira::{ColumnFate, Direction, Fate, Field, Mapping, Plan, Planned, PlannedComment, is_volatile, link_type};
use access::Fault;
use backlog::may_contain;
use std::collections::{HashMap, HashSet};
use vocabulary::*;

/// Where a key of the file leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum End {
    /// Into the backlog.
    Item(ObjectId),
    /// To a row of this plan that becomes an item.
    Row(usize),
}

/// What a key of the file leads to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lead {
    pub end: End,
    pub kind: Kind,
    pub shown_to: Visibility,
}

impl Lead {
    /// Why it cannot be part of another, if it cannot. What is new is shown to no more people than its whole.
    fn apart_from(&self, whole: &Lead) -> Option<String> {
        if may_contain(whole.kind, self.kind).is_err() {
            return Some(format!("{} cannot be part of {}", self.kind.one(), whole.kind.one()));
        }
        let is_wider = matches!(self.end, End::Item(_)) && self.shown_to > whole.shown_to;
        is_wider.then(|| "fewer people see it".to_owned())
    }
}

/// A link the file asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    pub print: Print,
    pub relation: Relation,
    pub from: End,
    pub to: End,
}

pub(super) struct Given<'p> {
    pub row: &'p Planned,
    pub title: Title,
    pub body: Body,
    pub points: Option<f64>,
    pub assignee: Option<PersonId>,
    /// Only where it is known and its kind fits.
    pub parent: Option<End>,
    pub cells: Cells<'p>,
    pub comments: Vec<(Print, &'p PlannedComment)>,
    pub links: Vec<Wish>,
    pub prints: Prints,
}

/// Custom values: header and value.
#[derive(Debug, Default)]
pub(super) struct Cells<'p>(Vec<(&'p str, String)>);

impl<'p> Cells<'p> {
    pub fn keep(&mut self, name: &'p str, value: impl Into<String>) {
        self.0.push((name, value.into()));
    }

    fn print(&self, volatile: &HashSet<&str>) -> Print {
        let lasting = self.0.iter().filter(|(name, _)| !volatile.contains(name));
        print(lasting.flat_map(|(name, value)| [*name, value.as_str()]))
    }

    pub fn as_pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// What no column of the file is called; it holds what a text is too long for.
pub(super) const REST_OF_DESCRIPTION: &str = "Description (continued)";

/// What is known of the file as a whole.
pub(super) struct Sheet<'p> {
    headers: HashMap<Field, &'p str>,
    links: HashMap<(Direction, &'p str), &'p str>,
    names: HashSet<&'p str>,
    volatile: HashSet<&'p str>,
    mapping: &'p Mapping,
}

impl<'p> Sheet<'p> {
    pub fn new(plan: &'p Plan, mapping: &'p Mapping) -> Self {
        let mut sheet = Self {
            headers: HashMap::new(),
            links: HashMap::new(),
            names: HashSet::new(),
            volatile: HashSet::new(),
            mapping,
        };
        // Filled columns first: where several mean one field, a filled one lends its name.
        let (filled, empty): (Vec<_>, Vec<_>) = plan.columns.iter().partition(|column| column.fate != Fate::Empty);
        for ColumnFate { header, field, .. } in filled.into_iter().chain(empty) {
            sheet.names.insert(header);
            if is_volatile(header) {
                sheet.volatile.insert(header);
            }
            let Some(field) = *field else { continue };
            sheet.headers.entry(field).or_insert(header);
            let direction = match field {
                Field::InwardLink => Direction::Inward,
                Field::OutwardLink => Direction::Outward,
                _ => continue,
            };
            sheet.links.entry((direction, link_type(header))).or_insert(header);
        }
        sheet
    }

    /// Whether the file can say anything about a part; what it cannot is left alone.
    pub fn tells(&self, part: Part) -> bool {
        let any: &[Field] = match part {
            Part::Title => &[Field::Summary, Field::IssueKey],
            Part::Body => &[Field::Description],
            Part::Kind => &[Field::IssueType],
            Part::Progress => &[Field::Status, Field::StatusCategory],
            Part::Points => &[Field::StoryPoints],
            Part::Assignee => &[Field::Assignee],
            Part::Parent => &[Field::Parent, Field::EpicLink],
            Part::Cells => return true,
        };
        any.iter().any(|field| self.headers.contains_key(field))
    }

    pub fn has_column(&self, name: &str) -> bool {
        self.names.contains(name) || name == REST_OF_DESCRIPTION
    }

    pub fn header(&self, field: Field, otherwise: &'p str) -> &'p str {
        self.headers.get(&field).copied().unwrap_or(otherwise)
    }

    pub fn person(&self, name: &str) -> Option<PersonId> {
        self.mapping.people.get(name).copied().flatten()
    }

    pub fn give(
        &self,
        row: &'p Planned,
        own: Lead,
        lead: &impl Fn(&str) -> Option<Lead>,
        notes: &mut Notes,
    ) -> Result<Given<'p>, Fault> {
        let mut cells = Cells::default();
        if self.headers.contains_key(&Field::IssueKey) && !row.key.starts_with(|c: char| c.is_lowercase()) {
            cells.keep(self.header(Field::IssueKey, ""), row.key.as_str());
        }
        let assignee = row.assignee.as_deref().and_then(|name| self.person(name));
        let singles = [
            (Field::IssueId, "Issue id", &row.jira_id),
            (Field::IssueType, "Issue Type", &row.kind_name),
            (Field::StatusCategory, "Status Category", &row.status_category),
            (Field::Priority, "Priority", &row.priority),
            (Field::Resolution, "Resolution", &row.resolution),
            (Field::Reporter, "Reporter", &row.reporter),
        ];
        for (field, name, value) in singles {
            if let Some(value) = value {
                cells.keep(self.header(field, name), value.as_str());
            }
        }
        if let Some(name) = row.assignee.as_deref().filter(|_| assignee.is_none()) {
            cells.keep(self.header(Field::Assignee, "Assignee"), name);
        }
        for (field, name, at) in [(Field::Updated, "Updated", row.updated), (Field::Resolved, "Resolved", row.resolved)]
        {
            if let Some(at) = at {
                cells.keep(self.header(field, name), Ts(at).to_string());
            }
        }
        if let Some(due) = row.due {
            cells.keep(self.header(Field::DueDate, "Due date"), due.to_string());
        }
        let lists = [
            (Field::Sprint, "Sprint", &row.sprints),
            (Field::FixVersions, "Fix versions", &row.fix_versions),
            (Field::Labels, "Labels", &row.labels),
            (Field::Components, "Components", &row.components),
        ];
        for (field, name, values) in lists {
            values.iter().for_each(|value| cells.keep(self.header(field, name), value.as_str()));
        }
        if let Some(name) = row.status_name.as_deref().filter(|name| name.chars().count() > Label::MAX) {
            cells.keep(self.header(Field::Status, "Status"), name);
        }
        let points = self.points(row, &mut cells, notes);
        let (title, body) = self.texts(row, &mut cells, notes)?;
        let parent = self.parent(row, own, lead, &mut cells, notes);
        let links = self.links(row, lead, own.end, &mut cells);
        row.custom.iter().for_each(|(name, value)| cells.keep(name, value.as_str()));

        let mut prints = Prints::default();
        prints.set(Part::Title, print([title.as_str()]));
        prints.set(Part::Body, print([body.as_str()]));
        prints.set(Part::Kind, print([row.kind.as_str()]));
        let state = row.status_name.as_deref().unwrap_or_default().to_lowercase();
        let resolved = row.resolved.map(|at| at.to_string()).unwrap_or_default();
        prints.set(Part::Progress, print([state.as_str(), &resolved]));
        prints.set(Part::Points, print([points.map(|points| points.to_string()).unwrap_or_default().as_str()]));
        prints.set(Part::Assignee, print([assignee.map(|id| id.to_string()).unwrap_or_default().as_str()]));
        prints.set(Part::Parent, parent_print(row.parent_ref.as_deref().filter(|_| parent.is_some())));
        prints.set(Part::Cells, cells.print(&self.volatile));
        let comments: Vec<_> = row.comments.iter().map(|comment| (comment_print(comment), comment)).collect();
        prints.comments = comments.iter().map(|(print, _)| *print).collect();
        prints.links = links.iter().map(|wish| wish.print).collect();
        Ok(Given { row, title, body, points, assignee, parent, cells, comments, links, prints })
    }

    fn points(&self, row: &Planned, cells: &mut Cells<'p>, notes: &mut Notes) -> Option<f64> {
        let given = row.points?;
        let points = Points::try_from(given).ok().map(Points::get);
        if points.is_none() {
            let column = self.header(Field::StoryPoints, "Story Points");
            cells.keep(column, given.to_string());
            notes.warn(row, column, format!("{given} is no estimate here, 1,000 at most; kept as a custom value."));
        }
        points
    }

    /// The title at the length a title may have, its whole on top of the text; a text that is too long goes on in a
    /// custom value.
    fn texts(&self, row: &'p Planned, cells: &mut Cells<'p>, notes: &mut Notes) -> Result<(Title, Body), Fault> {
        let wrong = |message| Fault::invalid("file", format!("Row {}: {message}.", row.row));
        let mut title = row.summary.as_str().to_owned();
        let mut body = row.description_markdown.trim().to_owned();
        if title.chars().count() > Title::MAX {
            body = format!("{title}\n\n{body}");
            title = title.chars().take(Title::MAX - 1).chain(['…']).collect();
            let column = self.header(Field::Summary, "Summary");
            notes.warn(row, column, "The title is longer than 500 characters; all of it stands on top of the text.");
        }
        if let Some((end, _)) = body.char_indices().nth(Body::MAX) {
            cells.keep(REST_OF_DESCRIPTION, body.split_off(end));
            let column = self.header(Field::Description, "Description");
            notes.warn(row, column, "The text is longer than 200,000 characters; the rest is kept as a custom value.");
        }
        Ok((Title::try_from(title).map_err(wrong)?, Body::try_from(body).map_err(wrong)?))
    }

    fn parent(
        &self,
        row: &'p Planned,
        own: Lead,
        lead: &impl Fn(&str) -> Option<Lead>,
        cells: &mut Cells<'p>,
        notes: &mut Notes,
    ) -> Option<End> {
        let key = row.parent_ref.as_deref()?;
        let why = match lead(key) {
            Some(whole) => match own.apart_from(&whole) {
                Some(why) => why,
                None => return Some(whole.end),
            },
            None => "it is neither in the file nor in the backlog".to_owned(),
        };
        let column = self.parent_column();
        cells.keep(column, key);
        notes.warn(row, column, format!("{key} is kept as a custom value: {why}."));
        None
    }

    pub fn parent_column(&self) -> &'p str {
        self.headers.get(&Field::Parent).or(self.headers.get(&Field::EpicLink)).copied().unwrap_or("Parent")
    }

    fn links(
        &self,
        row: &'p Planned,
        lead: &impl Fn(&str) -> Option<Lead>,
        own: End,
        cells: &mut Cells<'p>,
    ) -> Vec<Wish> {
        let mut wishes: Vec<Wish> = Vec::new();
        for link in &row.links {
            let relation = relation(&link.kind);
            let other = lead(&link.key).map(|other| other.end).filter(|other| *other != own);
            let column = self.links.get(&(link.direction, link.kind.as_str())).copied().unwrap_or("Issue link");
            // What our three relations cannot say is kept in the file's own words as well.
            if other.is_none() || (relation == Relation::RelatesTo && !is_plain_relation(&link.kind)) {
                cells.keep(column, link.key.as_str());
            }
            let Some(other) = other else { continue };
            let points_here = link.direction == Direction::Inward || is_passive(&link.kind);
            let (from, to) = if points_here { (other, own) } else { (own, other) };
            let (own_key, other_key) = (row.key.to_uppercase(), link.key.to_uppercase());
            let (from_key, to_key) = if points_here { (&other_key, &own_key) } else { (&own_key, &other_key) };
            let print = print([relation.as_str(), from_key, to_key]);
            if wishes.iter().all(|wish| wish.print != print) {
                wishes.push(Wish { print, relation, from, to });
            }
        }
        wishes
    }
}

/// Of what a row is part of, where it can be.
pub(super) fn parent_print(key: Option<&str>) -> Print {
    print([key.unwrap_or_default().to_uppercase().as_str()])
}

fn comment_print(comment: &PlannedComment) -> Print {
    let created = comment.created.map(|at| at.to_string()).unwrap_or_default();
    print([created.as_str(), comment.author.as_deref().unwrap_or_default(), &comment.body_markdown])
}

/// A comment's text; who wrote it stands inside where the author is nobody here.
pub(super) fn comment_text(comment: &PlannedComment, author_is_known: bool) -> String {
    let text = comment.body_markdown.trim();
    let text = if text.is_empty() { "—" } else { text };
    match &comment.author {
        Some(name) if !author_is_known => format!("{name}:\n\n{text}"),
        _ => text.to_owned(),
    }
}

/// Links are typed by each instance in its own words; these parts of words say what we have a relation for.
fn relation(kind: &str) -> Relation {
    const BLOCKS: &[&str] = &["block", "bloq", "bloc", "blok", "блок"];
    const DUPLICATES: &[&str] = &["duplic", "duplik", "doubl", "doppel", "дубл", "重複", "重复"];
    let kind = kind.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    if says(DUPLICATES) {
        Relation::Duplicates
    } else if says(BLOCKS) {
        Relation::Blocks
    } else {
        Relation::RelatesTo
    }
}

fn is_plain_relation(kind: &str) -> bool {
    let kind = kind.to_lowercase();
    ["relat", "relac", "relaz", "powiąz", "bezie", "gerelat", "связ", "関連", "关联"]
        .iter()
        .any(|word| kind.contains(word))
}

/// `Outward issue link (is blocked by)`: some exports write the words of the direction.
fn is_passive(kind: &str) -> bool {
    kind.to_lowercase().ends_with(" by")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_types_by_their_words() {
        for (kind, expected) in [
            ("Blocks", Relation::Blocks),
            ("Blocker", Relation::Blocks),
            ("is blocked by", Relation::Blocks),
            ("Bloqueo", Relation::Blocks),
            ("Duplicate", Relation::Duplicates),
            ("Cloners", Relation::RelatesTo),
            ("Relates", Relation::RelatesTo),
            ("Problem/Incident", Relation::RelatesTo),
        ] {
            assert_eq!(relation(kind), expected, "{kind}");
        }
        assert!(is_plain_relation("Relates") && !is_plain_relation("Cloners"));
        assert!(is_passive("Is Blocked By") && !is_passive("Blocks"));
    }

    #[test]
    fn a_comment_names_an_author_nobody_here_is() {
        let comment = |author: Option<&str>, text: &str| PlannedComment {
            created: None,
            author: author.map(str::to_owned),
            body_markdown: text.to_owned(),
        };
        assert_eq!(comment_text(&comment(Some("Ada"), " ok "), true), "ok");
        assert_eq!(comment_text(&comment(Some("Ada"), "ok"), false), "Ada:\n\nok");
        assert_eq!(comment_text(&comment(None, ""), false), "—");
    }
}
