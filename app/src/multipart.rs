//! A form with a file in it, read part by part: no part is kept beyond what it may hold.

use http::StatusCode;
use leptos::server_fn::codec::MultipartData;

use crate::context;
use crate::error::UiError;

/// A field of the form, or its file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    /// As the browser names it; empty for a field.
    pub file: String,
    pub bytes: Vec<u8>,
}

impl Part {
    /// A field's text. What is not UTF-8 in it is replaced, as a browser sends none.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Reads a form to its end and gives each part to `put`. `limit` is how much the part of a name may hold; one that is too long
/// is cut one byte after that, so that the rules see it.
///
/// # Errors
/// `Transport` (400) for what is no such form.
pub async fn read(
    data: MultipartData,
    limit: impl Fn(&str) -> usize,
    mut put: impl FnMut(Part),
) -> Result<(), UiError> {
    let refused = || {
        context::status(StatusCode::BAD_REQUEST);
        UiError::Transport
    };
    let mut form = data.into_inner().ok_or_else(refused)?;
    let mut cut = false;
    loop {
        let mut field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(()),
            // The body's own limit has ended it: what is too large is known by now.
            Err(_) if cut => return Ok(()),
            Err(_) => return Err(refused()),
        };
        let mut part = Part {
            name: field.name().unwrap_or_default().to_owned(),
            file: field.file_name().unwrap_or_default().to_owned(),
            bytes: Vec::new(),
        };
        let limit = limit(&part.name);
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) => {
                    let room = (limit + 1).saturating_sub(part.bytes.len());
                    part.bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    cut |= part.bytes.len() > limit;
                }
                Ok(None) => break,
                Err(_) if cut => break,
                Err(_) => return Err(refused()),
            }
        }
        put(part);
    }
}
