//! What is known of objects that are not read.

/// What is known of an object before it is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag, unquoted.
    pub etag: String,
}

/// What an object begins with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Start {
    /// Its size and version.
    pub meta: Meta,
    /// Its first bytes, of that version.
    pub bytes: Vec<u8>,
}

/// An object of a folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// What its key says behind the folder's.
    pub name: String,
    /// Its size and version.
    pub meta: Meta,
}
