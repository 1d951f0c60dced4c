//! The interactive parts of the console, and all there is in the browser: one file each, small, on top of markup that
//! works without them. They find server-rendered controls by their ids and are enabled as soon as they listen.
//!
//! Refuses state of its own: what a form holds is in its controls, and what they cause is computed by the same functions
//! here and on the server.

pub mod copy_button;
#[cfg(feature = "hydrate")]
mod dom;
pub mod header_rows;
pub mod html;
pub mod live_list;
pub mod mover;
pub mod secret_fields;
pub mod send_test;
pub mod sms_form;
pub mod sms_preview;
pub mod unsaved_guard;

pub use copy_button::CopyButton;
pub use header_rows::HeaderRows;
pub use live_list::LiveList;
pub use mover::Mover;
pub use secret_fields::SecretFields;
pub use send_test::SendTest;
pub use sms_preview::SmsPreview;
pub use unsaved_guard::UnsavedGuard;

/// Says on the document that its islands answer (`data-hydrated`), for whoever drives the page by a program. The loader goes
/// through the islands in microtasks, which a timer comes after.
#[cfg(feature = "hydrate")]
pub fn mark_hydrated() {
    let mark = || {
        if let Some(root) = dom::document().and_then(|document| document.document_element()) {
            dom::set(&root, "data-hydrated", "");
        }
    };
    leptos::prelude::set_timeout(mark, std::time::Duration::ZERO);
}
