//! Waiting for several futures.

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, join_all};
use std::cell::Cell;

/// The outputs of all `work`, in order, or the first of the errors in that order.
///
/// Unlike `try_join_all`, it waits for every future although one has failed. In a Worker, a future that is dropped
/// while its promise is pending leaks memory if the request ends before the promise settles.
pub async fn all_settled<T, E>(
    work: impl IntoIterator<Item = impl Future<Output = Result<T, E>>>,
) -> Result<Vec<T>, E> {
    all(work).await.into_iter().collect()
}

/// The outputs of all `work`, in order.
///
/// Whatever the futures are, they are waited for as one kind: each kind more would be another copy of the waiting in the
/// Worker's script.
pub async fn all<T>(work: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let (work, outputs): (Vec<_>, Vec<_>) =
        work.into_iter().map(|each| (each, Cell::new(None))).unzip();
    let each = work.into_iter().zip(&outputs);
    let each = each.map(|(each, output)| each.map(|made| output.set(Some(made))).boxed_local());
    wait(each.collect()).await;
    outputs.into_iter().filter_map(Cell::into_inner).collect()
}

async fn wait(work: Vec<LocalBoxFuture<'_, ()>>) {
    join_all(work).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::task::Poll;

    #[test]
    fn an_error_does_not_cut_the_others_short() {
        let finished = Cell::new(0);
        let work = [Ok(1), Err("broken"), Err("late")].into_iter().enumerate();
        let work = work.map(async |(place, result)| {
            let mut naps = 3 - place;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                naps = naps.saturating_sub(1);
                if naps == 0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            finished.set(finished.get() + 1);
            result
        });
        assert_eq!(pollster::block_on(all_settled(work)), Err("broken"));
        assert_eq!(finished.get(), 3);
        let work = [1, 2].map(async |number| Ok::<_, ()>(number));
        assert_eq!(pollster::block_on(all_settled(work)), Ok(vec![1, 2]));
    }
}
