//! Each kind of entry with examples that it must and must not match. All names are made up or public.

use std::io::Write;

use super::phrases::Symbols;
use super::{Cue, Lexicon, LexiconError, Rank, Use, class, fold, list, words};
use crate::document::MentionType;

fn flags(word: &str) -> u32 {
    let lexicon = Lexicon::builtin();
    lexicon.symbols_of(word).first().map_or(0, |&symbol| lexicon.words.of(symbol))
}

#[test]
fn classes_of_words() {
    for (word, bits) in [
        ("محترم", class::MODIFIER),
        ("سابق", class::FORMER),
        ("مربوطه", class::CLOSING),
        ("امور", class::FIELD),
        ("اقتصادی", class::ADJECTIVE),
        ("سازمان", class::GENERIC_BODY),
        ("شهرستان", class::PLACE_HEAD),
        ("کشور", class::GENERIC_PLACE),
        ("وزارت", class::BODY_HEAD),
        ("گفت", class::STOP),
        ("وی", class::PERSON),
        ("این", class::DEMONSTRATIVE),
        ("مردم", class::PEOPLE),
        ("و", class::AND),
        ("در", class::IN),
        ("ها", class::PLURAL),
        ("جدید", class::STATUS),
        ("سابق", class::STATUS),
    ] {
        assert_ne!(flags(word) & bits, 0, "{word}");
        assert_eq!(flags("کتاب") & bits, 0, "{word}");
    }
}

#[test]
fn signs_are_classes_too() {
    let lexicon = Lexicon::builtin();
    let flags = |sign: &str| lexicon.words.of(lexicon.symbols.get(sign));
    assert!(["،", ","].iter().all(|s| flags(s) & class::COMMA != 0 && flags(s) & class::SIGN != 0));
    assert!(["؛", "و", "در"].iter().all(|s| flags(s) & class::COMMA == 0));
}

#[test]
fn forms_of_address() {
    let lexicon = Lexicon::builtin();
    let length = |text: &str| lexicon.words.honorifics.longest(lexicon.symbols_of(text)).map(|(n, _)| n);
    assert_eq!(length("جناب آقای دکتر"), Some(2));
    assert_eq!(length("حجت‌الاسلام والمسلمین"), Some(3));
    assert_eq!(length("آقایی"), None);
}

#[test]
fn cues_of_speech_and_appointment() {
    let lexicon = Lexicon::builtin();
    let cue = |text: &str| lexicon.words.cue(lexicon.symbols_of(text)).map(|(_, cue)| cue);
    assert_eq!(cue("تأکید کرد که"), Some(Cue::Says));
    assert_eq!(cue("خبر داد"), Some(Cue::Announces));
    assert_eq!(cue("در ادامه"), Some(Cue::Leads));
    assert_eq!(cue("به گزارش"), Some(Cue::Sources));
    assert_eq!(cue("منصوب شد"), Some(Cue::Appoints));
    assert_eq!(cue("به عنوان"), Some(Cue::AsOffice));
    assert_eq!(cue("کرد و رفت"), None);
}

#[test]
fn heads_of_offices() {
    let lexicon = Lexicon::builtin();
    let head = |text: &str| lexicon.roles.at(lexicon.symbols_of(text));
    let minister = head("وزیر نیرو").map(|h| (h.head.usage, h.plural, h.length));
    assert_eq!(minister, Some((Use::Office, false, 1)));
    assert_eq!(head("رؤسای جمهور").map(|h| (h.plural, h.length)), Some((true, 2)));
    assert_eq!(head("رییس‌جمهور").map(|h| h.head.rank), Some(Rank::Sole));
    assert_eq!(head("عضو شورا").map(|h| h.head.usage), Some(Use::Member));
    assert_eq!(head("مسئولان سازمان").map(|h| h.head.usage), Some(Use::Staff));
    assert!(head("مقام معظم رهبری").is_some_and(|h| h.head.one.is_some() && h.head.usage == Use::Whole));
    assert!(head("استانداری").is_none());
    assert!(head("خبرنگار").is_none());
}

#[test]
fn bodies_under_all_their_names() {
    let lexicon = Lexicon::builtin();
    let full = |name: &str| lexicon.named(name).map(|e| e.name.as_str());
    assert_eq!(full("وزارت صمت"), Some("وزارت صنعت، معدن و تجارت"));
    assert_eq!(full("سازمان برنامه"), Some("سازمان برنامه و بودجه"));
    assert_eq!(full("مجلس"), Some("مجلس شورای اسلامی"));
    assert_eq!(full("سازمان"), None);
    let department = |text: &str| {
        let found = lexicon.entries.department_at(lexicon.symbols_of(text));
        found.map(|(_, entry)| entry.name.as_str())
    };
    assert_eq!(department("بهداشت، درمان و آموزش پزشکی"), Some("وزارت بهداشت، درمان و آموزش پزشکی"));
    assert_eq!(department("کتاب"), None);
}

#[test]
fn kinds_of_bodies() {
    let lexicon = Lexicon::builtin();
    for (name, kind) in [
        ("وزارت نیرو", Some("ministry")),
        ("استانداری البرز", Some("province_government")),
        ("فرمانداری کرج", Some("county_government")),
        ("شهرداری کرج", Some("municipality")),
        ("شورای روستای پایین", Some("council")),
        ("کمیته پیگیری", Some("committee")),
        ("ستاد نوروزی", Some("headquarters")),
        ("دادگاه خانواده", Some("court")),
        ("دانشگاه گیلان", Some("university")),
        ("شرکت بهار", Some("company")),
        ("نیروی انتظامی", Some("force")),
        ("خبرگزاری آفتاب", Some("press_agency")),
        ("حزب آینده", Some("party")),
        ("کمیته امداد", Some("charity")),
        ("کتاب فارسی", None),
    ] {
        assert_eq!(lexicon.kind_of_body(name), kind, "{name}");
    }
}

#[test]
fn places_and_the_ones_that_need_their_head_noun() {
    let lexicon = Lexicon::builtin();
    let place = |name: &str| lexicon.named(name).filter(|e| e.kind == MentionType::Loc).map(|e| e.needs_head);
    assert_eq!(place("سیستان و بلوچستان"), Some(false));
    assert_eq!(place("بندرعباس"), Some(false));
    assert_eq!(place("بهار"), Some(true));
    assert_eq!(place("مرکزی"), Some(true));
    assert_eq!(place("میز"), None);
}

fn extended(text: &str) -> Result<(Lexicon, usize), LexiconError> {
    let mut file = tempfile::NamedTempFile::new().map_err(|e| LexiconError::Data(e.to_string()))?;
    file.write_all(text.as_bytes()).map_err(|e| LexiconError::Data(e.to_string()))?;
    let mut lexicon = Lexicon::builtin().clone();
    let added = lexicon.extend_from(file.path())?;
    Ok((lexicon, added))
}

#[test]
fn a_user_extends_the_lists() {
    let text = "# ours\nORG\tcompany\tشرکت سپهر نمونه\tسپهر نمونه|سپهر\nPER\t\tرحیم نیک‌پور\n\nORG\tparty\tوزارت نفت\n";
    let (lexicon, added) = extended(text).expect("the file is well-formed");
    assert_eq!(added, 3);
    assert_eq!(lexicon.named("سپهر").map(|e| e.name.as_str()), Some("شرکت سپهر نمونه"));
    assert_eq!(lexicon.named("رحیم نیک پور").map(|e| e.kind), Some(MentionType::Per));
    assert_eq!(lexicon.kind_of_body("وزارت نفت"), Some("ministry"));
    assert!(Lexicon::builtin().named("سپهر").is_none());
}

#[test]
fn a_wrong_line_is_named() {
    for (text, line) in
        [("ORG\tx\tنام\nXYZ\tx\tنام", 2), ("ORG\tcompany\t", 1), ("\n\nLOC\tcity\tنام\t\tfoot", 3)]
    {
        let error = extended(text).map(|(_, n)| n);
        assert!(matches!(error, Err(LexiconError::Line { line: found, .. }) if found == line), "{text}");
    }
    assert!(matches!(
        Lexicon::default().extend_from(std::path::Path::new("/no/such/file")),
        Err(LexiconError::Read { .. })
    ));
}

#[test]
fn a_large_list_is_taken_and_found() {
    let text: String = (0..50_000).map(|n| format!("ORG\tcompany\tشرکت نمونه {n}\n")).collect();
    let (lexicon, added) = extended(&text).expect("the file is well-formed");
    assert_eq!(added, 50_000);
    assert!(lexicon.named("شرکت نمونه ۴۹۹۹۹").is_some());
    assert!(lexicon.named("شرکت نمونه 50000").is_none());
}

#[test]
fn every_list_has_what_it_is_for_and_not_what_it_is_not_for() {
    let lexicon = Lexicon::builtin();
    let examples = [
        (list::UNIT, "دفتر", "وزارت"),
        (list::TITLE, "لایحه", "هفته"),
        (list::PLACE_NOUN, "شهرستان", "کشور"),
        (list::BODY_NOUN, "خبرگزاری", "دولت"),
        (list::OPENS_BODY, "وزارت", "برنامه"),
        (list::PREPOSITION, "از", "که"),
        (list::LOOSE, "وقت", "ارشد"),
        (list::NATIONAL, "دیوان", "شرکت"),
        (list::NAMELESS, "نهاد", "بانک"),
        (list::CLASS_OF_BODIES, "شهرداری", "سازمان"),
        (list::HELD, "برگزار", "آغاز"),
        (list::REVERENCE, "(ع)", "("),
        (list::SURNAME_END, "زاده", "بهرامی"),
        (list::PLACELESS, "روزنامه", "دانشگاه"),
        (list::SIDE, "شمال", "میدان"),
        (list::SOME, "هر", "این"),
        (list::GLUED_BEFORE, "وزیر", "استاندار"),
        (list::GLUED_AFTER, "از", "و"),
        (list::OWNER, "استانداری", "خبرگزاری"),
        (list::BEGINS, "منصوب", "برکنار"),
        (list::ENDS, "استعفا", "انتصاب"),
        (list::UNREAL, "تکذیب", "حکم"),
        (list::BEFORE_TITLE, "هفته", "سال"),
        (list::STATE, "کشورمان", "استان"),
        (list::PRESS, "خبرگزاری", "سازمان"),
        (list::COUNTRY_MODIFIER, "فدرال", "ملی"),
        (list::SEAT, "مجلس", "شهرداری"),
        (list::DISTRICT, "بخش", "کشور"),
        (list::BEFORE_SUBJECT, "سپس", "به"),
        (list::COMMON_HEAD, "معاون", "وزیر"),
        (list::AFORESAID, "مزبور", "دیگر"),
        (list::WHOLE_PLACE, "شهرستان", "شهر"),
        (list::RESPECT, "معظم", "سابق"),
        (list::WEAK, "کنونی", "سابق"),
        (list::PAST, "اسبق", "وقت"),
        (list::PASSING, "وقت", "اول"),
        (list::NAME_TITLE, "سید", "شیخ"),
    ];
    assert_eq!(examples.len(), list::NAMES.len());
    for (bits, yes, no) in examples {
        let listed = |word: &str| lexicon.words.listed(lexicon.symbols.get(&fold(word)), bits);
        assert!(listed(yes), "{yes}");
        assert!(!listed(no), "{no}");
    }
}

#[test]
fn an_unknown_list_is_an_error() {
    let text = format!("{}\nno_such_list = [\"الف\"]\n", include_str!("data/words.toml"));
    assert!(words::Words::compile(&text, &mut Symbols::default()).is_err());
}
