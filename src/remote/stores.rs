//! The stores of a deployment, and which key leads to which.

use crate::sign::{Secret, azure, sigv4};

/// The stores of a deployment, by prefixes of keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stores {
    pub(super) routes: Vec<Route>,
}

/// Keys that begin with `prefix` lie in `store`, where `path` takes the place of the prefix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Route {
    pub(super) prefix: String,
    pub(super) path: String,
    pub(super) store: Store,
}

/// A store of objects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Store {
    /// The R2 bucket bound under this name.
    R2(String),
    /// A server.
    Remote(Remote),
}

/// A server that is asked over HTTP.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remote {
    /// What every object's URL begins with, without a slash at its end.
    pub(super) base: String,
    pub(super) access: Access,
    /// Whether keys begin with the container of Azure's that they lie in.
    pub(super) takes_container: bool,
    /// For how long an answer is waited for.
    pub patience_ms: u32,
}

/// The credentials for a server.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Access {
    /// Nothing: anybody may read.
    Open,
    /// A signature as S3 wants it.
    S3(sigv4::Signer),
    /// A signature as Azure wants it.
    AzureKey(azure::Signer),
    /// A query that somebody signed: a shared access signature, without its question mark. `None`
    /// for an account whose containers are public.
    AzureSas(Option<Secret<String>>),
}

impl Stores {
    /// What there is without any configuration: the R2 bucket bound as `MEDIA`.
    pub fn r2() -> Self {
        let store = Store::R2("MEDIA".into());
        Self { routes: vec![Route { prefix: String::new(), path: String::new(), store }] }
    }

    /// The store that `key` belongs to, which is the first whose prefix it has, and its key there.
    pub fn find(&self, key: &str) -> Option<(&Store, String)> {
        self.routes.iter().find_map(|route| {
            let rest = key.strip_prefix(&route.prefix)?;
            Some((&route.store, format!("{}{rest}", route.path)))
        })
    }

    /// The R2 buckets, each by its binding and by what the keys of objects begin with there.
    pub fn buckets(&self) -> impl Iterator<Item = (&str, &str)> {
        self.routes.iter().filter_map(|route| match &route.store {
            Store::R2(binding) => Some((binding.as_str(), route.path.as_str())),
            Store::Remote(_) => None,
        })
    }

    /// The keys by which an object of an R2 bucket is known here, going by its key there: none if that
    /// is not served. Which bucket it is in is not known, so with several of them it may be another's.
    pub fn keys_in_r2(&self, stored: &str) -> Vec<String> {
        let known = self.routes.iter().filter(|route| matches!(route.store, Store::R2(_)));
        let known = known.filter_map(|route| {
            let key = format!("{}{}", route.prefix, stored.strip_prefix(&route.path)?);
            (self.find(&key)? == (&route.store, stored.to_owned())).then_some(key)
        });
        known.collect()
    }
}
