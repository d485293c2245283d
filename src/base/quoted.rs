//! Text of others, quoted in a sentence.

use std::fmt;

/// A text between quotes. What would break a line of a log, or the screen that it is read on, is escaped.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<T>(pub T);

impl<T: AsRef<str>> fmt::Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.as_ref().escape_debug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_as_they_were_written_and_nothing_ends_a_line() {
        assert_eq!(Quoted("Tränen 1.ism").to_string(), "\"Tränen 1.ism\"");
        assert_eq!(Quoted("a\n\u{1b}[2J\"".to_owned()).to_string(), r#""a\n\u{1b}[2J\"""#);
    }
}
