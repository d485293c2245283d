//! How far a long run is: a bar on a terminal, and elsewhere, as in a log, a line every ten seconds.

use super::out::tell;
use super::session::Session;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// How long it is between two lines.
const EVERY: Duration = Duration::from_secs(10);

/// How many presentations are done, of so many. It is told for as long as this lives.
pub(super) struct Progress {
    bar: ProgressBar,
    /// What tells of it in lines ends with this, if anything does.
    _lines: Option<Sender<()>>,
}

impl Progress {
    pub(super) fn begin(count: u64, session: &Session) -> Self {
        let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} presentations {eta}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = session.bars.add(ProgressBar::new(count).with_style(style));
        let is_log = session.bars.is_hidden() && !session.voice.is_quiet();
        let lines = is_log.then(|| {
            let (going_on, ended) = mpsc::channel::<()>();
            let bar = bar.clone();
            thread::spawn(move || {
                while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let (done, all) = (bar.position(), bar.length().unwrap_or_default());
                    tell(format_args!("{done} of {all} presentations are done"));
                }
            });
            going_on
        });
        Self { bar, _lines: lines }
    }

    pub(super) fn one_more(&self) {
        self.bar.inc(1);
    }

    pub(super) fn set(&self, done: u64) {
        self.bar.set_position(done);
    }

    pub(super) fn set_count(&self, count: u64) {
        self.bar.set_length(count);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
