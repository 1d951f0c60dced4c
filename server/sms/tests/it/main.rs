//! The language as a whole: what an administrator types, and what the provider's own parser reads.

mod answers;
mod curl;
mod headers;
mod preset_answers;
mod preset_requests;
mod presets;
mod problems;
mod properties;
mod providers;
mod secrets;
mod support;
mod tutorial;
