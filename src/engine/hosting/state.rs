//! InitialSessionState and its entries.

use std::sync::Arc;

use command::{NativeObject, Scope, Session};
use values::object::Foreign;
use values::{Array, Context, Result, Str, TypeRef, Value, convert};

use crate::runspace::Runspace;

/// What new runspaces begin with.
pub struct InitialState {
    variables: Arc<Array>,
    commands: Arc<Array>,
    modules: Arc<Array>,
    /// Whether it has commands and a language at all.
    is_empty: bool,
}

fn list() -> Arc<Array> {
    let ty = TypeRef::find("System.Collections.Generic.List[object]").unwrap_or(TypeRef::ARRAYLIST);
    Arc::new(Array::list(ty, TypeRef::OBJECT, Vec::new()))
}

impl InitialState {
    /// The default state as a value.
    pub fn value() -> Value {
        Value::foreign(InitialState { variables: list(), commands: list(), modules: list(), is_empty: false })
    }

    /// `InitialSessionState.Create()`: no commands and no language.
    pub fn empty() -> Value {
        Value::foreign(InitialState { variables: list(), commands: list(), modules: list(), is_empty: true })
    }

    fn language_mode(&self) -> &'static str {
        if self.is_empty { "NoLanguage" } else { "FullLanguage" }
    }

    /// Puts the state's entries into a runspace.
    pub fn apply(&self, runspace: &mut Runspace) -> Result<()> {
        runspace.has_no_language = self.is_empty;
        for entry in self.variables.to_vec() {
            let Some(entry) = entry.as_foreign::<NativeObject>() else { continue };
            runspace.set_global(&entry.text_of("Name"), entry.value("Value"));
        }
        for entry in self.commands.to_vec() {
            let Some(entry) = entry.as_foreign::<NativeObject>() else { continue };
            let (name, text) = (entry.text_of("Name"), entry.text_of("Definition"));
            if entry.type_ref().name().ends_with("AliasEntry") {
                let alias = command::AliasInfo {
                    name,
                    definition: text,
                    description: None,
                    options: command::VariableOptions::NONE,
                    module: None,
                };
                runspace.set_alias(alias, Scope::Global, true)?;
                continue;
            }
            let block = runspace.parse_script(&text, None)?;
            runspace.set_function(&name, &block, Scope::Global)?;
        }
        for module in self.modules.to_vec() {
            runspace.invoke_command("Import-Module", vec![(Some(Str::from("Name")), module)], Vec::new())?;
        }
        Ok(())
    }
}

impl Foreign for InitialState {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.Runspaces.InitialSessionState", TypeRef::OBJECT)
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "variables" => Value::Array(self.variables.clone()),
            "commands" => Value::Array(self.commands.clone()),
            "modules" => Value::Array(self.modules.clone()),
            "languagemode" => command::enum_value("System.Management.Automation.PSLanguageMode", self.language_mode()),
            _ => return Ok(None),
        }))
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "importpsmodule" => {
                for arg in args {
                    match arg.as_array() {
                        Some(names) => self.modules.lock().extend(names.to_vec()),
                        None => self.modules.lock().push(arg.clone()),
                    }
                }
                Some(Value::Void)
            }
            "clone" => {
                let copy = |l: &Arc<Array>| {
                    let made = list();
                    made.lock().extend(l.to_vec());
                    made
                };
                Some(Value::foreign(InitialState {
                    variables: copy(&self.variables),
                    commands: copy(&self.commands),
                    modules: copy(&self.modules),
                    is_empty: self.is_empty,
                }))
            }
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        ["Commands", "Variables", "Modules", "LanguageMode"].map(Str::from).to_vec()
    }
}

fn arg(args: &[Value], at: usize) -> Value {
    args.get(at).cloned().unwrap_or_default()
}

fn name_of(args: &[Value]) -> Value {
    Value::from(convert::to_display(&arg(args, 0)))
}

/// `[SessionStateVariableEntry]::new(name, value, description)`.
pub fn variable_entry(args: &[Value]) -> Value {
    NativeObject::of(
        "System.Management.Automation.Runspaces.SessionStateVariableEntry",
        vec![("Value", arg(args, 1)), ("Description", arg(args, 2)), ("Name", name_of(args))],
    )
}

/// `[SessionStateFunctionEntry]::new(name, definition)`.
pub fn function_entry(args: &[Value]) -> Value {
    let text = match arg(args, 1).as_foreign::<crate::script_block::ScriptBlock>() {
        Some(block) => Value::Str(block.text()),
        None => Value::from(convert::to_display(&arg(args, 1))),
    };
    NativeObject::of(
        "System.Management.Automation.Runspaces.SessionStateFunctionEntry",
        vec![("Definition", text), ("Name", name_of(args))],
    )
}

/// `[SessionStateAliasEntry]::new(name, definition)`.
pub fn alias_entry(args: &[Value]) -> Value {
    let text = Value::from(convert::to_display(&arg(args, 1)));
    NativeObject::of(
        "System.Management.Automation.Runspaces.SessionStateAliasEntry",
        vec![("Definition", text), ("Name", name_of(args))],
    )
}
