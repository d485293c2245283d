//! Many presentations at once, within the budget of a delivery.

use super::*;

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
