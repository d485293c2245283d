//! Splices in HLS: ranges of dates (`RFC 8216` 4.3.2.7.1), where time 0 of the presentation is the beginning of 1970.

use crate::base::date::rfc3339_milliseconds;
use crate::base::time::Timescale;
use crate::index::{Splice, Turn};
use crate::manifest::attributes::{put, upper_hex};

/// Writes the date of the first segment, which starts at `first` in Smooth Streaming's ticks, if there are `splices`: every
/// playlist has it if one does (`RFC 8216` 6.2.4). Writes the splices themselves if the playlist `tells` of them.
pub(super) fn write(out: &mut String, splices: &[Splice], first: u64, tells: bool) {
    if splices.is_empty() {
        return;
    }
    put(out, format_args!("#EXT-X-PROGRAM-DATE-TIME:{}\n", date(first)));
    if tells {
        ranges(splices).iter().enumerate().for_each(|(at, each)| range(out, at, each));
    }
}

/// A splice out of the film and the one back into it, or one of them, or another command.
struct Range<'a> {
    first: &'a Splice,
    back: Option<&'a Splice>,
}

/// Each way back with the way out of the same event before it.
fn ranges(splices: &[Splice]) -> Vec<Range<'_>> {
    let mut ranges: Vec<Range<'_>> = Vec::new();
    for splice in splices {
        let is_left = |range: &&mut Range<'_>| {
            range.first.turn == Turn::Out && range.first.event == splice.event
        };
        let left = ranges.iter_mut().rev().find(is_left).filter(|range| range.back.is_none());
        match left.filter(|_| splice.turn == Turn::In) {
            Some(range) => range.back = Some(splice),
            None => ranges.push(Range { first: splice, back: None }),
        }
    }
    ranges
}

fn range(out: &mut String, at: usize, Range { first, back }: &Range<'_>) {
    let Splice { start, duration, event, turn, section } = first;
    put(out, format_args!("#EXT-X-DATERANGE:ID=\"{event}-{at}\",START-DATE=\"{}\"", date(*start)));
    let duration = back.map_or(*duration, |back| back.start.saturating_sub(*start));
    if duration > 0 {
        let second = u64::from(Timescale::SMOOTH.ticks_per_second());
        let (seconds, rest) = (duration / second, duration % second);
        put(out, format_args!(",DURATION={seconds}.{rest:07}"));
    }
    let name = match turn {
        Turn::Out => "SCTE35-OUT",
        Turn::In => "SCTE35-IN",
        Turn::Other => "SCTE35-CMD",
    };
    hex(out, name, section);
    if let Some(back) = back {
        hex(out, "SCTE35-IN", &back.section);
    }
    out.push('\n');
}

fn hex(out: &mut String, name: &str, section: &[u8]) {
    put(out, format_args!(",{name}=0x"));
    upper_hex(out, section);
}

/// A time in Smooth Streaming's ticks as a date.
fn date(ticks: u64) -> String {
    const TICKS: u64 = 10_000;
    rfc3339_milliseconds(ticks / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 10_000_000;

    fn splice(start: u64, event: u32, turn: Turn) -> Splice {
        Splice {
            start: start * SECOND,
            duration: 0,
            event,
            turn,
            section: vec![0xfc, u8::try_from(event).unwrap()],
        }
    }

    #[test]
    fn a_way_out_and_the_way_back_are_one_range() {
        let splices = [
            splice(10, 1, Turn::Out),
            splice(15, 2, Turn::In),
            splice(20, 1, Turn::In),
            Splice { duration: 25_000_000, ..splice(90_061, 1, Turn::Out) },
            splice(90_070, 0, Turn::Other),
        ];
        let mut out = String::new();
        write(&mut out, &splices, SECOND / 2, true);
        let expected = [
            "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.500Z",
            "#EXT-X-DATERANGE:ID=\"1-0\",START-DATE=\"1970-01-01T00:00:10.000Z\",DURATION=10.0000000,\
             SCTE35-OUT=0xFC01,SCTE35-IN=0xFC01",
            "#EXT-X-DATERANGE:ID=\"2-1\",START-DATE=\"1970-01-01T00:00:15.000Z\",SCTE35-IN=0xFC02",
            "#EXT-X-DATERANGE:ID=\"1-2\",START-DATE=\"1970-01-02T01:01:01.000Z\",DURATION=2.5000000,\
             SCTE35-OUT=0xFC01",
            "#EXT-X-DATERANGE:ID=\"0-3\",START-DATE=\"1970-01-02T01:01:10.000Z\",SCTE35-CMD=0xFC00",
        ];
        assert_eq!(out.lines().collect::<Vec<_>>(), expected);
        out.clear();
        write(&mut out, &splices, 0, false);
        assert_eq!(out, "#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:00.000Z\n");
        out.clear();
        write(&mut out, &[], 0, true);
        assert_eq!(out, "");
    }
}
