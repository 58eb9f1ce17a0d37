//! A file that appears whole or not at all: it is written beside its place and renamed when it is done.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A file being written. Dropped before [`WholeFile::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct WholeFile {
    target: PathBuf,
    partial: PathBuf,
    out: Option<BufWriter<File>>,
}

impl WholeFile {
    /// Begins a file, in a folder that exists.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(".partial");
        let partial = target.with_file_name(name);
        let out = Some(BufWriter::with_capacity(1 << 17, File::create(&partial)?));
        Ok(Self { target: target.to_owned(), partial, out })
    }

    /// Ends the file: it appears in its place.
    ///
    /// # Errors
    /// What the system says.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(mut out) = self.out.take() {
            out.flush()?;
            out.get_ref().sync_all()?;
            drop(out);
            if let Err(error) = fs::rename(&self.partial, &self.target) {
                let _ = fs::remove_file(&self.partial);
                return Err(error);
            }
        }
        Ok(())
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or(Ok(0), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if self.out.take().is_some() {
            // Nobody can be told; a file that is left over is named for what it is.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_or_absent() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let target = folder.path().join("a.csv");
        let mut file = WholeFile::create(&target)?;
        file.write_all("سطر".as_bytes())?;
        drop(file);
        assert_eq!(fs::read_dir(folder.path())?.count(), 0);
        let mut file = WholeFile::create(&target)?;
        file.write_all("سطر".as_bytes())?;
        assert!(!target.exists());
        file.finish()?;
        assert_eq!(fs::read_to_string(&target)?, "سطر");
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }
}
