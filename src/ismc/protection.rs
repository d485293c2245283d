//! The licence data of a client manifest (`[MS-SSTR]` 2.2.2.2).

use super::error::ClientManifestError;
use crate::base::uuid::Uuid;
use crate::base::xml::Element;
use crate::index::Protection;
use base64::prelude::{BASE64_STANDARD, Engine};

/// Adds what a `ProtectionHeader` says to `kept`, unless it cannot be understood or is too much: it only
/// stands in where the files themselves do not say.
pub(super) fn keep(
    kept: &mut Vec<Protection>,
    element: &Element<'_, '_>,
) -> Result<(), ClientManifestError> {
    let mut system = None;
    for attribute in element.attributes() {
        if let ("SystemID", value) = attribute? {
            system = value.trim().parse().ok();
        }
    }
    let mut text = element.text().into_owned();
    text.retain(|character| !character.is_ascii_whitespace());
    let data = BASE64_STANDARD.decode(text).ok().filter(|data| !data.is_empty());
    let Some((Uuid(system_id), data)) = system.zip(data) else { return Ok(()) };
    let all = kept.iter().map(|known| known.data.len()).fold(data.len(), usize::saturating_add);
    if all <= Protection::MAX_TOGETHER {
        kept.push(Protection { system_id, key_ids: Vec::new(), data });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::index::Protection;
    use crate::ismc::ClientManifest;
    use base64::prelude::{BASE64_STANDARD, Engine};

    fn read(headers: &str) -> Vec<Protection> {
        let text = format!(
            "<SmoothStreamingMedia><Protection>{headers}</Protection></SmoothStreamingMedia>"
        );
        ClientManifest::parse(text.as_bytes()).unwrap().protections
    }

    #[test]
    fn a_system_and_its_data() {
        let told = |system_id| Protection { system_id, key_ids: vec![], data: b"<WRM>".to_vec() };
        for system in [
            "9a04f079-9840-4286-ab92-e65be0885f95",
            "9A04F079-9840-4286-AB92-E65BE0885F95",
            "{9A04F079-9840-4286-AB92-E65BE0885F95}",
        ] {
            for data in ["PFdSTT4=", "\r\n  PFdS\r\n  TT4=\r\n", "<![CDATA[PFdSTT4=]]>"] {
                let header =
                    format!("<ProtectionHeader SystemID='{system}'>{data}</ProtectionHeader>");
                assert_eq!(read(&header), [told(Protection::PLAYREADY)], "{header}");
            }
        }
    }

    #[test]
    fn what_cannot_be_understood_is_passed_over() {
        for header in [
            "<ProtectionHeader>PFdSTT4=</ProtectionHeader>",
            "<ProtectionHeader SystemID='9a04f079-9840-4286-ab92-e65be0885f9'>PFdSTT4=</ProtectionHeader>",
            "<ProtectionHeader SystemID='é9a04f07998404286ab92e65be0885f95'>PFdSTT4=</ProtectionHeader>",
            "<ProtectionHeader SystemID='9a04f079-9840-4286-ab92-e65be0885f95'>PFdSTT4</ProtectionHeader>",
            "<ProtectionHeader SystemID='9a04f079-9840-4286-ab92-e65be0885f95'></ProtectionHeader>",
            "<ProtectionHeader SystemID='9a04f079-9840-4286-ab92-e65be0885f95'/>PFdSTT4=",
        ] {
            assert_eq!(read(header), [], "{header}");
        }
    }

    #[test]
    fn an_index_has_room_for_so_much() {
        let header = |len: usize| {
            let data = BASE64_STANDARD.encode(vec![7; len]);
            format!("<ProtectionHeader SystemID='{:032x}'>{data}</ProtectionHeader>", 7)
        };
        assert_eq!(read(&header(Protection::MAX_TOGETHER)).len(), 1);
        assert_eq!(read(&[header(Protection::MAX_TOGETHER), header(1)].concat()).len(), 1);
        assert_eq!(read(&header(Protection::MAX_TOGETHER + 1)), []);
    }
}
