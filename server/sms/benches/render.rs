//! What it costs to put one SMS into its provider's request: `Template::render` for every preset, and for the longest
//! request that the form takes. Compiling the settings is measured beside it; a sign-in does both.
//!
//! `scripts/measure-sms` runs this and holds the figures against their bar.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use sms::presets::{self, Preset};
use sms::{MAX_MESSAGE, Method, Settings, Template, Values, compile};

const SANDBOX: &str = "http://localhost:8080";
const VALUES: Values<'_> = Values {
    number: "+94771234567",
    code: "314159",
    minutes: 5,
    site: None,
};

fn template(settings: &Settings) -> Template {
    compile(settings).template.expect("no problems")
}

fn key(_: &str) -> Option<String> {
    Some("0123456789abcdef0123456789abcdef".to_owned())
}

/// The longest *Message*, every character of it escaped.
fn long() -> Settings {
    Settings {
        url: "https://sms.example.com/send?to=&num".to_owned(),
        method: Method::Post,
        headers: "Content-Type: application/json".to_owned(),
        payload: r#"{"to": "&num", "text": "&msg"}"#.to_owned(),
        message: format!("&otp{}", "\"".repeat(MAX_MESSAGE - 4)),
        ..Settings::default()
    }
}

fn render(c: &mut Criterion) {
    let named = |preset: &Preset| (preset.id.clone(), preset.settings(SANDBOX));
    let all = presets::all().iter().map(named);
    let mut group = c.benchmark_group("render");
    for (name, settings) in all.chain([("longest-message".to_owned(), long())]) {
        let template = template(&settings);
        group.bench_function(&name, |b| b.iter(|| template.render(black_box(&VALUES), &key)));
    }
    group.finish();
    let settings = presets::all()[0].settings(SANDBOX);
    let mut group = c.benchmark_group("compile");
    group.bench_function("vonage", |b| b.iter(|| compile(black_box(&settings))));
    group.finish();
}

/// Short: what is measured takes microseconds and does not change with time.
fn short() -> Criterion {
    Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1))
}

criterion_group! {
    name = benches;
    config = short();
    targets = render
}
criterion_main!(benches);
