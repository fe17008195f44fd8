use access::Fault;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// How much of a list, and from where.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Paging {
    /// At most so many rows; 50 unless said, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    pub fn page(&self) -> Result<Page, Fault> {
        Page::of(self.limit, self.cursor.as_deref())
    }
}

/// How much of a list that is read whole unless said otherwise, and from where.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LongPaging {
    /// At most so many rows; 1,000 unless said, which is the most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl LongPaging {
    pub fn page(&self) -> Result<Page, Fault> {
        Page::of(Some(self.limit.unwrap_or(Page::MOST)), self.cursor.as_deref())
    }
}

/// A checked [`Paging`].
#[derive(Debug, Clone)]
pub struct Page {
    pub limit: usize,
    pub after: Option<Cursor>,
}

impl Page {
    pub const MOST: u32 = 1000;

    pub fn of(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Fault> {
        let limit = limit.unwrap_or(50);
        if !(1..=Self::MOST).contains(&limit) {
            return Err(Fault::invalid("limit", "limit is a number from 1 to 1000"));
        }
        Ok(Self { limit: limit as usize, after: cursor.map(Cursor::parse).transpose()? })
    }

    /// Splits `limit + 1` rows into a page and the cursor after it.
    pub fn cut<T>(&self, mut rows: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Rows<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = if more { rows.last().map(|last| cursor(last).to_string()) } else { None };
        Rows { rows, next }
    }
}

/// The place after which a page goes on: the sort key and the id of its last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub key: String,
    pub id: uuid::Uuid,
}

impl Cursor {
    pub fn new(key: impl ToString, id: impl Into<uuid::Uuid>) -> Self {
        Self { key: key.to_string(), id: id.into() }
    }

    fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = || Fault::invalid("cursor", "this is not a cursor from an earlier page");
        let (id, key) = text.split_once('.').ok_or_else(wrong)?;
        let key = key.to_owned();
        if key.is_empty() || key.len() > 300 || key.contains('\0') {
            return Err(wrong());
        }
        Ok(Self { id: id.parse().map_err(|_| wrong())?, key })
    }

    /// The key as a number, for lists sorted by one.
    pub fn number(&self) -> Result<i64, Fault> {
        self.key.parse().map_err(|_| Fault::invalid("cursor", "this is not a cursor from an earlier page"))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.id.simple(), self.key)
    }
}

/// A list, or a page of one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    /// The cursor of the next page; null on the last.
    pub next: Option<String>,
}

impl<T> Rows<T> {
    pub fn all(rows: Vec<T>) -> Self {
        Self { rows, next: None }
    }
}
