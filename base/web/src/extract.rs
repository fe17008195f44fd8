use crate::Problem;
use crate::op::Asked;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

/// A JSON body. What does not fit is refused with the field's path.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                "Not JSON",
                "Send the body as application/json.",
            ));
        }
        let asked = request.extensions().get::<Asked>().cloned();
        let bytes = whole(request).await?;
        if let Some(asked) = asked {
            asked.note(&bytes);
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let (path, inner) = (error.path().to_string(), error.into_inner());
            if inner.is_syntax() || inner.is_eof() {
                return Problem::new(StatusCode::BAD_REQUEST, "not-json", "Not JSON", inner.to_string());
            }
            let message = inner.to_string();
            // The field says where; the line and column of the body would only distract.
            let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
            let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid request", message);
            match field(&path, message) {
                Some(field) => problem.field(field),
                None => problem,
            }
        })?;
        json.end().map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "not-json", "Not JSON", error.to_string()))?;
        Ok(Body(body))
    }
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(';').next().is_some_and(|mime| mime.trim() == "application/json"))
}

/// A request's body, as far as the limit allows.
pub(crate) async fn whole(request: Request) -> Result<Bytes, Problem> {
    Bytes::from_request(request, &()).await.map_err(|rejection: BytesRejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large", "The body is over the limit.")
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "unreadable", "Unreadable body", rejection.body_text())
        }
    })
}

/// The place in a body that is at fault: its path, and the name of what is missing there. None for the body as a whole.
fn field(path: &str, message: &str) -> Option<String> {
    let path = Some(path).filter(|path| *path != ".");
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (path, missing) {
        (Some(path), Some(missing)) => Some(format!("{path}.{missing}")),
        (path, missing) => path.or(missing).map(str::to_owned),
    }
}

/// Path parameters. A name that cannot be one is a thing that does not exist.
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Path(value))
            .map_err(|rejection: PathRejection| {
                Problem::new(StatusCode::NOT_FOUND, "not-found", "Not found", rejection.body_text())
            })
    }
}

/// Query parameters; unknown or ill-formed ones are refused where the type says so.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Query::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Query(value)| Query(value))
            .map_err(|rejection: QueryRejection| {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Invalid query", rejection.body_text())
                    .field("query")
            })
    }
}
