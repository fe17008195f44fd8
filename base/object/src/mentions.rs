//! `@Name` in a comment: members who are spoken to follow what is spoken of.

use crate::{Granted, Header, followers};
use access::{Changes, Cx, Fault};
use store::args;
use vocabulary::*;

/// Makes those whom a text mentions, and an earlier one did not, followers, and notes them in the event.
pub(crate) fn tell(
    cx: &Cx<'_>,
    on: &Granted<Header>,
    before: &str,
    text: &str,
    changes: Changes,
) -> Result<Changes, Fault> {
    if !text.contains('@') {
        return Ok(changes);
    }
    let members = readers(cx, on)?;
    let known = mentioned(before, &members);
    let new: Vec<PersonId> = mentioned(text, &members).into_iter().filter(|person| !known.contains(person)).collect();
    for person in &new {
        followers::follow(cx, on.id, *person)?;
    }
    Ok(if new.is_empty() { changes } else { changes.set("mentioned_ids", &new) })
}

/// The members who may read an object; nobody else is told of it.
fn readers(cx: &Cx<'_>, on: &Header) -> Result<Vec<(PersonId, String)>, Fault> {
    let held: Vec<(PersonId, String, Role)> = cx.rows(
        "SELECT p.id, p.name, m.role FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.product_id = $1 AND p.state <> 'revoked' ORDER BY p.id",
        args![on.product_id],
    )?;
    let mut readers: Vec<(PersonId, String)> = held
        .into_iter()
        .filter(|(.., role)| role.is_team() || on.visibility > Visibility::Team)
        .map(|(id, name, _)| (id, name))
        .collect();
    readers.dedup();
    Ok(readers)
}

/// Whom a text mentions: an `@` that ends no word, and a whole name after it, whatever its case. Where one name begins
/// another, the longer one is meant.
fn mentioned(text: &str, members: &[(PersonId, String)]) -> Vec<PersonId> {
    let text = text.to_lowercase();
    let names: Vec<(PersonId, String)> = members.iter().map(|(id, name)| (*id, name.to_lowercase())).collect();
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        if text[..at].ends_with(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[at + 1..];
        let is_meant =
            |name: &str| rest.strip_prefix(name).is_some_and(|after| !after.starts_with(char::is_alphanumeric));
        let longest = names.iter().filter(|(_, name)| is_meant(name)).map(|(_, name)| name.len()).max();
        let meant = names.iter().filter(|(_, name)| Some(name.len()) == longest && is_meant(name));
        found.extend(meant.map(|(id, _)| *id));
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_are_mentioned_whatever_their_case() {
        let [bea, kern, zoe] = [PersonId::new(), PersonId::new(), PersonId::new()];
        let members = [(bea, "Bea".to_owned()), (kern, "Bea Kern".to_owned()), (zoe, "Zoë Ünal".to_owned())];
        for (text, whom) in [
            ("@Bea, please look", vec![bea]),
            ("(@bea kern) and @ZOË ÜNAL!", vec![kern, zoe]),
            ("@Bea Kerner and @Bea", vec![bea]),
            ("bea@example.org, @Beatrice, @ Bea, @", vec![]),
            ("@Zoë Ünal @Zoë Ünal", vec![zoe]),
        ] {
            let mut whom = whom;
            whom.sort_unstable();
            assert_eq!(mentioned(text, &members), whom, "{text}");
        }
    }
}
