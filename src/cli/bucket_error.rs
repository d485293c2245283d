//! Errors of stores, and what to do about them.

use object_store::Error as StoreError;
use thiserror::Error;

/// A hint at the list of environment variables.
pub(super) const VARIABLES: &str =
    "`millrace help publish` names the variables that credentials are taken from";

/// The meaning of an error of a store.
#[derive(Debug, Error)]
pub(super) enum BucketError {
    /// The object is not there.
    #[error("it is not there")]
    NotFound,
    /// Another version of it is there.
    #[error("it was replaced")]
    Changed,
    /// The bucket or container is not there.
    #[error("there is no {0} of this name")]
    NoSuchStore(&'static str),
    /// The store does not take the credentials.
    #[error("it refuses the credentials in the environment; {VARIABLES}")]
    Credentials,
    /// There are no credentials to show it.
    #[error(
        "there are no credentials in the environment, and this machine has no role; {VARIABLES}"
    )]
    NoCredentials,
    /// The address cannot be asked as it is.
    #[error("{0}; AWS_ALLOW_HTTP=true or AZURE_ALLOW_HTTP=true allows an endpoint in the clear")]
    Endpoint(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

/// Hosts that machines in a cloud ask for the credentials of their role.
const ROLES: [&str; 4] =
    ["/latest/api/token", "/latest/meta-data", "/metadata/identity", "/computeMetadata"];

impl BucketError {
    /// What `error` comes to at a store that is a bucket, or whatever `noun` says.
    pub(super) fn of(error: &StoreError, noun: &'static str) -> Self {
        match error {
            StoreError::NotFound { .. } => Self::NotFound,
            StoreError::Precondition { .. } => Self::Changed,
            StoreError::Unauthenticated { .. } | StoreError::PermissionDenied { .. } => {
                Self::Credentials
            }
            // What is left stands nowhere but in the text, such as the status of a list.
            _ => Self::told(error.to_string(), noun),
        }
    }

    /// Whether a range was refused that begins with the object: an empty one has none.
    pub(super) fn is_of_range(error: &StoreError) -> bool {
        let text = error.to_string();
        ["code: 416", "non-partial response", "Range request not supported"]
            .iter()
            .any(|said| text.contains(said))
    }

    fn told(text: String, noun: &'static str) -> Self {
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if says(&["code: 416"]) {
            // It is shorter than it was.
            Self::Changed
        } else if says(&["code: 401", "code: 403"]) {
            Self::Credentials
        } else if says(&["code: 404"]) {
            Self::NoSuchStore(noun)
        } else if says(&ROLES) {
            Self::NoCredentials
        } else if says(&["builder error"]) {
            Self::Endpoint(text)
        } else {
            Self::Other(text)
        }
    }
}
