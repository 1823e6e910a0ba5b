//! Functions, methods, switch tests, invocation info.

use std::sync::Arc;

use command::{CommandInfo, CommandKind, Invoke};
use language::Span;
use values::error::{Invocation, Position};
use values::operators::{Binary, Effects};
use values::{Result, Str, TypeRef, Value, convert, members, operators};

use crate::code::{Code, InvokeSite, StageSite};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;
use crate::trace::Source;

impl Runspace {
    /// A literal script block as a value.
    pub(crate) fn script_block_value(&mut self, code: &Arc<Code>, frame: usize, block: u16) -> Value {
        let home = self.frames[frame].home.clone();
        let (id, made) = &code.blocks[block as usize];
        Value::foreign(ScriptBlock::with_code(code.ast.clone(), *id, None, home, made.clone()))
    }

    pub(super) fn define_function(&mut self, code: &Arc<Code>, frame: usize, index: u16) -> Result<()> {
        let (id, made) = &code.functions[index as usize];
        let id = *id;
        let function = code.ast.function(id);
        let written = code.ast.text(function.name.text).to_string();
        let (scope, name) = match written.split_once(':') {
            Some((scope, name)) if !name.is_empty() => (scope.to_ascii_lowercase(), name.to_string()),
            _ => (String::new(), written),
        };
        let home = self.frames[frame].home.clone();
        let mut script = ScriptBlock::with_code(code.ast.clone(), function.body, function.params, home, made.clone());
        script.is_filter = function.is_filter;
        let kind = if function.is_filter { CommandKind::Filter } else { CommandKind::Function };
        let info = crate::commands::script_info(
            Str::from(name.as_str()),
            kind,
            Value::foreign(script),
            self.module_name(frame),
        );
        self.store_function(&scope, &name, Arc::new(info));
        Ok(())
    }

    fn module_name(&self, frame: usize) -> Option<Str> {
        self.frames[frame].home.as_ref()?.module.as_ref().map(|m| m.name.clone())
    }

    /// Puts a function into a scope: `global`, `script`, or the current one.
    pub(crate) fn store_function(&mut self, scope: &str, name: &str, info: Arc<CommandInfo>) {
        let table = match scope {
            "global" => self.global.clone(),
            "script" => self.script_table(),
            _ => self.current_table(),
        };
        table.functions.lock().insert(language::Sym::intern(name), info);
        self.note_redefinition(name);
    }

    /// The table of the script scope.
    pub(crate) fn script_table(&mut self) -> Arc<crate::scope::ScopeTable> {
        let mut at = self.current;
        loop {
            let Some(f) = self.frames.get(at) else { return self.global.clone() };
            if f.kind == crate::runspace::FrameKind::Script {
                return self.table_of(at);
            }
            match f.parent.clone() {
                crate::runspace::Parent::Frame(parent) => at = parent,
                crate::runspace::Parent::Table(table) => return table,
            }
        }
    }

    /// Calls a method: `object.name(args)`.
    pub(super) fn invoke_member(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        base: usize,
        object: Value,
        site: u16,
    ) -> Result {
        let site = &code.invokes[site as usize];
        let name = self.read(code, frame, base, site.name)?;
        let mut args = Vec::with_capacity(site.count as usize);
        for r in site.first..site.first + site.count {
            args.push(match self.read(code, frame, base, r)? {
                Value::Void => Value::Null,
                value => value,
            });
        }
        let name = match name {
            Value::Str(s) => s,
            other => convert::to_str(self, &other)?,
        };
        let mut generics = Vec::with_capacity(site.generic.len());
        for spec in &site.generic {
            match values::Context::find_type(self, &spec.text) {
                Some(ty) => generics.push(ty),
                None => return crate::errors::type_not_found(&spec.text).throw(),
            }
        }
        self.casts.clear();
        for cast in &site.casts {
            let ty = cast.map(|spec| self.resolve_type(code, spec)).transpose()?;
            self.casts.push(ty);
        }
        if self.tracing.is_some() {
            self.trace_call(site, &object, &name, &args, &generics);
        }
        let done = self.invoke_site(code, frame, site, object, &name, &args, &generics);
        self.casts.clear();
        done
    }

    /// Tells which overload a call means, where .NET's facts know the method.
    #[cold]
    fn trace_call(&mut self, site: &InvokeSite, object: &Value, name: &Str, args: &[Value], generics: &[TypeRef]) {
        use values::types::{bind, define};
        let ty = match (object, site.is_static) {
            (Value::Type(ty), true) => Some(*ty),
            (Value::Str(text), true) => values::Context::find_type(self, text),
            _ => object.base().type_ref(),
        };
        let member = ty.and_then(|ty| match site.is_static && name.eq_ignore_ascii_case("new") {
            true => define::constructors(ty),
            false => define::lookup(ty, name, site.is_static),
        });
        let Some(member) = member else { return };
        let casts = self.casts.clone();
        let chosen = bind::choose(self, member.signatures(), name, args, generics);
        self.casts = casts;
        let Ok((signature, _)) = chosen else { return };
        let texts = member.overloads();
        let Some(text) = texts.get(signature.index) else { return };
        self.trace(Source::MethodInvocation, |_| format!("Invoking method: {text}"));
        self.trace(Source::MemberResolution, |_| format!("Calling Method: {text}"));
    }

    fn invoke_site(
        &mut self,
        code: &Arc<Code>,
        frame: usize,
        site: &InvokeSite,
        object: Value,
        name: &Str,
        args: &[Value],
        generics: &[TypeRef],
    ) -> Result {
        if site.is_static {
            let ty = match &object {
                Value::Type(t) => *t,
                // A text that names no type is an instance of its own.
                Value::Str(s) => values::Context::find_type(self, s).unwrap_or(TypeRef::STRING),
                other => other.type_ref().unwrap_or(TypeRef::OBJECT),
            };
            // A rehearsal touches neither files nor processes nor the net.
            const OUTSIDE: [&str; 4] = ["System.IO.", "System.Net.", "System.Diagnostics.", "System.Environment"];
            if self.rehearsal.is_some()
                && OUTSIDE.iter().any(|n| ty.name().starts_with(n))
                && ty.name() != "System.IO.Path"
            {
                return Ok(match &*name.to_ascii_lowercase() {
                    "readallbytes" => Value::array(vec![Value::U8(0)]),
                    "readalltext" => Value::from(" "),
                    _ => Value::Null,
                });
            }
            let fitted = members::static_arguments(self, ty, name, args)?;
            let args = fitted.as_deref().unwrap_or(args);
            if ty == TypeRef::SCRIPTBLOCK && name.eq_ignore_ascii_case("create") {
                return self.create_script_block(args);
            }
            if let Some(found) = crate::syntax::call_static(self, ty, name, args)? {
                return Ok(found);
            }
            if let Some(found) = crate::completion::call_static(self, ty, name, args)? {
                return Ok(found);
            }
            return members::call_static_generic(self, ty, name, args, generics);
        }
        if site.is_base {
            return self.call_base(frame, &object, args);
        }
        if let Some(via) = site.via
            && matches!(object, Value::Object(_))
        {
            let ty = self.resolve_type(code, via)?;
            return self.call_as(ty, &object, name, args);
        }
        if object.is_null() {
            if let Some(done) = members::call_intrinsic(self, &object, name, args)? {
                return Ok(done);
            }
            return crate::errors::invalid_operation(
                "InvokeMethodOnNull",
                "You cannot call a method on a null-valued expression.",
            )
            .throw();
        }
        if !generics.is_empty() {
            return members::call_generic(self, &object, name, args, generics);
        }
        self.call_method(&object, name, args)
    }

    /// Calls a method of an object.
    pub(crate) fn call_method(&mut self, object: &Value, name: &str, args: &[Value]) -> Result {
        members::call(self, object, name, args)
    }

    /// `[scriptblock]::Create(text)`.
    fn create_script_block(&mut self, args: &[Value]) -> Result {
        let text = self.text_of(args.first().unwrap_or(&Value::Null));
        let made = command::Session::parse_script(self, &text, None);
        made.map_err(|flow| match flow.record() {
            Some(record) => {
                let inner = record.exception.clone();
                let message = format!(
                    "Exception calling \"Create\" with \"{}\" argument(s): \"{}\"",
                    args.len(),
                    inner.message()
                );
                let outer = values::Exception::new(TypeRef::METHOD_INVOCATION_EXCEPTION, message)
                    .inner(Value::Exception(inner))
                    .identity("ParseException", values::ErrorCategory::NotSpecified, Value::Null);
                values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(outer)))
            }
            None => flow,
        })
    }

    /// Whether a switch clause takes a value.
    pub(super) fn switch_test(
        &mut self,
        _code: &Arc<Code>,
        frame: usize,
        value: &Value,
        condition: &Value,
        flags: &Value,
    ) -> Result<bool> {
        let flags = flags.as_i64().unwrap_or(0);
        let is_case_sensitive = flags & 16 != 0;
        if condition.as_foreign::<ScriptBlock>().is_some() {
            let how = Invoke { item: Some(value.clone()), ..Invoke::default() };
            let output = self.invoke_script(condition, how)?;
            return Ok(convert::to_bool(&Value::from_output(output)));
        }
        if flags & 6 == 0 {
            if condition.is_null() || value.is_null() {
                return Ok(condition.is_null() && value.is_null());
            }
            // Both are compared as texts.
            let (left, right) = (convert::to_str(self, value)?, convert::to_str(self, condition)?);
            return Ok(if is_case_sensitive {
                left == right
            } else {
                values::collection::equals_ignore_case(&left, &right)
            });
        }
        let text = convert::to_str(self, value)?;
        let op = if flags & 2 != 0 { Binary::Match } else { Binary::Like };
        let mut effects = Effects::default();
        let is = match operators::binary(self, op, is_case_sensitive, &Value::Str(text), condition, &mut effects) {
            Ok(is) => is,
            Err(flow) if op == Binary::Match => operators::bad_pattern(self, condition, flow)?,
            Err(flow) => return Err(flow),
        };
        if let Some(matches) = effects.matches {
            self.set_matches(frame, matches);
        }
        Ok(convert::to_bool(&is))
    }

    /// Where an instruction's source stands.
    pub(crate) fn position(code: &Code, span: Span) -> Position {
        let source = code.ast.source();
        position_of(source, span)
    }

    /// How a command is called from the running frame.
    pub(crate) fn invocation_of(&mut self, info: &Arc<CommandInfo>, span: Span, place: (u32, u32)) -> Arc<Invocation> {
        let position = self.frame().filter(|_| span.len > 0).map(|f| Arc::new(Self::position(&f.code, span)));
        let script = self.frame().and_then(|f| f.code.ast.source().file().map(Str::from));
        Arc::new(Invocation {
            command: crate::host_objects::CommandObject::value(info.clone()),
            name: Some(info.name.clone()),
            position,
            bound: Value::Null,
            unbound: Vec::new(),
            script,
            pipeline: (place.1, place.0),
            is_from_runspace: false,
            history_id: self.next_history,
            is_expecting_input: place.0 > 1,
        })
    }

    /// The same for a plain function call; the site keeps the position.
    pub(crate) fn lazy_invocation(&mut self, info: &Arc<CommandInfo>, site: &StageSite, how: u8) -> Arc<Invocation> {
        let frame = self.frame();
        let made = || frame.map(|f| Arc::new(Self::position(&f.code, site.span)));
        let position = match site.position.get() {
            Some(known) => Some(known.clone()),
            None => made().map(|p| site.position.get_or_init(|| p).clone()),
        };
        let script = position.as_ref().and_then(|p| p.file.clone());
        Arc::new(Invocation {
            command: crate::host_objects::CommandObject::value(info.clone()),
            name: Some(if how == 1 { Str::from("&") } else { info.name.clone() }),
            position: position.filter(|_| site.span.len > 0),
            script,
            pipeline: (1, 1),
            history_id: self.next_history,
            ..Invocation::default()
        })
    }

    pub(super) fn start_background(&mut self, text: &Value) -> Result {
        let text = text.as_str().unwrap_or_default();
        let block = command::Session::parse_script(self, text, None)?;
        let block = match self.with_using(&block, text) {
            Some(text) => command::Session::parse_script(self, &text, None)?,
            None => block,
        };
        let args = vec![(Some(Str::from("ScriptBlock")), block)];
        let made = command::Session::invoke_command(self, "Start-Job", args, Vec::new())?;
        Ok(Value::from_output(made))
    }
}

impl Runspace {
    /// The text of a background job with `${using:x}` for each variable that exists here; none where there is none.
    fn with_using(&self, block: &Value, text: &str) -> Option<String> {
        const MAGIC: [&str; 8] = ["pid", "psversiontable", "psedition", "pshome", "host", "true", "false", "null"];
        let ast = block.as_foreign::<ScriptBlock>()?.ast.clone();
        let mut found = Vec::new();
        ast.walk(language::ast::Node::Block(block.as_foreign::<ScriptBlock>()?.block), &mut |node| {
            if let language::ast::Node::Expr(id) = node
                && let language::ast::Expr::Variable(v) = *ast.expr(id)
                && v.scope == language::ast::VariableScope::Unqualified
                && !MAGIC.contains(&v.name.folded())
                && self.find_variable(self.current, v.name, false).is_some()
            {
                found.push((ast.span_expr(id), v.name.folded().to_string()));
            }
            language::ast::Visit::Continue
        });
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = text.to_string();
        for (span, name) in found {
            let (start, end) = (span.start as usize, span.end() as usize);
            if text.is_char_boundary(start) && text.is_char_boundary(end) {
                text.replace_range(start..end, &format!("${{using:{name}}}"));
            }
        }
        Some(text)
    }
}

/// A span as a position for people.
pub fn position_of(source: &language::Source, span: Span) -> Position {
    let (start, end) = (source.position(span.start), source.position(span.end()));
    Position {
        file: source.file().map(Str::from),
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        start_offset: start.offset,
        end_offset: end.offset,
        text: Some(Str::from(source.slice(span))),
        line: Some(match start.line < source.line_count() {
            true => Str::from(format!("{}\n", source.line(start.line))),
            false => Str::from(source.line(start.line)),
        }),
    }
}

/// `$MyInvocation` of a frame.
pub fn invocation_value(runspace: &mut Runspace, frame: usize) -> Value {
    let invocation = runspace.frames.get(frame).and_then(|f| f.invocation.clone()).unwrap_or_default();
    crate::host_objects::InvocationObject::value(invocation)
}
