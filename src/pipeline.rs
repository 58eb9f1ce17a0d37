//! Stages and how they are put together. A stage adds layers to a document; the pipeline checks,
//! when it is built, that every stage finds the layers that it needs.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

use crate::document::Document;
use crate::read::{self, Input, ReadError};

/// A layer of annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// [`Document::view`].
    View,
    /// [`Document::sentences`] and [`Document::words`].
    Sentences,
    /// [`Document::mentions`] of the recognizer, and the sentences' predictions.
    Mentions,
    /// [`Document::officials`], [`Document::organizations`] and `ROLE` mentions.
    Officials,
    /// [`Document::tasks`] and the sentences' classes.
    Tasks,
}

/// Why a stage gave up on a document.
#[derive(Debug, thiserror::Error)]
#[error("{stage}: {reason}")]
pub struct StageError {
    /// Name of the stage.
    pub stage: &'static str,
    /// What went wrong, and what to do.
    pub reason: String,
}

/// One step of the way: takes a document, adds its layers.
pub trait Stage: Send + Sync {
    /// Name for messages and benches.
    fn name(&self) -> &'static str;
    /// Layers that must be there before.
    fn needs(&self) -> &'static [Layer];
    /// Layers that are there afterwards.
    fn gives(&self) -> &'static [Layer];
    /// Does the work. Must be a function of the document alone: no clock, no randomness, no order
    /// of threads.
    ///
    /// # Errors
    /// Where the document cannot be worked on; the run reports it and goes on with the next.
    fn run(&self, document: &mut Document) -> Result<(), StageError>;
}

/// Why a pipeline cannot be built.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PipelineError {
    /// A stage would run before what it needs is there.
    #[error("stage {stage} needs the layer {layer:?}, which no stage before it gives")]
    Missing {
        /// Name of the stage.
        stage: &'static str,
        /// The layer.
        layer: Layer,
    },
}

/// Stages in an order in which each finds what it needs.
pub struct Pipeline {
    stages: Vec<Box<dyn Stage>>,
}

impl Pipeline {
    /// Puts stages together.
    ///
    /// # Errors
    /// [`PipelineError::Missing`] where a stage would not find a layer that it needs.
    ///
    /// ```
    /// use dabir::{normalize::Normalizer, pipeline::Pipeline, segment::Segmenter};
    /// assert!(Pipeline::new(vec![Box::new(Normalizer::default()), Box::new(Segmenter)]).is_ok());
    /// assert!(Pipeline::new(vec![Box::new(Segmenter)]).is_err());
    /// ```
    pub fn new(stages: Vec<Box<dyn Stage>>) -> Result<Self, PipelineError> {
        let mut there: Vec<Layer> = Vec::new();
        for stage in &stages {
            if let Some(&layer) = stage.needs().iter().find(|l| !there.contains(l)) {
                return Err(PipelineError::Missing { stage: stage.name(), layer });
            }
            there.extend(stage.gives());
        }
        Ok(Self { stages })
    }

    /// Annotates one document.
    ///
    /// # Errors
    /// What the first stage that gave up says.
    pub fn annotate(&self, document: &mut Document) -> Result<(), StageError> {
        self.stages.iter().try_for_each(|stage| stage.run(document))
    }
}

/// Why a document of a run has no result.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A stage gave up.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// A defect of the program; the run goes on without the document.
    #[error("internal error: {0} (please report it, with the document)")]
    Panic(String),
}

/// One result of [`annotate_all`].
pub struct Annotated<T> {
    /// Where the document came from.
    pub origin: String,
    /// What was made of it.
    pub result: Result<T, DocumentError>,
}

/// Documents that may wait, for each thread, for one before them: bounds the memory of a run.
const WINDOW: usize = 64;

struct Queue<I> {
    inputs: I,
    next: usize,
    emitted: usize,
    stopped: bool,
}

/// Reads and annotates documents on the threads of `pool` and hands the results of `finish` (what is
/// to be kept of a document, made on the same thread) to `sink` in the order of the inputs.
/// Memory is bounded: no document is begun that is more than a window ahead of the last one handed
/// over. `sink` may stop the run by returning an error.
///
/// # Errors
/// What `sink` returned.
pub fn annotate_all<I, T, E>(
    pipeline: &Pipeline,
    inputs: I,
    options: read::Options,
    pool: &rayon::ThreadPool,
    finish: impl Fn(Document) -> T + Sync,
    mut sink: impl FnMut(Annotated<T>) -> Result<(), E>,
) -> Result<(), E>
where
    I: Iterator<Item = Input> + Send,
    T: Send,
{
    let threads = pool.current_num_threads();
    let queue = Mutex::new(Queue { inputs, next: 0, emitted: 0, stopped: false });
    let moved = Condvar::new();
    let take = || {
        let mut queue = lock(&queue);
        while !queue.stopped && queue.next >= queue.emitted + WINDOW * threads {
            queue = moved.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        if queue.stopped {
            return None;
        }
        let input = queue.inputs.next()?;
        queue.next += 1;
        Some((queue.next - 1, input))
    };
    let work = |input: Input| {
        let origin = input.origin.clone();
        let result = catch_unwind(AssertUnwindSafe(|| -> Result<T, DocumentError> {
            let mut document = input.read(options)?;
            pipeline.annotate(&mut document)?;
            Ok(finish(document))
        }));
        let result = result.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
            Err(DocumentError::Panic(text.unwrap_or_else(|| "unknown".into())))
        });
        Annotated { origin, result }
    };
    let (send, receive) = mpsc::channel();
    pool.in_place_scope(|scope| {
        let (take, work) = (&take, &work);
        // To each thread its own: a stage that waits for help by others (the recognizer) must not begin
        // another thread's share meanwhile, from which it would come back at the end of the run only.
        scope.spawn_broadcast(move |_, _| {
            while let Some((number, input)) = take() {
                if send.send((number, work(input))).is_err() {
                    break;
                }
            }
        });
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (number, annotated) in receive {
            waiting.insert(number, annotated);
            while let Some(annotated) = waiting.remove(&due) {
                due += 1;
                let outcome = sink(annotated);
                let mut queue = lock(&queue);
                queue.emitted = due;
                queue.stopped = outcome.is_err();
                moved.notify_all();
                drop(queue);
                outcome?;
            }
        }
        Ok(())
    })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{Inputs, Options};

    /// Fails, panics or takes its time, as the text says.
    struct Moody;

    impl Stage for Moody {
        fn name(&self) -> &'static str {
            "moody"
        }
        fn needs(&self) -> &'static [Layer] {
            &[]
        }
        fn gives(&self) -> &'static [Layer] {
            &[Layer::View]
        }
        fn run(&self, document: &mut Document) -> Result<(), StageError> {
            match document.text() {
                "panic" => panic!("on purpose"),
                "fail" => Err(StageError { stage: "moody", reason: "on purpose".into() }),
                "slow" => {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    Ok(())
                }
                _ => Ok(()),
            }
        }
    }

    fn run(threads: usize) -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let texts = (0..300).map(|i| match i % 50 {
            0 => "slow",
            7 => "fail",
            9 => "panic",
            11 => "",
            _ => "text",
        });
        let lines: String =
            texts.enumerate().map(|(i, t)| format!("{{\"id\":\"{i}\",\"text\":\"{t}\"}}\n")).collect();
        let path = folder.path().join("a.jsonl");
        std::fs::write(&path, lines)?;
        let pipeline = Pipeline::new(vec![Box::new(Moody)])?;
        let inputs = Inputs::new(&[path], Options::default())?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let mut out = Vec::new();
        annotate_all(
            &pipeline,
            inputs,
            Options::default(),
            &pool,
            |d| d.id,
            |a| {
                let origin = a.origin.rsplit(':').next().unwrap_or("").to_owned();
                out.push(a.result.unwrap_or_else(|e| format!("{origin}: {e}")));
                Ok::<(), std::convert::Infallible>(())
            },
        )?;
        Ok(out)
    }

    #[test]
    fn memory_is_bounded_by_a_window() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.jsonl");
        let lines = ["slow"; 40].iter().chain(["text"; 3000].iter());
        let lines: String =
            lines.enumerate().map(|(i, t)| format!("{{\"id\":\"{i}\",\"text\":\"{t}\"}}\n")).collect();
        std::fs::write(&path, lines)?;
        let taken = std::sync::atomic::AtomicUsize::new(0);
        let inputs = Inputs::new(&[path], Options::default())?.inspect(|_| {
            taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        });
        let pipeline = Pipeline::new(vec![Box::new(Moody)])?;
        let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build()?;
        let mut emitted = 0;
        annotate_all(
            &pipeline,
            inputs,
            Options::default(),
            &pool,
            |d| d.id,
            |_| {
                let ahead = taken.load(std::sync::atomic::Ordering::SeqCst) - emitted;
                assert!(ahead <= WINDOW * 3, "{ahead} documents begun before the one in turn");
                emitted += 1;
                Ok::<(), std::convert::Infallible>(())
            },
        )?;
        assert_eq!(emitted, 3040);
        Ok(())
    }

    /// Shares its work with other threads, as the recognizer does.
    struct Sharing;

    impl Stage for Sharing {
        fn name(&self) -> &'static str {
            "sharing"
        }
        fn needs(&self) -> &'static [Layer] {
            &[]
        }
        fn gives(&self) -> &'static [Layer] {
            &[Layer::View]
        }
        fn run(&self, _: &mut Document) -> Result<(), StageError> {
            let wait = || std::thread::sleep(std::time::Duration::from_micros(200));
            rayon::join(wait, || rayon::join(wait, wait));
            Ok(())
        }
    }

    #[test]
    fn a_stage_that_waits_for_other_threads_does_not_stop_the_run() -> Result<(), Box<dyn std::error::Error>>
    {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.jsonl");
        let count = 3 * WINDOW * 4;
        let lines: String = (0..count).map(|i| format!("{{\"id\":\"{i}\",\"text\":\"a\"}}\n")).collect();
        std::fs::write(&path, lines)?;
        let pipeline = Pipeline::new(vec![Box::new(Sharing)])?;
        for threads in [1, 2, 4] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
            let inputs = Inputs::new(std::slice::from_ref(&path), Options::default())?;
            let mut next = 0;
            annotate_all(
                &pipeline,
                inputs,
                Options::default(),
                &pool,
                |d| d.id,
                |a| {
                    assert_eq!(a.result.ok(), Some(next.to_string()));
                    next += 1;
                    Ok::<(), std::convert::Infallible>(())
                },
            )?;
            assert_eq!(next, count, "{threads} threads");
        }
        Ok(())
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() -> Result<(), Box<dyn std::error::Error>> {
        let one = run(1)?;
        assert_eq!(one.len(), 300);
        assert_eq!(one[1], "1");
        assert_eq!(one[7], "8: moody: on purpose");
        assert!(one[9].starts_with("10: internal error: on purpose"), "{}", one[9]);
        assert_eq!(one[11], "12: the document is empty");
        assert_eq!(run(2)?, one);
        assert_eq!(run(7)?, one);
        Ok(())
    }
}
