//! Examples of what must be found and what must not. All texts are made up.

use super::marked::{run, run_with};
use super::{OfficialsStage, Speakers, resolve};
use crate::document::{Entity, MentionType};

/// Every text with the offices that must be found in it, and no others.
fn offices_are_exactly(examples: &[&str]) {
    for example in examples {
        let marked = run(example);
        assert_eq!(marked.found(MentionType::Role), marked.offices, "{example}");
    }
}

#[test]
fn heads_and_what_is_no_head() {
    offices_are_exactly(&[
        "R{استاندار} بر اجرای طرح تأکید کرد.",
        "R{استانداران} و R{فرمانداران} گزارش دادند.",
        "خبرنگار و کارشناس و نویسنده در جلسه بودند.",
        "رئیس و مدیر باید پاسخگو باشند.",
        "وزیری در خیابان استانداردی را دید.",
        "R{مقام معظم رهبری} بر این کار تأکید کردند.",
    ]);
}

#[test]
fn spellings_of_one_head() {
    offices_are_exactly(&[
        "R{مدیر کل آموزش O{سازمان آب}} گفت.",
        "R{مدیرکل آموزش O{سازمان آب}} گفت.",
        "R{رییس O{سازمان آب}} گفت.",
        "R{رئيس O{سازمان آب}} گفت.",
        "R{رئیس‌جمهور} و R{رئیس جمهوری L{فرانسه}} دیدار کردند.",
    ]);
}

#[test]
fn fields_by_ezafe_and_conjunction() {
    offices_are_exactly(&[
        "R{معاون محترم سیاسی، امنیتی و اجتماعی} گزارش داد.",
        "R{مدیرکل محترم دفتر اجتماعی و فرهنگی} گزارش داد.",
        "R{معاون حمل و نقل O{شهرداری کرج}} گفت.",
        "R{معاون عمرانی} و سیاست‌های تازه را نقد کرد.",
        "R{معاون نظارت بر کالاهای اساسی O{سازمان حمایت}} گفت.",
        "R{مدیران محلی} طرح دادند.",
    ]);
}

#[test]
fn ministers_and_their_departments() {
    offices_are_exactly(&[
        "R{وزیر کشور} گفت.",
        "R{وزیر بهداشت، درمان و آموزش پزشکی} گفت.",
        "R{وزیر نیرو} فعالیت نیروگاه را آغاز کرد.",
        "R{وزیر امور خارجه L{ژاپن}} وارد شد.",
    ]);
}

#[test]
fn bodies_and_offices_inside_an_office() {
    offices_are_exactly(&[
        "R{رئیس O{سازمان برنامه و بودجه}} گفت.",
        "R{معاون سیاسی فرماندار L{بهشهر}} گفت.",
        "R{رئیس این سازمان} گفت.",
        "رئیس این کتاب را خواند.",
        "R{رئیس O{شورای شهر}} و O{بانک ملی} توافق کردند.",
    ]);
}

#[test]
fn places_of_an_office() {
    offices_are_exactly(&[
        "R{شهردار محترم L{کرج}} اقدام کند.",
        "R{شهردار سابق L{ساری}} آمد.",
        "R{شهردار منطقه ۱۵} گفت.",
        "R{امام جمعه L{سمنان}} گفت.",
        "O{شهرداری ساری} اقدام کند.",
    ]);
}

#[test]
fn deputies_of_a_constituency() {
    offices_are_exactly(&[
        "R{نماینده مردم L{سراب} در O{مجلس شورای اسلامی}} گفت.",
        "R{نماینده مردم L{سراب}، L{اهر} و L{ورزقان} در O{مجلس}} گفت.",
        "R{نمایندگان O{مجلس}} رأی دادند.",
        "R{نمایندگان} در O{مجلس} رأی دادند.",
        "R{نماینده ولی فقیه در استان} گفت.",
    ]);
}

#[test]
fn members_and_staff_need_a_body() {
    offices_are_exactly(&[
        "R{عضو O{شورای شهر}} گفت.",
        "اعضای خانواده و اهدای عضو.",
        "R{مسئولان O{سازمان آب}} آمدند.",
        "مسئولان آمدند.",
        "کارکنان اعتراض کردند.",
    ]);
}

#[test]
fn an_office_ends_where_a_name_begins() {
    offices_are_exactly(&[
        "R{شهردار L{کرج}}، آقای P{نیک‌پور} گفت.",
        "دکتر P{بهرامی} R{استاندار L{البرز}} گفت.",
        "P{رحیم بهرامی} به عنوان R{رئیس O{سازمان آب}} منصوب شد.",
        "R{وزیر کشور} مهندس P{بهرامی} آمد.",
    ]);
}

#[test]
fn forms_of_address_are_no_part_of_a_name() {
    let marked = run("P{جناب آقای دکتر بهرامی} آمد. P{سید رحیم نیک‌پور} رفت. P{خانم} ماند.");
    assert_eq!(marked.found(MentionType::Per), ["بهرامی", "سید رحیم نیک‌پور"]);
}

#[test]
fn places_take_their_head_noun() {
    let marked =
        run("در استان L{البرز} و شهر L{کرج} و L{استان} و رئیس جمهوری L{فرانسه} و L{منطقه ۱۵} و L{۲۰۲۰}.");
    assert_eq!(marked.found(MentionType::Loc), ["استان البرز", "شهر کرج", "فرانسه", "منطقه ۱۵"]);
}

#[test]
fn coordinated_bodies_come_apart_and_one_name_does_not() {
    let marked = run("O{وزارت نفت، سازمان آب و بانک ملت} و O{سازمان برنامه و بودجه} آمدند.");
    assert_eq!(
        marked.found(MentionType::Org),
        ["وزارت نفت", "سازمان آب", "بانک ملت", "سازمان برنامه و بودجه"]
    );
}

#[test]
fn a_body_is_widened_by_its_noun_and_place() {
    let marked = run("سازمان O{هواشناسی} و O{دانشگاه علوم پزشکی} L{ساری} و O{این سازمان} و O{دستگاه‌ها}.");
    assert_eq!(marked.found(MentionType::Org), ["سازمان هواشناسی", "دانشگاه علوم پزشکی ساری"]);
    assert!(marked.found(MentionType::Loc).is_empty());
}

#[test]
fn listed_bodies_are_found_outside_the_titles_of_laws() {
    let marked = run("P{رحیم نیک‌پور} از وزارت صمت خواست. قانون دیوان عدالت اداری اصلاح شد.");
    assert_eq!(marked.found(MentionType::Org), ["وزارت صمت"]);
}

#[test]
fn without_a_recognizer_the_lists_do_what_they_can() {
    let marked = run("استاندار گیلان از سازمان برنامه و بودجه خواست به رشت کمک کند.");
    assert_eq!(marked.found(MentionType::Org), ["سازمان برنامه و بودجه"]);
    assert_eq!(marked.found(MentionType::Loc), ["گیلان", "رشت"]);
    assert_eq!(marked.found(MentionType::Role), ["استاندار گیلان"]);
}

fn triple(name: &str, role: &str, body: &str) -> (String, String, String) {
    (name.to_owned(), role.to_owned(), body.to_owned())
}

#[test]
fn a_minister_is_one_official_with_and_without_the_name() {
    let marked = run(
        "وزیر کشور در نشست گفت: کار ادامه دارد.\nP{رحیم نیک‌پور} وزیر کشور در O{وزارت کشور} حاضر شد.\nوزیر کشور افزود: خوب است.",
    );
    assert_eq!(marked.records(), [triple("رحیم نیک‌پور", "وزیر کشور", "وزارت کشور")]);
    assert!(marked.document.organizations.iter().all(|o| !o.inferred));
    assert_eq!(marked.document.officials[0].mentions.len(), 4);
}

#[test]
fn the_lead_names_the_office_and_the_next_sentence_the_person() {
    let marked = run(
        "مدیرکل آموزش O{سازمان آب} گفت: کار خوب است.\nبه گزارش O{ایرنا}، P{رحیم نیک‌پور} در جمع خبرنگاران گفت: بهتر می‌شود.\nP{نیک‌پور} افزود: تمام شد.",
    );
    assert_eq!(marked.records(), [triple("رحیم نیک‌پور", "مدیرکل آموزش سازمان آب", "سازمان آب")]);
}

#[test]
fn a_person_without_an_office_is_no_official() {
    let marked = run("P{رحیم نیک‌پور} به خانه رفت.");
    assert!(marked.records().is_empty());
    assert_eq!(marked.document.mentions[0].entity, None);
}

#[test]
fn two_people_of_one_surname_stay_two() {
    let marked = run(
        "P{رحیم بهرامی} رئیس O{سازمان آب} و P{سعید بهرامی} رئیس O{سازمان برق} آمدند.\nP{بهرامی} گفت: خوب است.",
    );
    let names: Vec<_> = marked.records().into_iter().map(|r| r.0).collect();
    assert_eq!(names, ["رحیم بهرامی", "سعید بهرامی"]);
}

#[test]
fn the_body_follows_from_the_office_where_the_text_does_not_name_it() {
    let marked = run("P{رحیم نیک‌پور} استاندار L{البرز} گفت: خوب است.");
    assert_eq!(marked.records(), [triple("رحیم نیک‌پور", "استاندار البرز", "استانداری البرز")]);
    let body = &marked.document.organizations[0];
    assert!(body.inferred && body.kind.as_deref() == Some("province_government"));
}

#[test]
fn plural_offices_are_collective() {
    let marked = run("استانداران گزارش دادند.");
    assert!(marked.document.officials.iter().all(|o| o.collective));
    assert_eq!(marked.document.officials.len(), 1);
}

#[test]
fn short_names_of_a_body_are_one_record() {
    let marked = run("O{وزارت صنعت، معدن و تجارت} گفت. O{وزارت صمت} گفت. O{وزارت نفت} گفت.");
    assert_eq!(marked.document.organizations.len(), 2);
}

#[test]
fn speakers_and_pronouns_are_resolved() {
    let marked = run(
        "P{رحیم نیک‌پور} رئیس O{سازمان آب} گفت: کار این سازمان خوب است.\nوی افزود: ادامه می‌دهیم.\nO{بانک ملت} اعلام کرد وام می‌دهد.",
    );
    let document = &marked.document;
    let speakers = Speakers::of(document);
    assert_eq!(speakers.at(0), Some(Entity::Official(0)));
    assert_eq!(speakers.at(1), Some(Entity::Official(0)));
    assert!(matches!(speakers.at(2), Some(Entity::Organization(_))));
    let span = |of: &str| {
        let at = document.text().find(of).unwrap_or_default();
        crate::span::ByteSpan::new(at, at + of.len())
    };
    assert_eq!(resolve(document, span("وی")), Some(Entity::Official(0)));
    let body = resolve(document, span("این سازمان"));
    assert!(matches!(body, Some(Entity::Organization(i)) if document.organizations[i].name == "سازمان آب"));
    assert_eq!(resolve(document, span("وام")), None);
}

#[test]
fn prepositions_and_countries_that_were_taken_for_bodies() {
    let marked =
        run("به گزارش O{ازمسکو} و O{درمجلس} و O{سازمان آب}. وزیر O{دفاع فرانسه} آمد. O{دفاع مقدس} ماند.");
    assert_eq!(marked.found(MentionType::Loc), ["مسکو", "فرانسه"]);
    assert_eq!(marked.found(MentionType::Org), ["مجلس", "سازمان آب", "دفاع مقدس"]);
}

#[test]
fn plurals_that_name_a_class_of_bodies() {
    let marked = run(
        "O{سازمان آب} از شهرداری‌ها و بانکها و دستگاه‌ها خواست. بانک‌هایی آمدند. دانشگاه‌های دیگر نیز آمدند.",
    );
    assert_eq!(marked.found(MentionType::Org), ["سازمان آب", "شهرداری‌ها", "بانکها"]);
}

#[test]
fn names_of_saints_are_no_persons() {
    let marked = run("P{امام صادق} (ع) فرمود. P{رحیم بهرامی} (رئیس) گفت.");
    assert_eq!(marked.found(MentionType::Per), ["رحیم بهرامی"]);
}

#[test]
fn bodies_with_short_forms_choices_and_departments_come_apart() {
    let marked = run("O{سازمان بهره‌وری آسیا (APO}) و O{دفتر فناوری (ICT) روستایی} گفتند.");
    let found = marked.found(MentionType::Org);
    assert_eq!(found, ["سازمان بهره‌وری آسیا", "APO", "دفتر فناوری (ICT) روستایی"]);
    let marked = run("O{سازمان حسابرسی یا حسابداران رسمی} بنویسند. O{سازمان آب یا شرکت گاز} بیاید.");
    assert_eq!(marked.found(MentionType::Org), ["سازمان حسابرسی", "سازمان آب", "شرکت گاز"]);
    let marked = run("O{وزارتخانه‌های نفت و نیرو} و O{وزارت جهاد کشاورزی} آمدند.");
    assert_eq!(marked.found(MentionType::Org), ["وزارتخانه‌های نفت", "نیرو", "وزارت جهاد کشاورزی"]);
}

#[test]
fn a_body_where_something_is_held_is_a_place() {
    let marked =
        run("نشست در O{سازمان آب} برگزار شد. کار در O{سازمان برق} آغاز شد. جلسه در محل O{بانک ملت} بود.");
    assert_eq!(marked.found(MentionType::Loc), ["سازمان آب", "بانک ملت"]);
    assert_eq!(marked.found(MentionType::Org), ["سازمان برق"]);
}

#[test]
fn places_in_the_titles_of_laws_and_events_are_not_added() {
    let marked = run(
        "P{رحیم بهرامی} گفت نمایشگاه کتاب تهران باز شد. او به تهران رفت. لایحه همکاری ایران و فرانسه رسید. همکاری ایران و فرانسه خوب است.",
    );
    assert_eq!(marked.found(MentionType::Loc), ["تهران", "ایران", "فرانسه"]);
}

#[test]
fn parts_of_a_name_are_not_joined_over_a_line() {
    let marked = run("O{ستاد آب}\nO{ایرنا}: P{رحیم}\nP{بهرامی} گفت.");
    assert_eq!(marked.found(MentionType::Org), ["ستاد آب", "ایرنا"]);
    assert_eq!(marked.found(MentionType::Per), ["رحیم", "بهرامی"]);
}

#[test]
fn a_list_of_people_gives_each_their_own_office() {
    let marked =
        run("P{نیک‌پور} رئیس O{سازمان آب}، رئیس O{سازمان برق} و P{رحیم بهرامی} رئیس O{سازمان گاز} آمدند.");
    let records = marked.records();
    assert!(records.contains(&triple("نیک‌پور", "رئیس سازمان آب", "سازمان آب")), "{records:?}");
    assert!(records.contains(&triple("رحیم بهرامی", "رئیس سازمان گاز", "سازمان گاز")), "{records:?}");
    let marked = run("P{نیک‌پور}، رئیس O{سازمان آب} و عضو O{شورای عالی کار} گفت.");
    assert_eq!(marked.records().len(), 1);
}

#[test]
fn appointments_and_dismissals_date_an_office() {
    let official = |text: &str| run(text).document.officials[0].clone();
    let begun = official("P{رحیم بهرامی} ۱۴۰۰/۰۲/۰۳ به عنوان رئیس O{سازمان آب} منصوب شد.");
    let since = begun.since.and_then(|t| t.date).map(|d| d.to_jalali_iso());
    assert_eq!((since.as_deref(), begun.until), (Some("1400-02-03"), None));
    let ended = official("P{رحیم بهرامی} رئیس O{سازمان آب} برکنار شد.");
    assert!(ended.since.is_none() && ended.until.is_some_and(|t| t.date.is_none()));
    let unreal = official("P{رحیم بهرامی} به عنوان رئیس O{سازمان آب} منصوب نشد.");
    assert!(unreal.since.is_none() && unreal.until.is_none());
    let other = official("P{رحیم بهرامی} به عنوان رئیس O{سازمان آب} گفت: کار خوب است.");
    assert_eq!(other.since, None);
}

#[test]
fn a_delegate_in_a_list_speaks_for_a_body() {
    let marked = run("حاضران: P{رحیم بهرامی} از O{سازمان آب}، P{سعید نیک‌پور} از O{بانک ملت}.");
    let expected = [triple("رحیم بهرامی", "", "سازمان آب"), triple("سعید نیک‌پور", "", "بانک ملت")];
    assert_eq!(marked.records(), expected);
    assert!(run("P{رحیم بهرامی} از O{سازمان آب} خواست کار کند.").records().is_empty());
}

#[test]
fn a_unit_is_a_part_of_the_body_that_its_name_closes_with() {
    let marked = run("O{دفتر اجتماعی استانداری البرز} گفت. O{سازمان برنامه و بودجه} گفت.");
    let bodies = &marked.document.organizations;
    let owner = bodies[0].part_of.map(|o| (bodies[o].name.as_str(), bodies[o].inferred));
    assert_eq!(owner, Some(("استانداری البرز", true)));
    assert!(bodies[1].part_of.is_none() && bodies.len() == 3);
}

#[test]
fn names_of_a_user_are_found_wherever_they_stand() {
    use std::io::Write;

    let mut file = tempfile::NamedTempFile::new().expect("there is room for a file");
    write!(file, "ORG\tcompany\tسپهر نمونه\tسپهر\nROLE\t\tبازرس ویژه استان\n").expect("it can be written");
    let mut lexicon = crate::lexicon::Lexicon::builtin().clone();
    assert_eq!(lexicon.extend_from(file.path()).ok(), Some(2));
    let stage = OfficialsStage::with_lexicon(lexicon.into());
    let marked = run_with("P{رحیم بهرامی} از سپهر خواست. بازرس ویژه استان آمد.", &stage);
    assert_eq!(marked.found(MentionType::Org), ["سپهر"]);
    assert_eq!(marked.found(MentionType::Role), ["بازرس ویژه استان"]);
    let marked = run("P{رحیم بهرامی} از سپهر خواست. بازرس ویژه استان آمد.");
    assert!(marked.found(MentionType::Org).is_empty() && marked.found(MentionType::Role).is_empty());
}
