//! The format of a track as JSON: briefly, and with the configuration of its decoder.

use crate::base::digits::hex;
use crate::base::json::object;
use crate::index::Format;
use serde_json::Value;

/// What people know a format by: its code, and its size or its channels.
pub(super) fn brief(format: &Format) -> Value {
    object(fields(format))
}

/// All that an index keeps of a format for its decoder, and what [`brief`] has.
pub(super) fn whole(format: &Format) -> Value {
    object(fields(format).into_iter().chain(setup(format)))
}

fn fields(format: &Format) -> Vec<(&'static str, Value)> {
    match format {
        Format::Video(video) => vec![
            ("four_cc", video.four_cc.as_str().into()),
            ("width", video.width.into()),
            ("height", video.height.into()),
        ],
        Format::Audio(audio) => vec![
            ("four_cc", audio.four_cc.as_str().into()),
            ("sampling_rate", audio.sampling_rate.into()),
            ("channels", audio.channels.into()),
        ],
        Format::Text(text) => vec![("four_cc", text.four_cc.as_str().into())],
    }
}

fn setup(format: &Format) -> Vec<(&'static str, Value)> {
    match format {
        Format::Video(video) => {
            vec![("codec_private_data", hex(&video.codec_private_data).into())]
        }
        Format::Audio(audio) => vec![
            ("audio_tag", audio.audio_tag.into()),
            ("codec_private_data", hex(&audio.codec_private_data).into()),
        ],
        Format::Text(_) => vec![],
    }
}
