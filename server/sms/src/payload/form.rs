//! Form payloads (`application/x-www-form-urlencoded`): the grammar of a query.

use crate::problem::{Field, Report};
use crate::query;
use crate::template::Piece;

/// The payload's pieces.
pub(super) fn compile(payload: &str, report: &mut Report) -> Vec<Piece> {
    query::compile(payload, 0..payload.len(), Field::Payload, report)
}
