//! Changes in a bucket, followed: what was uploaded is indexed, what was replaced is indexed again and
//! purged, what was deleted is forgotten.
//!
//! A message only says where to look. What is done follows from storage as it is at that moment, so a
//! message that comes twice, late, or after a younger one does no harm: it finds nothing to do.

mod budget;
mod found;
mod look;
mod notice;
mod settle;
mod verdict;

pub use budget::Budget;
pub use verdict::{MessageError, Verdict};

use crate::library::{Library, Runtime};
use crate::remote::Stores;
use crate::store::{Cache, IndexStore, ObjectStore, StoreError};
use crate::url::check_presentation;
use budget::{Meter, Metered};
use found::{Found, Standing};
use look::look;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;

/// Follows changes, through the doors.
pub struct Events<'a, O, I, R, C> {
    /// The presentations that change, and their indexes.
    pub library: &'a Library<O, I, R>,
    /// Under which keys objects lie.
    pub stores: &'a Stores,
    /// What stands in front.
    pub cache: &'a C,
    /// What a delivery may cost.
    pub budget: &'a Budget,
}

/// The presentations that links lead to, by the key that they lead from.
type Links = BTreeMap<String, Result<Vec<String>, StoreError>>;

/// The state of each presentation.
type Standings<'a> = BTreeMap<&'a str, Standing>;

impl<O, I, R, C> Events<'_, O, I, R, C>
where
    O: ObjectStore + 'static,
    I: IndexStore + 'static,
    R: Runtime,
    C: Cache,
{
    /// Acts on `messages`, which were delivered together, and says what becomes of each.
    ///
    /// However many of them concern a presentation, it is looked at once. One presentation is brought up
    /// to date after the other, as far as the budget goes: what that leaves over comes again, and finds
    /// less to do.
    pub async fn handle(&self, messages: &[String]) -> Vec<Verdict> {
        let metered = &self.metered();
        let meter = &*metered.objects.meter;
        let told: Vec<_> = messages.iter().map(|message| notice::key(message)).collect();
        let mut links = Links::new();
        for key in told.iter().flatten().flat_map(|stored| self.stores.keys_in_r2(stored)) {
            if let Entry::Vacant(link) = links.entry(key) {
                let linked = self.linked(link.key(), meter).await;
                link.insert(linked);
            }
        }
        let standings = self.follow(&links, metered).await;
        self.unlink(&links, &standings).await;
        let verdict = |key: &String| match links.get(key) {
            Some(Err(error)) => Verdict::Again(MessageError::of(key, error)),
            Some(Ok(linked)) => {
                let of = |name| standings.get(name).map(|standing| standing.verdict(key, name));
                Verdict::of_all(concerned(key, linked).filter_map(of))
            }
            None => Verdict::Done,
        };
        let verdicts = told.iter().map(|told| match told {
            Ok(stored) => Verdict::of_all(self.stores.keys_in_r2(stored).iter().map(verdict)),
            Err(error) => {
                let cause = error.to_string();
                Verdict::Again(MessageError {
                    key: None,
                    presentation: None,
                    cause,
                    may_pass: false,
                })
            }
        });
        verdicts.collect()
    }

    /// The library, every read of which counts.
    fn metered(&self) -> Library<Metered<O>, I, R> {
        let (objects, meter) = (Rc::clone(&self.library.objects), Rc::default());
        self.library.with(Metered { objects, meter })
    }

    /// A server manifest speaks for itself.
    async fn linked(&self, key: &str, meter: &Meter) -> Result<Vec<String>, StoreError> {
        match check_presentation(key) {
            Ok(()) => Ok(Vec::new()),
            Err(_) => {
                meter.operate(1);
                self.library.indexes.linked(key).await
            }
        }
    }

    /// Brings the presentations up to date that these keys concern.
    ///
    /// The clock says with which to begin: one that costs much and comes to nothing would keep the others
    /// from their turn if it always came first.
    async fn follow<'l>(
        &self,
        links: &'l Links,
        metered: &Library<Metered<O>, I, R>,
    ) -> Standings<'l> {
        let meter = &*metered.objects.meter;
        let mut changed = BTreeMap::<&str, Vec<&str>>::new();
        for (key, linked) in links {
            for presentation in concerned(key, linked.as_deref().unwrap_or_default()) {
                changed.entry(presentation).or_default().push(key);
            }
        }
        let first = u64::try_from(changed.len())
            .ok()
            .and_then(|len| self.library.runtime.now_ms().checked_rem(len));
        let first = first.and_then(|first| usize::try_from(first).ok()).unwrap_or_default();
        let in_turn = changed.iter().cycle().skip(first).take(changed.len());
        let (mut standings, mut held, mut weight) = (Standings::new(), Vec::new(), 0_usize);
        for (&presentation, keys) in in_turn {
            if self.budget.is_spent(meter) {
                standings.insert(presentation, Standing::Unseen);
                continue;
            }
            match look(metered, presentation, keys).await {
                Found::Settled(standing) => drop(standings.insert(presentation, standing)),
                Found::Changing(change) => {
                    meter.operate(change.operations());
                    meter.make(change.weight());
                    weight = weight.saturating_add(change.weight());
                    held.push((presentation, change));
                }
            }
            // What was indexed waits for others, and all behind it: caches take few purges.
            let waits = held.iter().any(|(_, change)| change.was_indexed);
            if !waits || weight >= self.budget.held {
                self.settle_all(&mut held, &mut standings).await;
                weight = 0;
            }
        }
        self.settle_all(&mut held, &mut standings).await;
        standings
    }

    /// Removes links that were followed in vain.
    async fn unlink(&self, links: &Links, standings: &Standings<'_>) {
        for (key, linked) in links {
            for presentation in linked.iter().flatten() {
                let standing = standings.get(presentation.as_str());
                if standing.is_some_and(|standing| standing.is_not_made_of(key)) {
                    // If it stays, the next change of the source comes by here again.
                    let _ = self.library.indexes.unlink(key, presentation).await;
                }
            }
        }
    }
}

/// The presentations that a change of `key` concerns, where links from it lead to these. One is in its
/// name: the presentation that it is, or whose client manifest it seems to be, which is not linked if
/// it came after the index.
fn concerned<'a>(key: &'a str, linked: &'a [String]) -> impl Iterator<Item = &'a str> {
    let by_name = [Some(key), key.strip_suffix(['c', 'C'])].into_iter().flatten();
    let by_name = by_name.filter(|name| check_presentation(name).is_ok());
    by_name.chain(linked.iter().map(String::as_str))
}
