//! The stored certificates in words, to be compared with what the other side shows.

use domain::view::CertificateView;
use leptos::prelude::*;

use crate::islands::CopyButton;
use crate::ui::*;

#[component]
pub fn Certificates(certificates: Vec<CertificateView>) -> impl IntoView {
    certificates
        .into_iter()
        .map(|certificate| {
            let expired = certificate
                .expired
                .then(|| view! { " "<Tag kind=TagKind::Bad text="expired"/> });
            view! {
                <Facts>
                    <Fact label="Subject">{certificate.subject}</Fact>
                    <Fact label="Key">{certificate.key}</Fact>
                    <Fact label="Expires">{certificate.not_after}{expired}</Fact>
                    <Fact label="SHA-256">
                        <CopyValue value=certificate.sha256.clone()>
                            <CopyButton value=certificate.sha256 label="Copy fingerprint".to_owned()/>
                        </CopyValue>
                    </Fact>
                </Facts>
            }
        })
        .collect_view()
}
