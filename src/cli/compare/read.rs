//! A manifest of whichever protocol, fetched or opened.

use super::address::Address;
use super::offer::Offer;
use super::web::Web;
use super::{dash, hls, smooth};
use anyhow::{Context, Result, bail};
use millrace::base::xml;
use reqwest::Url;
use std::fs;

/// What is offered at `address`. What a saved manifest leads to is asked for beside `new`.
pub(super) fn offer(address: &Address, new: &Url, web: &Web) -> Result<Offer> {
    match address {
        Address::There(url) => {
            let bytes = web.manifest(url)?;
            read(&bytes, url, Some(web)).with_context(|| url.to_string())
        }
        Address::Here(path) => {
            let context = || path.display().to_string();
            let bytes = fs::read(path).with_context(context)?;
            read(&bytes, new, None).with_context(context)
        }
    }
}

fn read(bytes: &[u8], base: &Url, live: Option<&Web>) -> Result<Offer> {
    let text = xml::decode(bytes)?;
    let text = text.trim_start();
    if text.starts_with("#EXTM3U") {
        hls::read(text, base, live)
    } else if text.contains("<SmoothStreamingMedia") {
        smooth::read(bytes, text, base)
    } else if text.contains("<MPD") || text.contains(":MPD") {
        dash::read(text, base, live.is_some())
    } else {
        bail!("it is no manifest of Smooth Streaming, HLS or DASH")
    }
}
