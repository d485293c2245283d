//! `millrace purge`: a deployment forgets presentations.

use super::deployment::{self, Access, resource};
use super::keys::KeyArguments;
use super::place::Place;
use anyhow::{Result, bail, ensure};
use serde_json::Value;

/// Have a deployment forget presentations, and purge its cache of them.
///
/// Files in storage are left alone: while a server manifest is there, the next viewer has it
/// indexed again. To take a presentation down, delete its .ism from storage first.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Presentations: addresses at the deployment, or server manifests here or in a bucket.
    #[arg(value_name = "URL|X.ism", required = true)]
    presentations: Vec<String>,

    #[command(flatten)]
    keys: KeyArguments,

    #[command(flatten)]
    access: Access,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let deployment = arguments.access.deployment()?;
    let mut failed = 0;
    for presentation in &arguments.presentations {
        let purged = key(presentation, arguments).and_then(|key| {
            let said = deployment.ask("DELETE", &resource(&key), None)?;
            Ok((key, said))
        });
        match purged {
            Ok((key, said)) => println!("{key}: forgotten{}", about_cache(&said)),
            Err(error) => {
                failed += 1;
                eprintln!("millrace: {presentation}: {error:#}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => bail!("{failed} of {} presentations were not purged", arguments.presentations.len()),
    }
}

fn about_cache(said: &Value) -> &'static str {
    match said.get("cache").and_then(Value::as_str) {
        Some("purged") => ", and purged from the cache",
        Some("manifests-here") => "; of the cache, its manifests in this location",
        _ => "; there is no cache that could be purged",
    }
}

/// The key of what is named by its address or its file.
fn key(presentation: &str, arguments: &Arguments) -> Result<String> {
    if !deployment::is_url(presentation) {
        return Ok(arguments.keys.resolve(&Place::parse(presentation.into())?)?.0);
    }
    let (base, key) = deployment::split(presentation)?;
    let is_there = arguments.access.is(base);
    ensure!(is_there, "this is the address of another deployment than --to");
    Ok(key)
}
