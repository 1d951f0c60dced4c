//! Pages one comes to from the middle of a service provider's form. What was typed there waits in a draft, whose id
//! travels along (`return_draft`) and leads back to it.

use domain::input::service_provider::{AuthenticationType, ServiceProviderInput};
use identity::Result;
use identity::drafts::{self, Draft};
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use crate::context::{Console, encode};

use super::{form_of, page_of};

/// A form of such a page, and the draft that waits outside.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Nested<T> {
    pub input: T,
    /// Empty: nothing was typed outside.
    pub return_draft: String,
}

/// The draft that waits outside: as it was posted, or on the first visit as the address names it.
pub fn return_draft<T>(draft: Option<&Draft<Nested<T>>>, query: &ParamsMap) -> String {
    draft.map_or_else(
        || query.get("return_draft").unwrap_or_default(),
        |draft| draft.input.return_draft.clone(),
    )
}

/// Back on the service provider's page, with whatever was typed there. `notice` is what was done here, if anything.
pub fn back(id: i64, return_draft: &str, notice: Option<&str>) -> String {
    let draft = (!return_draft.is_empty()).then(|| format!("draft={}", encode(return_draft)));
    let notice = notice.map(|notice| format!("notice={notice}"));
    let query: Vec<String> = draft.into_iter().chain(notice).collect();
    if query.is_empty() {
        page_of(id)
    } else {
        format!("{}?{}", page_of(id), query.join("&"))
    }
}

/// Into such a page, keeping what was typed so far.
///
/// # Errors
/// `Internal` only.
pub async fn leave(console: &Console, id: i64, page: &str, input: ServiceProviderInput) -> Result<String> {
    let case = match input.refused_case.as_str() {
        "" => String::new(),
        case => format!("&case={}", encode(case)),
    };
    let draft = Draft {
        input,
        problems: domain::Problems::default(),
    };
    let draft = drafts::keep(&console.services, &console.actor, &form_of(id), &draft).await?;
    Ok(format!("{}/{page}?return_draft={}{case}", page_of(id), encode(&draft)))
}

/// Saved steps select *Advanced Configuration*, in what waits outside too: its next *Update* would undo that else.
///
/// # Errors
/// `Internal` only. A draft that is gone is an empty id: then the stored values are shown.
pub async fn select_advanced(console: &Console, id: i64, return_draft: &str) -> Result<String> {
    let form = form_of(id);
    let draft = drafts::find::<ServiceProviderInput>(&console.services, &console.actor, &form, return_draft).await?;
    let Some(mut draft) = draft else {
        return Ok(String::new());
    };
    AuthenticationType::Advanced
        .as_str()
        .clone_into(&mut draft.input.authentication_type);
    AuthenticationType::Advanced
        .as_str()
        .clone_into(&mut draft.input.seen_authentication_type);
    drafts::keep(&console.services, &console.actor, &form, &draft).await
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn the_way_back_keeps_the_draft_and_says_what_was_done() {
        for (draft, notice, address) in [
            ("", None, "/console/service-providers/7"),
            ("", Some("updated"), "/console/service-providers/7?notice=updated"),
            ("a_b-c", None, "/console/service-providers/7?draft=a_b-c"),
            (
                "a_b-c",
                Some("registered"),
                "/console/service-providers/7?draft=a_b-c&notice=registered",
            ),
            (
                "x&notice=deleted",
                None,
                "/console/service-providers/7?draft=x%26notice%3Ddeleted",
            ),
        ] {
            assert_eq!(back(7, draft, notice), address);
        }
    }
}
