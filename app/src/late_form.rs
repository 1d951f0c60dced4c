//! What was posted after its session had run out, read as the form that a page shows (`identity::posted`). Decides
//! nothing: what does not read as this page's form is no draft of it.

use std::fmt;

use domain::Problems;
use identity::drafts::Draft;
use identity::posted;
use serde::de::value::UnitDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, Visitor};

use crate::context::{self, Console};

/// As deep as server functions read a form.
const DEPTH: usize = 5;

/// What waits under `id` for the page that is asked for, with what there is to say about it.
///
/// # Errors
/// `Internal` only.
pub async fn find<T: DeserializeOwned>(console: &Console, id: &str) -> identity::Result<Option<Draft<T>>> {
    let page = context::page_alone(&context::here());
    let body = posted::find(&console.services, &console.actor, &page, id).await?;
    let late = match shape::<T>() {
        Shape::Nothing => posted::LATE_BUTTON,
        _ => posted::LATE,
    };
    let draft = body.as_deref().and_then(read).map(|input| Draft {
        input,
        problems: Problems::one("", late),
    });
    Ok(draft)
}

#[derive(serde::Deserialize)]
struct Wrapped<T> {
    input: T,
}

/// A form's fields are those of `input`, but where a page keeps more of the form than that.
fn read<T: DeserializeOwned>(body: &str) -> Option<T> {
    let config = serde_qs::Config::new(DEPTH, false);
    match shape::<T>() {
        Shape::Nothing => T::deserialize(UnitDeserializer::<de::value::Error>::new()).ok(),
        Shape::Fields(fields) if fields.contains(&"input") => config.deserialize_str(body).ok(),
        // Of a form of passwords nothing is left. Any other without its fields is another form of the page, a button.
        Shape::Fields(fields) if !has_input(body) => {
            let passwords = fields.iter().all(|field| field.contains("password"));
            passwords.then(|| config.deserialize_str("").ok()).flatten()
        }
        Shape::Fields(_) => config
            .deserialize_str::<Wrapped<T>>(body)
            .ok()
            .map(|wrapped| wrapped.input),
        Shape::Other => None,
    }
}

fn has_input(body: &str) -> bool {
    url::form_urlencoded::parse(body.as_bytes()).any(|(name, _)| name.split('[').next() == Some("input"))
}

/// What a type asks a deserializer for.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// `()`: a button, or a form of which nothing is kept.
    Nothing,
    Fields(&'static [&'static str]),
    Other,
}

fn shape<T: DeserializeOwned>() -> Shape {
    let mut shape = Shape::Other;
    // Always an error: it is asked, and given nothing.
    let _ = T::deserialize(Asked(&mut shape));
    shape
}

struct Asked<'a>(&'a mut Shape);

#[derive(Debug)]
struct NothingGiven;

impl fmt::Display for NothingGiven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing is given")
    }
}

impl std::error::Error for NothingGiven {}

impl de::Error for NothingGiven {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl<'de> Deserializer<'de> for Asked<'_> {
    type Error = NothingGiven;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NothingGiven> {
        Err(NothingGiven)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NothingGiven> {
        *self.0 = Shape::Nothing;
        Err(NothingGiven)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, NothingGiven> {
        *self.0 = Shape::Fields(fields);
        Err(NothingGiven)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use domain::input::metadata::AddInput;
    use domain::input::service_provider::StepsInput;
    use domain::input::user::{PasswordInput, ProfileInput};

    use super::*;

    /// As the pages of a service provider that are saved on their own keep their forms.
    #[derive(Debug, serde::Deserialize)]
    struct Nested {
        input: StepsInput,
        return_draft: String,
    }

    #[test]
    fn a_form_reads_as_its_page_keeps_it() {
        let profile: ProfileInput =
            read("username=jane&input%5Bversion%5D=7&input%5Bclaims%5D%5Bmobile%5D=%2B94+77").unwrap();
        assert_eq!(
            (profile.version.as_str(), profile.claims["mobile"].as_str()),
            ("7", "+94 77")
        );
        let nested: Nested =
            read("id=7&return_draft=x&input[steps][0][authenticators][0]=basic&input[subject_step]=0").unwrap();
        assert_eq!((nested.return_draft.as_str(), nested.input.steps.len()), ("x", 1));
        let add: AddInput = read("input[name]=Wiki&metadata[url]=https://x.example").unwrap();
        assert_eq!(add.input.name, "Wiki");
        assert_eq!(read::<()>("username=jane&back="), Some(()));
        assert!(read::<PasswordInput>("username=jane") == Some(PasswordInput::default()));
        assert!(
            read::<ProfileInput>("username=jane&back=page").is_none(),
            "a button beside the form"
        );
    }

    #[test]
    fn what_is_no_form_is_none() {
        assert!(read::<ProfileInput>("input=x").is_none());
        assert!(read::<Nested>("id=7").is_none());
        assert_eq!(shape::<String>(), Shape::Other);
        assert!(read::<(String, u8)>("0=a&1=2").is_none());
    }
}
