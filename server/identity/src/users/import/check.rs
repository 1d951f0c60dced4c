//! What is wrong with a row: the rules of *Add User* and of the profile, and nothing that they do not ask for, but that
//! mandatory claims are there. Duplicates are found by the rows together, see `rows`.

use domain::view::ClaimView;
use domain::view::user_import::Standing;

use sea_orm::ConnectionTrait;

use super::About;
use super::columns::{Target, targets};
use crate::audit::Changes;
use crate::users::profile::{NUMBERS, accept};
use crate::users::{check_password, username_problem};
use crate::{Error, Result, claims, identity_providers};

/// What can be wrong with a row. Each is a bit of the column `problems`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Username,
    Exists,
    Duplicate,
    NoPassword,
    Password,
    Mobile,
    Claim,
    Mandatory,
    Cells,
}

impl Kind {
    pub const ALL: [Self; 9] = [
        Self::Username,
        Self::Exists,
        Self::Duplicate,
        Self::NoPassword,
        Self::Password,
        Self::Mobile,
        Self::Claim,
        Self::Mandatory,
        Self::Cells,
    ];

    pub const fn bit(self) -> i32 {
        1 << (self as i32)
    }

    /// The name that forms send.
    pub fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Exists => "exists",
            Self::Duplicate => "duplicate",
            Self::NoPassword => "no-password",
            Self::Password => "password",
            Self::Mobile => "mobile",
            Self::Claim => "claim",
            Self::Mandatory => "mandatory",
            Self::Cells => "cells",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Username => "user name missing or not allowed",
            Self::Exists => "user name already there",
            Self::Duplicate => "user name twice in the file",
            Self::NoPassword => "no password",
            Self::Password => "password not accepted",
            Self::Mobile => "not a mobile number",
            Self::Claim => "value not accepted",
            Self::Mandatory => "mandatory claim missing",
            Self::Cells => "more cells than columns",
        }
    }
}

/// The kinds of a row's bits, in words.
pub(super) fn words(bits: i32) -> String {
    let kinds = Kind::ALL.into_iter().filter(|kind| bits & kind.bit() != 0);
    kinds.map(Kind::words).collect::<Vec<_>>().join("; ")
}

/// Where a row that is not left out stands.
pub(super) fn standing(bits: i32) -> Standing {
    if bits & !Kind::Exists.bit() != 0 {
        Standing::Problem
    } else if bits != 0 {
        Standing::Exists
    } else {
        Standing::Ready
    }
}

/// One thing that is wrong, and with which column: `None` for the whole row.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub kind: Kind,
    pub column: Option<usize>,
    pub message: String,
}

/// A row that was looked at. What is accepted is here as it is stored.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub username: String,
    pub password: Option<usize>,
    /// Column, claim and value.
    pub claims: Vec<(usize, String, String)>,
    pub found: Vec<Found>,
}

impl Checked {
    pub fn bits(&self) -> i32 {
        self.found.iter().fold(0, |bits, found| bits | found.kind.bit())
    }

    fn add(&mut self, kind: Kind, column: impl Into<Option<usize>>, message: String) {
        let column = column.into();
        self.found.push(Found { kind, column, message });
    }
}

/// What rows are held against: the dialect, and those of its claims that codes go to.
#[derive(Debug, Default)]
pub(super) struct Dialect {
    pub claims: Vec<ClaimView>,
    pub numbers: Vec<String>,
}

impl Dialect {
    /// # Errors
    /// `Internal` only.
    pub async fn load(db: &impl ConnectionTrait) -> Result<Self> {
        Ok(Self {
            claims: claims::all(db).await?,
            numbers: identity_providers::number_claims(db).await?,
        })
    }
}

/// Looks at the rows of one import.
pub(super) struct Checker {
    pub targets: Vec<Target>,
    country: Option<String>,
    without_password: bool,
    /// The claims whose values have to be mobile numbers.
    numbers: Vec<String>,
    /// Labels of mandatory claims that no column holds.
    lacking: Vec<String>,
}

impl Checker {
    pub fn new(about: &About, dialect: &Dialect) -> Self {
        let claims = &dialect.claims;
        let targets = targets(about.columns.iter().map(|column| column.target.as_str()), claims);
        let held = |uri: &str| {
            targets
                .iter()
                .any(|target| matches!(target, Target::Claim(claim) if claim.uri == uri))
        };
        let lacking = claims
            .iter()
            .filter(|claim| claim.required && !claim.derived && !held(&claim.uri))
            .map(|claim| claim.label.clone())
            .collect();
        Self {
            country: Some(about.country.clone()).filter(|country| !country.is_empty()),
            without_password: about.without_password,
            numbers: dialect.numbers.clone(),
            lacking,
            targets,
        }
    }

    /// What a row brings, for the audit log.
    pub fn told(&self, checked: &Checked) -> Changes {
        let mut changes = Changes::default();
        changes.text("Username", "", &checked.username);
        for (column, uri, value) in &checked.claims {
            if let Some(Target::Claim(claim)) = self.targets.get(*column) {
                changes.personal(&claim.label, NUMBERS.contains(&uri.as_str()), "", value);
            }
        }
        changes
    }

    /// The user name of a row, as it would be stored.
    pub fn username<'a, S: AsRef<str>>(&self, cells: &'a [S]) -> &'a str {
        let column = self.targets.iter().position(|target| *target == Target::Username);
        column
            .and_then(|column| cells.get(column))
            .map_or("", |cell| cell.as_ref().trim())
    }

    /// # Errors
    /// `Internal` only.
    pub fn check<S: AsRef<str>>(&self, cells: &[S]) -> Result<Checked> {
        let mut checked = Checked {
            username: self.username(cells).to_owned(),
            ..Checked::default()
        };
        let cell = |column: usize| cells.get(column).map_or("", AsRef::as_ref);
        let mut has_username = false;
        for (column, target) in self.targets.iter().enumerate() {
            match target {
                Target::Ignored => {}
                Target::Username => {
                    has_username = true;
                    if let Some(wrong) = username_problem(&checked.username) {
                        checked.add(Kind::Username, column, wrong);
                    }
                }
                Target::Password => self.check_password(&mut checked, column, cell(column))?,
                Target::Claim(claim) => self.check_claim(&mut checked, column, claim, cell(column).trim()),
            }
        }
        if !has_username {
            checked.add(Kind::Username, None, "No column holds the user name.".to_owned());
        }
        if !self.without_password && !self.targets.contains(&Target::Password) {
            checked.add(Kind::NoPassword, None, "No column holds the password.".to_owned());
        }
        for label in &self.lacking {
            checked.add(
                Kind::Mandatory,
                None,
                format!("{label} is missing, and no column holds it."),
            );
        }
        if cells.len() > self.targets.len() {
            let message = format!("{} cells, but {} columns.", cells.len(), self.targets.len());
            checked.add(Kind::Cells, None, message);
        }
        Ok(checked)
    }

    fn check_password(&self, checked: &mut Checked, column: usize, password: &str) -> Result<()> {
        if password.is_empty() {
            if !self.without_password {
                checked.add(Kind::NoPassword, column, "Password is missing.".to_owned());
            }
            return Ok(());
        }
        match check_password("", password, &checked.username) {
            Ok(()) => checked.password = Some(column),
            Err(Error::Invalid(problems)) => {
                let message = problems.of("").unwrap_or_default();
                checked.add(Kind::Password, column, message);
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn check_claim(&self, checked: &mut Checked, column: usize, claim: &ClaimView, typed: &str) {
        if typed.is_empty() && claim.required {
            checked.add(Kind::Mandatory, column, format!("{} is missing.", claim.label));
            return;
        }
        match accept(claim, typed, self.country.as_deref(), &self.numbers) {
            Ok(value) if value.is_empty() => {}
            Ok(value) => checked.claims.push((column, claim.uri.clone(), value)),
            Err(why) if self.numbers.contains(&claim.uri) => checked.add(Kind::Mobile, column, why),
            Err(why) => checked.add(Kind::Claim, column, why),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::claim;

    use super::super::Column;
    use super::*;

    fn claim(uri: &str, label: &str, required: bool, pattern: &str) -> ClaimView {
        ClaimView {
            uri: uri.into(),
            label: label.into(),
            attribute: String::new(),
            required,
            pattern: pattern.into(),
            derived: false,
        }
    }

    fn checker(targets: &[&str], claims: &[ClaimView], without_password: bool) -> Checker {
        let about = About {
            country: "LK".into(),
            without_password,
            columns: targets
                .iter()
                .map(|target| Column {
                    header: String::new(),
                    target: (*target).to_owned(),
                })
                .collect(),
            ..About::default()
        };
        let dialect = Dialect {
            claims: claims.to_vec(),
            numbers: vec![claim::MOBILE.to_owned()],
        };
        Checker::new(&about, &dialect)
    }

    fn kinds(checker: &Checker, cells: &[&str]) -> Vec<Kind> {
        let checked = checker.check(cells).unwrap();
        checked.found.into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn the_rules_are_those_of_the_pages() {
        let claims = [
            claim(claim::MOBILE, "Mobile", false, ""),
            claim(claim::EMAIL, "Email", true, "[^@]+@[^@]+"),
        ];
        let checker = checker(&["username", "password", claim::MOBILE, claim::EMAIL], &claims, false);
        let good = ["nora", "tr0mbone-Teapot", "077 123 4567", "n@x"];
        let checked = checker.check(&good).unwrap();
        assert!(checked.found.is_empty(), "{:?}", checked.found);
        let stored: Vec<_> = checked
            .claims
            .iter()
            .map(|(column, _, value)| (*column, value.as_str()))
            .collect();
        assert_eq!(stored, [(2, "+94771234567"), (3, "n@x")]);

        let with = |at: usize, value: &'static str| {
            let mut cells = good;
            cells[at] = value;
            cells
        };
        for (cells, expected) in [
            (with(0, ""), Kind::Username),
            (with(0, "no ra"), Kind::Username),
            (with(1, ""), Kind::NoPassword),
            (with(1, "short"), Kind::Password),
            (with(1, "password123"), Kind::Password),
            (with(2, "011 234 5678"), Kind::Mobile),
            (with(2, "12"), Kind::Mobile),
            (with(3, ""), Kind::Mandatory),
            (with(3, "nobody"), Kind::Claim),
        ] {
            assert_eq!(kinds(&checker, &cells), [expected], "{cells:?}");
        }
        assert_eq!(
            kinds(&checker, &["nora", "nora", "", "n@x"]),
            [Kind::Password],
            "too short is said first"
        );
        assert_eq!(
            kinds(&checker, &["nora", "tr0mbone-Teapot", "", "n@x", "more"]),
            [Kind::Cells]
        );
        let long = "x".repeat(1025);
        assert_eq!(kinds(&checker, &["nora", "tr0mbone-Teapot", "", &long]), [Kind::Claim]);
    }

    #[test]
    fn what_no_column_holds_is_missed() {
        let claims = [claim(claim::EMAIL, "Email", true, "")];
        assert_eq!(
            kinds(&checker(&["username"], &claims, false), &["nora"]),
            [Kind::NoPassword, Kind::Mandatory]
        );
        assert_eq!(kinds(&checker(&["username"], &[], true), &["nora"]), []);
        assert_eq!(
            kinds(&checker(&["", "password"], &[], true), &["x", ""]),
            [Kind::Username]
        );
    }

    #[test]
    fn a_standing_follows_from_the_problems() {
        assert_eq!(standing(0), Standing::Ready);
        assert_eq!(standing(Kind::Exists.bit()), Standing::Exists);
        assert_eq!(standing(Kind::Exists.bit() | Kind::Mobile.bit()), Standing::Problem);
        for kind in Kind::ALL {
            assert_eq!(Kind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(
            words(Kind::Exists.bit() | Kind::Mobile.bit()),
            "user name already there; not a mobile number"
        );
    }
}
