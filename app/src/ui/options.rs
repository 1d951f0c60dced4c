//! The choices of selects and radio groups, from whatever pairs a page has at hand.

/// One choice: what is sent, what is shown, and a line about what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The value that is sent.
    pub value: String,
    /// The words that are shown; a radio button's accessible name.
    pub label: String,
    /// A line under a radio button. Selects do not show it.
    pub help: Option<String>,
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            help: None,
        }
    }
}

impl<V: Into<String>, L: Into<String>, H: Into<String>> From<(V, L, H)> for Choice {
    fn from((value, label, help): (V, L, H)) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            help: Some(help.into()),
        }
    }
}

/// A list of choices; from a `Vec` or an array of `(value, label)` or `(value, label, help)`.
#[derive(Clone, Debug, Default)]
pub struct Options(pub Vec<Choice>);

impl<C: Into<Choice>> From<Vec<C>> for Options {
    fn from(choices: Vec<C>) -> Self {
        Self(choices.into_iter().map(Into::into).collect())
    }
}

impl<C: Into<Choice>, const N: usize> From<[C; N]> for Options {
    fn from(choices: [C; N]) -> Self {
        Self(choices.into_iter().map(Into::into).collect())
    }
}
