//! The headers that keep browsers on our side, on every answer.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const FIXED: [(HeaderName, HeaderValue); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"),
    ),
];
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
const ONE_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// `host` is the one the browser asked for.
pub(crate) fn protect(answer: &mut HeaderMap, host: Option<&str>, origin: &str, https: bool) {
    for (name, value) in FIXED {
        answer.insert(name, value);
    }
    if https {
        answer.insert(header::STRICT_TRANSPORT_SECURITY, ONE_YEAR);
    }
    let is_page = answer.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if is_page {
        let policy = page_policy(host, origin);
        answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).unwrap_or(DATA_POLICY));
    } else {
        // An attachment brings a stricter one of its own.
        answer.entry(header::CONTENT_SECURITY_POLICY).or_insert(DATA_POLICY);
    }
}

/// Scripts and styles come from `/assets/` alone: an attachment on the same origin is none.
fn page_policy(host: Option<&str>, origin: &str) -> String {
    let mut assets = format!("{}/assets/", origin.trim_end_matches('/'));
    if let Some(host) = host.filter(|host| is_host(host) && !origin.ends_with(&format!("//{host}"))) {
        assets.push_str(&format!(" {host}/assets/"));
    }
    format!(
        "default-src 'none'; script-src {assets}; style-src {assets}; img-src 'self' data: blob:; font-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'"
    )
}

fn is_host(text: &str) -> bool {
    text.len() <= 253
        && !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(host: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        protect(&mut headers, Some(host), "https://line.example.org", true);
        headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    #[test]
    fn scripts_come_from_the_assets_alone() {
        assert!(policy("line.example.org").contains("script-src https://line.example.org/assets/; style-src"));
        assert!(
            policy("localhost:7400").contains("script-src https://line.example.org/assets/ localhost:7400/assets/;")
        );
    }

    #[test]
    fn a_forged_host_adds_nothing() {
        for forged in ["evil.example; script-src *", "*", "a b", ""] {
            assert!(policy(forged).contains("script-src https://line.example.org/assets/; style-src"), "{forged}");
        }
    }

    #[test]
    fn data_loads_nothing_and_a_stricter_policy_stays() {
        let mut headers = HeaderMap::new();
        protect(&mut headers, None, "http://127.0.0.1:7400", false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], DATA_POLICY);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        protect(&mut headers, None, "http://127.0.0.1:7400", false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
    }
}
