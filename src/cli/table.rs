//! Tables for people: columns as wide as they need to be.

/// Lines of `rows`, the first of which names the columns. Columns whose cells are all numbers are
/// set to the right.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let is_number = |column: usize| {
        let mut cells = rows.iter().skip(1).filter_map(|row| row.get(column));
        cells.all(|cell| {
            cell.starts_with(|first: char| first.is_ascii_digit()) && !cell.contains('-')
        })
    };
    let columns: Vec<(usize, bool)> = (0..N).map(|at| (width(at), is_number(at))).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&columns).map(|(cell, &(width, right))| match right {
            true => format!("{cell:>width$}"),
            false => format!("{cell:<width$}"),
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
