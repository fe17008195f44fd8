//! What every thing on the line has by being an object: a reference, a version, a visibility, an archive; comments,
//! attachments, followers, links, a history and full-text search. And the one door every deciding change passes.

mod attachments;
mod comments;
mod door;
mod edit;
mod followers;
mod header;
mod history;
mod http;
mod links;
mod markdown;
mod mentions;
mod parts;
mod product;
pub mod relations;
pub mod search;
mod view;

/// The part of a select's condition that leaves out what is the team's where the reader is not of it; the alias is that of
/// what has the visibility.
#[macro_export]
macro_rules! seen {
    ($cx:expr, $product:expr, $alias:literal) => {
        if $cx.actor.is_team($product) { "" } else { concat!(" AND ", $alias, ".visibility <> 'team'") }
    };
}

pub use attachments::{Attachment, path as content_path};
pub use comments::{Comment, NewComment};
pub use door::{About, Change, Granted, Ground, Known, WouldBe, at_if_match, at_version, carry_out, try_out};
pub use edit::{Archive, EditObject, edit_decision, present, text_decision};
pub use followers::follow;
pub use header::{Header, NewObject, PersonRef, Stub, number, people, person, stubs};
pub use history::{Activity, History, sentence, spoken};
pub use http::routes;
pub use links::{AddLink, Link, by_first, delete_link, insert_link, linked, links_fit, store_link, tell_linked};
pub use markdown::to_html;
pub use product::Product;
pub use view::{Counts, Object, object};

/// The changes of every object that can be proposed.
pub const CHANGES: &[Known] =
    &[Known::of::<EditObject>(), Known::of::<Archive>(), Known::of::<AddLink>(), Known::of::<links::RemoveLink>()];
