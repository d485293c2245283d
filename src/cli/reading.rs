//! Progress of reading files that take many reads.

use super::folder::progress;
use super::session::Session;
use super::voice::Voice;
use indicatif::{MultiProgress, ProgressBar};
use millrace::base::range::ByteRange;
use std::cell::RefCell;
use std::collections::HashMap;

/// A file that is read with fewer reads shows nothing.
const FEW: u32 = 16;

/// A bar for each file that is read with many reads, from its front to its end.
pub(super) struct Reading {
    bars: MultiProgress,
    voice: Voice,
    files: RefCell<HashMap<String, File>>,
}

struct File {
    size: u64,
    reads: u32,
    bar: Option<ProgressBar>,
}

impl Reading {
    pub(super) fn new(session: &Session) -> Self {
        Self { bars: session.bars.clone(), voice: session.voice, files: RefCell::default() }
    }

    /// Takes note that `key` has `size` bytes.
    pub(super) fn begin(&self, key: &str, size: u64) {
        let file = File { size, reads: 0, bar: None };
        self.files.borrow_mut().entry(key.to_owned()).or_insert(file);
    }

    /// Takes note that `range` of `key` is read.
    pub(super) fn go_on(&self, key: &str, range: ByteRange) {
        if self.voice.is_verbose() {
            self.bars.suspend(|| self.voice.mention(format_args!("{key}: bytes {range} are read")));
        }
        if let Some(file) = self.files.borrow_mut().get_mut(key) {
            file.reads = file.reads.saturating_add(1);
            if file.reads > FEW {
                let bar = || self.bars.add(progress(key, file.size));
                file.bar.get_or_insert_with(bar).set_position(range.end());
            }
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let files = self.files.get_mut().values();
        files.filter_map(|file| file.bar.as_ref()).for_each(ProgressBar::finish_and_clear);
    }
}
