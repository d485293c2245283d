//! The keys that the data of a licence system names.

use crate::base::varint;
use crate::base::xml::{self, Elements, XmlError};
use crate::index::Protection;
use base64::prelude::{BASE64_STANDARD, Engine};

/// `edef8ba9-79d6-4ace-a3c8-27dcd51d21ed`.
const WIDEVINE: u128 = 0xedef_8ba9_79d6_4ace_a3c8_27dc_d51d_21ed;

/// The keys that `protection` names: those that a `pssh` lists, and those in the data of PlayReady and of
/// Widevine. None where it names none, or in words that are not known.
pub(super) fn key_ids(protection: &Protection) -> Vec<[u8; 16]> {
    let Protection { system_id, key_ids, data } = protection;
    let inner = match *system_id {
        Protection::PLAYREADY => playready(data),
        system_id if system_id == WIDEVINE.to_be_bytes() => widevine(data),
        _ => Vec::new(),
    };
    [&key_ids[..], &inner].concat()
}

/// The key ids of a PlayReady object, which is records behind its length and their number, each of a type, a length
/// and bytes (PlayReady Header Specification, 2). All numbers are little-endian.
fn playready(object: &[u8]) -> Vec<[u8; 16]> {
    const HEADER: u16 = 1;
    let mut rest = object.get(6..).unwrap_or_default();
    while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk() {
        let (kind, len) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
        let Some((record, next)) = behind.split_at_checked(len.into()) else { break };
        if kind == HEADER {
            return header(record).unwrap_or_default();
        }
        rest = next;
    }
    Vec::new()
}

/// The key ids of a PlayReady header of any version (the same, 3): `KID` is an element of version 4.0, and later
/// has an attribute `VALUE`. Both are a GUID in base64.
fn header(record: &[u8]) -> Result<Vec<[u8; 16]>, XmlError> {
    let text = xml::decode(record)?;
    let mut elements = Elements::new(&text);
    let mut key_ids = Vec::new();
    while let Some(element) = elements.read()? {
        if element.path.rsplit('/').next() != Some("KID") {
            continue;
        }
        let mut value = element.text().into_owned();
        for attribute in element.attributes() {
            if let ("VALUE", stated) = attribute? {
                value = stated.into_owned();
            }
        }
        key_ids.extend(BASE64_STANDARD.decode(value.trim()).ok().and_then(|guid| from_guid(&guid)));
    }
    Ok(key_ids)
}

/// A GUID has its first three numbers in little-endian order.
fn from_guid(guid: &[u8]) -> Option<[u8; 16]> {
    let [a, b, c, d, e, f, g, h, rest @ ..] = <[u8; 16]>::try_from(guid).ok()?;
    let [i, j, k, l, m, n, o, p] = rest;
    Some([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
}

/// The key ids of a `WidevinePsshData`: its fields 2, in the encoding of Protocol Buffers.
fn widevine(data: &[u8]) -> Vec<[u8; 16]> {
    const KEY_ID: u64 = 2;
    let mut key_ids = Vec::new();
    let mut rest = data;
    while let Some((field, kind, value, next)) = field(rest) {
        if (field, kind) == (KEY_ID, Wire::Bytes) {
            key_ids.extend(<[u8; 16]>::try_from(value).ok());
        }
        rest = next;
    }
    key_ids
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wire {
    Number,
    Bytes,
}

/// The field that `bytes` begin with: its number, its kind, its value, and what follows it.
fn field(bytes: &[u8]) -> Option<(u64, Wire, &[u8], &[u8])> {
    let (tag, len) = varint::decode(bytes)?;
    let rest = bytes.get(len..)?;
    let (kind, skipped, len) = match tag & 7 {
        0 => (Wire::Number, 0, varint::decode(rest)?.1),
        1 => (Wire::Number, 0, 8),
        2 => {
            let (len, of_len) = varint::decode(rest)?;
            (Wire::Bytes, of_len, usize::try_from(len).ok()?)
        }
        5 => (Wire::Number, 0, 4),
        _ => return None,
    };
    let (value, next) = rest.get(skipped..)?.split_at_checked(len)?;
    Some((tag >> 3, kind, value, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A key, and its GUID in base64.
    const KEY: [u8; 16] = *b"\xa7\xe6\x1c\x37\x3e\x21\x90\x33\xc2\x10\x91\xfa\x60\x7b\xf3\xb8";
    const GUID: &str = "NxzmpyE+M5DCEJH6YHvzuA==";

    fn named(system_id: [u8; 16], data: &[u8]) -> Vec<[u8; 16]> {
        key_ids(&Protection { system_id, key_ids: vec![], data: data.to_vec() })
    }

    fn object(version: &str, data: &str) -> Vec<u8> {
        let xml = format!(
            "<WRMHEADER xmlns=\"http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader\" \
             version=\"{version}\"><DATA>{data}</DATA></WRMHEADER>"
        );
        let xml: Vec<u8> = xml.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let len = u16::try_from(xml.len()).unwrap().to_le_bytes();
        let licence = [&[3, 0, 2, 0][..], &[9; 2]].concat();
        let records = [&licence[..], &[1, 0], &len, &xml].concat();
        let all = u32::try_from(records.len() + 6).unwrap().to_le_bytes();
        [&all[..], &[2, 0], &records].concat()
    }

    #[test]
    fn playready_names_keys_in_each_version_of_its_header() {
        let kids = |data: &str| named(Protection::PLAYREADY, &object("4.x", data));
        assert_eq!(kids(&format!("<PROTECTINFO/><KID>{GUID}</KID>")), [KEY]);
        let own =
            format!("<PROTECTINFO><KID ALGID=\"AESCTR\" VALUE=\"{GUID}\"></KID></PROTECTINFO>");
        assert_eq!(kids(&own), [KEY]);
        let two = format!(
            "<PROTECTINFO><KIDS><KID VALUE=\"{GUID}\" ALGID=\"AESCTR\"/>\
             <KID VALUE=\"AAAAAAAAAAAAAAAAAAAAAA==\"/></KIDS></PROTECTINFO>"
        );
        assert_eq!(kids(&two), [KEY, [0; 16]]);
        assert!(kids("<KID>not a key</KID>").is_empty() && kids("<").is_empty());
    }

    #[test]
    fn widevine_names_keys_in_its_second_field() {
        let other = [&[0x08, 0x01, 0x22, 3][..], b"abc", &[0x12, 2, 1, 2]].concat();
        let data = [&other[..], &[0x12, 16], &KEY, &[0x12, 16], &[7; 16]].concat();
        assert_eq!(named(WIDEVINE.to_be_bytes(), &data), [KEY, [7; 16]]);
        assert_eq!(named([9; 16], &data), [[0; 16]; 0], "what others say is not known");
    }

    proptest! {
        #[test]
        fn whatever_it_is_given_it_answers(data: Vec<u8>) {
            named(Protection::PLAYREADY, &data);
            named(Protection::PLAYREADY, &[&[0; 6][..], &[1, 0], &data].concat());
            named(WIDEVINE.to_be_bytes(), &data);
        }
    }
}
