//! The language in the name of a text file.

/// The language that a text file is in by its name: `en` of `film.en.vtt`, `pt-BR` of `film.pt-BR.srt`.
///
/// It is the last but one of the parts between dots, if that looks like a tag of RFC 5646: two or three letters, and what
/// follows them behind hyphens. Whether there is such a language is not asked.
pub fn language(file: &str) -> Option<&str> {
    let name = file.rsplit('/').next()?;
    let (rest, _) = name.rsplit_once('.')?;
    let (_, tag) = rest.rsplit_once('.')?;
    let mut parts = tag.split('-');
    let is_letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_first = |part: &str| (2..=3).contains(&part.len()) && is_letters(part);
    let is_next = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (parts.next().is_some_and(is_first) && parts.all(is_next)).then_some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_before_the_ending() {
        for (file, tag) in [
            ("film.en.vtt", Some("en")),
            ("films/a.b.deu.ttml", Some("deu")),
            ("film.pt-BR.srt", Some("pt-BR")),
            ("film.zh-Hant-TW.vtt", Some("zh-Hant-TW")),
            ("film.vtt", None),
            ("films.en/film.vtt", None),
            ("film.v2.vtt", None),
            ("film.forced.vtt", None),
            ("film.en-.vtt", None),
            ("film..vtt", None),
            ("vtt", None),
        ] {
            assert_eq!(language(file), tag, "{file}");
        }
    }
}
