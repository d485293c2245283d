//! Long work among others: it lets them have the thread now and then, and asks before it takes much
//! memory.

use futures_util::future::LocalBoxFuture;
use std::cell::Cell;

/// Steps of work between two looks whether the others are to have a turn.
const STRIDE: usize = 1 << 10;

/// The others that share a thread and its memory with long work.
pub trait Others {
    /// Lets the others run for a moment.
    fn turn(&self) -> LocalBoxFuture<'_, ()>;

    /// Waits until the work may hold `bytes` bytes in all. `false` if that takes too long.
    fn room(&self, bytes: u64) -> LocalBoxFuture<'_, bool>;
}

/// The turns of one piece of work, which says how far it has come; after so many steps, the others have
/// theirs.
pub struct Turns<'a> {
    others: Option<&'a dyn Others>,
    left: Cell<usize>,
}

impl<'a> Turns<'a> {
    /// Steps between two turns of the others. A step is what is done for one sample in one pass over a
    /// track's tables: some hundred nanoseconds.
    pub const STEPS: usize = 3 << 15;

    /// Turns of work that has its thread to itself.
    pub fn alone() -> Self {
        Self { others: None, left: Cell::new(0) }
    }

    /// Turns of work that shares its thread with `others`.
    pub fn among(others: &'a dyn Others) -> Self {
        Self { others: Some(others), left: Cell::new(Self::STEPS) }
    }

    /// Counts `steps` that were done.
    pub async fn spend(&self, steps: usize) {
        let Some(others) = self.others else { return };
        match self.left.get().checked_sub(steps) {
            Some(left) => self.left.set(left),
            None => {
                others.turn().await;
                self.left.set(Self::STEPS);
            }
        }
    }

    /// Goes through `items`, a step each.
    pub async fn each<T>(&self, items: impl Iterator<Item = T>, mut act: impl FnMut(T)) {
        let all = self.until(items, |item| {
            act(item);
            None::<()>
        });
        all.await;
    }

    /// Goes through `items`, a step each, until one of them gives something.
    pub async fn until<T, G>(
        &self,
        mut items: impl Iterator<Item = T>,
        mut act: impl FnMut(T) -> Option<G>,
    ) -> Option<G> {
        loop {
            let (done, given) = stride(&mut items, &mut act);
            if given.is_some() {
                return given;
            }
            self.spend(done).await;
            if done < STRIDE {
                return None;
            }
        }
    }

    /// Waits until the work may hold `bytes` bytes in all. `false` if that takes too long.
    pub async fn room(&self, bytes: u64) -> bool {
        match self.others {
            Some(others) => others.room(bytes).await,
            None => true,
        }
    }
}

/// Goes through the next [`STRIDE`] of `items`, until one of them gives something; says how many those were.
///
/// It is a call for itself because engines that compile WebAssembly once more where much of the time is spent go over to
/// what they have made when a function is called, and not within a loop.
#[inline(never)]
fn stride<T, G>(
    items: &mut impl Iterator<Item = T>,
    act: &mut impl FnMut(T) -> Option<G>,
) -> (usize, Option<G>) {
    for done in 0..STRIDE {
        let Some(item) = items.next() else { return (done, None) };
        let given = act(item);
        if given.is_some() {
            return (done, given);
        }
    }
    (STRIDE, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[derive(Default)]
    struct Counted(Cell<usize>);

    impl Others for Counted {
        fn turn(&self) -> LocalBoxFuture<'_, ()> {
            self.0.set(self.0.get() + 1);
            async {}.boxed_local()
        }

        fn room(&self, bytes: u64) -> LocalBoxFuture<'_, bool> {
            async move { bytes < 100 }.boxed_local()
        }
    }

    #[test]
    fn others_have_a_turn_after_so_many_steps() {
        let others = Counted::default();
        let turns = Turns::among(&others);
        let mut seen = 0;
        pollster::block_on(turns.each(0..5 * Turns::STEPS, |_| seen += 1));
        assert_eq!((seen, others.0.get()), (5 * Turns::STEPS, 4));
        pollster::block_on(turns.spend(2 * Turns::STEPS));
        assert_eq!(others.0.get(), 5);
        let found = turns.until(0.., |at| (at == 10).then_some(at));
        assert_eq!(pollster::block_on(found), Some(10));
    }

    #[test]
    fn room_is_theirs_to_give() {
        let others = Counted::default();
        let turns = Turns::among(&others);
        assert!(pollster::block_on(turns.room(99)));
        assert!(!pollster::block_on(turns.room(100)));
        assert!(pollster::block_on(Turns::alone().room(u64::MAX)));
    }
}
