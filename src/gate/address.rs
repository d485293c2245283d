//! Blocks of addresses (`RFC 4632` 3.1, `RFC 4291` 2.3).

use serde::Deserialize;
use std::net::IpAddr;
use std::str::FromStr;

/// All addresses that begin as one does: `192.0.2.0/24`, `2001:db8::/32`, or one address by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Block {
    first: IpAddr,
    /// Bits that all have in common.
    shared: u32,
}

impl TryFrom<String> for Block {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|()| "that is no address, nor a block of them")
    }
}

impl FromStr for Block {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, shared) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let first: IpAddr = address.parse().map_err(|_| ())?;
        let first = first.to_canonical();
        let most = width(first);
        let shared = shared.map_or(Ok(most), str::parse).map_err(|_| ())?;
        (shared <= most).then_some(Self { first, shared }).ok_or(())
    }
}

impl Block {
    pub(super) fn holds(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let rest = width(self.first).saturating_sub(self.shared);
        let head = |address| bits(address).checked_shr(rest).unwrap_or_default();
        width(address) == width(self.first) && head(address) == head(self.first)
    }
}

fn width(address: IpAddr) -> u32 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_what_begins_as_they_do() {
        let holds = |block: &str, address: &str| {
            block.parse::<Block>().unwrap().holds(address.parse().unwrap())
        };
        for (block, address) in [
            ("192.0.2.0/24", "192.0.2.200"),
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7", "::ffff:192.0.2.7"),
            ("0.0.0.0/0", "203.0.113.1"),
            ("2001:db8::/32", "2001:db8:1::1"),
            ("::/0", "2001:db8::1"),
        ] {
            assert!(holds(block, address), "{block} {address}");
        }
        for (block, address) in [
            ("192.0.2.0/24", "192.0.3.1"),
            ("192.0.2.7", "192.0.2.8"),
            ("::/0", "192.0.2.1"),
            ("0.0.0.0/0", "2001:db8::1"),
        ] {
            assert!(!holds(block, address), "{block} {address}");
        }
        for wrong in ["", "x", "192.0.2.0/33", "192.0.2.0/", "::/129", "192.0.2.0/-1"] {
            assert!(wrong.parse::<Block>().is_err(), "{wrong}");
        }
    }
}
