use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

pub use jiff::civil::{Date, Weekday};

/// A moment: microseconds since 1970-01-01T00:00:00Z. RFC 3339 in JSON, an integer in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ToSchema)]
#[schema(value_type = String, format = "date-time")]
pub struct Ts(pub i64);

pub const DAY: i64 = 86_400_000_000;

impl Ts {
    /// The wall clock. Called at the edge only; below it, time is an argument.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_microsecond())
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        jiff::tz::TimeZone::UTC.to_datetime(self.timestamp()).date()
    }

    /// The first moment of a day in UTC.
    pub fn start_of(date: Date) -> Self {
        jiff::tz::TimeZone::UTC
            .to_timestamp(date.at(0, 0, 0, 0))
            .map_or(Self(0), |moment| Self(moment.as_microsecond()))
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl std::fmt::Display for Ts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.timestamp().fmt(f)
    }
}
impl Serialize for Ts {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.timestamp())
    }
}
impl<'de> Deserialize<'de> for Ts {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let moment = jiff::Timestamp::deserialize(d)?;
        Ok(Self(moment.as_microsecond()))
    }
}

/// Where "now" comes from, so that tests can set it.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<std::sync::Arc<std::sync::atomic::AtomicI64>>);

impl Clock {
    /// A clock that stands still until it is set.
    pub fn fixed(at: Ts) -> Self {
        Self(Some(std::sync::Arc::new(at.0.into())))
    }
    pub fn set(&self, at: Ts) {
        if let Some(fixed) = &self.0 {
            fixed.store(at.0, std::sync::atomic::Ordering::SeqCst);
        }
    }
    pub fn now(&self) -> Ts {
        match &self.0 {
            Some(fixed) => Ts(fixed.load(std::sync::atomic::Ordering::SeqCst)),
            None => Ts::now(),
        }
    }
}
