//! What the file said last time, short enough to stand beside each external key.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The parts of an item an import writes, each on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Body,
    Kind,
    /// State, and the times of starting and finishing.
    Progress,
    Points,
    Assignee,
    Parent,
    /// Custom values.
    Cells,
}

impl Part {
    pub const ALL: [Part; 8] =
        [Part::Title, Part::Body, Part::Kind, Part::Progress, Part::Points, Part::Assignee, Part::Parent, Part::Cells];
}

pub(super) type Print = u64;

/// A print of some texts; each is preceded by its length, so that no two lists run together alike.
pub(super) fn print<'t>(texts: impl IntoIterator<Item = &'t str>) -> Print {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text);
    }
    hasher.finalize().iter().take(8).fold(0, |print, byte| print << 8 | u64::from(*byte))
}

/// The prints of one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Prints {
    parts: [Print; Part::ALL.len()],
    /// Of every comment and link that was ever brought along.
    pub comments: Vec<Print>,
    pub links: Vec<Print>,
}

impl Prints {
    pub fn of(&self, part: Part) -> Print {
        self.parts[part as usize]
    }

    pub fn set(&mut self, part: Part, print: Print) {
        self.parts[part as usize] = print;
    }
}

/// `title.body.….cells;comments;links`, each print in hexadecimal.
impl fmt::Display for Prints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (list, prints) in [&self.parts[..], &self.comments, &self.links].into_iter().enumerate() {
            if list > 0 {
                f.write_str(";")?;
            }
            for (place, print) in prints.iter().enumerate() {
                let before = if place > 0 { "." } else { "" };
                write!(f, "{before}{print:x}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Prints {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut lists = text.split(';');
        let mut next = || -> Result<Vec<Print>, ()> {
            let prints = lists.next().ok_or(())?.split('.').filter(|print| !print.is_empty());
            prints.map(|print| Print::from_str_radix(print, 16).map_err(drop)).collect()
        };
        let parts = next()?.try_into().map_err(drop)?;
        Ok(Self { parts, comments: next()?, links: next()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_read_back() {
        let mut prints = Prints { comments: vec![1, u64::MAX], ..Prints::default() };
        prints.set(Part::Cells, print(["a", "bc"]));
        assert_eq!(prints.to_string().parse(), Ok(prints.clone()));
        assert_eq!(Prints::default().to_string(), "0.0.0.0.0.0.0.0;;");
        assert_ne!(print(["a", "bc"]), print(["ab", "c"]));
        assert_eq!("0.1;;".parse::<Prints>(), Err(()));
        assert_eq!("".parse::<Prints>(), Err(()));
    }
}
