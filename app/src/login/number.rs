//! The form for a mobile number, for whoever has none yet.

use identity::login::{FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use super::page::{another_way, step};
use crate::ui::{Button, ButtonKind, Hidden, Notice, NoticeKind, PostForm, SignInCard, TextField};

pub fn form(view: &FlowView, default_country: Option<String>) -> AnyView {
    let (flow, application, step) = (view.id.clone(), Some(view.application.clone()), step(view));
    let another = another_way(view);
    let error = match &view.notice {
        Some(FlowNotice::NumberRefused(why)) => Some(why.clone()),
        _ => None,
    };
    let alert = error.is_some().then(|| {
        view! { <Notice focus=false kind=NoticeKind::Bad text="No code was sent: this number cannot be used."/> }
    });
    let local = default_country.map_or_else(String::new, |country| {
        format!(" A number without + is read as one of {country}.")
    });
    let help = format!(
        "Begin with + and the country code.{local} It gets the code, and becomes your account's number when the code is right."
    );
    view! {
        <SignInCard application step title="Enter your mobile number">
            {alert}
            <p>"Your account has no mobile number yet, and this application asks for a code by SMS."</p>
            <PostForm action="/api/login/number">
                <Hidden name="flow" value=flow/>
                <TextField name="number" label="Mobile number" kind="tel" inputmode="tel" autocomplete="tel" maxlength=60 error help
                    autofocus=true/>
                <Button kind=ButtonKind::Primary>"Send code"</Button>
            </PostForm>
            {another.map(|another| view! { <div class="buttons">{another}</div> })}
        </SignInCard>
    }
    .into_any()
}
