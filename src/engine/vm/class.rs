//! Script classes and enumerations.

use std::collections::HashMap;
use std::sync::Arc;

use language::Sym;
use language::ast::{Ast, ExprId, FunctionId, MemberKind, TypeDefKind};
use parking_lot::Mutex;
use values::{Context, ErrorCategory, Layout, Object, Result, Str, TypeRef, Value, convert, members};

use crate::bind::Binding;
use crate::code::Code;
use crate::errors;
use crate::runspace::{FrameKind, Parent, Runspace, Sink};
use crate::scope::ScopeTable;
use crate::script_block::ScriptBlock;

/// A script class.
pub struct ScriptClass {
    name: Str,
    base: TypeRef,
    properties: Vec<Property>,
    methods: Vec<Method>,
    statics: Mutex<HashMap<Sym, Value>>,
    home: Option<Arc<ScopeTable>>,
    ast: Arc<Ast>,
}

struct Property {
    name: Str,
    ty: Option<TypeRef>,
    initial: Option<ExprId>,
    is_static: bool,
    is_hidden: bool,
    validations: Vec<command::Validation>,
}

struct Method {
    name: Str,
    is_static: bool,
    is_hidden: bool,
    is_constructor: bool,
    returns: Option<TypeRef>,
    block: Value,
    function: FunctionId,
}

fn class_of(ty: TypeRef) -> Option<Arc<ScriptClass>> {
    ty.info().class.get()?.clone().downcast::<ScriptClass>().ok()
}

/// The script classes of a type and its bases, the type's own first.
fn chain(ty: TypeRef) -> Vec<(TypeRef, Arc<ScriptClass>)> {
    let mut found = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        match class_of(t) {
            Some(class) => found.push((t, class)),
            None => break,
        }
        at = t.base();
    }
    found
}

impl Runspace {
    /// Defines a class or enumeration of the source.
    pub(super) fn define_type(&mut self, code: &Arc<Code>, frame: usize, index: u16) -> Result<()> {
        let ast = code.ast.clone();
        let def = *ast.type_def(code.type_defs[index as usize]);
        let name = ast.text(def.name.text).to_string();
        let key = |index: u16| (Arc::as_ptr(code) as usize, index);
        if !self.declared.contains_key(&key(index)) {
            // All types of the block are known by name before any is filled: they may name each other.
            for at in 0..code.type_defs.len() as u16 {
                let declared = self.declare_type(&ast, code.type_defs[at as usize])?;
                self.declared.insert(key(at), declared);
            }
        }
        let Some(ty) = self.declared.remove(&key(index)) else { return Ok(()) };
        if def.kind == TypeDefKind::Enum {
            return Ok(());
        }
        let base = ty.base().unwrap_or(TypeRef::OBJECT);
        let mut class = ScriptClass {
            name: Str::from(name.as_str()),
            base,
            properties: Vec::new(),
            methods: Vec::new(),
            statics: Mutex::default(),
            home: self.frames[frame].home.clone(),
            ast: ast.clone(),
        };
        for member in ast.list(def.members).to_vec() {
            let member_name = Str::from(ast.text(member.name.text));
            let member_type = match member.ty {
                Some(id) => {
                    let text = ast.type_full_name(ast.attribute(id).ty);
                    match self.find_type(&text) {
                        Some(found) => Some(found),
                        None => return errors::type_not_found(&text).throw(),
                    }
                }
                None => None,
            };
            match member.kind {
                MemberKind::Property { initial } => {
                    let mut validations = Vec::new();
                    for id in ast.list(member.attributes).to_vec() {
                        validations.extend(crate::bind::validation(self, &ast, id)?);
                    }
                    class.properties.push(Property {
                        name: member_name,
                        ty: member_type,
                        initial,
                        is_static: member.is_static,
                        is_hidden: member.is_hidden,
                        validations,
                    });
                }
                MemberKind::Method { function, is_constructor } => {
                    let f = *ast.function(function);
                    let block = ScriptBlock::new(
                        ast.clone(),
                        f.body,
                        f.params.or(Some(Default::default())),
                        class.home.clone(),
                    );
                    class.methods.push(Method {
                        name: member_name,
                        is_static: member.is_static,
                        is_hidden: member.is_hidden,
                        is_constructor,
                        returns: member_type,
                        block: Value::foreign(block),
                        function,
                    });
                }
            }
        }
        let class = Arc::new(class);
        let _ = ty.info().class.set(class.clone());
        self.init_statics(ty, &class)
    }

    /// Registers a type by name, with its base.
    fn declare_type(&mut self, ast: &Arc<Ast>, id: language::ast::TypeDefId) -> Result<TypeRef> {
        let def = *ast.type_def(id);
        let name = ast.text(def.name.text).to_string();
        let bases: Vec<String> =
            ast.list(def.bases).iter().map(|id| ast.type_full_name(ast.attribute(*id).ty)).collect();
        if def.kind == TypeDefKind::Enum {
            self.define_enum(ast, &def, &name, bases.first().map(String::as_str))?;
            return Ok(self.classes.get(&def.name.sym).copied().unwrap_or(TypeRef::OBJECT));
        }
        let mut base = TypeRef::OBJECT;
        if let Some(first) = bases.first() {
            match self.find_type(first) {
                Some(found) if matches!(found.info().kind, values::TypeKind::Interface) => {}
                Some(found) => base = found,
                None => return errors::type_not_found(first).throw(),
            }
        }
        let ty = values::types::define_class(&name, base);
        self.classes.insert(def.name.sym, ty);
        Ok(ty)
    }

    fn define_enum(
        &mut self,
        ast: &Arc<Ast>,
        def: &language::ast::TypeDef,
        name: &str,
        underlying: Option<&str>,
    ) -> Result<()> {
        let under = underlying.and_then(|n| self.find_type(n)).unwrap_or(TypeRef::INT32);
        let is_flags = ast.list(def.attributes).iter().any(|id| {
            let text = ast.type_full_name(ast.attribute(*id).ty).to_ascii_lowercase();
            text.ends_with("flags") || text.ends_with("flagsattribute")
        });
        let mut values_list: Vec<(Str, i64)> = Vec::new();
        let mut next = 0i64;
        for member in ast.list(def.members).to_vec() {
            if let MemberKind::Property { initial: Some(id) } = member.kind {
                let value = self.enum_value(ast, id, &values_list)?;
                next = value.as_i64().unwrap_or(next);
            }
            values_list.push((Str::from(ast.text(member.name.text)), next));
            next += 1;
        }
        let ty = values::types::define_enum(name, under, is_flags, values_list);
        self.classes.insert(def.name.sym, ty);
        Ok(())
    }

    fn enum_value(&mut self, ast: &Arc<Ast>, id: ExprId, known: &[(Str, i64)]) -> Result {
        let text = ast.expr_text(id);
        if let Some((_, n)) =
            known.iter().find(|(name, _)| name.eq_ignore_ascii_case(text.rsplit("::").next().unwrap_or(text)))
        {
            return Ok(Value::I64(*n));
        }
        crate::bind::constant_of(self, ast, id)
    }

    fn init_statics(&mut self, ty: TypeRef, class: &Arc<ScriptClass>) -> Result<()> {
        for p in class.properties.iter().filter(|p| p.is_static) {
            let value = self.initial_value(class, p)?;
            class.statics.lock().insert(Sym::intern(&p.name), value);
        }
        if let Some(m) = class.methods.iter().find(|m| m.is_static && m.is_constructor) {
            let block = m.block.clone();
            self.run_method(ty, &block, None, &[], false)?;
        }
        Ok(())
    }

    fn initial_value(&mut self, class: &Arc<ScriptClass>, p: &Property) -> Result {
        let value = match p.initial {
            Some(id) => {
                // As one value: a collection is not taken apart.
                let text = format!(",({})", class.ast.expr_text(id));
                let block = self.parse(&text, None)?;
                let output = self.invoke_script(&block, Default::default())?;
                output.into_iter().next().unwrap_or_default()
            }
            None => p.ty.map_or(Value::Null, crate::bind::empty_of),
        };
        let value = if matches!(value, Value::Void) { Value::Null } else { value };
        match p.ty {
            Some(ty) if p.initial.is_some() => self.cast(value, ty),
            Some(TypeRef::STRING) => Ok(Value::Null),
            Some(ty) if ty.is_value_type() && value.is_null() => Ok(members::default_of(ty)),
            _ => Ok(value),
        }
    }

    /// Makes an instance: properties of the bases first, then the constructor.
    pub(crate) fn class_construct(&mut self, ty: TypeRef, args: &[Value]) -> Result {
        let classes = chain(ty);
        let (mut names, mut slots) = (Vec::new(), Vec::new());
        for (_, class) in classes.iter().rev() {
            let (mut own_names, mut own_slots) = (Vec::new(), Vec::new());
            for p in class.properties.iter().filter(|p| !p.is_static) {
                let value = self.initial_value(class, p)?;
                own_names.push(p.name.clone());
                own_slots.push(value);
            }
            // A derived class's properties come first.
            names.splice(0..0, own_names);
            slots.splice(0..0, own_slots);
        }
        if ty.derives_from(TypeRef::EXCEPTION) {
            let exception = values::Exception::new(ty, "");
            {
                let mut data = exception.data.lock();
                data.message = None;
                data.properties = names.into_iter().zip(slots).collect();
            }
            let this = exception.value();
            self.construct_on(ty, &this, args)?;
            return Ok(this);
        }
        let object = Arc::new(Object::of_type(ty, Layout::new(names), slots));
        let this = Value::Object(object.clone());
        self.construct_on(ty, &this, args)?;
        let native = classes.last().map(|(_, c)| c.base).filter(|b| *b != TypeRef::OBJECT);
        if let Some(native) = native
            && object.lock().base.is_none()
        {
            let base = members::construct(self, native, &[])?;
            object.lock().base = Some(base);
        }
        Ok(this)
    }

    /// Runs a class's constructor on an instance.
    fn construct_on(&mut self, ty: TypeRef, this: &Value, args: &[Value]) -> Result<()> {
        let Some(class) = class_of(ty) else {
            if ty == TypeRef::OBJECT {
                return Ok(());
            }
            let base = members::construct(self, ty, args)?;
            match (this, base) {
                (Value::Object(o), base) => o.lock().base = Some(base),
                (Value::Exception(own), Value::Exception(base)) => {
                    let base = base.data.lock().clone();
                    let mut data = own.data.lock();
                    data.message = base.message;
                    data.inner = base.inner;
                    data.properties.extend(base.properties);
                }
                _ => {}
            }
            return Ok(());
        };
        let constructors: Vec<&Method> = class.methods.iter().filter(|m| m.is_constructor && !m.is_static).collect();
        if constructors.is_empty() && args.is_empty() {
            return match class_of(class.base) {
                Some(_) => self.construct_on(class.base, this, &[]),
                None => Ok(()),
            };
        }
        let Some(chosen) = self.choose(&constructors, args)? else {
            return Err(overload_error(&class.name, "new", args.len()));
        };
        let block = constructors[chosen].block.clone();
        self.run_method(ty, &block, Some(this), args, false)?;
        Ok(())
    }

    /// `: base(...)` of a constructor, and `([Base] $this).Method()`.
    pub(super) fn call_base(&mut self, frame: usize, object: &Value, name: &str, args: &[Value]) -> Result {
        let class = self.frames[frame].class;
        let is_constructor =
            name.eq_ignore_ascii_case(".ctor") || name.eq_ignore_ascii_case("base") || name.is_empty() || name == "new";
        let Some(base) = class.and_then(TypeRef::base) else {
            return if is_constructor { Ok(Value::Void) } else { self.call_method(object, name, args) };
        };
        if is_constructor || class.is_some_and(|c| c.name().eq_ignore_ascii_case(name)) {
            self.construct_on(base, object, args)?;
            return Ok(Value::Void);
        }
        match self.method_from(base, object, name, args)? {
            Some(value) => Ok(value),
            None => self.call_method(object, name, args),
        }
    }

    fn method_from(&mut self, ty: TypeRef, this: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        for (at, class) in chain(ty) {
            let found: Vec<&Method> = class
                .methods
                .iter()
                .filter(|m| !m.is_static && !m.is_constructor && m.name.eq_ignore_ascii_case(name))
                .collect();
            if found.is_empty() {
                continue;
            }
            if let Some(chosen) = self.choose(&found, args)? {
                let (block, returns) = (found[chosen].block.clone(), found[chosen].returns);
                return self.finish_method(at, &block, Some(this), args, returns).map(Some);
            }
            if class_of(class.base).is_none() {
                return Err(overload_error(&class.name, name, args.len()));
            }
        }
        Ok(None)
    }

    fn finish_method(
        &mut self,
        ty: TypeRef,
        block: &Value,
        this: Option<&Value>,
        args: &[Value],
        returns: Option<TypeRef>,
    ) -> Result {
        let wants = returns.is_none_or(|t| t != TypeRef::VOID) && returns.is_some();
        let value = self.run_method(ty, block, this, args, wants)?;
        match returns {
            None | Some(TypeRef::VOID) => Ok(Value::Void),
            Some(returns) => {
                let value = if matches!(value, Value::Void) { Value::Null } else { value };
                if returns == TypeRef::OBJECT { Ok(value) } else { self.cast(value, returns) }
            }
        }
    }

    /// Calls a method of a class or its script bases.
    pub(crate) fn class_method(
        &mut self,
        ty: TypeRef,
        this: Option<&Value>,
        name: &str,
        args: &[Value],
    ) -> Result<Option<Value>> {
        if let Some(this) = this {
            return self.method_from(ty, this, name, args);
        }
        for (at, class) in chain(ty) {
            let found: Vec<&Method> = class
                .methods
                .iter()
                .filter(|m| m.is_static && !m.is_constructor && m.name.eq_ignore_ascii_case(name))
                .collect();
            if found.is_empty() {
                continue;
            }
            let Some(chosen) = self.choose(&found, args)? else {
                return Err(overload_error(&class.name, name, args.len()));
            };
            let (block, returns) = (found[chosen].block.clone(), found[chosen].returns);
            return self.finish_method(at, &block, None, args, returns).map(Some);
        }
        Ok(None)
    }

    /// The best overload by count and fit of the arguments.
    fn choose(&mut self, methods: &[&Method], args: &[Value]) -> Result<Option<usize>> {
        let mut best: Option<(usize, u32)> = None;
        for (at, method) in methods.iter().enumerate() {
            let Some(script) = method.block.as_foreign::<ScriptBlock>() else { continue };
            let table = script.parameters(self);
            if table.parameters.len() != args.len() {
                continue;
            }
            let mut cost = 0;
            let mut fits = true;
            for (p, arg) in table.parameters.iter().zip(args) {
                cost += match arg.type_ref() {
                    _ if p.ty == TypeRef::OBJECT => 3,
                    Some(t) if t == p.ty => 0,
                    Some(t) if t.derives_from(p.ty) => 1,
                    None if !p.ty.is_value_type() => 1,
                    _ => {
                        fits = methods.len() == 1 || convert::convert(self, arg, p.ty).is_ok();
                        if matches!(arg.base(), Value::Str(_)) { 9 } else { 5 }
                    }
                };
                if !fits {
                    break;
                }
            }
            if fits && best.is_none_or(|(_, c)| cost < c) {
                best = Some((at, cost));
            }
        }
        Ok(best.map(|(at, _)| at))
    }

    /// Runs a method's block; only `return` yields a value.
    fn run_method(&mut self, ty: TypeRef, block: &Value, this: Option<&Value>, args: &[Value], wants: bool) -> Result {
        let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(Value::Void) };
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage);
        let sinks = self.sinks.len();
        self.depth += 1;
        self.sinks.push(Sink::Collect(Vec::new()));
        let result = self.method_body(ty, script, block, this, args);
        let items = match self.sinks.get_mut(sinks) {
            Some(Sink::Collect(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        self.sinks.truncate(sinks);
        self.depth -= 1;
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        result?;
        Ok(if wants { Value::from_output(items) } else { Value::Void })
    }

    fn method_body(
        &mut self,
        ty: TypeRef,
        script: &ScriptBlock,
        block: &Value,
        this: Option<&Value>,
        args: &[Value],
    ) -> Result<()> {
        let table = script.parameters(self);
        let name = class_of(ty).map(|c| c.name.clone()).unwrap_or_else(Str::empty);
        let mut binding = Binding::new(table.clone());
        for (p, arg) in table.parameters.iter().zip(args) {
            let value = if p.ty == TypeRef::OBJECT { arg.clone() } else { self.cast(arg.clone(), p.ty)? };
            binding.bound.set(&p.name, value);
        }
        let home = script.home.clone().unwrap_or_else(|| self.global.clone());
        if self.depth > 1000 {
            return errors::call_depth().throw();
        }
        let method = script.method_code();
        let parent = match script.home {
            Some(_) => Parent::Table(home),
            None if self.frames.is_empty() => Parent::Table(home),
            None => self.script_parent(),
        };
        let frame = self.push_frame(method.clone(), parent, FrameKind::Function, name)?;
        self.frames[frame].home = script.home.clone();
        self.frames[frame].class = Some(ty);
        self.frames[frame].block = block.clone();
        self.place_parameters(frame, &binding)?;
        if let (Some(this), Some(slot)) = (this, method.auto.this) {
            let at = self.frames[frame].base + slot as usize;
            self.stack[at] = this.clone();
        }
        self.current = frame;
        match method.entries.end {
            Some(entry) => self.exec(method, frame, entry),
            None => Ok(()),
        }
    }

    /// Methods see the script's scope, not their caller's.
    fn script_parent(&self) -> Parent {
        let mut at = self.current;
        loop {
            let Some(f) = self.frames.get(at) else { return Parent::Table(self.global.clone()) };
            if f.kind == FrameKind::Script {
                return Parent::Frame(at);
            }
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => return Parent::Table(table.clone()),
            }
        }
    }

    /// Reads or writes a static property.
    pub(crate) fn class_static_member(
        &mut self,
        ty: TypeRef,
        name: &str,
        value: Option<Value>,
    ) -> Result<Option<Value>> {
        for (_, class) in chain(ty) {
            let Some(p) = class.properties.iter().find(|p| p.is_static && p.name.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let sym = Sym::intern(&p.name);
            return Ok(Some(match value {
                None => class.statics.lock().get(&sym).cloned().unwrap_or_default(),
                Some(value) => {
                    let value = match p.ty {
                        Some(ty) => self.cast(value, ty)?,
                        None => value,
                    };
                    class.statics.lock().insert(sym, value.clone());
                    value
                }
            }));
        }
        Ok(None)
    }

    /// A value as a property of a class instance takes it.
    pub(crate) fn property_of_class(&mut self, ty: TypeRef, name: &str, value: &Value) -> Result<Option<Value>> {
        let value = value.clone();
        for (_, class) in chain(ty) {
            let Some(p) = class.properties.iter().find(|p| !p.is_static && p.name.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let value = match p.ty {
                Some(ty) => self.cast(value, ty)?,
                None => value,
            };
            for validation in &p.validations {
                if let Err(why) = crate::bind::validate(self, validation, &value)? {
                    return values::error::runtime_error(
                        "ValidateFailure",
                        ErrorCategory::MetadataError,
                        Value::Null,
                        why,
                    )
                    .throw();
                }
            }
            return Ok(Some(value));
        }
        Ok(None)
    }
}

fn overload_error(_class: &str, name: &str, count: usize) -> Box<values::Flow> {
    let exception = values::Exception::new(
        TypeRef::METHOD_EXCEPTION,
        format!("Cannot find an overload for \"{name}\" and the argument count: \"{count}\"."),
    )
    .identity("MethodCountCouldNotFindBest", ErrorCategory::NotSpecified, Value::Null);
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(exception)))
}

/// The members of a class as Get-Member shows them, and whether each is hidden.
pub fn class_members(ty: TypeRef, is_static: bool) -> Vec<(members::MemberInfo, bool)> {
    let mut found: Vec<(members::MemberInfo, bool)> = Vec::new();
    let shown = |ty: Option<TypeRef>| ty.map_or_else(|| "System.Object".to_string(), |t| t.ps_name().to_string());
    let prefix = if is_static { "static " } else { "" };
    for (at, class) in chain(ty) {
        for p in class.properties.iter().filter(|p| p.is_static == is_static) {
            let definition = Str::from(format!("{prefix}{} {} {{get;set;}}", shown(p.ty), p.name));
            found.push((members::MemberInfo { name: p.name.clone(), kind: "Property", definition }, p.is_hidden));
        }
        for m in class.methods.iter().filter(|m| m.is_static == is_static && !m.is_constructor) {
            if found.iter().any(|(f, _)| f.name == m.name) {
                continue;
            }
            let parameters = method_parameters(&class, m);
            let definition = Str::from(format!("{prefix}{} {}({parameters})", shown(m.returns), m.name));
            found.push((members::MemberInfo { name: m.name.clone(), kind: "Method", definition }, m.is_hidden));
        }
        if is_static && at == ty {
            let made = class.methods.iter().filter(|m| m.is_constructor && !m.is_static);
            let mut texts: Vec<String> =
                made.map(|m| format!("{} new({})", class.name, method_parameters(&class, m))).collect();
            if texts.is_empty() {
                texts.push(format!("{} new()", class.name));
            }
            let definition = Str::from(texts.join(", "));
            found.push((members::MemberInfo { name: Str::from("new"), kind: "Method", definition }, false));
        }
    }
    found
}

fn method_parameters(class: &ScriptClass, method: &Method) -> String {
    let ast = &class.ast;
    let Some(params) = ast.function(method.function).params else { return String::new() };
    let texts = ast.list(params).iter().map(|p| {
        let ty = ast.list(p.attributes).iter().find_map(|id| {
            let attribute = ast.attribute(*id);
            (attribute.kind == language::ast::AttributeKind::Type).then(|| ast.type_full_name(attribute.ty))
        });
        let name = crate::compile::parameter_name(ast, p).1;
        format!("{} {name}", ty.unwrap_or_else(|| "System.Object".into()))
    });
    texts.collect::<Vec<_>>().join(", ")
}
