//! The stores in memory, which other tests stand on, held to what every store does.
//!
//! The lists are `objects.rs` and `indexes.rs`. A folder and the stores of the command line are held to them in
//! `src/cli/contract.rs`, those of the Worker, within its runtime, by `src/edge/contract.rs` and
//! `tests/edge/contract.test.mjs`.

#[path = "../media/mod.rs"]
mod media;
#[path = "../memory/mod.rs"]
mod memory;

mod indexes;
mod objects;
mod order;

use memory::Memory;
use objects::{Desk, Kept};

impl Desk for Memory {
    async fn put(&self, key: &str, bytes: &[u8]) -> Kept {
        self.put_object(key, bytes);
        Ok(())
    }

    async fn remove(&self, key: &str) -> Kept {
        self.remove_object(key);
        Ok(())
    }
}

#[test]
fn objects_in_memory() {
    let memory = Memory::default();
    let told = pollster::block_on(objects::objects(&memory, &memory));
    assert!(told.broken.is_empty(), "{:#?}", told.broken);
}

#[test]
fn indexes_in_memory() {
    let told = pollster::block_on(indexes::indexes(&Memory::default()));
    assert!(told.broken.is_empty(), "{:#?}", told.broken);
}
