//! What the kit's tests share: rendering a view to the markup a browser would get.

use leptos::prelude::*;
use leptos_meta::{ServerMetaContext, provide_meta_context};

/// The markup of `view`, without the comment nodes that only hydration reads.
pub(crate) fn markup<V: IntoView + 'static>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    owner.with(|| {
        let (context, _collected) = ServerMetaContext::new();
        provide_context(context);
        provide_meta_context();
        view().into_view().to_html().replace("<!>", "").replace("<!---->", "")
    })
}
