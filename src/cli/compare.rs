//! `millrace compare`: an old origin's manifests and fragments, held against those of a new one.

mod address;
mod dash;
mod difference;
mod fragment;
mod fragments;
mod hls;
mod log;
mod manifests;
mod offer;
mod read;
mod replay;
mod smooth;
mod streams;
mod template;
mod web;

use super::out::print_line;
use address::Address;
use anyhow::{Context, Result, bail};
use difference::{Class, Difference};
use reqwest::Url;
use serde_json::json;
use std::path::PathBuf;
use web::Web;

/// Compare the manifests and media of two origins, or replay an access log.
///
/// OLD and NEW are addresses of manifests of the same protocol: Smooth Streaming, HLS or DASH;
/// OLD may be a saved manifest. Differences come in three classes:
///
///   breaks   a client that plays from OLD does not play the same from NEW
///   differs  its manifest or media are different, and it plays
///   better   its manifest or media have more
///
/// The media of fragments is compared byte for byte, and its description sample by sample,
/// however it is written. For a saved Smooth Streaming manifest, fragments are requested from
/// NEW under the addresses in OLD.
///
/// With --urls, requests the paths in an access log from NEW, which is then the address in
/// front of them. The log may be from IIS or a CDN (W3C), from Azure Storage, in lines of JSON,
/// or in the common format of web servers.
///
/// Exits with 0 if nothing breaks, 1 if anything does, and 2 if the arguments cannot be
/// understood.
///
///     millrace compare https://old.example/x.ism/manifest https://new.example/x.ism/manifest
///     millrace compare --urls u_ex2611.log https://new.example
#[derive(clap::Args)]
#[command(verbatim_doc_comment, allow_missing_positional = true)]
pub(super) struct Arguments {
    /// The old manifest: its address, or a file that ends in .ismc, .m3u8 or .mpd.
    #[arg(value_name = "OLD", required_unless_present = "urls", conflicts_with = "urls", value_parser = Address::parse)]
    old: Option<Address>,

    /// The new manifest; with --urls, the address in front of the paths.
    #[arg(value_name = "NEW", value_parser = address::url)]
    new: Url,

    /// How many fragments to compare, spread over the presentation.
    #[arg(long, value_name = "N", default_value = "20")]
    fragments: usize,

    /// Request the paths in this access log from NEW.
    #[arg(long, value_name = "FILE")]
    urls: Option<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let web = Web::new()?;
    if let Some(log) = &arguments.urls {
        return replay::run(log, &arguments.new, arguments.json, &web);
    }
    let old = arguments.old.as_ref().context("there is no OLD to compare with")?;
    let before = read::offer(old, &arguments.new, &web)?;
    let now = read::offer(&Address::There(arguments.new.clone()), &arguments.new, &web)?;
    let mut differences = manifests::compare(&before, &now)?;
    let pairs = fragments::pick(&before, &now, arguments.fragments);
    differences.extend(fragments::compare(&pairs, &web)?);
    differences.sort();
    report(&differences, pairs.len(), arguments.json)?;
    match Class::Breaks.of(&differences) {
        0 => Ok(()),
        count => bail!("{count} differences break clients"),
    }
}

fn report(differences: &[Difference], fragments: usize, as_json: bool) -> Result<()> {
    if as_json {
        let told: Vec<_> = differences.iter().map(Difference::to_json).collect();
        let told = json!({ "fragments": fragments, "differences": told });
        return print_line(format_args!("{told:#}"));
    }
    differences.iter().try_for_each(print_line)?;
    print_line(format_args!(
        "{} break, {} differ, {} are better; {fragments} fragments compared",
        Class::Breaks.of(differences),
        Class::Differs.of(differences),
        Class::Better.of(differences),
    ))
}
