//! Add-Type.

use command::{Bound, Cmdlet, Command, ErrorCategory, Exception, Result, Session, TypeRef, Value, class};

use crate::input::not_found;

pub static COMMAND: Command = Command { name: "Add-Type", create: || Box::new(AddType) };

struct AddType;

/// Assemblies that are always loaded, or whose types exist here without loading.
const KNOWN: &[&str] = &[
    "mscorlib",
    "netstandard",
    "system",
    "windowsbase",
    "microsoft.csharp",
    "microsoft.visualbasic",
    "microsoft.visualbasic.core",
    "microsoft.win32.primitives",
    "microsoft.win32.registry",
    "newtonsoft.json",
];

/// Assemblies of Windows that .NET on Linux lacks.
const ABSENT: &[&str] = &[
    "system.windows.forms",
    "system.windows",
    "presentationframework",
    "presentationcore",
    "system.drawing.common",
    "system.web.extensions",
    "system.directoryservices.accountmanagement",
    "system.speech",
    "system.messaging",
    "system.workflow",
];

impl Cmdlet for AddType {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("TypeDefinition") || bound.has("MemberDefinition") {
            return Exception::new(
                class("System.PlatformNotSupportedException", TypeRef::NOT_SUPPORTED_EXCEPTION),
                "Cannot add type. C# source code can't be compiled here; write the type as a PowerShell class instead.",
            )
            .identity("SOURCE_CODE_NOT_SUPPORTED", ErrorCategory::NotImplemented, Value::Null)
            .throw();
        }
        for name in bound.strings("AssemblyName") {
            let plain = name.split(',').next().unwrap_or(&name).trim().to_lowercase();
            let plain = plain.strip_suffix(".dll").unwrap_or(&plain).to_string();
            let is_known = KNOWN.contains(&plain.as_str())
                || (plain.starts_with("system.") && !ABSENT.contains(&plain.as_str()))
                || plain.starts_with("microsoft.powershell.")
                || plain == "system.management.automation";
            let is_here = is_known && !is_made_up(&plain);
            if !is_here {
                let folder = session.location().path;
                return not_found(&format!("{}/{name}.dll", folder.trim_end_matches('/'))).throw();
            }
        }
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            if let Some(path) = crate::input::files(session, &given, is_literal)?.into_iter().next() {
                if !path.exists() {
                    let name = if is_literal { "LiteralPath" } else { "Path" };
                    return Exception::new(
                        class("System.Management.Automation.ParameterBindingException", TypeRef::RUNTIME_EXCEPTION),
                        format!(
                            "Cannot bind parameter '{name}' to the target. Exception setting \"{name}\": \"Cannot find path '{}' because it does not exist.\"",
                            path.display()
                        ),
                    )
                    .identity("ParameterBindingFailed", ErrorCategory::WriteError, Value::Null)
                    .throw();
                }
                let extension =
                    path.extension().map_or_else(String::new, |e| format!(".{}", e.to_string_lossy().to_uppercase()));
                if extension != ".DLL" && extension != ".CS" {
                    return Exception::new(
                        TypeRef::EXCEPTION,
                        format!("Cannot add type. The \"{extension}\" extension is not supported."),
                    )
                    .identity("EXTENSION_NOT_SUPPORTED", ErrorCategory::InvalidArgument, Value::from(extension))
                    .throw();
                }
                return Exception::new(
                    class("System.PlatformNotSupportedException", TypeRef::NOT_SUPPORTED_EXCEPTION),
                    format!(
                        "Cannot add type. The assembly '{}' can't be loaded here: .NET assemblies are not run.",
                        path.display()
                    ),
                )
                .identity(
                    "ASSEMBLY_NOT_SUPPORTED",
                    ErrorCategory::NotImplemented,
                    Value::from(path.display().to_string()),
                )
                .throw();
            }
        }
        Ok(())
    }
}

/// A `System.` name that no assembly of .NET has: names have one to five parts, letters only.
fn is_made_up(name: &str) -> bool {
    name.split('.').count() > 6 || name.chars().any(|c| !(c.is_ascii_alphanumeric() || c == '.'))
}
