//! The encryption that a client insists on.

/// A way of encrypting samples that a client insists on, under the names that Azure's packager has for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequiredEncryption {
    /// `cenc` and `piff`: AES-CTR.
    Ctr,
    /// `cbcs-aapl`: AES-CBC by a pattern.
    Cbcs,
    /// `cbc`: AES-CBC of whole samples.
    Cbc,
}

const NAMES: [(RequiredEncryption, &str); 4] = [
    (RequiredEncryption::Ctr, "cenc"),
    (RequiredEncryption::Ctr, "piff"),
    (RequiredEncryption::Cbcs, "cbcs-aapl"),
    (RequiredEncryption::Cbc, "cbc"),
];

impl RequiredEncryption {
    /// The one of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let named = NAMES.into_iter().find(|(_, own)| own.eq_ignore_ascii_case(name));
        named.map(|(encryption, _)| encryption)
    }

    /// The first of its names.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(encryption, _)| *encryption == self).map_or("", |(_, name)| name)
    }
}
