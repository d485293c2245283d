//! The commands of docs/encode.md, run as they stand there.

use crate::ffmpeg::{Workshop, program};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The blocks of the page that are to be run, in order.
fn blocks(page: &str) -> Vec<String> {
    let parts = page.split("```sh\n").skip(1);
    parts.map(|part| part.split_once("```").expect("a block ends").0.to_owned()).collect()
}

fn packager() -> PathBuf {
    let system = if cfg!(target_os = "macos") { "osx" } else { "linux" };
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules/shaka-packager/bin");
    packages.join(format!("packager-{system}-{machine}"))
}

#[test]
fn every_ladder_of_the_page_is_indexed() {
    let workshop = Workshop::new("cli-encode");
    workshop.film("master.mp4", 4, 250, "900k");
    fs::rename(workshop.path("master.mp4"), workshop.path("master.mov")).unwrap();
    let programs = workshop.path("programs");
    fs::create_dir(&programs).unwrap();
    symlink(program("ffmpeg"), programs.join("ffmpeg")).unwrap();
    symlink(packager(), programs.join("packager")).unwrap();
    symlink(env!("CARGO_BIN_EXE_millrace"), programs.join("millrace")).unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/encode.md");
    let blocks = blocks(&fs::read_to_string(page).unwrap());
    assert_eq!(blocks.len(), 5);
    let mut told = String::new();
    for block in blocks {
        let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.env("PATH", path).current_dir(workshop.path(""));
        let output = shell.args(["-euc", &block]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{block}\n{said}");
        assert!(!said.contains("warning:"), "{block}\n{said}");
        told.push_str(&String::from_utf8_lossy(&output.stdout));
    }
    for index in ["film.index", "smooth.index", "packed/film.index", "short.index"] {
        assert!(workshop.path(index).is_file(), "{index}");
    }
    assert!(!told.contains("advice:"), "{told}");
    let levels = told.lines().filter(|line| line.trim_start().starts_with("video "));
    let levels: Vec<_> = levels.map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(levels, ["3", "2", "3", "1"], "{told}");
    assert!(told.contains("film_720.ismv, fragments as they are stored"), "{told}");
}
