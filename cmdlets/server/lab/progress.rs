//! How far the lab that is going on has come: a file `lab.json` in the home, so that every shell sees it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use directory::Fault;
use serde::{Deserialize, Serialize};

use super::definition::{self, Definition};

/// Checkpoint of the organization as it was before the lab.
pub(crate) const BEFORE: &str = "lab-before";
/// Checkpoint of the lab's start state.
pub(crate) const START: &str = "lab-start";

/// What is known of one task.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct TaskProgress {
    /// When all its checks passed for the first time.
    #[serde(default)]
    pub done: Option<String>,
    #[serde(default)]
    pub attempts: u32,
    #[serde(default)]
    pub hints: u32,
    #[serde(default)]
    pub solution_seen: bool,
}

/// The lab that is going on.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub lab: String,
    /// Folder of a lab that was started by path.
    #[serde(default)]
    pub path: Option<PathBuf>,
    pub started: String,
    #[serde(default)]
    pub resets: u32,
    #[serde(default)]
    pub tasks: BTreeMap<u32, TaskProgress>,
}

fn file(home: &Path) -> PathBuf {
    home.join("lab.json")
}

impl Progress {
    /// The lab that is going on, if one is.
    pub fn read(home: &Path) -> Result<Option<Progress>, Fault> {
        let path = file(home);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::state("LabState", format!("{}: {error}", path.display()))),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Fault::state("LabState", format!("{}: {error}", path.display())))
    }

    /// The lab that is going on with its definition; a refusal when none is.
    pub fn running(home: &Path) -> Result<(Progress, Definition), Fault> {
        let Some(progress) = Progress::read(home)? else {
            return Err(Fault::state("NoLab", "No lab is going on. Get-Lab lists them, Start-Lab begins one."));
        };
        let lab = match &progress.path {
            Some(folder) => Definition::in_folder(folder)?,
            None => definition::named(home, &progress.lab)?,
        };
        Ok((progress, lab))
    }

    /// Writes it down.
    pub fn write(&self, home: &Path) -> Result<(), Fault> {
        let path = file(home);
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        let draft = path.with_extension("new");
        std::fs::write(&draft, text)
            .and_then(|()| std::fs::rename(&draft, &path))
            .map_err(|error| Fault::state("LabState", format!("{}: {error}", path.display())))
    }

    /// Forgets it.
    pub fn remove(home: &Path) {
        let _ = std::fs::remove_file(file(home));
    }

    /// Whether a task is done.
    pub fn is_done(&self, task: u32) -> bool {
        self.tasks.get(&task).is_some_and(|t| t.done.is_some())
    }
}
