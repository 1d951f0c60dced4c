//! How long each phase of a request took, as bars that follow each other like the phases did. Widths are
//! SVG attributes: the content security policy forbids inline styles.

use leptos::prelude::*;

/// One phase of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// Such as `First byte`.
    pub name: String,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// The phases of one request, in order.
#[component]
pub fn Phases(phases: Vec<Phase>) -> impl IntoView {
    let total = phases.iter().map(|phase| phase.millis).sum::<u64>().max(1);
    let mut begun = 0;
    let rows = phases
        .into_iter()
        .map(|phase| {
            let (x, width) = (percent(begun, total), percent(phase.millis, total));
            begun += phase.millis;
            view! {
                <li>
                    <span>{phase.name}</span>
                    <svg aria-hidden="true" focusable="false">
                        <rect x=x width=width height="8" rx="2"></rect>
                    </svg>
                    <span class="millis">{format!("{} ms", phase.millis)}</span>
                </li>
            }
        })
        .collect::<Vec<_>>();
    view! { <ol class="phases">{rows}</ol> }
}

/// `part` of `total` as a length in SVG, to a tenth of a percent.
fn percent(part: u64, total: u64) -> String {
    let tenths = part.saturating_mul(1000) / total;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::{Phase, Phases};
    use crate::ui::test_render::markup;

    #[test]
    fn each_bar_begins_where_the_last_one_ended() {
        let phases = [("Name", 100), ("Done", 300)].map(|(name, millis)| Phase {
            name: name.to_owned(),
            millis,
        });
        let html = markup(|| view! { <Phases phases=phases.to_vec()/> });
        assert!(
            html.contains(r#"x="0.0%" width="25.0%""#) && html.contains(r#"x="25.0%" width="75.0%""#),
            "{html}"
        );
        assert!(!html.contains("style="), "{html}");
    }
}
