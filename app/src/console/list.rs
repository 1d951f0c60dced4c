//! What the lists' pages share: the state that stands in the address, sorted heads and empty lists; in `bulk`, changes to
//! several rows at once.

use std::borrow::Cow;

use domain::view::{ListQuery, Page};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::context::encode;
use crate::islands::LiveList;
use crate::ui::*;

mod bulk;

pub use bulk::{BulkBar, BulkButton, Question, ask_deletion, outcome, question, told};

/// Search, order and place in a list, as the address says.
#[must_use]
pub fn asked(query: &ParamsMap) -> ListQuery {
    let of = |name: &str| query.get(name).unwrap_or_default();
    ListQuery {
        search: of("q"),
        search_in: of("in"),
        sort: of("sort"),
        dir: of("dir"),
        after: query.get("after"),
        before: query.get("before"),
        whole: false,
    }
}

/// A list as its address has it: the same search and order lead from page to page, into the heads and the file.
#[derive(Clone, Debug)]
pub struct Listed {
    path: Cow<'static, str>,
    /// What narrows the list: the search and its filters.
    filters: Vec<(&'static str, String)>,
    sort: String,
    dir: String,
    place: Vec<(&'static str, String)>,
}

impl Listed {
    /// `filters` are those besides the search, under their names in the address.
    #[must_use]
    pub fn new(path: impl Into<Cow<'static, str>>, query: &ListQuery, filters: &[(&'static str, &str)]) -> Self {
        let own = [("q", query.search.as_str()), ("in", &query.search_in)];
        let filters = own.iter().chain(filters).filter(|(_, value)| !value.is_empty());
        let place = [("after", &query.after), ("before", &query.before)];
        let place = place.into_iter().filter_map(|(name, key)| Some((name, key.clone()?)));
        Self {
            path: path.into(),
            filters: filters.map(|(name, value)| (*name, (*value).to_owned())).collect(),
            sort: query.sort.clone(),
            dir: query.dir.clone(),
            place: place.take(1).collect(),
        }
    }

    fn query(&self, sort: &str, dir: &str, place: Option<(&str, &str)>) -> String {
        let filters = self.filters.iter().map(|(name, value)| (*name, value.as_str()));
        let pairs = filters.chain([("sort", sort), ("dir", dir)]).chain(place);
        let pairs = pairs.filter(|(_, value)| !value.is_empty());
        pairs
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    fn address(&self, path: &str, query: &str) -> String {
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// This very part of the list, as a query to come back by.
    #[must_use]
    pub fn here(&self) -> String {
        let place = self.place.first().map(|(name, key)| (*name, key.as_str()));
        self.query(&self.sort, &self.dir, place)
    }

    /// The pages before and after this one.
    #[must_use]
    pub fn turns<T>(&self, page: &Page<T>) -> (Option<String>, Option<String>) {
        let turn = |name: &str, key: &Option<String>| {
            let query = self.query(&self.sort, &self.dir, Some((name, key.as_deref()?)));
            Some(self.address(&self.path, &query))
        };
        (turn("before", &page.previous), turn("after", &page.next))
    }

    /// The head of a column that the list can be sorted by. `name` is empty for the order that it has of itself.
    #[must_use]
    pub fn head(&self, label: &str, name: &'static str, order: Order) -> Column {
        let now = self.sort == name;
        let turned = match order {
            Order::Rising => "desc",
            Order::Falling => "asc",
        };
        let is_turned = now && self.dir == turned;
        let next = if now && !is_turned { turned } else { "" };
        let rises = (order == Order::Rising) != is_turned;
        let state = match (now, rises) {
            (false, _) => "none",
            (true, true) => "ascending",
            (true, false) => "descending",
        };
        Column::sorted(label, self.address(&self.path, &self.query(name, next, None)), state)
    }

    /// The whole of what is found, as a file.
    #[must_use]
    pub fn export(&self) -> String {
        self.address(&format!("{}.csv", self.path), &self.query(&self.sort, &self.dir, None))
    }

    /// What the search's form sends along besides its own fields.
    pub fn kept(&self) -> impl IntoView + use<> {
        let kept = [("sort", self.sort.clone()), ("dir", self.dir.clone())];
        kept.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| view! { <Hidden name value/> })
            .collect_view()
    }

    /// Why a page has no rows.
    #[must_use]
    pub fn nothing(&self) -> Nothing {
        if !self.filters.is_empty() {
            Nothing::Found
        } else if !self.place.is_empty() {
            Nothing::Further
        } else {
            Nothing::Yet
        }
    }
}

/// How a column is sorted at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Rising,
    Falling,
}

/// How many rows there are, as lists show it.
#[must_use]
pub fn shown_count<T>(page: &Page<T>) -> String {
    page.count.map_or_else(|| count_text(u64::MAX), count_text)
}

/// Why a page has no rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// There is nothing in the list.
    Yet,
    /// Nothing is as what was asked for.
    Found,
    /// There was something here, on a page that is beyond the end by now.
    Further,
}

/// An empty page of a list that is not empty: what was asked for, and the way back to all.
pub fn nothing_here(listed: &Listed, title: &'static str, text: &'static str) -> AnyView {
    let path = listed.path.clone();
    let (title, text) = match listed.nothing() {
        Nothing::Further => ("Nothing further", "The list ends before this page."),
        _ => (title, text),
    };
    view! { <EmptyState title text><LinkButton href=path>"Show all"</LinkButton></EmptyState> }.into_any()
}

/// *Export CSV*, where there is something to export.
#[component]
pub fn ExportLink(href: String, shown: bool) -> impl IntoView {
    view! { <span class="live" data-live="export">{shown.then(|| view! { <LinkButton href>"Export CSV"</LinkButton> })}</span> }
}

/// The part of a list that changes as one types: rows, pager, and what is done with several rows.
#[component]
pub fn LiveRows(children: Children) -> impl IntoView {
    view! {
        <div class="live-rows" data-live="rows">{children()}</div>
        <LiveList/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn listed(sort: &str, dir: &str) -> Listed {
        let query = ListQuery {
            search: "a&b".into(),
            sort: sort.into(),
            dir: dir.into(),
            after: Some("x y".into()),
            before: Some("ignored".into()),
            ..ListQuery::default()
        };
        Listed::new("/console/users", &query, &[("kind", "k"), ("none", "")])
    }

    #[test]
    fn the_address_holds_the_state() {
        let listed = listed("created", "desc");
        assert_eq!(listed.here(), "q=a%26b&kind=k&sort=created&dir=desc&after=x+y");
        assert_eq!(
            listed.export(),
            "/console/users.csv?q=a%26b&kind=k&sort=created&dir=desc"
        );
        let page = Page::<()> {
            previous: Some("7".into()),
            ..Page::default()
        };
        let (previous, next) = listed.turns(&page);
        assert_eq!(
            (previous.as_deref(), next),
            (
                Some("/console/users?q=a%26b&kind=k&sort=created&dir=desc&before=7"),
                None
            )
        );
        let plain = Listed::new("/console/users", &ListQuery::default(), &[]);
        assert_eq!(
            (plain.here().as_str(), plain.export().as_str()),
            ("", "/console/users.csv")
        );
    }

    #[test]
    fn a_head_says_how_it_is_sorted_and_turns_it_around() {
        let html = |sort: &str, dir: &str, name: &'static str, order| {
            let column = Listed::new(
                "/x",
                &ListQuery {
                    sort: sort.into(),
                    dir: dir.into(),
                    ..ListQuery::default()
                },
                &[],
            )
            .head("Head", name, order);
            markup(move || view! { <Table caption="T" columns=vec![column]>""</Table> })
        };
        for (sort, dir, name, order, state, href) in [
            ("", "", "", Order::Rising, "ascending", "/x?dir=desc"),
            ("", "desc", "", Order::Rising, "descending", "/x\""),
            ("created", "", "", Order::Rising, "none", "/x\""),
            ("", "", "created", Order::Rising, "none", "/x?sort=created\""),
            (
                "created",
                "",
                "created",
                Order::Rising,
                "ascending",
                "/x?sort=created&amp;dir=desc",
            ),
            ("", "", "", Order::Falling, "descending", "/x?dir=asc"),
            ("", "asc", "", Order::Falling, "ascending", "/x\""),
        ] {
            let html = html(sort, dir, name, order);
            assert!(
                html.contains(&format!("aria-sort=\"{state}\"")),
                "{sort} {dir} {name}: {html}"
            );
            assert!(html.contains(&format!("href=\"{href}")), "{sort} {dir} {name}: {html}");
        }
    }

    #[test]
    fn an_empty_page_knows_why() {
        let nothing = |query: ListQuery| Listed::new("/x", &query, &[]).nothing();
        assert_eq!(nothing(ListQuery::default()), Nothing::Yet);
        let after = ListQuery {
            after: Some("z".into()),
            ..ListQuery::default()
        };
        assert_eq!(nothing(after.clone()), Nothing::Further);
        let search = ListQuery {
            search: "z".into(),
            ..after
        };
        assert_eq!(nothing(search), Nothing::Found);
    }
}
