//! Media that are broken, and stores in trouble: what comes again, and what is left as it is.

use super::*;

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
