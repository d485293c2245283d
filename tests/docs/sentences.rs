//! What `docs/troubleshooting.md` says that is said: every sentence of a first or second column in code is in the source.

use super::{read, sources};

/// The sentences of the tables, which stand in code in the first cell, or in the second behind a status.
fn sentences(page: &str) -> Vec<&str> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("|---"));
    rows.flat_map(|row| {
        let mut cells = row.trim_matches('|').split(" | ").map(str::trim);
        let first = cells.next().unwrap();
        let is_status = first.len() == 3 && first.bytes().all(|byte| byte.is_ascii_digit());
        let cell = if is_status { cells.next().unwrap() } else { first };
        cell.split('`').skip(1).step_by(2)
    })
    .collect()
}

#[test]
fn every_sentence_is_one_that_is_said() {
    let page = read("docs/troubleshooting.md");
    // Literals go on in the next line behind a backslash.
    let goes_on = |text: String| text.split("\\\n").map(str::trim_start).collect::<String>();
    let said: Vec<String> =
        sources(&["src", "scripts"]).into_iter().map(|(_, text)| goes_on(text)).collect();
    let mut looked_for = 0;
    let mut unsaid = Vec::new();
    for sentence in sentences(&page) {
        for piece in sentence.split('…').map(|piece| piece.trim_matches([' ', ':', ';', ','])) {
            looked_for += 1;
            if !said.iter().any(|text| text.contains(piece)) {
                unsaid.push(piece);
            }
        }
    }
    assert!(unsaid.is_empty(), "nothing says {unsaid:#?}");
    assert!(looked_for > 80, "{looked_for}");
}
