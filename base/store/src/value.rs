use crate::StoreError;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};
use uuid::Uuid;
use vocabulary::*;

/// A value on its way into a statement. Times are integers (µs), dates and words are text, ids are UUIDs.
#[derive(Debug, Clone, PartialEq)]
pub enum Val {
    Null,
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(String),
    Id(Uuid),
}

impl rusqlite::ToSql for Val {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Val::Null => ValueRef::Null,
            Val::Int(v) => ValueRef::Integer(*v),
            Val::Real(v) => ValueRef::Real(*v),
            Val::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Val::Text(v) => ValueRef::Text(v.as_bytes()),
            Val::Id(v) => ValueRef::Blob(v.as_bytes()),
        }))
    }
}

impl ToSql for Val {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Val::Null => Ok(IsNull::Yes),
            Val::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
            Val::Int(v) => v.to_sql(ty, out),
            Val::Real(v) => v.to_sql(ty, out),
            Val::Bool(v) => v.to_sql(ty, out),
            Val::Text(v) => v.to_sql(ty, out),
            Val::Id(v) => v.to_sql(ty, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

macro_rules! val_from {
    ($($ty:ty, $value:ident => $make:expr);* $(;)?) => {$(
        impl From<$ty> for Val { fn from($value: $ty) -> Val { $make } }
    )*};
}
val_from!(
    i64, v => Val::Int(v);
    i32, v => Val::Int(v.into());
    usize, v => Val::Int(i64::try_from(v).unwrap_or(i64::MAX));
    f64, v => Val::Real(v);
    bool, v => Val::Bool(v);
    String, v => Val::Text(v);
    &String, v => Val::Text(v.clone());
    &str, v => Val::Text(v.to_owned());
    Uuid, v => Val::Id(v);
    Ts, v => Val::Int(v.0);
    Date, v => Val::Text(v.to_string());
    Points, v => Val::Real(v.get());
    OrderKey, v => Val::Text(v.as_str().to_owned());
    &OrderKey, v => Val::Text(v.as_str().to_owned());
    Title, v => Val::Text(v.into());
    &Title, v => Val::Text(v.as_str().to_owned());
    Body, v => Val::Text(v.into());
    &Body, v => Val::Text(v.as_str().to_owned());
    Words, v => Val::Text(v.into());
    &Words, v => Val::Text(v.as_str().to_owned());
    Label, v => Val::Text(v.into());
    &Label, v => Val::Text(v.as_str().to_owned());
    &ProductKey, v => Val::Text(v.as_str().to_owned());
);
impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Val {
        value.map_or(Val::Null, Into::into)
    }
}

/// A row on its way out, whichever engine answers.
pub enum Row<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The value of a column by its place in the select list.
    pub fn get<T: FromVal>(&self, column: usize) -> Result<T, StoreError> {
        T::from_column(self, column)
    }
}

/// What a column holds; for code that walks whole tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    Int,
    Real,
    Bool,
    Text,
    Id,
}

impl Row<'_> {
    /// The value of a column whose type is known at run time only.
    pub fn val(&self, column: usize, holds: Holds) -> Result<Val, StoreError> {
        Ok(match holds {
            Holds::Int => self.get::<Option<i64>>(column)?.into(),
            Holds::Real => self.get::<Option<f64>>(column)?.into(),
            Holds::Bool => self.get::<Option<bool>>(column)?.into(),
            Holds::Text => self.get::<Option<String>>(column)?.into(),
            Holds::Id => self.get::<Option<Uuid>>(column)?.into(),
        })
    }
}

/// A type made from a whole row; its columns stand beside it.
pub trait FromRow: Sized {
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

/// A type one column can hold.
pub trait FromVal: Sized {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError>;
}

fn unreadable(column: usize, why: impl std::fmt::Display) -> StoreError {
    StoreError::Other(format!("column {column}: {why}"))
}

macro_rules! native {
    ($($ty:ty),*) => {$(
        impl FromVal for $ty {
            fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
                match row {
                    Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, e)),
                    Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, e)),
                }
            }
        }
        impl FromVal for Option<$ty> {
            fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
                match row {
                    Row::Sqlite(row) => row.get(column).map_err(|e| unreadable(column, e)),
                    Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, e)),
                }
            }
        }
    )*};
}
native!(i64, f64, bool, String);

impl FromVal for Option<Uuid> {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        match row {
            Row::Sqlite(row) => match row.get_ref(column).map_err(|e| unreadable(column, e))? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(bytes) => Uuid::from_slice(bytes).map(Some).map_err(|e| unreadable(column, e)),
                _ => Err(unreadable(column, "not an id")),
            },
            Row::Postgres(row) => row.try_get(column).map_err(|e| unreadable(column, e)),
        }
    }
}
impl FromVal for Uuid {
    fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
        Option::<Uuid>::from_column(row, column)?.ok_or_else(|| unreadable(column, "an id is missing"))
    }
}

macro_rules! made {
    ($($ty:ty, $from:ty, $value:ident => $make:expr);* $(;)?) => {$(
        impl FromVal for $ty {
            fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
                let $value = <$from>::from_column(row, column)?;
                $make.map_err(|e| unreadable(column, e))
            }
        }
        impl FromVal for Option<$ty> {
            fn from_column(row: &Row<'_>, column: usize) -> Result<Self, StoreError> {
                match <Option<$from>>::from_column(row, column)? {
                    None => Ok(None),
                    Some($value) => $make.map(Some).map_err(|e| unreadable(column, e)),
                }
            }
        }
    )*};
}
type Never = std::convert::Infallible;
made!(
    Ts, i64, v => Ok::<_, Never>(Ts(v));
    Date, String, v => v.parse::<Date>();
    OrderKey, String, v => Ok::<_, Never>(OrderKey::stored(v));
    Points, f64, v => Points::try_from(v);
    Kind, String, v => v.parse::<Kind>();
    Category, String, v => v.parse::<Category>();
    ExemptClass, String, v => v.parse::<ExemptClass>();
    Visibility, String, v => v.parse::<Visibility>();
    Relation, String, v => v.parse::<Relation>();
    Role, String, v => v.parse::<Role>();
    Department, String, v => v.parse::<Department>();
    ProductKey, String, v => ProductKey::try_from(v);
    ObjectId, Uuid, v => Ok::<_, Never>(ObjectId(v));
    ProductId, Uuid, v => Ok::<_, Never>(ProductId(v));
    PersonId, Uuid, v => Ok::<_, Never>(PersonId(v));
    OrganisationId, Uuid, v => Ok::<_, Never>(OrganisationId(v));
    CommentId, Uuid, v => Ok::<_, Never>(CommentId(v));
    AttachmentId, Uuid, v => Ok::<_, Never>(AttachmentId(v));
    LinkId, Uuid, v => Ok::<_, Never>(LinkId(v));
    CriterionId, Uuid, v => Ok::<_, Never>(CriterionId(v));
    KeyResultId, Uuid, v => Ok::<_, Never>(KeyResultId(v));
    TokenId, Uuid, v => Ok::<_, Never>(TokenId(v));
    SessionId, Uuid, v => Ok::<_, Never>(SessionId(v));
    BatchId, Uuid, v => Ok::<_, Never>(BatchId(v));
    TellingId, Uuid, v => Ok::<_, Never>(TellingId(v));
    DelegationId, Uuid, v => Ok::<_, Never>(DelegationId(v));
    DriftId, Uuid, v => Ok::<_, Never>(DriftId(v));
    TeamId, Uuid, v => Ok::<_, Never>(TeamId(v));
    DaysOffId, Uuid, v => Ok::<_, Never>(DaysOffId(v));
);

macro_rules! val_words { ($($ty:ty),*) => {$(
    impl From<$ty> for Val { fn from(v: $ty) -> Val { Val::Text(v.as_str().to_owned()) } }
)*}; }
val_words!(Kind, Category, ExemptClass, Visibility, Relation, Role, Department, Decision);

macro_rules! val_ids { ($($ty:ty),*) => {$(
    impl From<$ty> for Val { fn from(v: $ty) -> Val { Val::Id(v.0) } }
)*}; }
val_ids!(
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
    DaysOffId
);

macro_rules! tuples { ($(($($name:ident $index:tt),+)),+) => {$(
    impl<$($name: FromVal),+> FromRow for ($($name,)+) {
        fn from_row(row: &Row<'_>) -> Result<Self, StoreError> { Ok(($(row.get::<$name>($index)?,)+)) }
    }
)+}; }
tuples!(
    (A 0), (A 0, B 1), (A 0, B 1, C 2), (A 0, B 1, C 2, D 3), (A 0, B 1, C 2, D 3, E 4),
    (A 0, B 1, C 2, D 3, E 4, F 5), (A 0, B 1, C 2, D 3, E 4, F 5, G 6), (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
);
