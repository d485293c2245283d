//! A name and a value.

use super::wire::{FormatError, Reader, Writer};

/// A name and a value, as in XML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// The value, unescaped.
    pub value: String,
}

impl Attribute {
    pub(super) fn encode(&self, out: &mut Writer) {
        out.string(&self.name);
        out.string(&self.value);
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        Ok(Self { name: from.string()?, value: from.string()? })
    }
}
