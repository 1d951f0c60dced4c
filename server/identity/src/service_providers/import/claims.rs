//! The claims that metadata asks for, against those that are sent. A claim that only an administrator has added stays.

use domain::claim::short_name;

use super::diff::{self, Change, State};
use super::offer::Offer;

pub(super) fn changes(found: &mut Vec<Change>, state: &State, offer: &Offer) {
    if offer.claims.is_empty() {
        return;
    }
    let (claims, custom_dialect) = merged(state, offer);
    if (&claims, custom_dialect) != (&state.claims, state.custom_dialect) {
        let now = in_words(&state.claims, state.custom_dialect);
        let new = in_words(&claims, custom_dialect);
        found.push(Change::new("claims", "Claim Configuration", now, new, move |state| {
            state.claims.clone_from(&claims);
            state.custom_dialect = custom_dialect;
        }));
    }
    // Who sends claims already has chosen whether, when and under which kind of name.
    if !state.claims.is_empty() {
        return;
    }
    diff::name_format(found, state, offer);
    if !state.saml.enable_attribute_profile.0 {
        let label = ("enable_attribute_profile", "Enable Attribute Profile");
        diff::tick(found, label, true, |saml| &mut saml.enable_attribute_profile);
    }
    if !state.saml.include_attributes_always.0 {
        let label = ("include_attributes_always", "Include Attributes in the Response Always");
        diff::tick(found, label, true, |saml| &mut saml.include_attributes_always);
    }
}

/// The stored rows with what is asked for put in; and whether they go by the service provider's own names.
fn merged(state: &State, offer: &Offer) -> (Vec<(String, String, bool)>, bool) {
    let custom = state.custom_dialect || offer.own_names;
    let mut rows = state.claims.clone();
    if custom && !state.custom_dialect {
        // Under the names that they were sent by so far.
        for (local, remote, _) in &mut rows {
            remote.clone_from(local);
        }
    }
    for asked in &offer.claims {
        let name_is_free = !rows
            .iter()
            .any(|(local, remote, _)| custom && *local != asked.local && *remote == asked.remote);
        let row = rows.iter_mut().find(|(local, _, _)| *local == asked.local);
        match row {
            Some((_, remote, mandatory)) => {
                if custom && name_is_free {
                    remote.clone_from(&asked.remote);
                }
                *mandatory |= asked.mandatory;
            }
            None if name_is_free => rows.push((asked.local.clone(), asked.remote.clone(), asked.mandatory)),
            None => {}
        }
    }
    (rows, custom)
}

fn in_words(rows: &[(String, String, bool)], custom: bool) -> Vec<String> {
    rows.iter()
        .map(|(local, remote, mandatory)| {
            let mut text = short_name(local).to_owned();
            if custom && remote != local {
                text.push_str(&format!(" as {remote}"));
            }
            if *mandatory {
                text.push_str(", mandatory");
            }
            text
        })
        .collect()
}
