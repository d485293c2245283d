//! An answer on its way: status, headers, and a body of which storage has begun to send what is stored.

use crate::fragment::Read;
use http::Response;

/// An answer, its body in pieces to be sent one after the other; none for an empty body.
pub type Answer<B> = Response<Vec<Piece<B>>>;

/// A run of bytes of a body.
#[derive(Debug)]
pub enum Piece<B> {
    /// Bytes made for this answer.
    Bytes(Vec<u8>),
    /// Stored bytes on their way.
    Stored {
        /// All bytes of the read.
        body: B,
        /// Which of them are sent.
        read: Read,
    },
}

/// An answer whose bytes are all at hand.
pub fn of_bytes<B>(response: Response<Vec<u8>>) -> Answer<B> {
    response.map(|bytes| match bytes.is_empty() {
        true => Vec::new(),
        false => vec![Piece::Bytes(bytes)],
    })
}

impl<B> Piece<B> {
    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::Stored { read, .. } => read.length(),
        }
    }
}
