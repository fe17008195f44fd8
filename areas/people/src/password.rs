//! Passwords: which are good enough (NIST 800-63B-4), how they are hashed and verified.

use access::Fault;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use serde::Deserialize;
use store::StoreError;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

pub(crate) const SHORTEST: usize = 15;
const LONGEST: usize = 256;

/// What attackers try first, and what such passwords are put together from.
const COMMON: &[&str] = &[
    "password",
    "passwort",
    "passphrase",
    "secret",
    "letmein",
    "welcome",
    "changeme",
    "default",
    "iloveyou",
    "princess",
    "sunshine",
    "football",
    "baseball",
    "superman",
    "batman",
    "dragon",
    "monkey",
    "master",
    "shadow",
    "michael",
    "jordan",
    "jesus",
    "trustno1",
    "starwars",
    "whatever",
    "computer",
    "internet",
    "google",
    "summer",
    "winter",
    "spring",
    "autumn",
    "login",
    "admin",
    "administrator",
    "root",
    "user",
    "test",
    "guest",
    "hello",
    "qwertyuiop",
    "qwertzuiop",
    "qwerty",
    "qwertz",
    "asdfghjkl",
    "asdfgh",
    "zxcvbnm",
    "yxcvbnm",
    "azerty",
    "qazwsx",
    "1q2w3e4r",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdef",
    "abc123",
    "abc",
    "0123456789",
    "1234567890",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
    "123",
    "0987654321",
    "987654321",
    "654321",
    "321",
    "000000",
    "111111",
    "123123",
    "112233",
    "121212",
    "666666",
    "696969",
    "777777",
    "888888",
    "999999",
    "correcthorsebatterystaple",
    "throughline",
];
/// What must be left of a password beside such words.
const OWN_CHARACTERS: usize = 6;

/// A password on its way in. It is never shown, logged or stored.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, format = "password", max_length = 256)]
pub(crate) struct Password(String);

impl TryFrom<String> for Password {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        // Measured before it is hashed: a huge one would cost us, not its sender.
        if text.len() > LONGEST * 4 {
            return Err(format!("a password holds at most {LONGEST} characters"));
        }
        let text: String = text.nfkc().collect();
        if text.chars().count() > LONGEST {
            return Err(format!("a password holds at most {LONGEST} characters"));
        }
        Ok(Self(text))
    }
}

impl Password {
    /// Refuses what is easily guessed: too short, repeated, or made of common words and of what is known about the
    /// person (`about`: e-mail, names).
    pub(crate) fn check(&self, field: &str, about: &[&str]) -> Result<(), Fault> {
        if self.0.chars().count() < SHORTEST {
            let message = format!("A password needs at least {SHORTEST} characters; a few words are easiest to keep.");
            return Err(Fault::invalid(field, message));
        }
        if guessable(&self.0, about) {
            let message = "This password is easily guessed. Use words that are not about you or this place.";
            return Err(Fault::invalid(field, message));
        }
        Ok(())
    }
}

fn guessable(password: &str, about: &[&str]) -> bool {
    let mut rest = password.to_lowercase();
    let about = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase));
    let mut words: Vec<String> =
        about.filter(|word| word.chars().count() >= 4).chain(COMMON.iter().map(|word| (*word).to_owned())).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, " ");
    }
    let mut own: Vec<char> = rest.chars().filter(|c| c.is_alphanumeric()).collect();
    let length = own.len();
    own.sort_unstable();
    own.dedup();
    length < OWN_CHARACTERS || own.len() < OWN_CHARACTERS - 1
}

/// A hash to verify against when there is none, so that an unknown address answers as slowly as a wrong password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGlzIGhlcmUuLg$bm8gcGFzc3dvcmQgaGFzaGVzIHRvIHRoaXMgdGV4dC4";

/// Hashes with argon2id, 19 MiB, two passes: some 35 ms of CPU. Not for an async thread.
pub fn hash(password: &str) -> Result<String, Fault> {
    let password: String = password.nfkc().collect();
    let hashed = Argon2::default()
        .hash_password(password.as_bytes())
        .map_err(|e| StoreError::Other(format!("a password could not be hashed: {e}")))?;
    Ok(hashed.to_string())
}

pub(crate) fn hash_checked(password: &Password) -> Result<String, Fault> {
    hash(&password.0)
}

/// Compares with a stored hash, or spends as long when there is none.
pub(crate) fn matches(password: &Password, stored: Option<&str>) -> bool {
    let right = Argon2::default().verify_password(password.0.as_bytes(), stored.unwrap_or(NOBODY)).is_ok();
    right && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(password: &str) -> Result<(), Fault> {
        let about = ["bea.kern@example.org", "Bea Kern", "Hooks & Co"];
        Password::try_from(password.to_owned()).unwrap().check("password", &about)
    }

    #[test]
    fn the_default_costs_what_the_design_says() {
        let params = Argon2::default().params().clone();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19 * 1024, 2, 1));
    }

    #[test]
    fn guessable_passwords_are_refused() {
        for password in [
            "short",
            "passwordpassword",
            "123456789012345",
            "aaaaaaaaaaaaaaaaaa",
            "bea.kern.example.1",
            "Password1234567890!",
        ] {
            assert!(check(password).is_err(), "{password}");
        }
    }

    #[test]
    fn words_of_ones_own_are_accepted() {
        for password in ["violet kettle under rain", "ジャガイモはとてもおいしいですよね", "xk29 fjq0 slw8 vnz1"]
        {
            assert!(check(password).is_ok(), "{password}");
        }
    }

    #[test]
    fn a_huge_password_is_refused_before_it_is_hashed() {
        assert!(Password::try_from("x".repeat(257)).is_err());
        assert!(Password::try_from("x".repeat(1 << 20)).is_err());
    }

    #[test]
    fn verifies_what_it_hashed_in_any_unicode_form() {
        let stored = hash("caf\u{e9} au lait, deux").unwrap();
        let typed = Password::try_from("cafe\u{301} au lait, deux".to_owned()).unwrap();
        assert!(matches(&typed, Some(&stored)));
        assert!(!matches(&typed, None));
        assert!(argon2::PasswordHash::new(NOBODY).is_ok(), "verifying against nobody must cost a hash");
    }
}
