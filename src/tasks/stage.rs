//! The stage that gives sentences their classes and documents their tasks.

use std::sync::Arc;

use super::classify::analyse;
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
        let mut context = Context::new(&self.rules, document);
        let mut tasks = Vec::new();
        for index in 0..document.sentences.len() {
            let around = context.surroundings(&self.rules, document, index);
            let Some(mut analysis) = analyse(&self.rules, document, index, around) else { continue };
            context.update(&self.rules, document, &analysis);
            table::adjust(document, index, &mut analysis);
            tasks.extend(slots::tasks(&self.rules, document, index, &analysis, &context));
            let rule = analysis.rule_id(&self.rules);
            let sentence = &mut document.sentences[index];
            sentence.class = Some(analysis.class);
            sentence.score = analysis.score;
            sentence.rule = rule;
        }
        table::fill(&self.rules, document, &mut tasks);
        document.tasks = tasks;
        Ok(())
    }
}
