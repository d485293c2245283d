//! The gate, asked with WebCrypto: where a signature has to be verified before a viewer passes.

use super::body::describe;
use super::log;
use crate::gate::{Gate, Proof, Stop, Verdict, Visit};
use serde_json::json;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use worker::js_sys::{Promise, Uint8Array};

#[wasm_bindgen(module = "/src/edge/verify.js")]
extern "C" {
    /// Whether a key has made a signature of a text.
    fn verified(algorithm: &str, jwk: &str, signed: &str, signature: &Uint8Array) -> Promise;
}

/// The path without a token, and whether others may not pass there, if the viewer does. Every signature is verified, once
/// for as long as the gate remembers it.
pub(super) async fn judge<'a>(gate: &Gate, visit: &Visit<'a>) -> Result<(&'a str, bool), Stop> {
    let mut verdict = gate.judge(visit);
    if let Verdict::Unproven(proof) = &verdict
        && is_right(proof).await
    {
        gate.learn(proof);
        verdict = gate.judge(visit);
    }
    match verdict {
        Verdict::Passes { path, is_private } => Ok((path, is_private)),
        Verdict::Stopped(stop) => Err(stop),
        Verdict::Unproven(_) => Err(Stop::Refused),
    }
}

async fn is_right(proof: &Proof) -> bool {
    let signature = Uint8Array::from(proof.signature.as_slice());
    for key in &proof.keys {
        let name = key.algorithm().name();
        let verified = verified(name, key.jwk(), &proof.signed, &signature);
        match JsFuture::from(verified).await.as_ref().map(JsValue::as_bool) {
            Ok(Some(true)) => return true,
            Ok(_) => {}
            Err(error) => {
                let cause = describe(error);
                let error = format!("TOKEN_KEYS: a key of {name} cannot be used: {cause}");
                log::error(&json!({ "error": error }));
            }
        }
    }
    false
}
