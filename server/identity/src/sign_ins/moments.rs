//! What happened in a sign-in, each in a few words: what it means, who was there, and where more is told.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use domain::Permission;
use domain::view::watch::{MomentView, Severity};
use entity::{identity_provider, sign_in, sign_in_event};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::time_line::Found;
use super::{WRONG_PASSWORD, words};
use crate::deliveries;
use crate::login::{BACKUP_CODE, Event};
use crate::newest::moment;
use crate::saml_idp::{ANOTHER_SUBJECT, CONTEXT_NOT_MET, NO_SUBJECT, REFUSED, SIGNED_IN};
use crate::{Actor, Result, Services};

/// Where the keys are shown.
const RESIDENT: &str = "/console/identity-providers/resident";

/// A moment with what it is sorted by.
pub(super) struct Moment {
    pub at: DateTime<Utc>,
    /// Its place among those of the same instant.
    pub rank: u8,
    view: MomentView,
}

impl Moment {
    fn new(at: DateTime<Utc>, rank: u8, what: impl Into<String>, severity: Severity) -> Self {
        Self {
            at,
            rank,
            view: MomentView {
                at: moment(at),
                what: what.into(),
                severity,
                ..MomentView::default()
            },
        }
    }

    fn by(mut self, address: &str) -> Self {
        self.view.address = address.to_owned();
        self
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.view.detail = detail.into();
        self
    }
}

/// All moments of a sign-in, in no order.
pub(super) async fn of(services: &Services, actor: &Actor, found: &Found, now: DateTime<Utc>) -> Result<Vec<Moment>> {
    let names = names(services, &found.events).await?;
    let mut all: Vec<Moment> = found.events.iter().filter_map(|row| event(row, &names)).collect();
    let mut wrong_passwords = 0;
    for row in &found.sign_ins {
        if row.request.is_some() {
            let request = Moment::new(
                row.at,
                0,
                "Request received, with a session that satisfied it",
                Severity::Neutral,
            );
            all.push(request.by(&row.address));
        }
        if row.outcome == WRONG_PASSWORD {
            wrong_passwords += 1;
        }
        all.push(logged(row, actor, wrong_passwords));
    }
    for row in deliveries::views(&services.db, found.deliveries.clone(), now).await? {
        let at = found
            .deliveries
            .iter()
            .find(|stored| stored.id == row.id)
            .map(|stored| stored.at);
        let what = format!(
            "SMS to {} by {}: {}",
            row.masked_number, row.identity_provider, row.outcome
        );
        let mut delivery = Moment::new(at.unwrap_or(now), 6, what, row.severity).detail(row.rule);
        delivery.view.link = Some((
            format!("/console/deliveries/{}", row.id),
            format!("Delivery {}", row.id),
        ));
        if let Some(used) = row.used_at {
            delivery.view.facts.push(("Code used".to_owned(), used));
        }
        all.push(delivery);
    }
    Ok(all)
}

/// With the time since the first.
pub(super) fn views(all: Vec<Moment>) -> Vec<MomentView> {
    let first = all.first().map(|moment| moment.at);
    let since = |at: DateTime<Utc>| first.map(|first| in_words(at - first)).unwrap_or_default();
    all.into_iter()
        .map(|moment| MomentView {
            since: since(moment.at),
            ..moment.view
        })
        .collect()
}

/// `5 s`, `1 min 5 s`.
fn in_words(time: Duration) -> String {
    let seconds = time.num_seconds().max(0);
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// The names of the identity providers that were chosen.
async fn names(services: &Services, events: &[sign_in_event::Model]) -> Result<HashMap<i64, String>> {
    let ids: Vec<i64> = events.iter().filter_map(|event| chosen_id(&event.detail)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = identity_provider::Entity::find()
        .filter(identity_provider::Column::Id.is_in(ids))
        .all(&services.db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

fn chosen_id(detail: &str) -> Option<i64> {
    detail.strip_prefix("SMSOTP:")?.parse().ok()
}

/// An event in words; one of a later version is left out.
fn event(row: &sign_in_event::Model, names: &HashMap<i64, String>) -> Option<Moment> {
    use Severity::{Bad, Good, Neutral, Warn};
    let event = Event::from_name(&row.kind)?;
    let plain = |rank, what: &str, severity| Moment::new(row.at, rank, what, severity).by(&row.address);
    Some(match event {
        Event::Request => plain(0, "Request received", Neutral),
        Event::Carried => plain(1, "A live session had passed a step already", Neutral),
        Event::Chosen => {
            let name = chosen_id(&row.detail).and_then(|id| names.get(&id));
            plain(2, "Authenticator chosen", Neutral).detail(name.unwrap_or(&row.detail))
        }
        Event::PasswordRight => plain(4, "Password accepted", Good),
        Event::NumberEntered => plain(5, "Mobile number entered", Neutral).detail(&row.detail),
        Event::Resend => plain(5, "Resend code pressed", Neutral),
        Event::WrongCode => plain(7, "Wrong code", Warn),
        Event::ExpiredCode => plain(7, "Right code, too late", Warn),
        Event::WrongBackupCode => plain(7, "Wrong backup code", Warn),
        Event::CodeRight => plain(8, "Code accepted", Good),
        Event::Status => {
            let mut status = plain(10, "Response sent", Bad);
            status.view.facts = vec![
                ("Status".to_owned(), row.detail.clone()),
                ("Binding".to_owned(), "HTTP-POST".to_owned()),
            ];
            status
        }
        Event::BackChannel => plain(11, "Logout by the back channel", Neutral).detail(&row.detail),
        Event::Refused => {
            let case = url::form_urlencoded::byte_serialize(row.detail.as_bytes()).collect::<String>();
            let mut refused = plain(9, "Refused", Bad);
            let name = format!("Case {}", row.detail);
            refused.view.link = Some((format!("/console/sign-ins?case={case}#case"), name));
            refused
        }
    })
}

/// A row of Sign-ins: the end, or what else it tells.
fn logged(row: &sign_in::Model, actor: &Actor, wrong_passwords: u32) -> Moment {
    let (outcome, severity) = words(&row.outcome);
    let plain = |rank, what: String| Moment::new(row.at, rank, what, severity).by(&row.address);
    let fact = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    match row.outcome.as_str() {
        WRONG_PASSWORD if wrong_passwords > 1 => plain(3, format!("Wrong password, the {wrong_passwords}. one")),
        WRONG_PASSWORD => plain(3, "Wrong password".to_owned()),
        BACKUP_CODE => plain(8, "Backup code accepted".to_owned()),
        SIGNED_IN => {
            let mut response = plain(10, "Response sent".to_owned());
            response.view.facts = vec![
                fact("Status", "Success"),
                fact("Binding", "HTTP-POST"),
                fact("Assertion ID", &row.assertion_id),
                fact("Signed with", &row.key_id),
            ];
            if actor.permissions.has(Permission::ViewSettings) {
                response.view.key_href = RESIDENT.to_owned();
            }
            response
        }
        CONTEXT_NOT_MET => {
            let mut response = plain(10, format!("Response sent: {outcome}"));
            response.view.facts = vec![fact("Status", "NoAuthnContext"), fact("Binding", "HTTP-POST")];
            response
        }
        NO_SUBJECT | ANOTHER_SUBJECT => {
            let mut response = plain(10, format!("Response sent: {outcome}"));
            response.view.facts = vec![fact("Status", "AuthnFailed"), fact("Binding", "HTTP-POST")];
            response
        }
        REFUSED => plain(10, "No Response".to_owned()),
        _ => plain(9, format!("Ended: {outcome}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_since_the_first_read_as_people_say_them() {
        assert_eq!(in_words(Duration::milliseconds(999)), "0 s");
        assert_eq!(in_words(Duration::seconds(65)), "1 min 5 s");
        assert_eq!(in_words(Duration::seconds(-3)), "0 s", "clocks of two nodes differ");
    }

    #[test]
    fn a_choice_names_its_identity_provider() {
        assert_eq!(chosen_id("SMSOTP:7"), Some(7));
        assert_eq!(chosen_id("basic"), None);
    }
}
