//! The master key's file: 32 random bytes, readable by the owner only, made once and only for an empty store. While a
//! process works with a key it holds the file by a shared lock, so that no other changes it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, bail};
use identity::setup::MasterKeyMismatch;
use identity::vault::{MASTER_KEY_LEN, Vault};
use identity::{setup, token};
use sea_orm::DatabaseConnection;
use secrecy::zeroize::Zeroizing;

pub type MasterKey = Zeroizing<[u8; MASTER_KEY_LEN]>;

/// Files held until the process ends.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// The vault over a store, and the key's file held for as long as this process lives.
pub async fn vault(path: &Path, db: &DatabaseConnection) -> anyhow::Result<Vault> {
    open(path, !setup::is_initialised(db).await?)?;
    hold(path)?;
    let vault = fitting(path, db).await?;
    // A file that was put in place just now is another one than was held before.
    hold(path)?;
    Ok(vault)
}

/// The vault of the key that the store goes with: the one in its file, or the one that a rotation, cut off after it had
/// committed, has left beside it. That is put in place.
pub async fn fitting(path: &Path, db: &DatabaseConnection) -> anyhow::Result<Vault> {
    let key = open(path, false)?;
    if let Some(vault) = identity::master_key::vault(db, &key).await? {
        return Ok(vault);
    }
    let next = next_to(path);
    if let Some(key) = read(&next)?
        && let Some(vault) = identity::master_key::vault(db, &key).await?
    {
        put_in_place(&next, path)?;
        return Ok(vault);
    }
    bail!(MasterKeyMismatch::Another)
}

fn hold(path: &Path) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("master key {} cannot be read", path.display()))?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => bail!(
            "master key {} is being changed by gatehouse master-key rotate; start again when that is done",
            path.display()
        ),
        // Where files cannot be locked, a rotation refuses to begin.
        Ok(()) | Err(TryLockError::Error(_)) => {
            HELD.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            Ok(())
        }
    }
}

/// The file, locked against every process that works with this key.
pub fn lock(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path).with_context(|| format!("master key {} cannot be read", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another gatehouse process works with the master key {}; stop it first",
            path.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("master key {} cannot be locked", path.display()))
        }
    }
}

/// A new key in a file beside the old one's. What stands there is of a rotation that never committed.
pub fn make_next(path: &Path) -> anyhow::Result<(PathBuf, MasterKey)> {
    let next = next_to(path);
    let cannot = || format!("{} cannot be made", next.display());
    match fs::remove_file(&next) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).with_context(cannot),
        _ => {}
    }
    let key = Zeroizing::new(token::random_bytes::<MASTER_KEY_LEN>().map_err(anyhow::Error::from)?);
    write(&next, &key)
        .and_then(|()| sync_folder(&next))
        .with_context(cannot)?;
    Ok((next, key))
}

/// Puts a finished file in the place of another: the one or the other is there at any moment.
pub fn put_in_place(next: &Path, path: &Path) -> anyhow::Result<()> {
    fs::rename(next, path)
        .and_then(|()| sync_folder(path))
        .with_context(|| format!("{} cannot be put in the place of {}", next.display(), path.display()))
}

fn next_to(path: &Path) -> PathBuf {
    let mut next = path.as_os_str().to_owned();
    next.push(".next");
    PathBuf::from(next)
}

/// Makes sure that names made or changed in a file's folder survive a loss of power.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads the key, or makes it where the store is empty.
fn open(path: &Path, store_is_empty: bool) -> anyhow::Result<MasterKey> {
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
