//! What values ask of the session.

use std::any::Any;
use std::path::PathBuf;

use command::Invoke;
use language::Sym;
use values::{Context, PsMember, Result, Str, TypeRef, Value, convert};

use crate::runspace::Runspace;

impl Context for Runspace {
    fn invoke_block(&mut self, block: &Value, args: &[Value], this: Option<&Value>, item: Option<&Value>) -> Result {
        let how = Invoke { args: args.to_vec(), this: this.cloned(), item: item.cloned(), ..Invoke::default() };
        Ok(Value::from_output(self.invoke_script(block, how)?))
    }

    fn invoke_in_scope(&mut self, block: &Value, args: &[Value], item: &Value) -> Result {
        let how =
            // Arguments need a scope of their own.
            Invoke {
                args: args.to_vec(),
                item: Some(item.clone()),
                in_current_scope: args.is_empty(),
                ..Invoke::default()
            };
        Ok(Value::from_output(self.invoke_script(block, how)?))
    }

    fn invoke_class_method(
        &mut self,
        class: TypeRef,
        this: Option<&Value>,
        name: &str,
        args: &[Value],
    ) -> Result<Option<Value>> {
        self.class_method(class, this, name, args)
    }

    fn session_static(&mut self, ty: TypeRef, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if let Some(found) = crate::hosting::call_static(self, ty, name, args)? {
            return Ok(Some(found));
        }
        if let Some(found) = crate::syntax::call_static(self, ty, name, args)? {
            return Ok(Some(found));
        }
        if name.eq_ignore_ascii_case("new") {
            let commands = self.commands.clone();
            for construct in commands.constructors() {
                if let Some(made) = construct(self, ty, args)? {
                    return Ok(Some(made));
                }
            }
        }
        crate::completion::call_static(self, ty, name, args)
    }

    fn construct_class(&mut self, class: TypeRef, args: &[Value]) -> Result {
        self.class_construct(class, args)
    }

    fn class_static(&mut self, class: TypeRef, name: &str, value: Option<Value>) -> Result<Option<Value>> {
        self.class_static_member(class, name, value)
    }

    fn class_property(&mut self, class: TypeRef, name: &str, value: &Value) -> Result<Option<Value>> {
        self.property_of_class(class, name, value)
    }

    fn class_members(&mut self, class: TypeRef) -> Vec<(values::members::MemberInfo, bool)> {
        crate::vm::class_members(class, false)
    }

    fn parse_block(&mut self, text: &str) -> Result {
        command::Session::parse_script(self, text, None)
    }

    fn type_member(&mut self, type_name: &str, member: &str) -> Option<PsMember> {
        crate::host_objects::type_member(self, type_name, member)
    }

    fn type_members(&mut self, type_name: &str) -> Vec<(Str, PsMember)> {
        crate::host_objects::type_members(self, type_name)
    }

    fn find_type(&mut self, name: &str) -> Option<TypeRef> {
        let simple = name.trim();
        if let Some(found) = self.known_class(Sym::intern(simple)) {
            return Some(found);
        }
        if let Some(open) = simple.find('[')
            && let Some(found) = self.known_class(Sym::intern(&simple[..open]))
            && simple[open..].chars().all(|c| matches!(c, '[' | ']' | ','))
        {
            return Some(found.array_of(1 + simple[open..].matches(',').count()));
        }
        // Types of scripts are known where they were defined only.
        let known = |name: &str| TypeRef::find(name).filter(|t| t.info().class.get().is_none());
        if !simple.contains('[')
            && let Some(found) = known(simple)
        {
            return Some(found);
        }
        let namespaces = self.namespaces();
        values::types::find_type_with(simple, &mut |name| {
            let class = self.known_class(Sym::intern(name));
            class
                .or_else(|| known(name))
                .or_else(|| namespaces.iter().find_map(|namespace| TypeRef::find(&format!("{namespace}.{name}"))))
        })
    }

    fn culture_name(&self) -> &str {
        &self.culture
    }

    fn take_casts(&mut self) -> Vec<Option<TypeRef>> {
        std::mem::take(&mut self.casts)
    }

    fn set_culture(&mut self, name: &str) -> bool {
        self.culture = Str::from(name);
        true
    }

    fn output_field_separator(&mut self) -> Option<Str> {
        let value = self.find_variable(self.current, Sym::intern("OFS"), false)?;
        // A list is no separator: it is shown by its type's name.
        match value.base() {
            Value::Null => None,
            Value::Array(list) => Some(Str::from(list.ty.name())),
            _ => Some(Str::from(convert::to_display(&value))),
        }
    }

    fn utc_now_ticks(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        621_355_968_000_000_000 + since.as_nanos() as i64 / 100
    }

    fn time_zone(&self) -> &str {
        &self.zone
    }

    fn working_directory(&self) -> PathBuf {
        // As .NET sees it: the process's own, which Set-Location leaves alone.
        std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"))
    }

    fn console_write(&mut self, text: &str, is_error: bool) -> Result<()> {
        use std::io::Write;
        // What the host holds back comes first.
        self.host.flush();
        // A reader that went away is no fault of the script.
        let _ = if is_error {
            std::io::stderr().write_all(text.as_bytes())
        } else {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        };
        Ok(())
    }

    fn strict_mode(&self) -> u8 {
        self.strict()
    }

    fn global_variable(&mut self, name: &str) -> Option<Value> {
        command::Session::variable(self, name, command::Scope::Global).map(|v| v.value)
    }

    fn is_stopping(&self) -> bool {
        self.is_stopped()
    }

    fn engine_static(&mut self, ty: TypeRef, name: &str, args: Option<&[Value]>) -> Result<Option<Value>> {
        let text = |runspace: &mut Runspace, at: usize| match args.and_then(|a| a.get(at)) {
            Some(value) => convert::to_str(runspace, value),
            None => Ok(Str::empty()),
        };
        if ty.name() == "System.Diagnostics.Process"
            && let Some(args) = args
            && let Some(found) = self.static_of_process(name, args)?
        {
            return Ok(Some(found));
        }
        match (ty, name) {
            (TypeRef::SCRIPTBLOCK, "Create") => {
                let text = text(self, 0)?;
                self.parse(&text, None).map(Some)
            }
            (_, "new") if ty.name() == "System.Management.Automation.CommandMetadata" => {
                let given = args.and_then(|a| a.first()).cloned().unwrap_or_default();
                crate::host_objects::proxy_command::metadata(self, &given).map(Some)
            }
            (_, name) if ty.name() == "System.Management.Automation.ProxyCommand" => {
                let mut args = args.unwrap_or_default().to_vec();
                // A command stands for its metadata.
                if let Some(first) =
                    args.first_mut().filter(|a| a.as_foreign::<crate::host_objects::CommandObject>().is_some())
                {
                    *first = crate::host_objects::proxy_command::metadata(self, first)?;
                }
                crate::host_objects::proxy_command::call(name, &args)
            }
            (_, "new") if ty.name() == "System.Management.Automation.PSVariable" => {
                let name = text(self, 0)?;
                let value = args.and_then(|a| a.get(1)).cloned().unwrap_or_default();
                Ok(Some(Value::Foreign(crate::scope::Variable::cell(&name, value))))
            }
            _ => Ok(None),
        }
    }

    fn env_get(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn env_set(&mut self, name: &str, value: Option<&str>) -> bool {
        match value {
            Some(value) => self.environment.insert(name.to_string(), value.to_string()),
            None => self.environment.remove(name),
        };
        true
    }

    fn env_all(&self) -> Vec<(String, String)> {
        self.environment.iter().map(|(k, v)| (k.clone(), v.clone())).collect()
    }

    fn engine(&mut self) -> &mut dyn Any {
        self
    }
}

impl Runspace {
    /// Static methods of Process, by the commands that list and start processes.
    fn static_of_process(&mut self, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let first = args.first().cloned().unwrap_or_default();
        let process = || TypeRef::find("System.Diagnostics.Process").unwrap_or(TypeRef::OBJECT);
        let (command, named) = match name {
            "GetCurrentProcess" => ("Get-Process", vec![("Id", Value::I32(std::process::id() as i32))]),
            "GetProcessById" => ("Get-Process", vec![("Id", first)]),
            "GetProcessesByName" => ("Get-Process", vec![("Name", first), ("ErrorAction", Value::from("Ignore"))]),
            "GetProcesses" => ("Get-Process", Vec::new()),
            "Start" => {
                let mut named = vec![("PassThru", Value::Bool(true))];
                if first.as_str().is_some() {
                    named.push(("FilePath", first));
                    if let Some(more) = args.get(1).filter(|a| !a.is_null()) {
                        named.push(("ArgumentList", more.clone()));
                    }
                } else {
                    return values::types::diagnostics::process::start_of(self, &first).map(Some);
                }
                ("Start-Process", named)
            }
            _ => return Ok(None),
        };
        let named = named.into_iter().map(|(n, v)| (Some(Str::from(n)), v)).collect();
        let made = command::Session::invoke_command(self, command, named, Vec::new())?;
        Ok(Some(if name.starts_with("GetProcesses") {
            Value::typed_array(process(), made)
        } else {
            Value::from_output(made)
        }))
    }
}
