//! Variables that are lists: JSON text, or a table of `wrangler.toml`, which arrives as an object.

use worker::Env;
use worker::js_sys::{JSON, Reflect};

/// The variable `name`, as JSON; `None` if there is none.
pub(super) fn json(env: &Env, name: &str) -> worker::Result<Option<String>> {
    let value = Reflect::get(env, &name.into())?;
    Ok(match value.as_string() {
        _ if value.is_undefined() => None,
        Some(text) => Some(text),
        None => Some(String::from(JSON::stringify(&value)?)),
    })
}
