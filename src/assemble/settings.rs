//! Settings that a server manifest has for its presentation.

use super::warning::Warning;
use super::{Cuts, Sourced};
use crate::base::target::SegmentTarget;
use crate::ism::{ServerManifest, Setting};

/// Settings of a server manifest for its presentation, which override the deployment's.
pub(super) struct Settings {
    /// `millrace:chunkMs`: how long the chunks of progressive MP4s are to last, in milliseconds.
    chunk_ms: Option<u64>,
    /// `millrace:segmentMs`: about how long segments of HLS and DASH last.
    pub(super) target: Option<SegmentTarget>,
    /// What it asks in vain.
    pub(super) warnings: Vec<Warning>,
}

impl Settings {
    /// The settings of `server`. Of two with the same name, the first counts.
    pub(super) fn of(server: &Sourced<ServerManifest>) -> Self {
        let mut settings = Self { chunk_ms: None, target: None, warnings: Vec::new() };
        for setting in &server.content.settings {
            if let Err(why) = settings.take(setting) {
                let Setting { name, value } = setting.clone();
                let manifest = server.source.key.clone();
                settings.warnings.push(Warning::Setting { manifest, name, value, why });
            }
        }
        settings
    }

    fn take(&mut self, Setting { name, value }: &Setting) -> Result<(), String> {
        let is = |known: &str| known.eq_ignore_ascii_case(name);
        if is("chunkMs") {
            let (from, to) = (Cuts::TARGETS_MS.start(), Cuts::TARGETS_MS.end());
            let target = value.parse().ok().filter(|target| Cuts::TARGETS_MS.contains(target));
            let target = target.ok_or_else(|| format!("it is not a number from {from} to {to}"))?;
            self.chunk_ms.get_or_insert(target);
        } else if is("segmentMs") {
            let target = value.parse().ok().and_then(SegmentTarget::new);
            let wrong = || format!("it is not a number from 0 to {}", SegmentTarget::MAX_MS);
            self.target.get_or_insert(target.ok_or_else(wrong)?);
        } else {
            return Err("there is no such setting, but chunkMs and segmentMs".to_owned());
        }
        Ok(())
    }

    /// How the presentation is cut, where the deployment cuts as `cuts` says.
    pub(super) fn cuts(&self, cuts: Cuts) -> Cuts {
        Cuts { target_ms: self.chunk_ms.unwrap_or(cuts.target_ms), ..cuts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Source;

    fn settings(metas: &str) -> Settings {
        let ism = format!("<smil><head>{metas}</head><body><video src='a.mp4'/></body></smil>");
        let source = Source::object("a.ism", 1, "e");
        let content = ServerManifest::parse(ism.as_bytes()).unwrap();
        Settings::of(&Sourced { source, content })
    }

    #[test]
    fn what_it_sets_stands_for_what_the_deployment_sets() {
        let deployment = Cuts { target_ms: 2000, shared: true };
        let set = settings(
            "<meta name='MILLRACE:ChunkMS' content=' 4000 '/><meta name='millrace:chunkMs' content='5000'/>
            <meta name='millrace:segmentMs' content='0'/>",
        );
        assert_eq!(set.cuts(deployment), Cuts { target_ms: 4000, shared: true });
        assert_eq!((set.target, set.warnings.as_slice()), (Some(SegmentTarget::CHUNK), &[][..]));
        let none = settings("<meta name='chunkMs' content='4000'/>");
        assert_eq!((none.cuts(deployment), none.target), (deployment, None));
        let wrong = settings("<meta name='millrace:segmentMs' content='30001'/>");
        assert_eq!((wrong.target, wrong.warnings.len()), (None, 1));
    }
}
