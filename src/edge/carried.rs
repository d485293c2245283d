//! A plan in the JSON that `entry.js` carries out.

use super::runtime::MAX_SAFE_INTEGER;
use crate::origin::{Audience, Lookup, Plan, Planned, StoredRead};
use crate::remote::{Store, Stores};
use http::{HeaderMap, Response};
use serde::{Serialize, Serializer};
use std::ops::Not;

/// What `entry.js` does next.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Next<'a> {
    /// Looks into the Cache API.
    Look { lookup: Question<'a> },
    /// Has `Origin` answer, as the viewer passes the gateway.
    Pass { passage: Passage },
    /// Waits until is known what memory does not have: a locator, or whether a signature is right.
    Learn { learns: bool },
    /// Answers.
    Answer(Answered<'a>),
}

/// What a viewer that has passed the gateway is answered with.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Passage {
    /// What `Origin` is asked for.
    pub(super) url: String,
    /// Whether others may not pass.
    pub(super) is_private: bool,
    /// Who it is, where hits are recorded: what `Origin` is told of it by headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) audience: Option<Told>,
}

/// Who asks, in the headers that say so.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Told {
    #[serde(skip_serializing_if = "String::is_empty")]
    cf_ipcountry: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    cmcd_session: String,
}

impl From<Audience> for Told {
    fn from(Audience { country, player }: Audience) -> Self {
        Self { cf_ipcountry: country, cmcd_session: player.to_string() }
    }
}

/// A question to the Cache API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Question<'a> {
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Conditions<'a>>,
    /// The statuses that an answer to it has.
    statuses: [u16; 2],
    /// Whether hits are recorded.
    is_recorded: bool,
    /// Whether what the cache shares is a viewer's own outside of it.
    is_private: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Conditions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    if_none_match: Option<&'a str>,
}

impl<'a> Question<'a> {
    /// For what `host` (scheme and host) has been asked.
    pub(super) fn new(
        host: &str,
        lookup: &'a Lookup<'_>,
        is_recorded: bool,
        is_private: bool,
    ) -> Self {
        let Lookup { path, range, if_none_match } = lookup;
        let range = range.as_deref();
        let headers = (range.is_some() || if_none_match.is_some())
            .then_some(Conditions { range, if_none_match: *if_none_match });
        let statuses = lookup.statuses().map(|status| status.as_u16());
        Self { key: format!("{host}{path}"), headers, statuses, is_recorded, is_private }
    }
}

/// A response, of which the body is a part of an object, a text, bytes that are made already, or none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answered<'a> {
    status: u16,
    #[serde(serialize_with = "record")]
    headers: &'a HeaderMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<BucketRead<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    /// Whether the body is bytes that were made with the plan, which `entry.js` takes by a call of its own.
    #[serde(skip_serializing_if = "Not::not")]
    is_made: bool,
}

/// A read of an R2 bucket.
#[derive(Serialize)]
struct BucketRead<'a> {
    /// The name of its binding.
    bucket: &'a str,
    key: String,
    /// How many bytes the object has at least.
    end: u64,
    options: Options<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Options<'a> {
    range: Range,
    only_if: Condition<'a>,
}

#[derive(Serialize)]
struct Range {
    offset: u64,
    length: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Condition<'a> {
    etag_matches: &'a str,
}

impl<'a> Answered<'a> {
    /// The response that `plan` is of; `None` if it is of several pieces, or of another store than R2.
    pub(super) fn planned(plan: &'a Plan, stores: &'a Stores) -> Option<Self> {
        let (read, is_made) = match plan.body().as_slice() {
            [] => (None, false),
            [Planned::Bytes(_)] => (None, true),
            [Planned::Stored(read)] if read.read.is_whole() => {
                (Some(BucketRead::new(read, stores)?), false)
            }
            _ => return None,
        };
        let (status, headers) = (plan.status().as_u16(), plan.headers());
        Some(Self { status, headers, read, text: None, is_made })
    }

    /// The response that is `refused`.
    pub(super) fn refused(refused: &'a Response<Vec<u8>>) -> Option<Self> {
        let text = std::str::from_utf8(refused.body()).ok()?;
        let (status, headers) = (refused.status().as_u16(), refused.headers());
        Some(Self { status, headers, read: None, text: Some(text), is_made: false })
    }
}

impl<'a> BucketRead<'a> {
    fn new(StoredRead { key, etag, read }: &'a StoredRead, stores: &'a Stores) -> Option<Self> {
        let (Store::R2(bucket), key) = stores.find(key)? else { return None };
        let range = read.range();
        let (offset, length, end) = (range.start(), range.length(), range.end());
        let only_if = Condition { etag_matches: etag };
        let options = Options { range: Range { offset, length }, only_if };
        (end <= MAX_SAFE_INTEGER).then_some(Self { bucket, key, end, options })
    }
}

/// Headers as a record of strings.
fn record<S: Serializer>(headers: &HeaderMap, to: S) -> Result<S::Ok, S::Error> {
    let fields =
        headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
    to.collect_map(fields)
}
