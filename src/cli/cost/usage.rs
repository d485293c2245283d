//! The usage that a deployment is billed for.

use super::prices;
use serde_json::{Value, json};

/// Counts of what is billed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Usage {
    pub(super) requests: f64,
    pub(super) r2_reads: f64,
    pub(super) kv_reads: f64,
    pub(super) cpu_ms: f64,
}

impl Usage {
    /// The usage of `requests`, of which the Worker answers `misses`, each with a read of R2 and `cpu_ms` of CPU,
    /// and `kv_reads` of them with a read of KV.
    pub(super) fn of(requests: f64, misses: f64, kv_reads: f64, cpu_ms: f64) -> Self {
        Self { requests, r2_reads: misses, kv_reads, cpu_ms: misses * cpu_ms }
    }

    /// Each item: its name, how many there are, and US dollars for all of them.
    pub(super) fn items(&self) -> [(&'static str, f64, f64); 4] {
        let Self { requests, r2_reads, kv_reads, cpu_ms } = *self;
        [
            ("requests", requests, prices::REQUEST),
            ("R2 reads", r2_reads, prices::R2_READ),
            ("KV reads", kv_reads, prices::KV_READ),
            ("ms of CPU", cpu_ms, prices::CPU_MS),
        ]
        .map(|(name, count, price)| (name, count, count * price))
    }

    /// US dollars for all of it.
    pub(super) fn dollars(&self) -> f64 {
        self.items().iter().map(|(_, _, dollars)| dollars).sum()
    }

    pub(super) fn to_json(self) -> Value {
        json!({
            "requests": self.requests,
            "r2_reads": self.r2_reads,
            "kv_reads": self.kv_reads,
            "cpu_ms": self.cpu_ms,
            "dollars": self.dollars(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/deploy.md`: a thousand hours of fragments of two seconds.
    #[test]
    fn a_thousand_hours_of_two_seconds_each_at_95_percent() {
        let requests = 3.6e6;
        let misses = requests * 0.05;
        let usage = Usage::of(requests, misses, misses, 2.0);
        let cents = |dollars: f64| (dollars * 100.0).round();
        assert_eq!(usage.items().map(|(_, _, dollars)| cents(dollars)), [108.0, 6.0, 9.0, 1.0]);
        assert_eq!(cents(usage.dollars()), 124.0);
    }

    #[test]
    fn six_seconds_cost_a_third() {
        let usage = Usage::of(1.2e6, 6e4, 6e4, 2.0);
        assert!(usage.dollars() < 0.45, "{}", usage.dollars());
    }
}
