//! `millrace.toml` in the working folder: what each command would otherwise take as arguments about a deployment.

use anyhow::{Context, Result};
use serde::Deserialize;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

const NAME: &str = "millrace.toml";

/// The `millrace.toml` of a working folder: a deployment, and the file of its token.
#[derive(Deserialize, Default, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Configuration {
    /// Scheme and host.
    pub(super) host: Option<String>,
    /// The file that holds the token.
    pub(super) token_file: Option<PathBuf>,
}

impl Configuration {
    /// What the working folder's says; nothing if there is none.
    pub(super) fn read() -> Result<Self> {
        match fs::read_to_string(NAME) {
            Ok(text) => Self::parse(&text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error).context(NAME),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context(NAME)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn says_which_deployment_and_nothing_else() {
        let both = "host = \"https://media.example.com\"\ntoken-file = \"../token\"\n";
        let expected = Configuration {
            host: Some("https://media.example.com".to_owned()),
            token_file: Some("../token".into()),
        };
        assert_eq!(Configuration::parse(both).unwrap(), expected);
        assert_eq!(Configuration::parse("").unwrap(), Configuration::default());
        for wrong in ["token = \"x\"", "host = 1", "host"] {
            assert!(Configuration::parse(wrong).is_err(), "{wrong}");
        }
    }
}
