//! Get-Verb.

use command::{Bound, Cmdlet, Command, NativeObject, Result, Session, TypeRef, Value, Wildcard, class};
use values::{Layout, Str};

pub static COMMAND: Command = Command { name: "Get-Verb", create: || Box::new(GetVerb) };

/// The approved verbs: verb, alias prefix, group, description.
static VERBS: &str = include_str!("verbs.tsv");

struct GetVerb;

impl Cmdlet for GetVerb {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let verbs: Vec<Wildcard> = bound.strings("Verb").iter().map(|p| Wildcard::new(p)).collect();
        let groups = bound.strings("Group");
        let layout = Layout::new(["Verb", "AliasPrefix", "Group", "Description"].map(Str::from).to_vec());
        let ty = class("System.Management.Automation.VerbInfo", TypeRef::OBJECT);
        for line in VERBS.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [verb, _, group, _] = fields.as_slice() else { continue };
            if !verbs.is_empty() && !Wildcard::any(&verbs, verb) {
                continue;
            }
            if !groups.is_empty() && !groups.iter().any(|g| g.eq_ignore_ascii_case(group)) {
                continue;
            }
            let slots = fields.into_iter().map(Value::from).collect();
            session.write(NativeObject::new(ty, layout.clone(), slots).into_value())?;
        }
        Ok(())
    }
}
