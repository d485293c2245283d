//! `millrace alias`: the locators of a deployment, which addresses of Azure begin with.

use super::access::Access;
use super::deployment::Deployment;
use super::list::parts;
use super::out::{print, print_line};
use super::table::table;
use super::voice::Voice;
use anyhow::{Context, Result, bail, ensure};
use millrace::base::quoted::Quoted;
use millrace::locator::LocatorName;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Manage locators: addresses that begin with a GUID, as Azure gave out.
///
/// The deployment answers /GUID/x.ism/manifest like /PREFIX/x.ism/manifest.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Store the locators of a table.
    Put {
        /// CSV with the columns id, prefix, start, end and formats; the last three may be missing or empty. Formats
        /// are smooth, hls and dash, separated by blanks.
        #[arg(value_name = "CSV")]
        file: PathBuf,

        #[command(flatten)]
        access: Access,

        #[command(flatten)]
        voice: Voice,
    },
    /// List the locators that a deployment has.
    List {
        #[command(flatten)]
        access: Access,

        /// Print JSON.
        #[arg(long)]
        json: bool,

        #[command(flatten)]
        voice: Voice,
    },
    /// Remove locators. What they lead to stays where it is.
    Remove {
        /// Their GUIDs.
        #[arg(value_name = "GUID", required = true)]
        names: Vec<String>,

        #[command(flatten)]
        access: Access,

        #[command(flatten)]
        voice: Voice,
    },
}

pub(super) fn run(Arguments { command }: &Arguments) -> Result<()> {
    match command {
        Command::Put { file, access, voice } => put(file, access, *voice),
        Command::List { access, json, voice } => list(&access.deployment(*voice)?, *json),
        Command::Remove { names, access, voice } => remove(names, access, *voice),
    }
}

/// A row of such a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    prefix: String,
    start: Option<String>,
    end: Option<String>,
    formats: Option<String>,
}

impl Row {
    fn definition(&self) -> Value {
        let mut definition = json!({ "prefix": self.prefix });
        let formats = self.formats.as_deref().map(|list| list.split_whitespace().collect());
        let formats = formats.filter(|list: &Vec<_>| !list.is_empty()).map(Value::from);
        let time = |text: &Option<String>| text.clone().map(Value::from);
        for (name, value) in
            [("start", time(&self.start)), ("end", time(&self.end)), ("formats", formats)]
        {
            if let (Some(value), Some(members)) = (value, definition.as_object_mut()) {
                members.insert(name.to_owned(), value);
            }
        }
        definition
    }
}

/// All rows are read before the first is stored.
fn put(file: &Path, access: &Access, voice: Voice) -> Result<()> {
    let name = file.display();
    let reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file);
    let mut reader = reader.with_context(|| name.to_string())?;
    let columns = reader.headers().with_context(|| name.to_string())?;
    for wanted in ["id", "prefix"] {
        ensure!(columns.iter().any(|it| it == wanted), "{name} has no column {wanted}");
    }
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        let row: Row = row.with_context(|| format!("{name} is no table of locators"))?;
        rows.push((resource(&row.id).with_context(|| name.to_string())?, row));
    }
    let deployment = access.deployment(voice)?;
    for (resource, row) in &rows {
        let body = row.definition().to_string();
        let put = deployment.administer("PUT", resource, Some(body.as_bytes()));
        put.with_context(|| row.id.clone())?;
    }
    match voice.is_quiet() {
        true => Ok(()),
        false => print_line(format_args!("{} locators are stored", rows.len())),
    }
}

fn list(deployment: &Deployment, as_json: bool) -> Result<()> {
    let entries = parts(deployment, "locators")?;
    if as_json {
        return print_line(format_args!("{:#}", Value::from(entries)));
    }
    let mut rows = vec![["id", "prefix", "start", "end", "formats"].map(str::to_owned)];
    rows.extend(entries.iter().map(|entry| {
        let text = |name| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let formats = entry.get("formats").and_then(Value::as_array);
        let formats = formats.into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>();
        [text("name"), text("prefix"), text("start"), text("end"), formats.join(" ")]
    }));
    print(table(&rows))
}

fn remove(names: &[String], access: &Access, voice: Voice) -> Result<()> {
    let resources = names.iter().map(|name| resource(name)).collect::<Result<Vec<_>>>()?;
    let deployment = access.deployment(voice)?;
    for resource in resources {
        deployment.administer("DELETE", &resource, None)?;
    }
    Ok(())
}

/// The resource of a locator, under the admin API.
fn resource(name: &str) -> Result<String> {
    match LocatorName::parse(name) {
        Some(name) => Ok(format!("/locators/{name}")),
        None => bail!("{} is no GUID, as 0f8fad5b-d9cb-469f-a165-70867728950e is", Quoted(name)),
    }
}
