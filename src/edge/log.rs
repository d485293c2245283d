//! The log: one line of JSON for each thing that went wrong.

use crate::assemble::Warning;
use serde_json::{Value, json};
use std::fmt::Display;

/// Something failed.
pub(super) fn error(line: &Value) {
    worker::console_error!("{line}");
}

/// The error of a deployment that is wrong, with which its requests end: the line that the runtime's glue then writes, once
/// for each of them.
pub(super) fn wrong(error: impl Display) -> worker::Error {
    worker::Error::RustError(json!({ "error": error.to_string() }).to_string())
}

/// Something was refused, or done without.
pub(super) fn warn(line: &Value) {
    worker::console_warn!("{line}");
}

/// A presentation was indexed without something that it was to have.
pub(super) fn warning(presentation: &str, warning: &Warning) {
    warn(&json!({ "warning": warning.to_string(), "presentation": presentation }));
}
