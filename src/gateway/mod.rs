//! The gateway: what viewers ask, in front of a cache that knows neither viewers nor hosts.
//!
//! Workers Cache answers before an entrypoint runs. A deployment with a gateway has two: viewers ask the first, which is
//! not cached, and whoever passes its gate is answered by the second, which is. What the second is asked for is the
//! [`address`] of a request: the same for all viewers that ask for the same.

mod address;
mod hosts;

pub use address::address;
pub use hosts::{Hosts, HostsError};
