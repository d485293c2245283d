//! A whole library through the queue, over stores in memory: listed in parts, acted on, answered for.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod media;
mod memory;

use http::{Method, StatusCode};
use media::{Track, three_fragments};
use memory::{Call, Host, Memory};
use millrace::admin::{Admin, AdminAsked, AdminError, Sources, Token};
use millrace::events::{Budget, Events};
use millrace::library::Library;
use millrace::remote::Stores;
use millrace::store::StoreError;
use millrace::sweep::{Note, Sweeper as _, settle, sweep_of};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const ISM: &str = r#"<smil xmlns="http://www.w3.org/2001/SMIL20/Language"><body><switch>
<video src="a.ismv" systemBitrate="300000"><param name="trackID" value="1"/></video>
</switch></body></smil>"#;

/// A deployment whose bucket holds these presentations, all of one file.
struct Desk {
    stores: Rc<Memory>,
    library: Library<Memory, Memory, Host>,
    delivery: Cell<u32>,
    reports: RefCell<Vec<String>>,
}

impl Desk {
    fn new(presentations: &[&str]) -> Self {
        let stores = Rc::<Memory>::default();
        stores.has_queue.set(true);
        stores.put_object("films/a.ismv", &three_fragments(Track::video(1), 500));
        for key in presentations {
            stores.put_object(key, ISM.as_bytes());
        }
        let library = memory::library(&stores, 1_795_366_999_000);
        Self { stores, library, delivery: Cell::default(), reports: RefCell::default() }
    }

    fn ask(&self, method: &Method, body: &str) -> (StatusCode, Value) {
        let asked = AdminAsked {
            method,
            path: "/_millrace/sweep",
            query: None,
            authorization: Some("Bearer x"),
            now_ms: 1_795_366_999_000,
        };
        let (sources, token) = (Sources::parse("").unwrap(), Token::new("x"));
        let stores = Stores::r2();
        let admin = Admin {
            library: &self.library,
            cache: &*self.stores,
            sweeper: &*self.stores,
            stores: &stores,
            sources: &sources,
            token: token.as_ref(),
            shows_library: false,
            report: &|_: &AdminError| {},
        };
        let answer = admin.answer(&asked, async || Ok(body.as_bytes().to_vec()));
        let (head, body) = pollster::block_on(answer).into_parts();
        (head.status, serde_json::from_slice(&body).unwrap())
    }

    /// Sends the whole library on its way; gives the parts it took.
    fn send_all(&self) -> Vec<Value> {
        let mut parts = vec![self.ask(&Method::POST, "")];
        while parts.last().unwrap().1["is_finished"] == false {
            let before = parts.last().unwrap().1.to_string();
            parts.push(self.ask(&Method::POST, &before));
        }
        assert!(parts.iter().all(|(status, _)| *status == StatusCode::OK), "{parts:?}");
        parts.into_iter().map(|(_, said)| said).collect()
    }

    /// Delivers what is in the queue; what is to come again stays in it.
    fn deliver(&self) {
        let messages = self.stores.sent.take();
        let events = Events {
            library: &self.library,
            stores: &Stores::r2(),
            cache: &*self.stores,
            budget: &Budget::DELIVERY,
        };
        let verdicts = pollster::block_on(events.handle(&messages));
        self.delivery.set(self.delivery.get() + 1);
        let name_of = |at: usize| format!("{}-{at}", self.delivery.get());
        let report = |note: &Note, error: &StoreError| {
            self.reports.borrow_mut().push(format!("{}: {error}", note.sweep));
        };
        let verdicts = settle(&*self.stores, &messages, verdicts, name_of, report);
        let verdicts = pollster::block_on(verdicts);
        let left = messages.into_iter().zip(verdicts);
        let left = left.filter(|(_, verdict)| *verdict != millrace::events::Verdict::Done);
        self.stores.sent.borrow_mut().extend(left.map(|(message, _)| message));
    }

    fn progress(&self) -> Value {
        self.ask(&Method::GET, "").1
    }
}

#[test]
fn every_presentation_is_indexed_once_and_what_is_current_is_skipped() {
    let desk = Desk::new(&["films/1.ism", "films/2.ism", "films/3.ism"]);
    let parts = desk.send_all();
    assert_eq!(parts.len(), 2, "four objects, two at a time");
    let last = parts.last().unwrap();
    assert_eq!((&last["listed"], &last["sent"]), (&json!(4), &json!(3)));
    assert_eq!(sweep_of(&desk.stores.sent.borrow()[0]).unwrap(), last["id"].as_str().unwrap());
    desk.deliver();
    let told = desk.progress();
    assert_eq!((&told["done"], &told["failed"]), (&json!(3), &json!(0)));
    assert_eq!(told["sweep"], *last);
    assert_eq!(desk.stores.values.borrow().len(), 3);

    desk.stores.calls();
    desk.send_all();
    desk.deliver();
    let calls = desk.stores.calls();
    assert!(calls.iter().all(|call| !matches!(call, Call::Put(..) | Call::Read(..))), "{calls:?}");
}

#[test]
fn what_cannot_be_served_is_noted_and_what_may_pass_comes_again() {
    let desk = Desk::new(&["films/1.ism"]);
    desk.stores.put_object("films/2.ism", b"no manifest");
    desk.stores.put_object("films/3.ism", ISM.replace("a.ismv", "b.ismv").as_bytes());
    desk.send_all();
    desk.stores.indexes_fail.set(true);
    desk.deliver();
    assert_eq!(desk.stores.sent.borrow().len(), 3, "KV is down: nothing is said of any");
    desk.stores.indexes_fail.set(false);
    desk.deliver();
    assert!(desk.stores.sent.borrow().is_empty());
    let told = desk.progress();
    assert_eq!((&told["done"], &told["failed"]), (&json!(1), &json!(2)));
    let failures = told["failures"].as_array().unwrap();
    let of = |at: usize| {
        let text = |name: &str| failures[at][name].as_str().unwrap();
        (text("presentation"), text("error"))
    };
    assert_eq!(of(0).0, "films/2.ism");
    assert_eq!(of(1), ("films/3.ism", "films/3.ism names films/b.ismv, which is not there"));
}

#[test]
fn what_nobody_could_be_told_of_comes_again_and_is_told_then() {
    let desk = Desk::new(&["films/1.ism"]);
    desk.stores.put_object("films/2.ism", b"no manifest");
    desk.send_all();
    let sent = desk.stores.sent.borrow().clone();
    desk.stores.no_notes_of.replace(sweep_of(&sent[0]));
    desk.deliver();
    assert_eq!(*desk.stores.sent.borrow(), sent, "what is in place, and what failed");
    assert_eq!(desk.reports.take().len(), 1, "the one note");
    assert_eq!(desk.progress()["done"], 0);
    desk.stores.no_notes_of.take();
    desk.stores.calls();
    desk.deliver();
    assert!(desk.stores.sent.borrow().is_empty() && desk.reports.borrow().is_empty());
    let told = desk.progress();
    assert_eq!((&told["done"], &told["failed"]), (&json!(1), &json!(1)));
    let calls = desk.stores.calls();
    assert!(!calls.iter().any(|call| matches!(call, Call::Put(..))), "it was current: {calls:?}");
}

#[test]
fn a_note_that_is_lost_holds_up_no_other_sweep() {
    let desk = Desk::new(&["films/1.ism", "films/2.ism"]);
    desk.send_all();
    let [one, two] = desk.stores.sent.take().try_into().unwrap();
    let sweep = sweep_of(&one).unwrap();
    let other = two.replace(&sweep, "another");
    desk.stores.sent.borrow_mut().extend([one.clone(), other]);
    desk.stores.no_notes_of.replace(Some(sweep));
    desk.deliver();
    assert_eq!(*desk.stores.sent.borrow(), [one]);
    let kept = pollster::block_on(desk.stores.notes("another")).unwrap();
    assert_eq!(kept.iter().map(|note| note.done).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_sweep_goes_on_from_what_was_said_and_from_nothing_else() {
    let desk = Desk::new(&["films/1.ism", "films/2.ism", "films/3.ism"]);
    assert_eq!(desk.progress(), json!({ "sweep": null }));
    let (_, first) = desk.ask(&Method::POST, "");
    assert_eq!(desk.progress()["sweep"], first, "kept, for whoever goes on");
    let (status, last) = desk.ask(&Method::POST, &first.to_string());
    assert_eq!((status, &last["is_finished"]), (StatusCode::OK, &json!(true)));
    for body in ["{", "null", "{\"id\": \"1\"}", &first.to_string().replace("sent", "went")] {
        assert_eq!(desk.ask(&Method::POST, body).0, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(desk.ask(&Method::PUT, "").0, StatusCode::METHOD_NOT_ALLOWED);
    desk.stores.has_queue.set(false);
    let (status, problem) = desk.ask(&Method::POST, "");
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("SWEEP"), "{problem}");
}

#[test]
fn a_twin_of_what_is_indexed_is_noted_and_does_not_come_again() {
    let mut desk = Desk::new(&["films/1.ISM", "films/1.ism"]);
    desk.library.rules.folds = true;
    desk.send_all();
    desk.deliver();
    assert!(desk.stores.sent.borrow().is_empty());
    let told = desk.progress();
    assert_eq!((&told["done"], &told["failed"]), (&json!(1), &json!(1)), "{told}");
    let error = told["failures"][0]["error"].as_str().unwrap();
    assert!(error.contains("differ in case alone"), "{error}");
}
