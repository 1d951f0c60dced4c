//! The frame of every console page: navigation, skip link, who is signed in, the outcome of the last
//! submit, and the content. On narrow screens the navigation folds behind *Menu*, without scripts.

use leptos::prelude::*;

use super::icon::{Icon, IconKind};
use super::nav::{GROUPS, NavItem, Section};

/// The server function that ends the console's session.
const SIGN_OUT: &str = "/api/console/sign-out";

/// A console page. `notice` is a [`super::Notice`] or [`super::ErrorSummary`], and stands above the page's head.
#[component]
pub fn ConsoleShell(
    /// The page the navigation marks; a thing's own page marks the list it is in.
    #[prop(optional_no_strip)]
    current: Option<NavItem>,
    /// The user name of whoever is signed in.
    #[prop(into)]
    user: String,
    /// The pages they may see.
    may: Vec<NavItem>,
    #[prop(optional_no_strip)] notice: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class="skip" href="#content">"Skip to content"</a>
        <div class="shell">
            <header class="side">
                <a class="brand" href="/console"><Icon kind=IconKind::Gatehouse/>"Gatehouse"</a>
                <details class="menu">
                    <summary class="btn small"><Icon kind=IconKind::Menu/>"Menu"</summary>
                </details>
                <nav class="nav" aria-label="Main">{navigation(current, &may)}</nav>
                <div class="me">
                    <span class="user" title=user.clone()>{user.clone()}</span>
                    <form method="post" action=SIGN_OUT>
                        <button type="submit" class="link">"Sign out"</button>
                    </form>
                </div>
            </header>
            <main id="content" tabindex="-1">
                {notice}
                {children()}
            </main>
        </div>
    }
}

fn navigation(current: Option<NavItem>, may: &[NavItem]) -> Vec<AnyView> {
    GROUPS
        .iter()
        .filter_map(|(head, sections)| {
            let items: Vec<_> = sections
                .iter()
                .filter_map(|section| section_view(section, current, may))
                .collect();
            let id = format!("nav-{}", head.to_lowercase());
            (!items.is_empty()).then(|| {
                view! {
                    <div>
                        <p class="nav-head" id=id.clone()>{*head}</p>
                        <ul aria-labelledby=id>{items}</ul>
                    </div>
                }
                .into_any()
            })
        })
        .collect()
}

fn section_view(section: &Section, current: Option<NavItem>, may: &[NavItem]) -> Option<AnyView> {
    let landing = section.landing(may)?;
    let here = current.is_some_and(|item| section.holds(item));
    let alone = section.items.len() == 1;
    let mark = here.then_some(if alone { "page" } else { "true" });
    let pages = (here && !alone).then(|| {
        let pages: Vec<_> = section
            .items
            .iter()
            .filter(|item| may.contains(item))
            .map(|item| {
                let mark = (current == Some(*item)).then_some("page");
                view! { <li><a href=item.href() aria-current=mark>{item.label()}</a></li> }
            })
            .collect();
        view! { <ul>{pages}</ul> }
    });
    Some(view! { <li><a href=landing.href() aria-current=mark>{section.label}</a>{pages}</li> }.into_any())
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::ConsoleShell;
    use crate::ui::nav::NavItem;
    use crate::ui::test_render::markup;

    fn shell(current: NavItem, may: Vec<NavItem>) -> String {
        markup(move || view! { <ConsoleShell current=Some(current) user="admin" may>"page"</ConsoleShell> })
    }

    #[test]
    fn only_what_one_may_see_is_shown() {
        let html = shell(NavItem::Roles, vec![NavItem::Roles, NavItem::IdentityProviderList]);
        assert!(
            html.contains(r#"href="/console/roles" aria-current="true">Users and Roles"#),
            "{html}"
        );
        assert!(
            html.contains(r#"href="/console/roles" aria-current="page">Roles"#),
            "{html}"
        );
        assert!(
            !html.contains("/console/users") && !html.contains("Watch") && !html.contains("Claims"),
            "{html}"
        );
        assert!(
            html.contains("Identity Providers") && !html.contains("/console/identity-providers/new"),
            "{html}"
        );
    }

    #[test]
    fn pages_of_a_section_show_only_inside_it() {
        let all = NavItem::ALL.to_vec();
        let html = shell(NavItem::IdentityProviderList, all);
        assert!(
            html.contains("/console/identity-providers/new") && !html.contains("/console/service-providers/new"),
            "{html}"
        );
        assert!(
            html.contains(r#"<form method="post" action="/api/console/sign-out""#),
            "{html}"
        );
    }
}
