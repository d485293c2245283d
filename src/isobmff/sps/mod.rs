//! Sequence parameter sets: how large coded video is shown, and which light its samples stand for.

mod avc;
mod hevc;
mod said;

use super::bits::Bits;

pub use said::Sps;

impl Sps {
    /// Reads one of H.264 (`ISO/IEC 14496-10` 7.3.2.1), NAL unit header included; `None` if it cannot
    /// be read.
    pub fn avc(unit: &[u8]) -> Option<Self> {
        avc::read(&mut Bits::new(&payload(unit.get(1..)?)))
    }

    /// Reads one of HEVC (`ISO/IEC 23008-2` 7.3.2.2), NAL unit header included; `None` if it cannot be
    /// read.
    pub fn hevc(unit: &[u8]) -> Option<Self> {
        hevc::read(&mut Bits::new(&payload(unit.get(2..)?)))
    }
}

/// The bytes of a NAL unit without those that keep it from looking like a start code: a 3 behind two
/// zeros.
fn payload(unit: &[u8]) -> Vec<u8> {
    let mut zeros = 0;
    let is_kept = |&byte: &u8| {
        let is_kept = !(zeros >= 2 && byte == 3);
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        is_kept
    };
    unit.iter().copied().filter(is_kept).collect()
}

#[cfg(test)]
mod tests;
