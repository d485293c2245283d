//! Notifications of the bucket, from the queue to [`Events`] and back.

use super::bindings::library;
use super::cache::Front;
use super::sweep::Sweep;
use super::{isolate, json};
use crate::events::{Budget, Events, Verdict};
use crate::sweep::{Sweeper, settle, sweep_of};
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
    let (verdicts, notes) = settle(&texts, events.handle(&texts).await);
    // A delivery is told apart by the first message that is done with: it comes in no other.
    let done = messages.iter().zip(&verdicts).find(|(_, verdict)| **verdict == Verdict::Done);
    let name = done.map(|(message, _)| message.id()).unwrap_or_default();
    let mut unnoted = Vec::new();
    for note in &notes {
        if let Err(error) = Sweep(env.clone()).put_note(&name, note).await {
            worker::console_error!("sweep {}: {error}", note.sweep);
            unnoted.push(&*note.sweep);
        }
    }
    // What nobody is told of comes again: it is current by then, and so costs little.
    let is_unnoted = |text: &str| sweep_of(text).is_some_and(|sweep| unnoted.contains(&&*sweep));
    for ((message, text), verdict) in messages.iter().zip(&texts).zip(verdicts) {
        match verdict {
            Verdict::Done if is_unnoted(text) => message.retry(),
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
