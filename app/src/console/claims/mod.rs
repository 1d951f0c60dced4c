//! Claims: the local dialect in its order, *Add Claim*, and each claim's own page.

mod actions;
mod add;
mod delete;
mod edit;
mod list;

pub use add::AddPage;
pub use delete::DeletePage;
pub use edit::EditPage;
pub use list::ListPage;

use crate::console::page::Request;
use crate::context::encode;

/// The list's address.
const LIST: &str = "/console/claims";

/// The address of one of a claim's pages: `edit`, `delete`.
fn page_of(uri: &str, page: &str) -> String {
    format!("{LIST}/{page}?uri={}", encode(uri))
}

/// The element of a claim's row in the list.
fn row_of(uri: &str) -> String {
    format!("claim-{}", domain::claim::short_name(uri))
}

/// The name under which a page's drafts are kept. It has to be short, and the end of a URI tells claims apart.
fn form_of(uri: &str, page: &str) -> String {
    const KEPT: usize = 40;
    let skipped = uri.chars().count().saturating_sub(KEPT);
    format!("claims/{page}/{}", uri.chars().skip(skipped).collect::<String>())
}

/// The claim that the address names; there is no claim without a URI.
fn uri_of(request: &Request) -> String {
    request.query.get("uri").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{form_of, page_of};

    #[test]
    fn a_uri_is_one_value_in_the_address() {
        let page = page_of("http://wso2.org/claims/a", "edit");
        assert_eq!(page, "/console/claims/edit?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fa");
        assert_eq!(page_of("a&b=c#d", "delete"), "/console/claims/delete?uri=a%26b%3Dc%23d");
    }

    #[test]
    fn a_draft_is_kept_under_a_short_name() {
        assert_eq!(
            form_of("http://wso2.org/claims/im", "edit"),
            "claims/edit/http://wso2.org/claims/im"
        );
        let long = form_of(&format!("http://wso2.org/claims/{}", "é".repeat(232)), "delete");
        assert!(long.chars().count() <= 64, "the column's length: {long}");
    }
}
