//! What is said about how somebody signed in: the truth, in the class that was asked for where it is true.

use domain::flow::Authenticator;
use saml::identifier::{
    CONTEXT_PASSWORD as PASSWORD, CONTEXT_PASSWORD_PROTECTED_TRANSPORT as PASSWORD_PROTECTED_TRANSPORT,
    CONTEXT_REFEDS_MFA as REFEDS_MFA, CONTEXT_UNSPECIFIED as UNSPECIFIED,
};
use saml::message::{Comparison, RequestedAuthnContext};
use serde::{Deserialize, Serialize};

use crate::service_providers::Step;

/// How strong a class is, among those this server can satisfy; `None` for all others.
fn rank(class: &str) -> Option<u8> {
    match class {
        UNSPECIFIED => Some(0),
        PASSWORD | PASSWORD_PROTECTED_TRANSPORT => Some(1),
        REFEDS_MFA => Some(2),
        _ => None,
    }
}

/// What a service provider asked for, as it is kept with its request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// `exact`, `minimum`, `maximum`, `better`.
    comparison: String,
    classes: Vec<String>,
}

impl From<&RequestedAuthnContext> for Wanted {
    fn from(requested: &RequestedAuthnContext) -> Self {
        let comparison = match requested.comparison {
            Comparison::Exact => "exact",
            Comparison::Minimum => "minimum",
            Comparison::Maximum => "maximum",
            Comparison::Better => "better",
        };
        // A declaration this server does not know stands among the classes it cannot satisfy either.
        let classes = requested
            .classes
            .iter()
            .chain(&requested.declarations)
            .cloned()
            .collect();
        Self {
            comparison: comparison.to_owned(),
            classes,
        }
    }
}

impl Wanted {
    /// `RequestedAuthnContext (minimum): …`, for the administrator.
    pub fn in_words(&self) -> String {
        format!(
            "RequestedAuthnContext ({}): {}",
            self.comparison,
            self.classes.join(", ")
        )
    }
}

/// The class that is true of what was passed.
///
/// A backup code passes the SMS step and is the same truth: a look-up secret is something one has (NIST SP 800-63B-4
/// section 3.1.2), so that with the password there were two factors. So is a number that was entered in this very
/// sign-in: the code proved the phone, and who may bind one is what an administrator has switched on.
pub fn truth<'a>(passed: impl IntoIterator<Item = &'a Authenticator>) -> &'static str {
    let (mut password, mut sms) = (false, false);
    for authenticator in passed {
        match authenticator {
            Authenticator::Basic => password = true,
            Authenticator::SmsOtp { .. } => sms = true,
        }
    }
    class(password, sms)
}

fn class(password: bool, sms: bool) -> &'static str {
    match (password, sms) {
        (true, true) => REFEDS_MFA,
        (true, false) => PASSWORD_PROTECTED_TRANSPORT,
        _ => UNSPECIFIED,
    }
}

/// The classes that can come to be true of these steps, by what people choose in them; first that of the first choices.
pub fn possible(steps: &[Step]) -> Vec<&'static str> {
    let mut passed = vec![(false, false)];
    for step in steps {
        let mut next = Vec::new();
        for (password, sms) in passed {
            for option in &step.authenticators {
                let one = match option {
                    Authenticator::Basic => (true, sms),
                    Authenticator::SmsOtp { .. } => (password, true),
                };
                if !next.contains(&one) {
                    next.push(one);
                }
            }
        }
        passed = next;
    }
    let mut classes = Vec::new();
    for (password, sms) in passed {
        let class = class(password, sms);
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    classes
}

/// The class to answer with, or `None` if what was passed does not satisfy what was asked (SAML Core 3.3.2.2.1).
pub fn answer<'a>(truth: &'a str, wanted: Option<&'a Wanted>) -> Option<&'a str> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.classes.is_empty()) else {
        return Some(truth);
    };
    let achieved = rank(truth)?;
    let ranked = || {
        wanted
            .classes
            .iter()
            .filter_map(|class| rank(class).map(|rank| (class.as_str(), rank)))
    };
    match wanted.comparison.as_str() {
        "minimum" => ranked().any(|(_, rank)| rank <= achieved).then_some(truth),
        "better" => {
            (ranked().count() == wanted.classes.len() && ranked().all(|(_, rank)| rank < achieved)).then_some(truth)
        }
        "maximum" => match ranked().map(|(_, rank)| rank).max() {
            Some(highest) if highest >= achieved => Some(truth),
            // Two factors were passed, one is as much as may be said, and one of them is the password.
            Some(_) => ranked().max_by_key(|(_, rank)| *rank).map(|(class, _)| class),
            None => None,
        },
        _ => ranked().find(|(_, rank)| *rank <= achieved).map(|(class, _)| class),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(comparison: &str, classes: &[&str]) -> Wanted {
        Wanted {
            comparison: comparison.into(),
            classes: classes.iter().map(|class| (*class).to_owned()).collect(),
        }
    }

    #[test]
    fn the_truth_is_what_was_passed() {
        let sms = Authenticator::SmsOtp { identity_provider: 1 };
        assert_eq!(truth([&Authenticator::Basic, &sms]), REFEDS_MFA);
        assert_eq!(truth([&Authenticator::Basic]), PASSWORD_PROTECTED_TRANSPORT);
        assert_eq!(truth([&sms]), UNSPECIFIED);
    }

    #[test]
    fn what_people_choose_decides_among_the_possible() {
        let step = |authenticators: &[Authenticator]| Step {
            authenticators: authenticators.to_vec(),
            gives_subject: true,
            gives_attributes: true,
        };
        let sms = Authenticator::SmsOtp { identity_provider: 1 };
        let (basic, code) = (step(&[Authenticator::Basic]), step(std::slice::from_ref(&sms)));
        let either = step(&[sms, Authenticator::Basic]);
        assert_eq!(possible(&[basic.clone(), code]), [REFEDS_MFA]);
        assert_eq!(possible(std::slice::from_ref(&basic)), [PASSWORD_PROTECTED_TRANSPORT]);
        assert_eq!(possible(&[basic, either]), [REFEDS_MFA, PASSWORD_PROTECTED_TRANSPORT]);
    }

    #[test]
    fn the_four_comparisons() {
        const PPT: &str = PASSWORD_PROTECTED_TRANSPORT;
        const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";
        for (truth, comparison, classes, expected) in [
            (REFEDS_MFA, "exact", &[PPT][..], Some(PPT)),
            (REFEDS_MFA, "exact", &[X509, REFEDS_MFA], Some(REFEDS_MFA)),
            (PPT, "exact", &[REFEDS_MFA], None),
            (PPT, "exact", &[X509], None),
            (PPT, "exact", &[PASSWORD], Some(PASSWORD)),
            (REFEDS_MFA, "minimum", &[PPT], Some(REFEDS_MFA)),
            (PPT, "minimum", &[REFEDS_MFA], None),
            (PPT, "minimum", &[X509], None),
            (PPT, "maximum", &[REFEDS_MFA], Some(PPT)),
            (REFEDS_MFA, "maximum", &[PPT], Some(PPT)),
            (PPT, "maximum", &[X509], None),
            (REFEDS_MFA, "better", &[PPT], Some(REFEDS_MFA)),
            (PPT, "better", &[PPT], None),
            (REFEDS_MFA, "better", &[X509], None),
        ] {
            assert_eq!(
                answer(truth, Some(&wanted(comparison, classes))),
                expected,
                "{truth} {comparison} {classes:?}"
            );
        }
        assert_eq!(answer(PPT, None), Some(PPT));
        assert_eq!(answer(PPT, Some(&wanted("exact", &[]))), Some(PPT));
    }
}
