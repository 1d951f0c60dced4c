//! The dialect as a list: searched, and shown a page at a time. It is read as a whole, as by every profile's page: it holds
//! as many claims as somebody has thought of, not as many as there are users.

use domain::Permission;
use domain::view::{ClaimRow, ClaimView, ListQuery, Page};

use super::all;
use crate::{Actor, Result, Services, newest};

/// A page of the claims whose label, attribute or URI begins with what is searched for, in display order.
///
/// # Errors
/// `Denied` without *View settings*.
pub async fn page(services: &Services, actor: &Actor, query: &ListQuery) -> Result<Page<ClaimRow>> {
    actor.require(Permission::ViewSettings)?;
    let claims = all(&services.db).await?;
    let last = claims.len().saturating_sub(1);
    let typed = newest::typed(&query.search);
    let rows = claims.into_iter().enumerate().map(|(at, claim)| ClaimRow {
        first: at == 0,
        last: at == last,
        claim,
    });
    let mut rows: Vec<ClaimRow> = rows.filter(|row| begins(&row.claim, &typed)).collect();
    let count = u64::try_from(rows.len()).ok();
    let size = usize::try_from(query.size()).unwrap_or(usize::MAX);
    let place = |key: &Option<String>| {
        key.as_ref()
            .and_then(|uri| rows.iter().position(|row| row.claim.uri == *uri))
    };
    let (from, to) = match (place(&query.after), place(&query.before)) {
        (Some(after), _) => (after + 1, after + 1 + size),
        (None, Some(before)) => (before.saturating_sub(size), before),
        (None, None) => (0, size),
    };
    let to = to.min(rows.len());
    let key = |at: usize| rows.get(at).map(|row| row.claim.uri.clone());
    let previous = (from > 0).then(|| key(from)).flatten();
    let next = (to > from && to < rows.len()).then(|| key(to - 1)).flatten();
    Ok(Page {
        rows: rows.drain(from..to.max(from)).collect(),
        count,
        next,
        previous,
    })
}

/// Short names are what URIs are known by: `givenname`.
fn begins(claim: &ClaimView, typed: &str) -> bool {
    let short = domain::claim::short_name(&claim.uri);
    [&claim.label, &claim.attribute, &claim.uri, short]
        .iter()
        .any(|text| text.to_lowercase().starts_with(typed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::services;

    async fn found(services: &Services, actor: &Actor, query: &ListQuery) -> (Vec<String>, Page<ClaimRow>) {
        let page = page(services, actor, query).await.unwrap();
        (page.rows.iter().map(|row| row.claim.label.clone()).collect(), page)
    }

    #[tokio::test]
    async fn claims_are_found_by_the_start_of_what_they_are_called() {
        let (services, _, admin) = services().await;
        for (search, label) in [
            ("mob", "Mobile"),
            ("GIVEN", "First Name"),
            ("http://wso2.org/claims/mobile", "Mobile"),
        ] {
            let query = ListQuery {
                search: search.into(),
                ..ListQuery::default()
            };
            let (labels, page) = found(&services, &admin, &query).await;
            assert_eq!((labels, page.count), (vec![label.to_owned()], Some(1)), "{search}");
        }
        let query = ListQuery {
            search: "%".into(),
            ..ListQuery::default()
        };
        assert_eq!(found(&services, &admin, &query).await.1.count, Some(0));
    }

    #[tokio::test]
    async fn a_long_dialect_comes_in_pages() {
        let (services, _, admin) = services().await;
        for n in 0..30 {
            let input = domain::input::claim::ClaimInput {
                uri: format!("http://wso2.org/claims/x{n:02}"),
                label: format!("X{n:02}"),
                attribute: format!("x{n:02}"),
                ..Default::default()
            };
            crate::claims::create(&services, &admin, &input).await.unwrap();
        }
        let (_, first) = found(&services, &admin, &ListQuery::default()).await;
        assert_eq!((first.rows.len(), &first.previous), (25, &None));
        assert!(first.rows[0].first && !first.rows[24].last);
        let after = ListQuery {
            after: first.next.clone(),
            ..ListQuery::default()
        };
        let (labels, second) = found(&services, &admin, &after).await;
        assert_eq!((labels.last().map(String::as_str), &second.next), (Some("X29"), &None));
        assert!(second.rows.last().is_some_and(|row| row.last));
        let before = ListQuery {
            before: second.previous,
            ..ListQuery::default()
        };
        assert_eq!(found(&services, &admin, &before).await.1, first);
    }
}
