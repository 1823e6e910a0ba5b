//! What reflection and Get-Member say of a script class.

use values::types::facts::{MethodFact, PropertyFact, TypeFacts};
use values::{Str, TypeRef, members};

use super::{Method, ScriptClass, chain};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// The facts of a script class, in the form that those of .NET's types have. A type stays for the life of the process, and so
/// do they.
pub(super) fn facts(runspace: &mut Runspace, class: &ScriptClass) -> &'static TypeFacts {
    let inherited = values::types::facts::of(class.base);
    let mut made = TypeFacts {
        name: keep(class.name.to_string()),
        ps: None,
        base: Some(keep(class.base.name().to_string())),
        generics: Vec::new(),
        assembly: "PowerShell Class Assembly",
        file: "",
        kinds: Vec::new(),
        usage: None,
        underlying: None,
        is_flags: false,
        values: Vec::new(),
        interfaces: class.interfaces.iter().map(|i| keep(i.ps_name().to_string())).collect(),
        constructors: Vec::new(),
        properties: Vec::new(),
        fields: Vec::new(),
        methods: Vec::new(),
        events: Vec::new(),
    };
    for p in &class.properties {
        made.properties.push(PropertyFact {
            name: keep(p.name.to_string()),
            ty: type_name(p.ty),
            is_static: p.is_static,
            can_read: true,
            can_write: true,
            index: Vec::new(),
        });
    }
    for m in &class.methods {
        let parameters = match m.block.as_foreign::<ScriptBlock>() {
            Some(script) => script.parameters(runspace),
            None => continue,
        };
        let list: Vec<String> =
            parameters.parameters.iter().map(|p| format!("{} {}", p.ty.ps_name(), p.name)).collect();
        let list = list.join(", ");
        if m.is_constructor {
            if !m.is_static {
                made.constructors.push(keep(format!("{} new({list})", class.name)));
            }
            continue;
        }
        let lead = if m.is_static { "static " } else { "" };
        let returns = m.returns.map_or_else(|| "void".to_string(), |t| t.ps_name().to_string());
        let text = keep(format!("{lead}{returns} {}({list})", m.name));
        match made.methods.iter_mut().find(|f| f.is_static == m.is_static && f.name.eq_ignore_ascii_case(&m.name)) {
            Some(fact) => fact.overloads.push(text),
            None => made.methods.push(MethodFact {
                name: keep(m.name.to_string()),
                is_static: m.is_static,
                overloads: vec![text],
            }),
        }
    }
    if made.constructors.is_empty() {
        made.constructors.push(keep(format!("{} new()", class.name)));
    }
    if let Some(base) = inherited {
        for p in &base.properties {
            if !made.properties.iter().any(|own| own.name.eq_ignore_ascii_case(p.name)) {
                made.properties.push(PropertyFact {
                    name: p.name,
                    ty: p.ty,
                    is_static: p.is_static,
                    can_read: p.can_read,
                    can_write: p.can_write,
                    index: p.index.clone(),
                });
            }
        }
        for m in &base.methods {
            if !made.methods.iter().any(|own| own.name.eq_ignore_ascii_case(m.name)) {
                made.methods.push(MethodFact { name: m.name, is_static: m.is_static, overloads: m.overloads.clone() });
            }
        }
    }
    for (name, text) in [
        ("Equals", "bool Equals(System.Object obj)"),
        ("GetHashCode", "int GetHashCode()"),
        ("GetType", "type GetType()"),
        ("ToString", "string ToString()"),
    ] {
        if !made.methods.iter().any(|m| !m.is_static && m.name.eq_ignore_ascii_case(name)) {
            made.methods.push(MethodFact { name, is_static: false, overloads: vec![text] });
        }
    }
    Box::leak(Box::new(made))
}

fn keep(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn type_name(ty: Option<TypeRef>) -> &'static str {
    ty.unwrap_or(TypeRef::OBJECT).name()
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
