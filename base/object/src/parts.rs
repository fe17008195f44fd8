//! A part is shown to no more people than the whole: an item than its epic, an opportunity than the one above it.

use crate::Header;
use access::{Cx, Fault};
use store::args;
use vocabulary::*;

impl Header {
    /// Refuses to be part of something that fewer people see.
    pub fn fits_in(&self, whole: &Header) -> Result<(), Fault> {
        if self.visibility <= whole.visibility {
            return Ok(());
        }
        Err(Fault::broken(
            "wider-than-whole",
            format!(
                "{} ({}) would be shown to more people than {} ({}), which it is part of.",
                self.reference(),
                self.visibility,
                whole.reference(),
                whole.visibility
            ),
        ))
    }
}

/// Refuses to show something to more people than what it is part of, or to fewer than what is part of it.
pub(crate) fn may_be_shown(cx: &Cx<'_>, on: &Header, to: Visibility) -> Result<(), Fault> {
    let shown = Header { visibility: to, ..on.clone() };
    let around: Vec<(ObjectId, bool)> = cx.rows(
        "SELECT parent_id, FALSE FROM item WHERE object_id = $1 AND parent_id IS NOT NULL
         UNION ALL SELECT parent_id, FALSE FROM opportunity WHERE object_id = $1 AND parent_id IS NOT NULL
         UNION ALL SELECT object_id, TRUE FROM item WHERE parent_id = $1
         UNION ALL SELECT object_id, TRUE FROM opportunity WHERE parent_id = $1",
        args![on.id],
    )?;
    for (other, is_part) in around {
        let other = Header::seen(cx, &other.into())?;
        if is_part { other.fits_in(&shown)? } else { shown.fits_in(&other)? }
    }
    Ok(())
}
