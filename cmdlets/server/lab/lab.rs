//! Labs: listing them, beginning, checking, resetting and ending one.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::definition::{self, Definition, Source};
use super::progress::{BEFORE, Progress, START};
use super::run::{self, Outcome};

pub static NOUN: NounCode = NounCode {
    noun: "Lab",
    heeds: &["Name", "Path", "Task", "Rehearse", "Force", "Keep"],
    verbs: &[("Get", get), ("Start", start), ("Test", test), ("Reset", reset), ("Stop", stop)],
    ..NounCode::PLAIN
};

fn number(value: impl TryInto<i32>) -> Value {
    Value::I32(value.try_into().unwrap_or(i32::MAX))
}

/// The lab that `-Name` or `-Path` means.
fn wanted(work: &mut Work) -> Result<std::result::Result<Definition, Fault>> {
    if let Some(path) = work.bound.str("Path") {
        let folder = work.session.file_path(&path)?;
        return Ok(Definition::in_folder(&folder));
    }
    let name = work.bound.str("Name").map_or_else(String::new, |n| n.to_string());
    Ok(definition::named(&work.session.home(), &name))
}

fn get(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let found = match work.bound.has("Path") {
        true => wanted(work)?.map(|lab| vec![lab]),
        false => definition::all(&home),
    };
    let (labs, running) = match found.and_then(|labs| Ok((labs, Progress::read(&home)?))) {
        Ok(found) => found,
        Err(fault) => return work.fail(&fault),
    };
    let pattern = work.bound.str("Name").map(|name| command::Wildcard::new(&name));
    let mut any = false;
    for lab in labs.iter().filter(|lab| pattern.as_ref().is_none_or(|p| p.matches(&lab.name))) {
        any = true;
        let here = running.as_ref().filter(|r| r.lab == lab.name);
        let state = here.map_or_else(String::new, |progress| {
            let done = lab.tasks.iter().filter(|t| progress.is_done(t.number)).count();
            format!("{done} of {} done", lab.tasks.len())
        });
        let folder = match &lab.source {
            Source::Shipped => Value::Null,
            Source::Folder(folder) => Value::from(folder.display().to_string()),
        };
        work.session.write(Object::typed(
            "Dialtone.Lab",
            [
                ("Number", if lab.number == u32::MAX { Value::Null } else { number(lab.number) }),
                ("Name", Value::from(lab.name.as_str())),
                ("Title", Value::from(lab.title.as_str())),
                ("Level", Value::from(lab.level.as_str())),
                ("Minutes", number(lab.minutes)),
                ("Tasks", number(lab.tasks.len())),
                ("State", Value::from(state)),
                ("About", Value::from(lab.about.as_str())),
                ("Path", folder),
            ],
        ))?;
    }
    match work.bound.str("Name") {
        Some(name) if !any && !name.contains(['*', '?', '[']) => {
            let text = format!("There is no lab \"{name}\". Get-Lab lists them.");
            work.fail(&Fault::argument("LabNotFound", text).at(&name))
        }
        _ => Ok(()),
    }
}

fn start(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let lab = match wanted(work)? {
        Ok(lab) => lab,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&lab.name)? {
        return Ok(());
    }
    match Progress::read(&home) {
        Ok(Some(running)) => {
            let text = format!("The lab {} is going on. End it and begin {}?", running.lab, lab.name);
            if !work.bound.switch("Force") && !work.session.should_continue(&text, "Start-Lab")? {
                return Ok(());
            }
            if let Err(fault) = run::put_back(work, BEFORE) {
                return work.fail(&fault);
            }
            Progress::remove(&home);
        }
        Ok(None) => {}
        Err(fault) => return work.fail(&fault),
    }
    if let Err(error) = work.directory.store.checkpoint(BEFORE) {
        return work.fail(&Fault::from(error));
    }
    if let Err(fault) = run::set_up(work, &lab)? {
        // What was there before comes back, so that a broken lab costs nothing.
        if let Err(second) = run::put_back(work, BEFORE) {
            work.fail(&second)?;
        }
        return work.fail(&fault);
    }
    let path = match &lab.source {
        Source::Folder(folder) if definition::named(&home, &lab.name).is_err() => Some(folder.clone()),
        _ => None,
    };
    let progress = Progress { lab: lab.name.clone(), path, started: run::now(work), ..Progress::default() };
    let kept = match work.directory.store.checkpoint(START) {
        Ok(_) => progress.write(&home),
        Err(error) => Err(Fault::from(error)),
    };
    if let Err(fault) = kept {
        return work.fail(&fault);
    }
    super::lab_task::emit(work, &progress, &lab, None)?;
    let host = work.session.host();
    if host.is_interactive() && host.is_terminal() {
        let text = "Get-LabTask 1 says what to do, Test-Lab checks it, Get-LabHint helps, Stop-Lab ends the lab.\n";
        host.write(text, None, None);
    }
    Ok(())
}

fn check_row(lab: &Definition, outcome: &Outcome) -> Value {
    Object::typed(
        "Dialtone.LabCheck",
        [
            ("Task", number(outcome.task)),
            ("Check", Value::from(outcome.text.as_str())),
            ("Passed", Value::Bool(outcome.is_passed)),
            ("Detail", Value::from(outcome.detail.as_str())),
            ("Lab", Value::from(lab.name.as_str())),
        ],
    )
}

fn test(work: &mut Work) -> Result<()> {
    if work.bound.switch("Rehearse") {
        return rehearse(work);
    }
    let home = work.session.home();
    let (mut progress, lab) = match Progress::running(&home) {
        Ok(running) => running,
        Err(fault) => return work.fail(&fault),
    };
    let only: Vec<u32> = work.bound.strings("Task").iter().filter_map(|t| t.parse().ok()).collect();
    if let Some(unknown) = only.iter().find(|n| !lab.tasks.iter().any(|t| t.number == **n)) {
        return work.fail(&super::lab_task::unknown(&lab, *unknown));
    }
    for task in lab.tasks.iter().filter(|t| only.is_empty() || only.contains(&t.number)) {
        let outcomes = match run::check(work, &lab, task.number)? {
            Ok(outcomes) => outcomes,
            Err(fault) => return work.fail(&fault),
        };
        let now = run::now(work);
        let state = progress.tasks.entry(task.number).or_default();
        state.attempts += 1;
        if state.done.is_none() && outcomes.iter().all(|o| o.is_passed) {
            state.done = Some(now);
        }
        for outcome in &outcomes {
            work.session.write(check_row(&lab, outcome))?;
        }
    }
    match progress.write(&home) {
        Ok(()) => Ok(()),
        Err(fault) => work.fail(&fault),
    }
}

/// Examines a lab: each check fails on the start state, and the solution passes them all.
fn rehearse(work: &mut Work) -> Result<()> {
    let lab = match wanted(work)? {
        Ok(lab) => lab,
        Err(fault) => return work.fail(&fault),
    };
    match Progress::read(&work.session.home()) {
        Ok(None) => {}
        Ok(Some(running)) => {
            let text = format!("The lab {} is going on. Stop-Lab ends it.", running.lab);
            return work.fail(&Fault::state("LabRunning", text).at(&running.lab));
        }
        Err(fault) => return work.fail(&fault),
    }
    if let Err(error) = work.directory.store.checkpoint(BEFORE) {
        return work.fail(&Fault::from(error));
    }
    let compared = compare(work, &lab);
    // However it went, what was there before comes back.
    if let Err(fault) = run::put_back(work, BEFORE) {
        work.fail(&fault)?;
    }
    let pairs = match compared? {
        Ok(pairs) => pairs,
        Err(fault) => return work.fail(&fault),
    };
    for (before, after) in pairs {
        let detail = match (before.is_passed, after.is_passed) {
            (true, _) => "passes on the start state".to_owned(),
            (false, false) => after.detail.clone(),
            (false, true) => String::new(),
        };
        work.session.write(Object::typed(
            "Dialtone.LabCheck",
            [
                ("Task", number(after.task)),
                ("Check", Value::from(after.text.as_str())),
                ("Passed", Value::Bool(!before.is_passed && after.is_passed)),
                ("Detail", Value::from(detail)),
                ("Lab", Value::from(lab.name.as_str())),
                ("FailsAtStart", Value::Bool(!before.is_passed)),
                ("PassesSolved", Value::Bool(after.is_passed)),
            ],
        ))?;
    }
    Ok(())
}

/// The checks' outcomes on the start state and after the solution.
fn compare(work: &mut Work, lab: &Definition) -> Result<std::result::Result<Vec<(Outcome, Outcome)>, Fault>> {
    if let Err(fault) = run::set_up(work, lab)? {
        return Ok(Err(fault));
    }
    let before = match run::check_all(work, lab)? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    if let Err(fault) = run::solve(work, lab)? {
        return Ok(Err(fault));
    }
    let after = match run::check_all(work, lab)? {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    if before.len() != after.len() {
        let text = format!(
            "The lab {} has {} checks on the start state and {} after the solution.",
            lab.name,
            before.len(),
            after.len()
        );
        return Ok(Err(Fault::state("LabChecksDiffer", text).at(&lab.name)));
    }
    Ok(Ok(before.into_iter().zip(after).collect()))
}

fn reset(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let (mut progress, lab) = match Progress::running(&home) {
        Ok(running) => running,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&lab.name)? {
        return Ok(());
    }
    progress.resets += 1;
    progress.tasks.values_mut().for_each(|task| task.done = None);
    match run::put_back(work, START).and_then(|()| progress.write(&home)) {
        Ok(()) => super::lab_task::emit(work, &progress, &lab, None),
        Err(fault) => work.fail(&fault),
    }
}

fn stop(work: &mut Work) -> Result<()> {
    let home = work.session.home();
    let progress = match Progress::read(&home) {
        Ok(Some(progress)) => progress,
        Ok(None) => return work.fail(&Fault::state("NoLab", "No lab is going on.")),
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&progress.lab)? {
        return Ok(());
    }
    if !work.bound.switch("Keep")
        && let Err(fault) = run::put_back(work, BEFORE)
    {
        return work.fail(&fault);
    }
    Progress::remove(&home);
    let (domain, is_kept) = (work.facts().domain, work.bound.switch("Keep"));
    let host = work.session.host();
    if host.is_interactive() && host.is_terminal() {
        let text = match is_kept {
            true => format!("The lab {} has ended. Its organization, {domain}, is kept as yours.\n", progress.lab),
            false => {
                format!("The lab {} has ended. Your organization is again {domain}, as before it.\n", progress.lab)
            }
        };
        host.write(&text, None, None);
    }
    Ok(())
}
