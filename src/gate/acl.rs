//! Patterns of paths, as Akamai's `acl` has them: `*` is any run of characters, `?` any one, `!` parts alternatives.

/// Whether any alternative of `acl` is all of `path`.
pub(super) fn opens(acl: &str, path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    acl.split('!').any(|pattern| is_like(&pattern.chars().collect::<Vec<_>>(), &path))
}

/// Whether `pattern` is all of `text`. Only the last `*` is ever tried again: the ones before it have matched as early as
/// they can.
fn is_like(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut read) = (0_usize, 0_usize);
    let mut again = None;
    while let Some(&letter) = text.get(read) {
        match pattern.get(at) {
            Some('*') => {
                at = at.saturating_add(1);
                again = Some((at, read));
            }
            Some(&wanted) if wanted == '?' || wanted == letter => {
                (at, read) = (at.saturating_add(1), read.saturating_add(1));
            }
            _ => {
                let Some((after, from)) = again else { return false };
                let from = from.saturating_add(1);
                again = Some((after, from));
                (at, read) = (after, from);
            }
        }
    }
    pattern.get(at..).is_some_and(|rest| rest.iter().all(|&letter| letter == '*'))
}

#[cfg(test)]
mod tests {
    use super::opens;

    #[test]
    fn patterns_are_all_of_a_path() {
        for (acl, path) in [
            ("/*", "/films/a.ism/Manifest"),
            ("/films/a.ism/*", "/films/a.ism/"),
            ("/x/*!/films/*", "/films/a.ism"),
            ("/films/?.ism*", "/films/a.ism/Manifest"),
            ("/*.ism/*/c", "/a.ism/b/c/c"),
            ("/films/?.ism", "/films/é.ism"),
            ("/a", "/a"),
        ] {
            assert!(opens(acl, path), "{acl} {path}");
        }
        for (acl, path) in [
            ("", "/a"),
            ("!", "/a"),
            ("/films/", "/films/a.ism"),
            ("/films/*", "/filmsa/b.ism"),
            ("/films/*", "/x/films/a.ism"),
            ("/FILMS/*", "/films/a.ism"),
            ("/a?", "/a"),
            ("/*??", "/€"),
        ] {
            assert!(!opens(acl, path), "{acl} {path}");
        }
    }
}
