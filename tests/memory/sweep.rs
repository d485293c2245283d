//! A queue in memory, and what is kept of sweeps.

use super::Memory;
use millrace::store::StoreError;
use millrace::sweep::{Counted, Failure, Keys, Note, State, Sweeper};

/// Its bucket is listed two objects at a time.
impl Sweeper for Memory {
    fn has_queue(&self) -> bool {
        self.has_queue.get()
    }

    async fn keys(&self, _: &str, prefix: &str, cursor: Option<&str>) -> Result<Keys, StoreError> {
        let objects = self.objects.borrow();
        let after = |key: &&String| cursor.is_none_or(|cursor| key.as_str() > cursor);
        let mut keys: Vec<String> =
            objects.keys().filter(|key| key.starts_with(prefix)).filter(after).cloned().collect();
        let is_last = keys.len() <= 2;
        keys.truncate(2);
        Ok(Keys { cursor: keys.last().cloned().filter(|_| !is_last), keys })
    }

    async fn send(&self, messages: Vec<serde_json::Value>) -> Result<(), StoreError> {
        self.sent.borrow_mut().extend(messages.iter().map(ToString::to_string));
        Ok(())
    }

    async fn state(&self) -> Result<Option<State>, StoreError> {
        Ok(self.sweep.borrow().clone())
    }

    async fn put_state(&self, state: &State) -> Result<(), StoreError> {
        *self.sweep.borrow_mut() = Some(state.clone());
        Ok(())
    }

    async fn put_note(&self, name: &str, note: &Note) -> Result<(), StoreError> {
        if self.no_notes_of.borrow().as_deref() == Some(&*note.sweep) {
            let cause = "KV takes no more".to_owned();
            return Err(StoreError::Unavailable { key: name.to_owned(), cause });
        }
        self.notes.borrow_mut().insert((note.sweep.clone(), name.to_owned()), note.clone());
        Ok(())
    }

    async fn notes(&self, sweep: &str) -> Result<Vec<Counted>, StoreError> {
        let notes = self.notes.borrow();
        let own = notes.iter().filter(|((of, _), _)| of == sweep);
        let counted = own.map(|((_, name), note)| Counted {
            name: name.clone(),
            done: note.done,
            failed: u64::try_from(note.failures.len()).unwrap(),
        });
        Ok(counted.collect())
    }

    async fn failures(&self, sweep: &str, name: &str) -> Result<Vec<Failure>, StoreError> {
        let note = self.notes.borrow().get(&(sweep.to_owned(), name.to_owned())).cloned();
        Ok(note.map(|note| note.failures).unwrap_or_default())
    }
}
