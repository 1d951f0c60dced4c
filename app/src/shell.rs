//! The HTML document around every page, and its content security policy.
//!
//! Scripts are loaded under `/console` only, its sign-in page excepted: whoever types a password or a code does so on a
//! page that runs nothing.

use http::header::CONTENT_SECURITY_POLICY;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::context;
use crate::routes::App;

/// Whether pages at this path run scripts.
fn has_scripts(path: &str) -> bool {
    (path == "/console" || path.starts_with("/console/")) && path != "/console/login"
}

pub fn document(options: LeptosOptions) -> impl IntoView {
    let path = context::parts().uri.path().to_owned();
    let assets = context::assets();
    let scripts = has_scripts(&path);
    content_security_policy(scripts);
    let sheet = if scripts { "gatehouse" } else { "sign-in" };
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href=format!("/{}/icon.svg", assets.base) type="image/svg+xml"/>
                <link rel="stylesheet" href=format!("/{}/{sheet}.css", assets.base)/>
                {scripts.then(|| view! { <HydrationScripts options=options islands=true/> })}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

fn content_security_policy(scripts: bool) {
    let script = match use_nonce() {
        Some(nonce) if scripts => format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        _ => "'none'".to_owned(),
    };
    let connect = if scripts { "'self'" } else { "'none'" };
    let policy = format!(
        "default-src 'none'; script-src {script}; connect-src {connect}; style-src 'self'; img-src 'self' data:; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    context::header(CONTENT_SECURITY_POLICY, &policy);
}

#[cfg(test)]
mod tests {
    use super::has_scripts;

    #[test]
    fn only_the_signed_in_console_runs_scripts() {
        for path in ["/console", "/console/users", "/console/identity-providers/1"] {
            assert!(has_scripts(path), "{path}");
        }
        for path in ["/console/login", "/login/abc", "/logout", "/", "/consolation"] {
            assert!(!has_scripts(path), "{path}");
        }
    }
}
