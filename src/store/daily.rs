//! Backups that nobody asked for: one a day, the last seven kept.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::NaiveDate;

use crate::{FILE, StoreError, connect, make_private, make_private_file};

/// Folder of the daily backups in the home.
const FOLDER: &str = "backups";
/// How many are kept: a week's.
const KEPT: usize = 7;
/// How often a process that lives on looks whether a new day has begun.
const EVERY: Duration = Duration::from_secs(3600);

/// Makes the day's backup of the store in `home` unless it is there or there is no store; its path when it was made. Others
/// go on writing meanwhile: the copy is of one moment.
pub fn back_up_daily(home: &Path, today: NaiveDate) -> Result<Option<PathBuf>, StoreError> {
    let (store, folder) = (home.join(FILE), home.join(FOLDER));
    let path = folder.join(name_of(today));
    if path.exists() || !store.exists() {
        return Ok(None);
    }
    let failed = |source| StoreError::File { path: path.clone(), source };
    make_private(&folder).map_err(failed)?;
    // Two processes may do it at once: each has a draft of its own, the later one stays.
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let _ = fs::remove_file(&draft);
    make_private_file(&draft);
    let connection = connect(&store)?;
    let copied = connection.execute("VACUUM INTO ?1", [draft.to_string_lossy()]);
    if let Err(error) = copied {
        let _ = fs::remove_file(&draft);
        return Err(error.into());
    }
    fs::rename(&draft, &path).map_err(failed)?;
    remove_old(&folder, today);
    Ok(Some(path))
}

/// A backup's file name, which sorts by its day.
fn name_of(day: NaiveDate) -> String {
    format!("organization-{day}.db")
}

/// Leaves the newest backups and no drafts of processes that were killed. A backup of a day to come was made while the clock
/// was wrong: it goes first, so that it never keeps the place of a true one.
fn remove_old(folder: &Path, today: NaiveDate) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let (mut backups, drafts): (Vec<PathBuf>, Vec<PathBuf>) =
        entries.flatten().map(|entry| entry.path()).partition(|path| path.extension().is_some_and(|e| e == "db"));
    let last = name_of(today);
    backups.sort_by_key(|path| (path.file_name().is_some_and(|name| *name.to_string_lossy() <= *last), path.clone()));
    let old = backups.len().saturating_sub(KEPT);
    let abandoned = drafts.into_iter().filter(|path| is_older_than_a_day(path));
    for path in backups.drain(..old).chain(abandoned) {
        // What stays is tried again tomorrow.
        let _ = fs::remove_file(path);
    }
}

fn is_older_than_a_day(path: &Path) -> bool {
    let age = fs::metadata(path).and_then(|m| m.modified()).ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(24 * 3600))
}

/// Makes the backup of each day on a thread of its own for as long as the process lives; what fails is handed to `report`.
pub fn keep_daily_backups(home: &Path, report: impl Fn(&StoreError) + Send + 'static) {
    let home = home.to_owned();
    let work = move || {
        loop {
            if let Err(error) = back_up_daily(&home, chrono::Local::now().date_naive()) {
                report(&error);
            }
            std::thread::sleep(EVERY);
        }
    };
    // Without the thread there is no backup today; the next start tries again.
    let _ = std::thread::Builder::new().name("daily-backup".into()).spawn(work);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draft;
    use crate::testing::Temporary;

    #[test]
    fn one_a_day_and_the_last_seven_stay() {
        let t = Temporary::new("daily");
        let plan = t.store.write(|w| w.insert(Draft::new("UMDialPlan", "", "A"))).unwrap();
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
        let first = back_up_daily(&t.folder, day(1)).unwrap().unwrap();
        assert_eq!(back_up_daily(&t.folder, day(1)).unwrap(), None);
        for n in 2..=8 {
            back_up_daily(&t.folder, day(n)).unwrap().unwrap();
        }
        assert!(!first.exists());
        assert_eq!(fs::read_dir(t.folder.join(FOLDER)).unwrap().count(), KEPT);
        t.store.write(|w| w.remove(plan)).unwrap();
        t.store.restore(&t.folder.join(FOLDER).join("organization-2026-11-05.db")).unwrap();
        assert_eq!(t.store.read(|r| r.count("UMDialPlan")).unwrap(), 1);
    }

    #[test]
    fn days_of_a_clock_that_was_ahead_give_way() {
        let t = Temporary::new("daily-ahead");
        t.store.write(|w| w.insert(Draft::new("UMDialPlan", "", "A"))).unwrap();
        let day = |year: i32, n: u32| NaiveDate::from_ymd_opt(year, 11, n).unwrap();
        for n in 1..=7 {
            back_up_daily(&t.folder, day(2037, n)).unwrap().unwrap();
        }
        for n in 1..=7 {
            assert!(back_up_daily(&t.folder, day(2026, n)).unwrap().unwrap().exists());
        }
        let mut left: Vec<_> = fs::read_dir(t.folder.join(FOLDER)).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, (1..=7).map(|n| name_of(day(2026, n)).into()).collect::<Vec<std::ffi::OsString>>());
    }

    #[test]
    fn no_store_no_backup() {
        let folder = std::env::temp_dir().join(format!("dialtone-no-store-{}", std::process::id()));
        assert_eq!(back_up_daily(&folder, NaiveDate::MIN).unwrap(), None);
        assert!(!folder.exists());
    }
}
