use crate::{Header, PersonRef, at_if_match, header};
use access::{Changes, Cx, Event, Fault, record};
use store::args;
use vocabulary::*;

/// Makes a person a follower; being one already is fine.
pub fn follow(cx: &Cx<'_>, object: ObjectId, person: PersonId) -> Result<bool, Fault> {
    let added = cx.exec(
        "INSERT INTO follower (object_id, person_id) VALUES ($1, $2) ON CONFLICT (object_id, person_id) DO NOTHING",
        args![object, person],
    )?;
    Ok(added > 0)
}

/// Follows or stops following, for oneself.
pub(crate) fn set_following(cx: &Cx<'_>, name: &ObjectName, following: bool) -> Result<Vec<PersonRef>, Fault> {
    let header = Header::lock(cx, name)?;
    at_if_match(cx, &header)?;
    let Some(person) = cx.person() else {
        return Err(Fault::broken("nobody", "The console follows nothing."));
    };
    let changed = if following {
        follow(cx, header.id, person)?
    } else {
        cx.exec("DELETE FROM follower WHERE object_id = $1 AND person_id = $2", args![header.id, person])? > 0
    };
    let verb = if following { "followed" } else { "unfollowed" };
    let changes = Changes::new().field("following", &(following ^ changed), &following);
    record(cx, Event { scope: header.product_id.0, verb, object: Some(header.id), version: header.version, changes })?;
    list(cx, header.id)
}

pub(crate) fn list(cx: &Cx<'_>, object: ObjectId) -> Result<Vec<PersonRef>, Fault> {
    let ids: Vec<(PersonId,)> =
        cx.rows("SELECT person_id FROM follower WHERE object_id = $1 LIMIT 1000", args![object])?;
    let mut people: Vec<PersonRef> = header::people(cx, ids.into_iter().map(|(id,)| Some(id)))?.into_values().collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(people)
}
