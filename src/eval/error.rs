//! What can go wrong when labelled data are read and compared.

use std::path::PathBuf;

/// Why an evaluation could not be done.
#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    /// A file or folder could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A line or a record does not have the form that it should have.
    #[error("{path}:{line}: {reason}")]
    Form {
        /// The file.
        path: PathBuf,
        /// Line, from 1; 1 for a file that is one record.
        line: usize,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// Gold and prediction do not describe the same text.
    #[error("{reason}")]
    Mismatch {
        /// Where they part, and what to do.
        reason: String,
    },
    /// Nothing that could be scored was found.
    #[error("{reason}")]
    Nothing {
        /// Where it was looked for, and what was expected there.
        reason: String,
    },
}

impl EvalError {
    pub(crate) fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }

    pub(crate) fn form(path: impl Into<PathBuf>, line: usize, reason: impl Into<String>) -> Self {
        Self::Form { path: path.into(), line, reason: reason.into() }
    }

    pub(crate) fn mismatch(reason: impl Into<String>) -> Self {
        Self::Mismatch { reason: reason.into() }
    }

    pub(crate) fn nothing(reason: impl Into<String>) -> Self {
        Self::Nothing { reason: reason.into() }
    }
}
