//! What an entity calls itself, for people.
//!
//! Owns the order of the places where a name may stand and the choice of a language. The words are the other side's: plain
//! text, to be escaped wherever it is shown.

use gamlastan::xml::{Document, NodeId};

use crate::identifier::NS_METADATA;
use crate::xml::{elements, is};

/// saml-metadata-ui 1.0.
const NS_MDUI: &str = "urn:oasis:names:tc:SAML:metadata:ui";
const NS_XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The name of the service: the one made for people to see (mdui), else that of the service with its attributes, else
/// that of the organization behind it.
pub(super) fn display_name(document: &Document<'_>, entity: NodeId, role: Option<NodeId>) -> Option<String> {
    let in_role = role.and_then(|role| {
        in_english(document, &info(document, role, "DisplayName"))
            .or_else(|| in_english(document, &services(document, role, "ServiceName")))
    });
    in_role.or_else(|| {
        let organization = path(document, entity, &[(NS_METADATA, "Organization")]);
        let names = |name| under(document, &organization, NS_METADATA, name);
        in_english(document, &names("OrganizationDisplayName"))
            .or_else(|| in_english(document, &names("OrganizationName")))
    })
}

/// What the service is for, in a sentence.
pub(super) fn description(document: &Document<'_>, role: NodeId) -> Option<String> {
    in_english(document, &info(document, role, "Description"))
        .or_else(|| in_english(document, &services(document, role, "ServiceDescription")))
}

fn info(document: &Document<'_>, role: NodeId, name: &str) -> Vec<NodeId> {
    let info = path(document, role, &[(NS_METADATA, "Extensions"), (NS_MDUI, "UIInfo")]);
    under(document, &info, NS_MDUI, name)
}

fn services(document: &Document<'_>, role: NodeId, name: &str) -> Vec<NodeId> {
    let services = path(document, role, &[(NS_METADATA, "AttributeConsumingService")]);
    under(document, &services, NS_METADATA, name)
}

fn path(document: &Document<'_>, from: NodeId, steps: &[(&str, &str)]) -> Vec<NodeId> {
    steps.iter().fold(vec![from], |nodes, (namespace, name)| {
        under(document, &nodes, namespace, name)
    })
}

fn under(document: &Document<'_>, parents: &[NodeId], namespace: &str, name: &str) -> Vec<NodeId> {
    parents
        .iter()
        .flat_map(|parent| elements(document, *parent))
        .filter(|node| is(document, *node, namespace, name))
        .collect()
}

/// The text in English, the language of the console, else the first there is.
fn in_english(document: &Document<'_>, nodes: &[NodeId]) -> Option<String> {
    let texts: Vec<(String, bool)> = nodes
        .iter()
        .map(|node| {
            let text = document.text_content_deep(*node);
            let english = document
                .element(*node)
                .and_then(|e| e.get_attribute_ns(NS_XML, "lang"))
                .is_some_and(|lang| lang == "en" || lang.starts_with("en-"));
            (text.split_whitespace().collect::<Vec<_>>().join(" "), english)
        })
        .filter(|(text, _)| !text.is_empty())
        .collect();
    let chosen = texts.iter().find(|(_, english)| *english).or_else(|| texts.first());
    chosen.map(|(text, _)| text.clone())
}
