//! A delivery of messages, some of which are of sweeps, on its way back to the queue.

use super::doors::Sweeper;
use super::message::sweep_of;
use super::note::{Note, notes};
use crate::events::Verdict;
use crate::store::StoreError;

/// What is to become of `messages`, whose `verdicts` these are, once it is noted what those of sweeps came to.
///
/// A note is called by the first message that it is of, by what `name_of` the place of that says: the message comes in no other
/// delivery. What nobody is told of, as its note cannot be kept, comes again: it is current by then, and so costs little.
/// `report` is told why.
pub async fn settle<S: Sweeper>(
    sweeper: &S,
    messages: &[String],
    verdicts: Vec<Verdict>,
    name_of: impl Fn(usize) -> String,
    report: impl Fn(&Note, &StoreError),
) -> Vec<Verdict> {
    let (mut settled, notes) = notes(messages, verdicts);
    for note in &notes {
        let told =
            messages.iter().zip(&mut settled).enumerate().filter(|(_, (message, verdict))| {
                **verdict == Verdict::Done
                    && sweep_of(message).is_some_and(|sweep| sweep == note.sweep)
            });
        let mut told = told.map(|(at, (_, verdict))| (at, verdict)).peekable();
        let name = told.peek().map(|(at, _)| name_of(*at)).unwrap_or_default();
        if let Err(error) = sweeper.put_note(&name, note).await {
            report(note, &error);
            told.for_each(|(_, verdict)| *verdict = Verdict::Later);
        }
    }
    settled
}
