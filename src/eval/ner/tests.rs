use std::path::Path;

use super::*;

fn tagged(text: &str) -> Tagged {
    Tagged::parse(Path::new("آزمون"), text.replace('/', "\t")).expect("a tagged text")
}

fn counts(score: &NerScore, measure: Measure, kind: Option<&str>) -> Counts {
    let kind = kind.map(|k| score.types.iter().position(|t| t == k).expect("a scored type"));
    score.sample.total()[score.cell(measure, kind)]
}

fn example() -> (Tagged, Tagged) {
    let gold = "مریم/B-PER\nصادقی/I-PER\nدر/O\nگرگان/B-LOC\nگفت/O\n\nشورای/B-ORG\nشهر/I-ORG\nساری/I-ORG\n";
    let pred =
        "مریم/B-PER\nصادقی/I-PER\nدر/O\nگرگان/B-ORG\nگفت/B-DATE\n\nشورای/B-ORG\nشهر/I-ORG\nساری/B-LOC\n";
    (tagged(gold), tagged(pred))
}

#[test]
fn every_measure_counts_its_own_thing() {
    let (gold, pred) = example();
    let score = score_ner(&gold, &pred, &NerOptions::default()).expect("parallel");
    assert_eq!(score.types, ["LOC", "ORG", "PER"]);
    assert_eq!(counts(&score, Measure::Strict, None), Counts::new(1, 2, 0, 0, 1));
    assert_eq!(counts(&score, Measure::Exact, None), Counts::new(2, 1, 0, 0, 1));
    assert_eq!(counts(&score, Measure::Partial, None), Counts::new(2, 0, 1, 0, 1));
    assert_eq!(counts(&score, Measure::Type, None), Counts::new(2, 1, 0, 0, 1));
    assert_eq!(counts(&score, Measure::Token, None), Counts::new(4, 2, 0, 0, 0));
    assert_eq!(counts(&score, Measure::Strict, Some("LOC")), Counts::new(0, 0, 0, 1, 1));
    let totals = score.sample.total();
    assert_eq!(totals[score.accuracy_cell()], Counts::of_answers(6, 8));
}

#[test]
fn types_that_gold_does_not_annotate_are_left_out_and_said() {
    let (gold, pred) = example();
    let score = score_ner(&gold, &pred, &NerOptions::default()).expect("parallel");
    assert_eq!(score.left_out.get("DATE"), Some(&(0, 1)));
    let all = NerOptions { types: Types::All, ..NerOptions::default() };
    let score = score_ner(&gold, &pred, &all).expect("parallel");
    assert_eq!(counts(&score, Measure::Strict, Some("DATE")), Counts::new(0, 0, 0, 0, 1));
    assert!(score.left_out.is_empty());
}

#[test]
fn confusion_names_both_types() {
    let (gold, pred) = example();
    let score = score_ner(&gold, &pred, &NerOptions::default()).expect("parallel");
    // LOC, ORG, PER, missed / spurious
    assert_eq!(score.confusion, [[0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]);
}

#[test]
fn corpora_with_other_names_are_compared() {
    let gold = tagged("سارا/B-pers\nپل/B-fac\nطبیعت/I-fac\nپژو/B-pro\n");
    let pred = tagged("سارا/B-PER\nپل/B-LOC\nطبیعت/I-LOC\nپژو/O\n");
    let score = score_ner(&gold, &pred, &NerOptions::default()).expect("parallel");
    assert_eq!(counts(&score, Measure::Strict, None), Counts::new(2, 0, 0, 0, 0));
    assert_eq!(score.left_out.get("pro"), Some(&(1, 0)));
}

#[test]
fn a_broken_prediction_is_counted() {
    let gold = tagged("سارا/B-PER\nآمد/O\n");
    let pred = tagged("سارا/I-PER\nآمد/O\n");
    let score = score_ner(&gold, &pred, &NerOptions::default()).expect("parallel");
    assert_eq!(score.schemes, (TagScheme::Bio, TagScheme::Bio));
    assert_eq!(score.broken, (0, 1));
    assert_eq!(counts(&score, Measure::Strict, None).cor, 0);
    assert_eq!(counts(&score, Measure::Lenient, None).cor, 1);
}

#[test]
fn nothing_in_gold_and_nothing_predicted() {
    let gold = tagged("سلام/O\n");
    let score = score_ner(&gold, &gold, &NerOptions::default()).expect("parallel");
    assert!(score.types.is_empty());
    assert!(score.figures().iter().all(|f| f.formula.value(&score.sample.total()).is_finite()));
}
