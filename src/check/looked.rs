//! What there is to say of files that were looked at: their tracks, what becomes of them, or why nothing does.

use super::words;
use crate::base::time::Timescale;
use crate::index::StreamKind;
use crate::scan::ScannedTrack;

/// Findings about a file.
pub struct Looked {
    /// As whoever asks calls it.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// What is in it.
    pub tracks: Vec<TrackLooked>,
    /// What is done without, or otherwise than one would expect.
    pub warnings: Vec<String>,
    /// Why it would be refused, if it would.
    pub refusal: Option<Advice>,
    /// What had better be otherwise.
    pub advice: Option<Advice>,
}

/// A problem, and the command line that fixes it.
pub struct Advice {
    /// What is wrong.
    pub why: String,
    /// A line for a shell, if there is one that helps.
    pub mend: Option<String>,
}

/// A track of a file.
pub struct TrackLooked {
    /// Its ID in the file.
    pub id: u32,
    /// `video`, `audio` or `text`.
    pub kind: &'static str,
    /// Its codec, as editors call it.
    pub coding: String,
    /// Its codec as RFC 6381 writes it.
    pub codec: Option<String>,
    /// Size and frame rate, or sampling rate and channels.
    pub details: Vec<String>,
    /// As the file says it.
    pub language: Option<String>,
    /// In bits a second.
    pub bitrate: Option<u32>,
    /// How its fragments come about.
    pub way: Option<String>,
    /// How long its chunks last.
    pub chunks: Option<Spread>,
    /// How far its keyframes are apart.
    pub keyframes: Option<Spread>,
}

/// A number of stretches of time, and their lengths.
#[derive(Clone, Copy)]
pub struct Spread {
    /// How many.
    pub count: usize,
    /// The shortest, in milliseconds.
    pub shortest_ms: u64,
    /// The longest, in milliseconds.
    pub longest_ms: u64,
}

impl Spread {
    /// The spread of these `lengths` in ticks; `None` if there are none.
    pub(super) fn of(lengths: impl Iterator<Item = u64>, timescale: Timescale) -> Option<Self> {
        let ms = |ticks| timescale.rescale(ticks, Timescale::MILLISECONDS).unwrap_or(u64::MAX);
        let one = |ms| Self { count: 1, shortest_ms: ms, longest_ms: ms };
        lengths.map(|ticks| one(ms(ticks))).reduce(|all, next| Self {
            count: all.count.saturating_add(1),
            shortest_ms: all.shortest_ms.min(next.shortest_ms),
            longest_ms: all.longest_ms.max(next.longest_ms),
        })
    }
}

impl Looked {
    /// What becomes of it, by its tracks that take the most work.
    pub fn verdict(&self) -> &'static str {
        match self.refusal {
            Some(_) => "would be refused",
            None => served(&self.tracks),
        }
    }
}

/// How files with these tracks are served.
pub(super) fn served<'a>(tracks: impl IntoIterator<Item = &'a TrackLooked>) -> &'static str {
    let ways: Vec<&str> = tracks.into_iter().filter_map(|track| track.way.as_deref()).collect();
    let any = |start| ways.iter().any(|way| way.starts_with(start));
    if any("by its samples") {
        "can be served, from its samples"
    } else if any("fragments, rewritten") {
        "can be served, its fragments rewritten"
    } else if any("fragments") {
        "can be served, its fragments as they are"
    } else {
        "can be served"
    }
}

impl TrackLooked {
    /// What a scan by samples says of it.
    pub(super) fn of(track: &ScannedTrack) -> Self {
        let keyframes = track.samples().filter(|_| track.format.kind() == StreamKind::Video);
        Self {
            id: track.track_id,
            kind: track.format.kind().as_str(),
            coding: words::coding(&track.format),
            codec: None,
            details: words::details(&track.format),
            language: track.language.clone(),
            bitrate: None,
            way: None,
            chunks: None,
            keyframes: keyframes.and_then(|samples| {
                let syncs = samples.iter().filter(|sample| sample.is_sync());
                let mut syncs: Vec<u64> = syncs.map(|sample| sample.decode).collect();
                let end = samples.iter().last();
                syncs.extend(end.map(|last| last.decode.saturating_add(last.duration.into())));
                let apart = syncs.windows(2).map(|two| match two {
                    [one, next] => next.saturating_sub(*one),
                    _ => 0,
                });
                Spread::of(apart, track.timescale)
            }),
        }
    }
}
