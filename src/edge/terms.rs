//! Headers of every answer that depend on who may have it, and on how it was asked for.

use crate::gate::make_private;
use crate::locator::LocatorName;
use crate::origin::also_tag;
use http::HeaderMap;

/// On which terms a request is answered.
#[derive(Clone, Copy, Default)]
pub(super) struct Terms<'a> {
    /// Whether others may not get here, or not at all times: no cache before the Worker is to keep the answer.
    pub(super) is_private: bool,
    /// What led here, by which caches drop what was answered.
    pub(super) locator: Option<&'a LocatorName>,
    /// Whether whoever passes the gate gets here by that URL, and whenever: nothing that may change leads here.
    pub(super) are_lasting: bool,
}

impl Terms<'_> {
    /// Has an answer say so.
    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        if self.is_private {
            make_private(headers);
        }
        if let Some(locator) = self.locator {
            also_tag(headers, locator.as_str());
        }
    }
}
