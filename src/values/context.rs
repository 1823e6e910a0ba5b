//! What values need of whoever runs them.

use crate::error::Result;
use crate::object::PsMember;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// The session as `values` sees it: passed to everything that may run script code or depends on the session.
pub trait Context {
    /// Runs a script block with arguments, `$this` and `$_`, and gives its output as one value.
    fn invoke_block(&mut self, block: &Value, args: &[Value], this: Option<&Value>, item: Option<&Value>) -> Result;

    /// The same in the scope of the caller, as `.ForEach()` and `.Where()` run their blocks.
    fn invoke_in_scope(&mut self, block: &Value, args: &[Value], item: &Value) -> Result {
        self.invoke_block(block, args, None, Some(item))
    }

    /// A script block of source text; text that does not parse throws a ParseException.
    fn parse_block(&mut self, text: &str) -> Result {
        let _ = text;
        crate::error::error_of(
            "ScriptsNotAvailable",
            crate::error::ErrorCategory::NotImplemented,
            "This session can't make script blocks of text.",
        )
    }

    /// Calls a method of a script class; none means the class has no such method. `this` is none for static methods.
    fn invoke_class_method(
        &mut self,
        class: TypeRef,
        this: Option<&Value>,
        name: &str,
        args: &[Value],
    ) -> Result<Option<Value>>;

    /// A static member or constructor (`new`) of a type whose objects belong to the session; none leaves it to the type table.
    fn session_static(&mut self, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let _ = (ty, name, args);
        Ok(None)
    }

    /// The types that the script cast the arguments of the running call to, taken once by the choice of its overload.
    fn take_casts(&mut self) -> Vec<Option<TypeRef>> {
        Vec::new()
    }

    /// Makes an instance of a script class.
    fn construct_class(&mut self, class: TypeRef, args: &[Value]) -> Result;

    /// Reads (`value` none) or writes a static property of a script class; none means there is none of that name.
    fn class_static(&mut self, class: TypeRef, name: &str, value: Option<Value>) -> Result<Option<Value>>;

    /// A value as a property of a script class takes it: converted and validated; none means the class has no such property.
    fn class_property(&mut self, class: TypeRef, name: &str, value: &Value) -> Result<Option<Value>> {
        let _ = (class, name, value);
        Ok(None)
    }

    /// The members of a script class as Get-Member shows them, and whether each is hidden.
    fn class_members(&mut self, class: TypeRef) -> Vec<(crate::members::MemberInfo, bool)> {
        let _ = class;
        Vec::new()
    }

    /// Members that type data adds to a type name (`Update-TypeData`, the built-in type data of PowerShell).
    fn type_member(&mut self, type_name: &str, member: &str) -> Option<PsMember>;

    /// All members that type data adds to a type name.
    fn type_members(&mut self, type_name: &str) -> Vec<(Str, PsMember)>;

    /// A type by name in the session: `using namespace`, script classes, accelerators, then the registry.
    fn find_type(&mut self, name: &str) -> Option<TypeRef>;

    /// The session's current culture name (`en-US`).
    fn culture_name(&self) -> &str;

    /// Makes another culture the session's; false means that it can't be.
    fn set_culture(&mut self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// The UI culture name.
    fn ui_culture_name(&self) -> &str {
        self.culture_name()
    }

    /// `$OFS` where the script set it.
    fn output_field_separator(&mut self) -> Option<Str>;

    /// The value of a global variable, for types that stand for one (`[PSStyle]::Instance`).
    fn global_variable(&mut self, _name: &str) -> Option<Value> {
        None
    }

    /// An environment-independent clock: ticks of 100 ns since 0001-01-01 UTC.
    fn utc_now_ticks(&self) -> i64;

    /// The IANA name of the local time zone.
    fn time_zone(&self) -> &str;

    /// The session's current location in the file system, for relative paths of .NET calls.
    fn working_directory(&self) -> std::path::PathBuf;

    /// `Set-StrictMode` version in force: 0 off, 1, 2, 3.
    fn strict_mode(&self) -> u8;

    /// Whether the pipeline was asked to stop; long loops ask now and then.
    fn is_stopping(&self) -> bool;

    /// A static member that only the engine can answer (`[scriptblock]::Create`): a call with its arguments, or a read where
    /// there are none; `new` constructs. None means that it is not the engine's.
    fn engine_static(&mut self, ty: TypeRef, name: &str, args: Option<&[Value]>) -> Result<Option<Value>> {
        let _ = (ty, name, args);
        Ok(None)
    }

    /// An environment variable of the session.
    fn env_get(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    /// Sets or removes an environment variable of the session; false means that it can't be.
    fn env_set(&mut self, name: &str, value: Option<&str>) -> bool {
        let _ = (name, value);
        false
    }

    /// All environment variables of the session.
    fn env_all(&self) -> Vec<(String, String)> {
        std::env::vars().collect()
    }

    /// Text that `[Console]::Write` and its kin send to the terminal, past the pipeline; `is_error` is standard error.
    fn console_write(&mut self, text: &str, is_error: bool) -> Result<()> {
        use std::io::Write;
        let done = if is_error {
            std::io::stderr().write_all(text.as_bytes())
        } else {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        };
        // A reader that went away is no fault of the script.
        done.or(Ok(()))
    }

    /// A line from the terminal or standard input; none at its end.
    fn console_read_line(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        match std::io::BufRead::read_line(&mut *crate::stop::input(), &mut line) {
            Ok(0) | Err(_) => crate::stop::check().map(|()| None),
            Ok(_) => Ok(Some(line.trim_end_matches(['\n', '\r']).to_string())),
        }
    }

    /// The engine's services for type code that needs more (script blocks from text, runspaces, `$ExecutionContext`).
    fn engine(&mut self) -> &mut dyn std::any::Any;
}
