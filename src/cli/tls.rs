//! TLS of all that the command line asks over HTTP.

/// Has `ring` do the cryptography of every client that is made from now on.
pub(super) fn prepare() {
    // Whoever is first to install one is heeded, and nobody else is here.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
