//! The report on documents.

use super::{Sure, draws_note};
use crate::document::SentenceClass;
use crate::eval::bootstrap::Draws;
use crate::eval::corpus::{Confusion, CorpusScore, DEADLINE_KINDS, MENTION_CRITERIA, Slot};
use crate::eval::figures::{Counts, Formula};
use crate::eval::report::{Cell, Report, Table, prf};

const COLUMNS: [&str; 8] = ["", "P", "R", "F1", "95 %", "correct", "predicted", "gold"];

struct Maker<'a> {
    score: &'a CorpusScore,
    totals: Vec<Counts>,
    sure: Sure,
}

impl Maker<'_> {
    /// A table with a row for each of these cells that there is.
    fn table<'n>(&self, name: &str, about: &str, rows: impl IntoIterator<Item = (&'n str, String)>) -> Table {
        let mut columns = COLUMNS;
        columns[0] = "what";
        let mut table = Table::new(name, about, &columns);
        for (shown, cell) in rows {
            let Some(&counts) = self.score.cell(&cell).and_then(|c| self.totals.get(c)) else { continue };
            let mut row = vec![Cell::from(shown)];
            row.extend(prf(counts));
            row.push(self.sure.cell(&format!("{cell} F1")));
            row.extend([counts.cor, counts.pred(), counts.gold()].map(Cell::Count));
            table.rows.push(row);
        }
        table
    }

    /// A row for a figure that is one number.
    fn single(&self, shown: &str, figure: &str) -> Option<Vec<Cell>> {
        let found = self.score.figures().into_iter().find(|f| f.name == figure)?;
        let value = Cell::Share(found.formula.value(&self.totals));
        let mut row = vec![Cell::from(shown), Cell::Empty, Cell::Empty, value];
        row.push(self.sure.cell(figure));
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        Some(row)
    }
}

/// The tables of one prediction; `title` says what was compared.
pub fn corpus_report(title: impl Into<String>, score: &CorpusScore, draws: Draws) -> Report {
    let figures = score.figures();
    let make = Maker { score, totals: score.sample.total(), sure: Sure::new(&score.sample, &figures, draws) };
    let mut report = Report { title: title.into(), ..Report::default() };
    report.figures = figures.iter().map(|f| (f.name.clone(), f.formula.value(&make.totals))).collect();

    let mut sentences = make.table(
        "sentences",
        "boundaries: same beginning and end; classes: of the predicted sentence that shares most with the gold one",
        [("boundaries", "boundaries".to_owned()), ("task sentence", "task sentence".to_owned())]
            .into_iter()
            .chain(SentenceClass::ALL.iter().map(|c| (c.name(), format!("class {}", c.name())))),
    );
    sentences.rows.extend(make.single("six classes, accuracy", "class accuracy"));
    sentences.rows.extend(make.single("six classes, macro F1", "class macro F1"));
    if let Some(&marked) = score.cell("marked sentences").and_then(|c| make.totals.get(c)) {
        let mut row =
            vec![Cell::from("marked sentences"), Cell::Empty, Cell::Share(marked.recall()), Cell::Empty];
        row.push(make.sure.cell("marked sentences recall"));
        row.extend([Cell::Count(marked.cor), Cell::Empty, Cell::Count(marked.gold())]);
        sentences.rows.push(row);
        report.notes.push(
            "marked sentences: only recall is given, because the marks are sparse; a sentence without a mark is not \
             wrong"
                .into(),
        );
    }
    let mut mentions = make.table(
        "mentions",
        "strict: same span and type; exact: same span; partial: an overlap counts ½; type: an overlap of the same type",
        MENTION_CRITERIA.iter().map(|(_, name)| (*name, format!("mentions {name}"))),
    );
    mentions.rows.extend(make.single("strict, macro F1", "mentions strict macro F1"));
    report.tables.extend([sentences, mentions, by_type(&make)]);
    report.tables.push(make.table(
        "officials",
        "records of a document, equal where names and offices are, apart from letter forms, blanks and «محترم»",
        ["name+role", "name", "name+role+organization"].map(|n| (n, format!("officials {n}"))),
    ));
    let slots = Slot::ALL.map(|s| (s.name(), s.name().to_owned()));
    report.tables.push(make.table(
        "tasks",
        "inside the gold sentence: how many, which spans of acts, and what fills the slots (overlap or same name, \
         one to one)",
        ["task count", "acts exact", "acts overlap"].map(|n| (n, n.to_owned())).into_iter().chain(slots),
    ));
    let kinds: Vec<(&str, String)> =
        DEADLINE_KINDS.iter().map(|(_, name)| (*name, format!("deadline kind {name}"))).collect();
    report.tables.push(
        make.table(
            "deadlines",
            "kind of the time limit, and the Jalali day due, where gold labels them",
            kinds
                .into_iter()
                .chain([("all kinds", "deadline kind".to_owned()), ("day due", "deadline due".to_owned())]),
        ),
    );
    report.tables.retain(|t| !t.rows.is_empty());
    let mut confusion = |name, about, found: &Option<Confusion>, corner| {
        let table = found.as_ref().map(|c| Table::confusion(name, about, &c.names, &c.counts, corner));
        report.tables.extend(table);
    };
    let unmatched = Some(("missed", "spurious"));
    confusion("confusion of classes", "sentences", &score.classes, None);
    confusion("confusion of mentions", "matched one to one", &score.mentions, unmatched);
    confusion("confusion of deadline kinds", "matched one to one", &score.kinds, unmatched);
    notes(score, draws, &mut report);
    report
}

/// Strict and overlap scores of every type side by side.
fn by_type(make: &Maker) -> Table {
    let mut table = Table::new(
        "mention types",
        "strict, then F1 by overlap: a span counts where any span of its type on the other side touches it",
        &["type", "P", "R", "F1", "95 %", "overlap F1", "95 % overlap", "correct", "predicted", "gold"],
    );
    for kind in &make.score.types {
        let cell = |name: &str| make.score.cell(&format!("{kind} {name}"));
        let (Some(strict), Some(precision), Some(recall)) =
            (cell("strict"), cell("overlap P"), cell("overlap R"))
        else {
            continue;
        };
        let counts = make.totals[strict];
        let mut row = vec![Cell::Text(kind.clone())];
        row.extend(prf(counts));
        row.push(make.sure.cell(&format!("{kind} strict F1")));
        row.push(Cell::Share(Formula::Joint { precision, recall }.value(&make.totals)));
        row.push(make.sure.cell(&format!("{kind} overlap F1")));
        row.extend([counts.cor, counts.pred(), counts.gold()].map(Cell::Count));
        table.rows.push(row);
    }
    table
}

fn notes(score: &CorpusScore, draws: Draws, report: &mut Report) {
    report.notes.push(format!("{} documents scored", score.documents.len()));
    report.notes.push(draws_note(draws, "documents", score.sample.len()));
    if score.left_out > 0 {
        report.notes.push(format!(
            "{} predicted mentions of types that gold does not annotate are left out (scored: {})",
            score.left_out,
            score.types.join(", ")
        ));
    }
    if score.surplus > 0 {
        report.notes.push(format!("{} predicted documents are not in gold and are left out", score.surplus));
    }
    if !score.missing.is_empty() {
        let how = if score.missing.iter().all(|id| score.documents.contains(id)) {
            "all their gold counts as missed"
        } else {
            "they are left out of all figures"
        };
        report.warnings.push(format!(
            "{} documents have no prediction, {how}: {}",
            score.missing.len(),
            score.missing.join(", ")
        ));
    }
    if !score.text_differs.is_empty() {
        report.warnings.push(format!(
            "the predicted text is another than gold's, so that offsets mean nothing: {}",
            score.text_differs.join(", ")
        ));
    }
    if score.surface_differs > 0 {
        report.warnings.push(format!(
            "{} predicted spans do not hold the text that is given with them",
            score.surface_differs
        ));
    }
}
