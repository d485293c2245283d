//! The door of the Experience page: anybody may look, at what the page draws and at nothing more.

use super::runs::Wanted;
use super::{Admin, AdminError};
use crate::base::digits::decimal;
use crate::base::target::SegmentTarget;
use crate::describe::{shown, stretch};
use crate::index::Index;
use crate::library::Runtime;
use crate::library::memo::{Learnt, Recall};
use crate::store::{Cache, IndexStore, ObjectStore};
use crate::sweep::Sweeper;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::rc::Rc;

/// The query for chunks: `?stream=…&bitrate=…&from=…&segment=…`, each at most once, and nothing else. Without a
/// query, none are wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct StretchQuery<'a> {
    stream: Cow<'a, str>,
    /// Bitrate of the level whose fragments are wanted too, in bits a second.
    bitrate: Option<u32>,
    /// In ticks of the stream.
    from: u64,
    /// The segment of that level whose runs of bytes are all wanted, instead of a stretch.
    segment: Option<SegmentTarget>,
}

impl<'a> StretchQuery<'a> {
    pub(super) fn parse(query: Option<&'a str>) -> Result<Option<Self>, AdminError> {
        let (mut stream, mut bitrate, mut from, mut segment) = (None, None, None, None);
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        for pair in pairs {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_twice = match name {
                "stream" => stream.replace(name_in(value)?).is_some(),
                "bitrate" => bitrate.replace(number(value)?).is_some(),
                "from" => from.replace(number(value)?).is_some(),
                "segment" => segment.replace(target(value)?).is_some(),
                _ => {
                    return Err(AdminError::Query(
                        "has a parameter besides stream, bitrate, from and segment",
                    ));
                }
            };
            if is_twice {
                return Err(AdminError::Query("has a parameter twice"));
            }
        }
        if segment.is_some() && bitrate.is_none() {
            return Err(AdminError::Query("names a segment of no bitrate"));
        }
        match stream {
            Some(stream) => Ok(Some(Self { stream, bitrate, from: from.unwrap_or(0), segment })),
            None if bitrate.is_none() && from.is_none() => Ok(None),
            None => Err(AdminError::Query("names no stream")),
        }
    }
}

fn name_in(value: &str) -> Result<Cow<'_, str>, AdminError> {
    let name = percent_decode_str(value).decode_utf8();
    name.map_err(|_| AdminError::Query("has a name that does not decode to UTF-8"))
}

fn target(value: &str) -> Result<SegmentTarget, AdminError> {
    SegmentTarget::new(number(value)?)
        .ok_or(AdminError::Query("has a segment of more than 30000 milliseconds"))
}

fn number<N: std::str::FromStr>(value: &str) -> Result<N, AdminError> {
    decimal(value).ok_or(AdminError::Query("has a bitrate, a time or a segment that is no number"))
}

impl<O, I, R, C, S> Admin<'_, O, I, R, C, S>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
    S: Sweeper,
{
    /// What the page draws of a presentation, and how long its index is; or the chunks or the runs of bytes that
    /// `query` asks for.
    pub(super) async fn look(
        &self,
        presentation: &str,
        query: Option<&str>,
        now_ms: u64,
    ) -> Result<Value, AdminError> {
        let query = StretchQuery::parse(query)?;
        let (index, len) = self.remembered(presentation, now_ms).await?;
        let Some(query) = query else {
            let index = shown(&index);
            return Ok(json!({ "presentation": presentation, "index_bytes": len, "index": index }));
        };
        let none = || AdminError::NoLevel(presentation.to_owned());
        let mut streams = index.streams.iter();
        let stream = streams.find(|stream| stream.name == query.stream).ok_or_else(none)?;
        let track = query.bitrate.map(|bitrate| {
            stream.tracks.iter().find(|track| track.bitrate == bitrate).ok_or_else(none)
        });
        match (track.transpose()?, query.segment) {
            (Some(track), Some(target)) => {
                let (index, from) = (&index, query.from);
                self.runs(&Wanted { presentation, index, stream, track, from, target }).await
            }
            (track, _) => Ok(stretch(&index, stream, track, query.from)),
        }
    }

    /// The index, and the length of its stored form: of this isolate's memory first, as anybody may ask as
    /// often as they like, and to decode it takes longer than to answer.
    async fn remembered(
        &self,
        presentation: &str,
        now_ms: u64,
    ) -> Result<(Rc<Index>, usize), AdminError> {
        let memo = &self.library.memo;
        let weight = memo.weight_of(presentation);
        let held = match memo.recall(presentation, None, now_ms) {
            Recall::Index(index) => weight.map(|weight| (index, weight)),
            _ => None,
        };
        if let Some(held) = held {
            return Ok(held);
        }
        let (index, len) = self.stored(presentation).await?;
        let index = Rc::new(index);
        memo.keep(presentation, Rc::clone(&index), Learnt::Stored, len, now_ms);
        Ok((index, len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_a_stretch_or_for_none() {
        let parsed = |query| StretchQuery::parse(query).unwrap();
        assert_eq!(parsed(None), None);
        assert_eq!(parsed(Some("&")), None);
        let segment = SegmentTarget::new(6000);
        let all = StretchQuery { stream: "a b".into(), bitrate: Some(7), from: u64::MAX, segment };
        let query = "from=18446744073709551615&stream=a%20b&segment=6000&bitrate=7";
        assert_eq!(parsed(Some(query)), Some(all));
        let least = StretchQuery { stream: "video".into(), bitrate: None, from: 0, segment: None };
        assert_eq!(parsed(Some("stream=video")), Some(least));
    }

    #[test]
    fn refuses_what_asks_for_none() {
        for query in [
            "from=0",
            "stream=a&stream=b",
            "stream=a&from=-1",
            "stream=a&from=",
            "stream=a&bitrate=4294967296",
            "stream=%ff",
            "stream=a&token=x",
            "stream=a&segment=0",
            "stream=a&bitrate=1&segment=30001",
        ] {
            assert!(StretchQuery::parse(Some(query)).is_err(), "{query}");
        }
    }
}
