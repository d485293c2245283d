//! What a file is that is called like an MP4 and is none, as its first bytes say.

use std::fmt;

/// Bytes that are looked at to tell whether a file is text.
const TEXT_LENGTH: usize = 256;

/// Starts of the first two packets of a transport stream, without and with the timestamp before them that discs
/// have.
const PACKETS: [[usize; 2]; 2] = [[0, 188], [4, 196]];

/// Types of the boxes that MP4s begin with, and no other files.
const FIRST_BOXES: [&[u8; 4]; 12] = [
    b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid",
    b"sidx", b"pdin",
];

/// A kind of file that is no MP4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Foreign {
    /// `.mkv`.
    Matroska,
    /// `.webm`.
    WebM,
    /// MPEG-TS: `.ts`, `.m2ts`.
    TransportStream,
    /// MPEG-PS: `.mpg`, `.vob`.
    ProgramStream,
    /// `.avi`.
    Avi,
    /// Flash video: `.flv`.
    Flv,
    /// `.mxf`.
    Mxf,
    /// Windows Media: `.wmv`, `.wma`, `.asf`.
    Asf,
    /// `.ogg`, `.ogv`.
    Ogg,
    /// `.mp3`.
    Mp3,
    /// AAC without a container: `.aac`.
    Adts,
    /// `.flac`.
    Flac,
    /// `.wav`.
    Wave,
    /// H.264 or HEVC without a container.
    Elementary,
    /// A page: often what a server said in place of the file.
    Html,
    /// Another document.
    Xml,
    /// Other text.
    Text,
    /// An archive.
    Zip,
    /// What was compressed on its way, mostly.
    Gzip,
}

impl Foreign {
    /// What a file is that begins with `start`; `None` if it may be an MP4, or is nothing that is known.
    pub(super) fn of(start: &[u8]) -> Option<Self> {
        let is_mp4 = start.get(4..8).is_some_and(|code| FIRST_BOXES.iter().any(|it| *it == code));
        if is_mp4 {
            return None;
        }
        let packets = |places: &[usize; 2]| places.iter().all(|&at| start.get(at) == Some(&0x47));
        match start {
            [0x1a, 0x45, 0xdf, 0xa3, rest @ ..] => {
                let head = rest.get(..64).unwrap_or(rest);
                let is_webm = head.windows(4).any(|word| word == b"webm");
                Some(if is_webm { Self::WebM } else { Self::Matroska })
            }
            _ if PACKETS.iter().any(packets) => Some(Self::TransportStream),
            [0, 0, 1, 0xba, ..] => Some(Self::ProgramStream),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', ..] => Some(Self::Avi),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Self::Wave),
            [b'F', b'L', b'V', 1, ..] => Some(Self::Flv),
            [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11, ..] => Some(Self::Asf),
            [0x06, 0x0e, 0x2b, 0x34, ..] => Some(Self::Mxf),
            [b'O', b'g', b'g', b'S', ..] => Some(Self::Ogg),
            [b'I', b'D', b'3', 2..=4, ..] => Some(Self::Mp3),
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Self::Adts),
            [0xff, second, third, ..] if is_mp3([*second, *third]) => Some(Self::Mp3),
            [b'f', b'L', b'a', b'C', ..] => Some(Self::Flac),
            [b'P', b'K', 3, 4, ..] => Some(Self::Zip),
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0, 0, 0, 1, unit, kind, ..] if is_unit([*unit, *kind]) => Some(Self::Elementary),
            _ => text(start),
        }
    }

    /// What there is to do about it.
    pub(super) fn way_out(self) -> &'static str {
        match self.holds_media() {
            true => "`millrace check` gives the command line that makes an MP4 of it",
            false => "put the media file in its place",
        }
    }

    /// Whether it is video or audio all the same.
    pub fn holds_media(self) -> bool {
        !matches!(self, Self::Html | Self::Xml | Self::Text | Self::Zip | Self::Gzip)
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Matroska => "Matroska",
            Self::WebM => "WebM",
            Self::TransportStream => "an MPEG transport stream",
            Self::ProgramStream => "an MPEG program stream",
            Self::Avi => "AVI",
            Self::Flv => "Flash video",
            Self::Mxf => "MXF",
            Self::Asf => "Windows Media (ASF)",
            Self::Ogg => "Ogg",
            Self::Mp3 => "MP3",
            Self::Adts => "AAC without a container (ADTS)",
            Self::Flac => "FLAC",
            Self::Wave => "WAVE",
            Self::Elementary => "H.264 or HEVC without a container",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Text => "text",
            Self::Zip => "a ZIP archive",
            Self::Gzip => "compressed with gzip",
        })
    }
}

/// Whether a frame of MPEG audio begins with `0xff` and these: version, layer, bitrate and sampling rate are none that
/// are reserved.
fn is_mp3([second, third]: [u8; 2]) -> bool {
    let version = second & 0xf8 != 0xe8 && second & 0xe0 == 0xe0;
    let layer = second & 0x06 != 0;
    version && layer && third >> 4 != 0xf && third & 0x0c != 0x0c
}

/// Whether a stream of H.264 or HEVC may begin with this unit: a delimiter, or a set of parameters.
fn is_unit([unit, kind]: [u8; 2]) -> bool {
    let is_avc = unit & 0x80 == 0 && matches!(unit & 0x1f, 6 | 7 | 9);
    let is_hevc = matches!(unit, 0x40 | 0x42 | 0x46) && kind == 1;
    is_avc || is_hevc
}

/// What text it is, if it is any.
fn text(start: &[u8]) -> Option<Foreign> {
    let start = start.get(..TEXT_LENGTH).unwrap_or(start);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let text = match std::str::from_utf8(start) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(start.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let is_control = |other: char| other.is_control() && !other.is_whitespace();
    if text.is_empty() || text.contains(is_control) {
        return None;
    }
    let begins = |mark: &str| {
        let head = text.trim_start().get(..mark.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(mark))
    };
    Some(match () {
        () if begins("<!doctype html") || begins("<html") => Foreign::Html,
        () if begins("<?xml") => Foreign::Xml,
        () => Foreign::Text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media;
    use proptest::prelude::*;

    /// A transport stream's first packets, each behind so many bytes.
    fn packets(before: usize) -> Vec<u8> {
        let packet = [vec![0; before], vec![0x47], vec![0; 187]].concat();
        packet.repeat(3)
    }

    #[test]
    fn is_known_by_its_first_bytes() {
        for (start, kind) in [
            (&b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x23\x42\x82\x88matroska"[..], Foreign::Matroska),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Foreign::WebM),
            (&packets(0), Foreign::TransportStream),
            (&packets(4), Foreign::TransportStream),
            (b"\0\0\x01\xba\x44\0\x04\0", Foreign::ProgramStream),
            (b"RIFF\x24\x10\0\0AVI LIST", Foreign::Avi),
            (b"RIFF\x24\x10\0\0WAVEfmt ", Foreign::Wave),
            (b"FLV\x01\x05\0\0\0\x09", Foreign::Flv),
            (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9", Foreign::Asf),
            (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", Foreign::Mxf),
            (b"OggS\0\x02\0\0", Foreign::Ogg),
            (b"ID3\x04\0\0\0\0\0\x23TSSE", Foreign::Mp3),
            (b"\xff\xfb\x90\x64\0\0\0\0", Foreign::Mp3),
            (b"\xff\xf1\x4c\x80\x2b\x1f\xfc\xde", Foreign::Adts),
            (b"fLaC\0\0\0\x22", Foreign::Flac),
            (b"\0\0\0\x01\x67\x64\0\x1f", Foreign::Elementary),
            (b"\0\0\0\x01\x09\xf0\0\0", Foreign::Elementary),
            (b"\0\0\0\x01\x40\x01\x0c\x01", Foreign::Elementary),
            (b"\n<!DOCTYPE html><html>", Foreign::Html),
            (b"<HTML><body>404</body>", Foreign::Html),
            (b"\xef\xbb\xbf<?xml version=\"1.0\"?><Error>", Foreign::Xml),
            (b"no film", Foreign::Text),
            ("é".repeat(200).as_bytes(), Foreign::Text),
            ([b"x", "é".repeat(200).as_bytes()].concat().as_slice(), Foreign::Text),
            (b"PK\x03\x04\x14\0\0\0", Foreign::Zip),
            (b"\x1f\x8b\x08\0\0\0\0\0", Foreign::Gzip),
        ] {
            assert_eq!(Foreign::of(start), Some(kind), "{}", start.escape_ascii());
        }
    }

    #[test]
    fn what_may_be_an_mp4_is_none() {
        for start in [
            &b""[..],
            b"\0\0",
            b"\0\0\0\0\0\0\0\0",
            b"\0\0\0\x14ftypisom",
            b"\0\0\0\x01mdat\0\0\0\x02",
            b"\xff\xfb\x90\x64mdat",
            b"\x47\0\0\0mdat",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            &media::ftyp(),
        ] {
            assert_eq!(Foreign::of(start), None, "{}", start.escape_ascii());
        }
    }

    proptest! {
        #[test]
        fn a_box_that_files_begin_with_is_believed(size: [u8; 4], at in 0..FIRST_BOXES.len(), rest: Vec<u8>) {
            prop_assert_eq!(Foreign::of(&[&size[..], FIRST_BOXES[at], &rest].concat()), None);
        }
    }
}
