//! A user's profile.

use domain::input::user::ProfileInput;
use domain::view::{ClaimView, ProfileView};
use domain::{Permission, Problems, claim};
use identity::drafts::Draft;
use leptos::prelude::*;

use super::{LIST, form_of, page_of, with_problems};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ProfilePage() -> impl IntoView {
    console_page(None, Some(NavItem::Users), |request| async move {
        let console = &request.console;
        let mut view = identity::users::profile(&console.services, &console.actor, &request.param("username")?).await?;
        let draft = console
            .draft::<ProfileInput>(&form_of(&view.username, "profile"), &request.query)
            .await?;
        let (version, problems) = overlay(&mut view, draft);
        let oneself = console.actor.username == view.username;
        let country = console.services.settings.default_country.clone();
        let form = if view.may_change {
            form(&view, version, &problems, country).into_any()
        } else {
            facts(&view).into_any()
        };
        let may_view = request.may(Permission::ViewUsers);
        let closed = (view.codes_closed && view.may_change).then(|| codes_closed(&view.username));
        let body = Body::new(view! { {head(&view, oneself, may_view)} {closed} {form} });
        Ok(with_problems(body, problems, "Not saved"))
    })
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
    let [roles_page, password_page, delete_page] = ["roles", "password", "delete"].map(|page| page_of(&name, page));
    view! {
        <PageHead title=name subtitle=view! { {roles}{locked} }.into_any() crumbs>
            {touchable.then(|| view! { <LinkButton href=roles_page>"Assign Roles"</LinkButton> })}
            {(touchable || oneself).then(|| view! { <LinkButton href=password_page>"Change Password"</LinkButton> })}
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
            let fixed = matches!(claim.uri.as_str(), claim::MOBILE | claim::EMAIL) && !view.may_change_mobile;
            field(claim, value.clone(), problems, country.as_deref(), fixed)
        })
        .collect_view();
    view! {
        <PostForm action="/api/console/users/profile">
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

fn field(claim: &ClaimView, value: String, problems: &Problems, country: Option<&str>, fixed: bool) -> AnyView {
    let name = claim::short_name(&claim.uri);
    let error = problems.of(&format!("claims[{name}]"));
    let (kind, inputmode, first) = match claim.uri.as_str() {
        claim::MOBILE => ("tel", "tel", mobile_help(country)),
        claim::EMAIL => ("text", "email", String::new()),
        _ => ("text", "text", String::new()),
    };
    let first = if fixed {
        "Changing it needs every permission that this user has. ".to_owned()
    } else {
        first
    };
    view! {
        <TextField name=format!("input[claims][{name}]") label=claim.label.clone() value error kind inputmode
            required=claim.required disabled=fixed help=format!("{first}Claim `{}`.", claim.uri)/>
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
        .map(|(claim, value)| (claim.label.clone(), value.clone()))
        .map(|(label, value)| view! { <Fact label>{value}</Fact> })
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
