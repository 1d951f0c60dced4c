//! A form with a service provider's metadata in it, as a file, an address or text.

use domain::input::metadata::{MAX_BYTES, MetadataInput};
use leptos::server_fn::codec::MultipartData;

use crate::error::UiError;
use crate::multipart::{self, Part};

/// More than any line or note that stands beside a file.
const FIELD_MAX: usize = 64 * 1024;

/// What such a form holds: the metadata, and its other fields by name.
#[derive(Debug, Default)]
pub struct Upload {
    pub metadata: MetadataInput,
    fields: Vec<(String, String)>,
}

impl Upload {
    /// # Errors
    /// `Transport` (400) for what is no such form.
    pub async fn read(data: MultipartData) -> Result<Self, UiError> {
        let limit = |name: &str| {
            if name.starts_with("metadata[") {
                MAX_BYTES
            } else {
                FIELD_MAX
            }
        };
        let mut upload = Self::default();
        let put = |part: Part| match part.name.as_str() {
            "metadata[file]" => {
                upload.metadata.file = part.file;
                upload.metadata.content = part.bytes;
            }
            "metadata[url]" => upload.metadata.url = part.text(),
            "metadata[xml]" => upload.metadata.xml = part.text(),
            _ => {
                let text = part.text();
                upload.fields.push((part.name, text));
            }
        };
        multipart::read(data, limit, put).await?;
        Ok(upload)
    }

    /// The value of a field, empty where there is none.
    pub fn field(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(known, _)| known == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }
}
