//! Cloudflare's list prices, as its documentation had them on [`AS_OF`]. All are in US dollars, and for what goes beyond
//! that which the paid plan includes.

/// The month in which the prices were looked up.
pub(super) const AS_OF: &str = "November 2026";

/// A request to the Worker, also one that Workers Cache answers.
pub(super) const REQUEST: f64 = 0.30 / MILLION;

/// A millisecond of CPU, of requests that run the Worker.
pub(super) const CPU_MS: f64 = 0.02 / MILLION;

/// A read of a value of KV.
pub(super) const KV_READ: f64 = 0.50 / MILLION;

/// A read of an object of R2, or of a part of one (class B).
pub(super) const R2_READ: f64 = 0.36 / MILLION;

const MILLION: f64 = 1e6;
