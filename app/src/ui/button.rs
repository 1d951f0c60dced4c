//! Buttons, and links that look like buttons. A button does something; a link leads somewhere.

use leptos::prelude::*;

/// How loud a button is. One primary button a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// What the page is for.
    Primary,
    /// Everything else.
    #[default]
    Plain,
    /// Ways out, and actions in rows.
    Quiet,
    /// Destroys something.
    Danger,
}

impl ButtonKind {
    pub(super) fn class(self, small: bool) -> &'static str {
        match (self, small) {
            (Self::Primary, false) => "btn primary",
            (Self::Primary, true) => "btn primary small",
            (Self::Plain, false) => "btn",
            (Self::Plain, true) => "btn small",
            (Self::Quiet, false) => "btn quiet",
            (Self::Quiet, true) => "btn quiet small",
            (Self::Danger, false) => "btn danger",
            (Self::Danger, true) => "btn danger small",
        }
    }
}

/// A submit button.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    /// With `value`: sent when this button submits the form.
    #[prop(optional, into)]
    name: Option<String>,
    #[prop(optional, into)] value: Option<String>,
    /// The id of the form it submits, where it stands outside.
    #[prop(optional, into)]
    form: Option<String>,
    /// Where it posts to instead of the form's own action.
    #[prop(optional, into)]
    formaction: Option<String>,
    /// Whether it sends the form's files along, whatever the form itself would send.
    #[prop(optional)]
    multipart: bool,
    children: Children,
) -> impl IntoView {
    let formenctype = multipart.then_some("multipart/form-data");
    view! {
        <button type="submit" class=kind.class(small) name=name value=value form=form formaction=formaction
            formenctype=formenctype>
            {children()}
        </button>
    }
}

/// A link dressed as a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: String,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] small: bool,
    /// The file name to save what is linked as.
    #[prop(optional, into)]
    download: Option<String>,
    children: Children,
) -> impl IntoView {
    view! { <a class=kind.class(small) href=href download=download>{children()}</a> }
}
