//! ForEach-Object in the forms that the compiler does not fuse.

use command::{Bound, Cmdlet, Command, Invoke, Session};
use values::{ErrorCategory, Exception, Result, TypeRef, Value, members};

/// ForEach-Object.
pub static COMMAND: Command = Command { name: "ForEach-Object", create: || Box::new(ForEachObject::default()) };

#[derive(Default)]
struct ForEachObject {
    begin: Vec<Value>,
    process: Vec<Value>,
    end: Vec<Value>,
    inputs: Vec<Value>,
}

fn run(session: &mut dyn Session, block: &Value, item: Option<&Value>) -> Result<()> {
    let how = Invoke { item: item.cloned(), in_current_scope: true, to_pipeline: true, ..Invoke::default() };
    session.invoke_script(block, how).map(|_| ())
}

impl Cmdlet for ForEachObject {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Parallel") {
            check_parallel(bound)?;
        }
        self.begin = bound.list("Begin");
        self.end = bound.list("End");
        self.process = bound.list("Process");
        let rest = bound.list("RemainingScripts");
        if !rest.is_empty() {
            // Positional blocks: begin, process..., end, as PowerShell deals them out.
            let mut all = std::mem::take(&mut self.process);
            all.extend(rest);
            let has_begin = bound.has("Begin");
            let has_end = bound.has("End");
            if !has_begin && all.len() > 1 {
                self.begin = vec![all.remove(0)];
            }
            if !has_end && all.len() > 1 {
                self.end = all.pop().into_iter().collect();
            }
            self.process = all;
        } else if self.process.len() > 1 && !bound.has("Begin") {
            self.begin = vec![self.process.remove(0)];
            if self.process.len() > 1 && !bound.has("End") {
                self.end = self.process.pop().into_iter().collect();
            }
        }
        for block in self.begin.clone() {
            if !block.is_null() {
                run(session, &block, None)?;
            }
        }
        Ok(())
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let Some(item) = bound.get("InputObject").cloned() else { return Ok(()) };
        if bound.has("Parallel") {
            self.inputs.push(item);
            return Ok(());
        }
        if let Some(name) = bound.str("MemberName") {
            return member(session, bound, &item, &name);
        }
        for block in &self.process {
            if !block.is_null() {
                run(session, block, Some(&item))?;
            }
        }
        Ok(())
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Parallel") {
            return crate::parallel::run(session, bound, std::mem::take(&mut self.inputs));
        }
        for block in self.end.clone() {
            if !block.is_null() {
                run(session, &block, None)?;
            }
        }
        Ok(())
    }
}

/// What does not go together with -Parallel.
fn check_parallel(bound: &Bound) -> Result<()> {
    let common = ["ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "PipelineVariable"];
    if common.iter().any(|name| bound.has(name)) {
        let ty = command::class("System.Management.Automation.PSNotSupportedException", TypeRef::EXCEPTION);
        return Exception::new(
            ty,
            format!(
                "The following common parameters are not currently supported in the Parallel parameter set:\n{}",
                common.join(", ")
            ),
        )
        .identity("ParallelCommonParametersNotSupported", ErrorCategory::NotImplemented, Value::Null)
        .throw();
    }
    if bound.switch("AsJob") && bound.int("TimeoutSeconds").is_some() {
        return Exception::new(
            TypeRef::PS_ARGUMENT_EXCEPTION,
            "The 'TimeoutSeconds' parameter cannot be used with the 'AsJob' parameter.",
        )
        .identity("ParallelCannotUseTimeoutWithJob", ErrorCategory::InvalidOperation, Value::Null)
        .throw();
    }
    Ok(())
}

/// `ForEach-Object Name args`: a property's value or a method's result.
fn member(session: &mut dyn Session, bound: &Bound, item: &Value, name: &str) -> Result<()> {
    let args = bound.list("ArgumentList");
    if item.is_null() && session.strict_mode() < 2 {
        return session.write(Value::Null);
    }
    if item.is_null() {
        let record =
            Exception::new(TypeRef::ARGUMENT_NULL_EXCEPTION, "Value cannot be null. (Parameter 'InputObject')")
                .identity("InputObjectIsNull", ErrorCategory::InvalidArgument, Value::Null)
                .value();
        let Value::Exception(e) = record else { return Ok(()) };
        return session.write_error(values::ErrorRecord::from_exception(e));
    }
    let mut found = name.to_string();
    if name.contains(['*', '?', '[']) {
        let pattern = command::Wildcard::new(name);
        let names: Vec<String> = members::members(session, item)
            .into_iter()
            .map(|m| m.name.to_string())
            .filter(|n| pattern.matches(n))
            .collect();
        match names.as_slice() {
            [one] => found = one.clone(),
            [] => {}
            _ => {
                return command::error_of(
                    "AmbiguousPropertyOrMethodName",
                    ErrorCategory::InvalidArgument,
                    format!(
                        "Input name \"{name}\" is ambiguous. It can be resolved to multiple matched members. Possible matches include: {}.",
                        names.join(" ")
                    ),
                );
            }
        }
    }
    if args.is_empty()
        && let Some(value) = members::get(session, item, &found)?
        && value.as_foreign::<members::MethodObject>().is_none()
    {
        return session.write_enumerated(value);
    }
    match members::call(session, item, &found, &args) {
        Ok(Value::Void) => Ok(()),
        Ok(value) => session.write_enumerated(value),
        Err(flow) => match flow.record() {
            Some(record) if args.is_empty() && record.full_id().starts_with("MethodNotFound") => {
                if session.strict_mode() >= 2 {
                    return Err(flow);
                }
                session.write(Value::Null)
            }
            Some(record) if record.full_id().starts_with("MethodNotFound") => {
                let text = format!("Input name \"{name}\" cannot be resolved to a method.");
                let made = Exception::new(TypeRef::PS_INVALID_OPERATION_EXCEPTION, text);
                refuse(session, made, "MethodNotFound", item)
            }
            Some(record) => {
                let made = Exception::new(record.exception.ty, record.exception.message());
                let inner = record.exception.data.lock().inner.clone().unwrap_or_default();
                refuse(session, made.inner(inner), "MethodInvocationError", item)
            }
            None => Err(flow),
        },
    }
}

/// An error of one object, which does not end the command.
fn refuse(session: &mut dyn Session, exception: Exception, id: &str, item: &Value) -> Result<()> {
    let made = exception.identity(id, ErrorCategory::InvalidOperation, item.clone());
    session.write_error(values::ErrorRecord::from_exception(std::sync::Arc::new(made)))
}
