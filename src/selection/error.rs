//! Why a selection is not understood.

use super::expression::Expression;
use thiserror::Error;

/// Why a selection is not understood. The client is at fault, and the text says where.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum SelectionError {
    /// The expression is not in the grammar.
    #[error("the filter is not understood at byte {at}: {expected}")]
    Expression {
        /// Bytes before what is not understood.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// The expression is too long to be looked at.
    #[error("the filter has {0} bytes, and may have {max}", max = Expression::MAX_LEN)]
    TooLong(usize),
    /// The bounds of a stretch of time are not understood.
    #[error("the clip is not understood: {0}")]
    Clip(&'static str),
}
