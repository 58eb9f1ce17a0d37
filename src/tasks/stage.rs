//! The stage that gives sentences their classes and documents their tasks.

use std::sync::Arc;

use super::classify::{Analysis, Surroundings, analyse};
use super::context::Context;
use super::rules::{RuleError, RuleSet};
use super::{slots, table};
use crate::document::Document;
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
        let mut tasks = Vec::new();
        let mut classes = Vec::new();
        walk(&self.rules, document, |index, _, analysis, context| {
            tasks.extend(slots::tasks(&self.rules, document, index, analysis, context));
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
        document.tasks = tasks;
        Ok(())
    }
}

/// Analyses the sentences in order and hands each analysis on, with what surrounds the sentence and
/// the context up to it.
fn walk(
    rules: &RuleSet,
    document: &Document,
    mut visit: impl FnMut(usize, Surroundings, &Analysis, &Context),
) {
    let mut context = Context::new(rules, document);
    for index in 0..document.sentences.len() {
        let around = context.surroundings(rules, document, index);
        let Some(mut analysis) = analyse(rules, document, index, around) else { continue };
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
