//! Edit lists: which parts of a track are shown, and when.

use super::{BoxError, BoxRef, BoxType, Fields};

/// An edit list (`ISO/IEC 14496-12` 8.6.6).
#[derive(Clone, Debug)]
pub struct EditList<'a> {
    version: u8,
    count: u32,
    entries: Fields<'a>,
}

/// An edit: a stretch of the presentation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EditListEntry {
    /// How long it is, in ticks of the movie; 0 may mean up to the end of the track.
    pub duration: u64,
    /// The composition time, in ticks of the track, that is shown first; `None` if nothing is shown. A time
    /// before zero, as some writers have it, is zero: what comes first is shown first.
    pub media_time: Option<u64>,
    /// The speed, 16.16.
    pub rate: u32,
}

impl EditListEntry {
    /// Whether it is shown at normal speed, 1.0. Some writers have it as a whole number.
    pub fn is_normal(&self) -> bool {
        matches!(self.rate, 0x1_0000 | 1)
    }

    fn read(fields: &mut Fields<'_>, version: u8) -> Result<Self, BoxError> {
        let duration = fields.sized(version)?;
        let media_time = match version {
            0 => fields.i32()?.into(),
            _ => i64::from_be_bytes(fields.array()?),
        };
        let media_time = match media_time {
            -1 => None,
            time => Some(u64::try_from(time).unwrap_or(0)),
        };
        Ok(Self { duration, media_time, rate: fields.u32()? })
    }
}

impl<'a> EditList<'a> {
    /// The edit list of `trak`, if it has one.
    pub(super) fn of(trak: &BoxRef<'a>) -> Result<Option<Self>, BoxError> {
        let Some(edts) = trak.child(BoxType::Code(*b"edts"))? else { return Ok(None) };
        let Some(elst) = edts.child(BoxType::Code(*b"elst"))? else { return Ok(None) };
        let mut entries = elst.fields();
        let (version, _) = entries.known_version()?;
        let count = entries.u32()?;
        match version {
            0 => entries.clone().rows::<12>(count).map(|_| ())?,
            _ => entries.clone().rows::<20>(count).map(|_| ())?,
        }
        Ok(Some(Self { version, count, entries }))
    }

    /// The edits, in order.
    pub fn iter(&self) -> impl Iterator<Item = Result<EditListEntry, BoxError>> + use<'a> {
        let (version, mut entries) = (self.version, self.entries.clone());
        (0..self.count).map(move |_| EditListEntry::read(&mut entries, version))
    }

    /// An error that names this edit list.
    pub fn error(&self, problem: &'static str) -> BoxError {
        self.entries.error(problem)
    }
}
