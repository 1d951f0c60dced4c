//! When one's own password is asked again: where keys are touched, and where codes and numbers would go another way.
//!
//! A console left open must not be enough to lead either of them to somebody else.

use super::check::Checked;
use super::secrets::Secrets;
use super::stored::Stored;
use crate::{Actor, Result, Services};

/// What a send goes by, saved or not.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub request: &'a ::sms::Settings,
    pub secrets: &'a Secrets,
    pub trusted_certificates: &'a str,
}

impl<'a> Way<'a> {
    fn of(stored: &'a Stored) -> Self {
        Self {
            request: &stored.request,
            secrets: &stored.secrets,
            trusted_certificates: &stored.trusted_certificates,
        }
    }

    /// Keys that stand in the request as text are none: whoever may manage it reads them there.
    fn has_keys(self) -> bool {
        !self.secrets.is_empty()
    }

    fn sends_as(self, other: Self) -> bool {
        let sent = |request: &'a ::sms::Settings| (request.method, [&request.url, &request.headers, &request.payload]);
        sent(self.request) == sent(other.request) && self.secrets == other.secrets
    }

    fn judges_as(self, other: Self) -> bool {
        let judged = |request: &'a ::sms::Settings| (&request.response_code, &request.body_rule);
        judged(self.request) == judged(other.request)
    }
}

/// For a save.
///
/// # Errors
/// `PasswordNeeded`, if it was given over five minutes ago.
pub(super) fn save(
    services: &Services,
    actor: &Actor,
    before: Option<&Stored>,
    fallback_before: Option<i64>,
    number_claim_before: Option<&str>,
    checked: &Checked,
) -> Result<()> {
    let after = &checked.stored;
    let entered = |stored: &Stored| stored.policy.numbers_may_be_entered;
    let way = Way::of(after);
    let keys = way.has_keys() || before.is_some_and(|before| Way::of(before).has_keys());
    // The answer decides when the fallback is asked.
    let judged = before.is_none_or(|before| !way.judges_as(Way::of(before)));
    let asks = fallback_before != checked.fallback
        || number_claim_before.is_some_and(|before| before != checked.number_claim)
        || (entered(after) && !before.is_some_and(entered))
        || (judged && (keys || checked.fallback.is_some()))
        || differs(before, way);
    if asks {
        actor.require_fresh_password(services.clock.now())?;
    }
    Ok(())
}

/// For a test, which asks no fallback.
///
/// # Errors
/// `PasswordNeeded`, if it was given over five minutes ago.
pub(super) fn test(services: &Services, actor: &Actor, before: Option<&Stored>, way: Way<'_>) -> Result<()> {
    if differs(before, way) {
        actor.require_fresh_password(services.clock.now())?;
    }
    Ok(())
}

/// Whether keys or what is sent along with them are changed, or whose word is taken for the provider.
fn differs(before: Option<&Stored>, way: Way<'_>) -> bool {
    let before = before.map(Way::of);
    let trusted = before.map_or("", |before| before.trusted_certificates);
    let keys = way.has_keys() || before.is_some_and(Way::has_keys);
    // A browser sends line ends of its own.
    let trusts_as = trusted.trim().lines().eq(way.trusted_certificates.trim().lines());
    !trusts_as || (keys && !before.is_some_and(|before| way.sends_as(before)))
}
