//! Putting things in order.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

/// Puts `items` in the order of their keys; those with the same key keep the order they have.
///
/// Keys are sorted in the place of items. Each kind of items that is sorted would be a sort more in the Worker's script,
/// of some five kilobytes.
pub fn order<T>(items: &mut Vec<T>, key: impl Fn(&T) -> (u64, u64)) {
    let mut places: Vec<_> = items.iter().map(key).zip(0..).collect();
    sort(&mut places);
    let mut rest: Vec<_> = take(items).into_iter().map(Some).collect();
    items.extend(places.into_iter().filter_map(|(_, at)| rest.get_mut(at)?.take()));
}

/// A map of `entries`, each put in by itself: to collect them would be a sort more, too.
pub fn map<K: Ord, V>(entries: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    map.extend(entries);
    map
}

/// A set of `members`, likewise.
pub fn set<T: Ord>(members: impl Iterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(members);
    set
}

/// Once for all items, as it knows nothing of them.
fn sort(places: &mut [((u64, u64), usize)]) {
    places.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_that_of_a_stable_sort(keys in prop::collection::vec((0..4_u64, 0..4_u64), 0..40)) {
            let items: Vec<_> = keys.into_iter().zip(0..).collect::<Vec<((u64, u64), usize)>>();
            let mut sorted = items.clone();
            sorted.sort_by_key(|&(key, _)| key);
            let mut ordered = items;
            order(&mut ordered, |&(key, _)| key);
            prop_assert_eq!(ordered, sorted);
        }
    }
}
