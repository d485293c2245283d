//! A plan in the JSON that `entry.js` carries out.

use super::answered::{Answered, Fronts};
use super::terms::Terms;
use crate::origin::{Audience, Lookup};
use serde::Serialize;

/// The next step of `entry.js`.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Next<'a> {
    /// Looks into the Cache API.
    Look { lookup: Question<'a> },
    /// Has `Origin` answer, as the viewer passes the gateway.
    Pass { passage: Passage },
    /// Waits until is known what memory does not have: a locator, or whether a signature is right.
    Learn { learns: bool },
    /// Reads what stored fragments begin with, and asks again with that.
    Front { fronts: Fronts<'a> },
    /// Answers.
    Answer(Answered<'a>),
}

/// The request to the second entrypoint, for a viewer who has passed the gateway.
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

/// The headers that tell the second entrypoint who asks.
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
    /// Whether it is the same whoever asks for that URL alone, and whenever.
    is_for_all: bool,
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
        terms: &Terms<'_>,
    ) -> Self {
        let Lookup { path, range, if_none_match } = lookup;
        let range = range.as_deref();
        let is_plain = range.is_none() && if_none_match.is_none();
        let headers = (!is_plain).then_some(Conditions { range, if_none_match: *if_none_match });
        let is_private = terms.is_private;
        let is_for_all = terms.are_lasting && !is_private && is_plain;
        let statuses = lookup.statuses().map(|status| status.as_u16());
        Self {
            key: format!("{host}{path}"),
            headers,
            statuses,
            is_recorded,
            is_private,
            is_for_all,
        }
    }
}
