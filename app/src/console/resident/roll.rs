//! The roll of a key as a guide: what is now, what is next, and why to wait.

use domain::signing_key::{KeyKind, KeyState};
use domain::view::resident::{RollView, SigningKeyView};
use leptos::prelude::*;

use super::keys::state_tag;
use super::page_of;
use crate::console::logs::When;
use crate::ui::*;

/// Where a step stands in the guide.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Done,
    Now,
    Later,
}

impl Place {
    fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }

    /// Heard where the colour is not seen.
    fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Later => "later",
        }
    }
}

/// `several`: another kind is being rolled too, and buttons need to say which.
pub(super) fn roll_card(roll: &RollView, may_manage: bool, several: bool) -> impl IntoView + use<> {
    let title = format!("Changing the {} key", roll.kind.label());
    let (seen, total) = (roll.seen.total.saturating_sub(roll.seen.waiting), roll.seen.total);
    let hint = format!(
        "{} of {} service providers have the new certificate",
        count_text(seen),
        count_text(total)
    );
    let steps = match (&roll.retiring, &roll.next) {
        (Some(old), _) => after_use(roll, old, may_manage, several),
        (None, Some(next)) => before_use(roll, next, may_manage, several),
        (None, None) => Vec::new(),
    };
    view! { <PlainCard title hint><ol class="roll">{steps}</ol></PlainCard> }
}

fn step(place: Place, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <li class=place.class()>
            <h3>{title}" "<span class="hear-only">{format!("({})", place.word())}</span></h3>
            {body}
        </li>
    }
    .into_any()
}

fn button(key: &SigningKeyView, step: &str, label: &'static str, kind: ButtonKind, several: bool) -> AnyView {
    let which = several.then(|| format!(" the {} key", key.kind.label()));
    view! {
        <LinkButton kind href=page_of(key.id, step)>{label}{which.map(|which| view! { <span class="hear-only">{which}</span> })}</LinkButton>
    }
    .into_any()
}

/// Published, not used yet.
fn before_use(roll: &RollView, next: &SigningKeyView, may_manage: bool, several: bool) -> Vec<AnyView> {
    let since = next.since.clone();
    let ripe = if roll.is_ripe {
        "Every copy of older metadata has lapsed by now: copies are valid for 7 days.".to_owned()
    } else if roll.seen.waiting == 0 {
        "All have the new certificate: it can be used now.".to_owned()
    } else {
        format!(
            "Wait until all have the new certificate, or until {}: copies of the metadata are valid for 7 days, so by then \
             whoever reads metadata has fetched it again. Give it to the others by hand.",
            roll.ripe
        )
    };
    let first = roll.active.is_none() && roll.kind == KeyKind::Ec;
    let ripe = if first {
        "It is the first of its kind: nobody takes its signatures yet, so there is nothing to wait for. Then service \
         providers can choose ECDSA-SHA256."
            .to_owned()
    } else {
        ripe
    };
    let is_ripe = roll.is_ripe || roll.seen.waiting == 0;
    let kind = if is_ripe {
        ButtonKind::Primary
    } else {
        ButtonKind::Plain
    };
    let buttons = (may_manage && next.may_use).then(|| {
        view! { <div class="buttons">{button(next, "use", "Use", kind, several)}</div> }
    });
    let blocked = (!next.may_use).then(|| {
        view! { <p>"It cannot be used now: its certificate is outside its dates."</p> }
    });
    vec![
        step(
            Place::Done,
            "Publish the new key",
            view! { <p>"In the metadata since "<When at=since/>", beside the key that signs."</p> }.into_any(),
        ),
        step(
            Place::Now,
            "Use it",
            view! { <p>{ripe}</p>{blocked}{buttons} }.into_any(),
        ),
        step(
            Place::Later,
            "Retire the old key",
            view! { <p>"It stays in the metadata for what it has signed. Until it is retired, the change can be taken back."</p> }
                .into_any(),
        ),
    ]
}

/// Used; the old one is still published.
fn after_use(roll: &RollView, old: &SigningKeyView, may_manage: bool, several: bool) -> Vec<AnyView> {
    let since = old.since.clone();
    let stopped = roll.active.is_none();
    let used = if stopped {
        view! { <p>"Since "<When at=since/>" no key of this kind signs."</p> }
    } else {
        view! { <p>"Since "<When at=since/>" the new key signs. Is a service provider in trouble? Use the old key again, and nothing is lost."</p> }
    };
    let back = (may_manage && old.may_use).then(|| {
        view! { <div class="buttons">{button(old, "use", "Use again", ButtonKind::Quiet, several)}</div> }
    });
    let wait = if roll.is_ripe {
        "What the old key has signed is long consumed. Retired, it is no longer published, and its private key is erased: from then \
         on the change cannot be taken back."
            .to_owned()
    } else {
        format!(
            "Wait until {}, to be sure that all service providers still sign people in. Retired, it is no longer published, and \
             its private key is erased: from then on the change cannot be taken back.",
            roll.ripe
        )
    };
    let kind = if roll.is_ripe {
        ButtonKind::Primary
    } else {
        ButtonKind::Plain
    };
    let retire = may_manage.then(|| {
        view! { <div class="buttons">{button(old, "retire", "Retire", kind, several)}</div> }
    });
    let next = roll.next.as_ref().map(|_| {
        view! { <p>"One more key is published already. It can be used when this one is retired. "{state_tag(KeyState::Next)}</p> }
    });
    vec![
        step(
            Place::Done,
            "Publish the new key",
            view! { <p>"It is in the metadata."</p> }.into_any(),
        ),
        step(
            Place::Done,
            if stopped { "Stop using it" } else { "Use it" },
            view! { {used}{back} }.into_any(),
        ),
        step(
            Place::Now,
            "Retire the old key",
            view! { <p>{wait}</p>{next}{retire} }.into_any(),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use domain::view::resident::SeenView;

    use super::super::keys::tests::key;
    use super::*;
    use crate::ui::test_render::markup;

    fn roll(next: bool, retiring: bool, waiting: u64) -> RollView {
        RollView {
            active: Some(key(KeyState::Active, 400)),
            next: next.then(|| key(KeyState::Next, 400)),
            retiring: retiring.then(|| key(KeyState::Retiring, 400)),
            ripe: "2026-11-30".into(),
            seen: SeenView {
                total: 12,
                waiting,
                ..SeenView::default()
            },
            ..RollView::default()
        }
    }

    #[test]
    fn before_use_it_says_how_long_to_wait_and_why() {
        let html = markup(|| roll_card(&roll(true, false, 3), true, false));
        assert!(
            html.contains("9 of 12 service providers have the new certificate"),
            "{html}"
        );
        assert!(
            html.contains("until 2026-11-30") && html.contains("valid for 7 days"),
            "{html}"
        );
        assert!(
            html.contains(r#"class="btn" href="/console/identity-providers/resident/keys/7/use""#)
                || html.contains(r#"href="/console/identity-providers/resident/keys/7/use" class="btn""#),
            "{html}"
        );
        assert!(!html.contains("/retire\""), "{html}");
        let html = markup(|| roll_card(&roll(true, false, 0), true, false));
        assert!(
            html.contains("it can be used now") && html.contains("btn primary"),
            "{html}"
        );
        let html = markup(|| roll_card(&roll(true, false, 0), false, false));
        assert!(!html.contains("/use\""), "{html}");
    }

    #[test]
    fn after_use_there_are_a_way_on_and_a_way_back() {
        let html = markup(|| roll_card(&roll(false, true, 0), true, true));
        assert!(
            html.contains("/retire\"") && html.contains("/use\"") && html.contains(">Use again<"),
            "{html}"
        );
        assert!(
            html.contains("the RSA key</span>"),
            "with two rolls the buttons differ: {html}"
        );
        let ripe = RollView {
            is_ripe: true,
            ..roll(false, true, 0)
        };
        let html = markup(move || roll_card(&ripe, true, false));
        assert!(
            html.contains("btn primary") && !html.contains("hear-only\"> the"),
            "{html}"
        );
    }
}
