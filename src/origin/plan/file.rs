//! The plan of a file that is handed out as it is stored.

use super::headers::set;
use super::representation::{Freshness, Representation};
use super::step::{Plan, Planned, StoredRead};
use crate::base::range::ByteRange;
use crate::fragment::Read;
use crate::origin::asked::Asked;
use crate::origin::error::Error;
use crate::store::Meta;
use crate::url::{FileRequest, encode_name};
use http::header;

/// The file that `request` names, of which `meta` is known: one read, if any.
pub(super) fn file(
    asked: &Asked<'_>,
    request: &FileRequest<'_>,
    meta: &Meta,
) -> Result<Plan, Error> {
    let content_type = request.file_type.media_type;
    let representation = Representation::new(meta.etag.clone(), content_type, Freshness::Brief);
    let mut plan = if asked.has_current(&meta.etag)? {
        representation.not_modified()
    } else if asked.is_head() {
        representation.head(meta.size)
    } else {
        let wanted = asked.wanted(&meta.etag, meta.size)?;
        let range = wanted.or_else(|| ByteRange::new(0, meta.size));
        let read = range.filter(|range| !range.is_empty()).map(|range| StoredRead {
            key: request.key.to_string(),
            etag: meta.etag.clone(),
            read: Read::whole(range),
        });
        representation.body(meta.size, wanted, read.map(Planned::Stored).into_iter().collect())
    };
    let headers = plan.headers_mut();
    // Whatever somebody has put under this name, it is of the type that is said, and runs nothing where browsers show it.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::CONTENT_SECURITY_POLICY, "sandbox");
    if let Some(name) = &request.download {
        set(headers, header::CONTENT_DISPOSITION, &attachment(name));
    }
    Ok(plan)
}

/// Has a client save what it gets as `name` (`RFC 6266` 4.3): in ASCII for old ones, and as it is.
fn attachment(name: &str) -> String {
    let is_plain = |letter: &char| {
        letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-' | '.' | '_' | '(' | ')')
    };
    let plain: String = name.chars().map(|it| if is_plain(&it) { it } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encode_name(name))
}
