//! The page *SAML2 Web SSO* of a service provider. It is saved on its own, at once.

use domain::input::saml::{
    DIGEST_ALGORITHMS, ENCRYPTION_ALGORITHMS, KEY_ENCRYPTION_ALGORITHMS, LOGOUT_METHODS, NAME_ID_FORMATS,
    SIGNING_ALGORITHMS, SamlInput,
};
use domain::view::SamlFormView;
use domain::view::watch::UnknownIssuer;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::nested::{self, Nested};
use super::rows::DefaultSubmit;
use super::saml_sections::sections;
use super::{LIST, metadata_of, page_of, saml_form_of};
use crate::console::difference::difference;
use crate::console::labels;
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "saml-configuration";

#[component]
pub fn SamlPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewServiceProviders),
        Some(NavItem::ServiceProviderList),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let mut view = identity::service_providers::saml_form(&console.services, &console.actor, id).await?;
            let draft = console
                .draft::<Nested<SamlInput>>(&saml_form_of(id), &request.query)
                .await?;
            let return_draft = nested::return_draft(draft.as_ref(), &request.query);
            let mut is_draft = draft.is_some();
            let mut problems = Problems::default();
            let mut differs = None;
            if let Some(draft) = draft {
                let stored = std::mem::replace(&mut view.input, draft.input.input);
                problems = draft.problems;
                if problems.of("version").is_some() {
                    differs = difference(&problems, labels::SAML, &stored, &view.input, &in_words);
                    view.input.version = stored.version;
                }
            }
            let sender = match request.query.get("case").filter(|_| !is_draft && !view.registered) {
                Some(case) => identity::sign_ins::unknown_issuer(&console.services, &console.actor, &case).await?,
                None => None,
            };
            if let Some(sender) = &sender {
                is_draft = true;
                view.input.issuer.clone_from(&sender.issuer);
                view.input.acs_urls = sender.acs_url.iter().cloned().collect();
            }
            let refused = !problems.is_empty();
            let summary = view! { <ErrorSummary problems=problems.clone()/> };
            let may_manage = request.may(Permission::ManageServiceProviders);
            let guard = may_manage.then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=is_draft/> });
            let body = Body::new((content(id, view, return_draft, &problems, may_manage, sender), guard));
            let body = body.with_difference(differs);
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

/// An option's words; everything else stands for itself.
fn in_words(path: &str, value: &str) -> Option<String> {
    let options: &[(&str, &str)] = match path {
        "name_id_format" => &NAME_ID_FORMATS,
        "response_signing_algorithm" => &SIGNING_ALGORITHMS,
        "response_digest_algorithm" => &DIGEST_ALGORITHMS,
        "assertion_encryption_algorithm" => &ENCRYPTION_ALGORITHMS,
        "key_encryption_algorithm" => &KEY_ENCRYPTION_ALGORITHMS,
        "logout_method" => &LOGOUT_METHODS,
        _ => return None,
    };
    let known = options.iter().find(|(option, _)| *option == value);
    known.map(|(_, words)| (*words).to_owned())
}

fn content(
    id: i64,
    view: SamlFormView,
    return_draft: String,
    problems: &Problems,
    may_manage: bool,
    sender: Option<UnknownIssuer>,
) -> impl IntoView + use<> {
    let crumbs = vec![
        Crumb::link("Service Providers", LIST),
        Crumb::link(view.name.clone(), page_of(id)),
        Crumb::here("SAML2 Web SSO"),
    ];
    let back = nested::back(id, &return_draft, None);
    let save = if view.registered { "Update" } else { "Register" };
    let version = view.input.version.clone();
    let count = problems.0.len();
    let sections = sections(view, problems, may_manage);
    view! {
        <PageHead title="SAML2 Web SSO Configuration"
            subtitle="Saved at once, apart from the rest of the service provider." crumbs>
            {may_manage.then(|| view! { <LinkButton href=metadata_of(id)>"Update from metadata"</LinkButton> })}
        </PageHead>
        {sender.map(unverified)}
        <PostForm action="/api/console/service-providers/saml" id=FORM>
            <DefaultSubmit/>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="return_draft" value=return_draft/>
            <Hidden name="input[version]" value=version/>
            <fieldset class="form" disabled=!may_manage>{sections}</fieldset>
            {may_manage.then(|| view! {
                <SaveBar problems=count>
                    <Button kind=ButtonKind::Primary>{save}</Button>
                    <LinkButton kind=ButtonKind::Quiet href=back>"Cancel"</LinkButton>
                </SaveBar>
            })}
        </PostForm>
    }
}

/// What is filled in is the sender's word.
fn unverified(sender: UnknownIssuer) -> impl IntoView {
    let what = if sender.acs_url.is_some() {
        "Issuer and Assertion Consumer URL are"
    } else {
        "The issuer is"
    };
    let text = format!(
        "{what} filled in from the refused request of case {}. Nobody has verified them, and anybody can send such a request: \
         compare them with what the application\u{2019}s own pages or documents say before you register.",
        sender.case_number
    );
    view! { <Callout kind=NoticeKind::Warn>{text}</Callout> }
}
