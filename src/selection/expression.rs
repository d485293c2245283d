//! An expression that holds of a track or does not, as Unified's packager has it:
//! `type=="audio"||MaxHeight<=720`.

use super::property::{Number, Word};
use std::fmt;

/// What holds of a track, or does not.
///
/// Written out, it is the one spelling of all that differ in blanks, quotes, case or parentheses alone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// One property is compared.
    Test(Test),
    /// It does not hold.
    Not(Box<Expression>),
    /// All hold; two at least, none of them such a list.
    All(Vec<Expression>),
    /// Any holds; two at least, none of them such a list.
    Any(Vec<Expression>),
}

/// A property, and what it is compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Test {
    /// A number.
    Number(Number, Comparison, u64),
    /// A word, in lower case, which the track is to have, or not to have.
    Word(Word, bool, String),
}

/// A comparison of numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
    /// `<`
    Less,
    /// `>`
    Greater,
}

/// A track that can be asked for its properties.
pub trait Described {
    /// A property that is a number; `None` where the track has none.
    fn number(&self, number: Number) -> Option<u64>;

    /// Whether the track goes by this `value`, in whichever case. Nothing goes by the empty one.
    fn goes_by(&self, word: Word, value: &str) -> bool;
}

impl Comparison {
    pub(super) const ALL: [(Self, &str); 6] = [
        (Self::Equal, "=="),
        (Self::NotEqual, "!="),
        (Self::AtMost, "<="),
        (Self::AtLeast, ">="),
        (Self::Less, "<"),
        (Self::Greater, ">"),
    ];

    fn holds(self, one: u64, other: u64) -> bool {
        match self {
            Self::Equal => one == other,
            Self::NotEqual => one != other,
            Self::AtMost => one <= other,
            Self::AtLeast => one >= other,
            Self::Less => one < other,
            Self::Greater => one > other,
        }
    }

    fn symbol(self) -> &'static str {
        Self::ALL.iter().find(|(comparison, _)| *comparison == self).map_or("", |(_, it)| it)
    }
}

impl Expression {
    /// The longest that is read, in bytes.
    pub const MAX_LEN: usize = 2048;

    /// Parentheses and negations that may be nested.
    pub const MAX_DEPTH: usize = 32;

    /// Whether it holds of `track`. A property that a track does not have is not equal to anything, nor less or
    /// greater.
    pub fn holds(&self, track: &impl Described) -> bool {
        match self {
            Self::Test(Test::Number(number, comparison, value)) => match track.number(*number) {
                Some(own) => comparison.holds(own, *value),
                None => *comparison == Comparison::NotEqual,
            },
            Self::Test(Test::Word(word, wanted, value)) => track.goes_by(*word, value) == *wanted,
            Self::Not(inner) => !inner.holds(track),
            Self::All(all) => all.iter().all(|each| each.holds(track)),
            Self::Any(any) => any.iter().any(|each| each.holds(track)),
        }
    }

    /// An expression that is true where `inner` is not.
    pub(super) fn not(inner: Self) -> Self {
        match inner {
            Self::Not(inner) => *inner,
            inner => Self::Not(Box::new(inner)),
        }
    }

    /// An expression that is true where all of `each` are; there is at least one.
    pub(super) fn all(each: Vec<Self>) -> Self {
        let flat = each.into_iter().flat_map(|it| match it {
            Self::All(inner) => inner,
            other => vec![other],
        });
        alone(flat.collect()).unwrap_or_else(Self::All)
    }

    /// An expression that is true where any of `each` is; there is at least one.
    pub(super) fn any(each: Vec<Self>) -> Self {
        let flat = each.into_iter().flat_map(|it| match it {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        alone(flat.collect()).unwrap_or_else(Self::Any)
    }

    fn is_list(&self) -> bool {
        matches!(self, Self::All(_) | Self::Any(_))
    }
}

/// The only one of `each`, or all of them.
fn alone(mut each: Vec<Expression>) -> Result<Expression, Vec<Expression>> {
    match each.pop() {
        Some(only) if each.is_empty() => Ok(only),
        Some(last) => {
            each.push(last);
            Err(each)
        }
        None => Err(each),
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => test.fmt(f),
            Self::Not(inner) if inner.is_list() => write!(f, "!({inner})"),
            Self::Not(inner) => write!(f, "!{inner}"),
            Self::All(all) => list(f, "&&", all, |each| matches!(each, Self::Any(_))),
            Self::Any(any) => list(f, "||", any, |_| false),
        }
    }
}

fn list(
    f: &mut fmt::Formatter<'_>,
    between: &str,
    each: &[Expression],
    is_enclosed: fn(&Expression) -> bool,
) -> fmt::Result {
    for (at, it) in each.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        if is_enclosed(it) { write!(f, "({it})")? } else { write!(f, "{it}")? }
    }
    Ok(())
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number, comparison, value) => {
                write!(f, "{}{}{value}", number.name(), comparison.symbol())
            }
            Self::Word(word, wanted, value) => {
                let symbol = if *wanted { "==" } else { "!=" };
                let quote = if value.contains('"') { '\'' } else { '"' };
                write!(f, "{}{symbol}{quote}{value}{quote}", word.name())
            }
        }
    }
}
