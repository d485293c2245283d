//! The part of a list that is asked for: `?prefix=…&cursor=…&limit=…`, each at most once, and nothing else.

use super::AdminError;
use crate::base::digits::decimal;
use crate::url::MAX_PRESENTATION_LEN;
use percent_encoding::percent_decode_str;

/// The query of a list: where it begins and how long it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Query {
    /// What the keys begin with.
    pub(super) prefix: String,
    /// Where another part ended.
    pub(super) cursor: Option<String>,
    /// How many entries at most.
    pub(super) limit: u32,
}

impl Query {
    /// Entries of a list, where the query does not say.
    const DEFAULT_LIMIT: u32 = 100;

    /// The most that are listed at once: KV lists no more keys.
    const MAX_LIMIT: u32 = 1000;

    /// The most bytes of a cursor: KV's have about a hundred.
    const MAX_CURSOR_LEN: usize = 1024;

    pub(super) fn parse(query: Option<&str>) -> Result<Self, AdminError> {
        let (mut prefix, mut cursor, mut limit) = (None, None, None);
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let there = match name {
                "prefix" => prefix.replace(parse_prefix(value)?).is_some(),
                "cursor" => cursor.replace(parse_cursor(value)?).is_some(),
                "limit" => limit.replace(parse_limit(value)?).is_some(),
                _ => {
                    return Err(AdminError::Query(
                        "has a parameter besides prefix, cursor and limit",
                    ));
                }
            };
            if there {
                return Err(AdminError::Query("has a parameter twice"));
            }
        }
        let limit = limit.unwrap_or(Self::DEFAULT_LIMIT);
        Ok(Self { prefix: prefix.unwrap_or_default(), cursor, limit })
    }
}

fn parse_prefix(value: &str) -> Result<String, AdminError> {
    let prefix = percent_decode_str(value).decode_utf8().ok();
    let prefix = prefix.filter(|prefix| {
        prefix.len() <= MAX_PRESENTATION_LEN && !prefix.chars().any(char::is_control)
    });
    let prefix = prefix.ok_or(AdminError::Query("has a prefix that no key begins with"))?;
    Ok(prefix.into_owned())
}

fn parse_cursor(value: &str) -> Result<String, AdminError> {
    let cursor = percent_decode_str(value).decode_utf8_lossy();
    let fits = (1..=Query::MAX_CURSOR_LEN).contains(&cursor.len());
    if !fits || !cursor.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AdminError::Query("has a cursor that no list gave"));
    }
    Ok(cursor.into_owned())
}

fn parse_limit(value: &str) -> Result<u32, AdminError> {
    decimal(value)
        .filter(|limit| (1..=Query::MAX_LIMIT).contains(limit))
        .ok_or(AdminError::Query("has a limit that is no number from 1 to 1000"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_may_be_left_out() {
        let parsed = |query| Query::parse(query).unwrap();
        let all = |limit| Query { prefix: String::new(), cursor: None, limit };
        assert_eq!(parsed(None), all(100));
        assert_eq!(parsed(Some("")), all(100));
        let query = Query { cursor: Some("a+b/=".into()), ..all(1000) };
        assert_eq!(parsed(Some("limit=1000&cursor=a%2Bb/=")), query);
        let query = Query { prefix: "films/größe & ".into(), ..all(100) };
        assert_eq!(parsed(Some("prefix=films/gr%C3%B6%C3%9Fe%20%26%20")), query);
    }

    #[test]
    fn refuses_what_no_list_takes() {
        for query in [
            "limit=0",
            "limit=1001",
            "limit=",
            "limit=+1",
            "limit=x",
            "limit=1&limit=1",
            "cursor=",
            "cursor=%00",
            "cursor=a%20b",
            "token=x",
            "limit",
            "prefix=%ff",
            "prefix=a%00",
            "prefix=a&prefix=a",
        ] {
            assert!(Query::parse(Some(query)).is_err(), "{query}");
        }
    }
}
