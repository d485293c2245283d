//! What an index says, as JSON: in full, as the Experience page draws it, and in the few words that a
//! list of many has room for.
//!
//! The admin API answers with it and the command line prints it, so both say the same.

mod format;
mod shown;
mod summary;
mod way;
mod whole;

pub use shown::{made_of, shown, stretch};
pub use summary::Summary;
pub use way::way;
pub use whole::{sources, whole};
