//! The server functions of Users: authorise, one call into the rules, answer.

use domain::Permission::ManageUsers;
use domain::input::user::{PasswordInput, ProfileInput, UserInput, UserRolesInput};
use identity::users as rules;
use leptos::prelude::*;

use super::{LIST, form_of, page_of};
use crate::context::Console;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "console/users/create")]
pub async fn create_user(input: UserInput) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::create(&console.services, &console.actor, &input).await;
    let next = result.map(|username| format!("{}?notice=registered", page_of(&username, "profile")));
    console.answer("users/new", "/console/users/new", input, next).await
}

#[server(prefix = "/api", endpoint = "console/users/profile")]
pub async fn update_profile(username: String, input: ProfileInput) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::update_profile(&console.services, &console.actor, &username, &input).await;
    let page = page_of(&username, "profile");
    let next = result.map(|()| format!("{page}?notice=updated"));
    console.answer(&form_of(&username, "profile"), &page, input, next).await
}

#[server(prefix = "/api", endpoint = "console/users/roles")]
pub async fn assign_roles(username: String, input: UserRolesInput) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::assign_roles(&console.services, &console.actor, &username, &input).await;
    let page = page_of(&username, "roles");
    let next = result.map(|()| format!("{page}?notice=updated"));
    console.answer(&form_of(&username, "roles"), &page, input, next).await
}

/// One's own password needs no permission, so none is asked for here: the rules tell whose it is.
#[server(prefix = "/api", endpoint = "console/users/password")]
pub async fn set_password(username: String, input: PasswordInput) -> Result<(), UiError> {
    let console = Console::any()?;
    let result = rules::set_password(&console.services, &console.actor, &username, &input).await;
    let next = result.map(|()| format!("{}?notice=password-changed", page_of(&username, "profile")));
    console
        .answer(
            &form_of(&username, "password"),
            &page_of(&username, "password"),
            input,
            next,
        )
        .await
}

#[server(prefix = "/api", endpoint = "console/users/lock")]
pub async fn lock_user(username: String, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::lock(&console.services, &console.actor, &username).await;
    console
        .answer("users", LIST, (), result.map(|()| returned(&back, "locked")))
        .await
}

/// Opens the codes that too many wrong ones have closed.
#[server(prefix = "/api", endpoint = "console/users/open-codes")]
pub async fn open_codes(username: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::open_codes(&console.services, &console.actor, &username).await;
    let page = page_of(&username, "profile");
    let next = result.map(|()| format!("{page}?notice=codes-opened"));
    console.answer("users", &page, (), next).await
}

#[server(prefix = "/api", endpoint = "console/users/unlock")]
pub async fn unlock_user(username: String, back: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::unlock(&console.services, &console.actor, &username).await;
    console
        .answer("users", LIST, (), result.map(|()| returned(&back, "unlocked")))
        .await
}

#[server(prefix = "/api", endpoint = "console/users/delete")]
pub async fn delete_user(username: String) -> Result<(), UiError> {
    let console = Console::require(ManageUsers)?;
    let result = rules::delete(&console.services, &console.actor, &username).await;
    let next = result.map(|()| format!("{LIST}?notice=deleted"));
    console
        .answer(&form_of(&username, "delete"), &page_of(&username, "delete"), (), next)
        .await
}

/// Back to the same part of the list: `back` is its query, as the list wrote it.
fn returned(back: &str, notice: &str) -> String {
    match back {
        "" => format!("{LIST}?notice={notice}"),
        query => format!("{LIST}?{query}&notice={notice}"),
    }
}

#[cfg(test)]
mod tests {
    use super::returned;

    #[test]
    fn locking_leads_back_to_the_same_part_of_the_list() {
        assert_eq!(returned("", "locked"), "/console/users?notice=locked");
        assert_eq!(
            returned("q=j&after=jane", "unlocked"),
            "/console/users?q=j&after=jane&notice=unlocked"
        );
        assert!(returned("//evil.example", "locked").starts_with("/console/users?"));
    }
}
