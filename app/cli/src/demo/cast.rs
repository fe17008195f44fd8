//! The people of Orchard.

use vocabulary::Role;

pub struct Part {
    pub name: &'static str,
    pub email: &'static str,
    pub admin: bool,
    pub role: Role,
}

const fn part(name: &'static str, email: &'static str, role: Role) -> Part {
    Part { name, email, admin: false, role }
}

/// Everybody signs in with this; it is written in the README.
pub const PASSWORD: &str = "ripe pears before october";

pub const ORGANISATION: &str = "Orchard";
pub const KEY: &str = "THR";
/// Whose token is printed.
pub const TOKEN_OWNER: usize = PRODUCT_OWNER;

pub const PRODUCT_MANAGER: usize = 0;
pub const PRODUCT_OWNER: usize = 1;
pub const SCRUM_MASTER: usize = 2;
pub const DEVELOPER: usize = 3;
pub const STAKEHOLDER: usize = 7;
/// The people of a sample that is not about size.
pub const SMALL: usize = 8;

pub const CAST: &[Part] = &[
    Part { admin: true, ..part("Ana Novak", "ana@orchard.example", Role::ProductManager) },
    Part { admin: true, ..part("Bea Kern", "bea@orchard.example", Role::ProductOwner) },
    part("Carl Lund", "carl@orchard.example", Role::ScrumMaster),
    part("Dina Mertens", "dina@orchard.example", Role::Developer),
    part("Efe Okafor", "efe@orchard.example", Role::Developer),
    part("Farah Siddiqui", "farah@orchard.example", Role::Developer),
    part("Goran Ilić", "goran@orchard.example", Role::Developer),
    part("Helen Ashby", "helen@orchard.example", Role::Stakeholder),
    part("Ines Duarte", "ines@orchard.example", Role::Developer),
    part("Jonas Weber", "jonas@orchard.example", Role::Developer),
    part("Keiko Tanabe", "keiko@orchard.example", Role::Developer),
    part("Liam Byrne", "liam@orchard.example", Role::Developer),
    part("Mira Kovač", "mira@orchard.example", Role::Developer),
    part("Nils Aalto", "nils@orchard.example", Role::Developer),
    part("Olga Petrenko", "olga@orchard.example", Role::Developer),
    part("Pavel Horák", "pavel@orchard.example", Role::Developer),
    part("Quirin Moser", "quirin@orchard.example", Role::Developer),
    part("Rosa Bianchi", "rosa@orchard.example", Role::Developer),
    part("Sam Whitlock", "sam@orchard.example", Role::Developer),
    part("Tove Strand", "tove@orchard.example", Role::Developer),
    part("Uma Rao", "uma@orchard.example", Role::Developer),
    part("Vera Lang", "vera@orchard.example", Role::Stakeholder),
    part("Wim de Boer", "wim@orchard.example", Role::Stakeholder),
    part("Ximena Ortiz", "ximena@orchard.example", Role::Viewer),
    part("Yann Leroy", "yann@orchard.example", Role::Viewer),
];

/// The developers among the first `people`.
pub fn developers(people: usize) -> Vec<usize> {
    (0..people.min(CAST.len())).filter(|i| CAST[*i].role == Role::Developer).collect()
}
