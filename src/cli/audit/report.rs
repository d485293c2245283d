//! The findings about a library as a table, as JSON, and as comma-separated values.

use super::asset::Asset;
use crate::cli::table::table;
use indicatif::HumanBytes;
use serde_json::{Value, json};

/// A table, and all of it in a line.
pub(super) fn text(assets: &[Asset]) -> String {
    let mut rows = vec![["presentation", "size", "servable", "to know"].map(str::to_owned)];
    for asset in assets {
        let size = HumanBytes(asset.bytes).to_string();
        let mut notes = asset.notes.iter().cloned();
        let first = notes.next().unwrap_or_default();
        rows.push([asset.name.clone(), size, servable(asset).to_owned(), first]);
        let way_out = asset.fault.map(|fault| fault.way_out().to_owned());
        let further = notes.chain(way_out);
        rows.extend(further.map(|note| [String::new(), String::new(), String::new(), note]));
    }
    let count = |holds: fn(&Asset) -> bool| assets.iter().filter(|asset| holds(asset)).count();
    let bytes = assets.iter().fold(0u64, |sum, asset| sum.saturating_add(asset.bytes));
    format!(
        "{}\n{} in all, {}: {} servable, {} of them with something to know; {} not\n",
        table(&rows),
        assets.len(),
        HumanBytes(bytes),
        count(|asset| asset.fault.is_none()),
        count(|asset| asset.fault.is_none() && !asset.notes.is_empty()),
        count(|asset| asset.fault.is_some()),
    )
}

/// A list of objects. `servable` is null where storage did not say.
pub(super) fn json(assets: &[Asset]) -> Value {
    let entry = |asset: &Asset| {
        let why = asset.fault.map(|_| asset.notes.join("; "));
        let losses: &[String] = if asset.fault.is_some() { &[] } else { &asset.notes };
        json!({
            "presentation": asset.name,
            "servable": (!asset.is_unknown()).then_some(asset.fault.is_none()),
            "bytes": asset.bytes,
            "fault": asset.fault.map(|fault| fault.name()),
            "why": why,
            "way_out": asset.fault.map(|fault| fault.way_out()),
            "losses": losses,
        })
    };
    assets.iter().map(entry).collect()
}

/// Comma-separated values (`RFC 4180`), the first line of which names the columns.
pub(super) fn csv(assets: &[Asset]) -> String {
    let mut text = "presentation,servable,bytes,fault,to know,way out\r\n".to_owned();
    for asset in assets {
        let (fault, way_out) = match asset.fault {
            Some(fault) => (fault.name(), fault.way_out()),
            None => ("", ""),
        };
        let (bytes, notes) = (asset.bytes.to_string(), asset.notes.join("; "));
        let cells = [&asset.name, servable(asset), &bytes, fault, &notes, way_out].map(quoted);
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

fn servable(asset: &Asset) -> &'static str {
    match asset.fault {
        None => "yes",
        Some(_) if asset.is_unknown() => "unknown",
        Some(_) => "no",
    }
}

/// A cell. What a spreadsheet would take for a formula is text: names come from whoever filled the library.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
