//! Places of libraries: a folder of this machine, or a store behind a network.

use anyhow::{Result, bail, ensure};
use clap::builder::{OsStringValueParser, TypedValueParser};
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// A folder or a file, here or elsewhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// A path of this machine.
    Here(PathBuf),
    /// A key in a store, or what keys begin with; without a `/` at either end.
    There(Address, String),
}

/// A store: a bucket, a container, or a web server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Address {
    pub(super) kind: Kind,
    /// The bucket, the container, or host and port.
    pub(super) name: String,
}

/// The protocol of a store.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    S3,
    Azure,
    Google,
    Http,
    Https,
}

const KINDS: [(&str, Kind); 5] = [
    ("s3://", Kind::S3),
    ("az://", Kind::Azure),
    ("gs://", Kind::Google),
    ("http://", Kind::Http),
    ("https://", Kind::Https),
];

impl Place {
    /// For arguments.
    pub(super) fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(Self::parse)
    }

    /// What an argument names.
    pub(super) fn parse(text: OsString) -> Result<Self> {
        let Some((scheme, rest)) = text.to_str().and_then(|text| text.split_once("://")) else {
            return Ok(Self::Here(text.into()));
        };
        let known = KINDS.iter().find(|(known, _)| known.strip_suffix("://") == Some(scheme));
        let Some((_, kind)) = known else {
            bail!("{scheme}:// is not known here: a library lies in s3, az, gs, http or https");
        };
        let (name, key) = rest.split_once('/').unwrap_or((rest, ""));
        let address = Address { kind: *kind, name: name.to_owned() };
        ensure!(!name.is_empty(), "it names no {}", address.noun());
        let key = key.trim_matches('/');
        let key = match kind {
            Kind::Http | Kind::Https if key.contains(['?', '#']) => {
                bail!("a query would not be there for the files beside it: take it off");
            }
            // The one kind of address in which a key is spelt as URLs are.
            Kind::Http | Kind::Https => millrace::url::decode(key)?.into_owned(),
            _ => key.to_owned(),
        };
        Ok(Self::There(address, key))
    }

    /// The path of it, or the key.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Here(path) => path,
            Self::There(_, key) => Path::new(key),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(path) => path.display().fmt(f),
            Self::There(address, key) => write!(f, "{address}/{key}"),
        }
    }
}

impl Address {
    /// Whether files can only be had from it by their names.
    pub(super) fn is_web_server(&self) -> bool {
        matches!(self.kind, Kind::Http | Kind::Https)
    }

    /// What its name is the name of.
    pub(super) fn noun(&self) -> &'static str {
        match self.kind {
            Kind::S3 | Kind::Google => "bucket",
            Kind::Azure => "container",
            Kind::Http | Kind::Https => "host",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = KINDS.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(text, _)| text);
        write!(f, "{scheme}{}", self.name)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(text: &str) -> Result<Place> {
        Place::parse(text.into())
    }

    #[test]
    fn an_address_names_a_store_and_a_key() {
        for (text, kind, name, key) in [
            ("s3://media", Kind::S3, "media", ""),
            ("s3://media/films/", Kind::S3, "media", "films"),
            ("az://asset-1/a%20b c.ism", Kind::Azure, "asset-1", "a%20b c.ism"),
            ("gs://media/a?b#c.ism", Kind::Google, "media", "a?b#c.ism"),
            ("https://host:8443/a%20b.ism", Kind::Https, "host:8443", "a b.ism"),
            ("http://host/x.ism", Kind::Http, "host", "x.ism"),
        ] {
            let there = Place::There(Address { kind, name: name.to_owned() }, key.to_owned());
            assert_eq!(parse(text).unwrap(), there);
        }
        for text in ["s3://", "s3:///films", "ftp://host/x.ism", "https://host/x.ism?sig=1"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert_eq!(parse("films/x.ism").unwrap(), Place::Here("films/x.ism".into()));
    }
}
