//! A request's way to its answer: planned, and what the plan lacks fetched, until it can be carried out.

use super::answer::{Answer, Piece, of_bytes};
use super::asked::Asked;
use super::begun::Begun;
use super::error::Error;
use super::plan::{Facts, Step, meanwhile, plan, refusal, tag};
use super::record::{AccessRecord, Failure, Observer, Subject};
use super::settings::Settings;
use super::stopwatch::Stopwatch;
use crate::library::{Found, Library, Runtime};
use crate::store::{IndexStore, MediaStore, StoreError};
use futures_util::future::join;

/// Answers requests out of an object store and an index store.
pub struct Origin<'a, O, I, R> {
    /// Presentations, and their indexes.
    pub library: &'a Library<O, I, R>,
    /// What the deployment decides.
    pub settings: &'a Settings,
    /// Has the clock, and is called with every answer and failure.
    pub observer: &'a dyn Observer,
}

/// Times that an index is looked for again while files are replaced under an answer.
const MAX_RENEWALS: u32 = 2;

impl<O: MediaStore + 'static, I: IndexStore + 'static, R: Runtime> Origin<'_, O, I, R> {
    /// The answer to `asked`, whatever it is: errors are answers too.
    pub async fn answer(&self, asked: &Asked<'_>) -> Answer<O::Body> {
        let clock = || self.observer.now_ms();
        let watch = Stopwatch::new(&clock, asked.now_ms);
        let served = self.served(asked, &watch).await;
        if !asked.is_read() {
            return served.unwrap_or_else(|error| of_bytes(refusal(&error)));
        }
        let subject = asked.request.as_ref().ok().and_then(Subject::of);
        let mut answer = served.unwrap_or_else(|error| {
            if error.is_trouble() {
                let status = Some(error.status());
                self.observer.failed(&Failure { subject, status, error: &error });
            }
            of_bytes(refusal(&error))
        });
        let spent = watch.spent();
        self.observer.answered(&AccessRecord {
            subject,
            status: answer.status(),
            bytes: answer.body().iter().map(Piece::length).fold(0, u64::saturating_add),
            spent,
            is_hit: false,
        });
        if let Some(subject) = subject {
            tag(answer.headers_mut(), subject.presentation);
        }
        spent.tell(&mut answer);
        answer
    }

    async fn served(
        &self,
        asked: &Asked<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let (mut facts, mut renewals) = (Facts::default(), 0);
        loop {
            let attempt = self.attempt(asked, &mut facts, watch).await;
            let outdated = match (&attempt, &facts.index) {
                // Storage has moved on since the index was made. KV may still hold the old one, so
                // the truth is asked of storage itself, unless another request has done so.
                (
                    Err(Error::Store(StoreError::Changed(_) | StoreError::NotFound(_))),
                    Some(known),
                ) if renewals < MAX_RENEWALS => known.index.generation,
                _ => return attempt,
            };
            let renewed = self.library.renew(asked.presentation(), outdated, asked.now_ms).await;
            let renewed = watch.found(renewed)?;
            // What was built just now is tried once, as storage may be changing right now.
            renewals = if renewed.found == Found::Built { MAX_RENEWALS } else { renewals + 1 };
            facts = Facts { index: Some(renewed), ..Facts::default() };
        }
    }

    /// The answer by the index that is known, or the one that is found.
    async fn attempt(
        &self,
        asked: &Asked<'_>,
        facts: &mut Facts,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let presentation = asked.presentation();
        let mut begun = Begun::none();
        loop {
            match plan(asked, self.settings, facts)? {
                Step::Answer(plan) => return Ok(self.execute(plan, begun, watch).await?),
                Step::NeedsIndex(generation) => {
                    let found = self.library.index(presentation, generation, asked.now_ms).await;
                    facts.index = Some(watch.found(found)?);
                }
                Step::NeedsFile(key) => {
                    let meta = self.library.objects.head(&key).await;
                    watch.storage();
                    facts.file = Some(meta.map_err(|error| match error {
                        StoreError::NotFound(key) => Error::NoFile(key),
                        error => error.into(),
                    })?);
                }
                Step::NeedsFilters(names) => {
                    facts.filters = Some(self.library.filters(presentation, &names).await?);
                }
                Step::NeedsPage { known, page, at } => {
                    // All reads begin with the first page.
                    let ahead = match facts.sampled.is_empty() {
                        true => meanwhile(asked, &known.index),
                        false => Vec::new(),
                    };
                    let sampled = async {
                        let sampled = self.library.sampled(presentation, &known, page, at).await;
                        if let Ok((_, Found::Kv)) = sampled {
                            watch.index(Some(Found::Kv));
                        }
                        sampled
                    };
                    let (sampled, reads) = join(sampled, self.begin(ahead, watch)).await;
                    facts.sampled.push(sampled?.0);
                    begun.add_reads(reads?);
                }
                Step::NeedsHeads(wanted) => {
                    let (heads, rests) = self.heads(&wanted, watch).await?.into_iter().unzip();
                    facts.heads = heads;
                    begun = Begun::rests(rests);
                }
                Step::NeedsBytes(wanted) => facts.bytes = Some(self.bytes(&wanted, watch).await?),
            }
        }
    }
}
