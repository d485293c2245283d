//! Attributes of an element, appended to the text of a manifest.

use crate::base::xml;
use std::fmt::{Arguments, Display, Write};

/// ` name="value"`, escaped.
pub(super) fn text(out: &mut String, name: &str, value: &str) {
    open(out, name);
    xml::escape(value, out);
    out.push('"');
}

/// Writes an attribute whose value needs no escaping.
pub(super) fn number(out: &mut String, name: &str, value: impl Display) {
    open(out, name);
    put(out, format_args!("{value}\""));
}

/// Writes an attribute that is a whole number, of which a long film has tens of thousands.
pub(super) fn integer(out: &mut String, name: &str, value: impl itoa::Integer) {
    open(out, name);
    out.push_str(itoa::Buffer::new().format(value));
    out.push('"');
}

/// Writes an attribute in hexadecimal digits.
pub(super) fn hex(out: &mut String, name: &str, bytes: &[u8]) {
    open(out, name);
    upper_hex(out, bytes);
    out.push('"');
}

fn open(out: &mut String, name: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
}

/// Appends hexadecimal digits in upper case.
pub(super) fn upper_hex(out: &mut String, bytes: &[u8]) {
    bytes.iter().for_each(|byte| put(out, format_args!("{byte:02X}")));
}

/// Appends to a `String`, which never fails.
pub(super) fn put(out: &mut String, arguments: Arguments<'_>) {
    let _ = out.write_fmt(arguments);
}
