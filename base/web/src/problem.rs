use access::{Decider, Fault};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::Value;
use store::StoreError;
use utoipa::ToSchema;
use vocabulary::Decision;

/// A refusal in the form of RFC 9457. `type` is stable for each kind of refusal.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    /// The place in the request that is at fault, as in `criteria[0].text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The row of a file that is at fault, the header being row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What was to be decided, and who decides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deciders: Vec<Decider>,
    /// The version the request expected, the one that is current, and the current state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<Value>,
    /// What the refused request asked for: its body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yours: Option<Value>,
    #[serde(skip)]
    pub retry_after: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            field: None,
            line: None,
            decision: None,
            deciders: Vec::new(),
            expected_version: None,
            current_version: None,
            current: None,
            yours: None,
            retry_after: None,
        }
    }

    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }
}

/// The one place where a fault becomes a status.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let detail = fault.to_string();
        match fault {
            Fault::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail),
            Fault::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "Not signed in", detail),
            Fault::Refused { decision, deciders, kept: _ } => Self {
                decision: Some(decision),
                deciders,
                ..Self::new(StatusCode::FORBIDDEN, "not-yours-to-decide", "Not yours to decide", detail)
            },
            Fault::AdminsOnly => Self::new(StatusCode::FORBIDDEN, "admins-only", "Admins only", detail),
            Fault::ReadOnly => Self::new(StatusCode::FORBIDDEN, "read-only", "Read only", detail),
            Fault::Invalid { field, .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request", detail).field(field)
            }
            Fault::Broken { rule, .. } => {
                Self::new(StatusCode::CONFLICT, rule, "The state of things does not allow this", detail)
            }
            Fault::Stale { expected, current_version, current } => Self {
                expected_version: Some(expected),
                current_version: Some(current_version),
                current: Some(*current),
                ..Self::new(StatusCode::PRECONDITION_FAILED, "stale", "Changed meanwhile", detail)
            },
            Fault::VersionMissing => {
                Self::new(StatusCode::PRECONDITION_REQUIRED, "version-missing", "If-Match is missing", detail)
            }
            Fault::TooMany { seconds } => Self {
                retry_after: Some(seconds),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many", "Too many attempts", detail)
            },
            Fault::Store(error) => Self::from(error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy | StoreError::Conflict | StoreError::Unavailable(_) => {
                tracing::warn!(%error, "the database could not take a request");
                Self {
                    retry_after: Some(1),
                    ..Self::new(
                        StatusCode::SERVICE_UNAVAILABLE,
                        "busy",
                        "Try again shortly",
                        "The server cannot take this right now. Nothing was changed; try again in a moment.",
                    )
                }
            }
            StoreError::Constraint(text) => {
                tracing::warn!(text, "a constraint refused a change");
                Self::new(
                    StatusCode::CONFLICT,
                    "constraint",
                    "Conflicts with what is stored",
                    "This conflicts with something that is already stored. Nothing was changed.",
                )
            }
            StoreError::Unfit(text) => {
                tracing::warn!(text, "a value did not fit into the database");
                Self::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid",
                    "Invalid request",
                    "Something in this request is too long, or holds a character that cannot be stored. Nothing was \
                     changed.",
                )
            }
            StoreError::ChangeWithoutEvent | StoreError::Other(_) => {
                tracing::error!(%error, "a fault of our own");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "Our fault",
                    "Something went wrong on our side. Nothing was changed; the server's log says more.",
                )
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            // The rest of the body is never read: whoever asks again does so on another connection.
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
