//! One-line text controls. The server says what is wrong, so nothing here lets the browser refuse a
//! form: required is announced (`aria-required`), not enforced.

use leptos::prelude::*;

use super::field::{Field, Width, described_by};
use super::id::field_id;
use super::inline::Inline;
use super::unseen::{note_of, with_limit};

/// A one-line text field.
#[component]
pub fn TextField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] value: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    /// What the server changed or dropped when it read the value; shown in addition to help or error.
    #[prop(optional_no_strip)]
    note: Option<String>,
    #[prop(optional)] required: bool,
    /// For what goes over the wire: monospace, no spell checking.
    #[prop(optional)]
    mono: bool,
    /// The `type` attribute.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] width: Width,
    #[prop(optional, into)] autocomplete: Option<String>,
    #[prop(optional, into)] inputmode: Option<String>,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] maxlength: Option<u32>,
    /// How many characters it may hold: said, and not enforced by the browser, which would cut what is pasted.
    #[prop(optional)]
    limit: Option<usize>,
    #[prop(optional)] disabled: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] autofocus: bool,
    /// The element's id, where the name alone would not be unique on the page.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| field_id(&name));
    let note = note_of(note, &name, &value, mono);
    let help = with_limit(help.map(Inline::into_any), limit, &value).map(Inline::from);
    let described = described_by(&id, error.is_some(), help.is_some(), note.is_some());
    view! {
        <Field id=id.clone() label required width help error=error.clone() note>
            <input
                id=id.clone()
                name=name
                type=kind
                class=if mono { "control mono" } else { "control" }
                value=value
                autocomplete=autocomplete.unwrap_or_else(|| "off".to_owned())
                inputmode=inputmode
                placeholder=placeholder
                maxlength=maxlength.map(|n| n.to_string())
                spellcheck=mono.then_some("false")
                autocapitalize=mono.then_some("none")
                aria-required=required.then_some("true")
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                disabled=disabled
                readonly=readonly
                autofocus=autofocus
            />
        </Field>
    }
}

/// A password. There is no `value`: a password never travels back to the browser.
#[component]
pub fn PasswordField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// `current-password` or `new-password`: what a password manager goes by.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    #[prop(optional)] required: bool,
    #[prop(optional)] width: Width,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    view! {
        <Field id=id.clone() label required width help error=error.clone()>
            <input
                id=id.clone()
                name=name
                type="password"
                class="control"
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize="none"
                aria-required=required.then_some("true")
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                autofocus=autofocus
            />
        </Field>
    }
}

/// The one-time code of a sign-in: large, spaced, offered by phones that read the message.
#[component]
pub fn CodeField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional_no_strip)] error: Option<String>,
    #[prop(optional, into)] help: Option<Inline>,
    /// Whether codes are digits only, so that a phone may show its number pad.
    #[prop(default = true)]
    digits: bool,
    #[prop(default = 12)] maxlength: u32,
) -> impl IntoView {
    let id = field_id(&name);
    let described = described_by(&id, error.is_some(), help.is_some(), false);
    view! {
        <Field id=id.clone() label help error=error.clone()>
            <input
                id=id.clone()
                name=name
                class="control code"
                inputmode=if digits { "numeric" } else { "text" }
                autocomplete="one-time-code"
                autocapitalize=if digits { "none" } else { "characters" }
                spellcheck="false"
                maxlength=maxlength.to_string()
                aria-required="true"
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described
                autofocus=true
            />
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::{PasswordField, TextField};
    use crate::ui::test_render::markup;

    #[test]
    fn the_label_is_exactly_the_words_and_points_at_the_control() {
        let html = markup(|| view! { <TextField name="input[sms_url]" label="SMS URL" required=true value="a\"b"/> });
        assert!(
            html.contains(r#"for="f-sms_url" class="label must">SMS URL</label>"#)
                || html.contains(r#"class="label must" for="f-sms_url">SMS URL</label>"#),
            "{html}"
        );
        assert!(
            html.contains(r#"id="f-sms_url""#) && html.contains(r#"value="a&quot;b""#),
            "{html}"
        );
        assert!(
            html.contains(r#"aria-required="true""#) && !html.contains(" required"),
            "{html}"
        );
        assert!(!html.contains("aria-describedby"), "nothing describes it: {html}");
    }

    #[test]
    fn an_error_takes_the_place_of_the_help() {
        let html = markup(|| {
            view! { <TextField name="a" label="A" help="What it does" error=Some("Empty".to_owned()) note=Some("Seen".to_owned())/> }
        });
        assert!(
            html.contains(r#"aria-invalid="true""#) && html.contains(r#"aria-describedby="f-a-error f-a-note""#),
            "{html}"
        );
        assert!(
            html.contains(r#"id="f-a-error""#) && !html.contains("What it does"),
            "{html}"
        );
    }

    #[test]
    fn help_describes_a_field_without_error() {
        let html = markup(|| view! { <PasswordField name="p" label="Password" help="8 to 128"/> });
        assert!(
            html.contains(r#"aria-describedby="f-p-help""#) && html.contains(r#"id="f-p-help""#),
            "{html}"
        );
        assert!(!html.contains("value="), "{html}");
    }
}
