//! The grammar of offices: a head noun and its complement. It reads words and the mentions of
//! bodies, places and persons, and gives the stretches that name an office (annotation guide, `ROLE`).

use std::ops::Range;

use super::body;
use super::reading::Reading;
use crate::document::MentionType;
use crate::lexicon::{Found, Use, class, list, takes};

/// An office in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Office {
    /// Its pieces.
    pub pieces: Range<usize>,
    /// Whether it names many.
    pub plural: bool,
    /// Noun of the body that it heads («استانداری»), where its head says so.
    pub body: Option<String>,
    /// Pieces of the first named body inside.
    pub named: Option<Range<usize>>,
    /// Where the head ends.
    pub head: Range<usize>,
    /// How sure the grammar is, 0 to 1.
    pub score: f32,
    /// Whether it has a complement.
    pub complete: bool,
}

/// The office that begins at a piece.
pub(super) fn office(reading: &Reading, at: usize, limit: usize) -> Option<Office> {
    let found = reading.lexicon.roles.at(reading.symbols(at, limit))?;
    let mut state = State::new(reading, at, limit, &found);
    if found.head.usage != Use::Whole {
        state.complement();
    }
    state.finish(&found)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Head,
    Modifier,
    Field,
    Body,
    Place,
    Office,
    Unknown,
}

struct State<'r, 'a> {
    reading: &'r Reading<'a>,
    start: usize,
    head_end: usize,
    limit: usize,
    takes: u8,
    plural: bool,
    at: usize,
    last: Last,
    body: Option<Range<usize>>,
    place: bool,
    field: bool,
    office: bool,
    /// Another office is named inside: «معاون وزیر».
    inner: bool,
    generic: bool,
    /// An office that is held «در …» a body or place.
    envoy: bool,
    /// Nothing may follow.
    closed: bool,
    unknown: usize,
}

impl<'r, 'a> State<'r, 'a> {
    fn new(reading: &'r Reading<'a>, start: usize, limit: usize, found: &Found) -> Self {
        let end = start + found.length;
        Self {
            reading,
            start,
            head_end: end,
            limit,
            takes: found.head.takes,
            plural: found.plural,
            at: end,
            last: Last::Head,
            body: None,
            place: false,
            field: false,
            office: false,
            inner: false,
            generic: false,
            envoy: found.head.usage == Use::Office && found.head.takes & takes::WITHIN != 0,
            closed: false,
            unknown: 0,
        }
    }

    fn can(&self, bits: u8) -> bool {
        self.takes & bits != 0
    }

    fn complement(&mut self) {
        while self.at < self.limit
            && !self.closed
            && (self.item(self.at) || self.joined() || self.within() || self.bridge())
        {}
    }

    /// Takes the item that begins at `at` by ezafe; whether there was one.
    fn item(&mut self, at: usize) -> bool {
        let r = self.reading;
        if let Some(place) = r.place_at(at) {
            let (kind, end) = (place.kind, place.pieces.end);
            match kind {
                // «امور مجلس»: a field that is also a body.
                MentionType::Org if end == at + 1 && r.is(at, class::FIELD) && self.in_field() => {
                    return self.take(end, Last::Field);
                }
                MentionType::Org => return self.take_body(at, end),
                MentionType::Loc => return self.take_place(at, end),
                MentionType::Event => {
                    let fits = self.can(takes::BODY) && self.body.is_none();
                    return fits && self.take(end, Last::Body) && {
                        self.body = Some(at..end);
                        true
                    };
                }
                MentionType::Role => {}
                _ => return false,
            }
        }
        if r.in_person(at) || r.honorific(at, self.limit).is_some_and(|_| !r.is(at, class::MODIFIER)) {
            return false;
        }
        if let Some((length, bits)) = r.lexicon.words.fields.longest(r.symbols(at, self.limit))
            && self.fits_phrase(bits)
        {
            self.field |= bits & class::FIELD != 0;
            self.place |= bits & class::GENERIC_PLACE != 0;
            self.closed |= bits & class::CLOSING != 0;
            let last = match bits {
                b if b & class::FIELD != 0 => Last::Field,
                b if b & class::GENERIC_PLACE != 0 => Last::Place,
                _ => Last::Modifier,
            };
            return self.take(at + length, last);
        }
        let flags = r.flags(at);
        if flags & class::DEMONSTRATIVE != 0 {
            return self.pointed(at);
        }
        if self.can(takes::COUNTRY)
            && r.listed(at, list::COUNTRY_MODIFIER)
            && r.place_at(at + 1).is_some_and(|p| p.kind == MentionType::Loc)
        {
            return self.take(at + 1, Last::Modifier);
        }
        if flags & class::MODIFIER != 0
            && matches!(self.last, Last::Head | Last::Modifier | Last::Office | Last::Field)
        {
            self.closed |= flags & class::CLOSING != 0;
            return self.take(at + 1, Last::Modifier);
        }
        if flags & class::PEOPLE != 0 && self.can(takes::PEOPLE) && self.last != Last::Body {
            return self.take(at + 1, Last::Modifier) && {
                self.field = true;
                true
            };
        }
        if self.bound_preposition(at) {
            return self.take(at + 1, Last::Field);
        }
        if flags & (class::SIGN | class::STOP | class::AND | class::PERSON) != 0 {
            return false;
        }
        if self.last_takes_department()
            && let Some((end, _)) = r.department(at, self.limit)
        {
            self.field = true;
            return self.take(end, Last::Field);
        }
        if let Some((end, entry)) = r.entry(at, self.limit) {
            match entry.kind {
                MentionType::Org
                    if self.can(takes::BODY | takes::COUNTRY)
                        && !(flags & class::FIELD != 0 && self.in_field() && end == at + 1) =>
                {
                    return self.take_body(at, body::end(r, at, end, self.limit));
                }
                MentionType::Loc if !entry.needs_head || r.is(at.wrapping_sub(1), class::PLACE_HEAD) => {
                    return self.take_place(at, end);
                }
                _ => {}
            }
        }
        self.word(at, flags)
    }

    /// «نظارت بر …», «مبارزه با …»: the preposition that a field's noun demands.
    fn bound_preposition(&self, at: usize) -> bool {
        let r = self.reading;
        let noun = r.piece(at.wrapping_sub(1));
        let bound = r.listed(at, list::PREPOSITION)
            && r.lexicon.words.bound.get(r.piece(at)).is_some_and(|nouns| nouns.iter().any(|n| n == noun));
        bound && self.can(takes::FIELD) && (self.last == Last::Field || at > self.at)
    }

    /// Whether a listed phrase of several words can stand here.
    fn fits_phrase(&self, bits: u32) -> bool {
        if bits & class::FIELD != 0 {
            return self.can(takes::FIELD) && !matches!(self.last, Last::Body | Last::Place);
        }
        if bits & class::MODIFIER != 0 {
            return matches!(self.last, Last::Head | Last::Modifier);
        }
        bits & class::GENERIC_PLACE != 0 && (self.plural || self.last == Last::Body)
    }

    fn word(&mut self, at: usize, flags: u32) -> bool {
        let r = self.reading;
        if self.can(takes::OFFICE | takes::BODY)
            && self.body.is_none()
            && !self.place
            && let Some(inner) = r.lexicon.roles.at(r.symbols(at, self.limit))
            && !inner.plural
            && !matches!(inner.head.usage, Use::Staff | Use::Member)
            && (self.can(takes::OFFICE) || inner.head.usage == Use::Whole)
        {
            self.takes = inner.head.takes | takes::WITHIN;
            self.office = true;
            self.inner = true;
            return self.take(at + inner.length, Last::Office);
        }
        if flags & class::BODY_HEAD != 0 && self.can(takes::BODY) && self.body.is_none() && !self.place {
            let end = body::unlisted(r, at, self.limit);
            if end > at + 1 {
                return self.take_body(at, end);
            }
        }
        if flags & class::PLACE_HEAD != 0
            && (self.can(takes::PLACE | takes::PEOPLE | takes::FIELD) || self.body.is_some())
        {
            let end = self.headed_place(at);
            if end > at + 1 {
                return self.take_place(at, end);
            }
        }
        if flags & class::GENERIC_PLACE != 0
            && !(flags & class::FIELD != 0 && self.can(takes::FIELD) && self.field)
            && (self.last != Last::Head || self.can(takes::PLACE | takes::COUNTRY))
        {
            self.generic = true;
            self.place = true;
            return self.take(at + 1, Last::Place);
        }
        if flags & class::FIELD != 0
            && self.can(takes::FIELD)
            && !matches!(self.last, Last::Body | Last::Place)
        {
            self.field = true;
            let end = self.phrase(at);
            return self.take(end, Last::Field);
        }
        if flags & class::GENERIC_BODY != 0 && self.can(takes::BODY) && self.body.is_none() && !self.place {
            self.generic = true;
            let plural = at + 1 + usize::from(r.is(at + 1, class::PLURAL));
            let end = plural + usize::from(r.is(plural, class::ADJECTIVE));
            return self.take(end, Last::Unknown);
        }
        if flags & class::PLURAL != 0 && self.last != Last::Modifier {
            return self.take(at + 1, self.last);
        }
        self.unknown_word(at, flags)
    }

    /// Whether a field has been opened that the next word may belong to: «امور مجلس».
    fn in_field(&self) -> bool {
        self.can(takes::FIELD) && self.last == Last::Field
    }

    /// An open field: a word that no list knows, where a body or a known field still follows.
    fn unknown_word(&mut self, at: usize, flags: u32) -> bool {
        let open = self.can(takes::FIELD) && self.body.is_none() && !self.place && !self.office;
        let r = self.reading;
        if !open
            || flags & class::NUMBER != 0
            || self.unknown >= 5
            || self.can(takes::COUNTRY)
            || r.lexicon.roles.at(r.symbols(at, self.limit)).is_some()
        {
            return false;
        }
        if flags & class::ADJECTIVE == 0 && !self.leads_on(at + 1) {
            return false;
        }
        self.unknown += 1;
        self.take(at + 1, Last::Unknown)
    }

    /// «نظارت بر کالاهای … و شبکه‌های … سازمان …»: a long field that a body closes.
    fn bridge(&mut self) -> bool {
        let r = self.reading;
        let open = self.can(takes::FIELD)
            && !self.can(takes::COUNTRY)
            && self.body.is_none()
            && !self.place
            && !self.office
            && matches!(self.last, Last::Field | Last::Unknown);
        if !open {
            return false;
        }
        for at in self.at..(self.at + 14).min(self.limit) {
            if let Some(place) = r.place_at(at) {
                let (kind, end) = (place.kind, place.pieces.end);
                return kind == MentionType::Org && at > self.at + 1 && {
                    self.last = Last::Field;
                    self.take_body(at, end)
                };
            }
            if r.is(at, class::DEMONSTRATIVE) {
                let before = self.last;
                self.last = Last::Field;
                return at > self.at + 1 && r.is(at + 1, class::GENERIC_BODY) && self.pointed(at) || {
                    self.last = before;
                    false
                };
            }
            let flags = r.flags(at);
            let sign = flags & class::SIGN != 0 && flags & class::COMMA == 0;
            let bound = self.bound_preposition(at);
            if sign
                || flags & (class::STOP | class::PERSON) != 0 && !bound
                || r.in_person(at)
                || r.lexicon.roles.at(r.symbols(at, self.limit)).is_some()
            {
                return false;
            }
        }
        false
    }

    /// Whether a body, place, office or field follows within a few words, with no break before it.
    fn leads_on(&self, from: usize) -> bool {
        let r = self.reading;
        for at in from..(from + 4).min(self.limit) {
            if let Some(place) = r.place_at(at) {
                return matches!(place.kind, MentionType::Org | MentionType::Loc);
            }
            let flags = r.flags(at);
            if r.in_person(at) || flags & (class::STOP | class::PERSON | class::DEMONSTRATIVE) != 0 {
                return false;
            }
            if flags & class::SIGN != 0 && flags & class::COMMA == 0 {
                return false;
            }
            if flags & (class::FIELD | class::BODY_HEAD) != 0
                || r.lexicon.roles.at(r.symbols(at, self.limit)).is_some_and(|h| !h.plural)
            {
                return true;
            }
        }
        false
    }

    /// «این سازمان», «این کشور».
    fn pointed(&mut self, at: usize) -> bool {
        let flags = self.reading.flags(at + 1);
        if at + 1 >= self.limit
            || flags & (class::GENERIC_BODY | class::GENERIC_PLACE | class::BODY_HEAD) == 0
        {
            return false;
        }
        self.generic = true;
        self.place |= flags & class::GENERIC_PLACE != 0;
        self.take(at + 2, Last::Body)
    }

    /// «، …» and «و …»: another field, another place of a constituency, another body of a plural.
    fn joined(&mut self) -> bool {
        let r = self.reading;
        let flags = r.flags(self.at);
        if flags & (class::AND | class::COMMA) == 0 {
            return false;
        }
        let next = self.at + 1 + usize::from(flags & class::COMMA != 0 && r.is(self.at + 1, class::AND));
        if next >= self.limit {
            return false;
        }
        let comma = flags & class::COMMA != 0;
        match self.last {
            Last::Place if self.can(takes::PEOPLE) || self.plural => {
                r.place_at(next).is_some_and(|p| p.kind == MentionType::Loc)
                    && (!comma || self.list_goes_on(next))
                    && self.item(next)
            }
            Last::Body if self.plural => {
                r.place_at(next).is_some_and(|p| p.kind == MentionType::Org) && self.item(next)
            }
            Last::Field | Last::Unknown | Last::Modifier => self.joined_field(next, comma),
            _ => false,
        }
    }

    fn joined_field(&mut self, next: usize, comma: bool) -> bool {
        let r = self.reading;
        if r.place_at(next).is_some() || r.in_person(next) {
            return false;
        }
        let flags = r.flags(next);
        if flags & (class::STOP | class::SIGN | class::PERSON | class::DEMONSTRATIVE) != 0 {
            return false;
        }
        if r.lexicon.roles.at(r.symbols(next, self.limit)).is_some() {
            return false;
        }
        let known = flags & class::FIELD != 0 || r.department(next, self.limit).is_some();
        let fits = if comma { known && self.list_goes_on(next) } else { known || self.leads_on(next) };
        if !fits {
            return false;
        }
        let before = (self.at, self.last);
        self.last = Last::Field;
        let taken = self.item(next);
        if !taken {
            (self.at, self.last) = before;
        }
        taken
    }

    /// Whether a list with commas is closed by «و» before anything else begins.
    fn list_goes_on(&self, from: usize) -> bool {
        let r = self.reading;
        for at in from..(from + 8).min(self.limit) {
            let flags = r.flags(at);
            if flags & class::AND != 0 {
                return true;
            }
            if flags & (class::STOP | class::PERSON) != 0
                || flags & class::SIGN != 0 && flags & class::COMMA == 0
            {
                return false;
            }
        }
        false
    }

    /// «در …».
    fn within(&mut self) -> bool {
        let r = self.reading;
        if !self.can(takes::WITHIN) || !r.is(self.at, class::IN) {
            return false;
        }
        let next = self.at + 1;
        let envoy = self.can(takes::PEOPLE | takes::COUNTRY) || self.envoy;
        if self.plural && self.last == Last::Head {
            return false;
        }
        let fits = match r.place_at(next).map(|p| p.kind) {
            Some(MentionType::Org) => {
                let seat = r.listed(next, list::SEAT);
                seat && self.last == Last::Body && self.at > self.head_end
                    || self.body.is_none() && (envoy || self.field || self.unknown > 0)
            }
            Some(MentionType::Loc) => self.can(takes::COUNTRY) && self.last != Last::Head,
            Some(_) => false,
            None => {
                let listed = r.entry(next, self.limit).is_some_and(|(_, e)| e.kind == MentionType::Org)
                    || self.envoy && r.is(next, class::GENERIC_PLACE);
                envoy && self.body.is_none() && listed || self.office && r.piece(next) == "امور"
            }
        };
        if !fits {
            return false;
        }
        if r.piece(next) == "امور" {
            self.takes |= takes::FIELD;
            self.office = false;
            self.place = false;
        }
        let before = (self.at, self.last);
        self.at = next;
        self.last = Last::Modifier;
        let taken = self.item(next);
        if !taken {
            (self.at, self.last) = before;
        }
        taken
    }

    fn last_takes_department(&self) -> bool {
        self.can(takes::FIELD)
            && matches!(self.last, Last::Head | Last::Modifier | Last::Office | Last::Field)
            && self.can(takes::COUNTRY)
    }

    /// The longest phrase of fields at a piece.
    fn phrase(&self, at: usize) -> usize {
        let r = self.reading;
        let listed = r.lexicon.words.fields.longest(r.symbols(at, self.limit)).map_or(1, |(n, _)| n);
        let end = at + listed;
        end + usize::from(r.is(end, class::PLURAL))
    }

    /// The end of «استان البرز», «منطقه ۱۵», at its head noun.
    fn headed_place(&self, at: usize) -> usize {
        let r = self.reading;
        let next = at + 1 + usize::from(r.is(at + 1, class::PLURAL));
        if let Some(place) = r.place_at(next) {
            return if place.kind == MentionType::Loc { place.pieces.end } else { at };
        }
        if r.is(next, class::NUMBER) {
            return next + 1;
        }
        match r.entry(next, self.limit) {
            Some((end, entry)) if entry.kind == MentionType::Loc => end,
            _ => at,
        }
    }

    fn take_body(&mut self, at: usize, end: usize) -> bool {
        if !self.can(takes::BODY | takes::COUNTRY | takes::PLACE)
            || matches!(self.last, Last::Body | Last::Place)
        {
            // A second body only by «و» or «،», where `last` is a body of a plural office.
            if !(self.plural && self.last == Last::Body && at > self.at) {
                return false;
            }
        }
        self.body.get_or_insert(at..end);
        self.take(end, Last::Body)
    }

    fn take_place(&mut self, at: usize, end: usize) -> bool {
        let r = self.reading;
        let bare = matches!(self.last, Last::Head | Last::Modifier) && !self.field;
        let wanted = takes::PLACE | takes::COUNTRY | takes::PEOPLE | takes::BODY;
        if bare && !self.can(wanted) {
            return false;
        }
        if self.last == Last::Place && at == self.at && !r.listed(at, list::DISTRICT) {
            return false;
        }
        self.place = true;
        self.take(end, Last::Place)
    }

    fn take(&mut self, end: usize, last: Last) -> bool {
        if end <= self.at || end > self.limit {
            return false;
        }
        self.at = end;
        self.last = last;
        true
    }

    fn finish(mut self, found: &Found) -> Option<Office> {
        let r = self.reading;
        // A trailing «وقت», number or preposition belongs to what follows.
        while self.at > self.head_end && r.listed(self.at - 1, list::LOOSE) {
            self.at -= 1;
        }
        // «رئیس برنامه‌ای نوشت»: an indefinite noun is no field of an office.
        if self.at > self.head_end && matches!(r.piece(self.at), "ای" | "هایی") {
            self.at -= 1;
        }
        let named = self.body.is_some();
        let complete =
            self.at > self.head_end && (named || self.place || self.field || self.office || self.generic);
        let real = match found.head.usage {
            Use::Whole | Use::Office => true,
            Use::Titled => complete || found.plural,
            Use::Member | Use::Staff => named || self.inner,
        };
        let own = found.plural && !complete && matches!(r.piece(self.at), "خود" | "خویش");
        if !real || own {
            return None;
        }
        let score = match (found.head.usage, complete) {
            (Use::Whole, _) => 1.0,
            (Use::Staff, _) => 0.8,
            (_, true) if named || self.place || self.office => 0.95,
            (Use::Office, _) => 0.85,
            (_, true) => 0.7,
            _ => 0.6,
        };
        Some(Office {
            pieces: self.start..self.at,
            plural: found.plural,
            body: found.head.body.clone(),
            named: self.body,
            head: self.start..self.head_end,
            score,
            complete,
        })
    }
}
