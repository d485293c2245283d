//! The objects that a published index may name: the Worker serves them to everybody.

use super::AdminError;
use crate::base::quoted::Quoted;
use crate::index::Index;
use crate::ism::{lies_beside, lies_in};
use crate::library::build::is_lone;
use thiserror::Error;

/// The folders that an index may name sources in, wherever its presentation lies. What lies beside or
/// below a presentation is its own in any case, as its server manifest may name it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sources(Vec<String>);

/// What was said of folders is none: a folder is a prefix of keys that ends in `/`, such as
/// `archive/masters/`.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error(
    "{} is no folder: it is a prefix of keys like archive/masters/, without dot segments",
    Quoted(_0)
)]
pub struct SourcesError(String);

impl Sources {
    /// The folders in `said`, with blanks between them; a blank in one is written `%20`.
    pub fn parse(said: &str) -> Result<Self, SourcesError> {
        let folders = said.split_ascii_whitespace().map(|written| {
            let folder = percent_encoding::percent_decode_str(written).decode_utf8();
            let folder = folder.map_err(|_| SourcesError(written.to_owned()))?.into_owned();
            // Whatever file lies in it must be one that a key can name.
            let is_folder = folder.ends_with('/') && lies_in("", &format!("{folder}file"));
            is_folder.then_some(folder).ok_or_else(|| SourcesError(written.to_owned()))
        });
        Ok(Self(folders.collect::<Result<_, _>>()?))
    }

    /// Refuses an index that is not of `presentation`, or names what is not its own. Nothing of what
    /// lies there is looked at, nor told.
    pub(super) fn check(&self, presentation: &str, index: &Index) -> Result<(), AdminError> {
        let is_of = |first: &str| first == presentation || is_lone(first);
        if !index.is_of(presentation) || !index.sources.iter().take(1).all(|it| is_of(&it.key)) {
            return Err(AdminError::OtherPresentation(presentation.to_owned()));
        }
        match index.sources.iter().find(|source| !self.allow(presentation, &source.key)) {
            Some(source) => Err(AdminError::ForeignSource {
                presentation: presentation.to_owned(),
                key: source.key.clone(),
            }),
            None => Ok(()),
        }
    }

    fn allow(&self, presentation: &str, key: &str) -> bool {
        lies_beside(presentation, key) || self.0.iter().any(|folder| lies_in(folder, key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Source;

    fn refused(sources: &Sources, presentation: &str, keys: &[&str]) -> Option<String> {
        let source = |key: &&str| Source::object(*key, 1, "e");
        let sources_of = keys.iter().map(source).collect();
        let index = Index::new(Vec::new(), Vec::new(), sources_of, Vec::new());
        match sources.check(presentation, &index) {
            Ok(()) => None,
            Err(AdminError::ForeignSource { key, .. }) => Some(key),
            Err(error) => Some(error.to_string()),
        }
    }

    #[test]
    fn beside_the_presentation_or_below() {
        let own = Sources::default();
        let fine = ["films/a/a.ism", "films/a/a.ismv", "films/a/media/a.ismv", "films/a/b..c.mp4"];
        assert_eq!(refused(&own, "films/a/a.ism", &fine), None);
        assert_eq!(refused(&own, "a.ism", &["a.ism", "media/a.mp4"]), None);
        for foreign in [
            "private/customers.csv",
            "films/b/b.ismv",
            "films/a.ismv",
            "films/abc.ismv",
            "films/a/../b/b.ismv",
            "films/a/./a.ismv",
            "films/a//a.ismv",
            "films/a/",
            "films/a/..\\b.ismv",
            "films/a/a\0.ismv",
            "/films/a/a.ismv",
            "",
        ] {
            let keys = ["films/a/a.ism", foreign];
            assert_eq!(refused(&own, "films/a/a.ism", &keys).as_deref(), Some(foreign));
        }
    }

    #[test]
    fn a_presentation_is_no_file_that_merely_lies_there() {
        let own = Sources::default();
        let lone = |file: &str| refused(&own, &format!("{file}.ism"), &[file]);
        assert_eq!(lone("films/a.mp4"), None);
        let none = lone("private/customers.csv").unwrap();
        assert_eq!(none, "the index is not of private/customers.csv.ism");
        assert!(refused(&own, "a.ism", &[]).is_some());
    }

    #[test]
    fn or_in_a_folder_that_the_deployment_names() {
        let sources = Sources::parse(" archive/masters/  my%20films/\n").unwrap();
        let keys = ["a/a.ism", "archive/masters/x/a.ismv", "my films/a.isma"];
        assert_eq!(refused(&sources, "a/a.ism", &keys), None);
        for foreign in ["archive/a.ismv", "archive/masters/../a.ismv", "archive/masters"] {
            let keys = ["a/a.ism", foreign];
            assert_eq!(refused(&sources, "a/a.ism", &keys).as_deref(), Some(foreign));
        }
        assert_eq!(Sources::parse("").unwrap(), Sources::default());
        for wrong in ["archive", "/", "/archive/", "a/../b/", "a//b/", "./", "a\\b/", "%ff/"] {
            assert_eq!(Sources::parse(wrong), Err(SourcesError(wrong.to_owned())));
        }
    }
}
