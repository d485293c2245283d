//! The way in which the media of a track come to clients, in words.

use serde_json::Value;

/// How the `media` of a track, as [`whole()`](super::whole()) has them, come to clients, and why in this way.
pub fn way(media: &Value) -> String {
    let timed = media.get("timed").and_then(Value::as_bool);
    let syntax = media.get("syntax").and_then(Value::as_str);
    let reasons = media.get("rewritten").and_then(Value::as_array);
    let reasons: Vec<&str> = reasons.into_iter().flatten().filter_map(Value::as_str).collect();
    let way = match (timed, syntax) {
        _ if !reasons.is_empty() => {
            format!("fragments, rewritten when asked for: {}", reasons.join(", "))
        }
        (Some(true), _) => "fragments as they are stored".to_owned(),
        (Some(false), _) => "fragments as they are stored, without a time of their own".to_owned(),
        (None, Some(syntax)) => syntax.to_owned(),
        (None, None) => "by its samples".to_owned(),
    };
    match media.get("clear").and_then(Value::as_u64).filter(|&first| first > 0) {
        Some(first) => format!("{way}; the first {first} in the clear"),
        None => way,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_start_in_the_clear_is_said() {
        let of = |clear: Value| way(&json!({ "timed": true, "clear": clear }));
        assert_eq!(of(Value::Null), "fragments as they are stored");
        assert_eq!(of(json!(0)), "fragments as they are stored");
        assert_eq!(of(json!(3)), "fragments as they are stored; the first 3 in the clear");
    }
}
