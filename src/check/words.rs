//! Codecs and formats as editors call them.

use crate::base::frame_rate::FrameRate;
use crate::index::Format;

/// What a codec is called.
pub(super) fn coding(format: &Format) -> String {
    let four_cc = match format {
        Format::Video(video) => video.four_cc,
        Format::Audio(audio) => audio.four_cc,
        Format::Text(text) => text.four_cc,
    };
    let name = match four_cc.as_str() {
        "H264" => "H.264",
        "hvc1" | "hev1" | "HEVC" => "HEVC",
        "WVC1" => "VC-1",
        "av01" => "AV1",
        "vp09" => "VP9",
        "AACL" => "AAC",
        "AACH" => "HE-AAC",
        "AC-3" => "Dolby Digital",
        "EC-3" => "Dolby Digital Plus",
        "fLaC" => "FLAC",
        "WMAP" => "WMA Professional",
        other => other,
    };
    name.to_owned()
}

/// Size and frame rate, or sampling rate and channels.
pub(super) fn details(format: &Format) -> Vec<String> {
    match format {
        Format::Video(video) => {
            let size = format!("{}x{}", video.width, video.height);
            [size].into_iter().chain(video.frame_rate.map(frames)).collect()
        }
        Format::Audio(audio) => {
            let channels = match audio.channels {
                1 => "1 channel".to_owned(),
                channels => format!("{channels} channels"),
            };
            vec![format!("{} Hz", audio.sampling_rate), channels]
        }
        Format::Text(_) => Vec::new(),
    }
}

/// `25 frames/s`, `29.970 frames/s`
fn frames(rate: FrameRate) -> String {
    let thousandths = rate.thousandths();
    match thousandths % 1000 {
        0 => format!("{} frames/s", thousandths / 1000),
        rest => format!("{}.{rest:03} frames/s", thousandths / 1000),
    }
}
