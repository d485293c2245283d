//! Many presentations: so many at once, and how far all of them are.

use super::library::Entry;
use super::progress::Progress;
use super::session::Session;
use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::thread;

/// The argument that says how much is done at once.
#[derive(clap::Args)]
pub(super) struct JobsArgument {
    /// How many presentations to work on at once. All files of each are read in parallel.
    #[arg(long, short, value_name = "N", default_value = "4")]
    pub(super) jobs: NonZeroUsize,
}

/// Does `work` for each of `entries`, in their order whatever came first. Once it is interrupted,
/// no more are begun: there is nothing of those.
pub(super) fn each<T: Send>(
    entries: &[Entry],
    jobs: NonZeroUsize,
    session: &Session,
    work: impl Fn(&Entry) -> T + Sync,
) -> Vec<Option<T>> {
    let progress = Progress::begin(u64::try_from(entries.len()).unwrap_or_default(), session);
    let next = Mutex::new(entries.iter().enumerate());
    let done = Mutex::new(entries.iter().map(|_| None).collect::<Vec<Option<T>>>());
    let take = || match session.interruption.is_said() {
        true => None,
        false => next.lock().ok().and_then(|mut next| next.next()),
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(entries.len()) {
            scope.spawn(|| {
                while let Some((at, entry)) = take() {
                    let result = work(entry);
                    progress.one_more();
                    if let Ok(mut done) = done.lock()
                        && let Some(place) = done.get_mut(at)
                    {
                        *place = Some(result);
                    }
                }
            });
        }
    });
    drop(progress);
    done.into_inner().unwrap_or_default()
}
