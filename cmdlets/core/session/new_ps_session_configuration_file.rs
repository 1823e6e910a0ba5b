//! New-PSSessionConfigurationFile.

use command::{Bound, Cmdlet, Command, Result, Session};

use super::configuration_file::{DEFINITIONS, Kind, MODULES_TO_IMPORT, Member, VISIBLE, preset, write};

pub static COMMAND: Command =
    Command { name: "New-PSSessionConfigurationFile", create: || Box::new(NewPsSessionConfigurationFile) };

struct NewPsSessionConfigurationFile;

const KIND: Kind =
    Kind { extension: ".pssc", error: "InvalidPSSessionConfigurationFilePath", title: "PSSession Configuration file" };

/// Those that stand in every file come with `true`; the others with -Full, or when they were given.
const MEMBERS: &[(bool, Member)] = &[
    (true, ("SchemaVersion", "Version number of the schema used for this document", "'2.0.0.0'")),
    (true, ("GUID", "ID used to uniquely identify this document", "''")),
    (true, ("Author", "Author of this document", "''")),
    (true, ("Description", "Description of the functionality provided by these settings", "''")),
    (false, ("CompanyName", "Company associated with this document", "'Unknown'")),
    (false, ("Copyright", "Copyright statement for this document", "''")),
    (
        true,
        (
            "SessionType",
            "Session type defaults to apply for this session configuration. Can be 'RestrictedRemoteServer' (recommended), 'Empty', or 'Default'",
            "'Default'",
        ),
    ),
    (
        true,
        (
            "TranscriptDirectory",
            "Directory to place session transcripts for this session configuration",
            "'C:\\Transcripts\\'",
        ),
    ),
    (
        true,
        (
            "RunAsVirtualAccount",
            "Whether to run this session configuration as the machine's (virtual) administrator account",
            "$true",
        ),
    ),
    (
        false,
        (
            "RunAsVirtualAccountGroups",
            "Groups associated with machine's (virtual) administrator account",
            "'Remote Desktop Users', 'Remote Management Users'",
        ),
    ),
    (false, ("MountUserDrive", "Creates a User PSDrive in the session for the connecting user", "$true")),
    (false, ("UserDriveMaximumSize", "Maximum size in bytes of the User PSDrive", "50000000")),
    (
        false,
        (
            "GroupManagedServiceAccount",
            "Group managed service account name under which the configuration will run",
            "'CONTOSO\\GroupManagedServiceAccount'",
        ),
    ),
    (
        true,
        (
            "ScriptsToProcess",
            "Scripts to run when applied to a session",
            "'C:\\ConfigData\\InitScript1.ps1', 'C:\\ConfigData\\InitScript2.ps1'",
        ),
    ),
    (
        true,
        (
            "RoleDefinitions",
            "User roles (security groups), and the role capabilities that should be applied to them when applied to a session",
            "@{ 'CONTOSO\\SqlAdmins' = @{ RoleCapabilities = 'SqlAdministration' }; 'CONTOSO\\SqlManaged' = @{ RoleCapabilityFiles = 'C:\\RoleCapability\\SqlManaged.psrc' }; 'CONTOSO\\ServerMonitors' = @{ VisibleCmdlets = 'Get-Process' } }",
        ),
    ),
    (
        false,
        (
            "RequiredGroups",
            "Groups of which the user must be a member to connect",
            "@{ And = @{ Or = 'CONTOSO\\SmartCard-Logon1', 'CONTOSO\\SmartCard-Logon2' }, 'Administrators' }",
        ),
    ),
    (
        false,
        (
            "LanguageMode",
            "Language mode to apply when applied to a session. Can be 'NoLanguage' (recommended), 'RestrictedLanguage', 'ConstrainedLanguage', or 'FullLanguage'",
            "'NoLanguage'",
        ),
    ),
    (false, ("ExecutionPolicy", "Execution policy to apply when applied to a session", "'Restricted'")),
    (false, ("PowerShellVersion", "Version of the PowerShell engine to use when applied to a session", "'5.1'")),
    (false, MODULES_TO_IMPORT),
];

impl Cmdlet for NewPsSessionConfigurationFile {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let is_full = bound.switch("Full");
        let tail = VISIBLE.iter().chain(DEFINITIONS).map(|m| (false, *m));
        let members: Vec<Member> = MEMBERS
            .iter()
            .copied()
            .chain(tail)
            .filter(|(always, m)| *always || is_full || bound.has(m.0))
            .map(|(_, m)| m)
            .collect();
        let mut preset = preset(session);
        preset.push(("SchemaVersion", "'2.0.0.0'".to_string()));
        preset.push(("SessionType", "'Default'".to_string()));
        if is_full {
            preset.push(("ExecutionPolicy", "'Restricted'".to_string()));
            preset.push(("LanguageMode", "'FullLanguage'".to_string()));
        }
        write(session, bound, &KIND, &members, &preset)
    }
}
