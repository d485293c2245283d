//! Text to an [`Expression`]:
//!
//! ```text
//! any  = all *("||" all)
//! all  = one *("&&" one)
//! one  = "!" one / "(" any ")" / name comparison value
//! value = 1*DIGIT / '"' *(not '"') '"' / "'" *(not "'") "'"
//! ```
//!
//! Blanks may stand between all of these.

use super::expression::{Comparison, Expression, Test};
use super::property::{Property, Word};
use super::{Number, SelectionError};
use crate::base::digits::decimal;

impl Expression {
    /// The expression that `text` is.
    pub fn parse(text: &str) -> Result<Self, SelectionError> {
        if text.len() > Self::MAX_LEN {
            return Err(SelectionError::TooLong(text.len()));
        }
        let mut parser = Parser { text, rest: text };
        let expression = parser.any(0)?;
        match parser.rest.trim_ascii_start() {
            "" => Ok(expression),
            _ => Err(parser.expected("&&, || or the end")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn any(&mut self, depth: usize) -> Result<Expression, SelectionError> {
        let mut each = vec![self.all(depth)?];
        while self.takes("||") {
            each.push(self.all(depth)?);
        }
        Ok(Expression::any(each))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, SelectionError> {
        let mut each = vec![self.one(depth)?];
        while self.takes("&&") {
            each.push(self.one(depth)?);
        }
        Ok(Expression::all(each))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, SelectionError> {
        let inner = depth.saturating_add(1);
        if inner > Expression::MAX_DEPTH {
            return Err(self.expected("fewer parentheses and negations within each other"));
        }
        if self.takes("!") {
            return Ok(Expression::not(self.one(inner)?));
        }
        if !self.takes("(") {
            return self.test().map(Expression::Test);
        }
        let enclosed = self.any(inner)?;
        if self.takes(")") { Ok(enclosed) } else { Err(self.expected("&&, || or )")) }
    }

    fn test(&mut self) -> Result<Test, SelectionError> {
        let unknown = self.expected(
            "type, systemBitrate, systemLanguage, trackName, FourCC, MaxWidth, MaxHeight, channels or samplingRate",
        );
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric());
        let property = Property::named(name).ok_or(unknown)?;
        let known = Comparison::ALL.iter().find(|(_, symbol)| self.takes(symbol));
        let (comparison, _) = known.ok_or_else(|| self.expected("==, !=, <, <=, > or >="))?;
        match property {
            Property::Number(number) => self.number(number, *comparison),
            Property::Word(word) => self.word(word, *comparison),
        }
    }

    /// A number, which may stand in quotes.
    fn number(&mut self, number: Number, comparison: Comparison) -> Result<Test, SelectionError> {
        let wrong = self.expected("a whole number");
        let digits = match self.quoted() {
            Some(quoted) => quoted,
            None => self.take_while(|byte| byte.is_ascii_digit()),
        };
        Ok(Test::Number(number, comparison, decimal(digits).ok_or(wrong)?))
    }

    fn word(&mut self, word: Word, comparison: Comparison) -> Result<Test, SelectionError> {
        let wanted = match comparison {
            Comparison::Equal => true,
            Comparison::NotEqual => false,
            _ => return Err(self.expected("== or !=, as words have no order")),
        };
        let unquoted = self.expected("a word in quotes");
        let unknown = self.expected("\"video\", \"audio\" or \"text\"");
        let value = self.quoted().ok_or(unquoted)?;
        if !word.can_be(value) {
            return Err(unknown);
        }
        Ok(Test::Word(word, wanted, value.to_ascii_lowercase()))
    }

    /// What stands between quotes, if that is next.
    fn quoted(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_ascii_start();
        let quote = ['"', '\''].into_iter().find(|quote| rest.starts_with(*quote))?;
        let (value, behind) = rest.get(1..)?.split_once(quote)?;
        self.rest = behind;
        Some(value)
    }

    /// Whether `symbol` is next, which is taken then.
    fn takes(&mut self, symbol: &str) -> bool {
        match self.rest.trim_ascii_start().strip_prefix(symbol) {
            Some(behind) => {
                self.rest = behind;
                true
            }
            None => false,
        }
    }

    fn take_while(&mut self, belongs: fn(&u8) -> bool) -> &'a str {
        let rest = self.rest.trim_ascii_start();
        let len = rest.bytes().take_while(belongs).count();
        let (taken, behind) = rest.split_at_checked(len).unwrap_or(("", rest));
        self.rest = behind;
        taken
    }

    fn expected(&self, expected: &'static str) -> SelectionError {
        let rest = self.rest.trim_ascii_start();
        SelectionError::Expression { at: self.text.len().saturating_sub(rest.len()), expected }
    }
}
