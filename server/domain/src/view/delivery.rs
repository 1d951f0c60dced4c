//! What SMS Deliveries shows: the list, what it counts, one delivery.
//!
//! Times are UTC to the second as RFC 3339 writes them. Refuses codes, whole numbers, keys and texts.

use serde::{Deserialize, Serialize};

use super::watch::{FilterChoices, Severity, SignInRow};
use super::{ListQuery, Page};
use crate::Problems;

/// What SMS Deliveries is asked for; a filter that is empty filters nothing. `list.search` is the beginning of a user's or
/// a service provider's name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesQuery {
    pub list: ListQuery,
    /// An outcome's stored name, or `open`.
    pub outcome: String,
    /// An identity provider's id.
    pub identity_provider: String,
    /// A service provider's id, or `console` for tests.
    pub service_provider: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// `used`, or `not_used` for codes that were not.
    pub used: String,
    /// `2026-11-23T12:00`, in UTC.
    pub from: String,
    /// As `from`; the moment itself is not part of the range.
    pub to: String,
}

/// SMS Deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveriesView {
    pub page: Page<DeliveryRow>,
    /// What of the range cannot be read; there are no rows then.
    pub problems: Problems,
    pub choices: DeliveryChoices,
    pub counts: DeliveryCounts,
}

/// What one can filter deliveries by. What is asked for is among them, though it be gone by now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryChoices {
    pub outcomes: FilterChoices,
    /// Those that can send SMS.
    pub identity_providers: FilterChoices,
    pub service_providers: FilterChoices,
    /// Those that something was sent to.
    pub countries: FilterChoices,
}

/// One attempt to deliver an SMS.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    pub id: i64,
    pub at: String,
    pub identity_provider: String,
    /// The service provider that was signed in to; `console` for a test.
    pub application: String,
    /// `None` for a test, and when the user was deleted.
    pub username: Option<String>,
    pub masked_number: String,
    /// The number's region: `LK`; empty where it is not known.
    pub country: String,
    /// `sign-in` or `test`.
    pub purpose: String,
    /// In a few words.
    pub outcome: String,
    pub severity: Severity,
    /// How far the request came: `name`, `connect`, `done`; empty while it is under way.
    pub phase: String,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// What decided, in words.
    pub rule: String,
    /// How often it was tried.
    pub attempts: u32,
    /// All tries together, in milliseconds.
    pub duration_millis: Option<u64>,
    /// Each phase that the last try reached, with the milliseconds it took by itself.
    pub phases: Vec<(String, u64)>,
    /// How many SMS the message goes out as, where that is known.
    pub segments: Option<u32>,
    /// When the code was used.
    pub used_at: Option<String>,
}

/// One delivery by itself. Addresses are empty where there is nothing, or nothing for whoever asks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    pub row: DeliveryRow,
    /// What the person who waits for the code is told.
    pub told: String,
    pub identity_provider_href: String,
    pub service_provider_href: String,
    pub user_href: String,
    /// The sign-in's time line.
    pub time_line_href: String,
    /// What Sign-ins says of the sign-in it was for; empty while that goes on.
    pub sign_ins: Vec<SignInRow>,
    /// The other messages of the same sign-in, the oldest first.
    pub others: Vec<DeliveryRow>,
}

/// Deliveries in a range, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryCounts {
    /// What is counted begins here,
    pub from: String,
    /// and ends before this.
    pub to: String,
    /// Whether a bar is a day; else it is an hour.
    pub by_day: bool,
    /// All hours or days of the range in order, the empty ones too.
    pub bars: Vec<DeliveryBar>,
    /// Each outcome there is, in the order of the filter.
    pub sums: Vec<DeliverySum>,
    /// Whether there were too many: the newest are counted.
    pub cut: bool,
}

/// One hour or day of deliveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryBar {
    pub at: String,
    pub good: u64,
    /// Under way.
    pub neutral: u64,
    pub warn: u64,
    pub bad: u64,
}

/// How often something was the outcome, and the SMS these messages make.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliverySum {
    pub outcome: String,
    pub severity: Severity,
    pub messages: u64,
    pub segments: u64,
}
