use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "uuid")]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id; v7, so ids made later sort later.
            #[allow(clippy::new_without_default, clippy::allow_attributes)]
            pub fn new() -> Self { Self(Uuid::now_v7()) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { Uuid::parse_str(s).map(Self) }
        }
        impl From<$name> for Uuid { fn from(id: $name) -> Uuid { id.0 } }
    )*};
}

id!(
    /// Any thing on the line.
    ObjectId,
    ProductId,
    PersonId,
    OrganisationId,
    CommentId,
    AttachmentId,
    LinkId,
    CriterionId,
    KeyResultId,
    TokenId,
    SessionId,
    BatchId,
    TellingId,
    DelegationId,
    DriftId,
    TeamId,
    DaysOffId,
);

/// A product's key: the letters before the number in `APP-123`. Two to ten upper-case letters or digits, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, min_length = 2, max_length = 10, pattern = "^[A-Z][A-Z0-9]{1,9}$", example = "APP")]
pub struct ProductKey(String);

impl ProductKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for ProductKey {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let key = text.trim().to_ascii_uppercase();
        let letters_and_digits = key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let starts_with_letter = key.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
        if (2..=10).contains(&key.len()) && letters_and_digits && starts_with_letter {
            Ok(Self(key))
        } else {
            Err("a product key is two to ten letters or digits and starts with a letter".into())
        }
    }
}
impl From<ProductKey> for String {
    fn from(key: ProductKey) -> String {
        key.0
    }
}
impl fmt::Display for ProductKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What people say aloud: `APP-123`, numbered per product, one sequence for all kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub key: ProductKey,
    pub number: i64,
}

impl FromStr for Reference {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (key, number) = text.trim().rsplit_once('-').ok_or("a reference looks like APP-123")?;
        let number = number.parse().map_err(|_| "a reference ends in a number, as in APP-123")?;
        Ok(Self { key: ProductKey::try_from(key.to_owned())?, number })
    }
}
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.key, self.number)
    }
}

/// How a path names an object: by its id or by its reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named<I> {
    Id(I),
    Reference(Reference),
}

impl<I: FromStr> FromStr for Named<I> {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(id) = I::from_str(text) {
            return Ok(Named::Id(id));
        }
        Reference::from_str(text).map(Named::Reference)
    }
}
impl<'de, I: FromStr> Deserialize<'de> for Named<I> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
impl<I: fmt::Display> Serialize for Named<I> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Named::Id(id) => s.collect_str(id),
            Named::Reference(reference) => s.collect_str(reference),
        }
    }
}
impl From<ObjectId> for Named<ObjectId> {
    fn from(id: ObjectId) -> Self {
        Named::Id(id)
    }
}

/// An object in a path or a body: `APP-123` or a UUID.
pub type ObjectName = Named<ObjectId>;

/// A product in a path: by its key or by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductName {
    Id(ProductId),
    Key(ProductKey),
}

impl FromStr for ProductName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => ProductKey::try_from(text.to_owned()).map(Self::Key),
        }
    }
}
impl<'de> Deserialize<'de> for ProductName {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
impl Serialize for ProductName {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id(id) => s.collect_str(id),
            Self::Key(key) => s.collect_str(key),
        }
    }
}
impl From<ProductId> for ProductName {
    fn from(id: ProductId) -> Self {
        Self::Id(id)
    }
}
