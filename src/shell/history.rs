//! The prompt's history: lines in a file that all shells share, without secrets.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use command::Invoke;
use command::line::LineSettings;
use engine::Runspace;
use reedline::{
    FileBackedHistory, History, HistoryItem, HistoryItemId, HistorySessionId, Reedline, SearchDirection, SearchFilter,
    SearchQuery, SqliteBackedHistory,
};
use values::{Value, convert};

/// A history in the file, or in memory where that can't be.
fn open_history(path: Option<&Path>) -> Box<dyn History> {
    if let Some(path) = path {
        // Only its owner reads it. Where it can't be made, opening it says so.
        let _ = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    }
    if let Some(path) = path
        && let Ok(history) =
            SqliteBackedHistory::with_file(path.to_path_buf(), Reedline::create_history_session_id(), None)
    {
        return Box::new(history);
    }
    Box::new(FileBackedHistory::default())
}

/// A history that keeps no secrets, nor what the person's own handler refuses.
pub struct Discreet {
    path: Option<PathBuf>,
    /// Opened when it is first looked at: the prompt does not wait for it.
    opened: RefCell<Option<Box<dyn History>>>,
    runspace: Arc<Mutex<Runspace>>,
    settings: LineSettings,
}

impl Discreet {
    /// Over a file, which is opened when it is first needed.
    pub fn new(path: Option<PathBuf>, runspace: Arc<Mutex<Runspace>>, settings: &LineSettings) -> Discreet {
        Discreet { path, opened: RefCell::default(), runspace, settings: settings.clone() }
    }

    /// Looks at the history.
    fn look<T>(&self, look: impl FnOnce(&dyn History) -> T) -> T {
        let mut opened = self.opened.borrow_mut();
        look(&**opened.get_or_insert_with(|| open_history(self.path.as_deref())))
    }

    /// The history, to be changed.
    fn opened(&mut self) -> &mut dyn History {
        &mut **self.opened.get_mut().get_or_insert_with(|| open_history(self.path.as_deref()))
    }

    /// What `-AddToHistoryHandler` says of a line.
    fn is_wanted(&self, line: &str) -> bool {
        if self.settings.add_to_history.is_null() {
            return true;
        }
        let Ok(mut runspace) = self.runspace.lock() else { return true };
        let how = Invoke { args: vec![Value::from(line)], ..Invoke::default() };
        match runspace.invoke_script(&self.settings.add_to_history, how) {
            Ok(output) => output.last().is_none_or(|answer| {
                !convert::to_display(answer).eq_ignore_ascii_case("SkipAdding") && convert::to_bool(answer)
            }),
            // A handler that fails hides nothing.
            Err(_) => true,
        }
    }

    /// Takes away what is there already, and the oldest line when there are too many.
    fn make_room(&mut self, line: &str) -> reedline::Result<()> {
        if self.settings.no_duplicates {
            let filter = SearchFilter::from_text_search(reedline::CommandLineSearch::Exact(line.to_string()), None);
            let query = SearchQuery { filter, ..SearchQuery::everything(SearchDirection::Forward, None) };
            for item in self.look(|h| h.search(query))? {
                if let Some(id) = item.id {
                    self.opened().delete(id)?;
                }
            }
        }
        let all = SearchQuery::everything(SearchDirection::Forward, None);
        if self.look(|h| h.count(all))? >= i64::from(self.settings.maximum_history) {
            let oldest = SearchQuery { limit: Some(1), ..SearchQuery::everything(SearchDirection::Forward, None) };
            for item in self.look(|h| h.search(oldest))? {
                if let Some(id) = item.id {
                    self.opened().delete(id)?;
                }
            }
        }
        Ok(())
    }
}

/// Words by which a line shows that it may hold a secret.
const SECRETS: &[&str] =
    &["password", "asplaintext", "token", "apikey", "secret", "connectionstring", "-pin ", "-pin:"];

fn is_secret(line: &str) -> bool {
    let folded = line.to_lowercase();
    SECRETS.iter().any(|word| folded.contains(word))
}

impl History for Discreet {
    fn save(&mut self, item: HistoryItem) -> reedline::Result<HistoryItem> {
        if is_secret(&item.command_line) || !self.is_wanted(&item.command_line) {
            return Ok(item);
        }
        // A file that cannot be tidied still takes the line.
        let _ = self.make_room(&item.command_line);
        self.opened().save(item)
    }

    fn load(&self, id: HistoryItemId) -> reedline::Result<HistoryItem> {
        self.look(|h| h.load(id))
    }

    fn count(&self, query: SearchQuery) -> reedline::Result<i64> {
        self.look(|h| h.count(query))
    }

    fn search(&self, query: SearchQuery) -> reedline::Result<Vec<HistoryItem>> {
        self.look(|h| h.search(query))
    }

    fn update(&mut self, id: HistoryItemId, updater: &dyn Fn(HistoryItem) -> HistoryItem) -> reedline::Result<()> {
        self.opened().update(id, updater)
    }

    fn clear(&mut self) -> reedline::Result<()> {
        self.opened().clear()
    }

    fn delete(&mut self, id: HistoryItemId) -> reedline::Result<()> {
        self.opened().delete(id)
    }

    fn sync(&mut self) -> std::io::Result<()> {
        self.opened().sync()
    }

    fn session(&self) -> Option<HistorySessionId> {
        self.look(|h| h.session())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_owner_reads_it() {
        let path = std::env::temp_dir().join(format!("dialtone-history-{}.db", std::process::id()));
        drop(open_history(Some(&path)));
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
        std::fs::remove_file(&path).unwrap();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn secrets_are_recognized() {
        assert!(is_secret("$p = ConvertTo-SecureString x -AsPlainText"));
        assert!(is_secret("Set-UMMailboxPin Ben -Pin:7135"));
        assert!(!is_secret("Get-UMDialPlan"));
    }
}
