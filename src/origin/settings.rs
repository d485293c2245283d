//! What a deployment decides of its answers.

use crate::base::target::SegmentTarget;
use crate::library::build::{Limits, Rules};
use crate::url::Form;

/// What a deployment decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The form of client manifests where a request does not say.
    pub form: Form,
    /// How long the segments are to last that HLS and DASH manifests list.
    pub target: SegmentTarget,
    /// Whether a fragment that carries no time of its own is given a `tfxd`.
    pub time_untimed: bool,
    /// What building an index may cost.
    pub limits: Limits,
    /// What it heeds.
    pub rules: Rules,
}
