//! Search and filters above a list: a plain GET form, so that what one found can be linked to.

use leptos::prelude::*;

use super::field::described_by;
use super::icon::{Icon, IconKind};
use super::id::field_id;
use super::options::Options;
use super::select_field::option_list;

/// The bar above a list: search at the left, the count at the right. Children are [`FilterSelect`]s.
#[component]
pub fn SearchBar(
    /// The list's own address.
    #[prop(into)]
    action: String,
    /// What is searched for now.
    #[prop(optional, into)]
    value: String,
    /// The accessible name, such as `Search users`.
    #[prop(into)]
    label: String,
    /// By what one can search.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// How many there are, as [`super::count_text`] gives it.
    #[prop(into)]
    count: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <form class="search-bar" role="search" method="get" action=action>
            <span class="search-box">
                <Icon kind=IconKind::Search/>
                <input class="control" type="search" name="q" value=value aria-label=label placeholder=placeholder autocomplete="off"/>
            </span>
            {children.map(|children| children())}
            <button type="submit" class="btn">"Search"</button>
            <span class="count"><span data-live="count" aria-live="polite">{count}<span class="hear-only">" found"</span></span></span>
        </form>
    }
}

/// A filter of a list, inside a [`SearchBar`].
#[component]
pub fn FilterSelect(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] options: Options,
    #[prop(optional, into)] value: String,
) -> impl IntoView {
    view! {
        <select class="control filter" name=name aria-label=label autocomplete="off">
            {option_list(options, &value)}
        </select>
    }
}

/// A time to filter by, inside a [`SearchBar`]: UTC, to the minute.
#[component]
pub fn FilterTime(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    /// What is wrong with it.
    #[prop(optional_no_strip)]
    problem: Option<String>,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, problem.is_some(), false, false);
    let problem_id = format!("{id}-error");
    // A browser shows a `datetime-local` that it cannot read as empty: what was typed would be lost.
    let kind = if problem.is_some() { "text" } else { "datetime-local" };
    view! {
        <span class="filter-time">
            <label for=id.clone()>{label}</label>
            <input class="control" type=kind id=id name=name value=value aria-invalid=problem.is_some().then_some("true")
                aria-describedby=described autocomplete="off"/>
            {problem.map(|problem| view! { <span class="field-error" id=problem_id>{problem}</span> })}
        </span>
    }
}
