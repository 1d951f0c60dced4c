//! How far a request came, and when: name found, connected, first byte, done.

use std::time::Duration;

/// When each phase ended, counted from the beginning; `None` where it was not reached or there was none (no name to
/// find where the host is an address).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Phases {
    pub name: Option<Duration>,
    /// With TLS, where the URL says so.
    pub connected: Option<Duration>,
    /// Of the answer's head.
    pub first_byte: Option<Duration>,
    pub done: Option<Duration>,
}

impl Phases {
    /// Each phase that was reached, with the milliseconds it took by itself.
    #[must_use]
    pub fn steps(&self) -> Vec<(&'static str, u64)> {
        let ends = [
            ("Name", self.name),
            ("Connected", self.connected),
            ("First byte", self.first_byte),
            ("Done", self.done),
        ];
        let mut begun = 0;
        ends.into_iter()
            .filter_map(|(name, end)| Some((name, millis(end?))))
            .map(|(name, end)| {
                let took = end.saturating_sub(begun);
                begun = end;
                (name, took)
            })
            .collect()
    }
}

/// Whole milliseconds.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_counted_from_the_one_before() {
        let at = |millis| Some(Duration::from_millis(millis));
        let phases = Phases {
            name: None,
            connected: at(126),
            first_byte: at(397),
            done: at(412),
        };
        assert_eq!(phases.steps(), [("Connected", 126), ("First byte", 271), ("Done", 15)]);
        assert!(Phases::default().steps().is_empty());
    }
}
