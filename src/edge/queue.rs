//! Notifications of the bucket, from the queue to [`Events`] and back.

use super::bindings::library;
use super::cache::Front;
use super::sweep::Sweep;
use super::{isolate, json};
use crate::events::{Budget, Events, Verdict};
use crate::store::StoreError;
use crate::sweep::{Note, settle};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::{Context, Env, MessageBatch, MessageExt, event};

#[event(queue)]
async fn queue(batch: MessageBatch<()>, env: Env, context: Context) -> worker::Result<()> {
    if let Err(error) = consume(&batch, &env, Rc::new(context)).await {
        // Nothing can be said of any one message: the deployment is wrong.
        worker::console_error!("{}: {error}", batch.queue());
        batch.retry_all();
    }
    Ok(())
}

async fn consume(batch: &MessageBatch<()>, env: &Env, context: Rc<Context>) -> worker::Result<()> {
    let deployment = isolate::deployment(env)?;
    let events = Events {
        library: &library(env, &context, &deployment)?,
        stores: &*isolate::stores(env)?,
        cache: &Front::without_host(&context, &deployment),
        budget: &Budget::DELIVERY,
    };
    let messages: Vec<_> = batch.raw_iter().collect();
    // Messages of a sweep are text. What JSON has no words for becomes an empty text, which is no notification either.
    let text = |body: JsValue| body.as_string().or_else(|| json::text(&body)).unwrap_or_default();
    let texts: Vec<String> = messages.iter().map(|message| text(message.body())).collect();
    let verdicts = events.handle(&texts).await;
    let name_of = |at: usize| messages.get(at).map(MessageExt::id).unwrap_or_default();
    let report = |note: &Note, error: &StoreError| {
        worker::console_error!("sweep {}: {error}", note.sweep);
    };
    let settled = settle(&Sweep(env.clone()), &texts, verdicts, name_of, report).await;
    for (message, verdict) in messages.iter().zip(settled) {
        match verdict {
            Verdict::Done => message.ack(),
            Verdict::Later => message.retry(),
            Verdict::Again(error) => {
                worker::console_error!("{}", error.to_json(&message.id()));
                message.retry();
            }
        }
    }
    Ok(())
}
