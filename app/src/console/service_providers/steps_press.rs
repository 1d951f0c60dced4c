//! The buttons inside the form of authentication steps, as changes to what was typed.

use domain::Problems;
use domain::input::service_provider::{BASIC, StepRow, StepsInput};

use super::press::{Pressed, numbered, remove};

/// What a button does to the step of this number.
type Act = fn(&mut StepsInput, usize) -> Pressed;

/// Presses the button that `input` names.
pub fn press(input: &mut StepsInput) -> Pressed {
    let press = std::mem::take(&mut input.press);
    if press.is_empty() {
        return Pressed::Save;
    }
    if press == "add-step" {
        input.steps.push(StepRow::default());
        return at_step(input.steps.len() - 1);
    }
    let verbs: [(&str, Act); 5] = [
        ("delete", delete),
        ("up", |input, n| {
            if n == 0 {
                at_step(n)
            } else {
                swap(input, n - 1, n, n - 1)
            }
        }),
        ("down", |input, n| swap(input, n, n + 1, n + 1)),
        ("add-local", |input, n| add(input, n, "local")),
        ("add-federated", |input, n| add(input, n, "federated")),
    ];
    for (verb, act) in verbs {
        if let Some(n) = numbered(&press, verb).filter(|n| *n < input.steps.len()) {
            return act(input, n);
        }
    }
    if let Some((from, to)) = press.strip_prefix("place-").and_then(|rest| rest.split_once('-'))
        && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
    {
        return place(input, from, to);
    }
    if let Some((step, at)) = press.strip_prefix("remove-").and_then(|rest| rest.split_once('-'))
        && let (Ok(step), Ok(at)) = (step.parse::<usize>(), at.parse())
        && let Some(row) = input.steps.get_mut(step)
    {
        remove(&mut row.authenticators, at);
        return at_step(step);
    }
    Pressed::show("content")
}

/// Whether a button changes the order, which is told when the steps are shown again.
pub fn moves(press: &str) -> bool {
    ["up-", "down-", "place-"].iter().any(|verb| press.starts_with(verb))
}

fn at_step(n: usize) -> Pressed {
    Pressed::show(format!("step-{}", n + 1))
}

fn refused(anchor: String, field: String, message: String) -> Pressed {
    Pressed::Show {
        anchor,
        problems: Problems::one(field, message),
    }
}

fn delete(input: &mut StepsInput, n: usize) -> Pressed {
    if input.subject_step == n.to_string() {
        let number = n + 1;
        let text = if input.steps.len() == 1 {
            "A sign-in needs at least one step, and this one gives the subject identifier. It stays.".to_owned()
        } else {
            format!(
                "Step {number} gives the subject identifier. Let another step give it first, then delete step {number}."
            )
        };
        return refused("content".to_owned(), format!("subject_step[{n}]"), text);
    }
    input.steps.remove(n);
    if input.attributes_step == n.to_string() {
        // The user is known from the subject's step; attributes come from the same one unless somebody says otherwise.
        input.attributes_step.clone_from(&input.subject_step);
    }
    for chosen in [&mut input.subject_step, &mut input.attributes_step] {
        if let Some(at) = chosen.parse::<usize>().ok().filter(|at| *at > n) {
            *chosen = (at - 1).to_string();
        }
    }
    at_step(n.min(input.steps.len().saturating_sub(1)))
}

/// Takes a step out and puts it to another place; what each gives goes with it.
fn place(input: &mut StepsInput, from: usize, to: usize) -> Pressed {
    let count = input.steps.len();
    if from >= count || to >= count || from == to {
        return at_step(from.min(count.saturating_sub(1)));
    }
    let row = input.steps.remove(from);
    input.steps.insert(to, row);
    for chosen in [&mut input.subject_step, &mut input.attributes_step] {
        match chosen.parse::<usize>() {
            Ok(at) if at == from => *chosen = to.to_string(),
            Ok(at) if from < at && at <= to => *chosen = (at - 1).to_string(),
            Ok(at) if to <= at && at < from => *chosen = (at + 1).to_string(),
            _ => {}
        }
    }
    at_step(to)
}

/// Exchanges two neighbours; what they give goes with them.
fn swap(input: &mut StepsInput, a: usize, b: usize, moved_to: usize) -> Pressed {
    if b >= input.steps.len() {
        return at_step(a);
    }
    input.steps.swap(a, b);
    for chosen in [&mut input.subject_step, &mut input.attributes_step] {
        match chosen.parse::<usize>() {
            Ok(at) if at == a => *chosen = b.to_string(),
            Ok(at) if at == b => *chosen = a.to_string(),
            _ => {}
        }
    }
    at_step(moved_to)
}

fn add(input: &mut StepsInput, n: usize, select: &str) -> Pressed {
    let Some(row) = input.steps.get_mut(n) else {
        return at_step(n);
    };
    let chosen = if select == "local" {
        row.local.clone()
    } else {
        row.federated.clone()
    };
    let field = format!("steps[{n}][{select}]");
    if chosen.is_empty() {
        return refused(
            format!("step-{}", n + 1),
            field,
            "Choose an authenticator first.".to_owned(),
        );
    }
    if row.authenticators.contains(&chosen) {
        let name = if chosen == BASIC {
            "`basic`"
        } else {
            "this identity provider"
        };
        let text = format!(
            "Step {} holds {name} already. The same authenticator cannot be in a step twice.",
            n + 1
        );
        return refused(format!("step-{}", n + 1), field, text);
    }
    row.authenticators.push(chosen);
    at_step(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `basic 7|basic` is two steps; the numbers after `/` are the subject's and the attributes' step.
    fn steps(text: &str) -> StepsInput {
        let (rows, gives) = text.split_once('/').unwrap();
        let (subject, attributes) = gives.split_once(' ').unwrap();
        let row = |row: &str| StepRow {
            authenticators: row.split_whitespace().map(str::to_owned).collect(),
            local: "basic".into(),
            federated: "7".into(),
        };
        StepsInput {
            steps: rows.split('|').map(row).collect(),
            subject_step: subject.into(),
            attributes_step: attributes.into(),
            ..StepsInput::default()
        }
    }

    fn pressed(before: &str, button: &str) -> (StepsInput, Pressed) {
        let mut input = StepsInput {
            press: button.into(),
            ..steps(before)
        };
        let pressed = press(&mut input);
        (input, pressed)
    }

    #[test]
    fn buttons_change_their_step_and_what_a_step_gives_goes_with_it() {
        for (before, button, after, anchor) in [
            ("basic|7/0 0", "delete-1", "basic/0 0", "step-1"),
            ("basic|7|8/2 0", "delete-1", "basic|8/1 0", "step-2"),
            ("basic|7|8/0 1", "delete-1", "basic|8/0 0", "step-2"),
            ("basic|7|8/1 0", "delete-0", "7|8/0 0", "step-1"),
            ("basic|7|8/2 2", "delete-0", "7|8/1 1", "step-1"),
            ("basic|7/0 1", "up-1", "7|basic/1 0", "step-1"),
            ("basic|7/0 1", "up-0", "basic|7/0 1", "step-1"),
            ("basic|7/0 0", "down-0", "7|basic/1 1", "step-2"),
            ("basic|7/0 0", "down-1", "basic|7/0 0", "step-2"),
            ("basic|7|8/2 2", "up-1", "7|basic|8/2 2", "step-1"),
            ("basic|7|8/0 2", "place-0-2", "7|8|basic/2 1", "step-3"),
            ("basic|7|8/1 0", "place-2-0", "8|basic|7/2 1", "step-1"),
            ("basic|7/0 0", "place-0-1", "7|basic/1 1", "step-2"),
            ("basic|7/0 1", "place-1-1", "basic|7/0 1", "step-2"),
            ("basic|7/0 1", "place-0-9", "basic|7/0 1", "step-1"),
            ("basic|7/0 1", "place-9-0", "basic|7/0 1", "step-2"),
            ("|7/0 0", "add-local-0", "basic|7/0 0", "step-1"),
            ("basic|/0 0", "add-federated-1", "basic|7/0 0", "step-2"),
            ("basic|basic 7/0 0", "remove-1-0", "basic|7/0 0", "step-2"),
            ("basic|basic 7/0 0", "remove-1-9", "basic|basic 7/0 0", "step-2"),
            ("basic|7/0 0", "remove-9-0", "basic|7/0 0", "content"),
            ("basic|7/0 0", "delete-9", "basic|7/0 0", "content"),
            ("basic|7/0 0", "save", "basic|7/0 0", "content"),
        ] {
            let (input, pressed) = pressed(before, button);
            assert_eq!(input, steps(after), "{before} {button}");
            assert_eq!(pressed, Pressed::show(anchor), "{before} {button}");
        }
    }

    #[test]
    fn a_new_step_is_empty_and_stands_last() {
        let (input, pressed) = pressed("basic/0 0", "add-step");
        assert_eq!(input.steps[1], StepRow::default());
        assert_eq!((input.steps.len(), pressed), (2, Pressed::show("step-2")));
    }

    #[test]
    fn refused_in_words_and_nothing_changes() {
        for (before, button, words) in [
            ("basic|7/0 0", "delete-0", "Step 1 gives the subject identifier."),
            ("basic/0 0", "delete-0", "at least one step"),
            ("basic|7/0 0", "add-local-0", "`basic` already"),
            ("basic|7/0 0", "add-federated-1", "twice"),
        ] {
            let (input, pressed) = pressed(before, button);
            assert_eq!(input, steps(before), "{button}");
            let Pressed::Show { problems, .. } = pressed else {
                panic!("{button}: {pressed:?}")
            };
            assert!(problems.0[0].message.contains(words), "{button}: {problems:?}");
        }
        let mut input = steps("basic|/0 0");
        input.steps[1].federated.clear();
        input.press = "add-federated-1".into();
        assert!(
            matches!(press(&mut input), Pressed::Show { problems, .. } if problems.of("steps[1][federated]").is_some())
        );
    }
}
