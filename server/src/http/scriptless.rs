//! Pages on which nothing runs carry no script at all: Leptos ends every document with some of its own, and a page of the
//! console has nothing to run where no island stands on it.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use super::pages;

const END: &[u8] = b"</html>";
const ISLAND: &[u8] = b"<leptos-island";
/// What the shell writes into the head for islands, from its first tag to the end of its last.
const LOADER: (&[u8], &[u8]) = (b"<link rel=\"modulepreload\"", b"</script>");
/// More than any page of ours.
const LARGEST_PAGE: usize = 4 * 1024 * 1024;

/// Cuts a page off after its end where its policy allows no script, and takes the scripts out of one without islands.
pub async fn cut(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let policy = text(response.headers(), header::CONTENT_SECURITY_POLICY);
    let may_run = policy.contains("'wasm-unsafe-eval'");
    let is_page = text(response.headers(), header::CONTENT_TYPE).contains("text/html");
    if !is_page || !(may_run || policy.contains("script-src 'none'")) {
        return response;
    }
    let without = nothing_runs(policy);
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_PAGE).await else {
        return pages::plain(StatusCode::INTERNAL_SERVER_ERROR, "The page could not be put together.");
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    if may_run && find(&bytes, ISLAND).is_some() {
        return Response::from_parts(parts, Body::from(bytes));
    }
    if may_run && let Ok(policy) = HeaderValue::from_str(&without) {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let whole = bytes.slice(..end(&bytes));
    let body = if may_run {
        Body::from(without_loader(&whole))
    } else {
        Body::from(whole)
    };
    Response::from_parts(parts, body)
}

fn end(page: &Bytes) -> usize {
    page.windows(END.len())
        .rposition(|window| window == END)
        .map_or(page.len(), |at| at + END.len())
}

fn without_loader(page: &Bytes) -> Bytes {
    let Some(from) = find(page, LOADER.0) else {
        return page.clone();
    };
    let Some(length) = find(&page[from..], LOADER.1) else {
        return page.clone();
    };
    [&page[..from], &page[from + length + LOADER.1.len()..]].concat().into()
}

/// The policy of a page on which nothing runs.
fn nothing_runs(policy: &str) -> String {
    let directives = policy.split(';').map(|directive| match directive.trim() {
        one if one.starts_with("script-src ") => "script-src 'none'",
        one if one.starts_with("connect-src ") => "connect-src 'none'",
        one => one,
    });
    directives.collect::<Vec<_>>().join("; ")
}

fn find(page: &[u8], what: &[u8]) -> Option<usize> {
    page.windows(what.len()).position(|window| window == what)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loads_islands_goes_and_nothing_else() {
        let page = Bytes::from_static(
            b"<head><link rel=\"icon\"><link rel=\"modulepreload\" href=x><script type=module>a</script><title>T</title></head>\
              <body><p>script</p></body></html><script>more</script>",
        );
        let whole = page.slice(..end(&page));
        assert_eq!(
            without_loader(&whole),
            &b"<head><link rel=\"icon\"><title>T</title></head><body><p>script</p></body></html>"[..]
        );
        let plain = Bytes::from_static(b"<p>a</p>");
        assert_eq!(without_loader(&plain), plain);
    }

    #[test]
    fn the_policy_says_so() {
        let policy =
            "default-src 'none'; script-src 'self' 'nonce-x' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";
        assert_eq!(
            nothing_runs(policy),
            "default-src 'none'; script-src 'none'; connect-src 'none'; base-uri 'none'"
        );
    }
}
