//! TLS of all that the command line asks over HTTP.

/// Has `ring` do the cryptography of every client that is made from now on.
pub(super) fn prepare() {
    // The first that is installed counts, and nothing else installs one.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
