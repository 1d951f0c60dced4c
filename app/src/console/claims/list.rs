//! The local dialect in display order.

use domain::Permission;
use domain::claim;
use domain::view::ClaimView;
use leptos::prelude::*;

use super::{LIST, page_of};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewSettings),
        Some(NavItem::Claims),
        |request| async move {
            let console = &request.console;
            let claims = identity::claims::list(&console.services, &console.actor).await?;
            Ok(Body::new(content(claims, request.may(Permission::ManageSettings))))
        },
    )
}

fn content(claims: Vec<ClaimView>, may_manage: bool) -> impl IntoView {
    let last = claims.len().saturating_sub(1);
    let columns = ["Claim", "Attribute", "Value", "Pattern"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = claims.into_iter().enumerate().map(move |(at, claim)| {
        let moves = Moves {
            up: may_manage && at > 0,
            down: may_manage && at < last,
        };
        row_view(claim, moves, may_manage)
    });
    let rows = rows.collect_view();
    view! {
        <PageHead title="Claims" subtitle="The local dialect: what is known about a user, in the order of profiles."
            crumbs=vec![Crumb::here("Claims")]>
            {may_manage.then(|| view! { <LinkButton kind=ButtonKind::Primary href=format!("{LIST}/new")>"Add Claim"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <Table caption="Claims" columns=columns.collect()>{rows}</Table>
        </PlainCard>
    }
}

/// Where a claim can move to.
#[derive(Clone, Copy)]
struct Moves {
    up: bool,
    down: bool,
}

fn row_view(claim: ClaimView, moves: Moves, may_manage: bool) -> impl IntoView {
    let (kind, value) = match (claim.derived, claim.required) {
        (true, _) => (TagKind::Neutral, "derived"),
        (false, true) => (TagKind::Warn, "required"),
        (false, false) => (TagKind::Neutral, "optional"),
    };
    let edit = page_of(&claim.uri, "edit");
    let pattern = (!claim.pattern.is_empty()).then(|| view! { <Mono text=claim.pattern.clone()/> });
    let deletable = may_manage && !claim.derived && claim.uri != claim::MOBILE;
    let up = moves.up.then(|| move_button(&claim, "up", "Move up"));
    let down = moves.down.then(|| move_button(&claim, "down", "Move down"));
    let of = |verb: &'static str| view! { {verb}<span class="hear-only">{format!(" {}", claim.label)}</span> };
    let open = of(if may_manage { "Edit" } else { "View" });
    let delete = deletable
        .then(|| (page_of(&claim.uri, "delete"), of("Delete")))
        .map(|(href, text)| {
            view! { <LinkButton small=true kind=ButtonKind::Danger href>{text}</LinkButton> }
        });
    view! {
        <tr>
            <NameCell name=claim.label href=Some(edit.clone()) sub=claim.uri/>
            <Cell label="Attribute"><Mono text=claim.attribute/></Cell>
            <Cell label="Value"><Tag kind text=value/></Cell>
            <Cell label="Pattern">{pattern}</Cell>
            <ActionsCell>
                {up}
                {down}
                <LinkButton small=true kind=ButtonKind::Quiet href=edit>{open}</LinkButton>
                {delete}
            </ActionsCell>
        </tr>
    }
}

fn move_button(claim: &ClaimView, direction: &'static str, label: &'static str) -> impl IntoView + use<> {
    let what = format!(" {}", claim.label);
    view! {
        <form method="post" action="/api/console/claims/move" class="one-button">
            <Hidden name="uri" value=claim.uri.clone()/>
            <Hidden name="direction" value=direction/>
            <Button kind=ButtonKind::Quiet small=true>{label}<span class="hear-only">{what}</span></Button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    fn claim(uri: &str, derived: bool) -> ClaimView {
        ClaimView {
            uri: uri.into(),
            label: "<b>Label</b>".into(),
            attribute: "<i>a</i>".into(),
            required: !derived,
            pattern: "[<s>]".into(),
            derived,
        }
    }

    #[test]
    fn claims_move_but_the_ends_stay_and_what_is_needed_cannot_be_deleted() {
        let all = vec![
            claim("http://wso2.org/claims/x", false),
            claim(claim::MOBILE, false),
            claim(claim::ROLE, true),
        ];
        let html = markup(|| content(all.clone(), true));
        assert_eq!(html.matches(r#"value="up""#).count(), 2, "{html}");
        assert_eq!(html.matches(r#"value="down""#).count(), 2, "{html}");
        assert_eq!(html.matches(">Delete<").count(), 1, "{html}");
        assert!(
            html.contains("/console/claims/delete?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fx"),
            "{html}"
        );
        assert!(
            html.contains(">Add Claim<") && html.contains(">required<") && html.contains(">derived<"),
            "{html}"
        );
        assert!(
            !html.contains("<i>") && !html.contains("<s>") && html.contains("&lt;b&gt;Label"),
            "{html}"
        );
    }

    #[test]
    fn viewers_only_look() {
        let html = markup(|| {
            content(
                vec![claim("http://wso2.org/claims/x", false), claim(claim::MOBILE, false)],
                false,
            )
        });
        assert!(html.matches(">View<").count() == 2, "{html}");
        assert!(
            !html.contains("Add Claim") && !html.contains("<form") && !html.contains("delete"),
            "{html}"
        );
    }
}
