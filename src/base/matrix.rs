//! Matrices: how video is turned, mirrored, scaled and moved before it is shown.

/// A display matrix (`ISO/IEC 14496-12` 6.2.2), by rows: fixed-point numbers, 16.16, but for the last column,
/// 2.30.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matrix([i32; 9]);

impl Matrix {
    /// The one that changes nothing.
    pub const IDENTITY: Self = Self([0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]);

    /// The matrix of these numbers; the identity in place of one that neither turns nor mirrors, and of one
    /// that leaves nothing to see: players scale video as they like.
    pub fn new(numbers: [i32; 9]) -> Self {
        let [across, down_across, _, across_down, down, ..] = numbers;
        let is_upright = down_across == 0 && across_down == 0 && across >= 0 && down >= 0;
        if is_upright { Self::IDENTITY } else { Self(numbers) }
    }

    /// What is left once `self` and then `other` are applied; `None` if a number gets too large.
    pub fn then(self, other: Self) -> Option<Self> {
        const FRACTION_BITS: [u32; 3] = [16, 16, 30];
        let mut numbers = [0; 9];
        let (left, _) = self.0.as_chunks::<3>();
        let (right, _) = other.0.as_chunks::<3>();
        let products = left.iter().flat_map(|row| (0..3).map(move |column| (row, column)));
        for (number, (row, column)) in numbers.iter_mut().zip(products) {
            let terms = row.iter().zip(right).zip(FRACTION_BITS);
            let terms = terms.map(|((&one, other), bits)| {
                let other = other.get(column).copied().unwrap_or_default();
                (i64::from(one) * i64::from(other)) >> bits
            });
            *number = i32::try_from(terms.fold(0, i64::saturating_add)).ok()?;
        }
        Some(Self::new(numbers))
    }

    /// Its numbers.
    pub fn numbers(self) -> [i32; 9] {
        self.0
    }

    /// What it makes of so many pixels across and down: the same, or the other way round where it turns by
    /// a quarter.
    pub fn shown<T>(self, (width, height): (T, T)) -> (T, T) {
        let [across, _, _, _, down, ..] = self.0;
        if across == 0 && down == 0 { (height, width) } else { (width, height) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: i32 = 0x1_0000;

    fn of([a, b, c, d]: [i32; 4]) -> Matrix {
        Matrix::new([a, b, 0, c, d, 0, 0, 0, 0x4000_0000])
    }

    #[test]
    fn what_only_scales_changes_nothing() {
        assert_eq!(of([2 * ONE, 0, 0, ONE]), Matrix::IDENTITY);
        assert_eq!(Matrix::new([0; 9]), Matrix::IDENTITY);
        assert_ne!(of([-ONE, 0, 0, ONE]), Matrix::IDENTITY, "mirrored");
    }

    #[test]
    fn a_quarter_and_a_quarter_are_a_half() {
        let quarter = of([0, ONE, -ONE, 0]);
        let half = quarter.then(quarter).unwrap();
        assert_eq!(half, of([-ONE, 0, 0, -ONE]));
        assert_eq!(half.then(half), Some(Matrix::IDENTITY));
        assert_eq!(quarter.then(Matrix::IDENTITY), Some(quarter));
        assert_eq!((quarter.shown((4, 3)), half.shown((4, 3))), ((3, 4), (4, 3)));
        assert_eq!(of([0, i32::MAX, i32::MAX, 0]).then(of([0, i32::MAX, i32::MAX, 0])), None);
    }
}
