//! Sections of SCTE 35, as far as HLS distinguishes what they say.

use crate::base::xml::{self, Elements};
use crate::index::Turn;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What a `splice_info_section` says (SCTE 35, 9.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpliceInfo {
    /// The `splice_event_id` of a `splice_insert`, and 0 of all else.
    pub event: u32,
    /// Where it leads.
    pub turn: Turn,
    /// How long the break is to last, in ticks of 1/90,000 s.
    pub duration: Option<u64>,
}

/// The section that a sample is: as it stands, or as the `Binary` of an XML document has it.
pub fn section(sample: Vec<u8>) -> Option<Vec<u8>> {
    if sample.first() == Some(&TABLE) {
        return Some(sample);
    }
    let text = xml::decode(&sample).ok()?;
    let mut elements = Elements::new(&text);
    while let Some(element) = elements.read().ok()? {
        if element.path.rsplit('/').next() == Some("Binary") {
            let text: String = element.text().split_ascii_whitespace().collect();
            return BASE64_STANDARD.decode(text).ok();
        }
    }
    None
}

/// The `table_id` of SCTE 35.
const TABLE: u8 = 0xfc;
/// The `splice_command_type` of a `splice_insert`.
const INSERT: u8 = 5;

impl SpliceInfo {
    /// What `section` says; `None` if it is none. Of one that is encrypted, nothing is known.
    pub fn parse(section: &[u8]) -> Option<Self> {
        let [TABLE, high, low, _, encrypted, _, _, _, _, _, _, _, _, command, rest @ ..] = section
        else {
            return None;
        };
        let length = usize::from(high & 0x0f) << 8 | usize::from(*low);
        if section.len() != length.checked_add(3)? {
            return None;
        }
        let other = Self { event: 0, turn: Turn::Other, duration: None };
        match encrypted & 0x80 == 0 && *command == INSERT {
            true => Some(insert(rest).unwrap_or(other)),
            false => Some(other),
        }
    }
}

/// A `splice_insert` (SCTE 35, 9.7.3).
fn insert(command: &[u8]) -> Option<SpliceInfo> {
    let (event, rest) = command.split_first_chunk::<4>()?;
    let event = u32::from_be_bytes(*event);
    let [cancels, flags, rest @ ..] = rest else { return None };
    if cancels & 0x80 != 0 {
        return Some(SpliceInfo { event, turn: Turn::Other, duration: None });
    }
    let turn = if flags & 0x80 != 0 { Turn::Out } else { Turn::In };
    let [is_of_program, has_duration, is_immediate] =
        [0x40, 0x20, 0x10].map(|bit| flags & bit != 0);
    let duration = if has_duration && is_of_program {
        let time = match rest.first() {
            _ if is_immediate => 0,
            Some(time) if time & 0x80 != 0 => 5,
            _ => 1,
        };
        rest.get(time..).and_then(|rest| rest.first_chunk::<5>()).map(|&[high, a, b, c, d]| {
            u64::from(high & 1) << 32 | u64::from(u32::from_be_bytes([a, b, c, d]))
        })
    } else {
        None
    };
    Some(SpliceInfo { event, turn, duration })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(base64: &str) -> Option<SpliceInfo> {
        SpliceInfo::parse(&BASE64_STANDARD.decode(base64).unwrap())
    }

    #[test]
    fn out_and_in_are_told_apart() {
        let out = parse("/DAlAAAAAAXdAP/wFAUAAAPqf+/+AWRhuP4AUmNjAAEBAQAA8g1eNw==");
        let info = SpliceInfo { event: 1002, turn: Turn::Out, duration: Some(5_399_395) };
        assert_eq!(out, Some(info));
        let back = parse("/DAgAAAAAAXdAP/wDwUAAAPqf0/+AWXk0wABAQEAAGB86Fo=");
        assert_eq!(back, Some(SpliceInfo { event: 1002, turn: Turn::In, duration: None }));
    }

    #[test]
    fn what_is_cut_short_is_no_section_and_never_a_panic() {
        let whole = BASE64_STANDARD
            .decode("/DAlAAAAAAXdAP/wFAUAAAPqf+/+AWRhuP4AUmNjAAEBAQAA8g1eNw==")
            .unwrap();
        for len in 0..whole.len() {
            assert_eq!(SpliceInfo::parse(&whole[..len]), None, "{len}");
            let mut short = whole[..len].to_vec();
            if let (Some(length), Ok(said)) = (short.get_mut(2), u8::try_from(len)) {
                *length = said.saturating_sub(3);
            }
            let _ = SpliceInfo::parse(&short);
        }
    }

    #[test]
    fn a_section_may_stand_in_a_document() {
        let binary = "<Signal><Binary>\n/DA=\n</Binary></Signal>";
        assert_eq!(section(binary.into()), Some(vec![0xfc, 0x30]));
        assert_eq!(section(vec![0xfc, 9]), Some(vec![0xfc, 9]));
        for none in ["<AcquiredSignal/>", "<Binary>?</Binary>", "Chapter 1", ""] {
            assert_eq!(section(none.into()), None, "{none}");
        }
    }
}
