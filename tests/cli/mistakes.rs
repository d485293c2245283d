//! Mistakes that people make, and the messages for them: what is wrong, and the way out.

use crate::ffmpeg::Workshop;
use crate::{millrace, said};

#[test]
fn plausible_mistakes_are_told_with_the_way_out() {
    let workshop = Workshop::new("cli-mistakes");
    workshop.film("film.mp4", 4, 50, "100k");
    workshop.film("other.mp4", 4, 75, "200k");
    std::fs::create_dir_all(workshop.path("lib/films")).unwrap();
    std::fs::copy(workshop.path("film.mp4"), workshop.path("lib/films/film.mp4")).unwrap();
    let composed =
        millrace(&workshop, &["compose", "lib/films/film.mp4", "-o", "lib/films/film.ism"]);
    assert_eq!(said(&composed), (String::new(), String::new()));
    let gone = "<smil><body><switch><video src='gone.mp4'/></switch></body></smil>";
    workshop.write("gone.ism", gone);
    let both = "<smil><body><switch><video src='film.mp4'/><video src='other.mp4'/></switch></body></smil>";
    workshop.write("both.ism", both);
    let done = millrace(&workshop, &["index", "lib/films/film.ism"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done).1);

    let mistakes: [(&[&str], &str); 20] = [
        // Files that are not what the command takes.
        (&["index", "film.mp4"], "its name does not end in .ism; `millrace compose` writes one"),
        (&["index", "film.mp4"], "with LONE = \"allow\" it is served as film.mp4.ism without"),
        (&["index", "nowhere"], "there is no file or folder nowhere"),
        (&["compose", "nowhere.mp4"], "there is no file or folder nowhere.mp4"),
        (&["compose", "lib"], "lib is a folder: name the files in it"),
        (&["compose", "gone.ism"], "gone.ism is a manifest"),
        (&["show", "film.mp4"], "film.mp4 is a media file, not an index: `millrace check`"),
        (&["show", "gone.ism"], "there is no index gone.index; `millrace index gone.ism` makes it"),
        (&["check", "nowhere.mp4"], "there is no file nowhere.mp4"),
        // Files that do not make a presentation.
        (&["index", "gone.ism"], "gone.ism names gone.mp4, which is not there"),
        (&["index", "both.ism"], "where all have one: --shared-cuts on the command line"),
        // Keys that are counted from elsewhere.
        (&["verify", "lib"], "say --root and --as as they were when it was indexed"),
        (&["verify", "https://host.example/films/film.ism"], "say with --root DIR|URL"),
        (&["verify", ".", "--as", "b c"], "`millrace index ./both.ism --root . --as b c` makes it"),
        (
            &["index", "both.ism", "--as", "../b"],
            "../b/both.ism, and then the path has an empty or",
        ),
        (
            &[
                "purge",
                "https://host.example/",
                "--host",
                "https://host.example",
                "--token-env",
                "PATH",
            ],
            "millrace: https://host.example/: no presentation here",
        ),
        // A deployment that is not said.
        (&["list"], "Say --host https://…, or put it into the environment as MILLRACE_HOST"),
        (&["list", "--host", "host.example"], "it does not begin with https://"),
        (
            &["publish", "lib", "--host", "https://host.example"],
            "the token is missing: put it into",
        ),
        (
            &["purge", "nowhere", "--host", "http://127.0.0.1:9", "--token-env", "PATH"],
            "purged by its address",
        ),
    ];
    for (arguments, expected) in mistakes {
        let output = millrace(&workshop, arguments);
        let (_, told) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
        assert!(!told.contains("storage"), "{arguments:?}: {told}");
    }
}

#[test]
fn numbers_out_of_their_bounds_are_arguments_that_cannot_be_understood() {
    let workshop = Workshop::new("cli-bounds");
    for (arguments, expected) in [
        (["cost", "--hits", "2"], "it is a number from 0 to 1"),
        (["cost", "--cpu-ms", "-1"], "unexpected argument '-1'"),
        (["cost", "--hits", "half"], "it is a number from 0 to 1"),
        (["list", "--limit", "0"], "invalid value '0'"),
    ] {
        let output = millrace(&workshop, &arguments);
        let (_, told) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains(expected), "{arguments:?}: {told}");
    }
}

#[test]
fn what_no_address_can_lead_to_is_not_said_to_be_servable() {
    let workshop = Workshop::new("cli-unreachable");
    workshop.film("film.mp4", 4, 50, "100k");
    let composed = millrace(&workshop, &["compose", "film.mp4", "-o", "film.ism"]);
    assert_eq!(composed.status.code(), Some(0));
    let audit = |prefix| said(&millrace(&workshop, &["audit", "film.ism", "--as", prefix])).0;
    assert!(audit("films").contains("1 servable"), "{}", audit("films"));
    let told = audit("a\\b");
    assert!(told.contains("the path has a control character or a backslash"), "{told}");
    assert!(told.contains("0 servable"), "{told}");
}

#[test]
fn several_are_worked_on_past_one_that_fails() {
    let workshop = Workshop::new("cli-several");
    workshop.film("film.mp4", 4, 50, "100k");
    let composed = millrace(&workshop, &["compose", "film.mp4", "-o", "film.ism"]);
    assert_eq!(composed.status.code(), Some(0));
    std::fs::copy(workshop.path("film.ism"), workshop.path("second.ism")).unwrap();
    assert_eq!(millrace(&workshop, &["index", ".", "--dry-run"]).status.code(), Some(0));
    assert!(!workshop.path("film.index").exists(), "a trial writes nothing");
    assert_eq!(said(&millrace(&workshop, &["index", ".", "-q"])), (String::new(), String::new()));

    let both = said(&millrace(&workshop, &["verify", "."])).0;
    assert_eq!(both.matches(": the index is right, 4 fragments verified").count(), 2, "{both}");
    let shown = said(&millrace(&workshop, &["show", "."])).0;
    assert_eq!(shown.matches("generation ").count(), 2, "{shown}");

    std::fs::copy(workshop.path("film.index"), workshop.path("second.index")).unwrap();
    let output = millrace(&workshop, &["verify", "second.ism", "film.ism", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let (lines, told) = said(&output);
    let right: Vec<bool> = lines.lines().map(|line| line.contains("\"right\":true")).collect();
    assert_eq!(right, [false, true], "{lines}");
    assert!(told.contains("1 of 2 presentations are not right"), "{told}");
}

#[test]
fn the_working_folder_says_which_deployment_and_the_environment_says_it_louder() {
    let workshop = Workshop::new("cli-host");
    workshop.write("token", "open-sesame");
    workshop.write("millrace.toml", "host = \"http://127.0.0.1:9\"\ntoken-file = \"token\"\n");
    let told = |arguments: &[&str]| said(&millrace(&workshop, arguments)).1;
    assert!(told(&["list"]).contains("cannot reach http://127.0.0.1:9/"), "{}", told(&["list"]));
    let there = told(&["list", "--host", "http://127.0.0.1:10"]);
    assert!(there.contains("cannot reach http://127.0.0.1:10/"), "{there}");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_millrace"));
    command.current_dir(workshop.path("")).arg("list").env("MILLRACE_HOST", "http://127.0.0.1:11");
    let there = said(&command.output().unwrap()).1;
    assert!(there.contains("cannot reach http://127.0.0.1:11/"), "{there}");
    workshop.write("millrace.toml", "hots = 1");
    assert!(told(&["list"]).contains("unknown field `hots`"), "{}", told(&["list"]));
}
