//! `GET /logout/{id}`: a logout under way: the next application is told, or the one that asked is answered.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::HeaderMap;
use identity::saml_idp::{self, Asked};
use identity::sessions::{self, Kind};
use identity::settings::cookies as names;
use identity::{Error, Services};

use super::outgoing;
use crate::AppState;
use crate::http::{cookies, pages};

pub async fn go_on(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let settings = &state.services.settings;
    let Some(secret) = cookies::get(settings, &headers, &names::logout(&id)) else {
        return pages::failed(&state, &headers, &Error::NotFound);
    };
    let session = cookies::get(settings, &headers, names::SESSION);
    let mut response = match saml_idp::go_on(&state.services, &id, &secret, session.as_deref()).await {
        Ok(Asked::Outgoing(message)) => outgoing::respond_with_page(&state, &headers, message),
        Ok(Asked::Confirm { .. } | Asked::Done(_)) => Redirect::to(&format!("/logout/{id}/status")).into_response(),
        Err(error) => return pages::failed(&state, &headers, &error),
    };
    match session_is_over(&state.services, session.as_deref()).await {
        Ok(true) => cookies::forget(settings, response.headers_mut(), names::SESSION),
        Ok(false) => {}
        Err(error) => return pages::failed(&state, &headers, &error),
    }
    response
}

/// Whether this browser holds a session that has ended. One that began since stays.
async fn session_is_over(services: &Services, session: Option<&str>) -> identity::Result<bool> {
    match session {
        Some(secret) => Ok(sessions::find(services, Kind::SignIn, secret).await?.is_none()),
        None => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, StatusCode, header};
    use identity::saml_idp::LogoutStep;
    use identity::testing;

    use super::*;

    #[tokio::test]
    async fn a_session_that_has_ended_is_forgotten() {
        let (services, _, admin) = testing::services().await;
        let begin = |kind| {
            let (services, user_id) = (&services, admin.user_id.unwrap());
            async move {
                let client = Default::default();
                let begun = sessions::begin(services, &services.db, kind, user_id, &[], &client);
                begun.await.unwrap().0
            }
        };
        let secret = begin(Kind::SignIn).await;
        assert!(!session_is_over(&services, Some(&secret)).await.unwrap());
        let LogoutStep::Begun { id, browser_secret } = saml_idp::begin_at_home(&services, Some(&secret)).await.unwrap()
        else {
            panic!("no logout has begun");
        };
        let state = AppState::new(services.clone(), Vec::new());
        let go = |session: String| {
            let mut headers = HeaderMap::new();
            let held = format!("{}={browser_secret}; {}={session}", names::logout(&id), names::SESSION);
            headers.insert(header::COOKIE, HeaderValue::from_str(&held).unwrap());
            go_on(State(state.clone()), Path(id.clone()), headers)
        };
        let response = go(secret).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let forgotten = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(
            forgotten.starts_with("gatehouse_session=;") && forgotten.contains("Max-Age=0"),
            "{forgotten}"
        );
        let response = go(begin(Kind::SignIn).await).await;
        assert!(
            response.headers().get(header::SET_COOKIE).is_none(),
            "one begun since stays"
        );
    }
}
