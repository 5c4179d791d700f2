//! Money as people read it and as they type it. An amount is a whole number of minor units, such as
//! cents: a fraction would forget some.

use std::{
    borrow::Borrow,
    fmt::{self, Write},
};

use crate::{commas, fragment::component};

/// A currency, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency([u8; 3]);

impl Currency {
    /// US dollar.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");

    /// By its three letters, small or large; whether ISO knows them is not asked.
    pub fn of(code: &str) -> Option<Self> {
        let code: [u8; 3] = code.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_alphabetic).then(|| Self(code.map(|c| c.to_ascii_uppercase())))
    }

    /// Three large letters.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// How many digits the minor unit takes behind the point: 2 for most, after ISO 4217.
    pub fn digits(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// The minor units that somebody typed, as “1,234.50”, “1234.5”, “$1,234.50” or “−3”. None where
    /// it can be read in two ways (“1,50”), has more digits than the currency, or is no number.
    pub fn read(self, typed: &str) -> Option<i64> {
        let text = typed.trim();
        let rest = text.strip_prefix(['-', '−']);
        let (text, sign) = rest.map_or((text, 1), |rest| (rest.trim_start(), -1));
        let text = text.strip_prefix(self.symbol()).unwrap_or(text);
        let text = text.strip_prefix(self.code()).unwrap_or(text);
        let text = text.strip_suffix(self.code()).unwrap_or(text).trim();
        let (whole, part) = text.split_once('.').map_or((text, None), |(w, p)| (w, Some(p)));
        let digits = self.digits() as usize;
        let good = |part: &str| (1..=digits).contains(&part.len()) && is_digits(part);
        if !is_grouped(whole) || !part.is_none_or(good) {
            return None;
        }
        let part = part.unwrap_or_default();
        let minor = format!("{}{part:0<digits$}", whole.replace(',', ""));
        minor.parse::<i64>().ok()?.checked_mul(sign)
    }

    /// The amount as somebody would type it, for the field of a form: “1234.50”.
    pub fn typed(self, minor: i64) -> String {
        let (whole, part) = self.parts(minor);
        format!("{}{whole}{part}", if minor < 0 { "-" } else { "" })
    }

    /// Whole units, and the point with what stands behind it.
    fn parts(self, minor: i64) -> (u64, String) {
        let unit = 10_u64.pow(self.digits());
        let (whole, part) = (minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
        let width = self.digits() as usize;
        (whole, if width > 0 { format!(".{part:0width$}") } else { String::new() })
    }

    /// Where everybody knows which currency is meant.
    fn symbol(self) -> &'static str {
        match &self.0 {
            b"USD" => "$",
            b"EUR" => "€",
            b"GBP" => "£",
            b"INR" => "₹",
            b"JPY" => "¥",
            _ => "",
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit())
}

/// Digits, with a comma before each three of them or with none.
fn is_grouped(whole: &str) -> bool {
    match whole.split_once(',') {
        None => is_digits(whole),
        Some((first, rest)) => {
            let groups = rest.split(',').all(|group| group.len() == 3 && is_digits(group));
            first.len() <= 3 && is_digits(first) && groups
        }
    }
}

/// An amount of money.
#[derive(Clone, Copy, Debug)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// “$1,234.50”, “CHF 1,234.50”, “−¥3”: the amount in minor units.
pub fn money(minor: impl Borrow<i64>, currency: impl Borrow<Currency>) -> Money {
    Money { minor: *minor.borrow(), currency: *currency.borrow() }
}

impl Money {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let (whole, part) = self.currency.parts(self.minor);
        if self.minor < 0 {
            to.write_char('−')?;
        }
        match self.currency.symbol() {
            // No line may break between the two.
            "" => write!(to, "{}\u{a0}", self.currency.code())?,
            symbol => to.write_str(symbol)?,
        }
        write!(to, "{}{part}", commas(whole))
    }
}
component!(Money);
