//! Names that a stream can have in URLs.

use super::presentation::names_presentation;
use std::borrow::Cow;

/// Names in URLs have at most so many bytes: percent-encoded they take three times as many, and clients
/// and servers on the way take some thousand of a whole URL.
const MAX_LEN: usize = 255;

/// Whether a stream can have this name in URLs: it is a segment of a path that nobody on the way drops or
/// refuses, and that ends no presentation.
pub fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..")
        && name.len() <= MAX_LEN
        && !name.contains(char::is_control)
        && !names_presentation(name)
}

/// `name` where a stream can have it in URLs, else the nearest that one can: `_` in the place of what is
/// in the way. Of nothing, it is nothing.
pub fn nearest_name(name: &str) -> Cow<'_, str> {
    if name.is_empty() || is_name(name) {
        return Cow::Borrowed(name);
    }
    let mut near = String::new();
    for letter in name.chars().map(|letter| if letter.is_control() { '_' } else { letter }) {
        if near.len().saturating_add(letter.len_utf8()) > MAX_LEN {
            break;
        }
        near.push(letter);
    }
    match is_name(&near) {
        true => Cow::Owned(near),
        false => Cow::Owned(near.replace('.', "_")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_in_the_way_is_replaced() {
        for name in ["Director's, commentary", "AC3/5.1", "100%", "a=b", " ", "...", "ism"] {
            assert_eq!(nearest_name(name), name);
        }
        let made = |name: &str| nearest_name(name).into_owned();
        assert_eq!([made("."), made(".."), made("a\tb")], ["_", "__", "a_b"]);
        assert_eq!([made("x.ism"), made("a/b.c.ISML")], ["x_ism", "a/b_c_ISML"]);
        assert_eq!(made(&"é".repeat(200)), "é".repeat(127));
    }

    proptest! {
        #[test]
        fn whatever_is_made_is_a_name(name in any::<String>().prop_filter("", |it| !it.is_empty())) {
            prop_assert!(is_name(&nearest_name(&name)));
        }
    }
}
