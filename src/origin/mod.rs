//! One request, answered: through the two doors of [`crate::store`], and nothing else.

mod account;
mod answer;
mod asked;
mod error;
mod fixed;
mod keeping;
mod manifests;
mod point;
mod representation;
mod span;
mod stopwatch;
mod text;
mod transfer;

pub use account::{Account, Failure, FragmentName, Observer, Subject};
pub(crate) use answer::refusal;
pub use answer::{Answer, Content, Piece, cache_tag};
pub use asked::Asked;
pub use error::Error;
pub use keeping::{Lookup, manifest_paths, may_be_kept};
pub use point::Point;
pub use stopwatch::Spent;

use crate::fragment::{Absent, Located, Place, Recipe, Synthesis, Text, locate};
use crate::index::{Carriage, Digest, Generation, Index, SampledFragment};
use crate::library::build::{Limits, Rules};
use crate::library::{Found, Known, Library, Runtime};
use crate::store::{IndexStore, MediaStore, StoreError};
use crate::url::{Form, FragmentRequest, Request};
use http::Method;
use representation::Representation;
use stopwatch::Stopwatch;
use transfer::Sender;

/// What a deployment decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The form of client manifests where a request does not say.
    pub form: Form,
    /// Whether a fragment that carries no time of its own is given a `tfxd`.
    pub time_untimed: bool,
    /// What building an index may cost.
    pub limits: Limits,
    /// What it heeds.
    pub rules: Rules,
}

/// Answers requests out of an object store and an index store.
pub struct Origin<'a, O, I, R> {
    /// Presentations, and their indexes.
    pub library: &'a Library<O, I, R>,
    /// What the deployment decides.
    pub settings: &'a Settings,
    /// Who has the clock, and is told of everything.
    pub observer: &'a dyn Observer,
}

impl<O: MediaStore + 'static, I: IndexStore + 'static, R: Runtime> Origin<'_, O, I, R> {
    /// The answer to `asked`, whatever it is: errors are answers too.
    pub async fn answer(&self, asked: &Asked<'_>) -> Answer<O::Body> {
        match *asked.method {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return answer::preflight(asked),
            _ => return answer::refusal(&Error::Method),
        }
        let clock = || self.observer.now_ms();
        let watch = Stopwatch::new(&clock, asked.now_ms);
        let request = Request::parse(asked.path);
        let subject = request.as_ref().ok().and_then(Subject::of);
        let answer = match &request {
            Ok(request) => self.answer_to(request, asked, &watch).await,
            Err(error) => Err(error.clone().into()),
        };
        let answer = answer.unwrap_or_else(|error| {
            if error.is_trouble() {
                let status = Some(error.status());
                self.observer.failed(&Failure { subject, status, error: &error });
            }
            answer::refusal(&error)
        });
        let spent = watch.spent();
        self.observer.answered(&Account {
            subject,
            status: answer.status(),
            bytes: answer.body().iter().map(Piece::length).fold(0, u64::saturating_add),
            spent,
            is_hit: false,
        });
        answer::about(answer, subject.map(|subject| subject.presentation), &spent)
    }

    async fn answer_to(
        &self,
        request: &Request<'_>,
        asked: &Asked<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        match request {
            Request::ClientAccessPolicy => fixed::client_access_policy().send(asked),
            Request::CrossDomain => fixed::cross_domain().send(asked),
            Request::Presentation(presentation) => Ok(answer::redirect(asked, presentation)),
            Request::Manifest(request) => self.manifest(asked, request, watch).await,
            Request::Level(request) => self.level(asked, request, watch).await,
            Request::Fragment(request) => self.fragment(asked, request, watch).await,
        }
    }

    async fn fragment(
        &self,
        asked: &Asked<'_>,
        request: &FragmentRequest<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let FragmentRequest { presentation, generation, .. } = request;
        let mut known = self.index(presentation, *generation, asked.now_ms, watch).await?;
        for _ in 0..2 {
            match self.fragment_of(&known, asked, request, watch).await {
                // Storage has moved on since the index was made. KV may still hold the old one, so
                // the truth is asked of storage itself, unless another request has done so.
                Err(Error::Store(StoreError::Changed(_) | StoreError::NotFound(_))) => {}
                answer => return answer,
            }
            let outdated = known.index.generation;
            let renewed = self.library.renew(presentation, outdated, asked.now_ms).await;
            known = watch.found(renewed)?;
            // Once, as it may be changing right now.
            if known.found == Found::Built {
                break;
            }
        }
        self.fragment_of(&known, asked, request, watch).await
    }

    /// The presentation's index, and how long it took to find.
    async fn index(
        &self,
        presentation: &str,
        wanted: Option<Generation>,
        now_ms: u64,
        watch: &Stopwatch<'_>,
    ) -> Result<Known, Error> {
        Ok(watch.found(self.library.index(presentation, wanted, now_ms).await)?)
    }

    /// The fragment at place `at` of a page, and how long it took to find.
    async fn sampled(
        &self,
        presentation: &str,
        known: &Known,
        page: Digest,
        at: usize,
        watch: &Stopwatch<'_>,
    ) -> Result<SampledFragment, Error> {
        let (sampled, found) = self.library.sampled(presentation, known, page, at).await?;
        if found == Found::Kv {
            watch.index(Some(found));
        }
        Ok(sampled)
    }

    async fn fragment_of(
        &self,
        known: &Known,
        asked: &Asked<'_>,
        request: &FragmentRequest<'_>,
        watch: &Stopwatch<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let index = &known.index;
        let located = locate(index, request)?;
        if let Some(text) = Text::new(request.noun, &located) {
            return self.text(known, asked, request, (&located, &text), watch).await;
        }
        let (objects, source) = (&*self.library.objects, located.source);
        let send = |representation| Sender { objects, asked, watch, representation, source };
        match located.place {
            Place::Stored { range, carriage } => {
                let time_untimed = self.settings.time_untimed;
                let recipe = Recipe::new(request.noun, &located, carriage, time_untimed);
                let tag = recipe.tag();
                let etag = match carriage {
                    // It names the stored bytes, so it can be told without asking storage, and two
                    // generations that share a file share it.
                    Carriage::Stored { .. } => {
                        let (start, end) = (range.start(), range.end());
                        format!("{}-{start:x}-{end:x}{tag}", located.source.etag)
                    }
                    Carriage::Rewritten(_) => made(index, &located, tag),
                };
                let representation = Representation::of_fragment(etag, &located, request);
                if asked.has_current(&representation.etag)? {
                    return Ok(representation.not_modified());
                }
                if asked.is_head()
                    && let Some(length) = recipe.length(range)
                {
                    return Ok(representation.head(length));
                }
                send(&representation).stored(range, recipe).await
            }
            Place::Sampled { page, at, timescale, early } => {
                let synthesis = Synthesis::new(request.noun, &located, (timescale, early));
                let etag = made(index, &located, synthesis.tag());
                let representation = Representation::of_fragment(etag, &located, request);
                if asked.has_current(&representation.etag)? {
                    return Ok(representation.not_modified());
                }
                let sampled = self.sampled(&request.presentation, known, page, at, watch).await?;
                send(&representation).made(&sampled, synthesis).await
            }
            Place::Cues { .. } => Err(Absent::Text(located.stream.name.clone()).into()),
        }
    }
}

/// The entity tag of what is made of a fragment. The generation stands for all that it is made of:
/// samples and times.
fn made(index: &Index, located: &Located<'_>, tag: &str) -> String {
    let (generation, track, number) = (index.generation, located.track_number, located.number);
    format!("{generation}-{track:x}-{number:x}{tag}")
}
