//! Boxes of the ISO base media file format and of the protected interoperable format (PIFF) that
//! Smooth Streaming files are written in, read and written: a file per family.
//!
//! Every reader takes a slice and the offset it has in its source, which errors name. Nothing here
//! is recursive, and nothing is allocated on the word of a count that the bytes could not fill.

mod asc;
mod av1;
mod bits;
mod boxes;
mod colr;
mod dialect;
mod dolby;
mod elst;
mod encryption;
mod entry;
mod esds;
mod fields;
mod header;
mod init;
mod mfra;
mod moof;
mod moov;
mod nal;
mod new_moof;
mod new_trun;
mod open;
mod pssh;
mod seig;
mod senc;
mod sidx;
mod sinf;
mod sps;
mod stbl;
mod stsd;
mod tenc;
mod tfxd;
mod traf;
mod trak;
mod trun;
mod windows;
mod write;

pub use asc::{AudioSpecificConfig, Extension};
pub use av1::{Av1Config, Av1Sequence, Colour};
pub use boxes::{BoxRef, Boxes};
pub use colr::colr_transfer;
pub use dialect::Dialect;
pub use dolby::{Ac3Config, Eac3Config};
pub use elst::{EditList, EditListEntry};
pub use encryption::{EncryptedSample, SampleEncryption};
pub use entry::portable;
pub use esds::Esds;
pub use fields::Fields;
pub use header::{BoxError, BoxType, Header, HeaderError};
pub use init::{CLEAR_ENTRY, InitSegment, TRACK_ID, stpp};
pub use mfra::{MFRO_LENGTH, Mfra, Tfra, TfraEntry, mfra_size};
pub use moof::Moof;
pub use moov::{MAX_TRACKS, Movie};
pub use nal::{AvcC, HvcC};
pub use new_moof::{NewMoof, WrittenMoof};
pub use open::{FlacConfig, OpusConfig, VpConfig};
pub use pssh::Pssh;
pub use seig::{Groups, group_encryptions, sample_groups, write_groups};
pub use senc::{EncryptionBoxes, SampleVector, Senc};
pub use sidx::{Sidx, SidxReference};
pub use sinf::{Scheme, TrackProtection};
pub use sps::Sps;
pub use stbl::{
    SampleTable, TableChunk, TableChunks, TableSample, TableSamples, TableSyncTimes, TableSyncs,
};
pub use stsd::{Layout, SampleEntry};
pub use tenc::{Encryption, ProtectionError, SchemeError, Vectors};
pub use tfxd::Tfxd;
pub use traf::Traf;
pub use trak::{MovieTrack, UnreadTrack};
pub use trun::{DataOffset, Sample, Trun};
pub use windows::{WaveFormat, ovc1_headers, vc1_headers, vc1_size};
pub use write::boxed;
