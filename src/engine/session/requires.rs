//! What `#requires` lines of a script demand of the session.

use language::{ModuleSpecification, Requirements};
use values::{ErrorCategory, Exception, Result, TypeRef, Value};

use crate::runspace::Runspace;

/// The version of the language.
const VERSION: [u32; 3] = [7, 6, 5];
/// Modules that are always there, and their version.
const BUILT_IN: &[&str] = &[
    "Microsoft.PowerShell.Core",
    "Microsoft.PowerShell.Host",
    "Microsoft.PowerShell.Management",
    "Microsoft.PowerShell.Security",
    "Microsoft.PowerShell.Utility",
];
const BUILT_IN_VERSION: [u32; 4] = [7, 0, 0, 0];

/// Refuses a script whose demands are not met.
pub(super) fn check(runspace: &mut Runspace, file: &str, needs: &Requirements) -> Result<()> {
    let script = file.rsplit('/').next().unwrap_or(file);
    let refuse = |id: &str, message: String| -> Result<()> {
        let ty = TypeRef::find("System.Management.Automation.ScriptRequiresException");
        Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), message)
            .identity(id, ErrorCategory::ResourceUnavailable, Value::from(script))
            .throw()
    };
    if let Some(version) = &needs.version
        && is_less(&VERSION, &numbers(version))
    {
        return refuse(
            "ScriptRequiresUnmatchedPSVersion",
            format!(
                "The script '{script}' cannot be run because it contained a \"#requires\" statement for PowerShell {version}. The version of PowerShell that is required by the script does not match the currently running version of PowerShell 7.6.5."
            ),
        );
    }
    if !needs.editions.is_empty() && !needs.editions.iter().any(|e| e.eq_ignore_ascii_case("Core")) {
        let error = Exception::new(
            TypeRef::RUNTIME_EXCEPTION,
            format!(
                "The script '{script}' cannot be run because it contained a \"#requires\" statement for PowerShell editions '{}'. The edition of PowerShell that is required by the script does not match the currently running PowerShell Core edition.",
                needs.editions.join(",")
            ),
        )
        .identity("ScriptRequiresUnmatchedPSEdition", ErrorCategory::NotSpecified, Value::from(script));
        let record = values::ErrorRecord::from_exception(std::sync::Arc::new(error));
        record.data.lock().reason = Some(values::Str::from("ParentContainsErrorRecordException"));
        return Err(values::Flow::throw(record));
    }
    if needs.shell_id.is_some() {
        return refuse(
            "RequiresShellIDInvalidForSingleShell",
            "A #requires statement has specified only a shellID. #Requires statements must specify a required PowerShell snap-in when running in PowerShell.".to_string(),
        );
    }
    let missing: Vec<String> = needs.modules.iter().filter_map(|m| lack_of(runspace, m)).collect();
    if !missing.is_empty() {
        return refuse(
            "ScriptRequiresMissingModules",
            format!(
                "The script '{script}' cannot be run because the following modules that are specified by the \"#requires\" statements of the script are missing: {}.",
                missing.join(", ")
            ),
        );
    }
    Ok(())
}

/// What is said of a module that is not there.
fn lack_of(runspace: &mut Runspace, module: &ModuleSpecification) -> Option<String> {
    if BUILT_IN.iter().any(|name| name.eq_ignore_ascii_case(&module.name)) {
        let wanted = module.required_version.as_ref().or(module.version.as_ref())?;
        let (name, key) =
            (&module.name, if module.required_version.is_some() { "RequiredVersion" } else { "ModuleVersion" });
        return is_less(&BUILT_IN_VERSION, &numbers(wanted))
            .then(|| format!("The module '{name}' cannot be found with {key} '{wanted}'."));
    }
    let wanted = crate::module::manifest::Wanted {
        name: module.name.clone(),
        minimum: module.version.clone(),
        maximum: module.maximum_version.clone(),
        exact: module.required_version.clone(),
    };
    if crate::module::is_met(runspace, &wanted) {
        return None;
    }
    let name = &module.name;
    Some(match (&module.required_version, &module.version, &module.maximum_version) {
        (Some(v), _, _) => format!("The module '{name}' cannot be found with RequiredVersion '{v}'."),
        (None, Some(v), _) => format!("The module '{name}' cannot be found with ModuleVersion '{v}'."),
        (None, None, Some(v)) => format!("The module '{name}' cannot be found with MaximumVersion '{v}'."),
        _ => format!("The module '{name}' cannot be found."),
    })
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn is_less(have: &[u32], wanted: &[u32]) -> bool {
    let length = have.len().max(wanted.len());
    let at = |list: &[u32], i: usize| list.get(i).copied().unwrap_or(0);
    (0..length).map(|i| at(have, i).cmp(&at(wanted, i))).find(|o| o.is_ne()).is_some_and(|o| o.is_lt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_parts() {
        for (wanted, expected) in
            [("5.1", false), ("7.6", false), ("7.6.5", false), ("7.10", true), ("99.0", true), ("7", false)]
        {
            assert_eq!(is_less(&VERSION, &numbers(wanted)), expected, "{wanted}");
        }
    }
}
