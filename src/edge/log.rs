//! The log: one line of JSON for each thing that went wrong.

use serde_json::Value;

/// Something failed.
pub(super) fn error(line: &Value) {
    worker::console_error!("{line}");
}

/// Something was refused, or done without.
pub(super) fn warn(line: &Value) {
    worker::console_warn!("{line}");
}
