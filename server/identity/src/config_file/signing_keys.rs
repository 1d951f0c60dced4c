//! `[[signing_key]]`: a pair of PEM files. It is published as the next key of its kind; using it is a step of its own
//! (`gatehouse signing-key use`), which a file that is applied again must not repeat.

use domain::input::signing_key::ImportKeyInput;

use super::apply::{Failure, Run};
use super::document::Item;
use super::report::Verb;
use crate::{Error, Services, keys};

pub(super) async fn publish(run: &mut Run<'_>, services: &Services, item: &Item) -> Result<bool, Failure> {
    let mut mistakes = Vec::new();
    let mut read = |key: &str| match item.text(key).map(|path| run.source.file(path)) {
        Some(Ok(text)) => text,
        Some(Err(why)) => {
            mistakes.push(item.mistake(key, &why));
            String::new()
        }
        None => {
            mistakes.push(item.mistake("", &format!("the key {key} is missing: the path of a PEM file")));
            String::new()
        }
    };
    let pair = ImportKeyInput {
        private_key: read("private_key"),
        certificate: read("certificate"),
    };
    if !mistakes.is_empty() {
        return Err(Failure::Mistakes(mistakes));
    }
    let refused = |error: Error| Failure::of(item, error, str::to_owned);
    if keys::is_published(services, &pair).await.map_err(refused)? {
        return Ok(false);
    }
    let published = keys::import(services, run.actor, &pair).await.map_err(refused)?;
    let lines = vec![format!(
        "the key {} is published; it signs when gatehouse signing-key use is run",
        published.key_id
    )];
    run.changed(item, Verb::Added, lines);
    Ok(true)
}
