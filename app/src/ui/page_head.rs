//! The head of a page: breadcrumb, title, one line that says what is true about the thing, and the
//! page's actions. Also names the document, so that tabs and history can be told apart.

use leptos::prelude::*;

use super::escape::DocumentTitle;
use super::inline::Inline;

/// One part of the breadcrumb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    label: String,
    href: Option<String>,
}

impl Crumb {
    /// A page above this one.
    #[must_use]
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
        }
    }

    /// This page.
    #[must_use]
    pub fn here(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }
}

/// The head of a page; its children are the page's actions.
#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional, into)] subtitle: Option<Inline>,
    #[prop(optional)] crumbs: Vec<Crumb>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let document = document_title(&title, &crumbs);
    let trail = (!crumbs.is_empty()).then(|| {
        let items = crumbs.into_iter().map(crumb).collect::<Vec<_>>();
        view! { <nav class="crumbs" aria-label="Breadcrumb"><ol>{items}</ol></nav> }
    });
    view! {
        <DocumentTitle text=document/>
        <header class="page-head">
            {trail}
            <div class="page-title">
                <h1>{title}</h1>
                {subtitle.map(|subtitle| view! { <p>{subtitle.into_any()}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

fn crumb(crumb: Crumb) -> AnyView {
    match crumb.href {
        Some(href) => view! { <li><a href=href>{crumb.label}</a></li> }.into_any(),
        None => view! { <li aria-current="page">{crumb.label}</li> }.into_any(),
    }
}

/// `SMSOTP · Identity Providers · Gatehouse`: the most telling words first, where tabs are cut.
fn document_title(title: &str, crumbs: &[Crumb]) -> String {
    let above = crumbs
        .iter()
        .rev()
        .filter(|crumb| crumb.href.is_some())
        .map(|crumb| crumb.label.as_str());
    std::iter::once(title)
        .chain(above)
        .chain(["Gatehouse"])
        .collect::<Vec<_>>()
        .join(" · ")
}

#[cfg(test)]
mod tests {
    use super::{Crumb, document_title};

    #[test]
    fn the_document_is_named_from_the_inside_out() {
        let crumbs = [
            Crumb::link("Identity Providers", "/console/identity-providers"),
            Crumb::here("SMSOTP"),
        ];
        assert_eq!(
            document_title("SMSOTP", &crumbs),
            "SMSOTP · Identity Providers · Gatehouse"
        );
        assert_eq!(document_title("Claims", &[Crumb::here("Claims")]), "Claims · Gatehouse");
    }
}
