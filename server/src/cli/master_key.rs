//! The master key's file: 32 random bytes, readable by the owner only, made once and only for an empty store.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, bail};
use identity::token;
use identity::vault::MASTER_KEY_LEN;
use secrecy::zeroize::Zeroizing;

/// Reads the key, or makes it where the store is empty.
pub fn open(path: &Path, store_is_empty: bool) -> anyhow::Result<Zeroizing<[u8; MASTER_KEY_LEN]>> {
    match OpenOptions::new().read(true).open(path) {
        Ok(mut file) => {
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
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::NotFound && store_is_empty => make(path),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!(
                "master key {} is missing, and the store holds sealed rows; put the file back (setting master_key_file)",
                path.display()
            )
        }
        Err(error) => Err(error).with_context(|| format!("master key {} cannot be read", path.display())),
    }
}

fn make(path: &Path) -> anyhow::Result<Zeroizing<[u8; MASTER_KEY_LEN]>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("folder {} cannot be made", folder.display()))?;
    }
    let key = Zeroizing::new(token::random_bytes::<MASTER_KEY_LEN>().map_err(anyhow::Error::from)?);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("master key {} cannot be made", path.display()))?;
    file.write_all(&*key)?;
    file.sync_all()?;
    Ok(key)
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
}
