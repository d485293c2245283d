//! The ways in which a scan finds fragments.

/// The way in which a scan finds fragments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// By a table in the file, where it proves true of the first and last fragment of each track;
    /// else by its boxes.
    Tables,
    /// By its boxes always, one after the other.
    Boxes,
    /// Not at all: every sample of a fragmented file is looked for by itself, as in a progressive one.
    Samples,
}
