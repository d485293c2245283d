use super::*;
use crate::base::chunk::Chunk;
use crate::base::time::Timescale;
use proptest::prelude::*;

/// Video of H.264 in 1280 by 720, or audio in Portuguese.
#[derive(Clone, Copy)]
enum Track {
    Video,
    Audio,
}

impl Described for Track {
    fn number(&self, number: Number) -> Option<u64> {
        match (self, number) {
            (Self::Video, Number::Bitrate) => Some(3_000_000),
            (Self::Video, Number::Width) => Some(1280),
            (Self::Video, Number::Height) => Some(720),
            (Self::Audio, Number::Bitrate) => Some(64_000),
            (Self::Audio, Number::Channels) => Some(2),
            (Self::Audio, Number::SamplingRate) => Some(48_000),
            _ => None,
        }
    }

    fn goes_by(&self, word: Word, value: &str) -> bool {
        let own: &[&str] = match (self, word) {
            (Self::Video, Word::Type | Word::Name) => &["video"],
            (Self::Video, Word::FourCc) => &["h264", "avc1"],
            (Self::Audio, Word::Type) => &["audio"],
            (Self::Audio, Word::Name) => &["Ton \"é\""],
            (Self::Audio, Word::Language) => &["pt-BR"],
            _ => &[],
        };
        own.iter().any(|own| own.eq_ignore_ascii_case(value))
    }
}

#[test]
fn holds_of_tracks() {
    for (text, of_video, of_audio) in [
        ("type==\"video\"", true, false),
        ("TYPE != 'Video'", false, true),
        ("type==\"text\"||type==\"textstream\"", false, false),
        ("systemBitrate<=3000000", true, true),
        ("systemBitrate<3000000", false, true),
        ("systemBitrate>64000", true, false),
        ("systemBitrate>=64000 && systemBitrate==\"64000\"", false, true),
        ("MaxHeight<=720", true, false),
        ("MaxHeight!=720", false, true),
        ("!(MaxHeight<=720)", false, true),
        ("MaxWidth==1280", true, false),
        ("type==\"audio\"||MaxHeight<=480", false, true),
        ("systemLanguage==\"PT-br\"", false, true),
        ("systemLanguage!=\"pt\"", true, true),
        ("systemLanguage==\"\"", false, false),
        ("FourCC==\"avc1\"", true, false),
        ("FourCC!=\"AVC1\"", false, true),
        ("channels==2&&samplingRate==48000", false, true),
        ("trackName=='ton \"é\"'", false, true),
        ("type==\"audio\"&&channels==2||type==\"video\"&&MaxHeight==720", true, true),
        ("type==\"audio\"&&(channels==6||type==\"audio\")", false, true),
    ] {
        let expression = Expression::parse(text).unwrap();
        let holds = (expression.holds(&Track::Video), expression.holds(&Track::Audio));
        assert_eq!(holds, (of_video, of_audio), "{text}");
    }
}

#[test]
fn all_spellings_have_one() {
    for (text, one) in [
        (" ( TYPE == 'Video' ) ", "type==\"video\""),
        ("((type==\"video\"))&&(maxheight<=0720)", "type==\"video\"&&MaxHeight<=720"),
        ("channels==\"2\"&&(channels==2&&channels==2)", "channels==2&&channels==2&&channels==2"),
        ("(channels==2&&channels==3)||channels==4", "channels==2&&channels==3||channels==4"),
        ("channels==2&&(channels==3||channels==4)", "channels==2&&(channels==3||channels==4)"),
        ("!!(channels==2)", "channels==2"),
        ("!(channels==2||channels==3)", "!(channels==2||channels==3)"),
        ("! (channels==2)", "!channels==2"),
        ("trackName=='a\"b'", "trackName=='a\"b'"),
    ] {
        assert_eq!(Expression::parse(text).unwrap().to_string(), one, "{text}");
    }
}

#[test]
fn what_is_not_understood_says_where() {
    let at = |text: &str| match Expression::parse(text) {
        Err(SelectionError::Expression { at, .. }) => at,
        other => panic!("{text}: {other:?}"),
    };
    for (text, place) in [
        ("", 0),
        ("  ", 2),
        ("type", 4),
        ("type=\"video\"", 4),
        ("type==video", 6),
        ("type==\"video", 6),
        ("type==\"vidoe\"", 6),
        ("type<\"video\"", 5),
        ("height<=720", 0),
        ("MaxHeight<=tall", 11),
        ("MaxHeight<=-1", 11),
        ("MaxHeight<=+1", 11),
        ("MaxHeight<=\"+1\"", 11),
        ("MaxHeight<=18446744073709551616", 11),
        ("MaxHeight<=720p", 14),
        ("(channels==2", 12),
        ("channels==2)", 11),
        ("channels==2&channels==3", 11),
        ("channels==2&&", 13),
        ("!=2", 1),
        ("é", 0),
    ] {
        assert_eq!(at(text), place, "{text}");
    }
    let long = "channels==2".to_owned() + &" ".repeat(Expression::MAX_LEN);
    assert_eq!(Expression::parse(&long), Err(SelectionError::TooLong(long.len())));
}

#[test]
fn depth_has_a_limit() {
    let nested = |depth| format!("{}channels==2{}", "(".repeat(depth), ")".repeat(depth));
    let negated = |depth| format!("{}channels==2", "!".repeat(depth));
    let limit = Expression::MAX_DEPTH;
    for made in [nested, negated] {
        assert!(Expression::parse(&made(limit - 1)).is_ok());
        assert!(Expression::parse(&made(limit)).is_err());
    }
}

fn clip(from: &str, until: &str) -> Clip {
    Clip::between(Some(from), Some(until).filter(|it| !it.is_empty())).unwrap().unwrap()
}

#[test]
fn clips_have_one_spelling() {
    for (text, one) in [
        ("100;450", "100;450"),
        ("0100.50;450.0", "100.5;450"),
        ("0;0.0000001", "0;0.0000001"),
        ("100;", "100;"),
        ("1000;1010", "1000;1010"),
    ] {
        assert_eq!(Clip::parse(text, ';').unwrap().unwrap().written(';'), one, "{text}");
    }
    assert_eq!(Clip::parse("0;", ';'), Ok(None));
    assert_eq!(Clip::between(None, None), Ok(None));
    assert_eq!(clip("1.5", "2").written('-'), "1.5-2");
}

#[test]
fn clips_that_are_none() {
    for text in [
        "",
        "100",
        ";",
        ";450",
        "450;100",
        "1;1",
        "-1;2",
        "+1;2",
        "1,5;2",
        "1.;2",
        ".5;2",
        "a;b",
        "1e3;2",
        "1;2;3",
        "0.00000001;1",
        "1844674407371;",
        "1;NaN",
        " 1;2",
    ] {
        assert!(matches!(Clip::parse(text, ';'), Err(SelectionError::Clip(_))), "{text}");
    }
}

#[test]
fn chunks_that_straddle_the_bounds_are_in() {
    let is_in = |clip: Clip, start, duration| {
        clip.has_some_of(Chunk { start, duration }, Timescale::MILLISECONDS)
    };
    let stretch = clip("3", "5");
    let found = [(0, 3000), (1000, 2001), (3000, 2000), (4999, 2000), (5000, 2000)];
    let found = found.map(|(start, duration)| is_in(stretch, start, duration));
    assert_eq!(found, [false, true, true, true, false]);
    assert!(is_in(clip("3", ""), 1 << 40, 1));
}

fn expression() -> impl Strategy<Value = Expression> {
    let number = prop::sample::select(vec![Number::Bitrate, Number::Height, Number::Channels]);
    let comparison = prop::sample::select(Comparison::ALL.map(|(it, _)| it).to_vec());
    let number = (number, comparison, any::<u64>())
        .prop_map(|(number, comparison, value)| Test::Number(number, comparison, value));
    let word = prop::sample::select(vec![Word::Language, Word::Name, Word::FourCc]);
    let value = prop_oneof!["[a-z é()!&|']{0,6}", "[a-z \"=<]{0,6}"];
    let word =
        (word, any::<bool>(), value).prop_map(|(word, is, value)| Test::Word(word, is, value));
    let test = prop_oneof![number, word].prop_map(Expression::Test);
    test.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            list.clone().prop_map(Expression::all),
            list.prop_map(Expression::any),
            inner.prop_map(Expression::not),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_as_what_it_was(expression in expression()) {
        let text = expression.to_string();
        prop_assume!(text.len() <= Expression::MAX_LEN);
        prop_assert_eq!(Expression::parse(&text), Ok(expression), "{}", text);
    }

    #[test]
    fn whatever_is_read_is_written_no_longer(text in "[a-zA-Z0-9=!<>&|() '\"]{0,40}") {
        if let Ok(expression) = Expression::parse(&text) {
            prop_assert!(expression.to_string().len() <= text.len());
        }
    }

    #[test]
    fn clips_read_as_what_they_were(from in 0..u64::MAX / 2, length in 1..u64::MAX / 2, open: bool) {
        let ticks = |at: u64| format!("{}.{:07}", at / 10_000_000, at % 10_000_000);
        let until = ticks(from + length);
        let clip = Clip::between(Some(&ticks(from)), Some(&*until).filter(|_| !open)).unwrap();
        prop_assume!(clip.is_some());
        let written = clip.unwrap().written('-');
        prop_assert_eq!(Clip::parse(&written, '-'), Ok(clip));
        prop_assert!(written.len() <= ticks(from).len() + until.len() + 1);
    }
}
