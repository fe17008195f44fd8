//! The web UI inside the binary: `web/dist` as it was when this crate was compiled.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, Method, StatusCode, Uri,
    header::{
        ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
        VARY,
    },
};
use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "../../web/dist"]
struct Dist;

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Throughline</title>
<h1>The web interface was not built</h1>
<p>This server was compiled without it. Run <code>cargo xtask ui</code>, then build the server again.</p>
<p>The API under <code>/api/v1</code> and the command line work all the same.</p>
</html>
";

/// Answers any request that no other route took.
pub async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    answer::<Dist>(&method, uri.path(), &headers)
}

fn answer<E: Embed>(method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")]).into_response();
    }
    let name = path.trim_start_matches('/');
    if !name.is_empty()
        && let Some(file) = E::get(name)
    {
        return file_answer::<E>(name, file, headers);
    }
    if names_a_file(name) {
        return (StatusCode::NOT_FOUND, "No such file.\n").into_response();
    }
    // Every other path belongs to the router in the browser.
    match E::get("index.html") {
        Some(index) => file_answer::<E>("index.html", index, headers),
        None => {
            let html = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-store")];
            (StatusCode::SERVICE_UNAVAILABLE, html, NOT_BUILT).into_response()
        }
    }
}

fn names_a_file(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    name.starts_with("assets/") || last.contains('.')
}

fn file_answer<E: Embed>(name: &str, plain: EmbeddedFile, headers: &HeaderMap) -> Response {
    let media_type = with_charset(plain.metadata.mimetype());
    let (file, encoding) = smallest_accepted::<E>(name, headers).map_or((plain, None), |(f, e)| (f, Some(e)));
    let etag = etag(&file);
    // Vite puts the content's hash into the name of everything under assets/.
    let caching = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };

    // The type also where nothing changed: the policy of an answer goes by it, and a browser takes over the newer policy.
    let mut response = Response::builder()
        .header(CONTENT_TYPE, media_type)
        .header(ETAG, &etag)
        .header(CACHE_CONTROL, caching)
        .header(VARY, ACCEPT_ENCODING.as_str());
    if has_etag(headers, &etag) {
        return finish(response.status(StatusCode::NOT_MODIFIED), Body::empty());
    }
    if let Some(encoding) = encoding {
        response = response.header(CONTENT_ENCODING, encoding);
    }
    finish(response.header(CONTENT_LENGTH, file.data.len()), Body::from(file.data))
}

fn finish(response: http::response::Builder, body: Body) -> Response {
    // Every header value above is ASCII that we wrote or hashed ourselves.
    response.body(body).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn smallest_accepted<E: Embed>(name: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, &'static str)> {
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(headers, encoding))
        .find_map(|(encoding, suffix)| Some((E::get(&format!("{name}{suffix}"))?, encoding)))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    listed(headers, ACCEPT_ENCODING).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let refused = parts.filter_map(|p| p.strip_prefix("q=")).any(|q| q.parse().is_ok_and(|q: f32| q == 0.0));
        named && !refused
    })
}

fn has_etag(headers: &HeaderMap, etag: &str) -> bool {
    listed(headers, IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

fn listed(headers: &HeaderMap, name: http::HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).map(str::trim)
}

fn etag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    let hex: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn with_charset(media_type: &str) -> String {
    if media_type.starts_with("text/") { format!("{media_type}; charset=utf-8") } else { media_type.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Embed)]
    #[folder = "tests/built"]
    struct Built;

    #[derive(Embed)]
    #[folder = "tests/not-built"]
    struct NotBuilt;

    fn get<E: Embed>(path: &str, headers: &[(http::HeaderName, &str)]) -> Response {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
        answer::<E>(&Method::GET, path, &headers)
    }

    fn header(response: &Response, name: http::HeaderName) -> &str {
        response.headers().get(name).map_or("", |v| v.to_str().unwrap())
    }

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn pages_of_the_router_get_the_index_and_are_checked_each_time() {
        for path in ["/", "/APP/backlog", "/APP/items/APP-12"] {
            let response = get::<Built>(path, &[]);
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(header(&response, CACHE_CONTROL), "no-cache");
            assert!(text(response).await.contains("fixture"));
        }
    }

    #[test]
    fn assets_are_kept_for_ever_and_typed() {
        let response = get::<Built>("/assets/main-1a2b.js", &[]);
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=31536000, immutable");
        assert_eq!(header(&response, CONTENT_TYPE), "text/javascript; charset=utf-8");
        assert_eq!(header(&response, CONTENT_ENCODING), "");
    }

    #[test]
    fn the_smallest_accepted_form_is_sent() {
        let encoding = |accept| {
            let response = get::<Built>("/assets/main-1a2b.js", &[(ACCEPT_ENCODING, accept)]);
            assert_eq!(header(&response, CONTENT_TYPE), "text/javascript; charset=utf-8");
            assert_eq!(header(&response, VARY), "accept-encoding");
            header(&response, CONTENT_ENCODING).to_owned()
        };
        assert_eq!(encoding("gzip, deflate, br, zstd"), "br");
        assert_eq!(encoding("gzip, br;q=0"), "gzip");
        assert_eq!(encoding("GZIP;q=0.5"), "gzip");
        assert_eq!(encoding("identity"), "");
    }

    #[test]
    fn an_unchanged_file_is_not_sent_again() {
        let etag = header(&get::<Built>("/", &[]), ETAG).to_owned();
        assert!(etag.starts_with('"') && etag.len() == 34);
        for seen in [etag.clone(), format!("\"other\", W/{etag}"), "*".to_owned()] {
            let again = get::<Built>("/", &[(IF_NONE_MATCH, &seen)]);
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
            assert_eq!((header(&again, ETAG), header(&again, CONTENT_TYPE)), (&*etag, "text/html; charset=utf-8"));
        }
        assert_eq!(get::<Built>("/", &[(IF_NONE_MATCH, "\"other\"")]).status(), StatusCode::OK);
        let packed = get::<Built>("/assets/main-1a2b.js", &[(ACCEPT_ENCODING, "br")]);
        let plain = get::<Built>("/assets/main-1a2b.js", &[]);
        assert_ne!(header(&packed, ETAG), header(&plain, ETAG));
    }

    #[test]
    fn missing_files_are_404_and_never_the_index() {
        for path in ["/assets/gone-9.js", "/assets/folder", "/favicon.png", "/assets/../../Cargo.toml", "/.env"] {
            assert_eq!(get::<Built>(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn only_reading_is_allowed() {
        let response = answer::<Built>(&Method::POST, "/", &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(header(&response, ALLOW), "GET, HEAD");
    }

    #[tokio::test]
    async fn an_unbuilt_ui_says_how_to_build_it() {
        let response = get::<NotBuilt>("/APP/backlog", &[]);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(header(&response, CONTENT_TYPE), "text/html; charset=utf-8");
        assert!(text(response).await.contains("cargo xtask ui"));
    }
}
