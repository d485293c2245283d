//! Changes in a bucket, followed by its messages, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../media/mod.rs"]
mod media;
#[path = "../memory/mod.rs"]
mod memory;

mod followed;
mod many;
mod trouble;

use media::{MoovPlace, PlainSample, Track, plain, three_fragments};
use memory::{Call, Host, Memory};
use millrace::events::{Budget, Events, MessageError, Verdict};
use millrace::index::Index;
use millrace::library::Library;
use millrace::library::memo::Recall;
use millrace::remote::Stores;
use millrace::store::page_key;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

const ISM: &str = "films/a.ism";
const VIDEO: &str = "films/a.ismv";
const AUDIO: &str = "films/a.isma";
const CAPTIONS: &str = "films/a.vtt";
const NOW_MS: u64 = 1_795_366_999_000;

const SMIL: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="a.ismv" systemBitrate="300000"><param name="trackID" value="1"/></video>
<audio src="a.isma" systemBitrate="64000"><param name="trackID" value="1"/></audio>
</switch></body></smil>"#;

/// A deployment in whose bucket things change.
struct Desk {
    stores: Rc<Memory>,
    library: Library<Memory, Memory, Host>,
    budget: Budget,
}

impl Desk {
    fn empty() -> Self {
        let stores = Rc::<Memory>::default();
        let library = memory::library(&stores, NOW_MS);
        Self { stores, library, budget: Budget::DELIVERY }
    }

    /// With the presentation in storage, indexed.
    fn indexed() -> Self {
        let desk = Self::empty();
        for key in [VIDEO, AUDIO, ISM] {
            desk.upload(key);
        }
        assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
        desk.calls();
        desk
    }

    fn upload(&self, key: &str) {
        let bytes = match key {
            CAPTIONS => b"WEBVTT\n\n00:01.000 --> 00:02.000\nOne\n".to_vec(),
            VIDEO => three_fragments(Track::video(1), 500),
            AUDIO => three_fragments(Track::audio(1), 50),
            _ => SMIL.as_bytes().to_vec(),
        };
        self.stores.put_object(key, &bytes);
    }

    fn deliver(&self, messages: &[String]) -> Vec<Verdict> {
        let events = Events {
            library: &self.library,
            stores: &Stores::r2(),
            cache: &*self.stores,
            budget: &self.budget,
        };
        pollster::block_on(events.handle(messages))
    }

    /// Delivers what R2 says of changes of these objects, together.
    fn tell(&self, keys: &[&str]) -> Vec<Verdict> {
        let message =
            |key: &&str| format!(r#"{{"action":"PutObject","object":{{"key":"{key}"}}}}"#);
        self.deliver(&keys.iter().map(message).collect::<Vec<_>>())
    }

    fn stored(&self) -> Option<Index> {
        self.stores.values.borrow().get(ISM).map(|value| Index::decode(value).unwrap())
    }

    fn calls(&self) -> Vec<Call> {
        self.stores.calls()
    }

    /// What was asked of all but the objects.
    fn calls_beside_objects(&self) -> Vec<Call> {
        let is_of_object =
            |call: &Call| matches!(call, Call::Head(_) | Call::Start(..) | Call::Read(..));
        self.calls().into_iter().filter(|call| !is_of_object(call)).collect()
    }

    fn links(&self) -> Vec<(String, String)> {
        self.stores.links.borrow().iter().cloned().collect()
    }
}

fn again(key: Option<&str>, presentation: Option<&str>, cause: &str) -> Verdict {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let (key, presentation) = (owned(key), owned(presentation));
    // Storage fails for a moment, media for good.
    let may_pass = cause.contains("storage failed");
    Verdict::Again(MessageError { key, presentation, cause: cause.to_owned(), may_pass })
}

fn linked(key: &str) -> Call {
    Call::Linked(key.to_owned())
}

fn ism() -> String {
    ISM.to_owned()
}

const SMIL_OF: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
{}
</switch></body></smil>"#;

fn count(calls: &[Call], of: impl Fn(&Call) -> bool) -> usize {
    calls.iter().filter(|call| of(call)).count()
}

fn is_of_objects(call: &Call) -> bool {
    matches!(call, Call::Head(_) | Call::Start(..) | Call::Read(..))
}
