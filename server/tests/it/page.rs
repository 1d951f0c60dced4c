//! What a person without scripts has in front of them: a page's words, links and forms, read out of its HTML.

use scraper::{ElementRef, Html, Selector};

use crate::form::Form;

/// A page, taken apart.
#[derive(Clone, Debug)]
pub struct Page {
    pub title: String,
    /// The text of its `h1`.
    pub heading: String,
    /// What `role=alert` holds.
    pub alert: String,
    /// What `role=status` holds.
    pub status: String,
    /// All text of the body, spaces collapsed.
    pub text: String,
    pub links: Vec<(String, String)>,
    pub forms: Vec<Form>,
    pub scripts: usize,
}

impl Page {
    pub fn read(html: &str) -> Self {
        // Without scripts a browser shows what stands in `noscript`; the parser would take it for text.
        let html = Html::parse_document(&html.replace("<noscript>", "").replace("</noscript>", ""));
        let root = html.root_element();
        let links = all(root, "a[href]").into_iter();
        Self {
            title: first_text(root, "title"),
            heading: first_text(root, "h1"),
            alert: first_text(root, "[role=alert]"),
            status: first_text(root, "[role=status]"),
            text: first_text(root, "body"),
            links: links.map(|a| (text(a), attribute(a, "href"))).collect(),
            forms: all(root, "form")
                .into_iter()
                .map(|form| Form::read(root, form))
                .collect(),
            scripts: all(root, "script").len(),
        }
    }

    /// The form that has this button, by its words or, where several read alike, its value.
    pub fn form(&self, button: &str) -> Form {
        let form = self.forms.iter().find(|form| form.has_button(button));
        form.unwrap_or_else(|| {
            panic!(
                "no form with the button {button:?} on {:?}: {}",
                self.heading, self.text
            )
        })
        .clone()
    }

    /// Where the link with these words leads.
    pub fn link(&self, words: &str) -> &str {
        let link = self.links.iter().find(|(text, _)| text == words);
        &link.unwrap_or_else(|| panic!("no link {words:?}: {:?}", self.links)).1
    }
}

pub fn all<'a>(within: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    within.select(&Selector::parse(selector).unwrap()).collect()
}

pub fn first_text(within: ElementRef<'_>, selector: &str) -> String {
    all(within, selector)
        .first()
        .map_or_else(String::new, |found| text(*found))
}

pub fn text(element: ElementRef<'_>) -> String {
    let seen = element.descendants().filter(|node| {
        let parent = node.parent().and_then(ElementRef::wrap);
        parent.is_none_or(|parent| parent.value().name() != "script")
    });
    let texts = seen.filter_map(|node| node.value().as_text().map(|text| &**text));
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

pub fn attribute(element: ElementRef<'_>, name: &str) -> String {
    element.attr(name).unwrap_or_default().to_owned()
}
