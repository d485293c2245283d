//! Size, version and first bytes of objects.

/// Size and version of an object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Meta {
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag, unquoted.
    pub etag: String,
}

/// The first bytes of an object.
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
