//! How far a long run is, told to whoever reads a log.

use crate::ffmpeg::Workshop;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

#[test]
fn without_a_terminal_a_line_says_how_far_it_is() {
    let workshop = Workshop::new("cli-progress");
    workshop.film("film.mp4", 4, 50, "100k");
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = format!("http://{}", server.local_addr().unwrap());
    // It has no index, and never says what becomes of one.
    thread::spawn(move || {
        let held: Vec<_> = server.incoming().map(|stream| answer_a_list(stream.unwrap())).collect();
        drop(held);
    });
    let composed = crate::millrace(&workshop, &["compose", "film.mp4", "-o", "film.ism"]);
    assert_eq!(composed.status.code(), Some(0));
    let mut command = Command::new(env!("CARGO_BIN_EXE_millrace"));
    command.current_dir(workshop.path("")).args(["publish", "film.ism", "--host", &host]);
    command.env("MILLRACE_TOKEN", "open-sesame").stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(running.stderr.take().unwrap()).read_line(&mut line).unwrap();
    running.kill().unwrap();
    running.wait().unwrap();
    assert_eq!(line, "0 of 1 presentations are done\n");
}

/// Answers what asks for a list with an empty one; gives back what is to be held open.
fn answer_a_list(mut stream: std::net::TcpStream) -> std::net::TcpStream {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.extend(byte);
    }
    if head.starts_with(b"GET /_millrace/indexes?") {
        let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\
                      content-length: 28\r\n\r\n{\"cursor\":null,\"indexes\":[]}";
        stream.write_all(answer.as_bytes()).unwrap();
    }
    stream
}
