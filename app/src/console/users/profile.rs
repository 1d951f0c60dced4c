//! A user's profile.

use std::collections::BTreeMap;

use domain::input::user::ProfileInput;
use domain::phone::NumberKind;
use domain::view::{ClaimView, ProfileView};
use domain::{Permission, Problems, claim};
use identity::drafts::Draft;
use leptos::prelude::*;

use super::{LIST, backup_codes, form_of, page_of, with_problems};
use crate::console::difference::{as_they_are, difference};
use crate::console::labels;
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "user-profile";

#[component]
pub fn ProfilePage() -> impl IntoView {
    console_page(None, Some(NavItem::Users), |request| async move {
        let console = &request.console;
        let mut view = identity::users::profile(&console.services, &console.actor, &request.param("username")?).await?;
        let draft = console
            .draft::<ProfileInput>(&form_of(&view.username, "profile"), &request.query)
            .await?;
        let saved = named(&view);
        let (version, problems) = overlay(&mut view, draft);
        let differs = difference(&problems, labels::BY_LABEL, &saved, &named(&view), &as_they_are);
        let guard = view
            .may_change
            .then(|| view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> });
        let oneself = console.actor.username == view.username;
        let country = console.services.settings.default_country.clone();
        let form = if view.may_change {
            form(&view, version, &problems, country).into_any()
        } else {
            facts(&view).into_any()
        };
        let may_view = request.may(Permission::ViewUsers);
        let closed = (view.codes_closed && view.may_change).then(|| codes_closed(&view.username));
        let backup = backup_codes::card(&view);
        let body = Body::new(view! { {head(&view, oneself, may_view)} {closed} {form} {backup} {guard} });
        Ok(with_problems(body.with_difference(differs), problems, "Not saved"))
    })
}

/// The profile's values under the labels of their fields.
fn named(view: &ProfileView) -> BTreeMap<String, String> {
    let fields = view.fields.iter();
    fields
        .map(|(claim, value)| (claim.label.clone(), value.clone()))
        .collect()
}

/// Puts what was typed over what is stored. After a clash the version is the current one: the next submit overwrites
/// knowingly.
fn overlay(view: &mut ProfileView, draft: Option<Draft<ProfileInput>>) -> (String, Problems) {
    let Some(Draft { mut input, problems }) = draft else {
        return (view.version.to_string(), Problems::default());
    };
    for (claim, value) in &mut view.fields {
        if let Some(typed) = input.claims.remove(claim::short_name(&claim.uri)) {
            *value = typed;
        }
    }
    let version = if problems.of("version").is_some() {
        view.version.to_string()
    } else {
        input.version
    };
    (version, problems)
}

/// What fifty wrong codes have led to, and the way out.
fn codes_closed(username: &str) -> AnyView {
    let hidden = vec![("username", username.to_owned())];
    view! {
        <Callout kind=NoticeKind::Warn>
            <p>"Too many wrong codes were typed for this account: none is sent or accepted until you open them again."</p>
            <PostButton action="/api/console/users/open-codes" label="Open codes" hidden/>
        </Callout>
    }
    .into_any()
}

fn head(view: &ProfileView, oneself: bool, may_view: bool) -> impl IntoView + use<> {
    let name = view.username.clone();
    let roles = if view.roles.is_empty() {
        "No roles.".to_owned()
    } else {
        format!("Roles: {}.", view.roles.join(", "))
    };
    let locked = if view.locked {
        " Locked: nobody can sign in under this name."
    } else {
        ""
    };
    let above = may_view.then(|| Crumb::link("Users", LIST));
    let crumbs = above.into_iter().chain([Crumb::here(name.clone())]).collect();
    let touchable = view.may_change_mobile;
    let [roles_page, password_page, sessions_page, delete_page] =
        ["roles", "password", "sessions", "delete"].map(|page| page_of(&name, page));
    view! {
        <PageHead title=name subtitle=view! { {roles}{locked} }.into_any() crumbs>
            {touchable.then(|| view! { <LinkButton href=roles_page>"Assign Roles"</LinkButton> })}
            {(touchable || oneself).then(|| view! { <LinkButton href=password_page>"Change Password"</LinkButton> })}
            {may_view.then(|| view! { <LinkButton href=sessions_page>"Sessions"</LinkButton> })}
            {(touchable && !oneself).then(|| view! { <LinkButton kind=ButtonKind::Danger href=delete_page>"Delete"</LinkButton> })}
        </PageHead>
    }
}

fn form(view: &ProfileView, version: String, problems: &Problems, country: Option<String>) -> impl IntoView + use<> {
    let (count, username) = (problems.0.len(), view.username.clone());
    let fields = view
        .fields
        .iter()
        .map(|(claim, value)| {
            let decides = claim::NUMBERS.contains(&claim.uri.as_str()) || claim.uri == claim::EMAIL;
            let fixed = decides && !view.may_change_mobile;
            let kind = view.mobile_kind.filter(|_| claim.uri == claim::MOBILE);
            let coded = view.number_claims.contains(&claim.uri);
            field(claim, value.clone(), problems, country.as_deref(), kind, (coded, fixed))
        })
        .collect_view();
    view! {
        <PostForm action="/api/console/users/profile" id=FORM>
            <Hidden name="username" value=username/>
            <Hidden name="input[version]" value=version/>
            <PlainCard title="User Profile">
                <div class="fields">{fields}</div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Update"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

fn field(
    claim: &ClaimView,
    value: String,
    problems: &Problems,
    country: Option<&str>,
    kind_of_number: Option<NumberKind>,
    // Whether codes go there, and whether whoever looks may change it.
    (coded, fixed): (bool, bool),
) -> AnyView {
    let name = claim::short_name(&claim.uri);
    let error = problems.of(&format!("claims[{name}]"));
    let (kind, inputmode, first) = match claim.uri.as_str() {
        _ if coded => ("tel", "tel", mobile_help(country)),
        claim::EMAIL => ("text", "email", String::new()),
        _ => ("text", "text", String::new()),
    };
    let first = if fixed {
        "Changing it needs every permission that this user has. ".to_owned()
    } else {
        first
    };
    let known = kind_of_number.map_or_else(String::new, |kind| format!("{} ", kind.words()));
    view! {
        <TextField name=format!("input[claims][{name}]") label=claim.label.clone() value error kind inputmode
            required=claim.required disabled=fixed help=format!("{first}{known}Claim `{}`.", claim.uri)/>
    }
    .into_any()
}

fn mobile_help(country: Option<&str>) -> String {
    let local = match country {
        Some(country) => format!("A number without + is read as one of {country}. "),
        None => String::new(),
    };
    format!("Codes are sent here. Begin with + and the country code. {local}")
}

/// The profile for whoever may only look.
fn facts(view: &ProfileView) -> impl IntoView + use<> {
    let facts = view
        .fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(claim, value)| {
            let kind = view.mobile_kind.filter(|_| claim.uri == claim::MOBILE);
            let kind = kind.map(|kind| format!(" {}", kind.words()));
            let (label, value) = (claim.label.clone(), value.clone());
            view! { <Fact label>{value}{kind}</Fact> }
        })
        .collect_view();
    let empty = view.fields.iter().all(|(_, value)| value.is_empty());
    let content = if empty {
        view! { <p>"Nothing is known but the user name."</p> }.into_any()
    } else {
        view! { <Facts>{facts}</Facts> }.into_any()
    };
    view! { <PlainCard title="User Profile">{content}</PlainCard> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn view() -> ProfileView {
        let claim = |uri: &str, label: &str| ClaimView {
            uri: uri.into(),
            label: label.into(),
            attribute: String::new(),
            required: false,
            pattern: String::new(),
            derived: false,
        };
        ProfileView {
            username: "jane".into(),
            version: 7,
            locked: false,
            roles: Vec::new(),
            fields: vec![
                (claim(claim::MOBILE, "Mobile"), "+94771234567".into()),
                (claim(claim::EMAIL, "Email"), "a@b".into()),
            ],
            may_change: true,
            may_change_mobile: true,
            mobile_kind: Some(NumberKind::Mobile),
            number_claims: vec![claim::MOBILE.to_owned()],
            backup_codes_left: 0,
            codes_closed: false,
        }
    }

    #[test]
    fn every_claim_has_a_field_of_its_name() {
        let html = markup(|| {
            form(
                &view(),
                "7".into(),
                &Problems::one("claims[mobile]", "Not <so>"),
                Some("LK".into()),
            )
        });
        assert!(
            html.contains(r#"name="input[claims][mobile]""#) && html.contains(r#"id="f-claims-mobile-error""#),
            "{html}"
        );
        assert!(
            html.contains(">Mobile</label>") && html.contains("Not &lt;so&gt;"),
            "{html}"
        );
        assert!(
            html.contains(r#"name="input[version]" value="7""#) && html.contains(">Update</button>"),
            "{html}"
        );
    }

    #[test]
    fn a_number_that_one_may_not_change_is_not_sent() {
        let shown = ProfileView {
            may_change_mobile: false,
            ..view()
        };
        let html = markup(move || form(&shown, "7".into(), &Problems::default(), None));
        assert_eq!(html.matches(" disabled").count(), 2, "number and address: {html}");
        let html = markup(|| {
            head(
                &ProfileView {
                    may_change_mobile: false,
                    ..view()
                },
                false,
                true,
            )
        });
        assert!(
            !html.contains("Change Password") && !html.contains("Assign Roles") && !html.contains("Delete"),
            "{html}"
        );
        assert!(markup(|| head(&view(), true, true)).contains("Change Password"));
    }

    #[test]
    fn what_was_typed_covers_what_is_stored() {
        let draft = |problems| Draft {
            input: ProfileInput {
                version: "5".into(),
                claims: [("mobile".to_owned(), "077".to_owned())].into(),
            },
            problems,
        };
        let mut shown = view();
        let (version, _) = overlay(&mut shown, Some(draft(Problems::one("claims[mobile]", "Wrong"))));
        assert_eq!(
            (version.as_str(), shown.fields[0].1.as_str(), shown.fields[1].1.as_str()),
            ("5", "077", "a@b")
        );
        let (version, _) = overlay(&mut view(), Some(draft(Problems::one("version", "Stale"))));
        assert_eq!(version, "7", "the next submit overwrites knowingly");
    }
}
