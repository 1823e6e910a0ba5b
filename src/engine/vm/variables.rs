//! Variables: slots, names, scopes, constraints.

use std::sync::Arc;

use command::VariableOptions;
use language::Sym;
use values::object::ForeignRef;
use values::{Context, ErrorCategory, Exception, Result, TypeRef, Value, convert};

use crate::code::{Code, Reg, VarScope};
use crate::errors;
use crate::runspace::{FrameKind, Parent, Runspace};
use crate::scope::{Constraint, ScopeTable, Variable};

impl Runspace {
    /// The value behind a slot that is unset or a cell.
    #[cold]
    pub(super) fn read_slot(&mut self, code: &Code, frame: usize, r: Reg) -> Result {
        let base = self.frames[frame].base;
        match &self.stack[base + r as usize] {
            Value::Slot(Some(cell)) => {
                if let Some(value) = cell.variable().and_then(|data| data.lock().get()) {
                    return Ok(value);
                }
            }
            Value::Slot(None) => {}
            value => return Ok(value.clone()),
        }
        let Some((sym, name)) = code.slots.get(r as usize).cloned() else { return Ok(Value::Null) };
        self.lookup_from(frame, sym, true, &name)
    }

    /// Stores into a slot that is a cell, or (in shared code) is not bound yet.
    #[cold]
    pub(super) fn put_slot(&mut self, code: &Code, frame: usize, d: Reg, value: Value) -> Result<()> {
        if d as usize >= code.slots.len() {
            let base = self.frames[frame].base;
            self.stack[base + d as usize] = value;
            return Ok(());
        }
        let base = self.frames[frame].base;
        if let Value::Slot(Some(cell)) = &self.stack[base + d as usize]
            && let Some(data) = cell.variable()
        {
            let mut data = data.lock();
            if data.is_plain() {
                let old = std::mem::replace(&mut data.value, value);
                drop(data);
                drop(old);
                return Ok(());
            }
        }
        let cell = self.slot_cell(frame, d);
        self.store(&cell, value)
    }

    /// Stores into a variable, heeding options and constraints.
    pub fn store(&mut self, cell: &ForeignRef, value: Value) -> Result<()> {
        let Some(variable) = Variable::of(cell) else { return Ok(()) };
        let (options, is_constrained) = {
            let data = variable.data.lock();
            (data.options, data.is_constrained)
        };
        if options.has(VariableOptions::READ_ONLY) || options.has(VariableOptions::CONSTANT) {
            return errors::variable_not_writable(&variable.name).throw();
        }
        let value = if is_constrained { constrain(self, variable, value)? } else { value };
        variable.put(value);
        Ok(())
    }

    /// A variable that the block does not assign.
    pub(super) fn get_free(&mut self, code: &Arc<Code>, frame: usize, place: u16) -> Result {
        let place = &code.places[place as usize];
        if let Some(memo) = place.memo
            && let Some(at) = self.slot_outward(frame, place.sym)
        {
            let base = self.frames[frame].base;
            self.stack[base + memo as usize] = Value::U64(u64::from(self.moves) << 32 | at as u64);
        }
        self.lookup_from(frame, place.sym, false, &place.name)
    }

    /// Looks at the value of a variable of another scope whose place the frame remembers.
    #[inline(always)]
    pub(super) fn at_remembered<T>(
        &self,
        code: &Code,
        base: usize,
        place: u16,
        look: impl FnOnce(&Value) -> Option<T>,
    ) -> Option<T> {
        let memo = code.places[place as usize].memo?;
        let Value::U64(word) = self.stack[base + memo as usize] else { return None };
        if (word >> 32) as u32 != self.moves {
            return None;
        }
        let data;
        let value = match self.stack.get(word as u32 as usize)? {
            Value::Slot(None) => return None,
            Value::Slot(Some(cell)) => {
                data = cell.variable()?.lock();
                if data.options.has(VariableOptions::PRIVATE) {
                    return None;
                }
                &data.value
            }
            value => value,
        };
        match value {
            Value::Slot(_) => None,
            // In one place, so that it becomes part of the caller.
            value => look(value),
        }
    }

    /// The value of such a variable.
    #[inline]
    pub(super) fn remembered(&self, code: &Code, base: usize, place: u16) -> Option<Value> {
        self.at_remembered(code, base, place, |value| Some(value.copy()))
    }

    /// The place on the stack of a variable of a frame further out, where nothing between can come to hide it but a table
    /// that is made later.
    fn slot_outward(&self, frame: usize, sym: Sym) -> Option<usize> {
        let mut at = frame;
        loop {
            let f = self.frames.get(at)?;
            if let Some(slot) = f.code.slot_of(sym) {
                return (at != frame).then_some(f.base + slot as usize);
            }
            match &f.parent {
                Parent::Frame(parent) if f.table.is_none() => at = *parent,
                _ => return None,
            }
        }
    }

    /// Looks a variable up from a frame outward; unset gives `$null`, or an error in strict mode.
    fn lookup_from(&mut self, frame: usize, sym: Sym, skip_first: bool, name: &str) -> Result {
        if let Some(value) = self.find_variable(frame, sym, skip_first) {
            return Ok(value);
        }
        if let Some(value) = self.computed_variable(sym) {
            return Ok(value);
        }
        let strict = self.strict();
        // The first version lets unset variables in texts pass.
        if strict > 1 || (strict == 1 && !self.is_reading_text(frame)) {
            return errors::variable_unset(name).throw();
        }
        Ok(Value::Null)
    }

    /// Whether the running instruction reads a variable that stands in an expandable text.
    fn is_reading_text(&self, frame: usize) -> bool {
        let Some(f) = self.frames.get(frame) else { return false };
        let Some(span) = f.code.spans.get(f.pc as usize) else { return false };
        let ast = &f.code.ast;
        let mut found = false;
        ast.walk(language::ast::Node::Block(f.code.block), &mut |node| {
            if let language::ast::Node::Expr(id) = node
                && let language::ast::Expr::Expandable { parts, .. } = *ast.expr(id)
            {
                found |= ast
                    .list(parts)
                    .iter()
                    .any(|part| matches!(part, language::ast::Part::Expr(inner) if ast.span_expr(*inner) == *span));
            }
            language::ast::Visit::Continue
        });
        found
    }

    /// The value of a variable as seen from a frame.
    pub fn find_variable(&self, frame: usize, sym: Sym, skip_first: bool) -> Option<Value> {
        let mut at = frame;
        let mut is_first = true;
        while let Some(f) = self.frames.get(at) {
            if !(is_first && skip_first)
                && let Some(slot) = f.code.slot_of(sym)
            {
                match &self.stack[f.base + slot as usize] {
                    Value::Slot(None) => {}
                    Value::Slot(Some(cell)) => {
                        if let Some(v) = Variable::of(cell)
                            && (is_first || !v.data.lock().options.has(VariableOptions::PRIVATE))
                            && let Some(value) = v.get()
                        {
                            return Some(value);
                        }
                    }
                    value => return Some(value.clone()),
                }
            }
            if let Some(table) = &f.table
                && let Some(value) = visible(table, sym, is_first)
            {
                return Some(value);
            }
            is_first = is_first && f.kind == FrameKind::Shared;
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => return in_tables(table, sym, is_first),
            }
        }
        in_tables(&self.global, sym, is_first)
    }

    /// The cell of a variable that is visible from a frame, with the frame's depth.
    pub fn find_cell(&mut self, frame: usize, sym: Sym) -> Option<ForeignRef> {
        let mut at = frame;
        while let Some(f) = self.frames.get(at) {
            if let Some(slot) = f.code.slot_of(sym) {
                let place = &self.stack[f.base + slot as usize];
                let is_set = match place {
                    Value::Slot(None) => false,
                    Value::Slot(Some(cell)) => Variable::of(cell).is_some_and(|v| v.get().is_some()),
                    _ => true,
                };
                if is_set {
                    return Some(self.slot_cell(at, slot));
                }
            }
            if let Some(cell) = f.table.as_ref().and_then(|t| t.cell(sym)) {
                return Some(cell);
            }
            match f.parent.clone() {
                Parent::Frame(parent) => at = parent,
                Parent::Table(table) => return cell_in_tables(Some(&table), sym),
            }
        }
        cell_in_tables(Some(&self.global.clone()), sym)
    }

    /// Variables whose value is made when asked for.
    pub(crate) fn computed_variable(&mut self, sym: Sym) -> Option<Value> {
        Some(match sym.folded() {
            "?" => Value::Bool(self.success),
            "pwd" => crate::session::place::current_path(self),
            "nestedpromptlevel" => Value::I32(0),
            "myinvocation" => crate::vm::call::invocation_value(self, self.current),
            "executioncontext" => crate::host_objects::execution_context(self),
            "host" => crate::host_objects::host_value(self),
            "psversiontable" => crate::host_objects::version_table(self),
            _ => return None,
        })
    }

    pub(super) fn get_scoped(&mut self, code: &Arc<Code>, frame: usize, place: u16) -> Result {
        let place = &code.places[place as usize];
        let found = match &place.scope {
            VarScope::Any => return self.lookup_from(frame, place.sym, false, &place.name),
            VarScope::Drive(drive) => return self.drive_variable(drive, &place.name),
            VarScope::Global => self.global.get(place.sym),
            VarScope::Script => self.script_cell(frame, place.sym, false).and_then(|c| Variable::of(&c)?.get()),
            VarScope::Local | VarScope::Private => match self.scope_of(frame) {
                Some(owner) => self.own_value(owner, place.sym),
                None => self.outer_table(frame).get(place.sym),
            },
        };
        match found {
            Some(value) => Ok(value),
            None => match self.computed_variable(place.sym) {
                Some(value) => Ok(value),
                None if self.strict() > 0 => errors::variable_unset(&place.name).throw(),
                None => Ok(Value::Null),
            },
        }
    }

    fn own_value(&self, frame: usize, sym: Sym) -> Option<Value> {
        let f = &self.frames[frame];
        if let Some(slot) = f.code.slot_of(sym) {
            match &self.stack[f.base + slot as usize] {
                Value::Slot(None) => {}
                Value::Slot(Some(cell)) => return Variable::of(cell).and_then(Variable::get),
                value => return Some(value.clone()),
            }
        }
        f.table.as_ref().and_then(|t| t.get(sym))
    }

    pub(super) fn set_scoped(&mut self, code: &Arc<Code>, frame: usize, place: u16, value: Value) -> Result<()> {
        let place = &code.places[place as usize];
        if !matches!(place.scope, VarScope::Drive(_)) && crate::compile::is_constant(place.sym) {
            return errors::variable_not_writable(&place.name).throw();
        }
        let cell = match &place.scope {
            VarScope::Drive(_) if self.rehearsal.is_some() => return Ok(()),
            VarScope::Drive(drive) => return self.set_drive_variable(drive, &place.name, value),
            // A rehearsal leaves outer scopes as they are.
            VarScope::Global | VarScope::Script if self.rehearsal.is_some() => match self.scope_of(frame) {
                Some(owner) => self.cell_in_frame(owner, place.sym, &place.name),
                None => return Ok(()),
            },
            VarScope::Global => self.global.cell_or_new(place.sym, &place.name),
            VarScope::Script => match self.script_cell(frame, place.sym, true) {
                Some(cell) => cell,
                None => return Ok(()),
            },
            VarScope::Any | VarScope::Local | VarScope::Private => match self.scope_of(frame) {
                Some(owner) => self.cell_in_frame(owner, place.sym, &place.name),
                None => self.outer_table(frame).cell_or_new(place.sym, &place.name),
            },
        };
        if place.scope == VarScope::Private
            && let Some(v) = Variable::of(&cell)
        {
            let mut data = v.data.lock();
            data.options = VariableOptions(data.options.0 | VariableOptions::PRIVATE.0);
        }
        self.store(&cell, value)
    }

    /// The cell of a variable of the script's scope: the running script's, the module's, or global.
    pub fn script_cell(&mut self, frame: usize, sym: Sym, make: bool) -> Option<ForeignRef> {
        let mut at = frame;
        let name = sym.folded();
        while let Some(f) = self.frames.get(at) {
            if f.kind == FrameKind::Script {
                return Some(self.cell_in_frame(at, sym, name));
            }
            match f.parent.clone() {
                Parent::Frame(parent) => at = parent,
                Parent::Table(table) => {
                    return if make { Some(table.cell_or_new(sym, name)) } else { table.cell(sym) };
                }
            }
        }
        if make { Some(self.global.cell_or_new(sym, name)) } else { self.global.cell(sym) }
    }

    /// `[type] $x` in front of an assignment.
    pub(super) fn constrain_slot(&mut self, code: &Arc<Code>, frame: usize, d: Reg, site: u16) -> Result<()> {
        let ids = code.attributes[site as usize].clone();
        let mut constraints = Vec::new();
        for id in ids {
            let attribute = code.ast.attribute(id);
            let name = code.ast.type_full_name(attribute.ty);
            match attribute.kind {
                language::ast::AttributeKind::Type => match Context::find_type(self, &name) {
                    Some(ty) => constraints.push(Constraint::Type(ty)),
                    None => return errors::type_not_found(&name).throw(),
                },
                language::ast::AttributeKind::Attribute { .. } => match crate::bind::validation(self, &code.ast, id)? {
                    Some(found) => constraints.push(Constraint::Validate(found)),
                    None => {
                        let own = crate::bind::transformation(self, &code.ast, id)?;
                        constraints.extend(own.map(Constraint::Transform));
                    }
                },
            }
        }
        // In functions and called blocks a variable with nothing but a type is a typed local of the compiled code.
        if let [Constraint::Type(ty)] = constraints[..]
            && matches!(self.frames[frame].kind, FrameKind::Function | FrameKind::Block)
            && ty.info().generic.as_ref().is_none_or(|(d, _)| *d != TypeRef::NULLABLE)
        {
            constraints = vec![Constraint::Local(ty)];
        }
        let cell = self.slot_cell(frame, d);
        if let Some(v) = Variable::of(&cell) {
            v.constrain(constraints);
            v.data.lock().is_being_constrained = true;
        }
        Ok(())
    }

    /// A `[ref]` to a variable.
    pub(super) fn make_ref(&mut self, code: &Arc<Code>, frame: usize, place: u16) -> Result {
        let place = &code.places[place as usize];
        let cell = match &place.scope {
            VarScope::Global => Some(self.global.cell_or_new(place.sym, &place.name)),
            VarScope::Script => self.script_cell(frame, place.sym, true),
            _ => match self.find_cell(frame, place.sym) {
                Some(cell) => Some(cell),
                None => {
                    return Err(values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(
                        errors::ref_to_nothing(),
                    ))));
                }
            },
        };
        Ok(match cell {
            Some(cell) => Value::foreign(crate::host_objects::Reference::to(cell)),
            None => Value::Null,
        })
    }

    /// `$Matches` of the running scope.
    pub(super) fn set_matches(&mut self, frame: usize, matches: Value) {
        let f = &self.frames[frame];
        if let Some(slot) = f.code.auto.matches {
            let at = f.base + slot as usize;
            if f.kind != FrameKind::Shared && !matches!(self.stack[at], Value::Slot(Some(_))) {
                self.stack[at] = matches;
                return;
            }
        }
        let owner = self.scope_of(frame);
        let cell = match owner {
            Some(owner) => self.cell_in_frame(owner, self.known.matches, "Matches"),
            None => self.outer_table(frame).cell_or_new(self.known.matches, "Matches"),
        };
        if let Some(v) = Variable::of(&cell) {
            v.put(matches);
        }
    }

    /// `$using:name`: what a job or parallel block was given, or the caller's variable.
    pub(super) fn using_value(&mut self, name: &Value) -> Result {
        let name = name.as_str().unwrap_or_default();
        let sym = Sym::intern(name);
        if let Some(value) = self.using.get(&sym) {
            return Ok(value.clone());
        }
        // A job or a block of -Parallel that was given values leaves none out.
        errors::invalid_operation(
            "UsingWithoutInvokeCommand",
            "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, Start-Job, or InlineScript in the script workflow. When it is used with Invoke-Command, the Using variable is valid only if the script block is invoked on a remote computer.",
        )
        .throw()
    }
}

fn visible(table: &ScopeTable, sym: Sym, is_own: bool) -> Option<Value> {
    let cell = table.cell(sym)?;
    let variable = Variable::of(&cell)?;
    if !is_own && variable.data.lock().options.has(VariableOptions::PRIVATE) {
        return None;
    }
    variable.get()
}

/// The value in a table or those outside it; private ones count where the first table is the running scope's own.
fn in_tables(table: &Arc<ScopeTable>, sym: Sym, is_own: bool) -> Option<Value> {
    let mut at = Some(table);
    let mut is_own = is_own;
    while let Some(t) = at {
        if let Some(value) = visible(t, sym, is_own) {
            return Some(value);
        }
        is_own = false;
        at = t.parent.as_ref();
    }
    None
}

fn cell_in_tables(mut table: Option<&Arc<ScopeTable>>, sym: Sym) -> Option<ForeignRef> {
    while let Some(t) = table {
        if let Some(cell) = t.cell(sym).filter(|c| Variable::of(c).is_some_and(|v| v.get().is_some())) {
            return Some(cell);
        }
        table = t.parent.as_ref();
    }
    None
}

/// A value as a variable's constraints allow it: converted and validated.
pub fn constrain(ctx: &mut dyn Context, variable: &Variable, value: Value) -> Result {
    let is_new = std::mem::take(&mut variable.data.lock().is_being_constrained);
    let constraints = variable.constraints();
    let mut value = value;
    for constraint in constraints.iter().rev() {
        match constraint {
            Constraint::Type(ty) => {
                value = crate::bind::transform::to_type(ctx, &value, *ty, crate::bind::transform::Place::Variable)
                    .map_err(metadata_error)?;
            }
            Constraint::Defaults(ty) => value = defaults_of(ctx, &value, *ty).map_err(metadata_error)?,
            Constraint::Local(ty) => value = convert::cast(ctx, &value, *ty)?,
            Constraint::Transform(attribute) => {
                let engine = match ctx.engine().downcast_mut::<Runspace>() {
                    Some(runspace) => crate::host_objects::execution_context(runspace),
                    None => Value::Null,
                };
                value = values::members::call(ctx, attribute, "Transform", &[engine, value]).map_err(metadata_error)?;
            }
            Constraint::Validate(validation) => {
                if crate::bind::validate(ctx, validation, &value)?.is_err() {
                    return match is_new {
                        true => errors::attribute_invalid(&variable.name, &value).throw(),
                        false => errors::variable_invalid(&variable.name, &value).throw(),
                    };
                }
            }
        }
    }
    Ok(value)
}

/// A dictionary as `$PSDefaultParameterValues` holds it.
fn defaults_of(ctx: &mut dyn Context, value: &Value, ty: TypeRef) -> Result {
    match value.base() {
        Value::Null | Value::Void => Ok(Value::Null),
        Value::Dict(dict) if dict.ty == ty => Ok(value.clone()),
        Value::Dict(dict) => {
            let made = values::Dict::new(ty, TypeRef::OBJECT, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
            for (key, value) in dict.to_vec() {
                made.insert(key, value);
            }
            Ok(Value::Dict(Arc::new(made)))
        }
        _ => convert::no_way(ctx, value, ty)?.throw(),
    }
}

/// A failed conversion of a constrained variable is a MetadataError with the conversion's message.
fn metadata_error(flow: Box<values::Flow>) -> Box<values::Flow> {
    let Some(record) = flow.record().cloned() else { return flow };
    let ty = TypeRef::find("System.Management.Automation.ArgumentTransformationMetadataException");
    let exception = Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), record.exception.message())
        .inner(Value::Exception(record.exception.clone()))
        .identity("RuntimeException", ErrorCategory::MetadataError, Value::Null);
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(exception)))
}
