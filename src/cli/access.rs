//! Arguments that name a deployment and the token that opens it.

use super::address::is_this_machine;
use super::configuration::Configuration;
use super::deployment::Deployment;
use super::voice::Voice;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// The environment variable that says which deployment is meant.
const HOST: &str = "MILLRACE_HOST";

/// The address of a deployment, and its token.
#[derive(clap::Args)]
pub(super) struct Access {
    /// The deployment, such as https://media.example.com [default: MILLRACE_HOST in the environment, or
    /// host in a millrace.toml of the working folder]
    #[arg(long, visible_alias = "to", value_name = "URL")]
    host: Option<String>,

    #[command(flatten)]
    token: TokenArguments,
}

/// Arguments that name where the token is. The token itself is never an argument: everybody on a machine can see
/// arguments.
#[derive(clap::Args)]
pub(super) struct TokenArguments {
    /// The environment variable that holds the token.
    #[arg(long, value_name = "NAME", default_value = "MILLRACE_TOKEN")]
    token_env: String,

    /// A file that holds the token, instead of the environment [default: token-file in a millrace.toml of the
    /// working folder]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl TokenArguments {
    /// The deployment at `base`, to be run with the token.
    pub(super) fn open(&self, base: &str, voice: Voice) -> Result<Deployment> {
        let public = Deployment::public(base, voice)?;
        if base.starts_with("http://") && !is_this_machine(base) {
            bail!(
                "the token would cross the network in the clear: take https:// instead of {base}"
            );
        }
        Ok(public.with_token(&self.read()?))
    }

    fn read(&self) -> Result<String> {
        let token = match (&self.token_file, std::env::var(&self.token_env)) {
            (Some(file), _) => in_file(file)?,
            (None, Ok(token)) => token,
            (None, Err(_)) => {
                let file = Configuration::read()?.token_file.with_context(|| {
                    format!(
                        "the token is missing: put it into the environment as {}, or name a file that holds it, \
                         with --token-file or as token-file in millrace.toml",
                        self.token_env
                    )
                })?;
                in_file(&file)?
            }
        };
        match token.trim() {
            "" => bail!("the token is empty"),
            token => Ok(token.to_owned()),
        }
    }
}

fn in_file(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

impl Access {
    /// The deployment, to be run with the token.
    pub(super) fn deployment(&self, voice: Voice) -> Result<Deployment> {
        self.token.open(&self.host()?, voice)
    }

    /// Its scheme and host: by the arguments, else the environment, else the working folder.
    fn host(&self) -> Result<String> {
        let said = self.host.clone().or_else(|| std::env::var(HOST).ok());
        let host = match said.filter(|host| !host.is_empty()) {
            Some(host) => Some(host),
            None => Configuration::read()?.host,
        };
        host.context(
            "which deployment? Say --host https://…, or put it into the environment as MILLRACE_HOST, \
             or into millrace.toml as host",
        )
    }
}
