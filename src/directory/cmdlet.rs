//! The cmdlet behind every command of a noun file.

use std::sync::Arc;

use catalogue::CommandRow;
use command::{Bound, Cmdlet, ErrorCategory, Result, Session};

use crate::code::VerbCode;
use crate::fault::Fault;
use crate::library::Library;
use crate::session::directory;
use crate::work::Work;
use crate::{get, grant, heed, new, refresh, remove, role, set, toggle};

/// One invocation of a noun's command.
pub struct NounCmdlet {
    library: Arc<Library>,
    row: CommandRow,
}

impl NounCmdlet {
    /// For a command of the catalogue.
    pub fn new(library: Arc<Library>, row: CommandRow) -> NounCmdlet {
        NounCmdlet { library, row }
    }
}

impl Cmdlet for NounCmdlet {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(noun) = self.row.noun_row() else { return Ok(()) };
        let open = directory(session, &self.library)?;
        let mut work = Work { session, bound, directory: open, command: self.row, noun };
        let run = match verb_of(&self.library, &self.row) {
            Ok(run) => run,
            Err(id) => {
                let fault = not_offered(&self.row, id);
                return work.fail(&fault);
            }
        };
        if let Some(fault) = role::refusal(&mut work).or_else(|| heed::refusal(&mut work)) {
            return work.fail(&fault);
        }
        let result = run(&mut work);
        match work.bound.str("Report").filter(|path| !path.is_empty() && result.is_ok()) {
            Some(path) => report(&mut work, &path),
            None => result,
        }
    }
}

/// What carries out a noun's command: the noun's own code or the generic form of the verb; the id of the refusal where
/// there is neither.
fn verb_of(library: &Library, row: &CommandRow) -> std::result::Result<VerbCode, &'static str> {
    if !row.refused_as().is_empty() {
        return Err(row.refused_as());
    }
    let own = row
        .noun_row()
        .and_then(|noun| library.code(noun.name()))
        .and_then(|code| code.verbs.iter().find(|(verb, _)| *verb == row.verb()));
    own.map(|(_, run)| *run).or_else(|| generic(library, row)).ok_or("CmdletNotOffered")
}

/// What becomes of what a noun's command does, in a sentence for its help.
pub(crate) fn standing(library: &Library, row: &CommandRow) -> Option<&'static str> {
    let noun = row.noun_row()?;
    if verb_of(library, row).is_err() {
        return Some("dialtone does not offer this command: it answers with the error CmdletNotOffered.");
    }
    match (noun.effect(), noun.family()) {
        ("runtime", _) => {
            Some("What is kept here drives the telephony service: changes take effect with the next call.")
        }
        ("checked", _) => {
            Some("What is kept here is checked by other commands; the telephony service does not use it.")
        }
        (_, "action") => None,
        _ => Some("What is kept here is recorded only: it can be read again, the telephony service does not use it."),
    }
}

/// The generic form of the command's verb, where the noun has one.
fn generic(library: &Library, row: &CommandRow) -> Option<VerbCode> {
    let noun = row.noun_row()?;
    let kept = is_kept(library, row);
    if refresh::fits(row.name()) {
        return Some(refresh::run);
    }
    Some(match row.verb() {
        "Get" if kept => get::run,
        "New" | "Add" | "Register" if kept && noun.family() != "action" => new::run,
        "Set" if kept => set::run,
        "Remove" | "Unregister" if kept => remove::run,
        "Grant" => grant::run,
        "Enable" | "Disable" if toggle::fits(&noun) => toggle::run,
        _ => return None,
    })
}

/// `-Report`: what was run, when and how it went, as a page.
fn report(work: &mut Work, path: &str) -> Result<()> {
    let path = work.session.file_path(path)?;
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut rows = String::new();
    for (name, value) in work.bound.iter() {
        let text = match crate::audit::hides(name, value) {
            true => crate::audit::VEIL.to_owned(),
            false => escape(&values::convert::to_display(value)),
        };
        rows.push_str(&format!("<tr><td>{name}</td><td>{text}</td></tr>\n"));
    }
    let page = format!(
        "<!DOCTYPE html>\n<html><head><title>{0}</title></head><body>\n<h1>{0}</h1>\n<table>\n{rows}</table>\n<p>Task status: Completed.</p>\n</body></html>\n",
        work.command.name()
    );
    match std::fs::write(&path, page) {
        Ok(()) => Ok(()),
        Err(error) => {
            let fault =
                Fault::state("ReportFile", format!("{}: {error}", path.display())).at(&path.display().to_string());
            work.fail(&fault)
        }
    }
}

/// Whether the noun's objects are kept by the generic verbs: some verb writes them.
fn is_kept(library: &Library, row: &CommandRow) -> bool {
    let Some(noun) = row.noun_row() else { return false };
    if noun.family() == "action" {
        return false;
    }
    let writes = |name: &str| {
        ["New", "Set", "Add", "Register", "Enable"]
            .iter()
            .any(|verb| library.command(&format!("{verb}-{name}")).is_some())
    };
    writes(noun.name())
        || noun.seeds().len() > 0
        || library.code(noun.name()).is_some()
        || library.nouns().any(|n| n.stored_as() == noun.stored_as() && n.name() != noun.name() && writes(n.name()))
}

fn not_offered(row: &CommandRow, id: &str) -> Fault {
    let text = format!(
        "{} is known, but dialtone does not offer it: what it works on does not exist in a simulated organization.",
        row.name()
    );
    Fault::new("NotSupportedException", id, ErrorCategory::NotImplemented, text).at(row.name())
}
