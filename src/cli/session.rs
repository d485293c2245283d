//! One run of the command: what its reads wait on, how far it is, and whether it is to stop.

use super::bucket::Bucket;
use super::out::tell;
use super::place::Address;
use super::voice::Voice;
use anyhow::{Context, Result, anyhow};
use futures_util::future::{Either, select};
use indicatif::{MultiProgress, ProgressDrawTarget};
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Mutex;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// The exit code of a command that Ctrl-C has ended, as shells have it.
pub(super) const INTERRUPTED: u8 = 130;

/// The runtime of the network, connections to stores, the bars on the terminal, and Ctrl-C.
pub(super) struct Session {
    runtime: Runtime,
    buckets: Mutex<Vec<Bucket>>,
    pub(super) bars: MultiProgress,
    pub(super) voice: Voice,
    pub(super) interruption: Interruption,
}

impl Session {
    /// From here on, Ctrl-C is a wish to stop; a second one ends the process at once.
    pub(super) fn start(voice: Voice) -> Result<Self> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.context("cannot start the runtime of the network")?;
        let (said, interruption) = watch::channel(false);
        runtime.spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                said.send_replace(true);
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(i32::from(INTERRUPTED));
                }
            }
        });
        let bars = MultiProgress::new();
        if voice.is_quiet() {
            bars.set_draw_target(ProgressDrawTarget::hidden());
        }
        Ok(Self {
            runtime,
            buckets: Mutex::default(),
            bars,
            voice,
            interruption: Interruption(interruption),
        })
    }

    /// The store at `address`, opened once.
    pub(super) fn bucket(&self, address: &Address) -> Result<Bucket> {
        let mut buckets = self.buckets.lock().map_err(|_| anyhow!("a thread has failed"))?;
        if let Some(bucket) = buckets.iter().find(|bucket| bucket.address == *address) {
            return Ok(bucket.clone());
        }
        let bucket = Bucket::open(address)?;
        buckets.push(bucket.clone());
        Ok(bucket)
    }

    /// Says what somebody should know who is given a result all the same, a line each.
    pub(super) fn warn(&self, warnings: &[impl fmt::Display]) {
        if self.voice.is_quiet() {
            return;
        }
        self.bars.suspend(|| {
            warnings.iter().for_each(|warning| tell(format_args!("warning: {warning}")))
        });
    }

    /// An error once somebody has pressed Ctrl-C.
    pub(super) fn go_on(&self) -> Result<()> {
        match self.interruption.is_said() {
            true => Err(InterruptedError("").into()),
            false => Ok(()),
        }
    }

    /// What comes of `work`, unless it is interrupted: then it is dropped where it stands.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let mut interruption = self.interruption.0.clone();
        let done = self.runtime.block_on(async move {
            let stop = async {
                // If nobody can say so any more, nobody does.
                if interruption.wait_for(|is_said| *is_said).await.is_err() {
                    std::future::pending().await
                }
            };
            match select(pin!(work), pin!(stop)).await {
                Either::Left((done, _)) => Some(done),
                Either::Right(_) => None,
            }
        });
        // What reads files notices by itself.
        self.go_on()?;
        done.ok_or_else(|| InterruptedError("").into())
    }
}

/// Whether somebody has pressed Ctrl-C.
#[derive(Clone)]
pub(super) struct Interruption(watch::Receiver<bool>);

impl Interruption {
    pub(super) fn is_said(&self) -> bool {
        *self.0.borrow()
    }
}

/// Why nothing more was done, and what follows for whoever has done that.
#[derive(Debug)]
pub(super) struct InterruptedError(pub(super) &'static str);

impl fmt::Display for InterruptedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "interrupted{}", self.0)
    }
}

impl std::error::Error for InterruptedError {}
