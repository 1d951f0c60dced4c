//! What is wrong with something typed: which field, and what to do about it.

use serde::{Deserialize, Serialize};

/// One field's problem. `field` is the input's own name (`sms_url`, `claims[2][local]`), so that the page can place it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: String,
    /// What is wrong, why, and what to do, in plain words.
    pub message: String,
}

/// All that is wrong with one form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem {
            field: field.into(),
            message: message.into(),
        });
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first message for a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<String> {
        self.0
            .iter()
            .find(|problem| problem.field == field)
            .map(|problem| problem.message.clone())
    }

    /// A single problem, as an error.
    #[must_use]
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self(vec![Problem {
            field: field.into(),
            message: message.into(),
        }])
    }

    /// Refuses an empty or too long value, counted in characters; says so under `label`.
    pub fn text(&mut self, field: &str, label: &str, value: &str, required: bool, max: usize) {
        if required && value.trim().is_empty() {
            self.add(field, format!("{label} is missing."));
        } else if value.chars().count() > max {
            self.add(
                field,
                format!(
                    "{label} is too long: {} characters, at most {max}.",
                    value.chars().count()
                ),
            );
        } else if value
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t')
        {
            self.add(
                field,
                format!("{label} holds a control character. Remove it and type the rest again."),
            );
        }
    }
}
