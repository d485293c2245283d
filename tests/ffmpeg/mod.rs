//! Files as ffmpeg makes them and ffprobe reads them: those that npm brings, as everywhere in this project.

#![allow(dead_code, reason = "each test crate uses a part of it")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A folder for the files of one test, empty at first.
pub(crate) struct Workshop(PathBuf);

impl Workshop {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Runs ffmpeg here with these arguments, separated by blanks.
    pub(crate) fn ffmpeg(&self, arguments: &str) {
        self.run("ffmpeg", &format!("-v error -nostdin -y {arguments}"));
    }

    /// What ffprobe answers here to these arguments, separated by blanks.
    pub(crate) fn ffprobe(&self, arguments: &str) -> Vec<u8> {
        self.run("ffprobe", &format!("-v error {arguments}"))
    }

    fn run(&self, name: &str, arguments: &str) -> Vec<u8> {
        let mut command = Command::new(program(name));
        let output = command.current_dir(&self.0).args(arguments.split_whitespace()).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} {arguments}: {said}");
        output.stdout
    }

    /// A progressive MP4 of so many seconds of video, with B-frames and a keyframe in every `group`
    /// of them, and of English audio, which is the same in every file.
    pub(crate) fn film(&self, name: &str, seconds: u32, group: u32, bitrate: &str) {
        self.ffmpeg(&format!(
            "-f lavfi -i testsrc2=s=160x90:r=25:d={seconds} \
             -f lavfi -i anoisesrc=d={seconds}.03:c=pink:r=48000:a=0.3:seed=1 \
             -c:v libx264 -preset veryfast -threads 1 -b:v {bitrate} -bf 2 \
             -g {group} -keyint_min {group} -sc_threshold 0 \
             -c:a aac -b:a 64k -flags:a +bitexact -metadata:s:a:0 language=eng {name}"
        ));
    }
}

/// Where ffmpeg or ffprobe is.
pub(crate) fn program(name: &str) -> PathBuf {
    let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("node_modules");
    let installed = packages.join(format!("@{name}-installer"));
    let folders = fs::read_dir(&installed).map(|it| it.flatten().collect::<Vec<_>>());
    let here = folders.unwrap_or_default().into_iter().map(|it| it.path().join(name));
    here.into_iter().find(|it| it.is_file()).expect("it is not here: run `npm ci` first")
}
