//! Entity tags of the objects of a folder.

use super::wire::{FormatError, Reader, Writer};
use crate::base::digits;

/// Entity tags of objects, in half the room where all are like an MD5.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Tags {
    /// Each is 32 lower-case hexadecimal digits.
    Md5(Vec<u128>),
    /// They are of any form.
    Any(Vec<String>),
}

impl Tags {
    /// These `tags`, in order.
    pub(super) fn new(tags: &[&str]) -> Self {
        match tags.iter().map(|tag| md5(tag)).collect() {
            Some(all) => Self::Md5(all),
            None => Self::Any(tags.iter().map(|&tag| tag.to_owned()).collect()),
        }
    }

    /// The tag of the object at place `at`.
    pub(super) fn get(&self, at: usize) -> Option<String> {
        match self {
            Self::Md5(all) => all.get(at).map(|tag| format!("{tag:032x}")),
            Self::Any(all) => all.get(at).cloned(),
        }
    }

    pub(super) fn encode(&self, out: &mut Writer) {
        match self {
            Self::Md5(all) => {
                out.u8(0);
                all.iter().for_each(|tag| out.bytes(&tag.to_be_bytes()));
            }
            Self::Any(all) => {
                out.u8(1);
                all.iter().for_each(|tag| out.string(tag));
            }
        }
    }

    pub(super) fn decode(from: &mut Reader<'_>, count: usize) -> Result<Self, FormatError> {
        match from.u8()? {
            0 => {
                let tags = (0..count).map(|_| from.array().map(u128::from_be_bytes));
                Ok(Self::Md5(tags.collect::<Result<_, _>>()?))
            }
            1 => Ok(Self::Any((0..count).map(|_| from.string()).collect::<Result<_, _>>()?)),
            _ => Err(FormatError::Malformed("entity tags are of no known form")),
        }
    }
}

/// The number that a tag of 32 lower-case hexadecimal digits is.
fn md5(tag: &str) -> Option<u128> {
    digits::from_lower_hex(tag).map(u128::from_be_bytes)
}
