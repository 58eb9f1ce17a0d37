//! Fields that stand before a text: dates, numbers, lists.

use crate::calendar::Date;
use crate::document::Meta;
use crate::normalize::normalize;

/// The day that a field of a head names: `2020-03-08 21:08:00`, «۱۴۰۰/۱۲/۱۲», «12/3/1401». Years
/// under 1700 are Jalali.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = normalize(text);
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty());
    let numbers: Vec<i32> = numbers.map_while(|p| p.parse().ok()).take(3).collect();
    let &[a, b, c] = numbers.as_slice() else { return None };
    let (year, month, day) = if a > 31 { (a, b, c) } else { (c, b, a) };
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    match year {
        1700.. => Date::from_gregorian(year, month, day),
        1000..1700 => Date::from_jalali(year, month, day),
        _ => None,
    }
}

/// `2020-03-08 21:08:00` as `2020-03-08T21:08:00`; anything else as it stands.
pub(super) fn published(text: &str) -> String {
    let text = text.trim();
    match text.split_once(' ') {
        Some((day, time)) if day.len() == 10 && time.contains(':') => format!("{day}T{}", time.trim()),
        _ => text.to_owned(),
    }
}

/// A list in Python notation: `['a', "b, c"]`. Text that is no such list is taken as one item.
pub(super) fn python_list(text: &str) -> Vec<String> {
    let text = text.trim();
    let Some(body) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
        return if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    };
    let mut items = Vec::new();
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        let quote = match c {
            '\'' | '"' => c,
            _ if c.is_whitespace() || c == ',' => continue,
            _ => {
                let mut item = String::from(c);
                while let Some(c) = chars.next_if(|&c| c != ',') {
                    item.push(c);
                }
                items.push(item.trim().to_owned());
                continue;
            }
        };
        let mut item = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\\' => item.extend(chars.next()),
                _ if c == quote => break,
                _ => item.push(c),
            }
        }
        items.push(item);
    }
    items
}

/// Names of the fields of a form and what they are in [`Meta`].
const FIELDS: [(&str, &str); 14] = [
    ("تاریخ دعوتنامه", "invitation_date"),
    ("تاریخ دعوت", "invitation_date"),
    ("شماره دعوتنامه", "code"),
    ("شماره دعوت", "code"),
    ("شماره جلسه", "session"),
    ("شماره", "code"),
    ("تاریخ", "date"),
    ("روز", "weekday"),
    ("ساعت", "time"),
    ("محل", "place"),
    ("موضوع", "title"),
    ("دستور", "agenda"),
    ("واحد", "unit"),
    ("رییس جلسه", "chair"),
];

/// The name of the field with `label` («تاریخ تشکیل:»); the label itself where it is unknown.
pub(super) fn field_name(label: &str) -> String {
    let label = normalize(label).replace(crate::normalize::ZWNJ, "").replace('ئ', "ی");
    let label = label.trim().trim_end_matches(':').trim();
    let known = FIELDS.iter().find(|(start, _)| label.starts_with(start));
    known.map_or_else(|| label.to_owned(), |(_, name)| (*name).to_owned())
}

/// Puts a field where it belongs. The first value counts.
pub(super) fn set_field(meta: &mut Meta, label: &str, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    match field_name(label).as_str() {
        "date" if meta.date.is_none() => {
            meta.date = date(value);
            meta.published.get_or_insert_with(|| value.to_owned());
        }
        "code" => {
            meta.code.get_or_insert_with(|| normalize(value));
        }
        "title" => {
            meta.title.get_or_insert_with(|| value.to_owned());
        }
        other => {
            meta.other.entry(other.to_owned()).or_insert_with(|| value.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_with_quotes_and_commas() {
        assert_eq!(python_list("['سیاسی', \"طرح 'نو'، و, دیگر\"]"), ["سیاسی", "طرح 'نو'، و, دیگر"]);
        assert_eq!(python_list(r"['it\'s']"), ["it's"]);
        assert_eq!(python_list("[]"), Vec::<String>::new());
        assert_eq!(python_list("اقتصاد"), ["اقتصاد"]);
    }

    #[test]
    fn dates_of_heads() {
        let jalali = |t| date(t).map(Date::to_jalali_iso);
        assert_eq!(jalali("۱۴۰۰/۱۲/۱۲").as_deref(), Some("1400-12-12"));
        assert_eq!(jalali("12/12/1400").as_deref(), Some("1400-12-12"));
        assert_eq!(date("2020-03-08 21:08:00").map(Date::to_iso).as_deref(), Some("2020-03-08"));
        assert_eq!(date("پنجشنبه"), None);
        assert_eq!(date("1400/13/40"), None);
    }

    #[test]
    fn fields_of_forms() {
        assert_eq!(field_name("تاريخ تشكيل:"), "date");
        assert_eq!(field_name("تاریخ دعوت‌نامه:"), "invitation_date");
        assert_eq!(field_name("حاضران:"), "حاضران");
    }
}
