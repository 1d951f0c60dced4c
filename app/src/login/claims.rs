//! The form for what the application demands and the profile lacks, when all steps are passed.

use domain::claim;
use identity::login::{ClaimPrompt, FlowView};
use leptos::prelude::*;

use crate::ui::{Button, ButtonKind, Hidden, Notice, NoticeKind, PostButton, PostForm, SignInCard, TextField};

pub fn form(view: &FlowView, claims: Vec<ClaimPrompt>) -> AnyView {
    let (flow, application) = (view.id.clone(), Some(view.application.clone()));
    let hidden = vec![("flow", flow.clone())];
    let refused = claims.iter().any(|claim| claim.error.is_some());
    let alert = refused.then(|| {
        view! { <Notice focus=false kind=NoticeKind::Bad text="Nothing was saved: see what is said at the fields."/> }
    });
    let first_wrong = claims.iter().position(|claim| claim.error.is_some()).unwrap_or(0);
    let fields = claims
        .into_iter()
        .enumerate()
        .map(|(n, claim)| field(claim, n == first_wrong))
        .collect_view();
    let asks = format!(
        "{} needs this of everybody, and your profile has no value for it yet. It is saved to your profile.",
        view.application
    );
    let leave = format!("Return to {}", view.application);
    view! {
        <SignInCard application title="Complete your profile">
            {alert}
            <p>{asks}</p>
            <PostForm action="/api/login/claims">
                <Hidden name="flow" value=flow/>
                {fields}
                <Button kind=ButtonKind::Primary>"Save and continue"</Button>
            </PostForm>
            <div class="buttons">
                <PostButton action="/api/login/leave" label=leave kind=ButtonKind::Quiet hidden/>
            </div>
        </SignInCard>
    }
    .into_any()
}

fn field(claim: ClaimPrompt, autofocus: bool) -> AnyView {
    let (inputmode, autocomplete) = match claim.uri.as_str() {
        claim::EMAIL => ("email", "email"),
        claim::TELEPHONE => ("tel", "tel"),
        claim::COUNTRY => ("text", "country-name"),
        _ => match claim.name.as_str() {
            "givenname" => ("text", "given-name"),
            "lastname" => ("text", "family-name"),
            "organization" => ("text", "organization"),
            "url" => ("url", "url"),
            _ => ("text", "off"),
        },
    };
    view! {
        <TextField name=format!("claims[{}]", claim.name) label=claim.label value=claim.typed error=claim.error required=true
            inputmode autocomplete maxlength=1024 autofocus/>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use identity::login::Prompt;

    use super::*;
    use crate::ui::test_render::markup;

    fn shown(error: Option<&str>) -> String {
        let claim = ClaimPrompt {
            uri: "http://wso2.org/claims/department".into(),
            name: "department".into(),
            label: "Department <b>".into(),
            typed: "\"><script>".into(),
            error: error.map(str::to_owned),
        };
        let view = FlowView {
            id: "f".into(),
            application: "Wiki".into(),
            step: (1, 1),
            notice: None,
            is_choice: false,
            now: DateTime::UNIX_EPOCH,
            prompt: Prompt::Claims(vec![claim.clone()]),
        };
        markup(move || form(&view, vec![claim]))
    }

    #[test]
    fn a_claim_is_asked_for_by_its_name_and_there_is_a_way_out() {
        let html = shown(None);
        assert!(html.contains(r#"name="claims[department]""#), "{html}");
        assert!(
            html.contains(">Department &lt;b&gt;</label>") && !html.contains("<script"),
            "{html}"
        );
        assert!(
            html.contains(">Return to Wiki</button>") && html.contains(">Save and continue</button>"),
            "{html}"
        );
        assert!(!html.contains("role=\"alert\""), "nothing was refused yet: {html}");
    }

    #[test]
    fn what_was_refused_stands_at_its_field_and_above() {
        let html = shown(Some("Too long."));
        assert!(html.contains("role=\"alert\"") && html.contains("Too long."), "{html}");
        assert!(
            html.contains(r#"aria-invalid="true""#) && html.contains("&quot;&gt;"),
            "{html}"
        );
    }
}
