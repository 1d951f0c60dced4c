//! The local dialect in display order.

use domain::Permission;
use domain::claim;
use domain::view::{ClaimRow, ClaimView, ListQuery, Page};
use leptos::prelude::*;

use super::{LIST, page_of, row_of};
use crate::console::list::{ExportLink, Listed, LiveRows, asked, nothing_here, shown_count};
use crate::console::page::{Body, Request, console_page};
use crate::islands::Mover;
use crate::ui::*;

const MOVE: &str = "/api/console/claims/move";
/// The form that puts a claim to another place, sent where scripts run.
const PLACE: &str = "claim-place";

#[component]
pub fn ListPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewSettings),
        Some(NavItem::Claims),
        |request| async move {
            let console = &request.console;
            let query = asked(&request.query);
            let page = identity::claims::page(&console.services, &console.actor, &query).await?;
            // A place is one among all claims: it is told where all are on the page.
            let moved = moved(&request, &page.rows).filter(|_| is_whole(&query, &page));
            let told = moved.map(|at| moved_notice(&page.rows[at - 1].claim, at, page.rows.len()));
            let body = Body::new(content(&query, page, request.may(Permission::ManageSettings), moved));
            Ok(match told {
                Some(told) => body.with_notice(told),
                None => body,
            })
        },
    )
}

/// Whether the page has all the claims there are.
fn is_whole(query: &ListQuery, page: &Page<ClaimRow>) -> bool {
    query.search.trim().is_empty() && page.previous.is_none() && page.next.is_none()
}

/// The place, from 1, of the claim that was moved last, as the address says: one that there is, or nothing.
fn moved(request: &Request, claims: &[ClaimRow]) -> Option<usize> {
    let uri = request.query.get("moved")?;
    claims.iter().position(|row| row.claim.uri == uri).map(|at| at + 1)
}

/// The outcome in words. The focus is the moved claim's.
fn moved_notice(claim: &ClaimView, at: usize, of: usize) -> impl IntoView + use<> {
    let text = format!("Moved: {} is now {at} of {of}.", claim.label);
    view! { <Notice focus=false kind=NoticeKind::Good text/> }
}

fn content(query: &ListQuery, page: Page<ClaimRow>, may_manage: bool, moved: Option<usize>) -> impl IntoView + use<> {
    let listed = Listed::new(LIST, query, &[]);
    let (search, export) = (query.search.clone(), listed.export());
    let count = shown_count(&page);
    let (prev, next) = listed.turns(&page);
    let any = !page.rows.is_empty();
    let placeable = may_manage && is_whole(query, &page);
    // Among what was found, the neighbour that a claim would move past may be out of sight.
    let movable = may_manage && query.search.trim().is_empty();
    let columns = ["Claim", "Attribute", "Value", "Pattern"]
        .map(Column::from)
        .into_iter()
        .chain([Column::actions()]);
    let rows = page.rows.into_iter().map(|row| {
        let moves = Moves {
            up: movable && !row.first,
            down: movable && !row.last,
        };
        row_view(row.claim, moves, may_manage)
    });
    let rows = rows.collect_view();
    let rows = if any {
        view! { <Table caption="Claims" columns=columns.collect()>{rows}</Table> }.into_any()
    } else {
        nothing_here(
            &listed,
            "Nothing found",
            "No claim's label, attribute or URI begins like this.",
        )
    };
    view! {
        <PageHead title="Claims" subtitle="The local dialect: what is known about a user, in the order of profiles."
            crumbs=vec![Crumb::here("Claims")]>
            <ExportLink href=export shown=any/>
            {may_manage.then(|| view! { <LinkButton kind=ButtonKind::Primary href=format!("{LIST}/new")>"Add Claim"</LinkButton> })}
        </PageHead>
        <PlainCard flush=true>
            <SearchBar action=LIST value=search label="Search claims" placeholder="Label, attribute or URI" count=count.clone()/>
            <LiveRows>
                {rows}
                <Pager prev next range="In display order" count/>
            </LiveRows>
        </PlainCard>
        {placeable.then(|| view! {
            <form method="post" action=MOVE id=PLACE><Hidden name="uri" value=""/></form>
            <Mover form=PLACE.to_owned() field="direction".to_owned() head="th".to_owned() moved/>
        })}
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
    let (row, place, called) = (row_of(&claim.uri), claim.uri.clone(), claim.label.clone());
    view! {
        <tr id=row tabindex="-1" data-place=place data-called=called>
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
        <form method="post" action=MOVE class="one-button">
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

    fn page(claims: Vec<ClaimView>) -> Page<ClaimRow> {
        let last = claims.len() - 1;
        let rows = claims.into_iter().enumerate().map(|(at, claim)| ClaimRow {
            first: at == 0,
            last: at == last,
            claim,
        });
        Page {
            rows: rows.collect(),
            ..Page::default()
        }
    }

    #[test]
    fn claims_move_but_the_ends_stay_and_what_is_needed_cannot_be_deleted() {
        let all = vec![
            claim("http://wso2.org/claims/x", false),
            claim(claim::MOBILE, false),
            claim(claim::ROLE, true),
        ];
        let html = markup(|| content(&ListQuery::default(), page(all.clone()), true, None));
        assert_eq!(html.matches(r#"value="up""#).count(), 2, "{html}");
        assert_eq!(html.matches(r#"value="down""#).count(), 2, "{html}");
        assert_eq!(html.matches(">Delete<").count(), 1, "{html}");
        assert!(
            html.contains("/console/claims/delete?uri=http%3A%2F%2Fwso2.org%2Fclaims%2Fx"),
            "{html}"
        );
        let found = ListQuery {
            search: "x".into(),
            ..ListQuery::default()
        };
        assert!(!markup(|| content(&found, page(all.clone()), true, None)).contains("Move up"));
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
            let claims = vec![claim("http://wso2.org/claims/x", false), claim(claim::MOBILE, false)];
            content(&ListQuery::default(), page(claims), false, None)
        });
        assert!(html.matches(">View<").count() == 2, "{html}");
        assert!(
            !html.contains("Add Claim") && !html.contains(r#"method="post""#) && !html.contains("delete"),
            "{html}"
        );
    }
}
