//! The log: one line of JSON for each thing that went wrong.

use crate::assemble::Warning;
use serde_json::{Value, json};

/// Something failed.
pub(super) fn error(line: &Value) {
    worker::console_error!("{line}");
}

/// Something was refused, or done without.
pub(super) fn warn(line: &Value) {
    worker::console_warn!("{line}");
}

/// A presentation was indexed without something that it was to have.
pub(super) fn warning(presentation: &str, warning: &Warning) {
    warn(&json!({ "warning": warning.to_string(), "presentation": presentation }));
}
