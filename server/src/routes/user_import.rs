//! `GET /console/users/import/{id}/left.csv`: the rows of an import that became no users, as a file.

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream::unfold;
use http::{StatusCode, header};
use identity::users::import::{Left, left};
use identity::{Actor, Error};

use crate::AppState;
use crate::http::{csv, pages};

pub async fn left_csv(State(state): State<AppState>, Path(id): Path<String>, request: Request) -> Response {
    let Some(actor) = request.extensions().get::<Actor>() else {
        return Redirect::to("/console/login?next=/console/users/import").into_response();
    };
    match left(&state.services, actor, &id).await {
        Ok(left) => file(left),
        Err(Error::Denied(_)) => {
            let text = "You do not have the permission for this. An administrator can give it to you.";
            pages::respond(&state, request.headers(), StatusCode::FORBIDDEN, "Not allowed", text)
        }
        Err(error) => pages::failed(&state, request.headers(), &error),
    }
}

fn file(left: Left) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"not-added.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let head = csv::record(&left.head);
    // The head first, then batch after batch, each read when the one before was taken.
    let rows = unfold(Some((left, head)), async |place| {
        let (mut left, ready) = place?;
        if !ready.is_empty() {
            return Some((Ok(ready), Some((left, String::new()))));
        }
        match left.next().await {
            Ok(rows) if rows.is_empty() => None,
            Ok(rows) => Some((
                Ok(rows.iter().map(|row| csv::record(row)).collect()),
                Some((left, String::new())),
            )),
            Err(error) => {
                // The file breaks off: the client is told by its connection.
                tracing::error!(error = %app::context::chain(&error), "an export broke off");
                Some((Err(error), None))
            }
        }
    });
    (headers, Body::from_stream(rows)).into_response()
}
