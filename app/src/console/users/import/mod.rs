//! *Import Users*: the file, its columns, the grid in which rows are repaired, and what came of it.

mod actions;
mod columns;
mod grid;
mod progress;
mod review;
mod upload;

pub use columns::ColumnsPage;
pub use progress::ProgressPage;
pub use review::ReviewPage;
pub use upload::ImportPage;

use domain::view::user_import::ImportFacts;
use http::HeaderName;
use leptos::prelude::*;

use super::LIST;
use crate::context::{self, encode};
use crate::ui::*;

/// The upload's address.
pub const IMPORT: &str = "/console/users/import";
/// The form under which the upload's draft is kept.
const UPLOAD_FORM: &str = "users/import";

/// The address of one of an import's pages: `columns`, `review`, `progress`.
fn page_of(id: &str, page: &str) -> String {
    format!("{IMPORT}/{}/{page}", encode(id))
}

fn form_of(id: &str, page: &str) -> String {
    format!("users/import/{page}/{id}")
}

fn crumbs(here: &str) -> Vec<Crumb> {
    vec![
        Crumb::link("Users", LIST),
        Crumb::link("Import Users", IMPORT),
        Crumb::here(here),
    ]
}

/// The page is asked for again by the browser itself, with scripts or without.
fn again_in(seconds: u32) {
    context::header(HeaderName::from_static("refresh"), &seconds.to_string());
}

/// `1 user`, `12,000 users`.
fn users(count: u64) -> String {
    match count {
        1 => "1 user".to_owned(),
        n => format!("{} users", grouped(n)),
    }
}

/// Digits in groups of three.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The countries that local numbers can be read as.
fn country_choices() -> Vec<(String, String)> {
    let none = (String::new(), "None: local numbers are refused".to_owned());
    let countries = identity::phone::countries();
    std::iter::once(none)
        .chain(countries.into_iter().map(|(iso, code)| {
            let label = format!("{iso} (+{code})");
            (iso, label)
        }))
        .collect()
}

/// The fields that the upload and *Columns* share.
fn reading_fields(country: String, without_password: bool, error: Option<String>) -> impl IntoView {
    view! {
        <SelectField name="input[country]" label="Default Country" options=country_choices() value=country error
            help="A number without + is read as one of this country, and stored with its code: E.164, in the claim `http://wso2.org/claims/mobile`."/>
        <Checkbox name="input[without_password]" label="Import users without a password" checked=without_password
            help="A row without a password is then no problem. Nobody signs in by password under that name until one is set under Change Password."/>
    }
}

/// How the file was read, and what it came to.
fn facts_line(facts: &ImportFacts) -> String {
    let country = match facts.country.as_str() {
        "" => "Local numbers are refused.".to_owned(),
        country => format!("Local numbers are read as of {country}."),
    };
    format!("{} · {} {country}", facts.file, facts.read_as)
}

#[cfg(test)]
mod tests {
    use super::{grouped, page_of, users};

    #[test]
    fn counts_and_addresses() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(100_000), "100,000");
        assert_eq!(users(1), "1 user");
        assert_eq!(page_of("a/b", "review"), "/console/users/import/a%2Fb/review");
    }
}
