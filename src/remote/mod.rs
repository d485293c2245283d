//! Objects behind HTTP: which store a key belongs to, what it is asked, and whether it was answered.
//!
//! Everything but the sending, and so everything that can be wrong about it, without a network.

mod ask;
mod config;
mod error;
mod judge;
mod limits;
mod list;
mod stores;

pub use ask::{Ask, AskError};
pub use config::{ConfigError, MAX_PATIENCE_MS, PATIENCE_MS};
pub use error::AnswerError;
pub use judge::{HEADERS, meta, partial, start, whole};
pub use limits::MAX_LIST_LENGTH;
pub use stores::{Remote, Store, Stores};
