//! Module manifests: what a `.psd1` may say, and what is refused.

use std::path::Path;
use std::sync::Arc;

use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value, convert};

use crate::runspace::Runspace;

/// The members that a manifest may have, in the order in which a refusal names them.
pub const MEMBERS: &[&str] = &[
    "ModuleToProcess",
    "NestedModules",
    "GUID",
    "Author",
    "CompanyName",
    "Copyright",
    "ModuleVersion",
    "Description",
    "PowerShellVersion",
    "PowerShellHostName",
    "PowerShellHostVersion",
    "CLRVersion",
    "DotNetFrameworkVersion",
    "ProcessorArchitecture",
    "RequiredModules",
    "TypesToProcess",
    "FormatsToProcess",
    "ScriptsToProcess",
    "PrivateData",
    "RequiredAssemblies",
    "ModuleList",
    "FileList",
    "FunctionsToExport",
    "VariablesToExport",
    "AliasesToExport",
    "CmdletsToExport",
    "DscResourcesToExport",
    "CompatiblePSEditions",
    "HelpInfoURI",
    "RootModule",
    "DefaultCommandPrefix",
];

/// The version of the language that manifests are held against.
const VERSION: &str = "7.6.5";

/// An entry of a manifest; `$null` where there is none.
pub fn entry(manifest: &Value, key: &str) -> Value {
    manifest.as_dict().and_then(|d| d.get_str(key)).unwrap_or_default()
}

/// A value's items: those of a list, or the value itself.
pub fn items(value: &Value) -> Vec<Value> {
    match (value.as_array(), value) {
        (Some(list), _) => list.to_vec(),
        (None, Value::Null) => Vec::new(),
        (None, one) => vec![one.clone()],
    }
}

/// An entry's items as texts; none where the manifest does not have it.
pub fn texts(manifest: &Value, key: &str) -> Option<Vec<Str>> {
    let value = manifest.as_dict()?.get_str(key)?;
    Some(items(&value).iter().map(|v| Str::from(convert::to_display(v))).filter(|s| !s.is_empty()).collect())
}

/// A module as `RequiredModules`, `#requires` and `using module` name it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    pub name: String,
    pub minimum: Option<String>,
    pub maximum: Option<String>,
    pub exact: Option<String>,
}

impl Wanted {
    /// Of a name or a hashtable.
    pub fn of(value: &Value) -> Wanted {
        let Some(dict) = value.as_dict() else {
            return Wanted { name: convert::to_display(value), ..Wanted::default() };
        };
        let text = |key: &str| dict.get_str(key).map(|v| convert::to_display(&v));
        Wanted {
            name: text("ModuleName").unwrap_or_default(),
            minimum: text("ModuleVersion"),
            maximum: text("MaximumVersion"),
            exact: text("RequiredVersion"),
        }
    }

    /// Whether a version will do.
    pub fn fits(&self, version: &str) -> bool {
        let have = numbers(version);
        let is_less = |a: &[u32], b: &[u32]| compare(a, b).is_lt();
        self.exact.as_ref().is_none_or(|v| compare(&have, &numbers(v)).is_eq())
            && self.minimum.as_ref().is_none_or(|v| !is_less(&have, &numbers(v)))
            && self.maximum.as_ref().is_none_or(|v| match v.strip_suffix(".*") {
                Some(head) => {
                    let head = numbers(head);
                    !is_less(&head, &have[..have.len().min(head.len())])
                }
                None => !is_less(&numbers(v), &have),
            })
    }

    /// The version that a refusal names.
    pub fn version(&self) -> Option<&str> {
        self.exact.as_deref().or(self.minimum.as_deref()).or(self.maximum.as_deref())
    }
}

/// A version's parts.
pub fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.trim().parse().unwrap_or(0)).collect()
}

/// Compares versions part by part; parts that are missing count as 0.
pub fn compare(a: &[u32], b: &[u32]) -> std::cmp::Ordering {
    let at = |list: &[u32], i: usize| list.get(i).copied().unwrap_or(0);
    (0..a.len().max(b.len())).map(|i| at(a, i).cmp(&at(b, i))).find(|o| o.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
}

/// Why a manifest is refused.
fn refuse(id: &str, ty: TypeRef, category: ErrorCategory, message: String, file: &Path) -> Exception {
    Exception::new(ty, message).identity(id, category, Value::from(file.display().to_string()))
}

fn missing_member() -> TypeRef {
    TypeRef::find("System.MissingMemberException").unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION)
}

impl Runspace {
    /// The table of a manifest. What is wrong with it comes out as exceptions to be reported in order.
    pub(crate) fn read_manifest(&mut self, file: &Path) -> std::result::Result<Value, Vec<Exception>> {
        let shown = file.display().to_string();
        let bytes = std::fs::read(file).map_err(|error| vec![command::file_exception(&error, file)])?;
        let text = command::TextEncoding::Utf8.decode_file(&bytes).into_owned();
        let bad = |why: String| {
            let text = format!(
                "The module manifest '{shown}' could not be processed because it is not a valid PowerShell module manifest file. Remove the elements that are not permitted: {why}"
            );
            refuse("Modules_InvalidManifest", missing_member(), ErrorCategory::ResourceUnavailable, text, file)
        };
        if let Some(why) = syntax_errors(&text, &shown) {
            return Err(vec![bad(why)]);
        }
        let manifest = match self.manifest_table(&text, &shown) {
            Ok(found) => found,
            Err(flow) => {
                let why = flow.record().map(|r| r.exception.message().to_string()).unwrap_or_default();
                return Err(vec![bad(why)]);
            }
        };
        let problems = self.manifest_problems(&manifest, file);
        if problems.is_empty() { Ok(manifest) } else { Err(problems) }
    }

    /// Evaluates a manifest in the restricted language.
    fn manifest_table(&mut self, text: &str, file: &str) -> Result {
        match self.read_data(text, Some(file), &[])? {
            Some(found) if found.as_dict().is_some() => Ok(found),
            _ => crate::errors::invalid_operation("NoHashtable", "The manifest is not a hashtable.").throw(),
        }
    }

    fn manifest_problems(&mut self, manifest: &Value, file: &Path) -> Vec<Exception> {
        let shown = file.display().to_string();
        let mut problems = Vec::new();
        let Some(dict) = manifest.as_dict() else { return problems };
        let quoted =
            |names: &mut dyn Iterator<Item = String>| names.map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
        let mut unknown = dict
            .to_vec()
            .into_iter()
            .map(|(key, _)| convert::to_display(&key))
            .filter(|key| !MEMBERS.iter().any(|m| m.eq_ignore_ascii_case(key)))
            .peekable();
        if unknown.peek().is_some() {
            let known = quoted(&mut MEMBERS.iter().map(|m| m.to_string()));
            let unknown = quoted(&mut unknown);
            let text = format!(
                "The '{shown}' module cannot be imported because its manifest contains one or more members that are not valid. The valid manifest members are ({known}). Remove the members that are not valid ({unknown}), then try to import the module again."
            );
            let ty = TypeRef::INVALID_OPERATION_EXCEPTION;
            problems.push(refuse("Modules_InvalidManifestMember", ty, ErrorCategory::InvalidData, text, file));
        }
        let invalid = |ty: TypeRef, text: String| {
            refuse("Modules_InvalidManifest", ty, ErrorCategory::ResourceUnavailable, text, file)
        };
        if entry(manifest, "ModuleVersion").is_null() {
            let text = format!(
                "The member 'ModuleVersion' is not present in the module manifest. This member must exist and be assigned a version number of the form 'n.n.n.n'. Add the missing member to the file '{shown}'."
            );
            problems.push(invalid(missing_member(), text));
            return problems;
        }
        for (key, ty) in
            [("ModuleVersion", TypeRef::VERSION), ("GUID", TypeRef::GUID), ("PowerShellVersion", TypeRef::VERSION)]
        {
            let value = entry(manifest, key);
            if value.is_null() || (ty == TypeRef::GUID && convert::to_display(&value).is_empty()) {
                continue;
            }
            let value = Value::from(convert::to_display(&value));
            if let Err(flow) = convert::convert(self, &value, ty) {
                let why = flow.record().map(|r| r.exception.message().to_string()).unwrap_or_default();
                let text = format!("The '{key}' member is not valid in the module manifest file '{shown}': {why}");
                problems.push(invalid(TypeRef::ARGUMENT_EXCEPTION, text));
                return problems;
            }
        }
        let wanted = entry(manifest, "PowerShellVersion");
        if !wanted.is_null() {
            let wanted = convert::to_display(&wanted);
            if compare(&numbers(VERSION), &numbers(&wanted)).is_lt() {
                let text = format!(
                    "The version of PowerShell on this computer is '{VERSION}'. The module '{shown}' requires a minimum PowerShell version of '{wanted}' to run. Verify that you have the minimum required version of PowerShell installed, and then try again."
                );
                let ty = TypeRef::INVALID_OPERATION_EXCEPTION;
                let id = "Modules_InsufficientPowerShellVersion";
                problems.push(refuse(id, ty, ErrorCategory::ResourceUnavailable, text, file));
            }
        }
        problems
    }
}

/// The syntax errors of a manifest as its refusal shows them.
fn syntax_errors(text: &str, file: &str) -> Option<String> {
    let source = Arc::new(language::Source::with_file(text, file));
    let parsed = language::parse(source.clone());
    let mut shown: Vec<String> = Vec::new();
    for error in &parsed.errors {
        shown.push(at_place(&source, error.span, &error.message()));
    }
    if shown.is_empty()
        && let Some((span, message)) = forbidden_command(&parsed.ast)
    {
        shown.push(at_place(&source, span, &message));
    }
    (!shown.is_empty()).then(|| shown.join("\n\n"))
}

/// `At file:line char:column`, the line, a mark below, the message.
fn at_place(source: &Arc<language::Source>, span: language::Span, message: &str) -> String {
    format!("{}\n{message}", crate::vm::call::position_of(source, span).message())
}

/// The first command in a data file: the restricted language has none.
fn forbidden_command(ast: &language::ast::Ast) -> Option<(language::Span, String)> {
    use language::ast::{Element, ElementKind, Node, Visit};
    let mut found = None;
    ast.walk(Node::Block(ast.root()), &mut |node| {
        if found.is_none()
            && let Node::Element(place) = node
            && let element = ast.at::<Element>(place)
            && let ElementKind::Command(_) = element.kind
        {
            let name = ast.slice(element.span).split_whitespace().next().unwrap_or_default();
            let text = format!("The command '{name}' is not allowed in restricted language mode or a Data section.");
            found = Some((element.span, text));
        }
        Visit::Continue
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_held_against_what_is_wanted() {
        let check = |minimum: Option<&str>, maximum: Option<&str>, exact: Option<&str>, version: &str| {
            let text = |t: Option<&str>| t.map(str::to_string);
            let wanted =
                Wanted { name: String::new(), minimum: text(minimum), maximum: text(maximum), exact: text(exact) };
            wanted.fits(version)
        };
        assert!(check(Some("1.0"), None, None, "1.2.0"));
        assert!(!check(Some("1.10"), None, None, "1.2"));
        assert!(check(None, Some("2.*"), None, "2.9.9"));
        assert!(!check(None, Some("2.*"), None, "3.0"));
        assert!(check(None, None, Some("1.0"), "1.0.0.0"));
    }
}
