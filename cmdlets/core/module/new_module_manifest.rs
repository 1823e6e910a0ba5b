//! New-ModuleManifest.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value, file_exception};
use values::convert;

pub static COMMAND: Command = Command { name: "New-ModuleManifest", create: || Box::new(NewModuleManifest) };

struct NewModuleManifest;

/// The members in the order of the file: name, what is said above it, and what stands there when nothing was given.
/// `None` leaves the member commented out.
const MEMBERS: &[(&str, &str, Option<&str>)] = &[
    ("RootModule", "Script module or binary module file associated with this manifest.", None),
    ("ModuleVersion", "Version number of this module.", Some("'0.0.1'")),
    ("CompatiblePSEditions", "Supported PSEditions", None),
    ("GUID", "ID used to uniquely identify this module", None),
    ("Author", "Author of this module", None),
    ("CompanyName", "Company or vendor of this module", Some("'Unknown'")),
    ("Copyright", "Copyright statement for this module", None),
    ("Description", "Description of the functionality provided by this module", None),
    ("PowerShellVersion", "Minimum version of the PowerShell engine required by this module", None),
    ("PowerShellHostName", "Name of the PowerShell host required by this module", None),
    ("PowerShellHostVersion", "Minimum version of the PowerShell host required by this module", None),
    (
        "DotNetFrameworkVersion",
        "Minimum version of Microsoft .NET Framework required by this module. This prerequisite is valid for the PowerShell Desktop edition only.",
        None,
    ),
    (
        "ClrVersion",
        "Minimum version of the common language runtime (CLR) required by this module. This prerequisite is valid for the PowerShell Desktop edition only.",
        None,
    ),
    ("ProcessorArchitecture", "Processor architecture (None, X86, Amd64) required by this module", None),
    (
        "RequiredModules",
        "Modules that must be imported into the global environment prior to importing this module",
        None,
    ),
    ("RequiredAssemblies", "Assemblies that must be loaded prior to importing this module", None),
    (
        "ScriptsToProcess",
        "Script files (.ps1) that are run in the caller's environment prior to importing this module.",
        None,
    ),
    ("TypesToProcess", "Type files (.ps1xml) to be loaded when importing this module", None),
    ("FormatsToProcess", "Format files (.ps1xml) to be loaded when importing this module", None),
    (
        "NestedModules",
        "Modules to import as nested modules of the module specified in RootModule/ModuleToProcess",
        None,
    ),
    (
        "FunctionsToExport",
        "Functions to export from this module, for best performance, do not use wildcards and do not delete the entry, use an empty array if there are no functions to export.",
        Some("'*'"),
    ),
    (
        "CmdletsToExport",
        "Cmdlets to export from this module, for best performance, do not use wildcards and do not delete the entry, use an empty array if there are no cmdlets to export.",
        Some("'*'"),
    ),
    ("VariablesToExport", "Variables to export from this module", Some("'*'")),
    (
        "AliasesToExport",
        "Aliases to export from this module, for best performance, do not use wildcards and do not delete the entry, use an empty array if there are no aliases to export.",
        Some("'*'"),
    ),
    ("DscResourcesToExport", "DSC resources to export from this module", None),
    ("ModuleList", "List of all modules packaged with this module", None),
    ("FileList", "List of all files packaged with this module", None),
];

/// A text as a constant of the language.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A value as a constant: texts, lists of them, tables.
fn constant(value: &Value, depth: usize) -> String {
    if let Some(table) = value.as_dict() {
        let pad = " ".repeat(4 * (depth + 1));
        let lines: Vec<String> = table
            .to_vec()
            .into_iter()
            .map(|(key, value)| {
                format!("{pad}{} = {}", quoted(&convert::to_display(&key)), constant(&value, depth + 1))
            })
            .collect();
        return format!("@{{\n{}\n{}}}", lines.join("\n"), " ".repeat(4 * depth));
    }
    match value.as_array() {
        Some(list) if list.is_empty() => "@()".to_string(),
        Some(list) => list.to_vec().iter().map(|v| constant(v, depth)).collect::<Vec<_>>().join(", "),
        None => match value.base() {
            Value::Bool(is) => format!("${}", if *is { "true" } else { "false" }),
            other => quoted(&convert::to_display(other)),
        },
    }
}

impl Cmdlet for NewModuleManifest {
    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let given = bound.str("Path").unwrap_or_else(command::Str::empty);
        if !given.to_ascii_lowercase().ends_with(".psd1") {
            return Exception::new(
                TypeRef::INVALID_OPERATION_EXCEPTION,
                format!("The module manifest path '{given}' is not valid. The value of the Path argument must resolve to a single file that has a '.psd1' extension. Change the value of the Path argument to point to a valid psd1 file, and then try again."),
            )
            .identity("Modules_InvalidModuleManifestPath", ErrorCategory::InvalidArgument, Value::Str(given))
            .throw();
        }
        let path = session.file_path(&given)?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let author = bound
            .str("Author")
            .map_or_else(|| session.environment("USER").unwrap_or_else(|| "root".to_string()), |a| a.to_string());
        let mut out = format!("#\n# Module manifest for module '{name}'\n#\n# Generated by: {author}\n#\n");
        let today = values::members::get_static(session, TypeRef::DATETIME, "Now")?.unwrap_or_default();
        let today = values::members::call(session, &today, "ToString", &[Value::from("d")])?;
        out.push_str(&format!("# Generated on: {}\n#\n\n@{{\n\n", convert::to_display(&today)));
        for (member, comment, default) in MEMBERS {
            let value = match (bound.get(member).filter(|v| !v.is_null()), *member) {
                (Some(value), _) => Some(constant(value, 0)),
                (None, "GUID") => Some(quoted(&uuid::Uuid::new_v4().to_string())),
                (None, "Author") => Some(quoted(&author)),
                (None, "Copyright") => {
                    let company = bound.str("CompanyName").map_or_else(|| author.clone(), |c| c.to_string());
                    Some(quoted(&format!("(c) {company}. All rights reserved.")))
                }
                (None, _) => default.map(str::to_string),
            };
            let line = match value {
                Some(value) => format!("{member} = {value}"),
                None if matches!(
                    *member,
                    "CompatiblePSEditions"
                        | "RequiredModules"
                        | "RequiredAssemblies"
                        | "ScriptsToProcess"
                        | "TypesToProcess"
                        | "FormatsToProcess"
                        | "NestedModules"
                        | "DscResourcesToExport"
                        | "ModuleList"
                        | "FileList"
                ) =>
                {
                    format!("# {member} = @()")
                }
                None => format!("# {member} = ''"),
            };
            out.push_str(&format!("# {comment}\n{line}\n\n"));
        }
        out.push_str(&private_data(bound));
        for (member, comment) in [
            ("HelpInfoURI", "HelpInfo URI of this module"),
            (
                "DefaultCommandPrefix",
                "Default prefix for commands exported from this module. Override the default prefix using Import-Module -Prefix.",
            ),
        ] {
            let line = match bound.get(member).filter(|v| !v.is_null()) {
                Some(value) => format!("{member} = {}", constant(value, 0)),
                None => format!("# {member} = ''"),
            };
            out.push_str(&format!("# {comment}\n{line}\n\n"));
        }
        out.push_str("}\n\n");
        if session.should_process(&path.display().to_string(), "Creating the module manifest file.")? {
            std::fs::write(&path, &out).or_else(|e| {
                file_exception(&e, &path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null).throw()
            })?;
        }
        if bound.switch("PassThru") { session.write(Value::from(out)) } else { Ok(()) }
    }
}

/// The member `PrivateData` with the table that galleries read.
fn private_data(bound: &Bound) -> String {
    let head = "# Private data to pass to the module specified in RootModule/ModuleToProcess. This may also contain a PSData hashtable with additional module metadata used by PowerShell.\n";
    if let Some(own) = bound.get("PrivateData").filter(|v| !v.is_null()) {
        return format!("{head}PrivateData = {}\n\n", constant(own, 0));
    }
    let mut out = format!("{head}PrivateData = @{{\n\n    PSData = @{{\n\n");
    for (member, comment) in [
        ("Tags", "Tags applied to this module. These help with module discovery in online galleries."),
        ("LicenseUri", "A URL to the license for this module."),
        ("ProjectUri", "A URL to the main website for this project."),
        ("IconUri", "A URL to an icon representing this module."),
        ("ReleaseNotes", "ReleaseNotes of this module"),
        ("Prerelease", "Prerelease string of this module"),
        (
            "RequireLicenseAcceptance",
            "Flag to indicate whether the module requires explicit user acceptance for install/update/save",
        ),
        ("ExternalModuleDependencies", "External dependent modules of this module"),
    ] {
        let line = match (bound.get(member).filter(|v| !v.is_null()), member) {
            (Some(value), "RequireLicenseAcceptance") => {
                format!("{member} = ${}", if convert::to_bool(value) { "true" } else { "false" })
            }
            (Some(value), _) => format!("{member} = {}", constant(value, 2)),
            (None, "Tags" | "ExternalModuleDependencies") => format!("# {member} = @()"),
            (None, "RequireLicenseAcceptance") => format!("# {member} = $false"),
            (None, _) => format!("# {member} = ''"),
        };
        out.push_str(&format!("        # {comment}\n        {line}\n\n"));
    }
    out.push_str("    } # End of PSData hashtable\n\n} # End of PrivateData hashtable\n\n");
    out
}
