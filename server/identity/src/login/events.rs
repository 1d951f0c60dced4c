//! What happens in a sign-in besides its end, for its time line: a small row each. No code, no password, no full number;
//! and nothing that somebody could repeat without a limit, so that the rows of a sign-in stay few.

use domain::flow::Authenticator;
use entity::sign_in_event;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};

use crate::{Result, Services};

/// Kinds of events. How a sign-in ended, a wrong password and a used backup code are rows of `sign_in`; each code that
/// was sent is one of `sms_delivery`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// The request was taken; `detail` is what it asked for, as JSON.
    Request,
    /// A live session had passed what it could.
    Carried,
    /// One of several authenticators was chosen; `detail` names it.
    Chosen,
    PasswordRight,
    /// `detail` is the number, masked.
    NumberEntered,
    /// *Resend code* was pressed, and one more was sent.
    Resend,
    WrongCode,
    /// The right code, too late.
    ExpiredCode,
    WrongBackupCode,
    CodeRight,
    /// The application was told a status; `detail` names it.
    Status,
    /// The way back was refused; `detail` is the case number.
    Refused,
    /// The application was told of a logout by the back channel; `detail` is what came of it. Kept under the assertion's
    /// SessionIndex.
    BackChannel,
}

impl Event {
    const ALL: [Self; 13] = [
        Self::Request,
        Self::Carried,
        Self::Chosen,
        Self::PasswordRight,
        Self::NumberEntered,
        Self::Resend,
        Self::WrongCode,
        Self::ExpiredCode,
        Self::WrongBackupCode,
        Self::CodeRight,
        Self::Status,
        Self::Refused,
        Self::BackChannel,
    ];

    /// The name it is stored under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Carried => "carried",
            Self::Chosen => "chosen",
            Self::PasswordRight => "password_right",
            Self::NumberEntered => "number_entered",
            Self::Resend => "resend",
            Self::WrongCode => "wrong_code",
            Self::ExpiredCode => "expired_code",
            Self::WrongBackupCode => "wrong_backup_code",
            Self::CodeRight => "code_right",
            Self::Status => "status",
            Self::Refused => "refused",
            Self::BackChannel => "back_channel",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// Notes an event of a sign-in.
///
/// # Errors
/// `Internal` only.
pub async fn note(
    services: &Services,
    db: &impl ConnectionTrait,
    flow_id: &str,
    event: Event,
    detail: &str,
    address: &str,
) -> Result<()> {
    let row = sign_in_event::ActiveModel {
        flow_id: Set(flow_id.to_owned()),
        at: Set(services.clock.now()),
        kind: Set(event.as_str().to_owned()),
        detail: Set(detail.to_owned()),
        address: Set(address.chars().take(64).collect()),
        ..Default::default()
    };
    sign_in_event::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// How an authenticator is named in `detail`.
pub fn authenticator_name(authenticator: &Authenticator) -> String {
    match authenticator {
        Authenticator::Basic => "basic".to_owned(),
        Authenticator::SmsOtp { identity_provider } => format!("SMSOTP:{identity_provider}"),
    }
}

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn events_read_back() {
        for event in Event::ALL {
            assert_eq!(Event::from_name(event.as_str()), Some(event));
        }
        assert_eq!(Event::from_name("of_a_later_version"), None);
    }
}
