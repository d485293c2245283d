//! Label, roles and accessibility of a stream, in the words of its maker.

use super::wire::{FormatError, Reader, Writer};

/// The label, roles and accessibility of a stream, in the words of its manifests.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Labels {
    /// What viewers are to read where they choose it; empty if nothing says it.
    pub title: String,
    /// For whom it is made, such as `description`: a value of `urn:mpeg:dash:role:2011`, as a rule. Empty if nothing
    /// says it.
    pub accessibility: String,
    /// What it is beside others of its kind, such as `alternate`: values of the same scheme, as a rule.
    pub roles: Vec<String>,
    /// Whether it is to be played where a viewer chooses none.
    pub is_default: bool,
}

impl Labels {
    pub(super) fn encode(&self, out: &mut Writer) {
        out.string(&self.title);
        out.string(&self.accessibility);
        out.list(&self.roles, |out, role| out.string(role));
        out.u8(self.is_default.into());
    }

    pub(super) fn decode(from: &mut Reader<'_>) -> Result<Self, FormatError> {
        let (title, accessibility) = (from.string()?, from.string()?);
        let roles = from.list(Reader::string)?;
        let is_default = match from.u8()? {
            0 => false,
            1 => true,
            _ => return Err(FormatError::Malformed("a stream is neither a default nor none")),
        };
        Ok(Self { title, accessibility, roles, is_default })
    }
}
