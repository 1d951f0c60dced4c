//! Console forms: what is wrong is said at its field, what was typed stays, and hostile text stays text.

mod concurrent;
mod configured;
mod hostile;
mod kept;
mod late;
mod refused;
mod rows;
