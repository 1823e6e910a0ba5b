//! New-PSRoleCapabilityFile.

use command::{Bound, Cmdlet, Command, Result, Session};

use super::configuration_file::{DEFINITIONS, Kind, MODULES_TO_IMPORT, Member, VISIBLE, preset, write};

pub static COMMAND: Command =
    Command { name: "New-PSRoleCapabilityFile", create: || Box::new(NewPsRoleCapabilityFile) };

struct NewPsRoleCapabilityFile;

const KIND: Kind = Kind { extension: ".psrc", error: "InvalidRoleCapabilityFilePath", title: "Role Capability file" };

const HEAD: &[Member] = &[
    ("GUID", "ID used to uniquely identify this document", "''"),
    ("Author", "Author of this document", "''"),
    ("Description", "Description of the functionality provided by these settings", "''"),
    ("CompanyName", "Company associated with this document", "'Unknown'"),
    ("Copyright", "Copyright statement for this document", "''"),
    MODULES_TO_IMPORT,
];

const SCRIPTS: Member = (
    "ScriptsToProcess",
    "Scripts to run when applied to a session",
    "'C:\\ConfigData\\InitScript1.ps1', 'C:\\ConfigData\\InitScript2.ps1'",
);

impl Cmdlet for NewPsRoleCapabilityFile {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let members: Vec<Member> =
            HEAD.iter().chain(VISIBLE).chain(std::iter::once(&SCRIPTS)).chain(DEFINITIONS).copied().collect();
        let preset = preset(session);
        write(session, bound, &KIND, &members, &preset)
    }
}
