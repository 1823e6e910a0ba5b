//! Commands that bring something up to date which the organization's one store always is: they check what they name.

use command::Result;

use crate::fault::Fault;
use crate::select::naming_value;
use crate::work::Work;

/// The commands, and the noun whose object their parameter names.
const COMMANDS: [(&str, &str); 19] = [
    ("Update-AddressList", "AddressList"),
    ("Update-GlobalAddressList", "GlobalAddressList"),
    ("Update-OfflineAddressBook", "OfflineAddressBook"),
    ("Update-EmailAddressPolicy", "EmailAddressPolicy"),
    ("Update-Recipient", "Recipient"),
    ("Update-CsAddressBook", "CsPool"),
    ("Update-CsUserDatabase", "CsPool"),
    ("Update-CsUserData", "CsUser"),
    ("Update-CsTenantMeetingUrl", ""),
    ("Sync-ADObject", "ADObject"),
    ("Sync-DnsServerZone", "DnsServerZone"),
    ("Restore-DnsServerPrimaryZone", "DnsServerPrimaryZone"),
    ("Restore-DnsServerSecondaryZone", "DnsServerSecondaryZone"),
    ("Sync-CsUserData", ""),
    ("Sync-CsOnlineApplicationInstance", "CsOnlineApplicationInstance"),
    ("Invoke-CsManagementStoreReplication", "CsComputer"),
    ("Invoke-CsBackupServiceSync", "CsPool"),
    ("Clear-DnsServerCache", ""),
    ("Invoke-CsStorageServiceFlush", "CsPool"),
];

/// Parameters that say what is meant, or how it is done.
const TAKEN: [&str; 12] = [
    "Identity",
    "Fqdn",
    "PoolFqdn",
    "ReplicaFqdn",
    "ObjectId",
    "Object",
    "Name",
    "FilesOnly",
    "Source",
    "Destination",
    "UpdateSecondaryAddressesOnly",
    "FixMissingAlias",
];

fn row(command: &str) -> Option<&'static str> {
    COMMANDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(command)).map(|(_, noun)| *noun)
}

/// Whether this carries out a command.
pub(crate) fn fits(command: &str) -> bool {
    row(command).is_some()
}

/// Whether it takes a parameter.
pub(crate) fn takes(command: &str, parameter: &str) -> bool {
    fits(command) && TAKEN.iter().any(|t| t.eq_ignore_ascii_case(parameter))
}

/// Checks that what is named exists; there is nothing left to do then.
pub(crate) fn run(work: &mut Work) -> Result<()> {
    let noun = row(work.command.name()).unwrap_or_default();
    let named = ["Identity", "Fqdn", "PoolFqdn", "ReplicaFqdn", "ObjectId", "Object", "Name"];
    let value = named.iter().filter_map(|n| work.bound.get(n)).find(|v| !v.is_null()).cloned();
    let value = value.or_else(|| naming_value(work));
    let Some(value) = value.filter(|_| !noun.is_empty()) else {
        work.should(work.command.noun())?;
        return Ok(());
    };
    let found = work.target(noun, &value).or_else(|fault: Fault| match noun {
        // A server stands for the pool that it is, and the other way round.
        "CsPool" => work.target("CsComputer", &value).map_err(|_| fault),
        "CsComputer" => work.target("CsPool", &value).map_err(|_| fault),
        _ => Err(fault),
    });
    match found {
        Ok(object) => work.should(&object.name).map(|_| ()),
        Err(fault) => work.fail(&fault),
    }
}
