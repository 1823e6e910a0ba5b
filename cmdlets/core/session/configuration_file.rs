//! The data files that describe sessions (`.pssc`) and roles in them (`.psrc`).

use command::{Bound, ErrorCategory, Exception, Result, Session, Str, TypeRef, Value, file_exception};

use crate::module::literal::{constant, quoted};

/// A member of such a file: name, what is said above it, the example that stands there when nothing was given.
pub type Member = (&'static str, &'static str, &'static str);

pub const MODULES_TO_IMPORT: Member = (
    "ModulesToImport",
    "Modules to import when applied to a session",
    "'MyCustomModule', @{ ModuleName = 'MyCustomModule'; ModuleVersion = '1.0.0.0'; GUID = '4d30d5f0-cb16-4898-812d-f20a6c596bdf' }",
);

/// What both kinds of file end with.
pub const VISIBLE: &[Member] = &[
    ("VisibleAliases", "Aliases to make visible when applied to a session", "'Item1', 'Item2'"),
    (
        "VisibleCmdlets",
        "Cmdlets to make visible when applied to a session",
        "'Invoke-Cmdlet1', @{ Name = 'Invoke-Cmdlet2'; Parameters = @{ Name = 'Parameter1'; ValidateSet = 'Item1', 'Item2' }, @{ Name = 'Parameter2'; ValidatePattern = 'L*' } }",
    ),
    (
        "VisibleFunctions",
        "Functions to make visible when applied to a session",
        "'Invoke-Function1', @{ Name = 'Invoke-Function2'; Parameters = @{ Name = 'Parameter1'; ValidateSet = 'Item1', 'Item2' }, @{ Name = 'Parameter2'; ValidatePattern = 'L*' } }",
    ),
    (
        "VisibleExternalCommands",
        "External commands (scripts and applications) to make visible when applied to a session",
        "'Item1', 'Item2'",
    ),
    ("VisibleProviders", "Providers to make visible when applied to a session", "'Item1', 'Item2'"),
];

pub const DEFINITIONS: &[Member] = &[
    (
        "AliasDefinitions",
        "Aliases to be defined when applied to a session",
        "@{ Name = 'Alias1'; Value = 'Invoke-Alias1'}, @{ Name = 'Alias2'; Value = 'Invoke-Alias2'}",
    ),
    (
        "FunctionDefinitions",
        "Functions to define when applied to a session",
        "@{ Name = 'MyFunction'; ScriptBlock = { param($MyInput) $MyInput } }",
    ),
    (
        "VariableDefinitions",
        "Variables to define when applied to a session",
        "@{ Name = 'Variable1'; Value = { 'Dynamic' + 'InitialValue' } }, @{ Name = 'Variable2'; Value = 'StaticInitialValue' }",
    ),
    (
        "EnvironmentVariables",
        "Environment variables to define when applied to a session",
        "@{ Variable1 = 'Value1'; Variable2 = 'Value2' }",
    ),
    (
        "TypesToProcess",
        "Type files (.ps1xml) to load when applied to a session",
        "'C:\\ConfigData\\MyTypes.ps1xml', 'C:\\ConfigData\\OtherTypes.ps1xml'",
    ),
    (
        "FormatsToProcess",
        "Format files (.ps1xml) to load when applied to a session",
        "'C:\\ConfigData\\MyFormats.ps1xml', 'C:\\ConfigData\\OtherFormats.ps1xml'",
    ),
    (
        "AssembliesToLoad",
        "Assemblies to load when applied to a session",
        "'System.Web', 'System.OtherAssembly, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a'",
    ),
];

/// The kinds of file.
pub struct Kind {
    pub extension: &'static str,
    pub error: &'static str,
    pub title: &'static str,
}

/// Writes the file: given members as constants, the others commented out with an example. The members of `preset` stand
/// there with a value when nothing was given.
pub fn write(
    session: &mut dyn Session,
    bound: &Bound,
    kind: &Kind,
    members: &[Member],
    preset: &[(&str, String)],
) -> Result<()> {
    let given = bound.str("Path").unwrap_or_else(Str::empty);
    if !given.to_ascii_lowercase().ends_with(kind.extension) {
        return Exception::new(
            TypeRef::INVALID_OPERATION_EXCEPTION,
            format!("{} path '{given}' is not valid. The path argument must resolve to a single file in the file system with a '{}' extension. Please fix the path specification and try again.", kind.title, kind.extension),
        )
        .identity(kind.error, ErrorCategory::InvalidArgument, Value::Str(given))
        .throw();
    }
    let path = session.file_path(&given)?;
    let mut out = String::from("@{\n\n");
    for (member, comment, example) in members {
        let value = match bound.get(member).filter(|v| !v.is_null()) {
            Some(value) if value.type_ref() == Some(TypeRef::SWITCH) => {
                Some(format!("${}", if bound.switch(member) { "true" } else { "false" }))
            }
            Some(value) => Some(constant(value, 0)),
            None => preset.iter().find(|(name, _)| name == member).map(|(_, value)| value.clone()),
        };
        let line = match value {
            Some(value) => format!("{member} = {value}"),
            None => format!("# {member} = {example}"),
        };
        out.push_str(&format!("# {comment}\n{line}\n\n"));
    }
    out.push_str("}\n");
    std::fs::write(&path, out).or_else(|e| {
        file_exception(&e, &path).identity("FileOpenFailure", ErrorCategory::OpenError, Value::Null).throw()
    })
}

/// The presets of both kinds: a fresh id, who wrote the file and whose it is.
pub fn preset(session: &mut dyn Session) -> Vec<(&'static str, String)> {
    let author = session.environment("USER").unwrap_or_else(|| "root".to_string());
    vec![
        ("GUID", quoted(&uuid::Uuid::new_v4().to_string())),
        ("Author", quoted(&author)),
        ("CompanyName", quoted("Unknown")),
        ("Copyright", quoted(&format!("(c) {author}. All rights reserved."))),
    ]
}
