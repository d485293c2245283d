//! A build under way: among others, and with what comes of it looked after.

use super::patience::Patience;
use super::waiting::Wanted;
use super::{Library, Runtime, retention};
use crate::base::turns::{Others, Turns};
use crate::index::Index;
use crate::library::build::build_among;
use crate::library::memo::{Learnt, Miss, Outcome, Reach, Size, Ticket, Whole};
use crate::scan::Way;
use crate::store::{IndexStore, ObjectStore, StoreError};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use std::rc::Rc;

/// What several builds at a time may read, in bytes each. Only one may read more: it holds that twice over,
/// and all builds together have to leave room for what an isolate remembers.
const SMALL: u64 = 4 << 20;

fn size(bytes: u64) -> Size {
    match bytes {
        0 => Size::Look,
        1..=SMALL => Size::Small,
        _ => Size::Large,
    }
}

impl<O: ObjectStore + 'static, I: IndexStore + 'static, R: Runtime> Library<O, I, R> {
    /// Builds the presentation's index under a claim, and looks after what comes of it. That goes on although
    /// the client may go away.
    pub(super) async fn build_as(
        &self,
        presentation: &str,
        ticket: Ticket,
        wanted: Wanted,
    ) -> Outcome {
        let _stay = self.runtime.stay();
        let Settled { outcome, is_current, now_ms } = self.build_under(presentation, ticket).await;
        if is_current {
            self.look_after(presentation, ticket, &outcome, wanted, now_ms);
        }
        outcome
    }

    /// Builds the presentation's index under a claim, among others, and ends the claim.
    pub(super) async fn build_under(&self, presentation: &str, ticket: Ticket) -> Settled {
        let others = Isolate { library: self, presentation, ticket };
        let turns = Turns::among(&others);
        let (objects, limits, way) = (&*self.objects, &self.limits, Way::Tables);
        let built = build_among(objects, presentation, limits, way, self.rules, &turns).await;
        let outcome = match built {
            Ok(Some(built)) => {
                let runtime = &self.runtime;
                built.warnings.iter().for_each(|warning| runtime.warned(presentation, warning));
                Outcome::Built(built.into())
            }
            Ok(None) => Outcome::Miss(Miss::Absent),
            Err(error) if error.is_passing() => Outcome::Unavailable(Rc::new(error)),
            Err(error) => Outcome::Miss(Miss::Broken(Rc::new(error))),
        };
        let now_ms = self.runtime.now_ms();
        // Misses are remembered by themselves.
        let said = (!matches!(outcome, Outcome::Miss(_))).then(|| outcome.clone());
        let is_current = self.memo.settle(presentation, ticket, said, now_ms);
        Settled { outcome, is_current, now_ms }
    }

    /// Remembers what the sources said, pages and all.
    fn remember(&self, presentation: &str, Whole { index, pages, .. }: &Whole, now_ms: u64) {
        for page in pages.iter() {
            self.memo.keep_page(index.generation, page.clone());
        }
        let weight = index.encode().len();
        self.memo.keep(presentation, Rc::clone(index), Learnt::Sources, weight, now_ms);
    }

    fn look_after(
        &self,
        presentation: &str,
        ticket: Ticket,
        outcome: &Outcome,
        wanted: Wanted,
        now_ms: u64,
    ) {
        let (library, name) = (self.clone(), presentation.to_owned());
        match outcome {
            Outcome::Built(whole) => {
                self.remember(presentation, whole, now_ms);
                let whole = whole.clone();
                // That the sources say what was stored says that some of that was lost or spoilt.
                let afresh = wanted.outdated == Some(whole.index.generation);
                self.runtime.behind(async move {
                    library.write(&name, ticket, &whole, afresh).await;
                });
            }
            Outcome::Miss(miss @ Miss::Absent) => {
                self.memo.drop_outdated(presentation);
                self.memo.miss(presentation, miss.clone(), Reach::Everything, now_ms);
                // That there was an index says that KV may have it still.
                if wanted.reach == Reach::Building {
                    self.runtime.behind(async move { library.take_back(&name).await });
                }
            }
            Outcome::Miss(miss) => {
                self.memo.miss(presentation, miss.clone(), wanted.reach, now_ms);
            }
            Outcome::Unavailable(_) => {}
        }
    }

    /// Stores what was built; and takes it back if the presentation was taken down meanwhile, for whoever did
    /// so may have cleared KV before this came there.
    async fn write(&self, presentation: &str, ticket: Ticket, whole: &Whole, afresh: bool) {
        if let Err(error) = self.spell(presentation).await {
            return self.runtime.report(presentation, error);
        }
        let now_ms = self.runtime.now_ms();
        if let Err(error) =
            retention::put(&*self.indexes, presentation, whole, afresh, now_ms).await
        {
            return self.runtime.report(presentation, error.into());
        }
        let now_ms = self.runtime.now_ms();
        let is_current = self.memo.is_current(presentation, ticket, now_ms);
        let is_void = !is_current && !self.memo.holds_from_sources(presentation);
        if is_void || self.is_gone(&whole.index).await {
            self.memo.forget(presentation);
            self.take_back(presentation).await;
        }
    }

    /// Whether what the presentation is named after is not there any more.
    async fn is_gone(&self, index: &Index) -> bool {
        let Some(named) = index.sources.first() else { return false };
        matches!(self.objects.head(&named.key).await, Err(StoreError::NotFound(_)))
    }

    async fn take_back(&self, presentation: &str) {
        let deleted = retention::delete(&*self.indexes, presentation).await;
        if let Err(error) = deleted.and(self.unspell(presentation).await) {
            self.runtime.report(presentation, error.into());
        }
    }
}

/// A build that is over.
pub(super) struct Settled {
    pub(super) outcome: Outcome,
    /// Whether its claim held to the end.
    is_current: bool,
    now_ms: u64,
}

/// The other requests of an isolate, as a build sees them; each look at them is a sign of life.
struct Isolate<'a, O, I, R> {
    library: &'a Library<O, I, R>,
    presentation: &'a str,
    ticket: Ticket,
}

impl<O, I, R: Runtime> Isolate<'_, O, I, R> {
    fn give_sign_of_life(&self) {
        let now_ms = self.library.runtime.now_ms();
        self.library.memo.is_current(self.presentation, self.ticket, now_ms);
    }

    fn grow(&self, size: Size, now_ms: u64) -> bool {
        self.library.memo.grow(self.presentation, self.ticket, size, now_ms)
    }
}

impl<O, I, R: Runtime> Others for Isolate<'_, O, I, R> {
    fn turn(&self) -> LocalBoxFuture<'_, ()> {
        async {
            self.library.runtime.turn().await;
            self.give_sign_of_life();
        }
        .boxed_local()
    }

    fn room(&self, bytes: u64) -> LocalBoxFuture<'_, bool> {
        async move {
            self.give_sign_of_life();
            let runtime = &self.library.runtime;
            let mut now_ms = runtime.now_ms();
            let mut patience = Patience::since(now_ms);
            while !self.grow(size(bytes), now_ms) {
                if !patience.nap(&**runtime, now_ms).await {
                    return false;
                }
                now_ms = runtime.now_ms();
            }
            true
        }
        .boxed_local()
    }
}
