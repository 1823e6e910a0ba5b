//! What becomes of each parameter: it does what it says, is stored, or the command refuses before anything is changed.
//!
//! Parameters that name a place (a domain controller, a computer, a tenant) are held against the organisation: there is
//! one directory, one tenant and one copy of the configuration, so naming them changes nothing, and naming another fails.

use catalogue::NounRow;
use command::{COMMON_PARAMETERS, Value};
use store::StoreError;
use values::convert::{to_bool, to_display};

use crate::code::NounCode;
use crate::fault::Fault;
use crate::library::Library;
use crate::work::Work;

/// Parameters whose effect is there by itself: prompting is the engine's, the store is read and written directly (so that
/// neither pages nor limits of time come into play), calls are not throttled, reports are written by whoever runs the
/// command, objects have the newest form.
const NATURAL: [&str; 16] = [
    "Report",
    "ResultPageSize",
    "ActiveDirectoryTimeout",
    "DatabaseCommandTimeoutInSeconds",
    "Force",
    "Confirm",
    "WhatIf",
    "IgnoreDefaultScope",
    "ReadFromDomainController",
    "LocalStore",
    "ThrottleLimit",
    "OverrideRecipientQuotas",
    "ForceUpgrade",
    "BypassDualWrite",
    "MsftInternalProcessingOnly",
    "AuthType",
];

/// The common parameters: the engine heeds them. Old scripts give UseTransaction as well.
fn is_common(name: &str) -> bool {
    COMMON_PARAMETERS.iter().map(|c| c.0).chain(["UseTransaction"]).any(|c| c.eq_ignore_ascii_case(name))
}

/// Parameters that name where or as whom the command works.
const PLACES: [&str; 17] = [
    "TargetServer",
    "EnumerationServer",
    "Partition",
    "ResourceContextPartition",
    "ResourceContextServer",
    "DomainController",
    "GlobalCatalog",
    "GlobalSettingsDomainController",
    "Tenant",
    "TenantId",
    "Organization",
    "CimSession",
    "AsJob",
    "ComputerName",
    "Credential",
    "PolicyStore",
    "GPOSession",
];

/// Whether a parameter is one that the generic verbs need not look at.
pub fn is_steering(name: &str) -> bool {
    is_common(name) || NATURAL.iter().chain(&PLACES).any(|s| s.eq_ignore_ascii_case(name))
}

/// Whether a parameter of a command steers it. A property of the noun is one even where it is called like a place: the
/// organisations that a hosted voice mail policy serves.
pub(crate) fn steers(noun: &NounRow, name: &str) -> bool {
    let is_property = ["Organization", "Partition"].iter().any(|n| n.eq_ignore_ascii_case(name));
    is_steering(name) && !(is_property && noun.property(name).is_some())
}

/// What the generic form of a verb takes besides properties.
fn taken_by(verb: &str) -> &'static [&'static str] {
    match verb {
        "Get" => &[
            "Identity",
            "Filter",
            "ResultSize",
            "SortBy",
            "Anr",
            "ApplicableTo",
            "SearchString",
            "Region",
            "Current",
            "IncludeSimulator",
            "Server",
            "Name",
            "OrganizationalUnit",
            "OU",
            "RecipientTypeDetails",
            "RecipientType",
            "LdapFilter",
            "LDAPFilter",
            "All",
            "InputObject",
            "First",
            "Skip",
            "IncludeTotalCount",
        ],
        "New" | "Add" | "Register" => &["Identity", "Parent", "InMemory", "Name", "PassThru", "Instance"],
        "Set" => &["Identity", "Instance", "InputObject", "PassThru", "Name", "Server"],
        "Remove" | "Unregister" => &[
            "Identity",
            "Instance",
            "InputObject",
            "Name",
            "UserPrincipalName",
            "ObjectId",
            "ZoneName",
            "DomainName",
            "PassThru",
            "All",
            "Server",
            "Filter",
        ],
        "Enable" | "Disable" => &["Identity", "Instance", "InputObject", "PassThru", "Immediate", "All", "Server"],
        "Grant" => &["Identity", "PolicyName", "PassThru", "Global", "Group", "Rank"],
        _ => &[],
    }
}

/// Why the command can't be run as it was called; `None` when every parameter has its effect.
pub(crate) fn refusal(work: &mut Work) -> Option<Fault> {
    let verb = work.command.verb();
    let code = work.directory.library.code(work.noun.name());
    let heeds: &[&str] = code.map_or(&[], |c| c.heeds);
    let is_own = code.is_some_and(|c| c.verbs.iter().any(|(v, _)| *v == verb));
    let is_generic = !is_own || heeds.contains(&"*");
    let bound = work.bound;
    for (name, value) in bound.iter() {
        let is = |n: &&str| n.eq_ignore_ascii_case(name);
        // A null or a switch that is off asks for nothing.
        if value.is_null() || is_common(name) || NATURAL.iter().any(&is) || heeds.iter().any(&is) {
            continue;
        }
        if let Some((_, reason)) = code.and_then(|c| c.moot.iter().find(|(n, _)| is(n))) {
            // A message that can't be shown is no reason to refuse.
            let _ = work.session.write_verbose(&format!("-{name} changes nothing: {reason}."));
            continue;
        }
        let is_server = name.eq_ignore_ascii_case("Server") && work.command.module() == "ActiveDirectory";
        if PLACES.iter().any(&is) || is_server {
            match place(work, name, value) {
                Ok(None) => continue,
                Ok(Some(fault)) => return Some(fault),
                Err(error) => return Some(Fault::from(error)),
            }
        }
        let is_taken = is_generic && (taken_by(verb).iter().any(&is) || work.noun.property(name).is_some());
        let of_directory = ["Properties", "SearchBase", "SearchScope", "ResultSetSize", "ResultPageSize", "Property"];
        let is_taken = is_taken
            || crate::refresh::takes(work.command.name(), name)
            || (is_generic
                && verb == "Get"
                && work.command.module() == "ActiveDirectory"
                && of_directory.iter().any(is))
            || is_stored(work.library(), &work.noun, verb)
            || (is_generic && is_kept_by_others(work, name))
            || (is_generic && crate::select::is_naming(work, name));
        if !is_taken && !matches!(value.base(), Value::Bool(false)) && !is_off(value) {
            return Some(Fault::unsupported(work.command.name(), name));
        }
    }
    None
}

/// Whether a command keeps what is no property as it is given: nouns that are recorded and whose code, where they have some,
/// leaves the writing to the generic verbs.
pub(crate) fn is_stored(library: &Library, noun: &NounRow, verb: &str) -> bool {
    let leaves_it = |code: &NounCode| code.heeds.contains(&"*") && !code.verbs.iter().any(|(own, _)| *own == verb);
    ["New", "Add", "Register", "Set"].contains(&verb)
        && noun.effect() == "recorded"
        && noun.family() != "action"
        && library.code(noun.name()).is_none_or(leaves_it)
}

/// Whether a Get or Remove finds by a parameter that is no property: what New, Add or Set of the same noun keep as it is given.
pub(crate) fn is_kept_by_others(work: &Work, name: &str) -> bool {
    let (library, noun) = (work.library(), work.noun);
    ["Get", "Remove"].contains(&work.command.verb())
        && ["New", "Add", "Set"].iter().any(|verb| {
            let writes = library.command(&format!("{verb}-{}", noun.name()));
            is_stored(library, &noun, verb)
                && writes.is_some_and(|c| c.parameters().any(|p| p.name().eq_ignore_ascii_case(name)))
        })
}

fn is_off(value: &Value) -> bool {
    value.type_ref() == Some(command::TypeRef::SWITCH) && !to_bool(value)
}

/// Holds a place that was named against the organisation.
fn place(work: &mut Work, name: &str, value: &Value) -> Result<Option<Fault>, StoreError> {
    let facts = work.facts();
    let text = to_display(value);
    let is = |n: &str| name.eq_ignore_ascii_case(n);
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    let short = |host: &str| host.split(['.', ':']).next().unwrap_or_default().to_owned();
    if text.is_empty() || (is("Organization") && work.noun.property("Organization").is_some()) {
        return Ok(None);
    }
    let refuse = |exception: &'static str, id: &str, text: String, at: &str| {
        Ok(Some(Fault::new(exception, id, command::ErrorCategory::ResourceUnavailable, text).at(at)))
    };
    if is("Partition") || is("ResourceContextPartition") {
        let dn = facts.domain_dn();
        let known = [dn.clone(), format!("CN=Configuration,{dn}"), format!("CN=Schema,CN=Configuration,{dn}")];
        let names = ["*", "Default", "Configuration", "Schema"];
        // New and Set keep it with what they write.
        let is_kept = ["New", "Set"].contains(&work.command.verb()) && work.noun.property(name).is_some();
        let is_known = is_kept
            || work.command.module() != "ActiveDirectory"
            || known.iter().map(String::as_str).chain(names).any(|k| same(k, &text));
        return Ok((!is_known).then(|| Fault::no_directory_object(&dn, &text)));
    }
    let servers = ["DomainController", "GlobalCatalog", "GlobalSettingsDomainController", "Server", "TargetServer"];
    let elsewhere = ["ResourceContextServer", "EnumerationServer"];
    if servers.iter().chain(&elsewhere).any(|s| is(s)) {
        // A port may stand behind the name: the global catalogue's, or that of a directory service.
        let host = text.split(':').next().unwrap_or_default();
        let known = same(host, &facts.controller)
            || same(host, &short(&facts.controller))
            || same(host, &facts.domain)
            || same(host, &facts.flat)
            || same(host, "localhost")
            || knows(work, host)?;
        if known {
            return Ok(None);
        }
        let text = format!(
            "An Active Directory error 0x51 occurred when trying to check the suitability of server '{host}'. Error: 'Active directory response: The LDAP server is unavailable.'"
        );
        return refuse("SuitabilityDirectoryException", "DomainControllerNotFound", text, host);
    }
    if is("ComputerName") {
        for host in work.bound.strings(name) {
            if !same(&host, "localhost") && host.as_str() != "." && !knows(work, &host)? {
                let text = format!("The computer '{host}' can't be reached: it is no computer of the organization.");
                return refuse("RemoteException", "ComputerNotFound", text, &host);
            }
        }
        return Ok(None);
    }
    if is("Tenant") || is("TenantId") || is("Organization") {
        let tenant = work.directory.store.read(|reader| reader.all("CsTenant"))?;
        let owns = same(&text, &facts.organization)
            || same(&text, &facts.domain)
            || tenant.iter().any(|t| {
                same(&t.name, &text)
                    || same(&t.id.to_string(), &text)
                    || t.text("TenantId").is_some_and(|i| same(i, &text))
            });
        if owns {
            return Ok(None);
        }
        let text = format!("'{text}' is not the organization that you are signed in to.");
        return refuse("ArgumentException", "OrganizationNotFound", text.clone(), &text);
    }
    if is("Credential") {
        let user = match values::members::get(work.session, value, "UserName") {
            Ok(Some(user)) => to_display(&user),
            _ => text,
        };
        return Ok(match crate::sign_in::knows_account(work, &user) {
            Ok(true) => None,
            Ok(false) => Some(crate::sign_in::unknown(&user)),
            Err(fault) => Some(fault),
        });
    }
    if is("PolicyStore") {
        let known = ["PersistentStore", "ActiveStore", "ConfigurableServiceStore", "localhost"];
        if known.iter().any(|k| same(k, &text)) || knows(work, &text)? {
            return Ok(None);
        }
        let text =
            format!("The policy store '{text}' was not found: the organization keeps one store of firewall rules.");
        return refuse("CimException", "PolicyStoreNotFound", text, name);
    }
    if to_bool(value) {
        let (id, why) = match () {
            () if is("AsJob") => {
                ("AsJobNotSupported", "runs at once; start it with Start-ThreadJob to run it as a job")
            }
            () if is("CimSession") => {
                ("CimSessionNotSupported", "works on the organization at hand, which has no CIM sessions")
            }
            () => ("GpoSessionNotSupported", "works on the organization at hand, which has no group policy sessions"),
        };
        let text = format!("The parameter '{name}' can't be used: {} {why}. Nothing was changed.", work.command.name());
        return Ok(Some(
            Fault::new("NotSupportedException", id, command::ErrorCategory::NotImplemented, text).at(name),
        ));
    }
    Ok(None)
}

/// Whether the organisation has a computer of that name, in its short form or in full.
fn knows(work: &Work, host: &str) -> Result<bool, StoreError> {
    let facts = work.facts();
    let full = if host.contains('.') { host.to_owned() } else { format!("{host}.{}", facts.domain) };
    work.directory.store.read(|reader| {
        for noun in ["Host", "CsComputer", "ExchangeServer", "ADComputer", "CsPool"] {
            for name in [host, full.as_str(), full.split('.').next().unwrap_or(host)] {
                if reader.find(noun, "", name)?.is_some() {
                    return Ok(true);
                }
            }
        }
        Ok(full.eq_ignore_ascii_case(&facts.controller))
    })
}
