//! What proposals, questions and decisions are about: the links `concerns` from them to it.

use access::{Cx, Fault};
use object::Header;
use std::collections::HashMap;
use store::Sql;
use vocabulary::*;

/// What each of these is about.
pub(crate) fn about(
    cx: &Cx<'_>,
    ids: impl IntoIterator<Item = ObjectId>,
) -> Result<HashMap<ObjectId, Vec<ObjectId>>, Fault> {
    let mut sql = Sql::new("SELECT from_id, to_id FROM link WHERE relation = 'concerns' AND from_id IN");
    sql.within("", ids).push(" ORDER BY id");
    let mut about: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
    for (from, to) in cx.rows::<(ObjectId, ObjectId)>(sql.text(), sql.args())? {
        about.entry(from).or_default().push(to);
    }
    Ok(about)
}

/// Keeps of the objects `o` those about one thing, where one is named.
pub(crate) fn only_about(cx: &Cx<'_>, sql: &mut Sql, named: Option<&ObjectName>) -> Result<(), Fault> {
    if let Some(name) = named {
        let thing = Header::seen(cx, name)?;
        sql.with(" AND o.id IN (SELECT l.from_id FROM link l WHERE l.relation = 'concerns' AND l.to_id = ", thing.id);
        sql.push(")");
    }
    Ok(())
}
