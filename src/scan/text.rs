//! A text file beside the media: one track, all of which is cues.

use super::{Scanned, ScannedCues, ScannedMedia, ScannedTrack};
use crate::base::time::Timescale;
use crate::index::{Format, FourCc, TextFormat};
use crate::text::{Outline, Syntax, TextError};

/// The largest text file that is read, in bytes. Ten hours of talk have less than a quarter of this.
pub const MAX_TEXT_FILE_LENGTH: u64 = 4 << 20;

/// The one track of a text `file` in this `syntax`. It is sent as TTML, whatever it is written in.
pub fn text(syntax: Syntax, file: &[u8]) -> Result<Scanned, TextError> {
    let Outline { cues: outline, is_guessed } = syntax.outline(file)?;
    let format = FourCc::new(*b"TTML").map(|four_cc| Format::Text(TextFormat { four_cc }));
    let track = |format| ScannedTrack {
        track_id: 1,
        timescale: Timescale::SMOOTH,
        language: None,
        format,
        sample_entry: Vec::new(),
        protections: Vec::new(),
        media: ScannedMedia::Cues(ScannedCues { syntax, outline, is_guessed }),
    };
    let tracks = format.map(track).into_iter().collect();
    Ok(Scanned { tracks, left_out: Vec::new() })
}
