//! What a client manifest has beside streams of media: chapters, splices, and what only clients of Smooth Streaming
//! understand.

use super::Sourced;
use super::group::Group;
use super::warning::Warning;
use crate::base::order::order;
use crate::base::time::Timescale;
use crate::index::{Chapter, Extras, Splice};
use crate::ismc::{
    ClientManifest, Controls, Sample, SampleContent, SpliceInfo, StreamIndex, section,
};

/// Chapters, splices and commands of a client manifest, and warnings of those that some clients do not get.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) extras: Extras,
    pub(super) warnings: Vec<Warning>,
}

/// What `client` has beside the streams that `groups` are. A stream of text that is one of them is served by its
/// fragments; its samples in the manifest are read all the same.
pub(super) fn beside(client: &Sourced<ClientManifest>, groups: &[Group<'_>]) -> Beside {
    let mut beside = Beside::default();
    let (mut bytes, mut samples) = (0usize, 0usize);
    for stream in &client.content.streams {
        let Some(controls) = &stream.controls else { continue };
        let (manifest, stream_name) = (client.source.key.clone(), name(stream));
        let is_served = groups
            .iter()
            .any(|group| group.listed.is_some_and(|listed| std::ptr::eq(listed.stream, stream)));
        let size = match (&controls.control, is_served) {
            (Some(control), false) => Some(control.size()),
            (Some(_), true) => Some(0),
            // It was too large to be kept, or there were more samples than were read.
            (None, true) if controls.samples.len() < Controls::MAX_SAMPLES => Some(0),
            (None, _) => None,
        };
        let all = size.map(|size| {
            (bytes.saturating_add(size), samples.saturating_add(controls.samples.len()))
        });
        let fits = |&(bytes, samples): &(usize, usize)| {
            bytes <= Controls::MAX_LEN && samples <= Controls::MAX_SAMPLES
        };
        let Some(all) = all.filter(fits) else {
            beside.warnings.push(Warning::TooMuchControl {
                manifest,
                stream: stream_name,
                max_bytes: Controls::MAX_LEN,
                max_samples: Controls::MAX_SAMPLES,
            });
            continue;
        };
        (bytes, samples) = all;
        beside.extras.controls.extend(controls.control.clone().filter(|_| !is_served));
        let untold = controls.samples.iter().filter(|sample| !beside.tell(stream, sample)).count();
        if untold > 0 {
            let (stream, count) = (stream_name, untold);
            beside.warnings.push(Warning::Untold { manifest, stream, count });
        }
    }
    order(&mut beside.extras.chapters, |chapter| (chapter.start, 0));
    order(&mut beside.extras.splices, |splice| (splice.start, 0));
    beside
}

fn name(stream: &StreamIndex) -> String {
    let named = stream.name.as_ref().or(stream.url_name.as_ref());
    named.cloned().unwrap_or_else(|| stream.kind.as_str().to_owned())
}

impl Beside {
    /// Takes what HLS and DASH can state of a sample, if they can.
    fn tell(&mut self, stream: &StreamIndex, sample: &Sample) -> bool {
        let Sample { start, duration, content } = sample;
        let smooth = |ticks| stream.timescale.rescale(ticks, Timescale::SMOOTH);
        let Some(start) = smooth(*start) else { return false };
        let duration = duration.and_then(smooth);
        let is_of_chapters = stream.subtype.as_ref().is_some_and(|subtype| {
            ["CHAP", "CHAPTER", "CHAPTERS"].iter().any(|it| it.eq_ignore_ascii_case(subtype))
        });
        let title = match content {
            SampleContent::Marker(title) => Some(title.clone()),
            SampleContent::Bytes(bytes) if is_of_chapters => String::from_utf8(bytes.clone()).ok(),
            SampleContent::Bytes(bytes) => return self.splice(bytes, start, duration),
            SampleContent::Other => None,
        };
        let title = title.filter(|title| !title.trim().is_empty());
        let told = title.is_some();
        let language = stream.language.clone().unwrap_or_default();
        self.extras.chapters.extend(title.map(|title| Chapter { start, language, title }));
        told
    }

    fn splice(&mut self, bytes: &[u8], start: u64, duration: Option<u64>) -> bool {
        let Some(section) = section(bytes.to_vec()) else { return false };
        let Some(SpliceInfo { event, turn, duration: said }) = SpliceInfo::parse(&section) else {
            return false;
        };
        let said = said.and_then(|said| Timescale::MPEG.rescale(said, Timescale::SMOOTH));
        let duration = duration.or(said).unwrap_or(0);
        self.extras.splices.push(Splice { start, duration, event, turn, section });
        true
    }
}
