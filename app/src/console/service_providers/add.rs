//! *Add Service Provider*.

use domain::input::service_provider::ServiceProviderInput;
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::LIST;
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageServiceProviders),
        Some(NavItem::ServiceProviderAdd),
        |request| async move {
            let draft = request
                .console
                .draft::<ServiceProviderInput>("service-providers/new", &request.query)
                .await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let summary = view! { <ErrorSummary problems=problems.clone() outcome="Not registered"/> };
            let refused = !problems.is_empty();
            let body = Body::new(content(input, problems));
            Ok(if refused { body.with_notice(summary) } else { body })
        },
    )
}

fn content(input: ServiceProviderInput, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PageHead title="Add Service Provider" subtitle="An application that is to sign its users in here."
            crumbs=vec![Crumb::link("Service Providers", LIST), Crumb::here("Add")]/>
        <PostForm action="/api/console/service-providers/create">
            <PlainCard title="Basic Information">
                <div class="fields"><Basics input problems/></div>
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
            error=problems.of("name")
            help="Whoever signs in reads this name. Unique, at most 100 characters."/>
        <TextArea name="input[description]" label="Description" mono=false rows=2 value=input.description
            error=problems.of("description")
            help="For administrators only."/>
    }
}
