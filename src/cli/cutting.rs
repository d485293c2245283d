//! How progressive MP4s are to be cut, and which names are taken for one, as arguments say it.

use millrace::assemble::Cuts;
use millrace::library::build::Rules;

/// The arguments of every command that cuts media into chunks.
#[derive(clap::Args)]
pub(super) struct Cutting {
    /// How long the fragments of progressive MP4s are to last, in milliseconds, as nearly as their
    /// keyframes allow. The deployment's CHUNK_MS should say the same.
    #[arg(long, value_name = "MS", default_value = "2000", value_parser = target)]
    chunk_ms: u64,

    /// Where the keyframes of quality levels do not line up, cut where they all have one, instead
    /// of refusing them. The deployment's CUTS = "shared" says the same.
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

    /// Take file names that differ in case alone for one: a server manifest may name film.ismv where
    /// Film.ISMV is there. The deployment's CASE = "fold" says the same.
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
