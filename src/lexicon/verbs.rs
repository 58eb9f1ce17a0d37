//! Forms of Persian verbs, made from two stems each, and the groups of words that make up one form
//! («خواهد شد»، «داده شده است»). The stems are data (`verbs.toml`); what is here is the regular
//! conjugation (Natel Khanlari's and Lazard's grammars describe it).

use std::collections::HashMap;

use serde::Deserialize;

use super::whole;

/// Features of a verb form, a set of bits; those of one form say its tense, polarity, person,
/// number and voice. An ambiguous form («آورد») has several tenses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Features(pub u32);

impl Features {
    /// «کرد»
    pub const PAST: u32 = 1;
    /// «می‌کرد»
    pub const IMPERFECT: u32 = 1 << 1;
    /// «کرده است»
    pub const PERFECT: u32 = 1 << 2;
    /// «کرده بود»
    pub const PLUPERFECT: u32 = 1 << 3;
    /// «می‌کند»
    pub const PRESENT: u32 = 1 << 4;
    /// «کند»، «بکند»
    pub const SUBJUNCTIVE: u32 = 1 << 5;
    /// «کرده باشد»
    pub const PERFECT_SUBJUNCTIVE: u32 = 1 << 6;
    /// «خواهد کرد»
    pub const FUTURE: u32 = 1 << 7;
    /// «کرده» with no auxiliary.
    pub const PARTICIPLE: u32 = 1 << 8;
    /// «کردن»
    pub const INFINITIVE: u32 = 1 << 9;
    /// «خواهد», waiting for its past stem.
    pub const AUXILIARY: u32 = 1 << 10;
    /// A form that is a noun too («ساخت»): a verb only with an auxiliary or at the end of a clause.
    pub const NOUN: u32 = 1 << 11;
    /// Affirmed.
    pub const POSITIVE: u32 = 1 << 12;
    /// Negated.
    pub const NEGATED: u32 = 1 << 13;
    /// First person.
    pub const FIRST: u32 = 1 << 14;
    /// Second person.
    pub const SECOND: u32 = 1 << 15;
    /// Third person.
    pub const THIRD: u32 = 1 << 16;
    /// Singular.
    pub const SINGULAR: u32 = 1 << 17;
    /// Plural.
    pub const PLURAL: u32 = 1 << 18;
    /// Active, or a form of a verb that has no voice («شدن»).
    pub const ACTIVE: u32 = 1 << 19;
    /// Participle with «شدن».
    pub const PASSIVE: u32 = 1 << 20;

    /// All tenses and moods.
    pub const TENSES: u32 = (1 << 11) - 1;
    /// Both polarities.
    pub const POLARITIES: u32 = Self::POSITIVE | Self::NEGATED;
    /// All persons.
    pub const PERSONS: u32 = Self::FIRST | Self::SECOND | Self::THIRD;
    /// Both numbers.
    pub const NUMBERS: u32 = Self::SINGULAR | Self::PLURAL;
    /// Both voices.
    pub const VOICES: u32 = Self::ACTIVE | Self::PASSIVE;
    /// Forms that can head a clause.
    pub const FINITE: u32 = Self::PAST
        | Self::IMPERFECT
        | Self::PERFECT
        | Self::PLUPERFECT
        | Self::PRESENT
        | Self::SUBJUNCTIVE
        | Self::PERFECT_SUBJUNCTIVE
        | Self::FUTURE;

    /// Whether any of `bits` is set.
    pub fn has(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// Number of a verb in the lexicon.
pub type Lemma = u16;

/// One reading of a word or of a group of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerbForm {
    /// The verb.
    pub lemma: Lemma,
    /// Its features.
    pub features: Features,
}

/// All verbs with all their one-word forms.
#[derive(Debug, Default)]
pub struct Verbs {
    lemmas: Vec<String>,
    forms: HashMap<String, VerbForm>,
    be: Lemma,
    become_: Lemma,
    want: Lemma,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    not_verbs: Vec<String>,
    nouns_too: Vec<String>,
    verb: Vec<Entry>,
    irregular: Vec<Irregular>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    lemma: String,
    past: String,
    present: String,
    #[serde(default)]
    same: Vec<Stems>,
    #[serde(default)]
    bare_present: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stems {
    past: String,
    present: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Irregular {
    lemma: String,
    form: String,
    words: Vec<IrregularWord>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IrregularWord {
    word: String,
    person: u8,
    #[serde(default)]
    plural: bool,
    #[serde(default)]
    negated: bool,
}

/// Personal endings: the ending after a past stem, after a present stem, its features.
const ENDINGS: [(&str, &str, u32); 6] = [
    ("م", "م", Features::FIRST | Features::SINGULAR),
    ("ی", "ی", Features::SECOND | Features::SINGULAR),
    ("", "د", Features::THIRD | Features::SINGULAR),
    ("یم", "یم", Features::FIRST | Features::PLURAL),
    ("ید", "ید", Features::SECOND | Features::PLURAL),
    ("ند", "ند", Features::THIRD | Features::PLURAL),
];

impl Verbs {
    /// Reads the lexicon.
    ///
    /// # Errors
    /// Where the text is not such a lexicon; the message names the place.
    pub fn parse(toml: &str) -> Result<Self, toml::de::Error> {
        let file: File = toml::from_str(toml)?;
        let mut verbs = Self::default();
        for entry in &file.verb {
            let lemma = verbs.lemmas.len() as Lemma;
            verbs.lemmas.push(entry.lemma.clone());
            verbs.conjugate(lemma, &entry.past, &entry.present, entry.bare_present);
            for stems in &entry.same {
                verbs.conjugate(lemma, &stems.past, &stems.present, entry.bare_present);
            }
        }
        for irregular in &file.irregular {
            let Some(lemma) = verbs.lemma(&irregular.lemma) else { continue };
            let tense = tense(&irregular.form).unwrap_or(Features::PRESENT);
            for w in &irregular.words {
                let person = [Features::FIRST, Features::SECOND, Features::THIRD]
                    [usize::from(w.person.clamp(1, 3)) - 1];
                let number = if w.plural { Features::PLURAL } else { Features::SINGULAR };
                let polarity = if w.negated { Features::NEGATED } else { Features::POSITIVE };
                verbs.put(whole(&w.word), lemma, tense | person | number | polarity);
            }
        }
        for word in &file.not_verbs {
            verbs.forms.remove(&whole(word));
        }
        for word in &file.nouns_too {
            if let Some(form) = verbs.forms.get_mut(&whole(word)) {
                form.features.0 |= Features::NOUN;
            }
        }
        verbs.be = verbs.lemma("بودن").unwrap_or_default();
        verbs.become_ = verbs.lemma("شدن").unwrap_or_default();
        verbs.want = verbs.lemma("خواستن").unwrap_or_default();
        Ok(verbs)
    }

    /// The number of a verb.
    pub fn lemma(&self, lemma: &str) -> Option<Lemma> {
        self.lemmas.iter().position(|l| l == lemma).map(|i| i as Lemma)
    }

    /// Whether what the form says is done to its subject: «شدن» and participles with it.
    pub fn is_passive(&self, form: VerbForm) -> bool {
        form.lemma == self.become_ || form.features.has(Features::PASSIVE)
    }

    /// All one-word forms, folded, with their readings.
    pub fn forms(&self) -> impl Iterator<Item = (&str, VerbForm)> {
        self.forms.iter().map(|(word, &form)| (word.as_str(), form))
    }

    /// The reading of a folded word.
    pub fn get(&self, folded: &str) -> Option<VerbForm> {
        self.forms.get(folded).copied()
    }

    /// The verb form that begins at the first of `words`, and how many words it takes. `words` holds
    /// the one-word reading of each word.
    pub fn group(&self, words: &[Option<VerbForm>]) -> Option<(VerbForm, usize)> {
        let first = (*words.first()?)?;
        if first.features.has(Features::AUXILIARY)
            && let Some(Some(stem)) = words.get(1)
            && stem.features.has(Features::PAST)
            && stem.features.has(Features::THIRD)
            && stem.features.has(Features::SINGULAR)
            && stem.features.has(Features::POSITIVE)
        {
            let kept = first.features.0 & (Features::POLARITIES | Features::PERSONS | Features::NUMBERS);
            let features = Features(Features::FUTURE | Features::ACTIVE | kept);
            return Some((VerbForm { lemma: stem.lemma, features }, 2));
        }
        if first.features.has(Features::PARTICIPLE)
            && let Some((next, taken)) = self.group(words.get(1..)?)
            && let Some(features) = self.with_participle(first, next, taken)
        {
            return Some((VerbForm { lemma: first.lemma, features }, taken + 1));
        }
        let mut form = first;
        form.features.0 &= !Features::AUXILIARY;
        Some((form, 1))
    }

    /// What a participle and the form after it are together.
    fn with_participle(&self, participle: VerbForm, next: VerbForm, taken: usize) -> Option<Features> {
        let f = next.features;
        let negated = participle.features.has(Features::NEGATED) || f.has(Features::NEGATED);
        let polarity = if negated { Features::NEGATED } else { Features::POSITIVE };
        let kept = f.0 & (Features::PERSONS | Features::NUMBERS);
        if next.lemma == self.be && taken == 1 {
            let tense = if f.has(Features::PRESENT) {
                Features::PERFECT
            } else if f.has(Features::PAST) {
                Features::PLUPERFECT
            } else if f.has(Features::SUBJUNCTIVE) && self.lemma("داشتن") == Some(participle.lemma) {
                Features::SUBJUNCTIVE
            } else if f.has(Features::SUBJUNCTIVE) {
                Features::PERFECT_SUBJUNCTIVE
            } else {
                return None;
            };
            return Some(Features(tense | polarity | kept | Features::ACTIVE));
        }
        if next.lemma == self.become_ && participle.lemma != self.become_ {
            return Some(Features((f.0 & Features::TENSES) | polarity | kept | Features::PASSIVE));
        }
        None
    }

    fn put(&mut self, word: String, lemma: Lemma, features: u32) {
        let new = VerbForm { lemma, features: Features(features | Features::ACTIVE) };
        self.forms
            .entry(word)
            .and_modify(|old| {
                if old.lemma == lemma {
                    old.features.0 |= new.features.0;
                }
            })
            .or_insert(new);
    }

    fn conjugate(&mut self, lemma: Lemma, past: &str, present: &str, bare_present: bool) {
        use Features as F;
        let infinitive = F::INFINITIVE | F::THIRD | F::SINGULAR;
        self.put(whole(&format!("{past}ن")), lemma, infinitive | F::POSITIVE);
        self.put(whole(&negative(&format!("{past}ن"))), lemma, infinitive | F::NEGATED);
        let participle = format!("{past}ه");
        for (word, polarity) in [(participle.clone(), F::POSITIVE), (negative(&participle), F::NEGATED)] {
            self.put(whole(&word), lemma, F::PARTICIPLE | F::THIRD | F::SINGULAR | F::PLURAL | polarity);
            let perfect = [
                ("ام", F::FIRST | F::SINGULAR),
                ("ایم", F::FIRST | F::PLURAL),
                ("اید", F::SECOND | F::PLURAL),
                ("اند", F::THIRD | F::PLURAL),
                ("است", F::THIRD | F::SINGULAR),
            ];
            for (ending, person) in perfect {
                self.put(whole(&format!("{word}{ending}")), lemma, F::PERFECT | person | polarity);
            }
        }
        for (past_ending, present_ending, person) in ENDINGS {
            let was = format!("{past}{past_ending}");
            let is = format!("{present}{present_ending}");
            self.put(whole(&was), lemma, F::PAST | person | F::POSITIVE);
            self.put(whole(&negative(&was)), lemma, F::PAST | person | F::NEGATED);
            self.put(whole(&format!("می{was}")), lemma, F::IMPERFECT | person | F::POSITIVE);
            self.put(whole(&format!("نمی{was}")), lemma, F::IMPERFECT | person | F::NEGATED);
            self.put(whole(&format!("می{is}")), lemma, F::PRESENT | person | F::POSITIVE);
            self.put(whole(&format!("نمی{is}")), lemma, F::PRESENT | person | F::NEGATED);
            let bare = if bare_present { F::PRESENT } else { F::SUBJUNCTIVE };
            let future = if past == "خواست" { F::AUXILIARY } else { 0 };
            // «سازی», «گذاری» are nouns; the second person singular is not used in this prose. «گردید»
            // is past.
            let name = whole(&is);
            let past_too = self.forms.get(&name).is_some_and(|f| f.features.has(F::PAST));
            let doubtful = person & F::SECOND != 0 && (person & F::SINGULAR != 0 || past_too);
            if !doubtful || bare_present {
                self.put(name, lemma, bare | future | person | F::POSITIVE);
            }
            self.put(whole(&negative(&is)), lemma, bare | future | person | F::NEGATED);
            self.put(whole(&prefixed("ب", &is)), lemma, F::SUBJUNCTIVE | person | F::POSITIVE);
        }
    }
}

/// The form with the negative prefix.
fn negative(form: &str) -> String {
    prefixed("ن", form)
}

/// A prefix before a form; before «آ» and «ا» it takes «ی» («بیاورد»، «نیفزود»).
fn prefixed(prefix: &str, form: &str) -> String {
    if let Some(rest) = form.strip_prefix('آ') {
        format!("{prefix}یا{rest}")
    } else if let Some(rest) = form.strip_prefix('ا') {
        format!("{prefix}ی{rest}")
    } else {
        format!("{prefix}{form}")
    }
}

/// The bits of a feature's name in rules and in the lexicon. `past` stands for all tenses that tell
/// of something past and finished.
pub fn feature(name: &str) -> Option<u32> {
    Some(match name {
        "neg" => Features::NEGATED,
        "pos" => Features::POSITIVE,
        "any" => Features::POLARITIES,
        "1" => Features::FIRST,
        "2" => Features::SECOND,
        "3" => Features::THIRD,
        "sg" => Features::SINGULAR,
        "pl" => Features::PLURAL,
        "active" => Features::ACTIVE,
        "passive" => Features::PASSIVE,
        _ => return tense(name),
    })
}

fn tense(name: &str) -> Option<u32> {
    Some(match name {
        "past" => Features::PAST | Features::PERFECT | Features::PLUPERFECT,
        "simple" => Features::PAST,
        "imperf" => Features::IMPERFECT,
        "perf" => Features::PERFECT,
        "pluperf" => Features::PLUPERFECT,
        "pres" => Features::PRESENT,
        "subj" => Features::SUBJUNCTIVE,
        "subjperf" => Features::PERFECT_SUBJUNCTIVE,
        "fut" => Features::FUTURE,
        "part" => Features::PARTICIPLE,
        "inf" => Features::INFINITIVE,
        "finite" => Features::FINITE,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verbs() -> Verbs {
        Verbs::parse(include_str!("verbs.toml")).expect("the built-in verbs are well formed")
    }

    fn read(text: &str) -> Vec<(String, u32, usize)> {
        let verbs = verbs();
        let words: Vec<_> = text.split(' ').map(|w| verbs.get(&whole(w))).collect();
        let mut out = Vec::new();
        let mut at = 0;
        while at < words.len() {
            match verbs.group(&words[at..]) {
                Some((form, n)) => {
                    out.push((verbs.lemmas[usize::from(form.lemma)].clone(), form.features.0, n));
                    at += n;
                }
                None => at += 1,
            }
        }
        out
    }

    #[track_caller]
    fn one(text: &str, lemma: &str, name: &str) {
        let found = read(text);
        let wanted = feature(name).unwrap_or(0);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, lemma, "{text}");
        assert!(found[0].1 & wanted != 0, "{text} is not {name}");
        assert_eq!(found[0].2, text.split(' ').count(), "{text}");
    }

    #[test]
    fn one_word_forms() {
        one("گردید", "شدن", "past");
        one("می\u{200c}شود", "شدن", "pres");
        one("ننماید", "کردن", "neg");
        one("بیاورند", "آوردن", "subj");
        one("نیفزود", "افزودن", "neg");
        one("دارد", "داشتن", "pres");
        one("نیست", "بودن", "neg");
        one("آورد", "آوردن", "subj");
        assert_eq!(read("گردید")[0].1 & Features::SUBJUNCTIVE, 0);
    }

    #[test]
    fn groups_of_words() {
        one("خواهد شد", "شدن", "fut");
        one("نخواهند کرد", "کردن", "neg");
        one("شده است", "شدن", "past");
        one("گردیده بود", "شدن", "pluperf");
        one("داده شد", "دادن", "passive");
        one("داده شده است", "دادن", "passive");
        one("گرفته خواهد شد", "گرفتن", "fut");
        one("داشته باشد", "داشتن", "subj");
    }

    #[test]
    fn what_is_no_verb() {
        assert!(read("شهردار برنامه نامه آینده").is_empty());
    }
}
