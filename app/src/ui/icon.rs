//! The few icons, as inline SVG in one stroke style. An icon never speaks: it is hidden from assistive
//! technology and always stands beside a word.

use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconKind {
    /// The product's mark: a small gatehouse.
    Gatehouse,
    /// Something is wrong.
    Alert,
    /// Worth knowing.
    Info,
    /// Done.
    Check,
    /// Copy to the clipboard.
    Copy,
    /// Remove a row.
    Remove,
    /// Find.
    Search,
    /// The menu of narrow screens.
    Menu,
}

impl IconKind {
    /// The outline, drawn on a 24 by 24 grid.
    fn path(self) -> &'static str {
        match self {
            Self::Gatehouse => {
                "M3.5 20.5V9L6 7V3.5h2.6V6h2.1V3.5h2.6V6h2.1V3.5H18V7l2.5 2v11.5h-5V15a3.5 3.5 0 0 0-7 0v5.5zM2 20.5h20"
            }
            Self::Alert => "M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1",
            Self::Info => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17M12 11.2v5M12 7.9v.1",
            Self::Check => "M5 12.6 9.7 17.3 19.2 7",
            Self::Copy => "M9 9h11v11H9zM15 9V4H4v11h5",
            Self::Remove => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Self::Search => "M10.8 4.3a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.6 15.6l4.6 4.6",
            Self::Menu => "M4 7h16M4 12h16M4 17h16",
        }
    }
}

/// An icon, as high as the text beside it.
#[component]
pub fn Icon(kind: IconKind) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=kind.path()></path>
        </svg>
    }
}
