//! Errors of locators: of one that is not valid, and of one that leads nowhere.

use crate::base::quoted::Quoted;
use thiserror::Error;

/// The longest definition, in bytes: what KV lists beside a key.
pub(super) const MAX_LEN: usize = 1024;

/// Why a definition is no locator.
#[derive(Debug, Error)]
pub enum LocatorError {
    /// It is longer than any is.
    #[error("the locator's definition has {0} bytes, and may have {MAX_LEN}")]
    TooLong(usize),
    /// It is not JSON of this form.
    #[error(
        "the locator is not understood, which is {{\"prefix\", \"start\", \"end\", \"formats\"}} with smooth, hls and \
         dash as formats: {0}"
    )]
    Json(#[from] serde_json::Error),
    /// A time is none.
    #[error("the locator's time {} is not written as 2027-01-31T12:00:00Z", Quoted(_0))]
    Time(String),
    /// No object can lie there.
    #[error("the locator's prefix {} is none that keys can have", Quoted(_0))]
    Prefix(String),
}

/// Why a locator leads a request nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum LocatorDenial {
    /// Its time has not come, or is over.
    #[error("there is nothing at this address now")]
    NotNow,
    /// It is for clients of other protocols.
    #[error("this address is not for clients of this protocol")]
    Format,
}
