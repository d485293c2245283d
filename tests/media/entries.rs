//! Sample entries, and the decoder configurations in them.

use super::boxes::{boxed, full_boxed, words};

/// The `stsd` of these entries, one behind the other; or of none, and still one is counted.
pub(crate) fn stsd(entries: &[u8]) -> Vec<u8> {
    let (mut count, mut rest) = (0, entries);
    while let Some(&size) = rest.first_chunk() {
        let size = usize::try_from(u32::from_be_bytes(size)).unwrap().max(8);
        rest = rest.get(size..).unwrap_or_default();
        count += 1;
    }
    full_boxed(b"stsd", 0, 0, &[&words(&[count.max(1)]), entries].concat())
}

pub(crate) fn visual_entry(code: &[u8; 4], width: u16, height: u16, tail: &[u8]) -> Vec<u8> {
    let mut fixed = vec![0; 78];
    fixed[7] = 1;
    fixed[24..26].copy_from_slice(&width.to_be_bytes());
    fixed[26..28].copy_from_slice(&height.to_be_bytes());
    boxed(code, &[&fixed, tail].concat())
}

pub(crate) fn audio_entry(code: &[u8; 4], channels: u16, rate: u16, tail: &[u8]) -> Vec<u8> {
    let mut fixed = vec![0; 28];
    fixed[7] = 1;
    fixed[16..18].copy_from_slice(&channels.to_be_bytes());
    fixed[24..26].copy_from_slice(&rate.to_be_bytes());
    boxed(code, &[&fixed, tail].concat())
}

/// A sound description of `QuickTime`'s, of version 1.
pub(crate) fn quicktime_1(code: &[u8; 4], channels: u16, rate: u16, tail: &[u8]) -> Vec<u8> {
    let packets = words(&[1024, 0, 0, 2]);
    let mut entry = audio_entry(code, channels, rate, &[&packets, tail].concat());
    entry[17] = 1;
    entry
}

/// The same of version 2, with so many bytes more that its fixed part says it has.
pub(crate) fn quicktime_2(
    code: &[u8; 4],
    channels: u16,
    rate: f64,
    more: u32,
    tail: &[u8],
) -> Vec<u8> {
    let fixed = [
        words(&[72 + more]),
        rate.to_be_bytes().to_vec(),
        words(&[channels.into(), 0x7f00_0000, 0, 0, 0, 1024]),
    ];
    let mut entry = audio_entry(code, 3, 1, &[&fixed.concat(), tail].concat());
    entry[17] = 2;
    entry
}

pub(crate) fn text_entry(code: &[u8; 4]) -> Vec<u8> {
    boxed(code, &[&[0, 0, 0, 0, 0, 0, 0, 1][..], b"http://www.w3.org/ns/ttml\0\0\0"].concat())
}

/// The sample entry as it is, but protected like this, and so of another code.
pub(crate) fn protected_entry(
    entry: &[u8],
    (code, clear): (&[u8; 4], &[u8; 4]),
    scheme: &[u8; 4],
    key: [u8; 16],
) -> Vec<u8> {
    let pattern = if scheme == b"cbcs" { 0x19 } else { 0 };
    let frma = boxed(b"frma", clear);
    let schm = full_boxed(b"schm", 0, 0, &[&scheme[..], &[0, 1, 0, 0]].concat());
    let tenc = full_boxed(b"tenc", 1, 0, &[&[0, pattern, 1, 8][..], &key].concat());
    let sinf = boxed(b"sinf", &[frma, schm, boxed(b"schi", &tenc)].concat());
    boxed(code, &[&entry[8..], &sinf].concat())
}

pub(crate) fn avcc(sps: &[&[u8]], pps: &[&[u8]]) -> Vec<u8> {
    let mut payload = vec![1, 0x64, 0, 0x1e, 0xff];
    for (reserved, sets) in [(0xe0, sps), (0, pps)] {
        payload.push(reserved | u8::try_from(sets.len()).unwrap());
        for set in sets {
            payload.extend(u16::try_from(set.len()).unwrap().to_be_bytes());
            payload.extend(*set);
        }
    }
    boxed(b"avcC", &payload)
}

pub(crate) fn hvcc(units: &[(u8, &[u8])]) -> Vec<u8> {
    let mut payload = vec![1];
    payload.extend([0; 20]);
    payload.extend([0xff, u8::try_from(units.len()).unwrap()]);
    for (kind, unit) in units {
        payload.extend([0x80 | kind, 0, 1]);
        payload.extend(u16::try_from(unit.len()).unwrap().to_be_bytes());
        payload.extend(*unit);
    }
    boxed(b"hvcC", &payload)
}

pub(crate) fn esds(object_type: u8, specific_info: &[u8]) -> Vec<u8> {
    let descriptor =
        |tag: u8, payload: &[u8]| [&[tag, u8::try_from(payload.len()).unwrap()], payload].concat();
    let config = [&[object_type, 0x15][..], &[0; 11], &descriptor(5, specific_info)].concat();
    let stream = [&[0, 1, 0][..], &descriptor(4, &config), &descriptor(6, &[2])].concat();
    full_boxed(b"esds", 0, 0, &descriptor(3, &stream))
}
