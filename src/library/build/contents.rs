//! The contents of a file, by its kind: a manifest, media, or text.

use super::BuildError;
use super::lost::Lost;
use super::reader::{Begun, Reader};
use crate::assemble::{Sourced, Warning};
use crate::base::range::ByteRange;
use crate::ism::ServerManifest;
use crate::ismc::ClientManifest;
use crate::isobmff::BoxError;
use crate::scan::{self, MAX_TEXT_FILE_LENGTH, ScanError, Scanned, Scanner, Way};
use crate::text::Syntax;

/// The most bytes that are read for a scan at a time, for they are held twice while they are handed on: the `moov` of a long
/// progressive MP4 would be too much.
const MAX_PIECE: u64 = 8 << 20;

/// The most bytes of a server manifest: real ones have a few thousand.
pub const MAX_SERVER_MANIFEST_SIZE: u64 = 1 << 20;

/// The most bytes of a client manifest: one of ten hours of a dozen streams has about half.
const MAX_CLIENT_MANIFEST_SIZE: u64 = 8 << 20;

/// Bytes of a file that are read with its size, if it is read whole: captions seldom have more, and the rest of a
/// client manifest is read while the tables of media are.
const WHOLE_LENGTH: u64 = 64 << 10;

impl Reader<'_> {
    /// What a server manifest names.
    pub(super) async fn server_manifest(
        &self,
        begun: Begun,
    ) -> Result<Sourced<ServerManifest>, BuildError> {
        let (source, bytes) = self.whole(begun, MAX_SERVER_MANIFEST_SIZE).await?;
        match ServerManifest::parse(&bytes) {
            Ok(content) => Ok(Sourced { source, content }),
            Err(cause) => Err(BuildError::Server { key: source.key, cause }),
        }
    }

    /// What the client manifest of the server manifest `presentation` says, if there is one under this key. It often did not
    /// survive a move, and all it says can be had from the media: one that is not there is not missed, and one that cannot be
    /// read is done without.
    pub(super) async fn client_manifest(
        &self,
        presentation: &str,
        key: &str,
    ) -> Result<Option<Sourced<ClientManifest>>, BuildError> {
        let Some(begun) = self.named(key, WHOLE_LENGTH).await? else { return Ok(None) };
        let key = begun.source.key.clone();
        let why = match self.whole(begun, MAX_CLIENT_MANIFEST_SIZE).await {
            Ok((source, bytes)) => match ClientManifest::parse(&bytes) {
                Ok(content) => return Ok(Some(Sourced { source, content })),
                Err(cause) => format!("{key}: {cause}"),
            },
            Err(error @ BuildError::TooLong { .. }) => error.to_string(),
            Err(error) => return Err(error),
        };
        self.warn(Warning::BrokenClient { manifest: presentation.to_owned(), key, why });
        Ok(None)
    }

    /// What there is in a file that a server manifest names, for text alone or for more, or why there is nothing of it.
    pub(super) async fn media(
        &self,
        key: String,
        is_text: bool,
    ) -> Result<Result<Sourced<Scanned>, Lost>, BuildError> {
        let syntax = Syntax::of(&key);
        let most = if syntax.is_some() { WHOLE_LENGTH } else { Scanner::START };
        let begun = match key.ends_with('/') {
            true => self.folder(&key).await?,
            false => self.named(&key, most).await?,
        };
        let Some(begun) = begun else { return Ok(Err(Lost::Missing)) };
        let key = begun.source.key.clone();
        match syntax {
            Some(syntax) => self.text(begun, syntax).await,
            None => match self.scan(begun).await {
                Err(cause @ (BuildError::Scan { .. } | BuildError::Header { .. })) if is_text => {
                    Ok(Err(Lost::Broken { key, cause }))
                }
                scanned => scanned.map(Ok),
            },
        }
    }

    /// What a file holds: by its samples, where its fragments are of no use and that many reads are granted.
    pub(super) async fn scan(&self, begun: Begun) -> Result<Sourced<Scanned>, BuildError> {
        match self.scan_by(self.way, begun.clone()).await {
            Err(BuildError::Scan { cause: ScanError::Unfit(cause), key }) => {
                match self.limits.by_samples {
                    true => {
                        self.warn_by_samples(&key, &cause);
                        self.scan_by(Way::Samples, begun).await
                    }
                    false => Err(BuildError::BySamples { key, cause }),
                }
            }
            scanned => scanned,
        }
    }

    /// What a media file or a folder holds, scanned in this `way`.
    pub(super) async fn scan_by(
        &self,
        way: Way,
        begun: Begun,
    ) -> Result<Sourced<Scanned>, BuildError> {
        let Begun { source, start } = begun;
        let broken = |cause| match source.folder.is_some() && is_no_header(&cause) {
            true => BuildError::Header { folder: source.key.clone(), cause },
            false => BuildError::Scan { key: source.key.clone(), cause },
        };
        let mut scanner = Scanner::of(&source, way);
        if !start.is_empty() {
            scanner.feed_among(0, &start, self.turns).await.map_err(broken)?;
        }
        while let Some(range) = scanner.wants() {
            let end = range.end().min(range.start().saturating_add(MAX_PIECE));
            let piece = ByteRange::new(range.start(), end).unwrap_or(range);
            let bytes = self.read(&source, piece).await?;
            scanner.feed_among(range.start(), &bytes, self.turns).await.map_err(broken)?;
        }
        let junk = scanner.junk();
        let content = scanner.finish().map_err(broken)?;
        if let Some(junk) = junk {
            let file = source.key.clone();
            self.warn(Warning::Junk { file, offset: junk.start(), length: junk.length() });
        }
        Ok(Sourced { source, content })
    }

    /// What a text file holds, or why it cannot be read.
    async fn text(
        &self,
        begun: Begun,
        syntax: Syntax,
    ) -> Result<Result<Sourced<Scanned>, Lost>, BuildError> {
        let key = begun.source.key.clone();
        let cause = match self.whole(begun, MAX_TEXT_FILE_LENGTH).await {
            Ok((source, file)) => match scan::text(syntax, &file) {
                Ok(content) => return Ok(Ok(Sourced { source, content })),
                Err(cause) => BuildError::Text { key: key.clone(), cause },
            },
            Err(error @ BuildError::TooLong { .. }) => error,
            Err(error) => return Err(error),
        };
        Ok(Err(Lost::Broken { key, cause }))
    }

    /// Takes note that a file is indexed by its samples.
    pub(super) fn warn_by_samples(&self, file: &str, why: &impl ToString) {
        self.warn(Warning::BySamples { file: file.to_owned(), why: why.to_string() });
    }

    /// Takes note of what is to be told once, however often the file is scanned.
    fn warn(&self, warning: Warning) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }
}

/// Whether a folder cannot be scanned for what its header is: no MP4 file's beginning.
fn is_no_header(cause: &ScanError) -> bool {
    match cause {
        ScanError::NoMovie | ScanError::Foreign(_) => true,
        ScanError::Box(BoxError { offset, .. }) => *offset == 0,
        _ => false,
    }
}
