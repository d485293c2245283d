//! The stores of a deployment, as its `STORES` variable names them.
//!
//! The variable holds names of secrets, never secrets: those come from `secrets`, and no error
//! repeats what stands where the name of one belongs.

mod kinds;

use super::stores::{Remote, Route, Store, Stores};
use crate::base::json;
use crate::base::quoted::Quoted;
use kinds::{Azure, Http, S3};
use serde::Deserialize;
use thiserror::Error;

/// How long a store is waited for where the configuration does not say, in milliseconds.
pub const PATIENCE_MS: u32 = 10_000;

/// The longest that the configuration may say, in milliseconds: by then every player has given up.
pub const MAX_PATIENCE_MS: u32 = 60_000;

/// Why a configuration is not one.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It does not have the form of one.
    #[error("STORES cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// An entry of it makes no sense.
    #[error("STORES, entry {at}: {cause}")]
    Entry {
        /// Which, counted from 1.
        at: usize,
        /// Why.
        cause: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    prefix: String,
    #[serde(default)]
    path: String,
    timeout_ms: Option<u32>,
    r2: Option<String>,
    s3: Option<S3>,
    azure: Option<Azure>,
    http: Option<Http>,
}

impl Stores {
    /// Reads `text`, a JSON array of entries, with the secrets that it names.
    pub fn parse(
        text: &str,
        secrets: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let entries: Vec<Entry> = json::parse(text)?;
        let mut routes: Vec<Route> = Vec::new();
        for (at, entry) in entries.into_iter().enumerate() {
            let at = at.saturating_add(1);
            let route = entry.route(secrets).map_err(|cause| ConfigError::Entry { at, cause })?;
            if let Some(earlier) = routes.iter().find(|one| route.prefix.starts_with(&one.prefix)) {
                let cause =
                    format!("prefix {} before it takes all its keys", Quoted(&earlier.prefix));
                return Err(ConfigError::Entry { at, cause });
            }
            routes.push(route);
        }
        Ok(Self { routes })
    }
}

impl Entry {
    fn route(self, secrets: &dyn Fn(&str) -> Option<String>) -> Result<Route, String> {
        for (name, value) in [("prefix", &self.prefix), ("path", &self.path)] {
            if value.starts_with('/') || !(value.is_empty() || value.ends_with('/')) {
                return Err(format!(
                    "{name} {} is neither empty nor like \"films/\"",
                    Quoted(value)
                ));
            }
        }
        let patience_ms = self.timeout_ms.unwrap_or(PATIENCE_MS);
        if !(1..=MAX_PATIENCE_MS).contains(&patience_ms) {
            return Err(format!("timeout_ms is not between 1 and {MAX_PATIENCE_MS}"));
        }
        let takes_container = self.azure.as_ref().is_some_and(Azure::is_account);
        let (base, access) = match (self.r2, self.s3, self.azure, self.http) {
            (Some(_), None, None, None) if self.timeout_ms.is_some() => {
                return Err("timeout_ms has no meaning for R2".into());
            }
            (Some(binding), None, None, None) => {
                let store = Store::R2(binding);
                return Ok(Route { prefix: self.prefix, path: self.path, store });
            }
            (None, Some(s3), None, None) => s3.place(secrets)?,
            (None, None, Some(azure), None) => azure.place(secrets)?,
            (None, None, None, Some(http)) => http.place()?,
            _ => return Err("it needs exactly one of r2, s3, azure and http".into()),
        };
        let store = Store::Remote(Remote { base, access, takes_container, patience_ms });
        Ok(Route { prefix: self.prefix, path: self.path, store })
    }
}

#[cfg(test)]
mod tests;
