//! The cmdlet behind every command of a noun file.

use std::sync::Arc;

use catalogue::CommandRow;
use command::{Bound, Cmdlet, ErrorCategory, Result, Session};

use crate::fault::Fault;
use crate::library::Library;
use crate::session::directory;
use crate::work::Work;
use crate::{get, grant, new, remove, set, toggle};

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
        if !self.row.refused_as().is_empty() {
            let fault = not_offered(&self.row, self.row.refused_as());
            return work.fail(&fault);
        }
        let own = self
            .library
            .code(noun.name())
            .and_then(|code| code.verbs.iter().find(|(verb, _)| *verb == self.row.verb()));
        if let Some((_, verb)) = own {
            return verb(&mut work);
        }
        let kept = is_kept(&self.library, &self.row);
        match self.row.verb() {
            "Get" if kept => get::run(&mut work),
            "New" | "Add" | "Register" if kept && noun.family() != "action" => new::run(&mut work),
            "Set" if kept => set::run(&mut work),
            "Remove" | "Unregister" if kept => remove::run(&mut work),
            "Grant" => grant::run(&mut work),
            "Enable" | "Disable" if toggle::fits(&noun) => toggle::run(&mut work),
            _ => {
                let fault = not_offered(&self.row, "CmdletNotOffered");
                work.fail(&fault)
            }
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
