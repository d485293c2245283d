//! Who asks, as far as figures tell it: from which country, and what the player says of its playback, as Common Media
//! Client Data (`CTA-5004`).

use percent_encoding::percent_decode_str;
use std::fmt;

/// The headers that players put such data into; which of its keys is in which decides nothing here.
pub const CLIENT_DATA_HEADERS: [&str; 4] =
    ["cmcd-object", "cmcd-request", "cmcd-session", "cmcd-status"];
/// The argument of a query that has it in their place.
const ARGUMENT: &str = "CMCD";
/// A session is named by at most so many bytes (`CTA-5004` 3, `sid`), and anything else that is a word.
const MAX_WORD_LEN: usize = 64;

/// The viewer of a request, for figures. What is not known is empty, or 0.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Audience {
    /// The ISO 3166 code of the country that the request comes from.
    pub country: String,
    /// What the player says.
    pub player: ClientData,
}

/// A player's report of its playback (CMCD). Players may say anything: what is no word or number of its kind is
/// left out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientData {
    /// `sid`: the viewing.
    pub session: String,
    /// `ot`: what it takes the answer for: `v` video, `a` audio, `m` a manifest, `i` an init segment, `c` captions.
    pub object: String,
    /// `sf`: the protocol: `d` DASH, `h` HLS, `s` Smooth Streaming.
    pub format: String,
    /// `br`: the bitrate of what it asks for, in kbit/s.
    pub bitrate_kbps: u32,
    /// `bl`: how much it has in its buffer, in milliseconds.
    pub buffer_ms: u32,
}

impl ClientData {
    /// What is in `query`, percent-encoded, and in these `headers`.
    pub fn of<'a>(query: Option<&str>, headers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut data = Self::default();
        let arguments = query.into_iter().flat_map(|query| query.split('&'));
        let said = arguments.filter_map(|piece| piece.strip_prefix(ARGUMENT)?.strip_prefix('='));
        for said in said {
            data.read(&percent_decode_str(said).decode_utf8_lossy());
        }
        for header in headers {
            data.read(header);
        }
        data
    }

    /// Reads a dictionary of structured fields (`RFC 8941` 3.2), as far as its keys are known.
    fn read(&mut self, said: &str) {
        for member in members(said) {
            let (key, value) = member.split_once('=').unwrap_or_default();
            let word = || word(value).unwrap_or_default().to_owned();
            let number = || value.trim().parse().unwrap_or_default();
            match key.trim() {
                "sid" => self.session = word(),
                "ot" => self.object = word(),
                "sf" => self.format = word(),
                "br" => self.bitrate_kbps = number(),
                "bl" => self.buffer_ms = number(),
                _ => {}
            }
        }
    }
}

/// In the form that it is read from: what one entrypoint hands on to the other.
impl fmt::Display for ClientData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { session, object, format, bitrate_kbps, buffer_ms } = self;
        let words = [("sid", session), ("ot", object), ("sf", format)];
        let words = words.iter().filter(|(_, word)| !word.is_empty());
        let mut members: Vec<_> = words.map(|(key, word)| format!("{key}=\"{word}\"")).collect();
        let numbers = [("br", bitrate_kbps), ("bl", buffer_ms)];
        let numbers = numbers.iter().filter(|(_, number)| **number > 0);
        members.extend(numbers.map(|(key, number)| format!("{key}={number}")));
        f.write_str(&members.join(","))
    }
}

/// What stands between the commas of `said`, but those within quotes.
fn members(said: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    said.split(move |letter: char| {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        letter == ',' && !is_quoted
    })
}

/// The word that `value` is, in quotes or without; `None` if it is too long, or has other than printable ASCII in it.
fn word(value: &str) -> Option<&str> {
    let value = value.trim();
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    (inner.len() <= MAX_WORD_LEN && inner.bytes().all(is_plain)).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn example() -> ClientData {
        ClientData {
            session: "6e2fb550-c457-11e9".to_owned(),
            object: "v".to_owned(),
            format: "s".to_owned(),
            bitrate_kbps: 3200,
            buffer_ms: 21_300,
        }
    }

    #[test]
    fn a_query_and_headers_say_the_same() {
        let query = "x=1&CMCD=bl%3D21300%2Cbr%3D3200%2Cbs%2Cot%3Dv%2Csf%3Ds%2Csid%3D%226e2fb550-c457-11e9%22&y";
        assert_eq!(ClientData::of(Some(query), []), example());
        let headers = ["br=3200,ot=v", "bl=21300", "sf=s, sid=\"6e2fb550-c457-11e9\"", "bs"];
        assert_eq!(ClientData::of(Some("cmcd=bl%3D1"), headers), example());
        assert_eq!(ClientData::of(None, []), ClientData::default());
    }

    #[test]
    fn what_is_no_such_thing_is_left_out() {
        let long = format!("sid=\"{}\"", "x".repeat(65));
        for said in
            [&*long, "sid=\"a\nb\"", "sid=\"ü\"", "sid=\"a\\\"b\"", "br=-1", "bl=x,ot", "=", ","]
        {
            assert_eq!(ClientData::of(None, [said]), ClientData::default(), "{said}");
        }
        let within = ClientData::of(None, ["cid=\"a,br=7\\\",br=8\",sid=x"]);
        assert_eq!((within.bitrate_kbps, &*within.session), (0, "x"));
    }

    proptest! {
        #[test]
        fn what_is_handed_on_is_the_same(said in ".{0,80}|(sid|ot|br|bl)=[a-z0-9\"\\\\, ]{0,20}") {
            let data = ClientData::of(None, [&*said]);
            let written = data.to_string();
            prop_assert!(written.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            prop_assert_eq!(ClientData::of(None, [&*written]), data);
        }
    }
}
