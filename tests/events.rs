//! Changes in a bucket, followed by its messages, over stores in memory that count.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod media;
mod memory;

use media::{MoovPlace, PlainSample, Track, plain, three_fragments};
use memory::{Call, Host, Memory};
use millrace::events::{Budget, Events, MessageError, Verdict};
use millrace::index::Index;
use millrace::library::Library;
use millrace::library::build::{Limits, Rules};
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
        let library = Library {
            objects: Rc::clone(&stores),
            indexes: Rc::clone(&stores),
            runtime: Rc::new(Host::at(NOW_MS)),
            memo: Rc::default(),
            limits: Limits::REQUEST,
            rules: Rules::default(),
        };
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

#[test]
fn one_upload_is_one_build() {
    let desk = Desk::empty();
    for key in [VIDEO, AUDIO, ISM] {
        desk.upload(key);
    }
    assert_eq!(desk.tell(&[VIDEO, AUDIO, ISM, ISM]), vec![Verdict::Done; 4]);
    let calls = desk.calls();
    assert_eq!(calls.iter().filter(|call| **call == Call::Start(ism(), 16 << 10)).count(), 1);
    assert_eq!(calls.iter().filter(|call| **call == Call::Put(ism())).count(), 1);
    assert!(!calls.iter().any(|call| matches!(call, Call::Purge(_))), "no cache had it");
    let index = desk.stored().unwrap();
    let keys: Vec<&str> = index.sources.iter().map(|source| source.key.as_str()).collect();
    assert_eq!(keys, [ISM, VIDEO, AUDIO]);
    assert_eq!(desk.links(), [(AUDIO.into(), ism()), (VIDEO.into(), ism())]);
    let recalled = desk.library.memo.recall(ISM, None, NOW_MS);
    assert!(matches!(recalled, Recall::Index(held) if *held == index));
}

#[test]
fn what_is_known_already_is_neither_written_nor_purged() {
    let desk = Desk::indexed();
    assert_eq!(desk.tell(&[ISM, VIDEO]), vec![Verdict::Done; 2]);
    assert_eq!(desk.calls_beside_objects(), [linked(VIDEO), Call::Get(ism())]);
}

#[test]
fn a_replaced_source_is_found_by_its_link_alone() {
    let desk = Desk::indexed();
    let before = desk.stored().unwrap().generation;
    desk.upload(VIDEO);
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    assert_ne!(desk.stored().unwrap().generation, before);
    let purge = Call::Purge(vec![ism()]);
    let link = |source: &str| Call::Link(source.to_owned(), ism());
    let put = [Call::Pages(ism()), link(VIDEO), link(AUDIO), Call::Put(ism())];
    let calls = [&[linked(VIDEO), Call::Get(ism()), purge], &put[..]].concat();
    assert_eq!(desk.calls_beside_objects(), calls);
}

/// Presentations of four progressive files, in storage and indexed: two pages each.
fn progressive(presentations: &[&str]) -> Desk {
    let desk = Desk::empty();
    let levels = (1..=4).map(|level| {
        put_progressive(&desk, level, 10 * level);
        let param = r#"<param name="trackID" value="1"/>"#;
        format!(r#"<video src="{level}.mp4" systemBitrate="{level}00000">{param}</video>"#)
    });
    let smil = SMIL_OF.replace("{}", &levels.collect::<String>());
    for key in presentations {
        desk.stores.put_object(key, smil.as_bytes());
    }
    assert_eq!(desk.tell(presentations), vec![Verdict::Done; presentations.len()]);
    desk
}

fn put_progressive(desk: &Desk, level: u32, size: u32) {
    let samples = vec![PlainSample::of(size, 400_000); 20_000];
    let file = plain(MoovPlace::First, &[(Track::video(1), samples)], 500);
    desk.stores.put_object(&format!("films/{level}.mp4"), &file.bytes());
}

/// The pages that were put, by their keys.
fn put_pages(calls: &[Call]) -> Vec<String> {
    let pages = calls.iter().filter_map(|call| match call {
        Call::PutPage(key) => Some(key.clone()),
        _ => None,
    });
    pages.collect()
}

fn page_keys(desk: &Desk) -> BTreeSet<String> {
    desk.stores.pages.borrow().keys().cloned().collect()
}

#[test]
fn where_one_of_four_files_is_replaced_its_pages_alone_are_written() {
    let desk = progressive(&[ISM]);
    let before = page_keys(&desk);
    assert_eq!((put_pages(&desk.calls()).len(), before.len()), (8, 8));

    put_progressive(&desk, 3, 11);
    assert_eq!(desk.tell(&["films/3.mp4"]), [Verdict::Done]);
    let (put, after) = (put_pages(&desk.calls()), page_keys(&desk));
    assert_eq!((put.len(), after.len()), (2, 8), "what it had is gone");
    assert!(after.difference(&before).eq(&put.into_iter().collect::<BTreeSet<_>>()));
    let stored = desk.stored().unwrap();
    let named = stored.pages().map(|page| page_key(ISM, page.digest));
    assert_eq!(named.collect::<BTreeSet<_>>(), after);

    put_progressive(&desk, 3, 11);
    assert_eq!(desk.tell(&["films/3.mp4"]), [Verdict::Done]);
    assert_ne!(
        desk.stored().unwrap().generation,
        stored.generation,
        "the same bytes, uploaded again"
    );
    assert_eq!((put_pages(&desk.calls()), page_keys(&desk)), (vec![], after));
}

#[test]
fn pages_that_are_not_new_are_not_counted() {
    let mut desk = progressive(&[ISM, "films/b.ism"]);
    desk.calls();
    put_progressive(&desk, 3, 11);
    // The link, the first index that was there, five sources, two new pages and two that go away, and four
    // operations beside: what is left is enough to begin the second.
    desk.budget.operations = 1 + 1 + 5 + 4 + 4 + 1;
    assert_eq!(desk.tell(&["films/3.mp4"]), [Verdict::Done]);
    assert_eq!(put_pages(&desk.calls()).len(), 4);
    // To forget a presentation is to remove all its pages.
    desk.stores.remove_object(ISM);
    desk.stores.remove_object("films/b.ism");
    desk.budget.operations = 1 + 8 + 4;
    let verdicts = desk.tell(&[ISM, "films/b.ism"]);
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Later).count(), 1);
}

#[test]
fn a_replaced_text_file_is_found_by_its_link_alone() {
    const TEXT: &str = "films/a.en.vtt";
    let with_text = SMIL.replace("</switch>", r#"<textstream src="a.en.vtt"/></switch>"#);
    let cue = |said: &str| format!("WEBVTT\n\n00:00.000 --> 00:01.000\n{said}\n");
    let desk = Desk::empty();
    for key in [VIDEO, AUDIO] {
        desk.upload(key);
    }
    desk.stores.put_object(ISM, with_text.as_bytes());
    desk.stores.put_object(TEXT, cue("one").as_bytes());
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
    assert!(desk.links().contains(&(TEXT.to_owned(), ism())), "{:?}", desk.links());
    let before = desk.stored().unwrap();
    desk.stores.put_object(TEXT, cue("two").as_bytes());
    desk.calls();
    assert_eq!(desk.tell(&[TEXT]), [Verdict::Done]);
    assert_eq!(desk.calls_beside_objects()[0], linked(TEXT));
    let after = desk.stored().unwrap();
    assert_ne!(after.generation, before.generation);
    assert_eq!(after.sources.last().unwrap().key, TEXT);
}

#[test]
fn late_and_repeated_messages_say_nothing_new() {
    let desk = Desk::indexed();
    desk.upload(VIDEO);
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    let now = desk.stored();
    // Two of the deletion before, and one of the upload before that.
    for _ in 0..3 {
        assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    }
    assert_eq!(desk.stored(), now);
    let writes = |call: &Call| matches!(call, Call::Put(_) | Call::Delete(_) | Call::Purge(_));
    assert_eq!(desk.calls().into_iter().filter(writes).count(), 2, "those of the first");
}

#[test]
fn a_deleted_presentation_is_forgotten() {
    let desk = Desk::indexed();
    desk.stores.remove_object(ISM);
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
    let delete = [Call::Delete(ism()), Call::Pages(ism())];
    let calls = [&[Call::Get(ism()), Call::Purge(vec![ism()])], &delete[..]].concat();
    assert_eq!(desk.calls_beside_objects(), calls);
    assert_eq!(desk.stored(), None);
    assert_eq!(desk.library.memo.recall(ISM, None, NOW_MS), Recall::Nothing);

    assert_eq!(desk.tell(&[ISM]), [Verdict::Done], "and once more");
    let calls = [&[Call::Get(ism())], &delete[..]].concat();
    assert_eq!(desk.calls_beside_objects(), calls);

    desk.stores.remove_object(VIDEO);
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    assert_eq!(
        desk.links(),
        [(AUDIO.into(), ism())],
        "a link that leads nowhere goes when it is used"
    );
}

#[test]
fn a_deleted_source_has_its_presentation_forgotten_until_it_is_back() {
    let desk = Desk::indexed();
    desk.stores.remove_object(AUDIO);
    assert_eq!(desk.tell(&[AUDIO]), [Verdict::Done]);
    assert_eq!(desk.stored(), None);
    desk.upload(AUDIO);
    assert_eq!(desk.tell(&[AUDIO]), [Verdict::Done]);
    assert!(desk.stored().is_some());
}

#[test]
fn the_server_manifest_first_and_its_media_later() {
    let desk = Desk::empty();
    let missing = |key| format!("{ISM} names {key}, which is not there");
    desk.upload(ISM);
    let verdict = again(Some(ISM), Some(ISM), &missing(VIDEO));
    assert_eq!(desk.tell(&[ISM]), [verdict], "it is tried again");

    desk.upload(VIDEO);
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done], "the sound will speak for itself");
    assert_eq!(desk.stored(), None);

    desk.upload(AUDIO);
    assert_eq!(desk.tell(&[AUDIO]), [Verdict::Done]);
    assert!(desk.stored().is_some(), "the last file has it indexed");
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done], "what was tried again finds it done");
}

#[test]
fn a_client_manifest_that_comes_after_the_index() {
    let desk = Desk::empty();
    let head = r#"<head><meta name="clientManifestRelativePath" content="a.ismc"/></head><body>"#;
    desk.upload(VIDEO);
    desk.upload(AUDIO);
    desk.stores.put_object(ISM, SMIL.replace("<body>", head).as_bytes());
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
    assert!(desk.stored().is_some());
    desk.stores.put_object("films/a.ismc", b"<none>");
    let verdicts = desk.tell(&["films/a.ismc"]);
    assert!(
        matches!(&verdicts[..], [Verdict::Again(it)] if it.cause.starts_with("films/a.ismc: ")),
        "it is looked at: {verdicts:?}"
    );
}

#[test]
fn what_no_presentation_has_to_do_with_is_done_with() {
    let desk = Desk::indexed();
    let strangers = ["films/notes.txt", "other.ismv", "films/b.ismc", "a//b.ism"];
    assert_eq!(desk.tell(&strangers), vec![Verdict::Done; 4]);
    assert!(desk.stored().is_some());
    assert!(!desk.calls().iter().any(|call| matches!(call, Call::Purge(_) | Call::Put(_))));
}

#[test]
fn broken_media_are_tried_again_and_leave_what_is_stored() {
    let desk = Desk::indexed();
    let before = desk.stored();
    desk.stores.put_object(VIDEO, b"no boxes at all");
    let verdicts = desk.tell(&[VIDEO, ISM, "films/other.txt"]);
    let [Verdict::Again(source), Verdict::Again(ism), Verdict::Done] = &verdicts[..] else {
        panic!("{verdicts:?}");
    };
    assert_eq!((source.key.as_deref(), ism.key.as_deref()), (Some(VIDEO), Some(ISM)));
    assert_eq!(source.presentation.as_deref(), Some(ISM));
    assert!(source.cause.starts_with(VIDEO), "{}", source.cause);
    assert_eq!(source.cause, ism.cause);
    assert_eq!(desk.stored(), before);
    let line = source.to_json("m1").to_string();
    assert!(
        line.contains(r#""message":"m1""#) && line.contains(r#""key":"films/a.ismv""#),
        "{line}"
    );
}

#[test]
fn what_cannot_be_read_is_tried_again_and_holds_up_nothing() {
    let desk = Desk::empty();
    for key in [VIDEO, AUDIO, ISM] {
        desk.upload(key);
    }
    let message = format!(r#"{{"object":{{"key":"{ISM}"}}}}"#);
    let verdicts = desk.deliver(&[r#"{"hello":1}"#.to_owned(), message]);
    let [Verdict::Again(trouble), Verdict::Done] = &verdicts[..] else { panic!("{verdicts:?}") };
    assert_eq!((&trouble.key, &trouble.presentation), (&None, &None));
    assert!(trouble.cause.starts_with("it is no notification of R2: "), "{}", trouble.cause);
    assert!(desk.stored().is_some());
}

#[test]
fn storage_in_trouble_forgets_nothing() {
    let desk = Desk::indexed();
    let before = desk.stored();
    desk.stores.objects_fail.set(true);
    let verdicts = desk.tell(&[ISM, VIDEO]);
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Again(_))), "{verdicts:?}");
    desk.stores.objects_fail.set(false);
    desk.stores.indexes_fail.set(true);
    let verdicts = desk.tell(&[ISM, VIDEO]);
    assert!(verdicts.iter().all(|verdict| matches!(verdict, Verdict::Again(_))), "{verdicts:?}");
    assert_eq!(desk.stored(), before);
}

#[test]
fn a_purge_that_fails_comes_before_the_change_and_is_made_up_for() {
    let desk = Desk::indexed();
    let before = desk.stored();
    desk.upload(VIDEO);
    desk.stores.cache_fails.set(true);
    let cause = "storage failed to give the cache: too many purges";
    assert_eq!(desk.tell(&[VIDEO]), [again(Some(VIDEO), Some(ISM), cause)]);
    assert_eq!(desk.stored(), before);
    desk.stores.cache_fails.set(false);
    desk.calls();
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    assert_ne!(desk.stored(), before);
    assert!(desk.calls().contains(&Call::Purge(vec![ism()])));
}

#[test]
fn many_presentations_leave_the_cache_by_one_purge() {
    let desk = Desk::indexed();
    desk.stores.put_object("films/b.ism", SMIL.as_bytes());
    assert_eq!(desk.tell(&["films/b.ism"]), [Verdict::Done]);
    desk.upload(VIDEO);
    desk.calls();
    assert_eq!(desk.tell(&[VIDEO]), [Verdict::Done]);
    let purges: Vec<Call> =
        desk.calls().into_iter().filter(|call| matches!(call, Call::Purge(_))).collect();
    assert_eq!(purges, [Call::Purge(vec![ism(), "films/b.ism".to_owned()])]);
}

#[test]
fn a_source_that_is_no_longer_named_is_no_longer_linked() {
    let desk = Desk::indexed();
    let without_sound: String = SMIL.lines().filter(|line| !line.contains("<audio")).collect();
    desk.stores.put_object(ISM, without_sound.as_bytes());
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
    assert_eq!(desk.links().len(), 2);
    assert_eq!(desk.tell(&[AUDIO]), [Verdict::Done]);
    assert_eq!(desk.links(), [(VIDEO.into(), ism())]);
}

#[test]
fn captions_may_come_later_than_all_else() {
    let desk = Desk::indexed();
    let with_text = SMIL.replace("</switch>", "<textstream src=\"a.vtt\"/></switch>");
    desk.stores.put_object(ISM, with_text.as_bytes());
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
    let streams = |desk: &Desk| desk.stored().unwrap().streams.len();
    assert_eq!(streams(&desk), 2);
    let warning = "films/a.ism: films/a.ism names films/a.vtt, which is not there: \
                   it is served without that text";
    assert_eq!(desk.library.runtime.reports.take(), [warning]);
    desk.upload(CAPTIONS);
    assert_eq!(desk.tell(&[CAPTIONS]), [Verdict::Done]);
    assert_eq!((streams(&desk), desk.library.runtime.reports.take()), (3, vec![]));
}

/// Films of four levels, each a file of its own, that are put beside each other.
fn put_films(desk: &Desk, count: usize) -> Vec<String> {
    let films = (0..count).map(|film| {
        let levels = (1..=4).map(|level| {
            let file = format!("{film}_{level}.ismv");
            desk.stores.put_object(
                &format!("films/{file}"),
                &three_fragments(Track::video(1), 500 * level),
            );
            format!(
                r#"<video src="{file}" systemBitrate="{level}00000"><param name="trackID" value="1"/></video>"#
            )
        });
        let smil = SMIL_OF.replace("{}", &levels.collect::<String>());
        let key = format!("films/{film:02}.ism");
        desk.stores.put_object(&key, smil.as_bytes());
        key
    });
    films.collect()
}

const SMIL_OF: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
{}
</switch></body></smil>"#;

/// Delivers messages of `keys` until all are done, and hands what each delivery has asked of the stores to
/// `check`. Gives back how many there were.
fn deliveries(desk: &Desk, keys: &[String], check: impl Fn(&[Call])) -> usize {
    let mut left: Vec<&str> = keys.iter().map(String::as_str).collect();
    for count in 1..=keys.len() {
        desk.calls();
        let verdicts = desk.tell(&left);
        check(&desk.calls());
        let (before, of_each) = (left.len(), left.into_iter().zip(verdicts));
        left =
            of_each.filter(|(_, verdict)| *verdict != Verdict::Done).map(|(key, _)| key).collect();
        if left.is_empty() {
            return count;
        }
        assert!(left.len() < before, "each delivery gets on");
    }
    panic!("{left:?} are left");
}

fn count(calls: &[Call], of: impl Fn(&Call) -> bool) -> usize {
    calls.iter().filter(|call| of(call)).count()
}

fn is_of_objects(call: &Call) -> bool {
    matches!(call, Call::Head(_) | Call::Start(..) | Call::Read(..))
}

#[test]
fn a_library_that_comes_at_once_is_indexed_within_the_budget() {
    let mut desk = Desk::empty();
    let films = put_films(&desk, 50);
    desk.tell(&["films/00.ism"]);
    let one = count(&desk.calls(), is_of_objects);
    desk.budget.calls = u32::try_from(9 * one).unwrap();
    let puts = Cell::new(1);
    let needed = deliveries(&desk, &films, |calls| {
        assert!(count(calls, is_of_objects) < 10 * one, "what was begun is finished, and no more");
        puts.set(puts.get() + count(calls, |call| matches!(call, Call::Put(_))));
    });
    assert_eq!(needed, 6, "one was there, and nine go into each");
    assert_eq!(puts.get(), 50, "and each is written once");
    assert_eq!(desk.stores.values.borrow().len(), 50);
}

#[test]
fn a_file_of_many_presentations_is_followed_to_each_of_them_over_several_deliveries() {
    let mut desk = Desk::indexed();
    let others = |at: usize| format!("films/b{at}.ism");
    let presentations: Vec<String> = (0..39).map(others).chain([ism()]).collect();
    for key in &presentations {
        desk.stores.put_object(key, SMIL.as_bytes());
        assert_eq!(desk.tell(&[key]), [Verdict::Done]);
    }
    desk.upload(VIDEO);
    let generations = |desk: &Desk| {
        let values = desk.stores.values.borrow();
        values.values().map(|value| Index::decode(value).unwrap().generation).collect::<Vec<_>>()
    };
    let before = generations(&desk);
    desk.budget.operations = 60;
    let (mut puts, mut deliveries) = (0, 0);
    loop {
        desk.calls();
        let [verdict] = &desk.tell(&[VIDEO])[..] else { panic!("one message") };
        let calls = desk.calls();
        deliveries += 1;
        let put = count(&calls, |call| matches!(call, Call::Put(_)));
        assert!(put > 0, "each delivery gets on");
        assert!(count(&calls, |call| !is_of_objects(call)) <= 60);
        puts += put;
        match verdict {
            Verdict::Done => break,
            Verdict::Later => {}
            Verdict::Again(trouble) => panic!("{trouble:?}"),
        }
    }
    assert_eq!(puts, 40, "each is written once");
    assert!((2..=12).contains(&deliveries), "{deliveries}");
    let after = generations(&desk);
    assert!(before.iter().zip(&after).all(|(before, after)| before != after));
}

#[test]
fn what_is_current_is_told_by_heads_alone() {
    let desk = Desk::indexed();
    assert_eq!(desk.tell(&[VIDEO, AUDIO, ISM]), vec![Verdict::Done; 3]);
    let calls = desk.calls();
    assert_eq!(count(&calls, |call| matches!(call, Call::Read(..))), 0, "{calls:?}");
    assert_eq!(count(&calls, |call| matches!(call, Call::Head(_))), 3);
}

#[test]
fn what_costs_much_and_comes_to_nothing_does_not_always_come_first() {
    let mut desk = Desk::empty();
    let films = put_films(&desk, 3);
    desk.stores.put_object("films/0_4.ismv", b"no boxes at all");
    desk.budget.calls = 1;
    let mut done = Vec::new();
    for now_ms in 0..3 {
        desk.library.runtime.now_ms.set(now_ms);
        let keys: Vec<&str> = films.iter().map(String::as_str).collect();
        let verdicts = desk.tell(&keys);
        assert_eq!(verdicts.iter().filter(|verdict| **verdict == Verdict::Later).count(), 2);
        done.extend(verdicts.iter().position(|verdict| *verdict == Verdict::Done));
    }
    assert_eq!(done, [1, 2]);
}

#[test]
fn purges_come_before_the_changes_and_few_at_a_time() {
    let mut desk = Desk::empty();
    let films = put_films(&desk, 6);
    let keys: Vec<&str> = films.iter().map(String::as_str).collect();
    assert_eq!(desk.tell(&keys), vec![Verdict::Done; 6]);
    put_films(&desk, 6);
    let one = desk.stores.values.borrow()[&films[0]].len();
    desk.budget.held = 2 * one + 1;
    desk.library.runtime.now_ms.set(0);
    desk.calls();
    assert_eq!(desk.tell(&keys), vec![Verdict::Done; 6]);
    let calls = desk.calls_beside_objects();
    let is_beside = |call: &Call| matches!(call, Call::Get(_) | Call::Pages(_) | Call::Link(..));
    let calls: Vec<&Call> = calls.iter().filter(|call| !is_beside(call)).collect();
    for (turn, films) in calls.chunks(4).zip(films.chunks(3)) {
        let puts = films.iter().map(|film| Call::Put(film.clone()));
        let expected: Vec<Call> = [Call::Purge(films.to_vec())].into_iter().chain(puts).collect();
        assert!(turn.iter().copied().eq(&expected), "{turn:?}");
    }
    assert_eq!(calls.len(), 8);
}

#[test]
fn what_a_viewer_has_built_is_waited_for_and_not_built_beside() {
    let desk = Desk::empty();
    for key in [VIDEO, AUDIO, ISM] {
        desk.upload(key);
    }
    desk.library.memo.claim(ISM, NOW_MS);
    let [Verdict::Again(trouble)] = &desk.tell(&[ISM])[..] else { panic!("it is built twice") };
    assert_eq!(trouble.presentation.as_deref(), Some(ISM));
    assert_eq!(count(&desk.calls(), is_of_objects), 0, "nothing was read beside the other build");
    desk.library.memo.void(ISM);
    assert_eq!(desk.tell(&[ISM]), [Verdict::Done]);
}
