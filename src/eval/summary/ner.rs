//! The report on tagged tokens.

use super::{Sure, draws_note};
use crate::eval::bootstrap::Draws;
use crate::eval::ner::{Measure, NerScore};
use crate::eval::report::{Cell, Report, Table, prf};

/// The tables of one prediction; `title` says what was compared.
pub fn ner_report(title: impl Into<String>, score: &NerScore, draws: Draws) -> Report {
    let figures = score.figures();
    let mut all = figures.clone();
    all.extend(Measure::ALL.into_iter().flat_map(|m| score.type_figures(m)));
    let sure = Sure::new(&score.sample, &all, draws);
    let totals = score.sample.total();
    let counts = |measure, kind| totals[score.cell(measure, kind)];
    let numbers = |c: crate::eval::figures::Counts| [c.cor, c.inc, c.par, c.mis, c.spu].map(Cell::Count);

    let mut report = Report { title: title.into(), ..Report::default() };
    report.figures = figures.iter().map(|f| (f.name.clone(), f.formula.value(&totals))).collect();
    let mut scores = Table::new(
        "scores",
        "all types together (micro); macro: mean over types; P, R and F1 in percent",
        &["measure", "P", "R", "F1", "95 %", "macro F1", "95 % macro", "COR", "INC", "PAR", "MIS", "SPU"],
    );
    for measure in Measure::ALL {
        let name = measure.name();
        let of = |figure: &str| {
            figures
                .iter()
                .find(|f| f.name == figure)
                .map_or(Cell::Empty, |f| Cell::Share(f.formula.value(&totals)))
        };
        let mut row = vec![Cell::from(name)];
        row.extend(prf(counts(measure, None)));
        row.push(sure.cell(&format!("{name} micro F1")));
        row.push(of(&format!("{name} macro F1")));
        row.push(sure.cell(&format!("{name} macro F1")));
        row.extend(numbers(counts(measure, None)));
        scores.rows.push(row);
    }
    let accuracy = totals[score.accuracy_cell()];
    let mut tokens = Table::new(
        "tokens",
        "share of all tokens, outside ones too, that have the right type",
        &["sentences", "tokens", "right", "accuracy", "95 %"],
    );
    tokens.rows.push(vec![
        Cell::Count(score.sample.len() as u64),
        Cell::Count(score.tokens as u64),
        Cell::Count(accuracy.cor),
        Cell::Share(accuracy.f1()),
        sure.cell("token accuracy"),
    ]);
    let mut types = Table::new(
        "types",
        "each type as if there were no other, so that a wrong type is missed for one and spurious for the other",
        &["type", "measure", "P", "R", "F1", "95 %", "COR", "INC", "PAR", "MIS", "SPU"],
    );
    for (kind, name) in score.types.iter().enumerate() {
        for measure in Measure::ALL {
            let mut row = vec![Cell::Text(name.clone()), Cell::from(measure.name())];
            row.extend(prf(counts(measure, Some(kind))));
            row.push(sure.cell(&format!("{} {name} F1", measure.name())));
            row.extend(numbers(counts(measure, Some(kind))));
            types.rows.push(row);
        }
    }
    report.tables = vec![scores, tokens, types];
    report.tables.push(Table::confusion(
        "confusion",
        "types of matched entities: same place first, then any overlap, one to one",
        &score.types,
        &score.confusion,
        Some(("missed", "spurious")),
    ));
    notes(score, draws, &mut report);
    report
}

fn notes(score: &NerScore, draws: Draws, report: &mut Report) {
    for measure in Measure::ALL {
        report.notes.push(format!("{}: {}", measure.name(), measure.about()));
    }
    report.notes.push(format!(
        "tags read as {} in gold and {} in the prediction",
        score.schemes.0.name(),
        score.schemes.1.name()
    ));
    report.notes.push(draws_note(draws, "sentences", score.sample.len()));
    for (name, (gold, pred)) in &score.left_out {
        report.notes.push(format!(
            "{name} is not scored: {gold} entities in gold and {pred} predicted are left out (see --types, --map)"
        ));
    }
    for (side, broken) in [("gold", score.broken.0), ("prediction", score.broken.1)] {
        if broken > 0 {
            report.warnings.push(format!(
                "{broken} tokens of the {side} have a tag that breaks its scheme; strict reading drops them, lenient \
                 reading makes entities of them"
            ));
        }
    }
    if score.types.is_empty() {
        report.warnings.push("gold has no entity of any scored type: every score is 0 of 0".into());
    }
}
