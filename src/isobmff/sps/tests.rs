//! Sets as x264 and x265 write them, of sizes and colours that were asked for.

use super::said::cropped;
use super::*;
use crate::media::{from_bits, from_hex};

fn sps(width: u32, height: u32, transfer: Option<u8>) -> Option<Sps> {
    Some(Sps { width, height, transfer })
}

#[test]
fn h264_is_as_large_as_it_was_cropped() {
    let avc = |hex| Sps::avc(&from_hex(hex));
    let high = "67640028acd940780227a97011000003000100000300320f183196";
    assert_eq!(avc(high), sps(1918, 1080, None));
    let baseline = "6742c00bd902c4ec0440000003004000000c83c50a92";
    assert_eq!(avc(baseline), sps(176, 144, None));
    let interlaced_hlg = "67640015acd941433f2602d4244825000003000100000300321f142996";
    assert_eq!(avc(interlaced_hlg), sps(320, 180, Some(18)));
    let scaled_4_2_2 = "677a000dbcd941519e222f0e6a020202800000030080000019078a14cb";
    assert_eq!(avc(scaled_4_2_2), sps(322, 182, Some(1)));
    let full_chroma = "67f4000d919b282a33c2119808800000030080000019078a14cb";
    assert_eq!(avc(full_chroma), sps(321, 181, None));
}

#[test]
fn hevc_is_as_large_as_it_was_cropped() {
    let hevc = |hex| Sps::hevc(&from_hex(hex));
    let main =
        "420101016000000300900000030000030078a003c0801107536595952930bc05a02000000300200000030321";
    assert_eq!(hevc(main), sps(1918, 1078, None));
    let pq = "42010102200000030090000003000003003ca00a080c1f3b6595952930bc05a84880482000000300200000030321";
    assert_eq!(hevc(pq), sps(320, 180, Some(16)));
    let hlg_4_2_2 = "4201010408000003009d0800000300003cb00a880c1c445b65959529385e02d4084808100000030010000003019080";
    assert_eq!(hevc(hlg_4_2_2), sps(322, 182, Some(18)));
    let full_chroma = "4201010408000003009e0800000300003c9001410183e372caca94985e1cd4080408100000030010000003019080";
    assert_eq!(hevc(full_chroma), sps(320, 180, Some(1)));
}

/// An Exp-Golomb number.
fn golomb(number: u32) -> String {
    let bits = format!("{:b}", number + 1);
    "0".repeat(bits.len() - 1) + &bits
}

/// A NAL unit of such a header and these bits.
fn unit(header: &[u8], bits: &str) -> Vec<u8> {
    let mut unit = header.to_vec();
    for byte in from_bits(&format!("{bits}1")) {
        if unit.ends_with(&[0, 0]) && byte <= 3 {
            unit.push(3);
        }
        unit.push(byte);
    }
    unit
}

/// Usability information with pixels that are not square, overscan, and the transfer of PQ.
fn usability() -> String {
    let shape = format!("1{:08b}{}", 255, "01".repeat(16));
    format!("{shape}11110111{:08b}{:08b}{:08b}", 9, 16, 9)
}

#[test]
fn what_encoders_of_hevc_seldom_write_is_passed_over() {
    let zeros = |count: usize| "0".repeat(count);
    let numbers = |numbers: &[u32]| numbers.iter().map(|&it| golomb(it)).collect::<String>();
    // Profile and level of all and of one sub-layer.
    let profile = format!("00000011{}11{}{}", zeros(96), zeros(14), zeros(96));
    let size = format!("{}1{}", numbers(&[0, 1, 64, 48]), numbers(&[1, 0, 2, 0]));
    let blocks = format!("{}1{}", numbers(&[0, 0, 4]), numbers(&[0; 12]));
    // The first list of each size is written, and the others are copies.
    let list = |len: usize, has_mean: bool, copies: usize| {
        let scales = numbers(&vec![0; len + usize::from(has_mean)]);
        format!("1{scales}{}", format!("0{}", golomb(1)).repeat(copies))
    };
    let lists = [list(16, false, 5), list(64, false, 5), list(64, true, 5), list(64, true, 1)];
    let pcm = format!("001{}{}0", zeros(8), numbers(&[0, 0]));
    // Three sets: one written by itself, one by reference to it, keeping two of its pictures, one by reference again.
    let first = format!("{}{}", numbers(&[1, 1]), format!("{}1", golomb(0)).repeat(2));
    let sets =
        format!("{}{first}10{}10100{}", golomb(3), golomb(0), format_args!("10{}111", golomb(0)));
    let long_term = format!("1{}{}", golomb(1), zeros(9));
    let bits = [profile, size, blocks, format!("11{}", lists.concat()), pcm, sets, long_term];
    let whole = unit(&[0x42, 1], &[bits.concat(), format!("001{}", usability())].concat());
    assert_eq!(Sps::hevc(&whole), sps(62, 44, Some(16)));
}

#[test]
fn what_encoders_of_h264_seldom_write_is_passed_over() {
    let numbers = |numbers: &[u32]| numbers.iter().map(|&it| golomb(it)).collect::<String>();
    // Separate planes of full chroma; the first scaling list ends early, the others are not written.
    let scaling = format!("11{}{}", golomb(16), "0".repeat(11));
    let chroma = format!("{}1{}0{scaling}", golomb(3), numbers(&[0, 0]));
    let order = format!("{}0{}", numbers(&[0, 1]), numbers(&[0, 0, 2, 7, 7]));
    let size = format!("{}0{}111{}", golomb(4), numbers(&[19, 11]), numbers(&[3, 1, 0, 6]));
    let bits =
        format!("{:08b}{}{}{chroma}{order}{size}1{}", 244, "0".repeat(16), golomb(0), usability());
    assert_eq!(Sps::avc(&unit(&[0x67], &bits)), sps(316, 186, Some(16)));
}

#[test]
fn what_is_cut_short_says_no_more_than_it_has() {
    let whole = from_hex("67640015acd941433f2602d4244825000003000100000300321f142996");
    assert_eq!(Sps::avc(&whole[..12]), sps(320, 180, None));
    assert_eq!((Sps::avc(&whole[..5]), Sps::avc(&[]), Sps::hevc(&[0x42])), (None, None, None));
    for len in 0..whole.len() {
        let _ = (Sps::avc(&whole[..len]), Sps::hevc(&whole[..len]));
    }
    // All that is left of a picture is cropped.
    assert_eq!(cropped(16, 2, (4, 4)), None);
    assert_eq!(cropped(16, 2, (u32::MAX, 1)), None);
}

#[test]
fn a_three_behind_two_zeros_is_no_part_of_it() {
    assert_eq!(payload(&[0, 0, 3, 1, 0, 0, 0, 3, 3, 0, 3]), [0, 0, 1, 0, 0, 0, 3, 0, 3]);
}
