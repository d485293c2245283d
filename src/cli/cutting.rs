//! Arguments that say how progressive MP4s are cut, and whether the case of names matters.

use millrace::assemble::Cuts;
use millrace::library::build::Rules;

/// The arguments of every command that cuts media into chunks.
#[derive(clap::Args)]
pub(super) struct Cutting {
    /// Target length of the fragments of progressive MP4s, in milliseconds; keyframes decide the actual length.
    /// Use the deployment's CHUNK_MS.
    #[arg(long, value_name = "MS", default_value = "2000", value_parser = target)]
    chunk_ms: u64,

    /// If the keyframes of quality levels do not line up, cut where all have one, instead of refusing them. Use
    /// it if the deployment has CUTS = "shared".
    #[arg(long)]
    shared_cuts: bool,
}

impl Cutting {
    pub(super) fn cuts(&self) -> Cuts {
        Cuts { target_ms: self.chunk_ms, shared: self.shared_cuts }
    }
}

/// The arguments of every command that makes the index of a server manifest.
#[derive(clap::Args)]
pub(super) struct Indexing {
    #[command(flatten)]
    cutting: Cutting,

    /// Ignore the case of file names: a server manifest may name film.ismv if the file is Film.ISMV. Use it if
    /// the deployment has CASE = "fold".
    #[arg(long)]
    fold_case: bool,
}

impl Indexing {
    pub(super) fn rules(&self) -> Rules {
        Rules { cuts: self.cutting.cuts(), folds: self.fold_case, ..Rules::default() }
    }
}

fn target(said: &str) -> Result<u64, String> {
    let (from, to) = (Cuts::TARGETS_MS.start(), Cuts::TARGETS_MS.end());
    let target = said.parse().ok().filter(|target| Cuts::TARGETS_MS.contains(target));
    target.ok_or_else(|| format!("it is not a number from {from} to {to}"))
}
