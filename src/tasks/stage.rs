//! The stage that gives sentences their classes and documents their tasks.

use std::sync::Arc;

use super::classify::{Analysis, Surroundings, analyse_known};
use super::context::Context;
use super::rules::{RuleError, RuleSet};
use super::{deadlines, slots, speaker, table};
use crate::document::{Document, Task, TaskStatus};
use crate::officials::Speakers;
use crate::pipeline::{Layer, Stage, StageError};

/// Sets [`Document::tasks`] and the class of each sentence.
#[derive(Debug, Clone)]
pub struct TaskStage {
    rules: Arc<RuleSet>,
}

impl TaskStage {
    /// The stage with the rules of the package.
    ///
    /// # Errors
    /// Never, as long as the package's own tests pass.
    pub fn built_in() -> Result<Self, Box<RuleError>> {
        RuleSet::built_in().map(Self::new)
    }

    /// The stage with these rules.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules: Arc::new(rules) }
    }

    /// Its rules.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }
}

impl Stage for TaskStage {
    fn name(&self) -> &'static str {
        "tasks"
    }

    fn needs(&self) -> &'static [Layer] {
        &[Layer::Sentences, Layer::Mentions, Layer::Officials]
    }

    fn gives(&self) -> &'static [Layer] {
        &[Layer::Tasks]
    }

    fn run(&self, document: &mut Document) -> Result<(), StageError> {
        document.tasks.clear();
        let mut tasks: Vec<Task> = Vec::new();
        let mut classes = Vec::new();
        walk(&self.rules, document, |index, _, analysis, context| {
            let found = slots::tasks(&self.rules, document, index, analysis, context);
            if found.is_empty()
                && let Some(status) = follow_up(&self.rules, analysis)
            {
                let told = tasks.iter_mut().rev().take_while(|t| t.sentence + 1 == index);
                told.for_each(|t| t.status = Some(status));
            }
            tasks.extend(found);
            classes.push((index, analysis.class, analysis.score, analysis.rule_id(&self.rules)));
        });
        for (index, class, score, rule) in classes {
            if let Some(sentence) = document.sentences.get_mut(index) {
                sentence.class = Some(class);
                sentence.score = score;
                sentence.rule = rule;
            }
        }
        table::fill(&self.rules, document, &mut tasks);
        let warnings: Vec<_> = tasks.iter().filter_map(|t| deadlines::warning(document, t)).collect();
        for warning in warnings {
            if !document.warnings.contains(&warning) {
                document.warnings.push(warning);
            }
        }
        document.tasks = tasks;
        Ok(())
    }
}

/// What a sentence behind a task says about how far it has come: «این مصوبه در حال اجراست».
fn follow_up(rules: &RuleSet, analysis: &Analysis) -> Option<TaskStatus> {
    let this = analysis.known.first().is_some_and(|k| k.classes & rules.actor_classes.this != 0);
    if this { slots::status(analysis, 0..analysis.items.len()) } else { None }
}

/// Analyses the sentences in order and hands each analysis on, with what surrounds the sentence and
/// the context up to it.
pub(super) fn walk(
    rules: &RuleSet,
    document: &Document,
    mut visit: impl FnMut(usize, Surroundings, &Analysis, &Context),
) {
    let mut context = Context::new(document);
    let speakers = rules.asks_speaker().then(|| Speakers::of(document));
    for (index, sentence) in document.sentences.iter().enumerate() {
        let known = rules.vocabulary.look_up(document, sentence.words.clone());
        let mut around = context.surroundings(rules, index, &known);
        around.speaker = speakers.as_ref().and_then(|s| speaker::official(s, index));
        let Some(mut analysis) = analyse_known(rules, document, index, around, known) else { continue };
        context.update(rules, document, &analysis);
        table::adjust(document, index, &mut analysis);
        visit(index, around, &analysis, &context);
    }
}

/// The analysis of every sentence, with what surrounds it: what [`TaskStage`] goes by.
pub fn analyses(rules: &RuleSet, document: &Document) -> Vec<(usize, Surroundings, Analysis)> {
    let mut out = Vec::new();
    walk(rules, document, |index, around, analysis, _| out.push((index, around, analysis.clone())));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{BlockKind, ColumnRole, DeadlineKind, Format, Prediction, SentenceClass, SlotKind};
    use crate::normalize::Normalizer;
    use crate::segment::Segmenter;
    use crate::span::ByteSpan;
    use crate::tasks::{SECOND_OPINION, example_document};

    fn stage() -> TaskStage {
        TaskStage::built_in().unwrap_or_else(|e| panic!("{e}"))
    }

    /// Each line a sentence, with its mentions.
    fn run(marked: &str) -> Document {
        let mut document = example_document(marked);
        document.blocks[0].kind = BlockKind::Paragraph;
        assert!(Segmenter.run(&mut document).is_ok());
        assert!(stage().run(&mut document).is_ok());
        document
    }

    fn names(slots: &[crate::document::Slot]) -> Vec<&str> {
        slots.iter().map(|s| s.text.as_str()).collect()
    }

    fn act<'a>(document: &'a Document, task: &Task) -> &'a str {
        document.surface(task.span)
    }

    #[test]
    fn a_name_with_and_inside_splits_no_act() {
        let d = run("مقرر شد با هماهنگی [ORG سازمان آب و برق بهار] دوره آموزش مدیران برگزار گردد.");
        assert_eq!(d.tasks.len(), 1, "{:?}", d.tasks);
        assert_eq!(names(&d.tasks[0].collaborators), ["سازمان آب و برق بهار"]);
    }

    #[test]
    fn a_resolution_with_all_its_slots() {
        let d = run(
            "در جلسه [ORG شورای شهر] مقرر شد [ORG اداره راه] با همکاری [ORG هلال احمر] نسبت به ترمیم پل تا پایان آبان اقدام نماید.",
        );
        let task = &d.tasks[0];
        assert_eq!(task.class, SentenceClass::Decision);
        assert_eq!(task.rule, "decision.resolved");
        assert_eq!(names(&task.collaborators), ["هلال احمر"]);
        assert_eq!(task.issuer.as_ref().map(|s| s.text.as_str()), Some("شورای شهر"));
        let deadline = task.deadline.as_ref().map(|l| (d.surface(l.span), l.kind));
        assert_eq!(deadline, Some(("پایان آبان", DeadlineKind::Date)));
        assert_eq!(task.trigger.map(|t| d.surface(t)), Some("مقرر شد"));
    }

    #[test]
    fn the_speaker_is_carried_on_by_his_full_name() {
        let d = run(
            "[PER رضا نادری] گفت: بودجه کافی است.\nوی افزود: [ORG شهرداری] باید پیاده‌روها را ترمیم کند.\nباید به محله‌ها هم رسیدگی شود.",
        );
        assert_eq!(d.tasks.len(), 2);
        for task in &d.tasks {
            assert_eq!(task.class, SentenceClass::Directive);
            assert_eq!(task.issuer.as_ref().map(|s| s.text.as_str()), Some("رضا نادری"));
        }
        assert_eq!(names(&d.tasks[0].assignees), ["شهرداری"]);
        assert!(d.tasks[1].assignees.is_empty());
    }

    #[test]
    fn each_of_several_told_has_his_own_act() {
        let d = run(
            "مقرر شد: [ROLE شهردار بهار] نسبت به اجاره سوله و [ROLE شهردار مریم] نسبت به خرید تجهیزات اقدام نمایند.",
        );
        assert_eq!(d.tasks.len(), 2);
        assert_eq!(names(&d.tasks[0].assignees), ["شهردار بهار"]);
        assert_eq!(names(&d.tasks[1].assignees), ["شهردار مریم"]);
        assert!(act(&d, &d.tasks[0]).contains("اجاره سوله"));
        assert!(act(&d, &d.tasks[1]).contains("خرید تجهیزات"));
        // «اجاره و تجهیز» is one act of the first, not two.
        let d = run(
            "مقرر شد: [ROLE شهردار بهار] نسبت به اجاره و تجهیز سوله و [ROLE شهردار مریم] نسبت به اجاره و تجهیز کارگاه اقدام نمایند.",
        );
        let told: Vec<_> = d.tasks.iter().map(|t| names(&t.assignees)).collect();
        assert_eq!(told, [["شهردار بهار"], ["شهردار مریم"]]);
    }

    #[test]
    fn a_purpose_is_no_act() {
        let d = run(
            "مقرر شد به منظور ایجاد هماهنگی و نظم در پرداخت‌ها، [ORG سازمان برنامه] لایحه را تهیه و به دولت ارائه کند.",
        );
        assert!(d.tasks.iter().all(|t| !act(&d, t).starts_with("منظور")), "{:?}", d.tasks);
        assert!(d.tasks.iter().all(|t| names(&t.assignees) == ["سازمان برنامه"]));
    }

    #[test]
    fn what_states_no_task() {
        let d =
            run("آیا این طرح اجرا خواهد شد؟\nجلسه دیروز با حضور [ROLE استاندار] برگزار شد.\nهوا سرد است.");
        assert!(d.tasks.is_empty());
        let classes: Vec<_> = d.sentences.iter().filter_map(|s| s.class).collect();
        assert_eq!(classes, [SentenceClass::None, SentenceClass::Report, SentenceClass::None]);
    }

    #[test]
    fn the_recognizer_may_find_what_no_rule_does() {
        let mut d = example_document("بهسازی بازارچه با [ORG اداره بازرگانی] خواهد بود و بس");
        let span = d.mentions[0].span;
        let mut class = [0.01; 6];
        class[SentenceClass::Plan as usize] = 0.95;
        let slots = vec![(SlotKind::Assignee, span, 0.9)];
        d.sentences[0].prediction = Some(Prediction { class, slots: slots.clone(), likely: slots });
        assert!(stage().run(&mut d).is_ok());
        assert_eq!(d.sentences[0].class, Some(SentenceClass::Plan));
        assert_eq!(d.sentences[0].rule.as_deref(), Some(SECOND_OPINION));
        assert_eq!(names(&d.tasks[0].assignees), ["اداره بازرگانی"]);
    }

    #[test]
    fn where_for_whom_and_how_far() {
        let d = run(
            "مقرر شد [ORG اداره راه] نسبت به احداث درمانگاه در [LOC شهرستان بهار] برای دانشجویان اقدام کند.\nاین مصوبه در حال اجراست.\nباید [ORG شهرداری] دیوار را بسازد.\nاین کار انجام شد.",
        );
        let task = &d.tasks[0];
        assert_eq!(task.place.as_ref().map(|p| p.text.as_str()), Some("شهرستان بهار"));
        assert_eq!(names(&task.beneficiaries), ["دانشجویان"]);
        assert_eq!(task.status, Some(TaskStatus::InProgress));
        let wall = d.tasks.iter().find(|t| act(&d, t).contains("دیوار"));
        assert_eq!(wall.and_then(|t| t.status), Some(TaskStatus::Done));
    }

    #[test]
    fn a_day_that_does_not_exist_is_a_warning() {
        for (day, warned) in [("۳۱ مهر ۱۴۰۲", true), ("۳۰ اسفند ۱۴۰۲", true), ("۳۰ اسفند ۱۴۰۳", false)]
        {
            let d = run(&format!("مقرر شد [ORG اداره راه] گزارش را تا {day} ارسال کند."));
            let limit = d.tasks[0].deadline.as_ref();
            assert_eq!(limit.map(|l| d.surface(l.span)), Some(day));
            assert_eq!(limit.is_some_and(|l| l.due.is_none()), warned, "{day}");
            assert_eq!(d.warnings.len(), usize::from(warned), "{:?}", d.warnings);
            assert!(d.warnings.iter().all(|w| w.contains(day)));
        }
    }

    #[test]
    fn we_are_the_speakers_body_and_this_body_is_the_one_named_last() {
        let d = run(
            "[PER رضا نادری] از [ORG سازمان بهار] گفت: تا پایان سال ده مدرسه خواهیم ساخت.\nباید این سازمان گزارش را منتشر کند.",
        );
        assert_eq!(names(&d.tasks[0].assignees), ["سازمان بهار"]);
        assert_eq!(names(&d.tasks[1].assignees), ["سازمان بهار"]);
        let d = run("[PER رضا نادری] از [ORG سازمان بهار] گفت: قرار است این هفته گزارش نهایی را بدهیم.");
        assert_eq!(names(&d.tasks[0].assignees), ["سازمان بهار"]);
    }

    #[test]
    fn acts_that_leave_their_verb_to_the_last_are_acts() {
        let d = run(
            "مقرر شد [ORG اداره راه] نقشه را تهیه و گزارش کار را به شورا ارسال کند.\n[ORG شهرداری] باید در محل حاضر شده و به مشکل مردم رسیدگی کند.",
        );
        let acts: Vec<_> = d.tasks.iter().map(|t| (t.sentence, names(&t.assignees))).collect();
        assert_eq!(
            acts,
            [(0, vec!["اداره راه"]), (0, vec!["اداره راه"]), (1, vec!["شهرداری"]), (1, vec!["شهرداری"])]
        );
        for text in [
            "مقرر شد انبارهایی توسط [ORG هلال بهار] در شهرها ایجاد و نسبت به گردآوری کمک‌ها اقدام کند.",
            "مقرر شد هزینه ساخت پل توسط [ORG هلال بهار] بررسی و قیمت تمام‌شده آن محاسبه مجدد شود.",
        ] {
            let d = run(text);
            assert_eq!(d.tasks.len(), 2, "{text}");
            assert!(d.tasks.iter().all(|t| names(&t.assignees) == ["هلال بهار"]), "{:?}", d.tasks);
        }
    }

    #[test]
    fn conditions_and_quotations() {
        let d = run(
            "در صورت تامین اعتبار، [ORG اداره راه] باید جاده را آسفالت کند.\n[PER سعیدی] گفت: «[ORG شهرداری] باید پاسخگو باشد و گزارش بدهد».",
        );
        assert_eq!(names(&d.tasks[0].assignees), ["اداره راه"]);
        assert!(d.tasks.iter().skip(1).all(|t| names(&t.assignees) == ["شهرداری"]));
        assert!(d.tasks.iter().skip(1).all(|t| t.issuer.as_ref().is_some_and(|i| i.text == "سعیدی")));
    }

    fn minutes(rows: &[(&str, &str, &str)]) -> Document {
        let mut text = String::new();
        let mut blocks = Vec::new();
        for (number, row) in (1..).zip(rows) {
            for (cell, role) in [
                (row.0, ColumnRole::Resolution),
                (row.1, ColumnRole::Assignee),
                (row.2, ColumnRole::Deadline),
            ] {
                let start = text.len();
                text.push_str(cell);
                let mut block =
                    crate::document::Block::new(BlockKind::Cell, ByteSpan::new(start, text.len()));
                block.row = Some(number);
                block.role = Some(role);
                if !cell.is_empty() {
                    blocks.push(block);
                }
                text.push('\t');
            }
        }
        let mut document = Document::new("m", Format::Minutes, text, blocks);
        document.meta.date = crate::calendar::Date::from_jalali(1402, 3, 1);
        for stage in [&Normalizer::default() as &dyn Stage, &Segmenter, &stage()] {
            assert!(stage.run(&mut document).is_ok());
        }
        document
    }

    #[test]
    fn the_columns_of_a_table_decide() {
        let d = minutes(&[
            ("مقرر گردید: گزارش کار تهیه شود.", "اداره کل راه", "دو هفته"),
            ("نشست‌ها بصورت هفتگی برگزار شود.", "دبیرخانه", ""),
            ("پیگیری خرید دستگاه", "شهردار محترم بهار شهردار محترم مریم", "۱۴۰۲/۰۴/۱۵"),
            ("متن بی‌مسئول اجرا گردد", "", ""),
            ("فهرست نهایی تهیه شود.", "اداره کل ثبت بهار اداره کل آمار مریم", ""),
            ("بودجه تامین شود.", "فرمانداران محترم رئیس محترم سازمان آمار", ""),
        ]);
        let rows: Vec<_> = d.tasks.iter().map(|t| (t.row, names(&t.assignees))).collect();
        assert_eq!(
            rows,
            [
                (Some(1), vec!["اداره کل راه"]),
                (Some(2), vec!["دبیرخانه"]),
                (Some(3), vec!["شهردار محترم بهار", "شهردار محترم مریم"]),
                (Some(4), vec![]),
                (Some(5), vec!["اداره کل ثبت بهار", "اداره کل آمار مریم"]),
                (Some(6), vec!["فرمانداران محترم", "رئیس محترم سازمان آمار"]),
            ]
        );
        assert!(d.tasks.iter().all(|t| t.class == SentenceClass::Decision));
        let due: Vec<_> = d
            .tasks
            .iter()
            .map(|t| t.deadline.as_ref().and_then(|l| l.due).map(|d| d.to_jalali_iso()))
            .collect();
        assert_eq!(due, [Some("1402-03-15".into()), None, Some("1402-04-15".into()), None, None, None]);
        assert_eq!(d.tasks[1].deadline.as_ref().map(|l| l.kind), Some(DeadlineKind::Recurring));
        assert!(!act(&d, &d.tasks[0]).contains("مقرر"));
    }
}
