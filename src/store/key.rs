//! The secret of a home, in a file of its own that no copy, backup or checkpoint of the store contains.

use crate::StoreError;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Name of the secret's file in the home folder.
const KEY_FILE: &str = "home.key";

/// The secret of a home: PINs are hashed with it, and what must lie in the store is sealed with a key drawn from it.
#[derive(Clone)]
pub struct HomeKey([u8; 32]);

impl HomeKey {
    /// The secret of the home folder; made when there is none.
    pub fn of(home: &Path) -> Result<HomeKey, StoreError> {
        let path = home.join(KEY_FILE);
        let failed = |source| StoreError::File { path: path.clone(), source };
        if !path.exists() {
            make(home, &path).map_err(failed)?;
        }
        let kept = std::fs::read(&path).map_err(failed)?;
        let wrong = |_| failed(std::io::Error::new(std::io::ErrorKind::InvalidData, "it holds no key"));
        Ok(HomeKey(kept.try_into().map_err(wrong)?))
    }

    /// HMAC-SHA-256 (RFC 2104) over `data`.
    pub(crate) fn over(&self, data: &[u8]) -> [u8; 32] {
        // Keys of any length are allowed.
        let Ok(mut code) = Hmac::<Sha256>::new_from_slice(&self.0) else { return [0; 32] };
        code.update(data);
        code.finalize().into_bytes().into()
    }

    /// A key for one purpose, which says nothing about the others or the secret.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        self.over(format!("dialtone {purpose}").as_bytes())
    }
}

/// The key of a home, read when it is first asked for.
pub(crate) struct Keyring {
    home: PathBuf,
    key: OnceLock<HomeKey>,
}

impl Keyring {
    pub(crate) fn of(home: &Path) -> Keyring {
        Keyring { home: home.to_owned(), key: OnceLock::new() }
    }

    pub(crate) fn key(&self) -> Result<&HomeKey, StoreError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let key = HomeKey::of(&self.home)?;
        Ok(self.key.get_or_init(|| key))
    }
}

/// Makes the file with a new secret, whole or not at all; the one of another process stays.
fn make(home: &Path, path: &Path) -> std::io::Result<()> {
    let draft = home.join(format!("{KEY_FILE}.{}", uuid::Uuid::new_v4().simple()));
    let mut file = std::fs::OpenOptions::new().create_new(true).write(true).mode(0o600).open(&draft)?;
    let secret = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    let digest = Sha256::digest(secret.map(|part| *part.as_bytes()).concat());
    let linked = file.write_all(&digest).and_then(|()| file.sync_all()).and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => std::fs::File::open(home)?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl From<[u8; 32]> for HomeKey {
        fn from(secret: [u8; 32]) -> HomeKey {
            HomeKey(secret)
        }
    }

    #[test]
    fn the_file_is_private_and_whole() {
        let home = std::env::temp_dir().join(format!("dialtone-key-{}", uuid::Uuid::new_v4().simple()));
        crate::make_private(&home).unwrap();
        let key = HomeKey::of(&home).unwrap();
        assert_eq!(HomeKey::of(&home).unwrap().derived("a"), key.derived("a"));
        assert_ne!(key.derived("a"), key.derived("b"));
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(home.join(KEY_FILE)).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&home).unwrap().count(), 1);
        std::fs::write(home.join(KEY_FILE), "short").unwrap();
        assert!(HomeKey::of(&home).is_err());
        std::fs::remove_dir_all(home).unwrap();
    }
}
