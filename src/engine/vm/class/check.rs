//! What a class is refused for when it is defined: its bases and members that stand twice.

use std::sync::Arc;

use language::ast::{Ast, AttributeId, AttributeKind, Member, MemberKind, TypeDef};
use language::{ErrorArg, ParseError, Span};
use values::types::facts;
use values::{Context, TypeRef};

use super::class_of;
use crate::runspace::Runspace;

fn error(id: &'static str, span: Span, arg: Option<&str>) -> ParseError {
    ParseError { id, args: arg.into_iter().map(ErrorArg::from).collect(), span, incomplete: false }
}

impl Runspace {
    /// The base class and what is wrong with what stands behind the colon.
    pub(super) fn base_of_class(&mut self, ast: &Arc<Ast>, def: &TypeDef) -> (TypeRef, Vec<ParseError>) {
        let own = ast.text(def.name.text);
        let (mut base, mut wrong) = (TypeRef::OBJECT, Vec::new());
        for (at, id) in ast.list(def.bases).iter().enumerate() {
            let attribute = *ast.attribute(*id);
            let name = ast.type_full_name(attribute.ty);
            // A class under definition is not yet one that can be a base.
            let found = if name.eq_ignore_ascii_case(own) { None } else { self.find_type(&name) };
            let Some(found) = found else {
                wrong.push(error("TypeNotFound", attribute.span, Some(&name)));
                continue;
            };
            let is_interface = matches!(found.info().kind, values::TypeKind::Interface);
            if found.element().is_some() {
                wrong.push(error("SubtypeArray", attribute.span, Some(&name)));
            } else if at > 0 && !is_interface {
                wrong.push(error("InterfaceNameExpected", attribute.span, Some(found.name_only())));
            } else if at == 0 && !is_interface {
                let kinds = facts::of(found).map(|f| f.kinds.as_slice()).unwrap_or_default();
                match kinds.iter().any(|k| matches!(*k, "sealed" | "struct" | "static" | "enum")) {
                    true => wrong.push(error("SealedBaseClass", attribute.span, Some(found.name_only()))),
                    false => base = found,
                }
            }
        }
        (base, wrong)
    }

    /// What is wrong with the members of a class, and with what its base demands.
    pub(super) fn check_members(
        &mut self,
        ast: &Arc<Ast>,
        def: &TypeDef,
        base: TypeRef,
        interfaces: &[TypeRef],
    ) -> Vec<ParseError> {
        let mut wrong = Vec::new();
        let members: Vec<Member> = ast.list(def.members).to_vec();
        let mut properties: Vec<&str> = Vec::new();
        let mut methods: Vec<(&str, bool, bool, Vec<TypeRef>)> = Vec::new();
        for member in &members {
            let name = ast.text(member.name.text);
            let MemberKind::Method { function, is_constructor } = member.kind else {
                if properties.iter().any(|p| p.eq_ignore_ascii_case(name)) {
                    wrong.push(error("MemberAlreadyDefined", member.span, Some(name)));
                }
                properties.push(name);
                continue;
            };
            let list = ast.list(crate::compile::parameter_list(
                ast,
                ast.function(function).body,
                ast.function(function).params,
            ));
            if let (true, true, [first, .., last] | [first @ last]) = (is_constructor, member.is_static, list) {
                let span = Span { len: last.span.start + last.span.len - first.span.start, ..first.span };
                wrong.push(error("StaticConstructorCantHaveParameters", span, None));
            }
            let types: Vec<TypeRef> = list.to_vec().iter().map(|p| self.type_of_parameter(ast, p.attributes)).collect();
            let is_twice = methods.iter().any(|(other, is_static, _, others)| {
                other.eq_ignore_ascii_case(name)
                    && *others == types
                    && (*is_static == member.is_static || !is_constructor)
            });
            if is_twice {
                wrong.push(error("MemberAlreadyDefined", member.name_span, Some(name)));
            }
            methods.push((name, member.is_static, is_constructor, types));
        }
        let has_constructor = methods.iter().any(|m| m.2 && !m.1);
        if !has_constructor && !constructs_of_nothing(base) {
            wrong.push(error("BaseClassNoDefaultCtor", def.span, Some(base.name_only())));
        }
        let has = |wanted: &str| {
            methods.iter().any(|m| m.0.eq_ignore_ascii_case(wanted))
                || super::chain(base).iter().any(|(_, c)| c.methods.iter().any(|m| m.name.eq_ignore_ascii_case(wanted)))
                || facts::of(base).is_some_and(|f| f.methods.iter().any(|m| m.name == wanted))
                || matches!(wanted, "Equals" | "GetHashCode" | "ToString" | "GetType")
        };
        let missing = interfaces.iter().filter_map(|i| facts::of(*i)).find_map(|f| {
            // Generic interfaces may bring an implementation of their own.
            f.methods.iter().filter(|m| f.generics.is_empty() && !m.is_static).find(|m| !has(m.name)).map(|m| m.name)
        });
        if let Some(method) = missing {
            let own = ast.text(def.name.text);
            let why = format!(
                "Method '{method}' in type '{own}' from assembly 'PowerShell Class Assembly, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null' does not have an implementation."
            );
            let args = vec![ErrorArg::from(own), ErrorArg::from(why.as_str())];
            wrong.push(ParseError { id: "TypeCreationError", args, span: def.span, incomplete: false });
        }
        wrong
    }

    fn type_of_parameter(&mut self, ast: &Arc<Ast>, attributes: language::ast::List<AttributeId>) -> TypeRef {
        let list = ast.list(attributes).to_vec();
        let ty = list.iter().find(|id| matches!(ast.attribute(**id).kind, AttributeKind::Type));
        ty.and_then(|id| self.find_type(&ast.type_full_name(ast.attribute(*id).ty))).unwrap_or(TypeRef::OBJECT)
    }
}

/// Whether a class can be made without arguments (true where nothing is known of it).
fn constructs_of_nothing(base: TypeRef) -> bool {
    match class_of(base) {
        Some(class) => {
            let mut own = class.methods.iter().filter(|m| m.is_constructor && !m.is_static).peekable();
            own.peek().is_none()
                || own.any(|m| {
                    let f = class.ast.function(m.function);
                    class.ast.list(crate::compile::parameter_list(&class.ast, f.body, f.params)).is_empty()
                })
        }
        None => true,
    }
}
