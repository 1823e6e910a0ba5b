//! One call of a noun's command: the session, what was bound, the organisation, and the steps that verbs share.

use std::sync::Arc;

use catalogue::{CommandRow, NounRow};
use command::{Bound, Result, Session, Value};
use store::{Object, Writer};

use crate::audit;
use crate::draft::Change;
use crate::fault::Fault;
use crate::identity::{self, Resolved};
use crate::library::Library;
use crate::organization::Facts;
use crate::row::row;
use crate::session::Directory;

/// A call that is being worked on.
pub struct Work<'a> {
    pub session: &'a mut dyn Session,
    pub bound: &'a Bound,
    pub directory: Arc<Directory>,
    pub command: CommandRow,
    pub noun: NounRow,
}

/// The class that carries out an Exchange command: the second half of the ids of its refusals. Refusals of the binder carry
/// the command's name instead, as the shell's proxy functions give them. assumed: the namespaces, from published transcripts.
fn task_class(verb: &str, noun: &str) -> String {
    const RECIPIENTS: [&str; 9] = [
        "Mailbox",
        "User",
        "Contact",
        "Recipient",
        "DistributionGroup",
        "Group",
        "CASMailbox",
        "MailUser",
        "MailContact",
    ];
    let area = match noun {
        _ if noun.starts_with("UM") => "Tasks.UM",
        _ if RECIPIENTS.iter().any(|r| noun.starts_with(r)) => "RecipientTasks",
        _ => "SystemConfigurationTasks",
    };
    format!("Microsoft.Exchange.Management.{area}.{verb}{noun}")
}

impl Work<'_> {
    /// The organisation's names.
    pub fn facts(&self) -> Facts {
        self.directory.facts()
    }

    /// The catalogue and the nouns' code.
    pub fn library(&self) -> &Library {
        &self.directory.library
    }

    /// Reports a refusal as a non-terminating error.
    pub fn fail(&mut self, fault: &Fault) -> Result<()> {
        self.audit_refusal(fault);
        let record = fault.record();
        if fault.is_exchange {
            record.data.lock().command = Some(task_class(self.command.verb(), self.command.noun()).into());
        }
        self.session.write_error(record)
    }

    /// Writes rows that were worked out, or reports why they could not be.
    pub fn answer(&mut self, rows: std::result::Result<Vec<Value>, Fault>) -> Result<()> {
        match rows {
            Ok(rows) => rows.into_iter().try_for_each(|row| self.session.write(row)),
            Err(fault) => self.fail(&fault),
        }
    }

    /// Notes in the log that a change was refused. What only reads is not logged.
    fn audit_refusal(&mut self, fault: &Fault) {
        if audit::READING.contains(&self.command.verb()) || self.bound.switch("WhatIf") {
            return;
        }
        let entry = self.audit_entry();
        audit::refused(&self.directory.store, entry, &fault.target, fault);
    }

    /// The noun's row of another noun.
    pub fn other(&self, noun: &str) -> std::result::Result<NounRow, Fault> {
        self.directory
            .library
            .noun(noun)
            .ok_or_else(|| Fault::state("NounUnknown", format!("The noun {noun} is not known.")))
    }

    /// The one object of a noun that a value names.
    pub fn target(&self, noun: &str, value: &Value) -> std::result::Result<Object, Fault> {
        let row = self.other(noun)?;
        let facts = self.facts();
        let named = Resolved::of(value);
        self.directory
            .store
            .read(|reader| Ok(identity::resolve(reader, &self.directory.library, &facts, &row, &named)))?
    }

    /// All objects of a noun.
    pub fn all(&self, noun: &str) -> std::result::Result<Vec<Object>, Fault> {
        Ok(self.directory.store.read(|reader| reader.all(noun))?)
    }

    /// Asks as -WhatIf and -Confirm want.
    pub fn should(&mut self, target: &str) -> Result<bool> {
        self.session.should_process(target, self.command.name())
    }

    /// Runs a transaction; a refusal is reported and gives `None`. Warnings are printed after it.
    pub fn write<T>(
        &mut self,
        change: impl FnOnce(&mut Writer, &mut Vec<String>) -> std::result::Result<T, Fault>,
    ) -> Result<Option<T>> {
        let mut warnings = Vec::new();
        let entry = self.audit_entry();
        let result = audit::write(&self.directory.store, &entry, |writer| change(writer, &mut warnings));
        match result {
            Ok(value) => {
                for warning in warnings {
                    self.session.write_warning(&warning)?;
                }
                Ok(Some(value))
            }
            Err(fault) => {
                self.fail(&fault)?;
                Ok(None)
            }
        }
    }

    /// What the log says of this call.
    fn audit_entry(&mut self) -> store::AuditEntry {
        let caller = crate::sign_in::administrator(self.session);
        let parameters: serde_json::Map<String, serde_json::Value> =
            self.bound.iter().map(|(name, value)| (name.to_string(), audit::shown(name, value))).collect();
        audit::entry(&self.facts(), caller, self.command.name(), parameters)
    }

    /// Writes a new object of a noun, or a new state of an old one, in a transaction of its own.
    pub fn save(
        &mut self,
        noun: NounRow,
        old: Option<&Object>,
        name: &str,
        container: &str,
        properties: serde_json::Map<String, serde_json::Value>,
    ) -> Result<Option<store::ObjectId>> {
        let (facts, directory, bound) = (self.facts(), self.directory.clone(), self.bound);
        let change = Change {
            library: &directory.library,
            facts: &facts,
            noun,
            bound,
            old,
            name: name.to_owned(),
            container: container.to_owned(),
            properties,
        };
        self.write(|writer, warnings| change.write(writer, warnings))
    }

    /// Writes an object of the command's noun to the pipeline.
    pub fn emit(&mut self, object: &Object) -> Result<()> {
        self.emit_as(self.noun, object)
    }

    /// Writes an object as a noun shows it.
    pub fn emit_as(&mut self, noun: NounRow, object: &Object) -> Result<()> {
        let facts = self.facts();
        let made = self.directory.store.read(|reader| row(reader, &self.directory.library, &facts, noun, object));
        match made {
            Ok(value) => self.session.write(value),
            Err(error) => self.fail(&Fault::from(error)),
        }
    }

    /// Writes the object with that id, as stored now.
    pub fn emit_id(&mut self, id: store::ObjectId) -> Result<()> {
        match self.directory.store.read(|reader| reader.get(id)) {
            Ok(Some(object)) => self.emit(&object),
            Ok(None) => Ok(()),
            Err(error) => self.fail(&Fault::from(error)),
        }
    }
}
