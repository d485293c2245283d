use super::*;

fn index(key: &str) -> Rc<Index> {
    let source = crate::index::Source::object(key, 1, "e");
    Rc::new(Index::new(Vec::new(), Vec::new(), vec![source], Vec::new()))
}

#[test]
fn an_old_entry_serves_its_own_generation_only() {
    let memo = Memo::new();
    let (held, other) = (index("a"), index("b"));
    memo.keep("x.ism", Rc::clone(&held), Learnt::Stored, 100, 0);
    let late = Entries::FRESH_MS;
    let known = Recall::Index(Rc::clone(&held));
    assert_eq!(memo.recall("x.ism", None, late - 1), known);
    assert_eq!(memo.recall("x.ism", None, late), Recall::Nothing);
    assert_eq!(memo.recall("x.ism", Some(held.generation), late), known);
    assert_eq!(memo.recall("x.ism", Some(other.generation), late), Recall::Nothing);
}

#[test]
fn what_the_sources_said_contradicts_what_it_superseded_while_it_is_fresh() {
    let memo = Memo::new();
    let (outdated, other) = (index("b").generation, index("c").generation);
    memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
    memo.supersede("x.ism", outdated);
    let late = Entries::FRESH_MS;
    assert_eq!(memo.recall("x.ism", Some(outdated), late - 1), Recall::Superseded);
    assert_eq!(memo.recall("x.ism", Some(other), late - 1), Recall::Another);
    assert_eq!(memo.recall("x.ism", Some(outdated), late), Recall::Nothing);
}

#[test]
fn storage_is_not_asked_again_at_once_whatever_generation_is_named() {
    let memo = Memo::new();
    let (other, third) = (index("b").generation, index("c").generation);
    memo.keep("x.ism", index("a"), Learnt::Stored, 100, 0);
    let late = Misses::KEPT_MS;
    for named in [other, third] {
        assert_eq!(memo.recall("x.ism", Some(named), late - 1), Recall::Superseded);
        assert_eq!(memo.recall("x.ism", Some(named), late), Recall::Nothing);
    }
    memo.keep("x.ism", index("b"), Learnt::Stored, 100, 0);
    assert_eq!(memo.recall("x.ism", Some(other), 0), Recall::Index(index("b")));
}

#[test]
fn what_storage_gave_beside_what_the_sources_said_answers_for_a_moment() {
    let memo = Memo::new();
    let (beside, third) = (index("b"), index("c").generation);
    memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
    assert_eq!(memo.recall("x.ism", Some(beside.generation), 0), Recall::Another);
    let late = Misses::KEPT_MS;
    for _ in 0..3 {
        memo.look("x.ism", Some((Rc::clone(&beside), 200)), 0);
        assert_eq!(memo.entries.borrow().weight, 300);
    }
    let known = Recall::Index(Rc::clone(&beside));
    assert_eq!(memo.recall("x.ism", Some(beside.generation), late - 1), known);
    assert_eq!(memo.recall("x.ism", Some(third), late - 1), Recall::Superseded);
    assert_eq!(memo.recall("x.ism", None, late - 1), Recall::Index(index("a")));
    assert_eq!(memo.recall("x.ism", Some(third), late), Recall::Another);
    memo.look("x.ism", None, late);
    assert_eq!(memo.recall("x.ism", Some(beside.generation), late), Recall::Superseded);
    assert_eq!(memo.entries.borrow().weight, 100);
    memo.look("x.ism", Some((beside, Entries::MAX_WEIGHT)), late);
    assert_eq!(memo.entries.borrow().weight, 100, "what has no room beside it is not held");
}

#[test]
fn a_miss_is_forgotten_once_there_is_an_index() {
    let memo = Memo::new();
    let absent = Recall::Miss(Miss::Absent);
    memo.miss("x.ism", Miss::Absent, Reach::Everything, 0);
    assert_eq!(memo.recall("x.ism", None, 0), absent);
    assert_eq!(memo.recall("x.ism", Some(index("a").generation), 0), absent);
    memo.keep("x.ism", index("a"), Learnt::Sources, 100, 0);
    assert_ne!(memo.recall("x.ism", None, 0), absent);
    assert_eq!(memo.recall_miss("x.ism", 0), None);
    memo.miss("x.ism", Miss::Absent, Reach::Everything, 0);
    memo.forget("x.ism");
    assert_eq!(memo.recall("x.ism", None, 0), Recall::Nothing);
}

#[test]
fn what_cannot_be_built_leaves_what_is_stored() {
    let memo = Memo::new();
    memo.miss("x.ism", Miss::Absent, Reach::Building, 0);
    assert_eq!(memo.recall("x.ism", None, 0), Recall::Nothing, "storage is asked");
    memo.keep("x.ism", index("a"), Learnt::Stored, 100, 0);
    assert_eq!(memo.recall_miss("x.ism", 0), Some(Miss::Absent), "and nothing is built");
}

#[test]
fn misses_push_out_no_index() {
    let memo = Memo::new();
    memo.keep("x.ism", index("a"), Learnt::Stored, Entries::MAX_WEIGHT, 0);
    for n in 0..2 * Misses::MAX_COUNT {
        memo.miss(&format!("{n}.ism"), Miss::Absent, Reach::Everything, 0);
    }
    assert_ne!(memo.recall("x.ism", None, 0), Recall::Nothing);
}

#[test]
fn forgets_the_least_recently_used_to_stay_within_its_bound() {
    let memo = Memo::new();
    let half = Entries::MAX_WEIGHT / 2;
    let keep = |memo: &Memo, key, weight| {
        memo.keep(key, index(key), Learnt::Stored, weight, 0);
    };
    keep(&memo, "a.ism", half);
    keep(&memo, "b.ism", half);
    memo.recall("a.ism", None, 0);
    keep(&memo, "c.ism", half);
    assert_ne!(memo.recall("a.ism", None, 0), Recall::Nothing);
    assert_eq!(memo.recall("b.ism", None, 0), Recall::Nothing);
    keep(&memo, "d.ism", Entries::MAX_WEIGHT + 1);
    assert_eq!(memo.recall("d.ism", None, 0), Recall::Nothing);
    assert_eq!(memo.entries.borrow().weight, 2 * half);
}
