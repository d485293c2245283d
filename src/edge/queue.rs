//! Notifications of the bucket, from the queue to [`Events`] and back.

use super::cache::Front;
use super::kv::Indexes;
use super::settings::Deployment;
use super::stores::Objects;
use super::{MEMO, deployment, log, stores};
use crate::events::{Budget, Events, Verdict};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::js_sys::JSON;
use worker::{Context, Date, Env, MessageBatch, MessageExt, event};

#[event(queue)]
async fn queue(batch: MessageBatch<()>, env: Env, context: Context) -> worker::Result<()> {
    if let Err(error) = consume(&batch, &env, &context).await {
        // Nothing can be said of any one message: the deployment is wrong.
        worker::console_error!("{}: {error}", batch.queue());
        batch.retry_all();
    }
    Ok(())
}

async fn consume(batch: &MessageBatch<()>, env: &Env, context: &Context) -> worker::Result<()> {
    let Deployment { settings, .. } = deployment(env)?;
    let stores = stores(env)?;
    let events = Events {
        objects: &Objects { stores: Rc::clone(&stores), env: env.clone() },
        stores: &stores,
        indexes: &Indexes(env.clone()),
        cache: &Front::without_host(context),
        memo: &MEMO.with(Rc::clone),
        limits: &settings.limits,
        budget: &Budget::DELIVERY,
        rules: settings.rules,
        now_ms: Date::now().as_millis(),
        warned: &log::warning,
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
            Verdict::Again(trouble) => {
                worker::console_error!("{}", trouble.to_json(&message.id()));
                message.retry();
            }
        }
    }
    Ok(())
}
