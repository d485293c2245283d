use super::*;

/// Every path, with the attributes in brackets.
fn read(bytes: &[u8]) -> Result<Vec<String>, XmlError> {
    let text = decode(bytes)?;
    let mut elements = Elements::new(&text);
    let mut seen = Vec::new();
    while let Some(element) = elements.read()? {
        let attributes = element.attributes().collect::<Result<Vec<_>, _>>()?;
        seen.push(match attributes.is_empty() {
            true => element.path.to_owned(),
            false => format!("{}{attributes:?}", element.path),
        });
    }
    Ok(seen)
}

fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[test]
fn every_encoding_says_the_same() {
    let text = "<?xml version='1.0' encoding='utf-16'?><a><b c='Zoë 𝄞'/></a>";
    let marked = format!("\u{feff}{text}");
    for bytes in [
        text.as_bytes().to_vec(),
        marked.as_bytes().to_vec(),
        wide(text, u16::to_le_bytes),
        wide(&marked, u16::to_le_bytes),
        wide(text, u16::to_be_bytes),
        wide(&marked, u16::to_be_bytes),
    ] {
        assert_eq!(read(&bytes).unwrap(), ["a", r#"a/b[("c", "Zoë 𝄞")]"#]);
    }
}

#[test]
fn a_declaration_is_believed_of_one_byte_codings() {
    for name in ["ISO-8859-1", "windows-1252"] {
        let document =
            [b"<?xml version='1.0' encoding='", name.as_bytes(), b"'?><a b='caf\xe9 \x85'/>"];
        assert_eq!(read(&document.concat()).unwrap(), [r#"a[("b", "café …")]"#]);
    }
    for other in [&b"iso-8859-5"[..], b"utf-8"] {
        let document = [b"<?xml version='1.0' encoding='", other, b"'?><a b='caf\xe9'/>"].concat();
        assert_eq!(read(&document), Err(XmlError::Encoding));
    }
    let undefined = b"<?xml version='1.0' encoding='windows-1252'?><a b='\x81'/>";
    assert_eq!(read(undefined), Err(XmlError::Encoding));
}

#[test]
fn broken_encodings_are_refused() {
    let lone = wide("<a>\u{10000}</a>", u16::to_le_bytes);
    let mut cut = lone.clone();
    cut.drain(8..10);
    assert_eq!(read(&cut), Err(XmlError::Encoding));
    assert_eq!(read(&lone[..lone.len() - 1]), Err(XmlError::Encoding));
    assert_eq!(read(b"<a b='\xe9'/>"), Err(XmlError::Encoding));
    assert_eq!(read(&vec![b' '; MAX_SIZE + 1]), Err(XmlError::Size(MAX_SIZE + 1)));
}

#[test]
fn characters_that_are_not_xml_are_refused() {
    assert_eq!(read(b"<a b='\0'/>"), Err(XmlError::Character('\0')));
    assert_eq!(read(b"<a>\x01</a>"), Err(XmlError::Character('\u{1}')));
    assert_eq!(read(b"<a b='&#x1f;'/>"), Err(XmlError::Character('\u{1f}')));
    assert!(read(b"<a b='&#0;'/>").is_err());
    assert!(read(b"<a b='&#xd800;'/>").is_err());
    assert!(read("<a b='\u{ffff}'/>".as_bytes()).is_err());
}

#[test]
fn prefixes_are_dropped_and_foreign_attributes_passed_over() {
    let text = b"<s:smil xmlns:s='urn:x' xmlns='urn:y' xml:lang='en'><s:b s:c='1' d='2'/></s:smil>";
    assert_eq!(read(text).unwrap(), ["smil", r#"smil/b[("d", "2")]"#]);
}

#[test]
fn attributes_are_unescaped_once() {
    let text = br#"<a b="&amp;lt; &lt;&gt;&quot;&apos;&#65;&#x42;" c='"'/>"#;
    assert_eq!(read(text).unwrap(), [r#"a[("b", "&lt; <>\"'AB"), ("c", "\"")]"#]);
    assert!(read(b"<a b='&unknown;'/>").is_err());
    assert!(read(b"<a b='&amp'/>").is_err());
}

#[test]
fn entities_are_never_defined() {
    let bomb = b"<!DOCTYPE a [<!ENTITY x 'xx'><!ENTITY y '&x;&x;'>]><a b='&y;'/>";
    assert_eq!(read(bomb), Err(XmlError::DocumentType));
    assert_eq!(read(b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"), Err(XmlError::DocumentType));
}

#[test]
fn depth_and_number_are_bounded() {
    let deep = "<a>".repeat(100_000);
    assert_eq!(read(deep.as_bytes()), Err(XmlError::Depth));
    let many = format!("<a>{}</a>", "<b/>".repeat(MAX_ELEMENTS));
    assert_eq!(read(many.as_bytes()), Err(XmlError::Elements));
}

#[test]
fn malformed_documents_are_refused() {
    for text in [
        "",
        "  ",
        "text",
        "<a>",
        "<a></b>",
        "<a",
        "<a b=>",
        "<a b='1' b='2'/>",
        "</a>",
        "<a/><b/>",
        "<a b/>",
        "<a b=1/>",
        "<!--",
        "<?xml",
        "<a><b></a></b>",
    ] {
        assert!(read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn errors_repeat_little() {
    let long = "a".repeat(1 << 20);
    for text in [format!("<{long}>"), format!("<{long}></b>"), format!("<a b='&{long};'/>")] {
        let error = read(text.as_bytes()).unwrap_err().to_string();
        assert!(error.len() < 300, "{error}");
    }
}

#[test]
fn escapes_what_it_must() {
    let mut out = String::new();
    escape("a&b<c>\"d\"\t\n\r\0\u{1b}\u{ffff}é", &mut out);
    assert_eq!(out, "a&amp;b&lt;c&gt;&quot;d&quot;&#9;&#10;&#13;é");
}

#[test]
fn names_are_plain() {
    for (name, plain) in [
        ("Name", true),
        ("_x-1.y", true),
        ("", false),
        ("1a", false),
        ("a:b", false),
        ("a b", false),
        ("é", false),
        ("xmlns", false),
        ("a=\"", false),
    ] {
        assert_eq!(is_name(name), plain, "{name}");
    }
}

#[test]
fn an_element_has_the_text_that_it_begins_with() {
    let begins = |text: &str| -> Result<(String, Vec<String>), XmlError> {
        let mut elements = Elements::new(text);
        let text = elements.read()?.unwrap().text().into_owned();
        let mut rest = Vec::new();
        while let Some(element) = elements.read()? {
            rest.push(element.path.to_owned());
        }
        Ok((text, rest))
    };
    let alone = |text: &str| Ok((text.to_owned(), vec![]));
    assert_eq!(begins("<a> b \n</a>"), alone(" b \n"));
    assert_eq!(begins("<a><![CDATA[<b>]]></a>"), alone("<b>"));
    assert_eq!(begins("<a>b&lt;c</a>"), alone("b"));
    assert_eq!(begins("<a/>"), alone(""));
    assert_eq!(begins("<a></a>"), alone(""));
    assert_eq!(begins("<a>b<c/>d</a>"), Ok(("b".to_owned(), vec!["a/c".to_owned()])));
    assert!(matches!(begins("<a>b<c"), Err(XmlError::Malformed { .. })));
}
