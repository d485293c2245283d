//! Why a store did not give what was asked of it, and the way out.

use object_store::Error;

/// Where the way out is told.
pub(super) const VARIABLES: &str =
    "`millrace help publish` names the variables that credentials are taken from";

/// What an error of a store comes to.
pub(super) enum Cause {
    /// The object is not there.
    NotFound,
    /// Another version of it is there.
    Changed,
    /// The bucket or container is not there.
    NoSuchStore,
    /// Anything else, for people.
    Other(String),
}

/// Where machines in a cloud ask for the credentials of their role.
const ROLES: [&str; 4] =
    ["/latest/api/token", "/latest/meta-data", "/metadata/identity", "/computeMetadata"];

pub(super) fn cause(error: &Error) -> Cause {
    match error {
        Error::NotFound { .. } => Cause::NotFound,
        Error::Precondition { .. } => Cause::Changed,
        Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => refused(),
        // What is left stands nowhere but in the text, such as the status of a list.
        _ => told(&error.to_string()),
    }
}

fn told(text: &str) -> Cause {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&["code: 401", "code: 403"]) {
        refused()
    } else if says(&["code: 404"]) {
        Cause::NoSuchStore
    } else if says(&ROLES) {
        let nobody = "there are no credentials in the environment, and this machine has no role";
        Cause::Other(format!("{nobody}; {VARIABLES}"))
    } else if says(&["builder error"]) {
        let clear = "AWS_ALLOW_HTTP=true or AZURE_ALLOW_HTTP=true allows an endpoint in the clear";
        Cause::Other(format!("{text}; {clear}"))
    } else {
        Cause::Other(text.to_owned())
    }
}

fn refused() -> Cause {
    Cause::Other(format!("it refuses the credentials in the environment; {VARIABLES}"))
}
