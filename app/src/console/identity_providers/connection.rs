//! How the provider is reached: whose certificates are trusted, and who is asked in its place.

use leptos::prelude::*;

use super::form::Form;
use super::named;
use crate::ui::*;

pub fn fields(form: &Form, trusted: Option<String>) -> AnyView {
    let (input, problems) = (&form.input, &form.problems);
    let none = ("".to_owned(), "None".to_owned());
    let others = form.fallbacks.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let options: Vec<(String, String)> = [none].into_iter().chain(others).collect();
    let skipped = form.is_skipped.then(|| {
        let text = "It has failed several times in a row, so codes go by its fallback for now. It is tried again every minute; saving this form tries it at once.";
        view! { <Callout kind=NoticeKind::Warn>{text}</Callout> }
    });
    view! {
        <section class="part fields">
            <h3>"Connection"</h3>
            <TextArea
                name=named("trusted_certificates")
                label="Trusted certificates"
                value=input.trusted_certificates.clone()
                error=problems.of("trusted_certificates")
                note=trusted
                help="In PEM, several if need be: trusted for this provider alone, besides this system's certificate authorities."
            />
            <SelectField
                name=named("fallback")
                label="Fallback identity provider"
                options
                value=input.fallback.clone()
                error=problems.of("fallback")
                help="Asked at once where this one sends nothing, and from the second `Resend code` on. Policy, budget and countries stay this one's."
            />
            {skipped}
        </section>
    }
    .into_any()
}
