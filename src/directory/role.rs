//! Who may do what: role groups, roles and the commands they permit. Off until the organisation turns it on.

use command::Session;
use serde_json::Value as Json;
use store::{Reader, StoreError};

use crate::fault::Fault;
use crate::filter::like;
use crate::organization::ORGANIZATION;
use crate::session::Directory;
use crate::work::Work;

/// Built-in roles of Exchange and the commands of each, as patterns.
pub const ROLES: [(&str, &[&str]); 22] = [
    ("Active Directory Permissions", &["*-ADPermission"]),
    ("Audit Logs", &["Search-AdminAuditLog", "*-AdminAuditLogConfig", "New-AdminAuditLogSearch"]),
    ("Database Copies", &["*-MailboxDatabaseCopy*"]),
    ("Databases", &["*-MailboxDatabase", "Get-MailboxServer", "*-PublicFolderDatabase"]),
    ("Distribution Groups", &["*-DistributionGroup*", "*-DynamicDistributionGroup*"]),
    ("Exchange Server Certificates", &["*-ExchangeCertificate"]),
    (
        "Exchange Servers",
        &["*-ExchangeServer", "*-MailboxServer", "*-ClientAccess*", "*-ServerComponentState", "Get-ServerHealth"],
    ),
    ("Exchange Virtual Directories", &["*-*VirtualDirectory"]),
    (
        "Mail Recipient Creation",
        &[
            "New-Mailbox",
            "Remove-Mailbox",
            "New-MailUser",
            "Remove-MailUser",
            "New-MailContact",
            "Remove-MailContact",
            "New-RemoteMailbox",
        ],
    ),
    (
        "Mail Recipients",
        &[
            "Get-Mailbox*",
            "Set-Mailbox*",
            "Enable-Mailbox",
            "Disable-Mailbox",
            "*-MailboxPermission",
            "*-CASMailbox",
            "*-User",
            "*-Contact",
            "*-MailUser",
            "*-MailContact",
            "Get-Recipient*",
        ],
    ),
    ("Move Mailboxes", &["*-MoveRequest*", "*-MigrationBatch*"]),
    ("Organization Configuration", &["*-OrganizationConfig", "*-PartnerApplication", "*-AuthConfig", "*-AuthServer"]),
    ("Organization Transport Settings", &["*-TransportConfig", "*-TransportService"]),
    ("Receive Connectors", &["*-ReceiveConnector"]),
    ("Role Management", &["*-ManagementRole*", "*-RoleGroup*", "*-RoleAssignmentPolicy", "*-ManagementScope"]),
    ("Send Connectors", &["*-SendConnector"]),
    (
        "UM Mailboxes",
        &["*-UMMailbox", "*-UMMailboxPIN", "Get-UMMailboxPolicy", "*-UMCallAnsweringRule", "Get-UMMailboxMessage"],
    ),
    ("UM Prompts", &["*-UMPrompt"]),
    (
        "Unified Messaging",
        &[
            "*-UMDialPlan",
            "*-UMIPGateway",
            "*-UMHuntGroup",
            "*-UMAutoAttendant",
            "*-UMMailboxPolicy",
            "*-UMService",
            "*-UMServer",
            "*-UMCallRouterSettings",
            "Get-UMActiveCalls",
            "Get-UMCall*",
            "Test-UMConnectivity",
        ],
    ),
    (
        "User Options",
        &["Get-Mailbox*", "Set-MailboxAutoReplyConfiguration", "Get-UMMailbox", "Set-UMMailbox", "Set-UMMailboxPIN"],
    ),
    ("View-Only Configuration", &["Get-*", "Test-*"]),
    ("View-Only Recipients", &["Get-*Mailbox*", "Get-*Recipient*", "Get-User", "Get-*Group*", "Get-UM*"]),
];

/// Built-in role groups of Exchange and their roles.
pub const GROUPS: [(&str, &[&str]); 8] = [
    ("Organization Management", &["*"]),
    ("View-Only Organization Management", &["View-Only Configuration", "View-Only Recipients"]),
    ("Recipient Management", &["Distribution Groups", "Mail Recipient Creation", "Mail Recipients", "Move Mailboxes"]),
    ("UM Management", &["UM Mailboxes", "UM Prompts", "Unified Messaging"]),
    ("Help Desk", &["User Options", "View-Only Recipients"]),
    (
        "Server Management",
        &[
            "Database Copies",
            "Databases",
            "Exchange Server Certificates",
            "Exchange Servers",
            "Exchange Virtual Directories",
            "Receive Connectors",
            "Send Connectors",
        ],
    ),
    ("Records Management", &["Audit Logs", "View-Only Recipients"]),
    ("Discovery Management", &["View-Only Recipients"]),
];

/// Built-in roles of Skype for Business: groups of the directory, and the commands of each.
pub const CS_ROLES: [(&str, &[&str]); 8] = [
    ("CsAdministrator", &["*-Cs*", "Invoke-OcsUmUtil"]),
    (
        "CsVoiceAdministrator",
        &[
            "*-CsVoice*",
            "*-CsDialPlan",
            "*-CsTrunk*",
            "*-CsPstn*",
            "*-CsOutbound*",
            "*-CsRouting*",
            "*-CsCallPark*",
            "*-CsAnnouncement",
            "*-CsUnassignedNumber",
            "*-CsExUm*",
            "*-CsHostedVoicemail*",
            "Invoke-OcsUmUtil",
            "Get-Cs*",
            "Test-CsVoice*",
        ],
    ),
    (
        "CsUserAdministrator",
        &["Enable-CsUser", "Disable-CsUser", "Set-CsUser", "Move-CsUser", "Grant-Cs*", "*-CsClientPin*", "Get-Cs*"],
    ),
    ("CsServerAdministrator", &["*-CsWindowsService", "*-CsCertificate", "*-CsService", "Get-Cs*", "Test-Cs*"]),
    ("CsViewOnlyAdministrator", &["Get-Cs*"]),
    ("CsHelpDesk", &["Get-Cs*", "Test-Cs*", "*-CsClientPin"]),
    ("CsArchivingAdministrator", &["*-CsArchiving*", "Get-CsUser"]),
    ("CsResponseGroupAdministrator", &["*-CsRgs*"]),
];

/// Whether the organisation checks roles.
pub fn is_on(reader: &Reader) -> Result<bool, StoreError> {
    Ok(reader.all(ORGANIZATION)?.first().is_some_and(|o| o.flag("RoleBasedAccess") == Some(true)))
}

/// Patterns of the commands that a role permits: built in, or of a role that was made.
pub fn commands_of(reader: &Reader, role: &str) -> Result<Vec<String>, StoreError> {
    if let Some((_, patterns)) = ROLES.iter().chain(&CS_ROLES).find(|(name, _)| name.eq_ignore_ascii_case(role)) {
        return Ok(patterns.iter().map(|p| (*p).to_owned()).collect());
    }
    if role == "*" {
        return Ok(vec!["*".to_owned()]);
    }
    for (noun, property) in [("ManagementRole", "EnabledCmdlets"), ("CsAdminRole", "Cmdlets")] {
        if let Some(made) = reader.named(noun, role)?.first() {
            let own: Vec<String> = made.texts(property).iter().map(|t| (*t).to_owned()).collect();
            let parent = made.text("Parent").or_else(|| made.text("Template")).unwrap_or_default().to_owned();
            return if own.is_empty() && !parent.is_empty() { commands_of(reader, &parent) } else { Ok(own) };
        }
    }
    Ok(Vec::new())
}

/// The roles of an account: through role groups, by direct assignment, through roles of Skype for Business.
pub fn roles_of(reader: &Reader, account: &str) -> Result<Vec<String>, StoreError> {
    let local = account.split('@').next().unwrap_or(account).rsplit('\\').next().unwrap_or(account);
    let mut names = vec![account.to_lowercase(), local.to_lowercase()];
    for property in ["UserPrincipalName", "SamAccountName", "Alias"] {
        for text in [account, local] {
            for user in reader.matching("User", property, &store::Match::Is(text.to_owned()))? {
                names.extend([user.name.to_lowercase(), user.id.to_string()]);
            }
        }
    }
    let is_me = |text: &str| names.contains(&text.rsplit(['/', '\\']).next().unwrap_or(text).to_lowercase());
    let mut roles = Vec::new();
    for group in reader.all("RoleGroup")? {
        if group.texts("Members").into_iter().any(is_me) {
            roles.extend(group.texts("Roles").into_iter().map(str::to_owned));
        }
    }
    for assignment in reader.all("ManagementRoleAssignment")? {
        let is_off =
            assignment.flag("Enabled") == Some(false) && assignment.get("Enabled").is_some_and(Json::is_boolean);
        if assignment.text("User").is_some_and(is_me) && !is_off {
            roles.extend(assignment.text("Role").map(str::to_owned));
        }
    }
    for role in reader.all("CsAdminRole")? {
        if role.texts("Members").into_iter().any(is_me) {
            roles.push(role.name.clone());
        }
    }
    roles.sort();
    roles.dedup();
    Ok(roles)
}

/// Refuses what the signed-in administrator may not do. The administrator at the console may do all.
pub(crate) fn refusal(work: &mut Work) -> Option<Fault> {
    let session: &mut dyn Session = &mut *work.session;
    let account = crate::sign_in::administrator(session)?;
    // Signing out, and the shell's own commands, are everybody's.
    let is_free = ["Connect", "Disconnect"].contains(&work.command.verb()) || work.command.module() == "Dialtone";
    if is_free { None } else { refuses(&work.directory, &account, work.command.name()) }
}

/// The refusal of a command that none of an account's roles has.
pub(crate) fn refuses(directory: &Directory, account: &str, name: &str) -> Option<Fault> {
    let local = account.split('@').next().unwrap_or(account);
    if ["admin", "administrator"].iter().any(|a| a.eq_ignore_ascii_case(local)) {
        return None;
    }
    let permitted = directory.store.read(|reader| {
        if !is_on(reader)? {
            return Ok(true);
        }
        for role in roles_of(reader, account)? {
            if commands_of(reader, &role)?.iter().any(|pattern| like(name, pattern)) {
                return Ok(true);
            }
        }
        Ok(false)
    });
    match permitted {
        Ok(true) => None,
        Ok(false) => {
            let text =
                format!("The account '{account}' isn't permitted to run {name}: none of its roles has the command.");
            Some(
                Fault::new(
                    "UnauthorizedAccessException",
                    "RoleNotAssigned",
                    command::ErrorCategory::PermissionDenied,
                    text,
                )
                .at(name),
            )
        }
        Err(error) => Some(Fault::from(error)),
    }
}
