//! What `npm run bench -- cost` plays: a small library, who plays what of it, and what the model of `millrace cost` makes of
//! that.
//!
//! Writes into the folder that it is given the index of every presentation (`index.bin`: they are alike) and a line for
//! each minute that is played (`views.txt`: data centre, presentation, level, minute), and prints a line of JSON: how these
//! are to be read, and the model's counts.

#![allow(
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "as in tests: what is wrong here ends the run"
)]

mod film;
#[path = "../../tests/media/mod.rs"]
mod media;
#[allow(dead_code, reason = "its tests are run in the command line")]
#[path = "../../src/cli/cost/pop.rs"]
mod pop;
#[path = "../../src/cli/cost/random.rs"]
mod random;
#[allow(dead_code, reason = "its tests are run in the command line")]
#[path = "../../src/cli/cost/views.rs"]
mod views;

use film::Shape;
use millrace::library::memo::Memo;
use pop::Model;
use std::fmt::Write;
use std::path::Path;
use views::{Audience, View, Views};

/// Small media: what is counted does not depend on how large they are.
const SHAPE: Shape = Shape {
    chunk_seconds: 6,
    // Nobody plays more than the first minutes, but there is an index of three days, so that memory does not hold all.
    chunks: 3 * 24 * 600,
    bytes: 4000,
    levels: 4,
};
const CHUNKS_A_MINUTE: u64 = 60 / SHAPE.chunk_seconds;
const AUDIENCE: Audience = Audience {
    presentations: 200,
    exponent: 0.9,
    levels: 4,
    minutes: 10,
    data_centres: 4,
    viewers: 40,
    seed: 1,
};
/// Minutes: each viewer plays so many.
const PLAYED: usize = 200 * AUDIENCE.viewers;

fn main() {
    // `cargo bench` passes `--bench` along.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let [folder] = arguments.as_slice() else { panic!("not understood: {arguments:?}") };
    let folder = Path::new(folder);
    let index = film::index(&SHAPE);
    let value = index.encode();
    std::fs::write(folder.join("index.bin"), &value).unwrap();
    std::fs::write(folder.join("views.txt"), written(Views::of(&AUDIENCE).take(PLAYED))).unwrap();
    let model = Model {
        audience: AUDIENCE,
        bytes: SHAPE.bytes * CHUNKS_A_MINUTE,
        cache: 60_000_000,
        upper: 0,
        index: u64::try_from(value.len()).unwrap(),
        memory: u64::try_from(Memo::INDEX_BYTES).unwrap(),
        played: PLAYED,
    };
    let answers = pop::play(&model);
    let told = serde_json::json!({
        "generation": index.generation.to_string(),
        "bitrates": SHAPE.bitrates(),
        "chunk_seconds": SHAPE.chunk_seconds,
        "presentations": AUDIENCE.presentations,
        "minutes": AUDIENCE.minutes,
        "data_centres": AUDIENCE.data_centres,
        "viewers": AUDIENCE.viewers,
        "cache_bytes": model.cache,
        "index_bytes": model.index,
        "model": {
            "requests": answers.asked * CHUNKS_A_MINUTE,
            "hits": answers.near * CHUNKS_A_MINUTE,
            "r2": answers.misses() * CHUNKS_A_MINUTE,
            "kv": answers.indexes,
        },
    });
    println!("{told}");
}

fn written(views: impl Iterator<Item = View>) -> String {
    views.fold(String::new(), |mut text, View { data_centre, presentation, level, minute }| {
        writeln!(text, "{data_centre} {presentation} {level} {minute}").unwrap();
        text
    })
}
