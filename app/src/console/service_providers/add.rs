//! *Add Service Provider*: by hand, or from its metadata.

use domain::input::metadata::AddInput;
use domain::input::service_provider::ServiceProviderInput;
use domain::view::watch::UnknownIssuer;
use domain::{Permission, Problems, limits};
use leptos::prelude::*;

use super::rows::DefaultSubmit;
use super::source::{MetadataSource, UpdateInstead};
use super::{ADD_FORM, LIST};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "new-service-provider";

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderAdd),
        |request| async move {
            let draft = request.console.draft::<AddInput>(ADD_FORM, &request.query).await?;
            let (mut form, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            if let Some(case) = request.query.get("case") {
                form.input.refused_case = case;
            }
            let console = &request.console;
            let case = form.input.refused_case.clone();
            let sender = identity::sign_ins::unknown_issuer(&console.services, &console.actor, &case).await?;
            let summary = view! { <ErrorSummary problems=problems.clone() outcome="Not registered"/> };
            let refused = !problems.is_empty();
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=refused/> };
            let body = Body::new((content(form, problems, sender), guard));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

fn content(form: AddInput, problems: Problems, sender: Option<UnknownIssuer>) -> impl IntoView {
    let count = problems.0.len();
    let AddInput { input, metadata, taken } = form;
    let case = sender
        .as_ref()
        .map_or_else(String::new, |sender| sender.case_number.clone());
    let basics = view! { <Basics input problems=problems.clone()/> };
    view! {
        <PageHead title="Add Service Provider" subtitle="An application that is to sign its users in here."
            crumbs=vec![Crumb::link("Service Providers", LIST), Crumb::here("Add")]/>
        {taken.map(|by| view! { <UpdateInstead by/> })}
        {sender.map(|sender| view! {
            <Callout kind=NoticeKind::Info>
                "For the issuer "<Mono text=sender.issuer/>{format!(" of case {}. ", sender.case_number)}
                "Its SAML page is filled in from the refused request, which nobody has verified."
            </Callout>
        })}
        <PostForm action="/api/console/service-providers/create" id=FORM>
            <DefaultSubmit/>
            <Hidden name="input[refused_case]" value=case/>
            <PlainCard title="Basic Information">
                <div class="fields">{basics}</div>
            </PlainCard>
            <PlainCard title="Import metadata" hint="Or fill everything in by hand afterwards">
                <p class="field-help">
                    "Takes over the addresses, certificates, NameID format, encryption and attributes that it holds. "
                    "Without a name above, the service provider gets the name it gives itself."
                </p>
                <div class="fields">
                    <MetadataSource input=metadata problems/>
                    <div class="buttons">
                        <Button formaction="/api/console/service-providers/import" multipart=true>"Import"</Button>
                    </div>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Register"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// Name and description, as *Add* and the service provider's page ask them.
#[component]
pub fn Basics(input: ServiceProviderInput, problems: Problems) -> impl IntoView {
    view! {
        <TextField name="input[name]" label="Service Provider Name" required=true value=input.name
            error=problems.of("name") limit=limits::NAME
            help="Whoever signs in reads this name. Unique."/>
        <TextArea name="input[description]" label="Description" mono=false rows=2 value=input.description
            error=problems.of("description") limit=limits::DESCRIPTION
            help="For administrators only."/>
    }
}
