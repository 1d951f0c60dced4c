//! Tables. On narrow screens a row becomes a stack in which each cell carries its column's name; the
//! name is therefore given with every cell.

use leptos::prelude::*;

use super::inline::prose;

/// The head of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    label: String,
    class: Option<&'static str>,
}

impl Column {
    /// A column of text.
    #[must_use]
    pub fn text(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            class: None,
        }
    }

    /// A column of numbers, set to the right.
    #[must_use]
    pub fn number(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            class: Some("num"),
        }
    }

    /// The last column, whose head only assistive technology hears.
    #[must_use]
    pub fn actions() -> Self {
        Self {
            label: "Actions".to_owned(),
            class: Some("actions"),
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
    let heads = columns
        .into_iter()
        .map(|column| {
            if column.class == Some("actions") {
                view! { <th scope="col" class="actions"><span class="hear-only">{column.label}</span></th> }.into_any()
            } else {
                view! { <th scope="col" class=column.class>{column.label}</th> }.into_any()
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="table-box"><table class="table">
            <caption class="hear-only">{caption}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{children()}</tbody>
        </table></div>
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
