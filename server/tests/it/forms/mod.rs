//! Console forms: what is wrong is said at its field, what was typed stays, and hostile text stays text.

mod hostile;
mod kept;
mod refused;
mod rows;
