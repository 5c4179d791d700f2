//! Locks on files of the embedded store, which a kill frees.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

/// A file that is locked for as long as its holder lives; a kill frees it.
pub(crate) struct FileLock {
    file: File,
    path: PathBuf,
    /// Locks for one thing are removed with it; shared ones stay.
    remove: bool,
}

impl FileLock {
    /// Waits until nobody else holds it.
    pub(crate) fn wait(path: &Path) -> std::io::Result<Self> {
        let file = open(path)?;
        file.lock()?;
        Ok(Self { file, path: path.to_owned(), remove: false })
    }

    /// `None` when somebody holds it.
    pub(crate) fn attempt(path: &Path) -> std::io::Result<Option<Self>> {
        loop {
            let file = open(path)?;
            match file.try_lock() {
                // Removed between opening and locking: the lock would be on nothing.
                Ok(()) if !is_still(&file, path)? => {}
                Ok(()) => return Ok(Some(Self { file, path: path.to_owned(), remove: false })),
                Err(fs::TryLockError::WouldBlock) => return Ok(None),
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
        }
    }

    /// The file goes with the lock.
    pub(crate) fn removed(mut self) -> Self {
        self.remove = true;
        self
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        if self.remove {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

/// Is this the file that stands at `path`?
fn is_still(file: &File, path: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let there = match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        there => there?,
    };
    Ok(file.metadata()?.ino() == there.ino())
}

/// Takes away the locks of those who were killed before or after their work.
pub(crate) fn remove_left_locks(data_dir: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(data_dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.starts_with(".t_") && name.ends_with(".lock") {
            drop(FileLock::attempt(&path)?.map(FileLock::removed));
        }
    }
    Ok(())
}

fn open(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}
