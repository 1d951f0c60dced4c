//! The master key's file: 32 random bytes, readable by the owner only, made once and only for an empty store.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use identity::token;
use identity::vault::MASTER_KEY_LEN;
use secrecy::zeroize::Zeroizing;

type MasterKey = Zeroizing<[u8; MASTER_KEY_LEN]>;

/// Reads the key, or makes it where the store is empty.
pub fn open(path: &Path, store_is_empty: bool) -> anyhow::Result<MasterKey> {
    match read(path)? {
        Some(key) => Ok(key),
        None if store_is_empty => make(path),
        None => bail!(
            "master key {} is missing, and the store holds sealed rows; put the file back (setting master_key_file)",
            path.display()
        ),
    }
}

/// The key; `None` if there is no file.
fn read(path: &Path) -> anyhow::Result<Option<MasterKey>> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("master key {} cannot be read", path.display())),
    };
    let mode = file.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        bail!(
            "master key {} may be read by others (mode {:o}); run chmod 600 on it",
            path.display(),
            mode & 0o777
        );
    }
    let mut key = Zeroizing::new([0_u8; MASTER_KEY_LEN]);
    let mut more = [0_u8; 1];
    file.read_exact(&mut *key)
        .with_context(|| format!("master key {} is shorter than {MASTER_KEY_LEN} bytes", path.display()))?;
    if file.read(&mut more)? != 0 {
        bail!("master key {} is longer than {MASTER_KEY_LEN} bytes", path.display());
    }
    Ok(Some(key))
}

/// Makes the file under another name and links it into place: it is there whole or not at all, and of two processes
/// that share the folder the second takes the first one's key.
fn make(path: &Path) -> anyhow::Result<MasterKey> {
    let cannot = || format!("master key {} cannot be made", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    }
    let key = Zeroizing::new(token::random_bytes::<MASTER_KEY_LEN>().map_err(anyhow::Error::from)?);
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", token::id().map_err(anyhow::Error::from)?));
    let unfinished = PathBuf::from(unfinished);
    let linked = write(&unfinished, &key).and_then(|()| fs::hard_link(&unfinished, path));
    let removed = fs::remove_file(&unfinished);
    match linked {
        Ok(()) => removed.map(|()| key).with_context(cannot),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read(path)?.with_context(cannot),
        Err(error) => Err(error).with_context(cannot),
    }
}

fn write(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&**key)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_an_empty_store_only() {
        let folder = std::env::temp_dir().join(format!("gatehouse-key-{}", std::process::id()));
        let path = folder.join("master.key");
        assert!(open(&path, false).unwrap_err().to_string().contains("missing"));
        let made = open(&path, true).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(*open(&path, true).unwrap(), *made);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(open(&path, true).unwrap_err().to_string().contains("chmod 600"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&path, b"short").unwrap();
        assert!(open(&path, true).unwrap_err().to_string().contains("shorter"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn of_two_that_make_it_at_once_both_have_the_first_ones() {
        let folder = std::env::temp_dir().join(format!("gatehouse-keys-{}", std::process::id()));
        let path = folder.join("master.key");
        let keys = std::thread::scope(|scope| {
            let makers = [(); 8].map(|()| scope.spawn(|| make(&path).unwrap()));
            makers.map(|maker| maker.join().unwrap())
        });
        assert!(keys.iter().all(|key| **key == *keys[0]));
        assert_eq!(fs::read(&path).unwrap(), *keys[0]);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing else stays");
        fs::remove_dir_all(folder).unwrap();
    }
}
