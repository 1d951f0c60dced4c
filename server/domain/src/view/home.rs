//! What Home shows. Each part is there only for whoever may view what it is about.
//!
//! Times are UTC to the second as RFC 3339 writes them. Refuses names of users: those are behind the figures.

use serde::{Deserialize, Serialize};

use super::delivery::DeliveryBar;
use super::{ListQuery, Page};

/// Home.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    /// The steps of the tutorial that whoever looks can take; empty for whoever can take none.
    pub guide: Vec<GuideStep>,
    /// `None` without *View log*.
    pub charts: Option<ChartsView>,
    /// What needs somebody soon, the most pressing first.
    pub warnings: Vec<Warning>,
    /// `None` without *View users* and *View service providers*.
    pub blocked: Option<BlockedView>,
}

/// One step of the way to the first sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideStep {
    pub title: String,
    /// What it is for, and how it becomes true.
    pub text: String,
    /// The page where it is done, with the words of the link.
    pub href: String,
    pub action: String,
    pub done: bool,
}

/// Sign-ins and messages, by hour for a day and by day for a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartsView {
    pub sign_ins_by_hour: ChartView,
    pub sign_ins_by_day: ChartView,
    pub messages_by_hour: ChartView,
    pub messages_by_day: ChartView,
}

/// Amounts by hour or by day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartView {
    pub by_day: bool,
    /// All of the range in order, the empty ones too.
    pub bars: Vec<DeliveryBar>,
    /// Whether there were too many: the newest are counted.
    pub cut: bool,
}

/// Something that needs somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub kind: WarningKind,
    /// The thing, and where it is mended.
    pub name: String,
    pub href: String,
    pub text: String,
    /// Whether it fails already.
    pub urgent: bool,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum WarningKind {
    #[default]
    Certificate,
    Budget,
    /// Left out by the circuit breaker.
    Skipped,
}

/// Users who cannot pass the SMS step of a service provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedView {
    pub rows: Vec<BlockedRow>,
    /// Whether there are more service providers with such a step.
    pub more: bool,
}

/// One service provider with its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedRow {
    pub id: i64,
    pub name: String,
    pub figures: Vec<BlockedFigure>,
}

/// How many users a reason keeps out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedFigure {
    /// The reason's name in addresses.
    pub reason: String,
    /// In a few words.
    pub label: String,
    /// Exact to 10,000; beyond that `None`.
    pub count: Option<u64>,
}

/// What the list behind a figure is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedQuery {
    pub list: ListQuery,
    pub reason: String,
}

/// The list behind a figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockedListView {
    pub service_provider: String,
    /// The reason in a few words, and what to do about it.
    pub label: String,
    pub advice: String,
    /// User names.
    pub page: Page<String>,
    /// Every reason with its name in addresses.
    pub reasons: Vec<(String, String)>,
}
