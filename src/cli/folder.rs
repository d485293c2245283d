//! A folder of this machine as an object store: keys are paths below it.

use super::session::{InterruptedError, Interruption, Session};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use md5::{Digest, Md5};
use millrace::base::digits::hex;
use millrace::base::range::ByteRange;
use millrace::index;
use millrace::store::{Body, ListPart, Listed, MediaStore, Meta, ObjectStore, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Files below a root.
pub(super) struct Folder {
    root: PathBuf,
    tags: Tags,
    known: RefCell<HashMap<String, Known>>,
    bars: MultiProgress,
    interruption: Interruption,
}

/// A way to make the entity tag of a file.
#[derive(Clone, Copy)]
pub(super) enum Tags {
    /// Its MD5 in hexadecimal, which is what R2 and S3 call an object that was put in one piece.
    Md5,
    /// When it was last changed: enough where no index of it is kept, and nothing has to be read.
    Modified,
}

/// A file as it was when its entity tag was taken.
#[derive(Clone)]
struct Known {
    meta: Meta,
    modified: SystemTime,
}

impl Folder {
    /// The folder `root`. Reading a file through shows in the bars, and can be interrupted.
    pub(super) fn new(root: PathBuf, tags: Tags, session: &Session) -> Self {
        Self {
            root,
            tags,
            known: RefCell::default(),
            bars: session.bars.clone(),
            interruption: session.interruption.clone(),
        }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.root.join(key)
    }

    fn learn(&self, key: &str) -> io::Result<Known> {
        let file = File::open(self.path(key))?;
        let metadata = file.metadata()?;
        let modified = metadata.modified()?;
        let etag = match self.tags {
            Tags::Md5 => self.digest(key, file, &metadata)?,
            Tags::Modified => {
                modified.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string()
            }
        };
        Ok(Known { meta: Meta { size: metadata.len(), etag }, modified })
    }

    /// Reads the file through once: the one long part of indexing, so it shows how far it is.
    fn digest(&self, key: &str, mut file: File, metadata: &Metadata) -> io::Result<String> {
        let bar = self.bars.add(progress(key, metadata.len()));
        let mut digest = Md5::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            let len = file.read(&mut buffer)?;
            let read = buffer.get(..len).unwrap_or_default();
            if read.is_empty() {
                break;
            }
            if self.interruption.is_said() {
                bar.finish_and_clear();
                return Err(io::Error::other(InterruptedError("")));
            }
            digest.update(read);
            bar.inc(u64::try_from(len).unwrap_or_default());
        }
        bar.finish_and_clear();
        Ok(hex(&digest.finalize()))
    }

    fn is_unchanged(&self, key: &str, etag: &str) -> io::Result<bool> {
        let metadata = std::fs::metadata(self.path(key))?;
        let modified = metadata.modified()?;
        Ok(self.known.borrow().get(key).is_some_and(|known| {
            (known.meta.etag == etag)
                && (known.modified, known.meta.size) == (modified, metadata.len())
        }))
    }
}

impl ObjectStore for Folder {
    async fn head(&self, key: &str) -> Result<Meta, StoreError> {
        let known = self.known.borrow().get(key).map(|known| known.meta.clone());
        if let Some(meta) = known
            && self.is_unchanged(key, &meta.etag).map_err(|error| failure(key, &error))?
        {
            return Ok(meta);
        }
        let known = self.learn(key).map_err(|error| failure(key, &error))?;
        self.known.borrow_mut().insert(key.to_owned(), known.clone());
        Ok(known.meta)
    }

    /// All of it in one part.
    async fn list_folder(&self, folder: &str, _: Option<&str>) -> Result<ListPart, StoreError> {
        let names = match names_in(&self.path(folder)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            names => names.map_err(|error| failure(folder, &error))?,
        };
        // Files are read through for their tags, so it is said before that.
        if names.len() > index::Folder::MAX_CHUNKS.saturating_add(1) {
            return Err(StoreError::TooMany(folder.to_owned()));
        }
        let mut listed = Vec::with_capacity(names.len());
        for name in names {
            let meta = self.head(&format!("{folder}{name}")).await?;
            listed.push(Listed { name, meta });
        }
        Ok(ListPart { listed, cursor: None })
    }

    async fn read(&self, key: &str, range: ByteRange, etag: &str) -> Result<Vec<u8>, StoreError> {
        if !self.is_unchanged(key, etag).map_err(|error| failure(key, &error))? {
            return Err(StoreError::Changed(key.to_owned()));
        }
        read_range(&self.path(key), range).map_err(|error| failure(key, &error))
    }
}

impl MediaStore for Folder {
    type Body = ReadBytes;

    async fn open(&self, key: &str, range: ByteRange, etag: &str) -> Result<ReadBytes, StoreError> {
        let bytes = self.read(key, range, etag).await?;
        Ok(ReadBytes { key: key.to_owned(), bytes })
    }
}

/// Bytes that were read, to be handed on.
pub(super) struct ReadBytes {
    /// What they were read of.
    pub(super) key: String,
    pub(super) bytes: Vec<u8>,
}

impl Body for ReadBytes {
    async fn take(&mut self, len: usize) -> Result<Vec<u8>, StoreError> {
        if len > self.bytes.len() {
            let cause = format!("it ends {} bytes early", len.saturating_sub(self.bytes.len()));
            return Err(StoreError::Unavailable { key: self.key.clone(), cause });
        }
        let rest = self.bytes.split_off(len);
        Ok(std::mem::replace(&mut self.bytes, rest))
    }

    async fn part(&mut self, length: u64) -> Result<Self, StoreError> {
        let bytes = self.take(usize::try_from(length).unwrap_or(usize::MAX)).await?;
        Ok(Self { key: self.key.clone(), bytes })
    }
}

fn read_range(path: &Path, range: ByteRange) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(range.start()))?;
    let mut bytes = Vec::new();
    file.take(range.length()).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(len) if len == range.length() => Ok(bytes),
        _ => Err(ErrorKind::UnexpectedEof.into()),
    }
}

/// The files right in a folder, by their names. What is not UTF-8 is none that a key could name.
fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().is_file()
        {
            names.push(name);
        }
    }
    Ok(names)
}

fn failure(key: &str, error: &io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::NotFound => StoreError::NotFound(key.to_owned()),
        _ => StoreError::Unavailable { key: key.to_owned(), cause: error.to_string() },
    }
}

pub(super) fn progress(key: &str, size: u64) -> ProgressBar {
    let style = "{msg} {wide_bar} {bytes}/{total_bytes} {eta}";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(size).with_style(style).with_message(key.to_owned())
}
