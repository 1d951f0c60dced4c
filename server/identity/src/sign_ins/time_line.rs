//! One sign-in from its request to its end, put together from what was written on the way: the events of its flow, the
//! messages that were sent for it, its rows in Sign-ins. Nothing is read that holds a code or a whole number.

use chrono::{DateTime, Utc};
use domain::Permission;
use domain::flow::Reason;
use domain::view::watch::{RequestedView, Severity, TimeLineView};
use entity::{login_flow, sign_in, sign_in_event, sms_delivery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::moments::{self, Moment};
use super::{WRONG_PASSWORD, reason_words, words};
use crate::login::{BACKUP_CODE, Event, Standing, standing};
use crate::saml_idp::asked_for;
use crate::{Actor, Error, Result, Services, users};

/// Rows of each kind that are shown: more than the limits of a sign-in allow, but for wrong passwords.
const SHOWN: u64 = 200;
/// Characters of a flow's id.
const FLOW_ID: usize = 22;

/// All that is known of one sign-in.
pub(super) struct Found {
    pub flow: Option<login_flow::Model>,
    pub sign_ins: Vec<sign_in::Model>,
    pub events: Vec<sign_in_event::Model>,
    pub deliveries: Vec<sms_delivery::Model>,
}

impl Found {
    /// How it ended, if it did. Wrong passwords and backup codes are on the way.
    fn end(&self) -> Option<&sign_in::Model> {
        let ends = |row: &&sign_in::Model| ![WRONG_PASSWORD, BACKUP_CODE].contains(&row.outcome.as_str());
        self.sign_ins.iter().rev().find(ends)
    }

    fn event(&self, wanted: Event) -> Option<&sign_in_event::Model> {
        self.events.iter().find(|event| event.kind == wanted.as_str())
    }
}

/// A sign-in by the id of one of its rows in Sign-ins, or by its own.
///
/// # Errors
/// `Denied` without *View log*; `NotFound`.
pub async fn time_line(services: &Services, actor: &Actor, id: &str) -> Result<TimeLineView> {
    actor.require(Permission::ViewLog)?;
    let found = find(services, id).await?.ok_or(Error::NotFound)?;
    let now = services.clock.now();
    let (standing, severity, under_way) = how_it_stands(&found, now)?;
    let mut all: Vec<Moment> = moments::of(services, actor, &found, now).await?;
    // Within one instant the kinds have an order of their own.
    all.sort_by_key(|moment| (moment.at, moment.rank));
    let cut = [found.sign_ins.len(), found.events.len(), found.deliveries.len()]
        .into_iter()
        .any(|rows| rows as u64 >= SHOWN);
    let username = username(services, &found).await?;
    let (application, application_href) = application(services, actor, &found).await?;
    let request = found.event(Event::Request).map(|event| event.detail.as_str());
    let request = request.or_else(|| found.sign_ins.iter().find_map(|row| row.request.as_deref()));
    Ok(TimeLineView {
        request: request.and_then(requested),
        moments: moments::views(all),
        user_href: user_href(services, actor, &username).await?,
        application,
        application_href,
        username,
        standing,
        severity,
        under_way,
        cut,
    })
}

/// Its rows. A number is the id of a row of Sign-ins; anything else can only be a flow's own.
async fn find(services: &Services, id: &str) -> Result<Option<Found>> {
    let db = &services.db;
    let flow_id = match id.parse::<i64>() {
        Ok(id) => {
            let Some(row) = sign_in::Entity::find_by_id(id).one(db).await? else {
                return Ok(None);
            };
            if row.flow_id.is_empty() {
                // Answered at once, out of a live session: there was no flow.
                return Ok(Some(Found {
                    flow: None,
                    events: afterwards(services, std::slice::from_ref(&row)).await?,
                    sign_ins: vec![row],
                    deliveries: Vec::new(),
                }));
            }
            row.flow_id
        }
        Err(_) if id.len() == FLOW_ID => id.to_owned(),
        Err(_) => return Ok(None),
    };
    let mut found = Found {
        flow: login_flow::Entity::find_by_id(&flow_id).one(db).await?,
        sign_ins: sign_in::Entity::of_flow(&flow_id)
            .order_by_asc(sign_in::Column::Id)
            .limit(SHOWN)
            .all(db)
            .await?,
        events: sign_in_event::Entity::find()
            .filter(sign_in_event::Column::FlowId.eq(&flow_id))
            .order_by_asc(sign_in_event::Column::Id)
            .limit(SHOWN)
            .all(db)
            .await?,
        deliveries: sms_delivery::Entity::find()
            .filter(sms_delivery::Column::FlowId.eq(&flow_id))
            .order_by_asc(sms_delivery::Column::Id)
            .limit(SHOWN)
            .all(db)
            .await?,
    };
    let after = afterwards(services, &found.sign_ins).await?;
    found.events.extend(after);
    let is_there =
        found.flow.is_some() || !found.sign_ins.is_empty() || !found.events.is_empty() || !found.deliveries.is_empty();
    Ok(is_there.then_some(found))
}

/// What came after the assertions: it is kept under their SessionIndex.
async fn afterwards(services: &Services, sign_ins: &[sign_in::Model]) -> Result<Vec<sign_in_event::Model>> {
    let indexes: Vec<&str> = sign_ins.iter().filter_map(|row| row.session_index.as_deref()).collect();
    if indexes.is_empty() {
        return Ok(Vec::new());
    }
    let events = sign_in_event::Entity::find()
        .filter(sign_in_event::Column::FlowId.is_in(indexes))
        .order_by_asc(sign_in_event::Column::Id)
        .limit(SHOWN);
    Ok(events.all(&services.db).await?)
}

/// In words, what that means, and whether it goes on.
fn how_it_stands(found: &Found, now: DateTime<Utc>) -> Result<(String, Severity, bool)> {
    if let Some(end) = found.end() {
        let (words, severity) = words(&end.outcome);
        return Ok((words, severity, false));
    }
    if let Some(refused) = found.event(Event::Refused) {
        let text = format!("refused, case {}", refused.detail);
        return Ok((text, Severity::Bad, false));
    }
    let over = |reason| {
        let (words, severity) = reason_words(reason);
        (words.to_owned(), severity, false)
    };
    Ok(match &found.flow {
        Some(flow) => match standing(flow, now)? {
            Standing::UnderWay { step, of } => (format!("under way, step {step} of {of}"), Severity::Neutral, true),
            Standing::Passed => ("all steps passed, not answered yet".to_owned(), Severity::Neutral, true),
            Standing::Ended(reason) => over(reason),
        },
        // Nobody came back to it, and its row is gone.
        None => over(Reason::Expired),
    })
}

/// The user that was found out last: in the log, by the flow, or by who a message was for.
async fn username(services: &Services, found: &Found) -> Result<String> {
    let mut named = found.sign_ins.iter().rev().map(|row| &row.username);
    if let Some(name) = named.find(|name| !name.is_empty()) {
        return Ok(name.clone());
    }
    let by_delivery = found.deliveries.iter().find_map(|row| row.user_id);
    let id = found.flow.as_ref().and_then(|flow| flow.user_id).or(by_delivery);
    let user = match id {
        Some(id) => entity::user::Entity::find_by_id(id).one(&services.db).await?,
        None => None,
    };
    Ok(user.map(|user| user.username).unwrap_or_default())
}

async fn user_href(services: &Services, actor: &Actor, username: &str) -> Result<String> {
    if username.is_empty() || !actor.permissions.has(Permission::ViewUsers) {
        return Ok(String::new());
    }
    let user = users::find_by_username(&services.db, username).await?;
    Ok(user.map_or_else(String::new, |user| {
        let name: String = url::form_urlencoded::byte_serialize(user.username.as_bytes()).collect();
        format!("/console/users/{name}/profile")
    }))
}

/// The service provider's name as it was, and where it is now.
async fn application(services: &Services, actor: &Actor, found: &Found) -> Result<(String, String)> {
    let flow = found.flow.as_ref();
    let name = flow.map(|flow| flow.application.clone());
    let name = name.or_else(|| found.sign_ins.first().map(|row| row.application.clone()));
    let name = name.or_else(|| found.deliveries.first().map(|row| row.application.clone()));
    let id = flow.and_then(|flow| flow.service_provider_id);
    let id = id.or_else(|| found.sign_ins.iter().find_map(|row| row.service_provider_id));
    let id = id.filter(|_| actor.permissions.has(Permission::ViewServiceProviders));
    let row = match id {
        Some(id) => {
            entity::service_provider::Entity::find_by_id(id)
                .one(&services.db)
                .await?
        }
        None => None,
    };
    let href = row.map(|row| format!("/console/service-providers/{}", row.id));
    Ok((name.unwrap_or_default(), href.unwrap_or_default()))
}

fn requested(stored: &str) -> Option<RequestedView> {
    let asked = asked_for::read(stored)?;
    Some(RequestedView {
        issuer: asked.issuer,
        request_id: asked.request_id,
        binding: asked.binding,
        acs_url: asked.acs_url,
        wishes: asked.wishes,
    })
}
