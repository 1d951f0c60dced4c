//! The resident identity provider: this server as service providers have to know it.

use domain::Permission;
use domain::view::resident::{ResidentQuery, ResidentView};

use crate::{Actor, Result, Services, keys, time_outs};

/// Addresses, keys with their certificates, who knows them, and time-outs. Private keys have no road out of `keys`.
///
/// # Errors
/// `Denied` without *View settings*.
pub async fn get(services: &Services, actor: &Actor, query: &ResidentQuery) -> Result<ResidentView> {
    actor.require(Permission::ViewSettings)?;
    let keys = keys::get(services, query).await?;
    let settings = &services.settings;
    Ok(ResidentView {
        entity_id: settings.entity_id(),
        // One address takes requests and logouts, by every binding.
        sso_url: settings.samlsso_url(),
        slo_url: settings.samlsso_url(),
        keys: keys.published,
        retired: keys.retired,
        retired_total: keys.retired_total,
        rolls: keys.rolls,
        time_outs: time_outs::view(services).await?,
    })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use domain::Permission;
    use domain::signing_key::KeyState;

    use super::{ResidentQuery, get};
    use crate::Actor;
    use crate::testing::services;
    use crate::users::tests::is_denied;

    #[tokio::test]
    async fn service_providers_learn_what_they_need() {
        let (services, clock, admin) = services().await;
        let view = get(&services, &admin, &ResidentQuery::default()).await.unwrap();
        assert_eq!(view.entity_id, "http://localhost:9763/identity/metadata/saml2");
        assert_eq!(
            (view.sso_url.as_str(), view.slo_url.as_str()),
            ("http://localhost:9763/samlsso", "http://localhost:9763/samlsso")
        );
        assert_eq!((view.time_outs.idle_minutes, view.time_outs.hours), (15, 24));
        let [certificate] = view.keys.as_slice() else {
            panic!("{:?}", view.keys)
        };
        assert!(
            certificate.state == KeyState::Active && certificate.subject.contains("localhost"),
            "{certificate:?}"
        );
        assert!(view.rolls.is_empty() && view.retired.is_empty(), "{view:?}");
        assert_eq!(
            (certificate.not_after.as_str(), certificate.days_left),
            ("2031-11-22", 5 * 365)
        );
        assert!(certificate.pem.starts_with("-----BEGIN CERTIFICATE-----") && !certificate.pem.contains("PRIVATE"));

        clock.advance(Duration::days(5 * 365) + Duration::seconds(1));
        let expired = get(&services, &admin, &ResidentQuery::default()).await.unwrap().keys[0].days_left;
        assert_eq!(expired, -1, "not today any more, though not a day ago either");
    }

    #[tokio::test]
    async fn it_is_a_setting_to_view() {
        let (services, _, admin) = services().await;
        let others = Permission::ALL
            .into_iter()
            .filter(|one| !matches!(one, Permission::ViewSettings | Permission::ManageSettings));
        let other = Actor {
            permissions: others.collect(),
            ..admin
        };
        assert!(is_denied(&get(&services, &other, &ResidentQuery::default()).await));
    }
}
