//! Forgets what has run out: rows that guard against replays are kept as long as a replay could be taken. And looks at
//! rows from before something was noted in them.

use chrono::Duration;
use entity::{
    counter, draft, login_flow, logout, saml_refusal, saml_request, session, sign_in, sign_in_event, sms_delivery,
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::sessions::Kind;
use crate::{Result, Services, drafts, service_providers, time_outs, users};

/// A flow stays a day after its end, so that its page can still say why it ended.
const FLOW_HOURS: i64 = 24;
/// Anybody can send a message that is refused: what is kept of them must not grow without end.
const REFUSAL_DAYS: i64 = 30;
/// A year, and some weeks to look back on it: names and addresses of people are kept no longer (GDPR article 5(1)(e)).
pub(crate) const LOG_DAYS: i64 = 400;

/// Deletes old rows; safe to run on many nodes at once.
///
/// # Errors
/// `Internal` only.
pub async fn run(services: &Services) -> Result<()> {
    let (db, now) = (&services.db, services.clock.now());
    let time_outs = time_outs::current(services, db).await?;
    // Of a console session that ran out the row stays as long as what was typed in it: `posted` goes by it.
    for (kind, kept) in [(Kind::Console, drafts::LIFETIME_HOURS), (Kind::SignIn, 0)] {
        let ended = now - Duration::hours(kept);
        session::Entity::delete_many()
            .filter(session::Column::Kind.eq(kind.as_str()))
            .filter(
                Condition::any()
                    .add(session::Column::ExpiresAt.lte(ended))
                    .add(session::Column::LastSeenAt.lte(ended - time_outs.idle()))
                    .add(session::Column::CreatedAt.lte(ended - time_outs.longest())),
            )
            .exec(db)
            .await?;
    }
    login_flow::Entity::delete_many()
        .filter(login_flow::Column::ExpiresAt.lte(now - Duration::hours(FLOW_HOURS)))
        .exec(db)
        .await?;
    saml_request::Entity::delete_many()
        .filter(saml_request::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    logout::Entity::delete_many()
        .filter(logout::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    draft::Entity::delete_many()
        .filter(draft::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    counter::Entity::delete_many()
        .filter(counter::Column::ExpiresAt.lte(now))
        .exec(db)
        .await?;
    users::import::cleanup(services).await?;
    forget_logs(services).await?;
    // What was stored before it was looked at, a few rows at a time.
    users::look_at_numbers(services).await?;
    service_providers::date_certificates(services).await
}

/// What is kept for looking back goes by its age.
async fn forget_logs(services: &Services) -> Result<()> {
    let (db, now) = (&services.db, services.clock.now());
    saml_refusal::Entity::delete_many()
        .filter(saml_refusal::Column::At.lte(now - Duration::days(REFUSAL_DAYS)))
        .exec(db)
        .await?;
    sms_delivery::Entity::delete_many()
        .filter(sms_delivery::Column::At.lte(now - Duration::days(LOG_DAYS)))
        .exec(db)
        .await?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::At.lte(now - Duration::days(LOG_DAYS)))
        .exec(db)
        .await?;
    sign_in_event::Entity::delete_many()
        .filter(sign_in_event::Column::At.lte(now - Duration::days(LOG_DAYS)))
        .exec(db)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use sea_orm::ActiveModelTrait;
    use sea_orm::ActiveValue::Set;
    use sea_orm::PaginatorTrait;

    use super::*;

    async fn add(services: &Services, at: DateTime<Utc>) {
        let refusal = saml_refusal::ActiveModel {
            case_number: Set(at.timestamp().to_string()),
            at: Set(at),
            issuer: Set("wiki".into()),
            failed_check: Set("signature".into()),
            detail: Set(String::new()),
            message: Set(String::new()),
            service_provider_id: Set(None),
        };
        refusal.insert(&services.db).await.unwrap();
        let delivery = sms_delivery::ActiveModel {
            at: Set(at),
            identity_provider_id: Set(1),
            identity_provider: Set("SMSOTP".into()),
            application: Set("wiki".into()),
            user_id: Set(None),
            masked_number: Set("• 67".into()),
            country: Set("LK".into()),
            purpose: Set("code".into()),
            outcome: Set("accepted".into()),
            phase: Set("answer".into()),
            status: Set(Some(200)),
            rule: Set(String::new()),
            attempts: Set(1),
            duration_ms: Set(Some(5)),
            deadline_at: Set(at),
            used_at: Set(None),
            ..Default::default()
        };
        delivery.insert(&services.db).await.unwrap();
        let sign_in = sign_in::ActiveModel {
            at: Set(at),
            flow_id: Set("f".into()),
            application: Set("wiki".into()),
            username: Set("admin".into()),
            outcome: Set("signed_in".into()),
            assertion_id: Set(String::new()),
            key_id: Set(String::new()),
            address: Set("127.0.0.1".into()),
            ..Default::default()
        };
        sign_in.insert(&services.db).await.unwrap();
        let event = sign_in_event::ActiveModel {
            at: Set(at),
            flow_id: Set("f".into()),
            kind: Set("wrong_code".into()),
            detail: Set(String::new()),
            address: Set("127.0.0.1".into()),
            ..Default::default()
        };
        event.insert(&services.db).await.unwrap();
    }

    async fn left(services: &Services) -> [u64; 4] {
        let db = &services.db;
        [
            saml_refusal::Entity::find().count(db).await.unwrap(),
            sms_delivery::Entity::find().count(db).await.unwrap(),
            sign_in::Entity::find().count(db).await.unwrap(),
            sign_in_event::Entity::find().count(db).await.unwrap(),
        ]
    }

    #[tokio::test]
    async fn logs_go_by_their_age() {
        let (services, clock, _) = crate::testing::services().await;
        add(&services, services.clock.now()).await;
        clock.advance(Duration::days(29));
        add(&services, services.clock.now()).await;
        run(&services).await.unwrap();
        assert_eq!(left(&services).await, [2, 2, 2, 2]);
        clock.advance(Duration::days(1));
        run(&services).await.unwrap();
        assert_eq!(left(&services).await, [1, 2, 2, 2], "a refusal stays thirty days");
        clock.advance(Duration::days(370));
        run(&services).await.unwrap();
        assert_eq!(left(&services).await, [0, 1, 1, 1], "the rest stays four hundred");
    }
}
