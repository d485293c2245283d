//! A deployment's settings, from the variables of its `wrangler.toml`.

use super::{log, table};
use crate::admin::Sources;
use crate::assemble::Cuts;
use crate::base::quoted::Quoted;
use crate::base::target::SegmentTarget;
use crate::gate::{Gate, Keys, Policies};
use crate::gateway::Hosts;
use crate::library::build::{Limits, Rules};
use crate::origin::{Settings, file_types};
use crate::url::Form;
use serde_json::json;
use std::rc::Rc;
use worker::Env;
use worker::js_sys::Reflect;

/// The configuration of the Worker in a deployment.
pub(super) struct Deployment {
    /// Settings of the origin.
    pub(super) settings: Settings,
    /// What indexes that are handed in may name, beside what is their presentations' own.
    pub(super) sources: Rc<Sources>,
    /// Whether the Cache API may be used.
    pub(super) cache_api: bool,
    /// Who may watch.
    pub(super) gate: Gate,
    /// Whether whoever passes is answered by the cached entrypoint.
    pub(super) has_gateway: bool,
    /// Which host has which part of the library.
    pub(super) hosts: Hosts,
    /// Whether there is an Experience page, and a look at the library for it.
    pub(super) shows_experience: bool,
    /// Whether requests are counted in an Analytics Engine.
    pub(super) counts: bool,
}

/// `MANIFEST = "compact" | "legacy"`, `TFXD = "inject" | "stored"`, `CACHE_API = "auto" | "off"`, `EXPERIENCE = "on" | "off"`,
/// `SEGMENT_MS`, `CHUNK_MS`, `CUTS = "strict" | "shared"`, `LONE = "allow" | "deny"`, `CASE = "exact" | "fold"`,
/// `SOURCES = "folder/ …"`, `FILES = ["jpg", …]`, `ACCESS = [ … ]` with the secret `TOKEN_KEYS`, `GATEWAY = "on" | "off"`, `PREFETCH = "on" | "off"`,
/// `HOSTS = { "a.example.com" = "a/" }`; each may be left out.
pub(super) fn read(env: &Env) -> worker::Result<Deployment> {
    let form = match is_second(env, "MANIFEST", ["compact", "legacy"])? {
        true => Form::Legacy,
        false => Form::Compact,
    };
    let target = match variable(env, "SEGMENT_MS") {
        None => SegmentTarget::DEFAULT,
        Some(said) => {
            let expected = format!("a number from 0 to {}", SegmentTarget::MAX_MS);
            let target = said.parse().ok().and_then(SegmentTarget::new);
            target.ok_or_else(|| wrong("SEGMENT_MS", &said, &expected))?
        }
    };
    let time_untimed = !is_second(env, "TFXD", ["inject", "stored"])?;
    let cache_api = !is_second(env, "CACHE_API", ["auto", "off"])?;
    let shows_experience = is_second(env, "EXPERIENCE", ["off", "on"])?;
    let (limits, rules) = (Limits::REQUEST, rules(env)?);
    let files = match table::json(env, "FILES")? {
        None => Vec::new(),
        Some(json) => file_types(&json).map_err(log::wrong)?,
    };
    let names_next = is_second(env, "PREFETCH", ["off", "on"])?;
    let settings = Settings { form, target, time_untimed, limits, rules, files, names_next };
    let said = variable(env, "SOURCES").unwrap_or_default();
    let sources = Sources::parse(&said);
    let sources = sources.map_err(|_| wrong("SOURCES", &said, "a list of folders/"))?;
    let sources = Rc::new(sources);
    let counts = !Reflect::get(env, &"ANALYTICS".into())?.is_undefined();
    let gate = gate(env)?;
    let has_gateway = is_second(env, "GATEWAY", ["off", "on"])?;
    let hosts = match table::json(env, "HOSTS")? {
        None => Hosts::default(),
        Some(json) => Hosts::parse(&json).map_err(log::wrong)?,
    };
    // Without it, a cache before the Worker would give one host what another has: its key has no host.
    if !hosts.is_empty() && !has_gateway {
        return Err(log::wrong("HOSTS needs GATEWAY = \"on\""));
    }
    Ok(Deployment {
        settings,
        gate,
        has_gateway,
        hosts,
        sources,
        cache_api,
        shows_experience,
        counts,
    })
}

/// The gate of this deployment. What it cannot open for want of a key is named in the log.
fn gate(env: &Env) -> worker::Result<Gate> {
    let policies = match table::json(env, "ACCESS")? {
        None => return Ok(Gate::default()),
        Some(json) => Policies::parse(&json).map_err(log::wrong)?,
    };
    let keys = match env.secret("TOKEN_KEYS") {
        Ok(keys) => Keys::parse(&keys.to_string()).map_err(log::wrong)?,
        Err(_) => Keys::default(),
    };
    let gate = Gate::new(policies, keys);
    for prefix in gate.shut() {
        let error = format!(
            "ACCESS wants tokens for {}, and there are no TOKEN_KEYS: all are refused",
            Quoted(prefix)
        );
        log::error(&json!({ "error": error }));
    }
    Ok(gate)
}

fn rules(env: &Env) -> worker::Result<Rules> {
    let mut rules = Rules::default();
    if let Some(said) = variable(env, "CHUNK_MS") {
        let target = said.parse().ok().filter(|target| Cuts::TARGETS_MS.contains(target));
        let (from, to) = (Cuts::TARGETS_MS.start(), Cuts::TARGETS_MS.end());
        let expected = || wrong("CHUNK_MS", &said, &format!("a number from {from} to {to}"));
        rules.cuts.target_ms = target.ok_or_else(expected)?;
    }
    rules.cuts.shared = is_second(env, "CUTS", ["strict", "shared"])?;
    rules.lone = is_second(env, "LONE", ["deny", "allow"])?;
    rules.folds = is_second(env, "CASE", ["exact", "fold"])?;
    Ok(rules)
}

/// Whether a variable says the second of its two words, and not the first, which also holds where it is left out.
fn is_second(env: &Env, name: &str, [first, second]: [&str; 2]) -> worker::Result<bool> {
    match variable(env, name) {
        Some(said) if said == second => Ok(true),
        Some(said) if said != first => Err(wrong(name, &said, &format!("{first} or {second}"))),
        Some(_) | None => Ok(false),
    }
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}

fn wrong(name: &str, value: &str, expected: &str) -> worker::Error {
    log::wrong(format!("the variable {name} is {}, where {expected} is expected", Quoted(value)))
}
