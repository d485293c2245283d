//! `millrace cost`: what viewing costs at Cloudflare's list prices.

mod pop;
mod prices;
mod random;
mod usage;
mod views;

use super::out::{print, print_line};
use super::table::table;
use anyhow::Result;
use millrace::library::memo::Memo;
use pop::{Model, play};
use serde_json::json;
use usage::Usage;
use views::Audience;

/// Compute what a thousand viewer-hours cost.
///
/// A viewer requests segments of video and of audio. Cloudflare bills each request, whoever
/// answers it; a request that no cache answers also costs a read of R2, CPU, and a read of KV
/// if the isolate does not know the index. Manifests are not counted: they are a few among
/// hundreds of requests an hour.
///
///     millrace cost --segment-ms 2000 --hits 0.9
///     millrace cost --simulate
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// How long segments last, in milliseconds: SEGMENT_MS for HLS and DASH, 2000 for the usual Smooth Streaming.
    #[arg(long, value_name = "MS", default_value_t = 6000, value_parser = clap::value_parser!(u32).range(100..=30_000))]
    segment_ms: u32,

    /// The share of requests that a cache answers, from 0 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = 0.95, value_parser = between(0.0, 1.0), conflicts_with = "simulate")]
    hits: f64,

    /// Milliseconds of CPU of a request that no cache answers.
    #[arg(long, value_name = "MS", default_value_t = 2.0, value_parser = between(0.0, 10_000.0))]
    cpu_ms: f64,

    /// Estimate the share of hits with a model of data centres that keep what was requested last.
    #[arg(long)]
    simulate: bool,

    /// Presentations in the model, chosen by Zipf's law.
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000), requires = "simulate")]
    presentations: u32,

    /// Zipf's exponent: at 0 all are equally popular, at 1 the second is played half as often as the first.
    #[arg(long, value_name = "S", default_value_t = 0.9, value_parser = between(0.0, 5.0), requires = "simulate")]
    exponent: f64,

    /// Data centres in the model.
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=1000), requires = "simulate")]
    data_centres: u32,

    /// Gigabytes that each of them keeps.
    #[arg(long, value_name = "GB", default_value_t = 500, requires = "simulate")]
    cache_gb: u32,

    /// Gigabytes that the tier behind them keeps, if there is one.
    #[arg(long, value_name = "GB", default_value_t = 2000, requires = "simulate")]
    upper_gb: u32,

    /// Viewers who play at the same time.
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000), requires = "simulate")]
    viewers: u32,

    /// The seed of the model's random choices.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "simulate")]
    seed: u64,

    /// Print JSON.
    #[arg(long)]
    json: bool,
}

const HOURS: f64 = 1000.0;
const HOUR_MS: f64 = 3_600_000.0;
/// Streams that a viewer requests at a time: video and audio.
const STREAMS: f64 = 2.0;
const GB: u64 = 1_000_000_000;
/// Presentations of the model last so long, and have four levels, of 1, 2, 4 and 8 Mbit/s.
const MINUTES: usize = 90;
const LEVELS: usize = 4;
const LOWEST_BYTES_A_MINUTE: u64 = 60_000_000 / 8;
/// Bytes of the index of such a presentation: some two a fragment, in chunks of two seconds.
const INDEX_BYTES: u64 = 25_000;
const MINUTE_MS: f64 = 60_000.0;
/// Minutes of the model that are played.
const PLAYED: usize = 2_000_000;

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let requests = STREAMS * HOURS * HOUR_MS / f64::from(arguments.segment_ms);
    let (hits, kv_of_misses) = match arguments.simulate {
        true => simulated(arguments)?,
        // An isolate may know none of the indexes that it is asked for.
        false => (arguments.hits, 1.0),
    };
    let misses = requests * (1.0 - hits);
    let usage = Usage::of(requests, misses, misses * kv_of_misses, arguments.cpu_ms);
    if arguments.json {
        let usage = usage.to_json();
        let told = json!({ "hits": hits, "prices_of": prices::AS_OF, "usage": usage });
        return print_line(format_args!("{told:#}"));
    }
    print_line(format_args!(
        "1,000 viewer-hours in segments of {} ms, {:.1} % of requests answered by a cache\n",
        arguments.segment_ms,
        hits * 100.0
    ))?;
    let mut rows = vec![["", "count", "US dollars"].map(str::to_owned)];
    let row = |(name, count, dollars): (&str, f64, f64)| {
        [name.to_owned(), format!("{count:.0}"), format!("{dollars:.3}")]
    };
    rows.extend(usage.items().map(row));
    print(table(&rows))?;
    print_line(format_args!("\nTogether {:.2} US dollars.", usage.dollars()))?;
    print_line(format_args!(
        "List prices of {}, beyond what the paid plan includes. Traffic to viewers is free; a store\
         \noutside R2 may charge for each read and byte.",
        prices::AS_OF
    ))
}

/// Reads a number within these bounds.
fn between(least: f64, most: f64) -> impl Fn(&str) -> Result<f64, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("it is a number from {least} to {most}")),
    }
}

/// The share of requests that caches answer, and of the others, that of those which read KV.
fn simulated(arguments: &Arguments) -> Result<(f64, f64)> {
    let audience = Audience {
        presentations: usize::try_from(arguments.presentations)?,
        exponent: arguments.exponent,
        levels: LEVELS,
        minutes: MINUTES,
        data_centres: usize::try_from(arguments.data_centres)?,
        viewers: usize::try_from(arguments.viewers)?,
        seed: arguments.seed,
    };
    let model = Model {
        audience,
        bytes: LOWEST_BYTES_A_MINUTE,
        cache: u64::from(arguments.cache_gb) * GB,
        upper: u64::from(arguments.upper_gb) * GB,
        index: INDEX_BYTES,
        memory: u64::try_from(Memo::INDEX_BYTES)?,
        played: PLAYED,
    };
    let answers = play(&model);
    let (asked, misses) = (answers.asked as f64, answers.misses() as f64);
    // Of a minute's segments, the first has the index read.
    let segments = misses * (MINUTE_MS / f64::from(arguments.segment_ms)).max(1.0);
    let kv_of_misses = if misses > 0.0 { answers.indexes as f64 / segments } else { 0.0 };
    Ok((1.0 - misses / asked, kv_of_misses))
}
