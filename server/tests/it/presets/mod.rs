//! Every preset with its keys filled in: the bytes that leave by the real transport, and what the sandbox's shape of its
//! vendor makes of them.

mod sandboxed;
mod wire;

use sms::presets::Preset;
use sms::{HttpRequest, Settings, Values};

/// Base64 of `sandbox:token`.
const BASIC: &str = "c2FuZGJveDp0b2tlbg==";

fn key(slot: &str) -> String {
    let key = if slot == "basic_credentials" { BASIC } else { "sandbox" };
    key.to_owned()
}

/// A preset's settings with another scheme, host and port, as an administrator changes them: the path stays the vendor's.
fn moved(preset: &Preset, to: &str) -> Settings {
    let settings = preset.settings(to);
    if preset.is_sandbox() {
        return settings;
    }
    let (_, address) = settings.url.split_once("://").expect("a URL");
    let (_, path) = address.split_once('/').expect("a path");
    Settings {
        url: format!("{to}/{path}"),
        ..settings
    }
}

/// For a number whose national form is not asked for by any preset.
fn values<'a>(settings: &Settings, number: &'a str) -> Values<'a> {
    Values {
        number: settings.number_format.pick(number, ""),
        code: "482913",
        minutes: 5,
        site: None,
    }
}

fn render(settings: &Settings, number: &str, secrets: &dyn Fn(&str) -> Option<String>) -> HttpRequest {
    let template = sms::compile(settings).template.expect("no problems");
    template.render(&values(settings, number), secrets).expect("renders")
}
