//! `millrace sign`: tokens for viewers, made and explained.

use super::address::{is_url, split_host};
use super::clock::now_ms;
use super::out::print_line;
use anyhow::{Context, Result, bail, ensure};
use millrace::base::quoted::Quoted;
use millrace::gate::{Grant, Keys, Use, Viewer, resource, split};
use millrace::locator::LocatorName;
use millrace::url::key_of;
use std::fs;
use std::net::IpAddr;
use std::path::PathBuf;

/// Sign an address that opens a presentation for some time, or check one.
///
/// The token stands in front of the path, and opens the whole presentation unless --acl says
/// otherwise. It has Akamai's format, which a deployment checks where its ACCESS requires
/// tokens.
///
///     millrace sign https://media.example.com/vod/x.ism/Manifest --keys keys.json --for 6h
///     millrace sign --check https://media.example.com/hdntl=…/vod/x.ism/Manifest --keys keys.json
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Arguments {
    /// The address of a presentation, of something in it, or of a file.
    url: String,

    /// A file with the value of the deployment's TOKEN_KEYS.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,

    /// The id of the key to sign with [default: the first in alphabetical order]
    #[arg(long, value_name = "ID", conflicts_with = "check")]
    key: Option<String>,

    /// How long the token is valid: 90s, 30m, 6h or 7d.
    #[arg(long = "for", value_name = "TIME", default_value = "6h", value_parser = seconds)]
    lasts: u64,

    /// What the token opens instead of the presentation: patterns of paths such as /vod/*, separated by !.
    #[arg(long, value_name = "PATTERN", conflicts_with = "check")]
    acl: Option<String>,

    /// The only IP address that may use it; with --check, the IP address to check it for.
    #[arg(long, value_name = "ADDRESS")]
    address: Option<IpAddr>,

    /// Print whether the token in this address opens it and, if not, why.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    let Arguments { url, keys, address, .. } = arguments;
    let file = keys.display();
    let keys = fs::read_to_string(keys).with_context(|| format!("{file} cannot be read"))?;
    let keys = Keys::parse(&keys).with_context(|| format!("{file} has no keys"))?;
    ensure!(is_url(url), "{url} is no address: it begins with https:// or http://");
    let (host, path) = split_host(url)?;
    let (token, clean) = split(path);
    let clean = clean.split(['?', '#']).next().unwrap_or_default();
    let (key, rest) = key_of(clean).with_context(|| url.to_owned())?;
    ensure!(
        LocatorName::of_path(clean).is_none() || (arguments.acl.is_some() && !arguments.check),
        "{url} begins with a locator, and tokens are held against what it leads to: name that address, or --acl"
    );
    let now = now_ms() / 1000;
    if arguments.check {
        let token = token.with_context(|| format!("{url} has no token in front of its path"))?;
        let resource = resource(&key, rest);
        let viewer = &Someone { address: *address };
        let what = Use { key: &key, resource: &resource, viewer, now };
        return print_line(match token.check(&keys, &what)? {
            None => "the token opens this",
            Some(_) => {
                "the token opens this if its key has signed it: only the deployment verifies signatures of public keys"
            }
        });
    }
    ensure!(token.is_none(), "{url} has a token already: --check explains it");
    let Some(signing) = keys.find(arguments.key.as_deref()) else {
        let key =
            arguments.key.as_deref().map(|key| format!(" {}", Quoted(key))).unwrap_or_default();
        bail!("{file} has no shared key{key} to sign with: public keys only verify");
    };
    ensure!(
        arguments.acl.is_some() || !key.contains(['!', '*', '?', '~']),
        "{key} has characters that stand for others in a pattern: say with --acl what to open, such as /folder/*"
    );
    let acl = arguments.acl.clone().unwrap_or_else(|| format!("/{key}!/{key}/*"));
    let address = address.map(|address| address.to_string());
    let until = now.saturating_add(arguments.lasts);
    let token = Grant { acl: &acl, from: None, until, address: address.as_deref() }.sign(signing);
    print_line(format_args!("{host}/hdntl={token}{path}"))
}

/// A viewer of whom nothing but the address is known.
struct Someone {
    address: Option<IpAddr>,
}

impl Viewer for Someone {
    fn address(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }
}

/// A time such as `6h`, in seconds.
fn seconds(text: &str) -> Result<u64> {
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).unwrap_or_default();
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => bail!("a time is a number and s, m, h or d"),
    };
    let number: u64 = number.parse().context("a time is a number and s, m, h or d")?;
    number.checked_mul(unit).context("that is too long")
}
