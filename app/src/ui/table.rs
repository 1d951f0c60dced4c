//! Tables. On narrow screens a row becomes a stack in which each cell carries its column's name; the
//! name is therefore given with every cell.

use leptos::prelude::*;

use super::inline::prose;

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: String,
    class: Option<&'static str>,
    /// Where its link leads that sorts by it, and `aria-sort`.
    sorted: Option<(String, &'static str)>,
}

/// The id of the form that the boxes of a list's rows belong to.
pub const BULK: &str = "bulk";

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            class: None,
            sorted: None,
        }
    }

    /// A column whose head sorts the list. `state` is how it is sorted now, in the words of `aria-sort`.
    #[must_use]
    pub fn sorted(label: impl Into<String>, href: String, state: &'static str) -> Self {
        Self {
            sorted: Some((href, state)),
            ..Self::text(label)
        }
    }

    /// The first column, with the rows' boxes. Its own ticks them all.
    #[must_use]
    pub fn select() -> Self {
        Self {
            class: Some("pick"),
            ..Self::text("Select all on this page")
        }
    }

    /// A column of numbers, set to the right.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            class: Some("num"),
            ..Self::text(label)
        }
    }

    /// The last column, whose head only assistive technology hears.
    #[must_use]
    pub fn actions() -> Self {
        Self {
            class: Some("actions"),
            ..Self::text("Actions")
        }
    }
}

impl From<&str> for Column {
    fn from(label: &str) -> Self {
        Self::text(label)
    }
}

/// A table; its children are the rows (`<tr>`). `caption` is heard, not seen.
#[component]
pub fn Table(#[prop(into)] caption: String, columns: Vec<Column>, children: Children) -> impl IntoView {
    let heads = columns.into_iter().map(head).collect::<Vec<_>>();
    view! {
        <div class="table-box"><table class="table">
            <caption class="hear-only">{caption}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{children()}</tbody>
        </table></div>
    }
}

fn head(column: Column) -> AnyView {
    match (column.class, column.sorted) {
        (Some("actions"), _) => {
            view! { <th scope="col" class="actions"><span class="hear-only">{column.label}</span></th> }.into_any()
        }
        // A cell, not a head: it names no column.
        (Some("pick"), _) => view! {
            <td class="pick"><input type="checkbox" class="needs-script" data-pick-all="" disabled=true aria-label=column.label autocomplete="off"/></td>
        }
        .into_any(),
        (class, Some((href, state))) => view! {
            <th scope="col" class=class aria-sort=state><a class="sort" href=href>{column.label}</a></th>
        }
        .into_any(),
        (class, None) => view! { <th scope="col" class=class>{column.label}</th> }.into_any(),
    }
}

/// The box of a row, for what is done with several at once.
#[component]
pub fn PickCell(id: i64, name: String) -> impl IntoView {
    let label = format!("Select {name}");
    view! {
        <td class="pick"><input type="checkbox" name="ids[]" value=id.to_string() form=BULK data-pick="" aria-label=label autocomplete="off"/></td>
    }
}

/// The first cell of a row: the name as a link, a description under it.
#[component]
pub fn NameCell(
    #[prop(into)] name: String,
    #[prop(optional_no_strip, into)] href: Option<String>,
    #[prop(optional_no_strip, into)] sub: Option<String>,
) -> impl IntoView {
    let name = match href {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! {
        <th scope="row" class="name">
            {name}
            {sub.map(|sub| view! { <div class="sub">{prose(&sub)}</div> })}
        </th>
    }
}

/// A cell under the column `label`.
#[component]
pub fn Cell(#[prop(into)] label: String, #[prop(optional)] number: bool, children: Children) -> impl IntoView {
    view! { <td data-label=label class=number.then_some("num")>{children()}</td> }
}

/// The last cell of a row: its actions, as small quiet buttons and links.
#[component]
pub fn ActionsCell(children: Children) -> impl IntoView {
    view! { <td class="actions"><div class="row-actions">{children()}</div></td> }
}
