//! The report of a lab: who did what when, with how much help, and what holds now.

use std::fmt::Write;

use command::{ErrorCategory, Result};
use directory::{Fault, NounCode, Work};
use serde_json::json;

use super::definition::Definition;
use super::progress::Progress;
use super::run::{self, Outcome};

pub static NOUN: NounCode =
    NounCode { noun: "LabReport", heeds: &["Path"], verbs: &[("Export", export)], ..NounCode::PLAIN };

struct Report<'a> {
    lab: &'a Definition,
    progress: &'a Progress,
    person: String,
    written: String,
    outcomes: Vec<Outcome>,
}

impl Report<'_> {
    fn of(&self, task: u32) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |o| o.task == task)
    }

    fn done(&self) -> usize {
        self.lab.tasks.iter().filter(|t| self.of(t.number).all(|o| o.is_passed)).count()
    }

    fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n", self.lab.title);
        let _ = writeln!(text, "* Lab: {}\n* By: {}", self.lab.name, self.person);
        let _ = writeln!(text, "* Begun: {}\n* Report: {}", self.progress.started, self.written);
        let _ = writeln!(text, "* Tasks done: {} of {}", self.done(), self.lab.tasks.len());
        let _ = writeln!(text, "* Set back to the start: {} times\n", self.progress.resets);
        for task in &self.lab.tasks {
            let state = self.progress.tasks.get(&task.number).cloned().unwrap_or_default();
            let _ = writeln!(text, "## Task {}: {}\n", task.number, task.title);
            let seen = if state.solution_seen { ", solution looked up" } else { "" };
            let first = state.done.map_or_else(String::new, |at| format!(", done {at}"));
            let _ = writeln!(text, "{} hints, checked {} times{seen}{first}\n", state.hints, state.attempts);
            for outcome in self.of(task.number) {
                let mark = if outcome.is_passed { 'x' } else { ' ' };
                let _ = writeln!(text, "- [{mark}] {}", outcome.text);
            }
            text.push('\n');
        }
        text
    }

    fn html(&self) -> String {
        let escape = |t: &str| t.replace('&', "&amp;").replace('<', "&lt;");
        let mut body = String::new();
        for line in self.markdown().lines() {
            let line = escape(line);
            let _ = if let Some(title) = line.strip_prefix("## ") {
                writeln!(body, "<h2>{title}</h2>")
            } else if let Some(title) = line.strip_prefix("# ") {
                writeln!(body, "<h1>{title}</h1>")
            } else if let Some(item) = line.strip_prefix("- [x] ") {
                writeln!(body, "<p>&#9745; {item}</p>")
            } else if let Some(item) = line.strip_prefix("- [ ] ") {
                writeln!(body, "<p>&#9744; {item}</p>")
            } else if line.is_empty() {
                Ok(())
            } else {
                writeln!(body, "<p>{}</p>", line.trim_start_matches("* "))
            };
        }
        let title = escape(&self.lab.title);
        format!(
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\n{body}</body></html>\n"
        )
    }

    fn json(&self) -> String {
        let tasks: Vec<_> = self
            .lab
            .tasks
            .iter()
            .map(|task| {
                let state = self.progress.tasks.get(&task.number).cloned().unwrap_or_default();
                let checks: Vec<_> =
                    self.of(task.number).map(|o| json!({ "check": o.text, "passed": o.is_passed })).collect();
                json!({
                    "task": task.number, "title": task.title, "done": state.done, "attempts": state.attempts,
                    "hints": state.hints, "solutionSeen": state.solution_seen, "checks": checks,
                })
            })
            .collect();
        let report = json!({
            "lab": self.lab.name, "title": self.lab.title, "by": self.person, "begun": self.progress.started,
            "written": self.written, "resets": self.progress.resets, "done": self.done(), "tasks": tasks,
        });
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    }
}

fn export(work: &mut Work) -> Result<()> {
    let path = work.bound.str("Path").unwrap_or_else(|| command::Str::from(""));
    let file = work.session.file_path(&path)?;
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !matches!(ending.as_str(), "md" | "html" | "htm" | "json") {
        let text = format!("The file \"{path}\" must end in .md, .html or .json.");
        return work.fail(&Fault::argument("FileTypeUnknown", text).at(&path));
    }
    let (progress, lab) = match Progress::running(&work.session.home()) {
        Ok(running) => running,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&file.display().to_string())? {
        return Ok(());
    }
    let outcomes = match run::check_all(work, &lab)? {
        Ok(outcomes) => outcomes,
        Err(fault) => return work.fail(&fault),
    };
    let person = work.session.environment("USER").unwrap_or_else(|| "unknown".to_owned());
    let report = Report { lab: &lab, progress: &progress, person, written: run::now(work), outcomes };
    let text = match ending.as_str() {
        "md" => report.markdown(),
        "json" => report.json(),
        _ => report.html(),
    };
    match std::fs::write(&file, text) {
        Ok(()) => Ok(()),
        Err(error) => work
            .fail(&Fault::new("IOException", "FileNotWritten", ErrorCategory::WriteError, error.to_string()).at(&path)),
    }
}
