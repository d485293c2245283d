//! One request, answered: through the two doors of [`crate::store`], and nothing else.

mod answer;
mod asked;
mod fixed;
mod lookup;
mod representation;
mod transfer;

pub(crate) use answer::refusal;
pub use answer::{Answer, Content, Piece};
pub use asked::Asked;

use crate::build::Limits;
use crate::error::Error;
use crate::fragment::{Absent, Place, Recipe, Synthesis, locate};
use crate::index::{Digest, Index, PagePlace, SampledFragment};
use crate::manifest::smooth::{self, Form};
use crate::memo::Memo;
use crate::request::{self, FragmentRequest, ManifestRequest, Request};
use crate::store::{IndexStore, MediaStore, StoreError};
use http::Method;
use representation::{Freshness, Representation};
use std::cell::RefCell;

/// What a deployment decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// The form of client manifests where a request does not say.
    pub form: Form,
    /// Whether a fragment that carries no time of its own is given a `tfxd`.
    pub time_untimed: bool,
    /// What building an index may cost.
    pub limits: Limits,
}

/// Answers requests out of an object store and an index store.
pub struct Origin<'a, O, I> {
    /// Where media and manifests lie.
    pub objects: &'a O,
    /// Where indexes lie.
    pub indexes: &'a I,
    /// Indexes that this isolate has decoded.
    pub memo: &'a RefCell<Memo>,
    /// What the deployment decides.
    pub settings: &'a Settings,
    /// Told of every failure that is not the client's.
    pub report: &'a dyn Fn(&Error),
}

impl<O: MediaStore, I: IndexStore> Origin<'_, O, I> {
    /// The answer to `asked`, whatever it is: errors are answers too.
    pub async fn answer(&self, asked: &Asked<'_>) -> Answer<O::Body> {
        match self.try_answer(asked).await {
            Ok(answer) => answer,
            Err(error) => {
                if error.is_trouble() {
                    (self.report)(&error);
                }
                answer::refusal(&error)
            }
        }
    }

    async fn try_answer(&self, asked: &Asked<'_>) -> Result<Answer<O::Body>, Error> {
        match *asked.method {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return Ok(answer::options()),
            _ => return Err(Error::Method),
        }
        let path = request::decode(asked.path)?;
        match Request::parse(&path)? {
            Request::ClientAccessPolicy => fixed::client_access_policy().send(asked),
            Request::CrossDomain => fixed::cross_domain().send(asked),
            Request::Presentation => Ok(answer::redirect(asked.path)),
            Request::Manifest(request) => self.manifest(asked, &request).await,
            Request::Fragment(request) => self.fragment(asked, &request).await,
        }
    }

    async fn manifest(
        &self,
        asked: &Asked<'_>,
        request: &ManifestRequest<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let index = self.index(request.presentation, None, asked.now_ms).await?;
        let form = request.form.unwrap_or(self.settings.form);
        let representation = Representation {
            etag: format!("{}-{}", index.generation, form.tag()),
            content_type: "text/xml; charset=utf-8",
            freshness: Freshness::Brief,
        };
        if asked.has_current(&representation.etag) {
            return Ok(representation.not_modified());
        }
        representation.text(smooth::render(&index, form)).send(asked)
    }

    async fn fragment(
        &self,
        asked: &Asked<'_>,
        request: &FragmentRequest<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let index = self.index(request.presentation, request.generation, asked.now_ms).await?;
        match self.fragment_of(&index, asked, request).await {
            // Storage has moved on since the index was made. KV may still hold the old one, so
            // the truth is asked of storage itself: once, as it may be changing right now.
            Err(Error::Store(StoreError::Changed(_) | StoreError::NotFound(_))) => {
                let index = self.rebuild(request.presentation, asked.now_ms).await?;
                self.fragment_of(&index, asked, request).await
            }
            answer => answer,
        }
    }

    async fn fragment_of(
        &self,
        index: &Index,
        asked: &Asked<'_>,
        request: &FragmentRequest<'_>,
    ) -> Result<Answer<O::Body>, Error> {
        let located = locate(index, request)?;
        match located.place {
            Place::Stored { range, timed } => {
                let time_untimed = self.settings.time_untimed;
                let recipe = Recipe::new(request.noun, timed, located.chunk, time_untimed);
                // It names the stored bytes, so it can be told without asking storage, and two
                // generations that share a file share it.
                let (start, end) = (range.start(), range.end());
                let etag = format!("{}-{start:x}-{end:x}{}", located.source.etag, recipe.tag());
                let representation = Representation::of_fragment(etag, &located, request);
                if asked.has_current(&representation.etag) {
                    return Ok(representation.not_modified());
                }
                if asked.is_head()
                    && let Some(length) = recipe.length(range)
                {
                    return Ok(representation.head(length));
                }
                transfer::send(self.objects, asked, &representation, located.source, range, recipe)
                    .await
            }
            Place::Sampled { page, digest, at, timescale } => {
                let synthesis = Synthesis::new(request.noun, &located, timescale);
                // The generation stands for all that the answer is made of: samples and times.
                let (generation, track) = (index.generation, page.track);
                let (number, tag) = (located.number, synthesis.tag());
                let etag = format!("{generation}-{track:x}-{number:x}{tag}");
                let representation = Representation::of_fragment(etag, &located, request);
                if asked.has_current(&representation.etag) {
                    return Ok(representation.not_modified());
                }
                let sampled = self.sampled(page, digest, at).await?;
                let source = located.source;
                transfer::make(self.objects, asked, &representation, source, &sampled, synthesis)
                    .await
            }
        }
    }

    /// What the page at `place` tells of its fragment `at`.
    async fn sampled(
        &self,
        _place: PagePlace,
        _digest: Digest,
        _at: usize,
    ) -> Result<SampledFragment, Error> {
        Err(Absent::Generation.into())
    }
}
