//! Manifests: what an index holds, told to players.

pub mod smooth;
