//! JSON, to JavaScript's values and back: as text, by the runtime's own `JSON`.

use serde_json::Value;
use wasm_bindgen::JsValue;
use worker::js_sys::JSON;

/// `value` as JavaScript has it.
pub(super) fn value(value: &Value) -> Result<JsValue, JsValue> {
    JSON::parse(&value.to_string())
}

/// What JSON says of `value`; `None` where it has no words for it.
pub(super) fn text(value: &JsValue) -> Option<String> {
    // What is written of `undefined` is `undefined`, and no text.
    JsValue::from(JSON::stringify(value).ok()?).as_string()
}
