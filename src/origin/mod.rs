//! One request of a viewer, answered: through the two doors of [`crate::store`], and nothing else.
//!
//! What to answer is decided in [`plan`], which waits for nothing. [`Origin`] fetches what a plan lacks, has it
//! made again, and carries it out.

mod answer;
mod asked;
mod at_once;
mod audience;
mod begun;
mod cache_rules;
mod error;
mod execute;
mod fetch;
mod plan;
mod point;
mod record;
mod row;
mod serve;
mod settings;
mod span;
mod stopwatch;

pub use answer::{Answer, Piece, of_bytes};
pub use asked::Asked;
pub use at_once::{AtOnce, Fronts, plan_at_once, refusal_at_once};
pub use audience::{Audience, CLIENT_DATA_HEADERS, ClientData};
pub use cache_rules::{Lookup, Purge, manifest_paths, may_be_kept, purges};
pub use error::Error;
pub use plan::{
    Facts, Plan, Planned, Step, StoredRead, StoredTransfer, also_tag, cache_tag, plan, refusal,
};
pub use point::Point;
pub use record::{AccessRecord, Failure, FragmentName, Observer, Subject};
pub use row::{InRow, Row};
pub use serve::Origin;
pub use settings::{FilesError, Settings, file_types};
pub use stopwatch::Spent;
