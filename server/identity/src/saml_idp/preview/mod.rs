//! *Preview assertion*: what a service provider would be told about somebody, made by the builder of the real answer.
//!
//! Signed by a key that is made for it and thrown away, so that what is shown opens nothing anywhere. Whoever may not see
//! numbers never has them in it: they are masked before anything is built. Each preview has its audit row.

mod annotate;
mod findings;
mod lines;
#[cfg(test)]
mod tests;

use chrono::Duration;
use domain::view::preview::{Candidate, Preview, PreviewView};
use domain::view::watch::Severity;
use domain::view::{ListQuery, ServiceProviderView};
use domain::{Permission, phone};
use entity::user;
use saml::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use saml::keys::KeyPair;
use saml::response::{self, ResponseSpec};

use super::authn_context;
use super::compose::{Authenticated, Composed, Fresh, Obstacle, Person, Question, compose};
use super::kept::Kept;
use super::receive::default_acs;
use super::status::{self, Status};
use crate::audit::{self, Entry};
use crate::service_providers::{self, SamlServiceProvider, Step};
use crate::{Actor, Error, Result, Services, time_outs, token, users};
use annotate::Annotating;

/// The subject of the certificate that a preview is signed with.
const COMMON_NAME: &str = "PREVIEW";
const RSA_BITS: usize = 2048;

/// A service provider's preview of the user with this name, whatever its case; without such a user, those to choose from.
///
/// # Errors
/// `Denied` without *View service providers* and *View users*; `NotFound`.
pub async fn preview(services: &Services, actor: &Actor, id: i64, typed: &str) -> Result<PreviewView> {
    actor.require(Permission::ViewServiceProviders)?;
    actor.require(Permission::ViewUsers)?;
    let page = service_providers::get(services, actor, id).await?;
    let typed = typed.trim();
    let mut view = PreviewView {
        id,
        application: page.name.clone(),
        typed: typed.to_owned(),
        ..PreviewView::default()
    };
    let Some(sp) = service_providers::saml_by_id(&services.db, id).await? else {
        return Ok(view);
    };
    view.configured = true;
    match users::find_by_username(&services.db, typed).await? {
        Some(user) => view.preview = Some(of(services, actor, &sp, &page, user).await?),
        None => (view.candidates, view.more) = candidates(services, actor, typed).await?,
    }
    Ok(view)
}

async fn candidates(services: &Services, actor: &Actor, typed: &str) -> Result<(Vec<Candidate>, bool)> {
    let query = ListQuery {
        search: typed.to_owned(),
        ..ListQuery::default()
    };
    let page = users::list(services, actor, &query).await?.page;
    let more = page.next.is_some();
    let rows = page.rows.into_iter().map(|row| Candidate {
        username: row.username,
        full_name: row.full_name,
    });
    Ok((rows.collect(), more))
}

/// What the parts of a preview are made from.
struct Looking<'a> {
    services: &'a Services,
    actor: &'a Actor,
    sp: &'a SamlServiceProvider,
    page: &'a ServiceProviderView,
    steps: &'a [Step],
    person: &'a Person,
    /// Numbers are masked.
    masked: bool,
    acs_url: String,
    /// The made-up request that is answered.
    request_id: String,
    key: KeyPair,
    /// How long the session would last.
    session_hours: i64,
}

async fn of(
    services: &Services,
    actor: &Actor,
    sp: &SamlServiceProvider,
    page: &ServiceProviderView,
    user: user::Model,
) -> Result<Preview> {
    let entry = Entry {
        action: "preview_assertion",
        target_kind: "service_providers",
        target: &sp.name,
        detail: user.username.clone(),
    };
    audit::record(&services.db, &*services.clock, actor, entry).await?;
    let own = actor.user_id == Some(user.id);
    let masked = !own && !actor.permissions.has(Permission::ManageUsers);
    let mut person = Person::load(&services.db, user).await?;
    if masked {
        mask(&mut person);
    }
    let steps = service_providers::steps(&services.db, sp.id).await?;
    let looking = Looking {
        services,
        actor,
        sp,
        page,
        steps: &steps,
        person: &person,
        masked,
        acs_url: default_acs(sp).unwrap_or_default(),
        request_id: token::saml_id()?,
        key: throw_away(services, sp).await?,
        session_hours: time_outs::current(services, &services.db).await?.hours,
    };
    looking.preview().await
}

/// As profiles are masked for whoever may only view.
fn mask(person: &mut Person) {
    for uri in users::NUMBERS {
        if let Some(number) = person.claims.get_mut(uri) {
            *number = phone::mask(number);
        }
    }
}

/// A key for one preview, set to the service provider's algorithms.
async fn throw_away(services: &Services, sp: &SamlServiceProvider) -> Result<KeyPair> {
    let now = services.clock.now();
    let (from, to) = (now - Duration::hours(1), now + Duration::hours(1));
    let pair = tokio::task::spawn_blocking(move || KeyPair::generate_rsa(RSA_BITS, COMMON_NAME, from, to))
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?;
    let signature = SignatureAlgorithm::from_uri(&sp.saml.response_signing_algorithm).unwrap_or_default();
    let digest = DigestAlgorithm::from_uri(&sp.saml.response_digest_algorithm).unwrap_or_default();
    Ok(pair.using(signature, digest))
}

impl Looking<'_> {
    async fn preview(self) -> Result<Preview> {
        let kept = Kept::default();
        let question = Question {
            kept: &kept,
            in_response_to: Some(&self.request_id),
            acs_url: &self.acs_url,
        };
        let now = self.services.clock.now();
        let classes = authn_context::possible(self.steps);
        let session = Authenticated {
            truth: classes.first().copied().unwrap_or_default(),
            at: now,
            session_index: token::saml_id()?,
            session_ends: now + Duration::hours(self.session_hours),
        };
        let fresh = Fresh::new(self.services, self.sp, self.person.user.id)?;
        match compose(self.sp, self.person, question, &session, fresh) {
            Ok(composed) => self.composed(&composed, &classes).await,
            Err(obstacle) => self.only_a_status(&obstacle).await,
        }
    }

    async fn composed(&self, composed: &Composed, classes: &[&'static str]) -> Result<Preview> {
        let clear = composed.in_clear();
        let shown = self.build(&clear)?;
        let (xml, outcome) = match composed.clone().answer() {
            Ok(spec) if spec.encrypt.is_none() => (shown.clone(), Outcome::Sent),
            Ok(spec) => (self.build(&spec)?, Outcome::Sent),
            Err(_) => (String::new(), Outcome::Refused),
        };
        let annotating = Annotating {
            looking: self,
            spec: &clear,
            trace: &composed.trace,
            classes,
        };
        let parts = annotating.parts(&shown);
        let findings = findings::of(self, Some(composed), composed.obstacles()).await?;
        Ok(self.finish(outcome, xml, parts, findings))
    }

    /// The user lacks the subject's claim: the application gets a status and no assertion.
    async fn only_a_status(&self, obstacle: &Obstacle) -> Result<Preview> {
        let in_response_to = Some(self.request_id.as_str());
        let spec = status::spec(
            self.services,
            self.sp,
            &self.acs_url,
            in_response_to,
            Status::AuthnFailed,
        )?;
        let xml = response::build_status(&spec, Some(&self.key)).map_err(Error::internal)?;
        let parts = annotate::status_parts(self, &xml);
        let findings = findings::of(self, None, std::slice::from_ref(obstacle)).await?;
        Ok(self.finish(Outcome::Status, xml, parts, findings))
    }

    fn build(&self, spec: &ResponseSpec) -> Result<String> {
        response::build(spec, &self.key).map_err(Error::internal)
    }

    fn finish(
        &self,
        outcome: Outcome,
        xml: String,
        parts: Vec<domain::view::preview::Part>,
        findings: findings::Findings,
    ) -> Preview {
        let username = self.person.user.username.clone();
        let outcome = if findings.no_sign_in {
            Outcome::NoSignIn
        } else {
            outcome
        };
        let (words, severity, explanation) = outcome.words(&self.sp.name, &username);
        Preview {
            outcome: words.to_owned(),
            severity,
            explanation,
            destination: self.acs_url.clone(),
            xml,
            parts,
            findings: findings.list,
            masked: self.masked,
            username,
        }
    }
}

/// What becomes of a sign-in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Sent,
    Status,
    Refused,
    NoSignIn,
}

impl Outcome {
    fn words(self, application: &str, username: &str) -> (&'static str, Severity, String) {
        match self {
            Self::Sent => (
                "would be sent",
                Severity::Good,
                format!("Once {username} has passed all steps, {application} gets this."),
            ),
            Self::Status => (
                "no assertion",
                Severity::Bad,
                format!(
                    "{username} can pass all steps, and {application} is told that the sign-in failed: there is nothing \
                     to name {username} by."
                ),
            ),
            Self::Refused => (
                "would be refused",
                Severity::Bad,
                format!(
                    "{username} can pass all steps and then sees a case number; nothing is sent. Shown is what would go \
                     out without that refusal."
                ),
            ),
            Self::NoSignIn => (
                "cannot sign in",
                Severity::Bad,
                format!("{username} does not get through the steps. Shown is what would go out after them."),
            ),
        }
    }
}
