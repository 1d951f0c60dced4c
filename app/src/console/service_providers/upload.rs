//! A form with a file in it, read part by part: no part is kept beyond what it may hold.

use domain::input::metadata::{MAX_BYTES, MetadataInput};
use http::StatusCode;
use leptos::server_fn::codec::MultipartData;

use crate::context;
use crate::error::UiError;

/// More than any line or note that stands beside a file.
const FIELD_MAX: usize = 64 * 1024;

/// What such a form holds: the metadata, and its other fields by name.
#[derive(Debug, Default)]
pub struct Upload {
    pub metadata: MetadataInput,
    fields: Vec<(String, String)>,
}

impl Upload {
    /// Reads the form to its end. A part that is too long is cut one byte after its limit, so that the rules see it.
    ///
    /// # Errors
    /// `Transport` (400) for what is no such form.
    pub async fn read(data: MultipartData) -> Result<Self, UiError> {
        let refused = || {
            context::status(StatusCode::BAD_REQUEST);
            UiError::Transport
        };
        let mut parts = data.into_inner().ok_or_else(refused)?;
        let mut upload = Self::default();
        let mut cut = false;
        loop {
            let mut part = match parts.next_field().await {
                Ok(Some(part)) => part,
                Ok(None) => return Ok(upload),
                // The body's own limit has ended it: what is too large is known by now.
                Err(_) if cut => return Ok(upload),
                Err(_) => return Err(refused()),
            };
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().unwrap_or_default().to_owned();
            let limit = if name.starts_with("metadata[") {
                MAX_BYTES
            } else {
                FIELD_MAX
            };
            let mut bytes = Vec::new();
            loop {
                match part.chunk().await {
                    Ok(Some(chunk)) => {
                        let room = (limit + 1).saturating_sub(bytes.len());
                        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
                        cut |= bytes.len() > limit;
                    }
                    Ok(None) => break,
                    Err(_) if cut => {
                        upload.put(name, file, bytes);
                        return Ok(upload);
                    }
                    Err(_) => return Err(refused()),
                }
            }
            upload.put(name, file, bytes);
        }
    }

    fn put(&mut self, name: String, file: String, bytes: Vec<u8>) {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "metadata[file]" => {
                self.metadata.file = file;
                self.metadata.content = bytes;
            }
            "metadata[url]" => self.metadata.url = text(bytes),
            "metadata[xml]" => self.metadata.xml = text(bytes),
            _ => self.fields.push((name, text(bytes))),
        }
    }

    /// The value of a field, empty where there is none.
    pub fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }
}
