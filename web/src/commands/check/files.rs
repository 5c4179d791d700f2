//! What lies about in the data directory, and whether there is room for more.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use core_base::Finding;

/// So much must be free: bytes, and of a hundred parts.
const ROOM: (u64, u64) = (1 << 30, 10);

/// All findings about the files of this installation.
pub(super) fn findings(data_dir: &Path) -> Vec<Finding> {
    let mut found = vec![];
    let names = ["", "secret_key", "catalog.db", "tenants", "mail", "erased.log"];
    let mut open: Vec<_> = names.iter().map(|name| data_dir.join(name)).collect();
    open.push(".env".into());
    open.retain(|path| {
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
    });
    for path in open {
        found.push(Finding::new(
            "files.mode",
            format!("other users of this machine can read {}", path.display()),
            format!("chmod go= {}", path.display()),
        ));
    }
    if let Some((free, all)) = room(data_dir)
        && is_low(free, all)
    {
        found.push(Finding::new(
            "files.room",
            format!("{} MB are left on the disk of {}", free >> 20, data_dir.display()),
            "make room, or move DATA_DIR to a larger disk",
        ));
    }
    found
}

fn is_low(free: u64, all: u64) -> bool {
    free < ROOM.0 || free * 100 < all * ROOM.1
}

/// Bytes that are free, and all.
fn room(path: &Path) -> Option<(u64, u64)> {
    let seen = rustix::fs::statvfs(path).ok()?;
    Some((seen.f_bavail * seen.f_frsize, seen.f_blocks * seen.f_frsize))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::{findings, is_low, room};

    #[test]
    fn a_gigabyte_and_a_tenth_must_be_free() {
        assert!(is_low(1 << 29, 1 << 30));
        assert!(is_low(9 << 30, 100 << 30));
        assert!(!is_low(11 << 30, 100 << 30));
        assert!(room(std::path::Path::new("/")).is_some_and(|(free, all)| 0 < free && free < all));
    }

    #[test]
    fn files_that_others_can_read_are_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("catalog.db");
        fs::write(&path, "").unwrap();
        let set = |path: &std::path::Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let modes = || {
            let found = findings(dir.path()).into_iter().filter(|one| one.id == "files.mode");
            found.map(|one| one.hint).collect::<Vec<_>>()
        };
        set(dir.path(), 0o700);
        set(&path, 0o644);
        assert_eq!(modes(), [format!("chmod go= {}", path.display())]);
        set(&path, 0o600);
        assert!(modes().is_empty());
        set(dir.path(), 0o755);
        assert_eq!(modes().len(), 1);
    }
}
