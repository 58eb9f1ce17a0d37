//! The table of time expressions, and promises about any input.

use dabir::calendar::{Date, TimeExpression, find, parse_cell};
use dabir::document::DeadlineKind;
use proptest::prelude::*;

const TABLE: &str = include_str!("data/time-expressions.tsv");

struct Row<'a> {
    cell: bool,
    text: &'a str,
    base: Option<Date>,
    surface: Option<&'a str>,
    kind: &'a str,
    due_jalali: &'a str,
    due: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [mode, text, base, surface, kind, due_jalali, due, _lunar] = fields[..] else {
                panic!("eight fields: {line}");
            };
            let surface = (surface != "-").then_some(surface);
            Row { cell: mode == "cell", text, base: Date::parse(base), surface, kind, due_jalali, due }
        })
        .collect()
}

fn kind(kind: DeadlineKind) -> &'static str {
    match kind {
        DeadlineKind::Date => "date",
        DeadlineKind::Duration => "duration",
        DeadlineKind::Event => "event",
        DeadlineKind::Recurring => "recurring",
        DeadlineKind::Immediate => "immediate",
        DeadlineKind::Vague => "vague",
    }
}

/// What is found, with its surface.
fn read(row: &Row<'_>) -> Vec<(String, TimeExpression)> {
    if row.cell {
        return parse_cell(row.text)
            .map(|cell| (row.text[cell.bytes].to_owned(), cell.expression))
            .into_iter()
            .collect();
    }
    let words: Vec<&str> = row.text.split_whitespace().collect();
    find(&words).into_iter().map(|found| (words[found.words.clone()].join(" "), found)).collect()
}

#[test]
fn the_table_holds() {
    let rows = rows();
    assert!(rows.len() >= 160);
    let mut wrong = Vec::new();
    for row in &rows {
        let dash = || "-".to_owned();
        let expected =
            format!("[{}] {} {} {}", row.surface.unwrap_or("-"), row.kind, row.due_jalali, row.due);
        let found: Vec<String> = read(row)
            .iter()
            .map(|(surface, expression)| {
                let due = expression.resolve(row.base).due;
                let jalali = due.map_or_else(dash, Date::to_jalali_iso);
                let iso = due.map_or_else(dash, Date::to_iso);
                format!("[{surface}] {} {jalali} {iso}", kind(expression.kind))
            })
            .collect();
        let ok = match row.surface {
            Some(_) => found.len() == 1 && found[0] == expected,
            None => found.is_empty(),
        };
        if !ok {
            let base = row.base.map_or_else(dash, Date::to_jalali_iso);
            wrong.push(format!(
                "{} ({base})\n    expected {expected}\n    found    {}",
                row.text,
                found.join("; ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn every_kind_is_in_the_table() {
    let rows = rows();
    for kind in ["date", "duration", "event", "recurring", "immediate", "vague", "none"] {
        let count = rows.iter().filter(|row| row.kind == kind).count();
        assert!(count >= 6, "{kind}: {count} rows");
    }
}

#[test]
fn impossible_dates_warn() {
    let base = Date::from_jalali(1401, 1, 1);
    for text in ["۱۴۰۰/۱۲/۳۰", "۳۱ مهر", "۱۴۰۱/۱۳/۰۲", "2023/2/29", "۳۱ مهر ۱۴۰۱"]
    {
        let found = parse_cell(text).map(|cell| cell.expression.resolve(base));
        let found = found.unwrap_or_else(|| panic!("{text} is a date"));
        assert!(found.due.is_none() && found.warning.is_some(), "{text}: {found:?}");
    }
}

#[test]
fn a_weekday_that_does_not_fit_warns() {
    let cell = parse_cell("دوشنبه ۱۴۰۱/۰۱/۲۰").map(|cell| cell.expression.resolve(None));
    let found = cell.unwrap_or_else(|| panic!("a date"));
    assert_eq!(found.due, Date::from_jalali(1401, 1, 20));
    assert!(found.warning.is_some_and(|warning| warning.contains("Saturday")));
}

fn vocabulary() -> Vec<&'static str> {
    let mut words: Vec<&str> = rows().iter().flat_map(|row| row.text.split_whitespace()).collect();
    words.extend([
        "/",
        "-",
        ":",
        "(",
        "،",
        ".",
        "۹۹۹۹۹۹۹۹۹۹۹۹",
        "0",
        "و",
        "تا",
        "از",
        "نیم",
        "\u{200c}",
        "",
        "🙂",
    ]);
    words.sort_unstable();
    words.dedup();
    words
}

#[test]
fn nesting_and_repetition_are_bounded() {
    let patterns: [&[&str]; 9] = [
        &["دو", "هفته", "قبل", "از"],
        &["دو", "هفته", "پس", "از"],
        &["پس", "از"],
        &["پایان"],
        &["شنبه‌ها"],
        &["شنبه", "و"],
        &["مهر", "("],
        &["۱", "/"],
        &["یک", "هزار", "و"],
    ];
    for pattern in patterns {
        let words: Vec<&str> = pattern.iter().copied().cycle().take(60_000).collect();
        let found = find(&words);
        assert!(found.len() <= words.len());
        let glued = words.concat();
        assert!(find(&[&glued]).len() <= 1);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_words_are_read_without_harm(
        words in prop::collection::vec(prop::sample::select(vocabulary()), 0..30),
        base in prop::option::of((1300i32..1450, 1u8..=12, 1u8..=29)),
    ) {
        let base = base.and_then(|(y, m, d)| Date::from_jalali(y, m, d));
        let mut at = 0;
        for found in find(&words) {
            prop_assert!(at <= found.words.start && found.words.start < found.words.end);
            prop_assert!(found.words.end <= words.len());
            at = found.words.end;
            let resolution = found.resolve(base);
            prop_assert!(resolution.due.is_none() || resolution.rule != "date.impossible");
        }
        let text = words.join(" ");
        if let Some(cell) = parse_cell(&text) {
            prop_assert!(text.get(cell.bytes).is_some());
        }
    }

    #[test]
    fn any_text_is_read_without_harm(text in "(?s).{0,60}") {
        let words: Vec<&str> = text.split(' ').collect();
        for found in find(&words) {
            let _ = found.resolve(Date::from_jalali(1401, 1, 1));
        }
        if let Some(cell) = parse_cell(&text) {
            prop_assert!(text.get(cell.bytes).is_some());
        }
    }

    #[test]
    fn a_day_without_a_year_is_never_behind(
        day in 1u8..=29, month in 1usize..=12, base in 0i64..50_000,
    ) {
        const MONTHS: [&str; 12] = [
            "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
        ];
        let base = Date::from_jalali(1300, 1, 1).and_then(|first| first.add_days(base));
        let day = day.to_string();
        let found = find(&["تا", &day, MONTHS[month - 1]]);
        prop_assert_eq!(found.len(), 1);
        let due = found[0].resolve(base).due;
        prop_assert!(due >= base && due < base.and_then(|b| b.add_days(367)));
    }
}
