//! Tasks with a day due as to-dos of a calendar (RFC 5545). The file is small and its rules are few;
//! nothing in it depends on the clock, so that the same tasks give the same file.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::tasks::{joined, one_line};
use crate::calendar::Date;
use crate::record::Record;
use crate::worklist::{Actor, Item};

/// Longest line in bytes, without its end (section 3.1).
const LINE: usize = 75;

/// Writes what stands before the to-dos.
///
/// # Errors
/// What the writer says.
pub fn begin(out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    line(out, "BEGIN:VCALENDAR")?;
    line(out, "VERSION:2.0")?;
    line(out, &format!("PRODID:-//dabir//dabir {}//FA", env!("CARGO_PKG_VERSION")))?;
    line(out, "CALSCALE:GREGORIAN")
}

/// Writes what stands behind the to-dos.
///
/// # Errors
/// What the writer says.
pub fn end(out: &mut (impl Write + ?Sized)) -> io::Result<()> {
    line(out, "END:VCALENDAR")
}

/// Writes a to-do for each task that has a day due. Gives their number.
///
/// # Errors
/// What the writer says.
pub fn add(out: &mut (impl Write + ?Sized), record: &Record, items: &[Item]) -> io::Result<usize> {
    let mut count = 0;
    for item in items {
        if let Some(due) = item.due {
            todo(out, record, item, due)?;
            count += 1;
        }
    }
    Ok(count)
}

fn todo(out: &mut (impl Write + ?Sized), record: &Record, item: &Item, due: Date) -> io::Result<()> {
    let day = |date: Date| {
        let (y, m, d) = date.gregorian();
        format!("{y:04}{m:02}{d:02}")
    };
    let names = |actors: &[Actor]| joined(actors.iter().map(|a| a.text.as_str()));
    let act = one_line(&item.task.text);
    let assignees = names(&item.assignees);
    let summary = if assignees.is_empty() { act } else { format!("{assignees}: {act}") };
    let deadline = item.task.deadline.as_ref().map(|d| one_line(&d.text)).unwrap_or_default();
    let issuer = item.issuer.as_ref().map(|a| one_line(&a.text)).unwrap_or_default();
    let date = item.date.map(Date::to_jalali_iso).unwrap_or_default();
    let description: Vec<String> = [
        ("اقدام کننده", assignees.as_str()),
        ("همکار", &names(&item.collaborators)),
        ("درخواست کننده", &issuer),
        ("مهلت", &deadline),
        ("سررسید", &due.to_jalali_iso()),
        ("سند", item.title.as_deref().unwrap_or(&item.document)),
        ("تاریخ سند", &date),
        ("ردیف", &item.number),
    ]
    .iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| format!("{name}: {}", one_line(value)))
    .collect();
    line(out, "BEGIN:VTODO")?;
    line(out, &format!("UID:{}", uid(item)))?;
    // When the entry was made, which must not be the time of the run.
    line(out, &format!("DTSTAMP:{}T000000Z", day(item.date.unwrap_or(due))))?;
    line(out, &format!("DUE;VALUE=DATE:{}", day(due)))?;
    line(out, &format!("SUMMARY;LANGUAGE=fa:{}", escape(&summary)))?;
    line(out, &format!("DESCRIPTION;LANGUAGE=fa:{}", escape(&description.join("\n"))))?;
    line(out, &format!("CATEGORIES:{}", item.task.class.name()))?;
    line(out, "STATUS:NEEDS-ACTION")?;
    let ascii = |url: &&str| url.is_ascii() && !url.contains(char::is_whitespace);
    if let Some(url) = record.meta.url.as_deref().filter(ascii) {
        line(out, &format!("URL:{url}"))?;
    }
    line(out, "END:VTODO")
}

/// The same for the same act of the same document, whatever stands around it.
fn uid(item: &Item) -> String {
    let name =
        format!("{}\u{0}{}\u{0}{}\u{0}{}", item.document, item.number, item.task.start, item.task.text);
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest.iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@dabir")
}

/// A text value (section 3.3.11). Control characters have no place in one.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, folded where it is too long, never inside a character.
fn line(out: &mut (impl Write + ?Sized), content: &str) -> io::Result<()> {
    let mut length = 0;
    for c in content.chars() {
        if length + c.len_utf8() > LINE {
            out.write_all(b"\r\n ")?;
            length = 1;
        }
        length += c.len_utf8();
        out.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worklist::{items, tests::record};
    use proptest::prelude::*;

    fn calendar(record: &Record) -> String {
        let mut out = Vec::new();
        begin(&mut out).expect("begun");
        add(&mut out, record, &items(record, false)).expect("written");
        end(&mut out).expect("ended");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_to_do_with_its_day() {
        let text =
            "پل، بزرگراه; \\ و می\u{200c}دان 🙂 را تا پایان سال با همه امکانات خود بازسازی و بهسازی کند";
        let record = record("a", "1402-01-10", "شورا", "شهرداری", text, "1402-03-31");
        let written = calendar(&record);
        assert!(written.contains("\r\nDUE;VALUE=DATE:20230621\r\n"), "{written}");
        assert!(written.split("\r\n").all(|l| l.len() <= LINE), "{written}");
        let unfolded = written.replace("\r\n ", "");
        assert!(
            unfolded.contains("SUMMARY;LANGUAGE=fa:شهرداری: پل، بزرگراه\\; \\\\ و می\u{200c}دان 🙂"),
            "{unfolded}"
        );
        assert_eq!(written, calendar(&record), "nothing depends on the clock");
    }

    #[test]
    fn the_identity_of_a_task_is_its_own() {
        let uid_of = |act: &str, due: &str| {
            uid(&items(&record("a", "1402-01-10", "شورا", "شهرداری", act, due), false)[0])
        };
        assert_eq!(uid_of("گزارش دهد", "1402-03-31"), uid_of("گزارش دهد", "1402-04-01"));
        assert_ne!(uid_of("گزارش دهد", ""), uid_of("پل بسازد", ""));
    }

    proptest! {
        #[test]
        fn folding_is_undone_by_unfolding(text in "[\\PC]{0,200}") {
            let mut out = Vec::new();
            line(&mut out, &text)?;
            let written = String::from_utf8(out)?;
            prop_assert!(written.split("\r\n").all(|l| l.len() <= LINE));
            prop_assert_eq!(written.replace("\r\n ", ""), format!("{text}\r\n"));
        }
    }
}
