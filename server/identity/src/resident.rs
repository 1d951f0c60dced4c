//! The resident identity provider: this server as service providers have to know it.

use chrono::SubsecRound;
use domain::Permission;
use domain::view::watch::{ResidentView, SigningCertificate};

use crate::saml_idp::{self, CertificateFacts};
use crate::{Actor, Result, Services, keys};

/// Addresses, certificates and time-outs. Private keys have no road out of `keys`.
///
/// # Errors
/// `Denied` without *View settings*.
pub async fn get(services: &Services, actor: &Actor) -> Result<ResidentView> {
    actor.require(Permission::ViewSettings)?;
    let facts = saml_idp::facts(services).await?;
    let today = services.clock.now().trunc_subsecs(0);
    let certificate = |facts: CertificateFacts| SigningCertificate {
        active: facts.state == keys::ACTIVE,
        key_id: facts.key_id,
        subject: facts.subject,
        not_after: facts.not_after.date_naive().to_string(),
        days_left: (facts.not_after - today).num_seconds().div_euclid(24 * 60 * 60),
        pem: facts.pem,
    };
    Ok(ResidentView {
        entity_id: facts.entity_id,
        // One address takes requests and logouts, by every binding.
        sso_url: facts.samlsso_url.clone(),
        slo_url: facts.samlsso_url,
        certificates: facts.certificates.into_iter().map(certificate).collect(),
        session_idle_minutes: facts.session_idle_minutes,
        session_hours: facts.session_hours,
    })
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use domain::Permission;

    use super::get;
    use crate::Actor;
    use crate::testing::services;
    use crate::users::tests::is_denied;

    #[tokio::test]
    async fn service_providers_learn_what_they_need() {
        let (services, clock, admin) = services().await;
        let view = get(&services, &admin).await.unwrap();
        assert_eq!(view.entity_id, "http://localhost:9763/identity/metadata/saml2");
        assert_eq!(
            (view.sso_url.as_str(), view.slo_url.as_str()),
            ("http://localhost:9763/samlsso", "http://localhost:9763/samlsso")
        );
        assert_eq!((view.session_idle_minutes, view.session_hours), (15, 24));
        let [certificate] = view.certificates.as_slice() else {
            panic!("{:?}", view.certificates)
        };
        assert!(
            certificate.active && certificate.subject.contains("localhost"),
            "{certificate:?}"
        );
        assert_eq!(
            (certificate.not_after.as_str(), certificate.days_left),
            ("2031-11-22", 5 * 365)
        );
        assert!(certificate.pem.starts_with("-----BEGIN CERTIFICATE-----") && !certificate.pem.contains("PRIVATE"));

        clock.advance(Duration::days(5 * 365) + Duration::seconds(1));
        let expired = get(&services, &admin).await.unwrap().certificates[0].days_left;
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
        assert!(is_denied(&get(&services, &other).await));
    }
}
