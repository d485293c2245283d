//! Names that viewers choose streams by.

use crate::index::Stream;

/// The name that Smooth Streaming shows of a stream: the `.ismc`'s own where that is another than fragments are asked
/// for by.
pub(super) fn name(stream: &Stream) -> &str {
    let own = stream.attributes.iter().find(|attribute| attribute.name == "Name");
    own.map_or(&stream.name, |own| &own.value)
}

/// The label that HLS and DASH show of a stream: its title, or else that name.
pub(super) fn label(stream: &Stream) -> &str {
    let title = &stream.labels.title;
    if title.is_empty() { name(stream) } else { title }
}

/// `labels` with a number behind those that an earlier one has: `English`, `English (2)`.
pub fn told_apart(labels: impl Iterator<Item = String>) -> Vec<String> {
    let mut apart: Vec<String> = Vec::new();
    for label in labels {
        let (mut own, mut number) = (label.clone(), 1);
        while apart.contains(&own) {
            number += 1;
            own = format!("{label} ({number})");
        }
        apart.push(own);
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_called_alike() {
        let labels = ["English", "English", "English (2)", "English", "Deutsch"];
        let apart = ["English", "English (2)", "English (2) (2)", "English (3)", "Deutsch"];
        assert_eq!(told_apart(labels.map(str::to_owned).into_iter()), apart);
    }
}
