//! Notifications of the bucket, from the queue to [`Events`] and back.

use super::cache::Front;
use super::{isolate, library};
use crate::events::{Budget, Events, Verdict};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::js_sys::JSON;
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
    let events = Events {
        library: &library(env, &context, &*isolate::deployment(env)?)?,
        stores: &*isolate::stores(env)?,
        cache: &Front::without_host(&context),
        budget: &Budget::DELIVERY,
    };
    let messages: Vec<_> = batch.raw_iter().collect();
    // What JSON has no words for becomes an empty text, which is no notification either.
    let text = |body| {
        let text = JSON::stringify(&body).ok().and_then(|text| JsValue::from(text).as_string());
        text.unwrap_or_default()
    };
    let texts: Vec<String> = messages.iter().map(|message| text(message.body())).collect();
    for (message, verdict) in messages.iter().zip(events.handle(&texts).await) {
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
