//! What a lab is: a folder with `lab.md` (text, tasks, hints), `start.ps1`, `check-N.ps1` for each task and `solution.ps1`.

use std::path::{Path, PathBuf};

use directory::Fault;

/// Every script and text that ships inside the program, by its path below `scripts`.
pub(crate) const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// Where a lab's files are.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Shipped,
    Folder(PathBuf),
}

/// A task: what is to be done, and what helps.
#[derive(Debug, Default)]
pub(crate) struct Task {
    pub number: u32,
    pub title: String,
    pub text: String,
    pub hints: Vec<String>,
}

/// A lab as its folder describes it.
#[derive(Debug)]
pub(crate) struct Definition {
    pub name: String,
    pub source: Source,
    pub number: u32,
    pub title: String,
    pub level: String,
    pub minutes: u32,
    pub about: String,
    pub tasks: Vec<Task>,
}

/// The lines of a paragraph in one, so that the terminal breaks them where it wants; lists, tables and code stay as they are.
fn paragraphs(text: &str) -> String {
    let stands_alone = |line: &str| line.is_empty() || line.starts_with(['|', '-', '*', '>', ' ', '#']);
    let mut out = String::new();
    let mut before = "";
    for line in text.lines() {
        if !out.is_empty() {
            out.push(if stands_alone(line) || stands_alone(before) { '\n' } else { ' ' });
        }
        out.push_str(line);
        before = line;
    }
    out
}

/// Reads `lab.md`: a title, lines `Name: value`, the introduction, then `## Task N: title` sections whose `### Hint` parts
/// are the hints.
fn parse(name: &str, source: Source, text: &str) -> Result<Definition, String> {
    let mut lab = Definition {
        name: name.to_owned(),
        source,
        number: u32::MAX,
        title: String::new(),
        level: String::new(),
        minutes: 0,
        about: String::new(),
        tasks: Vec::new(),
    };
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        if let Some(title) = line.strip_prefix("# ").filter(|_| lab.title.is_empty()) {
            title.trim().clone_into(&mut lab.title);
        } else if let Some(heading) = line.strip_prefix("## ") {
            let task = heading
                .strip_prefix("Task ")
                .and_then(|rest| rest.split_once(':'))
                .and_then(|(n, title)| Some((n.trim().parse::<u32>().ok()?, title.trim())));
            let Some((task, title)) = task else {
                return Err(format!("line {number}: a section is called \"## Task N: title\""));
            };
            if task as usize != lab.tasks.len() + 1 {
                return Err(format!("line {number}: task {} was expected", lab.tasks.len() + 1));
            }
            lab.tasks.push(Task { number: task, title: title.to_owned(), ..Task::default() });
        } else if line.starts_with("### ") {
            if !line.trim_end().eq_ignore_ascii_case("### hint") {
                return Err(format!("line {number}: a part of a task is called \"### Hint\""));
            }
            match lab.tasks.last_mut() {
                Some(task) => task.hints.push(String::new()),
                None => return Err(format!("line {number}: a hint belongs into a task")),
            }
        } else if let Some(task) = lab.tasks.last_mut() {
            let part = task.hints.last_mut().unwrap_or(&mut task.text);
            part.push_str(line);
            part.push('\n');
        } else if let Some((key, value)) = line.split_once(": ").filter(|_| lab.about.is_empty()) {
            let value = value.trim();
            let count = || value.parse::<u32>().map_err(|_| format!("line {number}: {key} is a whole number"));
            match key {
                "Number" => lab.number = count()?,
                "Minutes" => lab.minutes = count()?,
                "Level" => value.clone_into(&mut lab.level),
                _ => lab.about = format!("{line}\n"),
            }
        } else if !(line.trim().is_empty() && lab.about.is_empty()) {
            lab.about.push_str(line);
            lab.about.push('\n');
        }
    }
    if lab.title.is_empty() {
        return Err("the first line is the title: \"# Title\"".to_owned());
    }
    if lab.tasks.is_empty() {
        return Err("there is no task: \"## Task 1: title\"".to_owned());
    }
    let trim = |text: &mut String| *text = paragraphs(text.trim());
    trim(&mut lab.about);
    for task in &mut lab.tasks {
        trim(&mut task.text);
        task.hints.iter_mut().for_each(trim);
    }
    Ok(lab)
}

impl Definition {
    /// A file of the lab: its text, and the path that errors name.
    pub fn file(&self, name: &str) -> Option<(String, String)> {
        match &self.source {
            Source::Folder(folder) => {
                let path = folder.join(name);
                let text = std::fs::read_to_string(&path).ok()?;
                Some((text, path.display().to_string()))
            }
            Source::Shipped => {
                let path = format!("labs/{}/{name}", self.name);
                let (_, text) = SHIPPED.iter().find(|(known, _)| *known == path)?;
                Some(((*text).to_owned(), path))
            }
        }
    }

    /// The file, or a refusal that names it.
    pub fn required(&self, name: &str) -> Result<(String, String), Fault> {
        self.file(name).ok_or_else(|| {
            Fault::state("LabFileMissing", format!("The lab {} has no file {name}.", self.name)).at(&self.name)
        })
    }

    /// The part of the solution that belongs to a task: from its line `# Task N` to the next.
    pub fn solution_of(&self, task: u32) -> Option<String> {
        let (text, _) = self.file("solution.ps1")?;
        let begin = |line: &str| {
            line.strip_prefix("# Task ")
                .and_then(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<u32>().ok())
        };
        let lines: Vec<&str> =
            text.lines().skip_while(|l| begin(l) != Some(task)).skip(1).take_while(|l| begin(l).is_none()).collect();
        let part = lines.join("\n").trim().to_owned();
        (!part.is_empty()).then_some(part)
    }

    /// The lab in a folder.
    pub fn in_folder(folder: &Path) -> Result<Definition, Fault> {
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let path = folder.join("lab.md");
        let text = std::fs::read_to_string(&path)
            .map_err(|e| Fault::argument("LabUnreadable", format!("{}: {e}", path.display())).at(&name))?;
        parse(&name, Source::Folder(folder.to_owned()), &text)
            .map_err(|e| Fault::argument("LabInvalid", format!("{}: {e}", path.display())).at(&name))
    }
}

/// All labs: those in the home's folder `labs`, then those that ship and have no namesake there.
pub(crate) fn all(home: &Path) -> Result<Vec<Definition>, Fault> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(home.join("labs")).into_iter().flatten().flatten() {
        if entry.path().join("lab.md").is_file() {
            found.push(Definition::in_folder(&entry.path())?);
        }
    }
    for (path, text) in SHIPPED {
        let Some(name) = path.strip_prefix("labs/").and_then(|rest| rest.strip_suffix("/lab.md")) else { continue };
        if found.iter().any(|lab| lab.name.eq_ignore_ascii_case(name)) {
            continue;
        }
        let lab = parse(name, Source::Shipped, text)
            .map_err(|e| Fault::state("LabInvalid", format!("{path}: {e}")).at(name))?;
        found.push(lab);
    }
    found.sort_by(|a, b| (a.number, &a.name).cmp(&(b.number, &b.name)));
    Ok(found)
}

/// The lab of a name.
pub(crate) fn named(home: &Path, name: &str) -> Result<Definition, Fault> {
    all(home)?.into_iter().find(|lab| lab.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
        Fault::argument("LabNotFound", format!("There is no lab \"{name}\". Get-Lab lists them.")).at(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lab_is_read() {
        let text = "# Routes\nNumber: 8\nLevel: Advanced\nMinutes: 30\n\nWhat it is about.\n\n## Task 1: First\n\nDo it.\n\n### Hint\n\nLook.\n\n### Hint\n\nCloser.\n\n## Task 2: Second\nMore.\n";
        let lab = parse("x", Source::Shipped, text).unwrap();
        assert_eq!((lab.title.as_str(), lab.number, lab.minutes), ("Routes", 8, 30));
        assert_eq!(lab.about, "What it is about.");
        assert_eq!(lab.tasks.len(), 2);
        assert_eq!(lab.tasks[0].hints, ["Look.", "Closer."]);
        assert_eq!((lab.tasks[1].text.as_str(), lab.tasks[1].hints.len()), ("More.", 0));
    }

    #[test]
    fn paragraphs_are_lines() {
        assert_eq!(paragraphs("a\nb\n\n| x |\n| y |\nc"), "a b\n\n| x |\n| y |\nc");
    }

    #[test]
    fn faults_name_their_line() {
        for (text, expected) in [
            ("## Task 1: x\n", "the first line is the title"),
            ("# T\n", "there is no task"),
            ("# T\n## Task 2: x\n", "line 2: task 1 was expected"),
            ("# T\n## Tasks\n", "line 2: a section is called"),
            ("# T\nMinutes: many\n", "line 2: Minutes is a whole number"),
            ("# T\n### Hint\n", "line 2: a hint belongs into a task"),
        ] {
            let error = parse("x", Source::Shipped, text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn shipped_labs_are_whole() {
        let labs = all(Path::new("/nonexistent")).unwrap();
        assert!(labs.len() > 12, "{} labs", labs.len());
        for lab in labs {
            for name in ["start.ps1", "solution.ps1"] {
                assert!(lab.file(name).is_some(), "{} has no {name}", lab.name);
            }
            for task in &lab.tasks {
                assert!(lab.file(&format!("check-{}.ps1", task.number)).is_some(), "{} {}", lab.name, task.number);
                assert!(lab.solution_of(task.number).is_some(), "{}: no solution of task {}", lab.name, task.number);
                assert!(!task.hints.is_empty(), "{}: no hint for task {}", lab.name, task.number);
            }
        }
    }
}
