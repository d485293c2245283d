//! Errors of `TOKEN_KEYS`.

use thiserror::Error;

/// Keys that may be live at once: a token that does not name its key is tried with each.
pub(super) const MAX_KEYS: usize = 8;

/// Why a text is no keys. Nothing of the text is in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum KeysError {
    /// It is not such an object.
    #[error("TOKEN_KEYS is not a JSON object of key ids and keys")]
    Json,
    /// A key has another form or length.
    #[error("TOKEN_KEYS has a key that is not 16 to 128 bytes in hexadecimal digits")]
    Key,
    /// A JSON Web Key is of another kind.
    #[error(
        "TOKEN_KEYS has a JSON Web Key that is no public key on P-256, nor one of RSA with 2048 to 4096 bits"
    )]
    Public,
    /// A JSON Web Key is a private one.
    #[error(
        "TOKEN_KEYS has a private key: it belongs to whoever signs; leave d and what follows it out"
    )]
    Private,
    /// There are more than may be live at once.
    #[error("TOKEN_KEYS has {0} keys, and may have {MAX_KEYS}")]
    Many(usize),
}
