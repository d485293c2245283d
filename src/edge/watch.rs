//! The clock, the log, and the figures of Workers Analytics Engine, as far as it is bound.

use super::body::describe;
use super::log;
use super::runtime::{AnalyticsEngine, DataPoint, whole};
use crate::origin::{AccessRecord, Audience, Failure, Observer, Point};
use crate::url::Request;
use http::StatusCode;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::{Array, Date, Reflect};

/// Watches one request.
pub(super) struct Watch<'a> {
    pub(super) env: &'a Env,
    /// Who asks, if there is an Analytics Engine to take it.
    pub(super) audience: Option<Audience>,
    pub(super) begun_ms: u64,
}

impl Observer for Watch<'_> {
    fn now_ms(&self) -> u64 {
        whole(Date::now())
    }

    fn failed(&self, failure: &Failure<'_>) {
        log::error(&failure.to_json());
    }

    fn answered(&self, record: &AccessRecord<'_>) {
        let Some(audience) = &self.audience else { return };
        let duration_ms = self.now_ms().saturating_sub(self.begun_ms);
        if let Err(error) = self.write(&record.point(duration_ms, audience)) {
            log::warn(&json!({ "error": describe(&error) }));
        }
    }
}

impl Watch<'_> {
    /// A cache has given the answer to `request`: so many `bytes`.
    pub(super) fn hit(&self, request: &Request<'_>, status: StatusCode, bytes: u64) {
        self.answered(&AccessRecord::of_hit(request, status, bytes));
    }

    fn write(&self, point: &Point) -> Result<(), JsValue> {
        let engine: AnalyticsEngine = Reflect::get(self.env, &"ANALYTICS".into())?.unchecked_into();
        let blobs: Array = point.blobs.iter().map(|blob| JsValue::from_str(blob)).collect();
        let doubles: Array =
            point.doubles.iter().map(|&double| JsValue::from_f64(double)).collect();
        let indexes = Array::of1(&JsValue::from_str(&point.index));
        engine.write_data_point(&DataPoint::new(&indexes, &blobs, &doubles))
    }
}
