//! An output file that appears whole or not at all, and that a later run can go on with.
//!
//! Results are written to `FILE.partial`; beside it `FILE.journal` says, one line for each input
//! that was dealt with, how long the partial file is then. After a crash the partial file is cut
//! back to the last length that the journal vouches for, and the run goes on with the next input.
//! Only a finished run renames the partial file to `FILE`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Why a run cannot be begun or gone on with.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system said no.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The interrupted run was another one.
    #[error(
        "{path}: the interrupted run had other inputs, options or another version; run without --resume to begin anew"
    )]
    Other {
        /// The journal.
        path: PathBuf,
    },
}

/// What was already done when a run is gone on with.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Inputs that need not be read again.
    pub inputs: usize,
    /// Those of them that failed: what was reported.
    pub failures: Vec<String>,
}

/// A run's output.
pub struct Output {
    target: PathBuf,
    partial: PathBuf,
    journal: PathBuf,
    out: BufWriter<File>,
    log: File,
    length: u64,
    /// Journal lines whose results are not flushed yet.
    pending: String,
    pending_inputs: usize,
}

/// Inputs between two flushes.
const EVERY: usize = 16;

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    target.with_file_name(name)
}

impl Output {
    /// Begins, or with `resume` goes on with, a run that writes to `target`. `signature` names the
    /// inputs and options: a run is only gone on with where it is the same.
    ///
    /// # Errors
    /// Where a file cannot be written, or the interrupted run had another signature.
    pub fn open(target: &Path, signature: &str, resume: bool) -> Result<(Self, Done), JournalError> {
        let (partial, journal) = (beside(target, ".partial"), beside(target, ".journal"));
        let at = |path: &Path| {
            let path = path.to_owned();
            move |source| JournalError::Io { path, source }
        };
        let signature = signature.replace('\n', " ");
        let mut done = Done::default();
        let mut length = 0;
        let mut kept = format!("dabir-journal/1 {signature}\n");
        if resume && journal.is_file() {
            let on_disk = fs::metadata(&partial).map(|m| m.len()).unwrap_or(0);
            let mut lines = BufReader::new(File::open(&journal).map_err(at(&journal))?);
            let mut line = String::new();
            let read = lines.read_line(&mut line).map_err(at(&journal))?;
            if read > 0 && line != kept {
                return Err(JournalError::Other { path: journal });
            }
            loop {
                line.clear();
                // A line without its end was being written when the run was cut.
                if lines.read_line(&mut line).map_err(at(&journal))? == 0 || !line.ends_with('\n') {
                    break;
                }
                let (bytes, failure) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
                match bytes.parse::<u64>() {
                    Ok(bytes) if bytes <= on_disk && bytes >= length => length = bytes,
                    _ => break,
                }
                done.inputs += 1;
                if !failure.is_empty() {
                    done.failures.push(failure.to_owned());
                }
                kept.push_str(&line);
            }
        }
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&partial)
            .map_err(at(&partial))?;
        file.set_len(length).and_then(|()| file.seek(SeekFrom::End(0))).map_err(at(&partial))?;
        let mut log = File::create(&journal).map_err(at(&journal))?;
        log.write_all(kept.as_bytes()).map_err(at(&journal))?;
        let output = Self {
            target: target.to_owned(),
            partial,
            journal,
            out: BufWriter::with_capacity(1 << 18, file),
            log,
            length,
            pending: String::new(),
            pending_inputs: 0,
        };
        Ok((output, done))
    }

    /// Takes down what was made of one input: the bytes to write, or why there are none.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub fn input(&mut self, result: Result<&[u8], &str>) -> Result<(), JournalError> {
        match result {
            Ok(bytes) => {
                self.out.write_all(bytes).map_err(|source| self.io(&self.partial, source))?;
                self.length += bytes.len() as u64;
                self.pending.push_str(&format!("{}\n", self.length));
            }
            Err(reason) => self.pending.push_str(&format!("{} {}\n", self.length, reason.replace('\n', " "))),
        }
        self.pending_inputs += 1;
        if self.pending_inputs >= EVERY { self.flush() } else { Ok(()) }
    }

    fn io(&self, path: &Path, source: io::Error) -> JournalError {
        JournalError::Io { path: path.to_owned(), source }
    }

    fn flush(&mut self) -> Result<(), JournalError> {
        // The order matters: the journal must not vouch for bytes that are not there.
        self.out.flush().map_err(|source| self.io(&self.partial, source))?;
        self.out.get_ref().sync_data().map_err(|source| self.io(&self.partial, source))?;
        self.log.write_all(self.pending.as_bytes()).map_err(|source| self.io(&self.journal, source))?;
        self.pending.clear();
        self.pending_inputs = 0;
        Ok(())
    }

    /// Ends the run: the target appears, whole.
    ///
    /// # Errors
    /// Where a file cannot be written or renamed.
    pub fn finish(mut self) -> Result<(), JournalError> {
        self.flush()?;
        self.out.get_ref().sync_all().map_err(|source| self.io(&self.partial, source))?;
        fs::rename(&self.partial, &self.target).map_err(|source| self.io(&self.target, source))?;
        if let Some(Ok(folder)) = self
            .target
            .parent()
            .map(|p| File::open(if p.as_os_str().is_empty() { Path::new(".") } else { p }))
        {
            // Not every file system can sync a folder; the rename stands all the same.
            let _ = folder.sync_all();
        }
        fs::remove_file(&self.journal).map_err(|source| self.io(&self.journal, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn results() -> Vec<Result<String, String>> {
        (0..50)
            .map(|i| if i % 7 == 3 { Err(format!("in {i}: bad")) } else { Ok(format!("سطر {i}\n")) })
            .collect()
    }

    fn go_on(target: &Path, until: usize, resume: bool) -> Result<Option<Vec<String>>, JournalError> {
        let (mut output, done) = Output::open(target, "a b", resume)?;
        let mut failures = done.failures;
        for (i, result) in results().iter().enumerate().skip(done.inputs) {
            if i == until {
                output.flush()?;
                return Ok(None);
            }
            output.input(result.as_ref().map(|s| s.as_bytes()).map_err(|s| s.as_str()))?;
            failures.extend(result.as_ref().err().cloned());
        }
        output.finish()?;
        Ok(Some(failures))
    }

    proptest! {
        // Every case syncs files.
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn an_interrupted_run_ends_like_an_uninterrupted_one(
            stop in 0usize..50, cut in 0u64..40, cut_log in 0u64..40, garbage: bool,
        ) {
            let folder = tempfile::tempdir()?;
            let (whole, resumed) = (folder.path().join("whole"), folder.path().join("resumed"));
            let failures = go_on(&whole, usize::MAX, false)?;
            go_on(&resumed, stop, false)?;
            // What a crash leaves: either file may be cut anywhere, or the partial one is longer
            // than the journal says.
            let cut = if garbage { 0 } else { cut };
            for (name, cut) in [("resumed.partial", cut), ("resumed.journal", cut_log)] {
                let file = OpenOptions::new().append(true).open(folder.path().join(name))?;
                let length = file.metadata()?.len();
                file.set_len(length.saturating_sub(cut))?;
            }
            if garbage {
                OpenOptions::new().append(true).open(folder.path().join("resumed.partial"))?.write_all(b"{\"half")?;
            }
            prop_assert!(!resumed.exists());
            match go_on(&resumed, usize::MAX, true) {
                Err(JournalError::Other { .. }) => prop_assert!(cut_log > 0, "only a cut first line is another run"),
                other => {
                    prop_assert_eq!(other?, failures);
                    prop_assert_eq!(fs::read(&whole)?, fs::read(&resumed)?);
                    prop_assert!(!folder.path().join("resumed.journal").exists());
                }
            }
        }
    }

    #[test]
    fn another_run_is_not_gone_on_with() -> Result<(), JournalError> {
        let folder = tempfile::tempdir().map_err(|source| JournalError::Io { path: "tmp".into(), source })?;
        let target = folder.path().join("out");
        drop(Output::open(&target, "one", false)?);
        assert!(matches!(Output::open(&target, "two", true), Err(JournalError::Other { .. })));
        assert_eq!(Output::open(&target, "one", true)?.1, Done::default());
        Ok(())
    }
}
