//! Changes of objects, and what becomes of the presentations that they concern.

use super::*;

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
    assert_eq!(
        desk.tell(&["films/a.ismc"]),
        [Verdict::Done],
        "what cannot be read is done without"
    );
    let edition = || desk.stored().unwrap().attributes;
    assert!(edition().is_empty());
    let client = br#"<SmoothStreamingMedia Edition="second"/>"#;
    desk.stores.put_object("films/a.ismc", client);
    assert_eq!(desk.tell(&["films/a.ismc"]), [Verdict::Done]);
    assert_eq!(edition().len(), 1, "once it is mended, it is looked at");
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
    desk.stores.put_object(CAPTIONS, b"");
    assert_eq!(desk.tell(&[CAPTIONS]), [Verdict::Done]);
    assert!(
        desk.links().contains(&(CAPTIONS.to_owned(), ism())),
        "what cannot be read is waited for, too"
    );
    let warning =
        "films/a.ism: films/a.ism is served without a text: films/a.vtt, line 1: it is empty";
    assert_eq!(
        (streams(&desk), desk.library.runtime.reports.take()),
        (2, vec![warning.to_owned()])
    );
    desk.upload(CAPTIONS);
    assert_eq!(desk.tell(&[CAPTIONS]), [Verdict::Done]);
    assert_eq!((streams(&desk), desk.library.runtime.reports.take()), (3, vec![]));
}
