//! Who asks: what of a request tells viewers apart.

/// What a request says of its viewer. Each is asked for only where it decides something: taking it out of a request of the
/// runtime costs more than a policy does. What is not known is nothing.
pub trait Viewer {
    /// `Cookie`.
    fn cookie(&self) -> Option<String> {
        None
    }

    /// `Referer`.
    fn referrer(&self) -> Option<String> {
        None
    }

    /// The viewer's address.
    fn address(&self) -> Option<String> {
        None
    }

    /// The ISO 3166 code of where that is.
    fn country(&self) -> Option<String> {
        None
    }
}
