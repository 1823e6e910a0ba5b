//! Definition of classes and enumerations.

use std::sync::{Arc, OnceLock};

use language::Sym;
use language::ast::{Ast, ExprId, MemberKind, TypeDefKind};
use parking_lot::Mutex;
use values::{Context, Result, Str, TypeRef, Value, convert, members};

use super::{Method, Property, ScriptClass};
use crate::code::Code;
use crate::errors;
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

impl Runspace {
    /// Defines a class or enumeration of the source.
    pub(in crate::vm) fn define_type(&mut self, code: &Arc<Code>, frame: usize, index: u16) -> Result<()> {
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
        let interfaces = self.interfaces_of(&ast, def.bases);
        refuse(&ast, &self.check_members(&ast, &def, base, &interfaces))?;
        let mut class = ScriptClass {
            name: Str::from(name.as_str()),
            base,
            properties: Vec::new(),
            methods: Vec::new(),
            statics: Mutex::default(),
            home: self.frames[frame].home.clone(),
            ast: ast.clone(),
            interfaces,
            overloads: Mutex::default(),
            constructors: OnceLock::new(),
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
                        block: OnceLock::new(),
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
        let _ = ty.info().facts.set(super::reflect::facts(self, &class));
        self.init_statics(ty, &class)
    }

    /// The interfaces among what a class names behind its colon.
    fn interfaces_of(&mut self, ast: &Ast, bases: language::ast::List<language::ast::AttributeId>) -> Vec<TypeRef> {
        let names: Vec<String> = ast.list(bases).iter().map(|id| ast.type_full_name(ast.attribute(*id).ty)).collect();
        let found = names.iter().filter_map(|name| self.find_type(name));
        found.filter(|ty| matches!(ty.info().kind, values::TypeKind::Interface)).collect()
    }

    /// Registers a type by name, with its base.
    fn declare_type(&mut self, ast: &Arc<Ast>, id: language::ast::TypeDefId) -> Result<TypeRef> {
        let def = *ast.type_def(id);
        let name = ast.text(def.name.text).to_string();
        let bases: Vec<String> =
            ast.list(def.bases).iter().map(|id| ast.type_full_name(ast.attribute(*id).ty)).collect();
        if def.kind == TypeDefKind::Enum {
            self.define_enum(ast, &def, &name, bases.first().map(String::as_str))?;
            return Ok(self.known_class(def.name.sym).unwrap_or(TypeRef::OBJECT));
        }
        let (base, wrong) = self.base_of_class(ast, &def);
        refuse(ast, &wrong)?;
        let ty = values::types::define_class(&name, base);
        self.note_class(def.name.sym, ty);
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
            let one = |id: &'static str, span: language::Span, arg: &str| {
                let args = vec![language::ErrorArg::from(arg)];
                refuse(ast, &[language::ParseError { id, args, span, incomplete: false }])
            };
            let kind = member.kind;
            if let MemberKind::Property { initial: Some(id) } = kind {
                if let language::ast::Expr::Variable(v) = *ast.expr(id)
                    && !matches!(v.name.folded(), "true" | "false" | "null")
                {
                    return one("EnumeratorValueMustBeConstant", ast.span_expr(id), "");
                }
                let value = self.enum_value(ast, id, &values_list)?;
                match (value.as_i64(), convert::convert(self, &value, under)) {
                    (Some(n), Ok(_)) => next = n,
                    (Some(_), Err(_)) => {
                        return one("EnumeratorValueOutOfBounds", ast.span_expr(id), &under.ps_name());
                    }
                    _ => return one("CannotConvertValue", ast.span_expr(id), &under.ps_name()),
                }
            }
            if matches!(kind, MemberKind::Property { initial: None })
                && convert::convert(self, &Value::I64(next), under).is_err()
            {
                return one("EnumeratorValueOutOfBounds", member.span, &under.ps_name());
            }
            let own = ast.text(member.name.text);
            if values_list.iter().any(|(n, _)| n.eq_ignore_ascii_case(own)) {
                return one("MemberAlreadyDefined", member.span, own);
            }
            values_list.push((Str::from(ast.text(member.name.text)), next));
            next += 1;
        }
        let ty = values::types::define_enum(name, under, is_flags, values_list);
        let _ = ty.info().class.set(Arc::new(super::ScriptEnum));
        self.note_class(def.name.sym, ty);
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
            let value = self.initial_value(class, p).map_err(|flow| initializer_failed(class, flow))?;
            class.statics.lock().insert(Sym::intern(&p.name), value);
        }
        if let Some(m) = class.methods.iter().find(|m| m.is_static && m.is_constructor) {
            let block = m.block.clone();
            self.run_method(ty, &block, None, &[], false).map_err(|flow| initializer_failed(class, flow))?;
        }
        Ok(())
    }

    pub(super) fn initial_value(&mut self, class: &Arc<ScriptClass>, p: &Property) -> Result {
        let value = match p.initial {
            Some(id) => {
                // As one value: a collection is not taken apart.
                let block = match p.block.get() {
                    Some(block) => block.clone(),
                    None => {
                        let text = format!(",({})", class.ast.expr_text(id));
                        let block = self.parse(&text, None)?;
                        p.block.get_or_init(|| block).clone()
                    }
                };
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
}

/// Throws what was found wrong with a definition.
fn refuse(ast: &Ast, wrong: &[language::ParseError]) -> Result<()> {
    match wrong.first() {
        Some(first) => Err(crate::session::console::parse_failure(ast.source(), wrong, first)),
        None => Ok(()),
    }
}

/// What is thrown for a class whose static properties or static constructor failed.
fn initializer_failed(class: &ScriptClass, flow: Box<values::Flow>) -> Box<values::Flow> {
    let Some(record) = flow.record() else { return flow };
    let ty = TypeRef::find("System.TypeInitializationException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
    let text = format!("The type initializer for '{}' threw an exception.", class.name);
    let outer = values::Exception::new(ty, text).inner(Value::Exception(record.exception.clone())).identity(
        "System.TypeInitializationException",
        values::ErrorCategory::OperationStopped,
        Value::Null,
    );
    values::Flow::throw(values::ErrorRecord::from_exception(Arc::new(outer)))
}
