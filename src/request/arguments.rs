//! A segment of the form `name(argument,argument)`.

use super::RequestError;

/// A name, and what stands in parentheses behind it.
pub(super) struct Call<'a> {
    name: &'a str,
    /// `None` where there are no parentheses.
    pub(super) arguments: Option<Vec<&'a str>>,
}

impl Call<'_> {
    /// Whether it has this name, whatever the case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// `segment` as a call; blanks around arguments are not part of them.
pub(super) fn call(segment: &str) -> Result<Call<'_>, RequestError> {
    let Some((name, rest)) = segment.split_once('(') else {
        return Ok(Call { name: segment, arguments: None });
    };
    let inner = rest
        .strip_suffix(')')
        .ok_or(RequestError::Grammar("a parenthesis is not closed at the end of its segment"))?;
    Ok(Call { name, arguments: Some(inner.split(',').map(str::trim).collect()) })
}
