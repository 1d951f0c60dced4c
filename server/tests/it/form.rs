//! A form on a page, filled in by labels and sent as a browser would send it.

use std::collections::BTreeMap;

use scraper::ElementRef;

use crate::page::{all, attribute, first_text, text};

/// A form and what stands in its fields.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub fields: Vec<Field>,
    buttons: Vec<Button>,
    multipart: bool,
}

/// A control with a name.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub value: String,
    /// What is said to be wrong with it.
    pub error: Option<String>,
    kind: Kind,
    /// What a chosen file holds; its name is the value.
    content: Vec<u8>,
    /// The words and values of a select.
    pub options: Vec<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Tick(bool),
    Radio(bool),
    File,
}

#[derive(Clone, Debug)]
struct Button {
    text: String,
    name: String,
    value: String,
    action: String,
    multipart: bool,
}

const MULTIPART: &str = "multipart/form-data";

impl Form {
    pub fn read(root: ElementRef<'_>, form: ElementRef<'_>) -> Self {
        let labels: BTreeMap<_, _> = all(root, "label[for]")
            .into_iter()
            .map(|label| (attribute(label, "for"), text(label)))
            .collect();
        let usable = |control: &ElementRef<'_>| control.attr("disabled").is_none();
        // What stands elsewhere on the page belongs to the form that it names (HTML, "form owner").
        let id = attribute(form, "id");
        let elsewhere = |tag: &str| match id.as_str() {
            "" => Vec::new(),
            id => all(root, &format!("{tag}[form=\"{id}\"]")),
        };
        let controls = all(form, "input[name], select[name], textarea[name]").into_iter();
        let controls = controls.chain(elsewhere("input"));
        let buttons = all(form, "button").into_iter().chain(elsewhere("button"));
        let buttons = buttons.filter(usable).map(|button| Button {
            text: text(button),
            name: attribute(button, "name"),
            value: attribute(button, "value"),
            action: attribute(button, "formaction"),
            multipart: attribute(button, "formenctype") == MULTIPART,
        });
        Self {
            action: attribute(form, "action"),
            fields: controls
                .filter(usable)
                .map(|control| Field::read(root, control, &labels))
                .collect(),
            buttons: buttons.collect(),
            multipart: attribute(form, "enctype") == MULTIPART,
        }
    }

    pub fn has_button(&self, button: &str) -> bool {
        self.buttons.iter().any(|one| one.is(button))
    }

    /// The only control with this label, or else with this name.
    pub fn field(&self, label: &str) -> &Field {
        &self.fields[self.position(label)]
    }

    fn position(&self, label: &str) -> usize {
        let at = |found: &dyn Fn(&Field) -> bool| -> Vec<usize> {
            let fields = self.fields.iter().enumerate();
            fields.filter(|(_, field)| found(field)).map(|(at, _)| at).collect()
        };
        let named = at(&|field| field.label == label);
        let found = if named.is_empty() {
            at(&|field| field.name == label)
        } else {
            named
        };
        let labels: Vec<_> = self.fields.iter().map(|field| (&field.label, &field.name)).collect();
        assert_eq!(found.len(), 1, "controls called {label:?} among {labels:?}");
        found[0]
    }

    /// Types a text, or sets a hidden field.
    pub fn set(mut self, label: &str, value: &str) -> Self {
        let at = self.position(label);
        value.clone_into(&mut self.fields[at].value);
        self
    }

    /// Ticks a box, or chooses a radio button and lets go of the others of its group.
    pub fn tick(mut self, label: &str) -> Self {
        let at = self.position(label);
        let name = self.fields[at].name.clone();
        match self.fields[at].kind {
            Kind::Tick(_) => self.fields[at].kind = Kind::Tick(true),
            Kind::Radio(_) => {
                for field in self.fields.iter_mut().filter(|field| field.name == name) {
                    field.kind = Kind::Radio(false);
                }
                self.fields[at].kind = Kind::Radio(true);
            }
            Kind::Text | Kind::File => panic!("{label:?} is nothing to tick"),
        }
        self
    }

    /// Lets go of a box.
    pub fn untick(mut self, label: &str) -> Self {
        let at = self.position(label);
        assert!(matches!(self.fields[at].kind, Kind::Tick(_)), "{label:?} is no box");
        self.fields[at].kind = Kind::Tick(false);
        self
    }

    /// Chooses a file.
    pub fn choose_file(mut self, label: &str, name: &str, content: impl AsRef<[u8]>) -> Self {
        let at = self.position(label);
        assert_eq!(self.fields[at].kind, Kind::File, "{label:?} takes no file");
        name.clone_into(&mut self.fields[at].value);
        self.fields[at].content = content.as_ref().to_vec();
        self
    }

    /// Chooses the radio button with this value.
    pub fn set_radio(mut self, name: &str, value: &str) -> Self {
        let mut found = false;
        for field in self.fields.iter_mut().filter(|field| field.name == name) {
            field.kind = Kind::Radio(field.value == value);
            found |= field.value == value;
        }
        assert!(found, "no {value:?} among the {name:?}");
        self
    }

    pub fn is_ticked(&self, label: &str) -> bool {
        matches!(self.field(label).kind, Kind::Tick(true) | Kind::Radio(true))
    }

    /// Chooses in a select by the option's words.
    pub fn choose(self, label: &str, words: &str) -> Self {
        let options = &self.field(label).options;
        let found = options.iter().find(|(text, _)| text == words);
        let value = found
            .unwrap_or_else(|| panic!("{words:?} is not in {options:?}"))
            .1
            .clone();
        self.set(label, &value)
    }

    /// What a button sends as `multipart/form-data` (RFC 7578): the header and the body. `None` if it sends no files.
    pub fn multipart(&self, button: &str) -> Option<(String, Vec<u8>)> {
        let pressed = self.buttons.iter().find(|one| one.is(button))?;
        if !(self.multipart || pressed.multipart) {
            return None;
        }
        const BOUNDARY: &str = "----tests-of-forms";
        let (_, pairs) = self.press(button);
        let mut body = Vec::new();
        for (name, value) in pairs {
            let file = self
                .fields
                .iter()
                .find(|field| field.kind == Kind::File && field.name == name);
            let (file_name, content) = match file {
                Some(file) => (format!("; filename=\"{value}\""), file.content.clone()),
                None => (String::new(), value.into_bytes()),
            };
            let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n");
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(&content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        Some((format!("{MULTIPART}; boundary={BOUNDARY}"), body))
    }

    /// Where pressing a button sends the form, and its fields in order.
    pub fn press(&self, button: &str) -> (String, Vec<(String, String)>) {
        let pressed = self.buttons.iter().find(|one| one.is(button)).unwrap_or_else(|| {
            panic!("no button {button:?} among {:?}", self.buttons);
        });
        let sent = self
            .fields
            .iter()
            .filter(|field| !matches!(field.kind, Kind::Tick(false) | Kind::Radio(false)));
        let mut pairs: Vec<_> = sent.map(|field| (field.name.clone(), field.value.clone())).collect();
        if !pressed.name.is_empty() {
            pairs.push((pressed.name.clone(), pressed.value.clone()));
        }
        let action = if pressed.action.is_empty() {
            &self.action
        } else {
            &pressed.action
        };
        (action.clone(), pairs)
    }
}

impl Button {
    fn is(&self, button: &str) -> bool {
        self.text == button || self.value == button
    }
}

impl Field {
    fn read(root: ElementRef<'_>, control: ElementRef<'_>, labels: &BTreeMap<String, String>) -> Self {
        let id = attribute(control, "id");
        let label = labels.get(&id).cloned();
        let checked = control.attr("checked").is_some();
        let options = all(control, "option").into_iter();
        let options: Vec<_> = options
            .map(|option| (text(option), attribute(option, "value")))
            .collect();
        let value = match control.value().name() {
            // Browsers send a text's lines with CR LF between (HTML, "constructing the entry list").
            "textarea" => control.text().collect::<String>().replace('\n', "\r\n"),
            "select" => {
                let selected = all(control, "option[selected]")
                    .first()
                    .map(|one| attribute(*one, "value"));
                selected
                    .or(options.first().map(|one| one.1.clone()))
                    .unwrap_or_default()
            }
            _ => attribute(control, "value"),
        };
        let error = first_text(root, &format!("[id=\"{id}-error\"]"));
        Self {
            name: attribute(control, "name"),
            label: label.unwrap_or_else(|| attribute(control, "aria-label")),
            value,
            error: (!error.is_empty()).then_some(error),
            content: Vec::new(),
            kind: match control.attr("type") {
                Some("file") => Kind::File,
                Some("checkbox") => Kind::Tick(checked),
                Some("radio") => Kind::Radio(checked),
                _ => Kind::Text,
            },
            options,
        }
    }
}
