//! The compiled assets, inside the binary. Served under a path that changes with their content, so they are kept for ever.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

/// `target/site` as the build left it. Without it (a plain `cargo test`) pages come without style and scripts.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

const ICON: &str = include_str!("icon.svg");

/// Plain names (`gatehouse.css`) and what is served for them, from the build's `hash.txt`.
static FILES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let list = Site::get("hash.txt")
        .map(|file| String::from_utf8_lossy(&file.data).into_owned())
        .unwrap_or_default();
    list.lines()
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(key, hash)| {
            let hash = hash.trim();
            Some(match key.trim() {
                "js" => ("gatehouse.js", format!("pkg/gatehouse.{hash}.js")),
                "wasm" => ("gatehouse_bg.wasm", format!("pkg/gatehouse_bg.{hash}.wasm")),
                "css" => ("gatehouse.css", format!("pkg/gatehouse.{hash}.css")),
                "sign-in" => ("sign-in.css", format!("pkg/sign-in.{hash}.css")),
                _ => return None,
            })
        })
        .collect()
});

/// `pkg/` and a digest over all hashes.
static BASE: LazyLock<String> = LazyLock::new(|| {
    let all: String = FILES.values().cloned().collect::<Vec<_>>().join("\n") + ICON;
    let digest = identity::token::hash(&all);
    format!("pkg/{}", &digest[..12])
});

/// Where the assets are: without slashes around it.
#[must_use]
pub fn base() -> &'static str {
    &BASE
}

/// `GET /pkg/{version}/{file}`
pub async fn serve(Path((version, file)): Path<(String, String)>, request: HeaderMap) -> Response {
    if base().strip_prefix("pkg/") != Some(version.as_str()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    if file == "icon.svg" {
        return answer("image/svg+xml", None, ICON.as_bytes().to_vec());
    }
    let Some(path) = FILES.get(file.as_str()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match file.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/wasm",
    };
    let accepts = request
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    for (name, extension) in [("br", "br"), ("gzip", "gz")] {
        let wanted = accepts
            .split(',')
            .any(|part| part.trim().split(';').next() == Some(name));
        if wanted && let Some(packed) = Site::get(&format!("{path}.{extension}")) {
            return answer(kind, Some(name), packed.data.into_owned());
        }
    }
    match Site::get(path) {
        Some(plain) => answer(kind, None, plain.data.into_owned()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(kind: &'static str, encoding: Option<&'static str>, content: Vec<u8>) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
