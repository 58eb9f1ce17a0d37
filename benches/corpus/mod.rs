//! A corpus of made-up annotated documents of any size, the same for the same number: who is in office in
//! which body changes little, names repeat as in news (few often, many seldom), and each document has about
//! ten mentions, three officials, three organizations and two tasks.

use dabir::calendar::Date;
use serde_json::{Value, json};

const GIVEN: [&str; 24] = [
    "رحیم",
    "مهدی",
    "زهرا",
    "کاوه",
    "نسرین",
    "حامد",
    "لیلا",
    "فرهاد",
    "مینا",
    "سعید",
    "پروانه",
    "بهرام",
    "شیرین",
    "داریوش",
    "آرزو",
    "کامران",
    "سارا",
    "ایرج",
    "نرگس",
    "هوشنگ",
    "پریسا",
    "جمشید",
    "مهناز",
    "سیروس",
];
const FAMILY: [&str; 32] = [
    "نیک‌پور",
    "کریمی",
    "سبزواری",
    "رستگار",
    "بهاری",
    "شاکری",
    "مهرجو",
    "فرهمند",
    "دانش‌پژوه",
    "گلزار",
    "سپهری",
    "آذرنیا",
    "بختیاری",
    "صبوری",
    "نوروزی",
    "کوهستانی",
    "دریابار",
    "پاکدل",
    "یگانه",
    "خردمند",
    "ستوده",
    "همایون",
    "راستین",
    "بردبار",
    "کامیاب",
    "نیکنام",
    "شهریاری",
    "فروتن",
    "روشن‌ضمیر",
    "آزادمنش",
    "سرافراز",
    "مینوی",
];
const HEADS: [(&str, &str, &str); 10] = [
    ("استانداری", "استاندار", "province_government"),
    ("فرمانداری", "فرماندار", "county_government"),
    ("شهرداری", "شهردار", "municipality"),
    ("شورای شهر", "رئیس شورای شهر", "council"),
    ("اداره کل راه", "مدیرکل راه", "directorate"),
    ("دانشگاه", "رئیس دانشگاه", "university"),
    ("سازمان آب", "رئیس سازمان آب", "organization"),
    ("اداره کل آموزش و پرورش", "مدیرکل آموزش و پرورش", "directorate"),
    ("دادگستری", "رئیس دادگستری", "court"),
    ("شرکت گاز", "مدیرعامل شرکت گاز", "company"),
];
const PLACES: [&str; 32] = [
    "گیلان",
    "یزد",
    "کرج",
    "گرگان",
    "اهواز",
    "تبریز",
    "شیراز",
    "بروجرد",
    "سمنان",
    "بوشهر",
    "زنجان",
    "قزوین",
    "ایلام",
    "اردبیل",
    "همدان",
    "مشهد",
    "ساری",
    "رشت",
    "اراک",
    "بیرجند",
    "کاشان",
    "نیشابور",
    "سبزوار",
    "دزفول",
    "آمل",
    "بابل",
    "مراغه",
    "خوی",
    "مهاباد",
    "ملایر",
    "مرودشت",
    "لاهیجان",
];
const ACTS: [&str; 10] = [
    "گزارش کار را آماده کند",
    "پل روستا را بازسازی کند",
    "برنامه کم‌آبی را بنویسد",
    "راه دسترسی را آسفالت کند",
    "فهرست مدرسه‌ها را بفرستد",
    "شبکه گاز را گسترش دهد",
    "کارگروه بازار را برپا کند",
    "بودجه کتابخانه را بپردازد",
    "سامانه نوبت‌دهی را راه‌اندازی کند",
    "تابلوهای هشدار را نصب کند",
];

/// A sequence of numbers that look random (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// Small numbers often, large ones seldom.
    fn skewed(&mut self, end: usize) -> usize {
        let (a, b) = (self.below(end), self.below(end));
        a * b / end
    }
}

/// A text that grows, with the places of what is put into it.
#[derive(Default)]
struct Text {
    text: String,
    chars: usize,
}

impl Text {
    fn put(&mut self, part: &str) -> (usize, usize) {
        let start = self.chars;
        self.text.push_str(part);
        self.chars += part.chars().count();
        (start, self.chars)
    }
}

/// The document of a number, as a `dabir/1` record.
pub fn document(number: u64) -> Value {
    let mut numbers = Numbers(number.wrapping_mul(0x2545_f491_4f6c_dd1d).wrapping_add(7));
    let mut text = Text::default();
    let (mut mentions, mut officials, mut organizations) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sentences, mut tasks) = (Vec::new(), Vec::new());
    let mut mention = |kind: &str, (start, end): (usize, usize), surface: &str, entity: Option<String>| {
        let id = format!("m{}", mentions.len() + 1);
        mentions.push(json!({"id": id, "type": kind, "start": start, "end": end, "text": surface,
            "entity": entity, "source": "model", "score": 0.97}));
        id
    };
    let year = 1395 + numbers.below(8) as i32;
    let date = Date::from_jalali(year, 1 + numbers.below(12) as u8, 1 + numbers.below(29) as u8);
    for actor in 1..=3 {
        let (head, office, kind) = HEADS[numbers.below(HEADS.len())];
        let place = PLACES[numbers.skewed(PLACES.len())];
        let body = format!("{head} {place}");
        let role = format!("{office} {place}");
        // Each post has two holders one after the other; one in eight documents names somebody else.
        let seat = office.len() * 31 + place.len() * 7 + place.chars().map(|c| c as usize).sum::<usize>();
        let seat =
            if numbers.below(8) == 0 { numbers.below(768) } else { seat + usize::from(year > 1398) * 5 };
        let name = format!("{} {}", GIVEN[seat % GIVEN.len()], FAMILY[(seat / 3) % FAMILY.len()]);
        let (official, organization) = (format!("p{actor}"), format!("o{actor}"));
        let from = text.chars;
        let at = text.put(&name);
        let mut own = vec![mention("PER", at, &name, Some(official.clone()))];
        text.put("، ");
        let at = text.put(&role);
        own.push(mention("ROLE", at, &role, Some(official.clone())));
        text.put(" در گفت‌وگو با خبرنگاران گفت که کارهای این دستگاه بر پایه برنامه پیش می‌رود و ");
        let assignee = text.put(&body);
        let of_body = mention("ORG", assignee, &body, Some(organization.clone()));
        text.put(" باید تا پایان فصل ");
        let act = ACTS[numbers.below(ACTS.len())];
        let (start, end) = text.put(act);
        if actor == 1 {
            text.put(" و کارهای ");
            let at = text.put(place);
            mention("LOC", at, place, None);
            text.put(" را پی بگیرد");
        }
        text.put(".");
        sentences.push(json!({"start": from, "end": text.chars, "class": "directive", "score": 0.9,
            "rule": "directive.must"}));
        if actor < 3 {
            let due = date.and_then(|d| d.add_days(30));
            tasks.push(json!({"id": format!("t{actor}"), "class": "directive", "sentence": actor - 1,
                "start": start, "end": end, "text": act,
                "trigger": null, "collaborators": [], "row": null, "act": "other", "score": 0.9, "rule": "directive.must",
                "assignees": [{"start": assignee.0, "end": assignee.1, "text": body, "entity": organization}],
                "issuer": {"start": at.0, "end": at.1, "text": role, "entity": official},
                "deadline": {"start": assignee.1 + 6, "end": assignee.1 + 18, "text": "تا پایان فصل", "kind": "date",
                    "due": due.map(Date::to_iso), "due_jalali": due.map(Date::to_jalali_iso)}}));
        }
        text.put("\n");
        officials.push(json!({"id": official, "name": name, "role": role, "organization": organization,
            "mentions": own}));
        organizations.push(json!({"id": organization, "name": body, "kind": kind, "mentions": [of_body]}));
    }
    // The rest of a piece of news: sentences in which nobody is named.
    for _ in 0..12 {
        let from = text.chars;
        text.put("این برنامه با همکاری مردم و دستگاه‌های گوناگون در چند مرحله پیش برده می‌شود و گزارش آن هر ماه آماده خواهد شد.");
        sentences.push(
            json!({"start": from, "end": text.chars, "class": "report", "score": 0.8, "rule": "report.past"}),
        );
        text.put("\n");
    }
    json!({"schema": "dabir/1", "id": format!("news-{number:06}"), "format": "news",
        "meta": {"title": "گزارش کارهای استان", "date": date.map(Date::to_iso),
            "date_jalali": date.map(Date::to_jalali_iso), "categories": [], "tags": []},
        "text": text.text, "blocks": [], "sentences": sentences, "mentions": mentions, "officials": officials,
        "organizations": organizations, "tasks": tasks, "warnings": []})
}
