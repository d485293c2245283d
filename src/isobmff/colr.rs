//! The colours that decoded video has.

use super::{BoxError, BoxRef};

/// The transfer characteristics (`ISO/IEC 23091-2` 8.2) that a `colr` says (`ISO/IEC 14496-12` 12.1.5), or
/// QuickTime's of the same form; `None` if it holds a profile instead.
pub fn colr_transfer(colr: &BoxRef<'_>) -> Result<Option<u8>, BoxError> {
    let mut fields = colr.fields();
    match &fields.array()? {
        b"nclx" | b"nclc" => {
            fields.skip(2)?;
            Ok(u8::try_from(fields.u16()?).ok())
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::boxed;

    #[test]
    fn of_either_form() {
        let of = |payload: &[u8]| {
            colr_transfer(&BoxRef::whole(&boxed(b"colr", payload), 0).unwrap())
                .map_err(|error| error.problem)
        };
        assert_eq!(of(b"nclx\0\x09\0\x10\0\x09\0"), Ok(Some(16)));
        assert_eq!(of(b"nclc\0\x01\0\x01\0\x01"), Ok(Some(1)));
        assert_eq!(of(b"prof\0\0"), Ok(None));
        assert_eq!(of(b"nclx\0\x09"), Err("it ends within a field"));
    }
}
