//! A deployment's settings, from the variables of its `wrangler.toml`.

use crate::build::Limits;
use crate::manifest::smooth::Form;
use crate::origin::Settings;
use worker::Env;

/// `MANIFEST = "compact" | "legacy"`, `TFXD = "inject" | "stored"`; each may be left out.
pub(super) fn read(env: &Env) -> worker::Result<Settings> {
    let form = match variable(env, "MANIFEST").as_deref() {
        None | Some("compact") => Form::Compact,
        Some("legacy") => Form::Legacy,
        Some(other) => return Err(wrong("MANIFEST", other, "compact or legacy")),
    };
    let time_untimed = match variable(env, "TFXD").as_deref() {
        None | Some("inject") => true,
        Some("stored") => false,
        Some(other) => return Err(wrong("TFXD", other, "inject or stored")),
    };
    Ok(Settings { form, time_untimed, limits: Limits::REQUEST })
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}

fn wrong(name: &str, value: &str, expected: &str) -> worker::Error {
    let error = format!("the variable {name} is {value:?}, where {expected} is expected");
    worker::console_error!("{error}");
    worker::Error::RustError(error)
}
