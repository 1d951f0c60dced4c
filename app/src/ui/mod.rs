//! The server-rendered component kit: every console and sign-in page is put together from these.
//!
//! Owns the markup that `style/*.css` dresses, and with it what assistive technology hears: which text
//! names a control, which describes it, what is announced. Refuses state, data access and scripts: a
//! component is a function of its props, rendered once on the server. Interactivity is `crate::islands`.
//! Nothing here writes an inline style or handler; the content security policy forbids both.

mod bars;
mod button;
mod card;
mod choice;
mod confirm_form;
mod console_shell;
mod copy_value;
mod empty_state;
mod escape;
mod facts;
mod field;
mod file_field;
mod icon;
mod id;
mod inline;
mod nav;
mod notice;
mod options;
mod page_head;
mod pager;
mod phases;
mod post_form;
mod problems;
mod save_bar;
mod search_bar;
mod select_field;
mod sign_in_card;
mod table;
mod tag;
mod text_area;
mod text_field;
mod unseen;
mod wire;

pub use bars::{Bar, Bars};
pub use button::{Button, ButtonKind, LinkButton};
pub use card::{Card, FieldGroup, PlainCard};
pub use choice::{Checkbox, Radio, RadioGroup};
pub use confirm_form::ConfirmForm;
pub use console_shell::ConsoleShell;
pub use copy_value::{CopyValue, Mono};
pub use empty_state::EmptyState;
pub use escape::DocumentTitle;
pub use facts::{Fact, Facts};
pub use field::{Field, Width, described_by};
pub use file_field::FileField;
pub use icon::{Icon, IconKind};
pub use id::field_id;
pub use inline::{Inline, prose};
pub use nav::NavItem;
pub use notice::{Callout, Hindered, Notice, NoticeKind};
pub use options::{Choice, Options};
pub use page_head::{Crumb, PageHead};
pub use pager::{Pager, count_text};
pub use phases::{Phase, Phases};
pub use post_form::{Hidden, PostButton, PostForm};
pub use problems::ErrorSummary;
pub use save_bar::SaveBar;
pub use search_bar::{FilterSelect, FilterTime, SearchBar};
pub use select_field::SelectField;
pub use sign_in_card::SignInCard;
pub use table::{ActionsCell, BULK, Cell, Column, NameCell, PickCell, Table};
pub use tag::{Tag, TagKind};
pub use text_area::TextArea;
pub use text_field::{CodeField, PasswordField, TextField};
pub use unseen::Trimmed;
pub use wire::{Wire, WireInk, wire_text};

#[cfg(test)]
pub(crate) mod test_render;
