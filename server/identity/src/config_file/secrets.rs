//! Where values come from that do not stand in the file: variables of the environment, and files beside it.

use std::path::Path;

use serde_json::{Map, Value};

/// The largest file that is read for a value.
const MOST_BYTES: u64 = 1024 * 1024;

/// What the file's own text may point to.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Where the file is: paths in it begin there.
    pub folder: &'a Path,
    /// The environment.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// A secret that the file gives, by its slot's name.
pub(super) struct Pointer<'a> {
    pub name: &'a str,
    place: Place<'a>,
}

enum Place<'a> {
    Variable(&'a str),
    File(&'a str),
}

/// What a pointer leads to.
pub(super) enum Found {
    Value(String),
    /// The variable of this name is not set.
    Unset(String),
}

/// The table `secrets` of an identity provider.
pub(super) fn pointers(values: &Map<String, Value>) -> Vec<Pointer<'_>> {
    let all = values.get("secrets").and_then(Value::as_object);
    all.into_iter()
        .flatten()
        .filter_map(|(name, source)| {
            let told = |key: &str| source.get(key).and_then(Value::as_str);
            let place = told("env")
                .map(Place::Variable)
                .or_else(|| told("file").map(Place::File))?;
            Some(Pointer { name, place })
        })
        .collect()
}

impl Pointer<'_> {
    /// # Errors
    /// In words, for a file that cannot be read.
    pub fn follow(&self, source: Source<'_>) -> Result<Found, String> {
        match self.place {
            Place::Variable(name) => Ok(match (source.variable)(name) {
                Some(value) if !value.is_empty() => Found::Value(value),
                _ => Found::Unset(name.to_owned()),
            }),
            // An editor ends the last line.
            Place::File(path) => source
                .file(path)
                .map(|text| Found::Value(text.trim_end_matches(['\r', '\n']).to_owned())),
        }
    }
}

impl Source<'_> {
    /// The text of a file that the file names.
    ///
    /// # Errors
    /// In words.
    pub(super) fn file(&self, path: &str) -> Result<String, String> {
        let path = self.folder.join(path);
        let cannot = |why: &dyn std::fmt::Display| format!("the file {} cannot be read: {why}", path.display());
        let length = std::fs::metadata(&path).map_err(|error| cannot(&error))?.len();
        if length > MOST_BYTES {
            return Err(cannot(&format!("it has {length} bytes, and {MOST_BYTES} are taken")));
        }
        std::fs::read_to_string(&path).map_err(|error| cannot(&error))
    }
}
