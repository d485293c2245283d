//! The definition of a stored filter, in the JSON of Azure Media Services' `assetFilters` and `accountFilters`.

use super::expression::{Comparison, Expression, Test};
use super::property::{Number, Word};
use super::{Clip, Selection, SelectionError};
use crate::base::digits::decimal;
use crate::base::time::Timescale;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// Why a definition is none.
#[derive(Debug, Error)]
pub enum DefinitionError {
    /// It is longer than any is.
    #[error("the filter's definition has {0} bytes, and may have {MAX_LEN}")]
    TooLong(usize),
    /// It is JSON, and not of an object.
    #[error("a filter's definition is a JSON object")]
    NoObject,
    /// It is not JSON of this form.
    #[error("the filter's definition is not understood: {0}")]
    Json(#[from] serde_json::Error),
    /// A condition compares what cannot be compared like this.
    #[error(
        "the filter's definition has a condition that is not understood: {property} is {value}"
    )]
    Condition {
        /// The property.
        property: String,
        /// What it is compared with.
        value: String,
    },
    /// It lets no time pass.
    #[error(transparent)]
    Clip(#[from] SelectionError),
}

/// The longest definition, in bytes.
const MAX_LEN: usize = 64 << 10;

/// Members that are of live streams alone are read, and decide nothing of what is on demand, as in Azure.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Definition {
    presentation_time_range: Option<TimeRange>,
    first_quality: Option<FirstQuality>,
    #[serde(default)]
    tracks: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TimeRange {
    start_timestamp: Option<u64>,
    end_timestamp: Option<u64>,
    timescale: Option<u32>,
    #[serde(rename = "presentationWindowDuration")]
    _window: Option<u64>,
    #[serde(rename = "liveBackoffDuration")]
    _backoff: Option<u64>,
    #[serde(rename = "forceEndTimestamp")]
    _force_end: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstQuality {
    bitrate: u32,
}

/// A track stays if it matches all conditions of any entry.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    track_selections: Vec<Condition>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    property: String,
    operation: Operation,
    value: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum Operation {
    #[serde(alias = "equal")]
    Equal,
    #[serde(alias = "notEqual")]
    NotEqual,
}

impl Selection {
    /// What the definition `json` asks to be shown.
    pub fn defined(json: &[u8]) -> Result<Self, DefinitionError> {
        if json.len() > MAX_LEN {
            return Err(DefinitionError::TooLong(json.len()));
        }
        let mut document: Value = serde_json::from_slice(json)?;
        // The REST API has it in an envelope.
        if let Some(properties) = document.get_mut("properties") {
            document = properties.take();
        }
        if !document.is_object() {
            return Err(DefinitionError::NoObject);
        }
        let definition = Definition::deserialize(document)?;
        let entries = definition.tracks.into_iter().map(entry).collect::<Result<Vec<_>, _>>()?;
        let filter = (!entries.is_empty()).then(|| Expression::any(entries));
        let clip = definition.presentation_time_range.map(clip).transpose()?.flatten();
        let first = definition.first_quality.map(|first| first.bitrate);
        Ok(Self { filter, clip, first, ..Self::default() })
    }
}

fn entry(Entry { track_selections }: Entry) -> Result<Expression, DefinitionError> {
    let conditions = track_selections.into_iter().map(condition);
    let conditions = conditions.collect::<Result<Vec<_>, _>>()?;
    match conditions.is_empty() {
        false => Ok(Expression::all(conditions)),
        true => Err(DefinitionError::Condition {
            property: "trackSelections".to_owned(),
            value: "empty".to_owned(),
        }),
    }
}

fn condition(
    Condition { property, operation, value }: Condition,
) -> Result<Expression, DefinitionError> {
    let word = |word| {
        let lower = value.to_ascii_lowercase();
        Some(Expression::Test(Test::Word(word, true, lower))).filter(|_| Word::can_be(word, &value))
    };
    let equal = match property.to_ascii_lowercase().as_str() {
        "type" => word(Word::Type),
        "name" => word(Word::Name),
        "language" => word(Word::Language),
        "fourcc" => word(Word::FourCc),
        "bitrate" => bitrates(&value),
        _ => None,
    };
    let equal = equal.ok_or(DefinitionError::Condition { property, value })?;
    Ok(if operation == Operation::Equal { equal } else { Expression::not(equal) })
}

/// One bitrate, or a range with both its ends, of which either may be missing.
fn bitrates(value: &str) -> Option<Expression> {
    let test = |comparison, digits: &str| {
        Some(Expression::Test(Test::Number(Number::Bitrate, comparison, decimal(digits)?)))
    };
    match value.trim().split_once('-').map(|(least, most)| (least.trim(), most.trim())) {
        None => test(Comparison::Equal, value.trim()),
        Some(("", most)) => test(Comparison::AtMost, most),
        Some((least, "")) => test(Comparison::AtLeast, least),
        Some((least, most)) => Some(Expression::all(vec![
            test(Comparison::AtLeast, least)?,
            test(Comparison::AtMost, most)?,
        ])),
    }
}

fn clip(range: TimeRange) -> Result<Option<Clip>, SelectionError> {
    let TimeRange { start_timestamp, end_timestamp, timescale, .. } = range;
    let timescale = timescale.map_or(Some(Timescale::SMOOTH), Timescale::new);
    let timescale = timescale.ok_or(SelectionError::Clip("a timescale is 0"))?;
    let ticks = |at| timescale.rescale(at, Timescale::SMOOTH);
    let too_large = SelectionError::Clip("a time is too large");
    let from = ticks(start_timestamp.unwrap_or(0)).ok_or(too_large)?;
    // Where there is none, Azure's own tools write the largest number that there is.
    Clip::of_ticks(from, end_timestamp.and_then(ticks))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(json: &str) -> Result<Selection, DefinitionError> {
        Selection::defined(json.as_bytes())
    }

    /// As `filters-dynamic-manifest-rest-howto` has it.
    const DOCUMENTED: &str = r#"{"properties": {
        "presentationTimeRange": {"startTimestamp": 0, "endTimestamp": 170000000,
            "presentationWindowDuration": 9223372036854775000, "liveBackoffDuration": 0,
            "timescale": 10000000, "forceEndTimestamp": false},
        "firstQuality": {"bitrate": 128000},
        "tracks": [
            {"trackSelections": [
                {"property": "Type", "operation": "Equal", "value": "Audio"},
                {"property": "Language", "operation": "NotEqual", "value": "en"},
                {"property": "FourCC", "operation": "NotEqual", "value": "EC-3"}]},
            {"trackSelections": [
                {"property": "Type", "operation": "Equal", "value": "Video"},
                {"property": "Bitrate", "operation": "Equal", "value": "3000000-5000000"}]}]}}"#;

    #[test]
    fn what_is_documented_is_understood() {
        let Selection { filter, clip, first, .. } = defined(DOCUMENTED).unwrap();
        let expected = "type==\"audio\"&&!systemLanguage==\"en\"&&!FourCC==\"ec-3\"||\
                        type==\"video\"&&systemBitrate>=3000000&&systemBitrate<=5000000";
        assert_eq!(filter.unwrap().to_string(), expected);
        assert_eq!((clip.unwrap().written(';').as_str(), first), ("0;17", Some(128_000)));
        assert_eq!(defined("{}").unwrap(), Selection::default());
    }

    #[test]
    fn bitrates_are_one_or_a_range() {
        let of = |value: &str| bitrates(value).map(|it| it.to_string());
        for (value, expected) in [
            ("0-2427000", Some("systemBitrate>=0&&systemBitrate<=2427000")),
            ("64000", Some("systemBitrate==64000")),
            ("-64000", Some("systemBitrate<=64000")),
            ("64000-", Some("systemBitrate>=64000")),
            ("-", None),
            ("+1", None),
            ("1-2-3", None),
            ("", None),
        ] {
            assert_eq!(of(value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn times_are_in_their_timescale() {
        let clip = |range: &str| {
            let json = format!("{{\"presentationTimeRange\": {range}}}");
            defined(&json).map(|it| it.clip.map(|clip| clip.written(';')))
        };
        let milliseconds = r#"{"startTimestamp": 1500, "endTimestamp": 3000, "timescale": 1000}"#;
        assert_eq!(clip(milliseconds).unwrap().as_deref(), Some("1.5;3"));
        let open =
            r#"{"startTimestamp": 15000000, "endTimestamp": 9223372036854775807, "timescale": 1}"#;
        assert_eq!(clip(open).unwrap().as_deref(), Some("15000000;"), "to the end");
        assert_eq!(clip(r#"{"startTimestamp": 15000000}"#).unwrap().as_deref(), Some("1.5;"));
        assert_eq!(clip("{}").unwrap(), None);
        assert!(clip(r#"{"startTimestamp": 2, "endTimestamp": 1}"#).is_err());
        assert!(clip(r#"{"timescale": 0}"#).is_err());
    }

    #[test]
    fn what_is_none_is_refused() {
        let track =
            |condition: &str| format!("{{\"tracks\":[{{\"trackSelections\":[{condition}]}}]}}");
        for json in [
            String::new(),
            "[]".to_owned(),
            "[null, null, []]".to_owned(),
            "{\"properties\": [null, null]}".to_owned(),
            "{\"track\": []}".to_owned(),
            "{\"properties\": {\"track\": []}}".to_owned(),
            "{\"tracks\": [{}]}".to_owned(),
            track(""),
            track(r#"{"property": "Type", "operation": "Equal", "value": "Picture"}"#),
            track(r#"{"property": "Height", "operation": "Equal", "value": "720"}"#),
            track(r#"{"property": "Type", "operation": "Less", "value": "Video"}"#),
            track(r#"{"property": "Bitrate", "operation": "Equal", "value": "low"}"#),
            " ".repeat(MAX_LEN + 1),
        ] {
            assert!(defined(&json).is_err(), "{json}");
        }
    }
}
