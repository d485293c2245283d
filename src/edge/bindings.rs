//! From a deployment's bindings to its library.

use super::host::Host;
use super::isolate;
use super::kv::Indexes;
use super::settings::Deployment;
use super::stores::Objects;
use crate::library::Library;
use std::rc::Rc;
use worker::{Context, Env};

/// The deployment's library, for one request or batch.
pub(super) fn library(
    env: &Env,
    context: &Rc<Context>,
    Deployment { settings, .. }: &Deployment,
) -> worker::Result<Library<Objects, Indexes, Host>> {
    Ok(Library {
        objects: Rc::new(Objects { stores: isolate::stores(env)?, env: env.clone() }),
        indexes: Rc::new(Indexes::new(env)),
        runtime: Rc::new(Host(Rc::clone(context))),
        memo: isolate::memo(),
        limits: settings.limits,
        rules: settings.rules,
    })
}
