//! Amounts as they are read and typed.

use core_ui::{Currency, money};

fn currency(code: &str) -> Currency {
    Currency::of(code).expect("a code")
}

#[test]
fn money_is_written_with_its_currency_separators_and_a_real_minus() {
    for (minor, code, said) in [
        (0, "USD", "$0.00"),
        (21_600, "usd", "$216.00"),
        (123_456_705, "EUR", "€1,234,567.05"),
        (-1250, "GBP", "−£12.50"),
        (1200, "JPY", "¥1,200"),
        (123_450, "CHF", "CHF\u{a0}1,234.50"),
        (-1, "KWD", "−KWD\u{a0}0.001"),
        (i64::MIN, "USD", "−$92,233,720,368,547,758.08"),
    ] {
        assert_eq!(money(minor, currency(code)).to_string(), said);
    }
    assert_eq!((Currency::of("dollar"), Currency::of("U$D"), Currency::of("")), (None, None, None));
}

#[test]
fn what_is_typed_is_read_or_refused_but_never_guessed() {
    for (typed, code, minor) in [
        ("216", "USD", Some(21_600)),
        (" 1,234.5 ", "USD", Some(123_450)),
        ("$1,234.50", "USD", Some(123_450)),
        ("-12.05", "USD", Some(-1205)),
        ("−$3", "USD", Some(-300)),
        ("1200 JPY", "JPY", Some(1200)),
        ("CHF 0.05", "CHF", Some(5)),
        ("1.234", "KWD", Some(1234)),
        // Read as 150 or as 1.50?
        ("1,50", "USD", None),
        ("1.234", "USD", None),
        ("1,2345", "USD", None),
        ("12,34,567", "USD", None),
        (",123", "USD", None),
        ("1.", "USD", None),
        (".5", "USD", None),
        ("1.5", "JPY", None),
        ("€5", "USD", None),
        ("--5", "USD", None),
        ("1e3", "USD", None),
        ("٣", "USD", None),
        ("", "USD", None),
        ("$", "USD", None),
        ("92233720368547758.08", "USD", None),
    ] {
        assert_eq!(currency(code).read(typed), minor, "{typed} {code}");
    }
    for minor in [0, 5, -5, 99, 100, -123_456, i64::MAX] {
        for code in ["USD", "JPY", "KWD"] {
            let typed = currency(code).typed(minor);
            assert_eq!(currency(code).read(&typed), Some(minor), "{typed}");
        }
    }
}
