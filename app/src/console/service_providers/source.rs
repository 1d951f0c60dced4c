//! The three ways in which metadata is given, and who stands in the way of an import.

use domain::Problems;
use domain::input::metadata::{MetadataInput, TakenBy};
use leptos::prelude::*;

use super::{comparison_of, page_of};
use crate::ui::*;

#[component]
pub fn MetadataSource(input: MetadataInput, problems: Problems) -> impl IntoView {
    let left_out = input.xml_left_out.then(|| {
        "What was pasted is too long to be shown again. Paste it once more, or choose it as a file.".to_owned()
    });
    view! {
        <FileField name="metadata[file]" label="Metadata File" error=problems.of("metadata[file]")
            accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
            help="The service provider's XML file."/>
        <TextField name="metadata[url]" label="Metadata URL" mono=true value=input.url error=problems.of("metadata[url]")
            help="Fetched once, now. The address is kept, so that you can check for changes later."/>
        <TextArea name="metadata[xml]" label="Metadata XML" rows=5 value=input.xml error=problems.of("metadata[xml]")
            note=left_out
            help="The same file as text, from `<EntityDescriptor` to its end."/>
    }
}

/// The offer to update the service provider that has the name or the issuer already.
#[component]
pub fn UpdateInstead(by: TakenBy) -> impl IntoView {
    view! {
        <Callout kind=NoticeKind::Warn>
            <p>"Did you mean the one that is there? Nothing is changed before you have seen what differs."</p>
            <ul>
                <li><a href=page_of(by.id)>{format!("Open {}", by.name)}</a></li>
                <li><a href=comparison_of(by.id, &by.offer)>{format!("Update {} from this metadata", by.name)}</a></li>
            </ul>
        </Callout>
    }
}
