//! Backups and named checkpoints: make, compare, restore.

use crate::{Object, Store, StoreError, connect};
use rusqlite::backup::Backup;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One difference between a checkpoint and the present.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub noun: String,
    pub container: String,
    pub name: String,
    /// Property; empty when the object as a whole was added or removed.
    pub property: String,
    /// Value then, as JSON; `None` when there was none.
    pub before: Option<serde_json::Value>,
    /// Value now.
    pub after: Option<serde_json::Value>,
}

/// A backup whose content is sound.
fn checked(path: &Path) -> Result<rusqlite::Connection, StoreError> {
    let source = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let found: i64 = source.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > crate::schema::KNOWN {
        return Err(StoreError::Newer { found, known: crate::schema::KNOWN });
    }
    let verdict: String = source.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found == 0 || verdict != "ok" {
        return Err(StoreError::Damaged(format!("{} is no backup of an organization", path.display())));
    }
    Ok(source)
}

/// Puts a backup in the place of a store that can't be opened any more; where that one is kept. Nobody may have it open.
pub fn replace(home: &Path, path: &Path) -> Result<PathBuf, StoreError> {
    drop(checked(path)?);
    let file = home.join(crate::FILE);
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| StoreError::File { path, source }
    };
    let free = (1..).map(|n| home.join(format!("{}.damaged-{n}", crate::FILE))).find(|kept| !kept.exists());
    let kept = free.unwrap_or_else(|| home.join("damaged"));
    for ending in ["", "-wal", "-shm"] {
        let old = home.join(format!("{}{ending}", crate::FILE));
        if old.exists() {
            std::fs::rename(&old, format!("{}{ending}", kept.display())).map_err(failed(&old))?;
        }
    }
    crate::make_private_file(&file);
    std::fs::copy(path, &file).map_err(failed(&file))?;
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(failed(&file))?;
    Store::open(home).map(|_| kept)
}

impl Store {
    /// Copies the present state to the file `path`, without stopping others.
    pub fn backup(&self, path: &Path) -> Result<(), StoreError> {
        let connection = self.inner.reading.lock();
        // As private as the store itself.
        crate::make_private_file(path);
        let mut target = rusqlite::Connection::open(path)?;
        Backup::new(&connection, &mut target)?.run_to_completion(1000, Duration::ZERO, None)?;
        target.execute_batch("PRAGMA journal_mode = DELETE")?;
        Ok(())
    }

    /// Puts back the state of the file `path`; what it holds is checked first.
    pub fn restore(&self, path: &Path) -> Result<(), StoreError> {
        let source = checked(path)?;
        let mut connection = self.inner.writing.lock();
        Backup::new(&source, &mut connection)?.run_to_completion(1000, Duration::from_millis(5), None)?;
        crate::schema::prepare(&mut connection)?;
        drop(connection);
        if self.inner.is_settling {
            self.unsettled();
        }
        Ok(())
    }

    fn checkpoint_file(&self, name: &str) -> Result<PathBuf, StoreError> {
        let fits = !name.is_empty()
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '.'))
            && !name.starts_with('.');
        if !fits {
            return Err(StoreError::CheckpointName(name.to_owned()));
        }
        Ok(self.inner.path.with_file_name("checkpoints").join(format!("{name}.db")))
    }

    /// Keeps the present state under `name`, replacing an older checkpoint of that name.
    pub fn checkpoint(&self, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.checkpoint_file(name)?;
        let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
        let file = |path: &Path, source| StoreError::File { path: path.to_owned(), source };
        std::fs::create_dir_all(&folder).map_err(|e| file(&folder, e))?;
        let draft = path.with_extension("new");
        let _ = std::fs::remove_file(&draft);
        self.backup(&draft)?;
        std::fs::rename(&draft, &path).map_err(|e| file(&path, e))?;
        Ok(path)
    }

    /// Names of the checkpoints.
    pub fn checkpoints(&self) -> Vec<String> {
        let folder = self.inner.path.with_file_name("checkpoints");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".db").map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    /// Puts back the state kept under `name`.
    pub fn restore_checkpoint(&self, name: &str) -> Result<(), StoreError> {
        let path = self.checkpoint_file(name)?;
        if !path.is_file() {
            return Err(StoreError::NoCheckpoint(name.to_owned()));
        }
        self.restore(&path)
    }

    /// What differs between the state kept under `name` and the present.
    pub fn compare_checkpoint(&self, name: &str) -> Result<Vec<Difference>, StoreError> {
        let path = self.checkpoint_file(name)?;
        if !path.is_file() {
            return Err(StoreError::NoCheckpoint(name.to_owned()));
        }
        let connection = connect(&path)?;
        let old = objects(&crate::Reader::new(&connection, &self.inner.keys))?;
        drop(connection);
        let new = self.read(objects)?;
        Ok(compare(&old, &new))
    }
}

fn objects(reader: &crate::Reader) -> Result<Vec<Object>, StoreError> {
    let mut found = Vec::new();
    for (noun, _) in reader.nouns()? {
        found.extend(reader.all(&noun)?);
    }
    Ok(found)
}

fn compare(old: &[Object], new: &[Object]) -> Vec<Difference> {
    let whole = |object: &Object, before: bool| {
        let value = Some(serde_json::Value::Object(object.properties.clone()));
        Difference {
            noun: object.noun.clone(),
            container: object.container.clone(),
            name: object.name.clone(),
            property: String::new(),
            before: if before { value.clone() } else { None },
            after: if before { None } else { value },
        }
    };
    let mut differences = Vec::new();
    let now: HashMap<_, _> = new.iter().map(|o| (o.id, o)).collect();
    let then: HashMap<_, _> = old.iter().map(|o| (o.id, o)).collect();
    for object in old {
        let Some(present) = now.get(&object.id) else {
            differences.push(whole(object, true));
            continue;
        };
        let names =
            object.properties.keys().chain(present.properties.keys().filter(|k| !object.properties.contains_key(*k)));
        for property in names {
            let (before, after) = (object.properties.get(property), present.properties.get(property));
            if before != after {
                differences.push(Difference {
                    noun: object.noun.clone(),
                    container: present.container.clone(),
                    name: present.name.clone(),
                    property: property.clone(),
                    before: before.cloned(),
                    after: after.cloned(),
                });
            }
        }
    }
    differences.extend(new.iter().filter(|o| !then.contains_key(&o.id)).map(|o| whole(o, false)));
    differences
}

#[cfg(test)]
mod tests {
    use crate::testing::Temporary;
    use crate::{Draft, StoreError};

    #[test]
    fn checkpoints_compare_and_come_back() {
        let t = Temporary::new("checkpoint");
        let kim = t.store.write(|w| w.insert(Draft::new("CsUser", "", "Kim").with("Enabled", true))).unwrap();
        t.store.checkpoint("before").unwrap();
        let mut draft = t.store.read(|r| r.get(kim)).unwrap().unwrap().draft();
        draft.properties.insert("Enabled".into(), false.into());
        t.store
            .write(|w| {
                w.update(draft)?;
                w.insert(Draft::new("CsUser", "", "Pat"))
            })
            .unwrap();
        let found = t.store.compare_checkpoint("before").unwrap();
        assert_eq!(
            found.iter().map(|d| (d.name.as_str(), d.property.as_str())).collect::<Vec<_>>(),
            [("Kim", "Enabled"), ("Pat", "")]
        );
        assert_eq!(t.store.checkpoints(), ["before"]);
        t.store.restore_checkpoint("before").unwrap();
        assert_eq!(t.store.read(|r| r.count("CsUser")).unwrap(), 1);
        assert!(matches!(t.store.restore_checkpoint("nope"), Err(StoreError::NoCheckpoint(_))));
        assert!(matches!(t.store.checkpoint("../x"), Err(StoreError::CheckpointName(_))));
    }
}
