//! Differences for a terminal: one line for each, with the words around it.

use std::fmt::Write;

use super::{Difference, Mark, Unit, Verdict};
use crate::eval::report::Sides;

/// Code points shown on each side of a span.
const CONTEXT: usize = 40;

/// The differences as lines of text. `sides` names gold and prediction.
pub fn differences_text(differences: &[Difference], sides: &Sides) -> String {
    let mut out = String::new();
    for difference in differences {
        let _ = writeln!(out, "\n{}: {} wrong", difference.name, difference.wrong());
        for unit in &difference.units {
            if !unit.name.is_empty() {
                let _ = writeln!(out, "  {}", unit.name);
            }
            for layer in &unit.layers {
                for (marks, side) in [(&layer.gold, &sides.gold), (&layer.pred, &sides.pred)] {
                    for mark in marks.iter().filter(|m| m.verdict != Verdict::Correct) {
                        let verdict = if mark.verdict == Verdict::Changed {
                            side.as_str()
                        } else {
                            mark.verdict.name()
                        };
                        let _ = writeln!(out, "    {verdict:<9} {:<12} {}", mark.label, context(unit, mark));
                    }
                }
            }
            for remark in &unit.remarks {
                let _ =
                    writeln!(out, "    {:<9} {:<12} {}", remark.verdict.name(), remark.about, remark.what);
            }
        }
    }
    out
}

/// The span in brackets, with some text before and after it.
fn context(unit: &Unit, mark: &Mark) -> String {
    let clean = |text: &str| text.replace(['\n', '\r', '\t'], " ");
    let before = unit.text.get(..mark.span.start).unwrap_or("");
    let after = unit.text.get(mark.span.end..).unwrap_or("");
    let from = before.char_indices().rev().nth(CONTEXT - 1).map_or(0, |(i, _)| i);
    let to = after.char_indices().nth(CONTEXT).map_or(after.len(), |(i, _)| i);
    let more = |cut: bool| if cut { "…" } else { "" };
    format!(
        "{}{}⟦{}⟧{}{}",
        more(from > 0),
        clean(&before[from..]),
        clean(mark.span.of(&unit.text)),
        clean(&after[..to]),
        more(to < after.len())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_stand_in_their_context() {
        let out = differences_text(&super::super::tests::example(), &Sides::default());
        for line in [
            "gold      PER          ⟦سارا نادری⟧ در یزد",
            "predicted PER          ⟦سارا⟧ نادری در یزد",
            "missed    LOC          سارا نادری در ⟦یزد⟧",
            "spurious  ORG          سارا نادری ⟦در⟧ یزد",
        ] {
            assert!(out.contains(line), "{line} is not in {out}");
        }
    }
}
