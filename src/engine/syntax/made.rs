//! Objects of the namespace that scripts construct: nodes that no source has, names of types, positions, extents.

use std::sync::Arc;

use parking_lot::Mutex;
use values::object::Foreign;
use values::types::system::tuple::Items;
use values::types::{bind, define, facts, state_of};
use values::{Array, Context, Exception, Result, Str, TypeRef, Value, members};

use super::node::AstObject;
use super::{class, visit};

/// An object of a class with the values that its constructor got, by property.
pub struct Made {
    ty: TypeRef,
    slots: Mutex<Vec<(Str, Value)>>,
    above: Mutex<Value>,
}

/// Constructor parameters that are called otherwise than the property: class, parameter, property. A name without
/// property is only taken.
const RENAMED: &[(&str, &str, &str)] = &[
    ("ArrayExpressionAst", "statementBlock", "SubExpression"),
    ("SubExpressionAst", "statementBlock", "SubExpression"),
    ("FileRedirectionAst", "stream", "FromStream"),
    ("FileRedirectionAst", "file", "Location"),
    ("MergingRedirectionAst", "from", "FromStream"),
    ("MergingRedirectionAst", "to", "ToStream"),
    ("InvokeMemberExpressionAst", "method", "Member"),
    ("InvokeMemberExpressionAst", "genericTypes", "GenericTypeArguments"),
    ("BaseCtorInvokeMemberExpressionAst", "baseCallExtent", "Extent"),
    ("ConvertExpressionAst", "typeConstraint", "Type"),
    ("ConfigurationDefinitionAst", "type", "ConfigurationType"),
    ("ExpandableStringExpressionAst", "type", "StringConstantType"),
    ("ForEachStatementAst", "expression", "Condition"),
    ("PipelineAst", "commandAst", "PipelineElements"),
    ("PipelineChainAst", "lhsChain", "LhsPipelineChain"),
    ("PipelineChainAst", "chainOperator", "Operator"),
    ("DataStatementAst", "variableName", "Variable"),
    ("NamedBlockAst", "blockName", "BlockKind"),
    ("NamedBlockAst", "statementBlock", ""),
    ("NamedBlockAst", "unnamed", "Unnamed"),
    ("ScriptBlockAst", "statements", ""),
    ("ScriptBlockAst", "isFilter", ""),
    ("ScriptBlockAst", "isConfiguration", ""),
    ("FunctionMemberAst", "functionDefinitionAst", ""),
    ("UsingExpressionAst", "expressionAst", "SubExpression"),
    ("UsingStatementAst", "kind", "UsingStatementKind"),
    ("UsingStatementAst", "aliasName", "Name"),
    ("UsingStatementAst", "resolvedAliasAst", "Alias"),
    ("VariableExpressionAst", "variableName", ""),
    ("TypeConstraintAst", "type", ""),
    ("GenericTypeName", "genericTypeName", "TypeName"),
    ("ReflectionTypeName", "type", ""),
];

/// Constructs an object of the namespace; none where its class is another's.
pub fn construct(ctx: &mut dyn Context, ty: TypeRef, args: &[Value]) -> Result<Option<Value>> {
    let Some(short) = ty.name().strip_prefix("System.Management.Automation.Language.") else { return Ok(None) };
    if short == "NullString" || ty.info().class.get().is_some() {
        return Ok(None);
    }
    let Some(signatures) = define::constructors(ty).map(|m| m.signatures()).filter(|s| !s.is_empty()) else {
        return Ok(None);
    };
    let (signature, args) = bind::choose(ctx, signatures, "new", args, &[])?;
    let mut slots: Vec<(Str, Value)> = Vec::new();
    let mut given: Vec<(String, Value)> = Vec::new();
    for (parameter, value) in signature.parameters.iter().zip(&args) {
        let renamed = RENAMED.iter().find(|(c, p, _)| *c == short && p.eq_ignore_ascii_case(parameter.name));
        let name = renamed.map_or(parameter.name, |(_, _, property)| property);
        given.push((parameter.name.to_ascii_lowercase(), value.clone()));
        if name.is_empty() {
            continue;
        }
        let property = property_of(ty, name);
        let value = match value {
            Value::Array(list) => {
                let read_only = property.as_ref().and_then(|(_, ty)| *ty).unwrap_or(TypeRef::ARRAYLIST);
                let element = read_only.info().generic.as_ref().and_then(|(_, a)| a.first().copied());
                Value::Array(Arc::new(Array::list(read_only, element.unwrap_or(TypeRef::OBJECT), list.to_vec())))
            }
            one if parameter.name == "commandAst" => super::collection("CommandBaseAst", vec![one.clone()]),
            other => other.clone(),
        };
        slots.push((property.map_or_else(|| Str::from(name), |(name, _)| name), value));
    }
    let got = |name: &str| given.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    derived(ctx, short, &got, &mut slots)?;
    fill(ty, &mut slots);
    if given.iter().flat_map(|(_, value)| nodes(value)).any(|node| !is_free(&node)) {
        let text = "Cannot perform operation because the AST node already has a parent. Use the Copy method to get a node without one.";
        return Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, text)
            .identity("System.InvalidOperationException", values::ErrorCategory::NotSpecified, Value::Null)
            .throw();
    }
    let below: Vec<Value> = slots.iter().filter(|(n, _)| n.as_str() != "Extent").flat_map(|(_, v)| nodes(v)).collect();
    let made = Value::foreign(Made { ty, slots: Mutex::new(slots), above: Mutex::new(Value::Null) });
    for node in &below {
        set_above(node, &made);
    }
    Ok(Some(made))
}

/// A property by name with its type.
fn property_of(ty: TypeRef, name: &str) -> Option<(Str, Option<TypeRef>)> {
    let mut at = Some(ty);
    while let Some(t) = at {
        let found = facts::of(t).and_then(|f| f.properties.iter().find(|p| p.name.eq_ignore_ascii_case(name)));
        if let Some(p) = found {
            return Some((Str::from(p.name), facts::type_of(p.ty, &[], &[])));
        }
        at = t.base();
    }
    None
}

/// Properties that follow from what the constructor got.
fn derived(
    ctx: &mut dyn Context,
    short: &str,
    got: &dyn Fn(&str) -> Value,
    slots: &mut Vec<(Str, Value)>,
) -> Result<()> {
    let mut put = |name: &str, value: Value| slots.push((Str::from(name), value));
    let part =
        |ctx: &mut dyn Context, of: &Value, name: &str| members::get(ctx, of, name).map(Option::unwrap_or_default);
    match short {
        "NamedBlockAst" => {
            let body = got("statementblock");
            put("Statements", part(ctx, &body, "Statements")?);
            put("Traps", part(ctx, &body, "Traps")?);
        }
        "ScriptBlockAst" if !got("statements").is_null() => {
            let (body, kind) = (got("statements"), class("NamedBlockAst"));
            let is_filter = values::convert::to_bool(&got("isfilter"));
            let name = if is_filter { "ProcessBlock" } else { "EndBlock" };
            let token = if is_filter { language::TokenKind::Process } else { language::TokenKind::End };
            let token = super::enumerated("TokenKind", i64::from(token.value()));
            let extent = part(ctx, &body, "Extent")?;
            let block = construct(ctx, kind, &[extent, token, body, Value::Bool(true)])?;
            put(name, block.unwrap_or_default());
        }
        "FunctionMemberAst" => {
            let function = got("functiondefinitionast");
            for name in ["Name", "Parameters", "Body"] {
                put(name, part(ctx, &function, name)?);
            }
        }
        "VariableExpressionAst" if !got("variablename").is_null() => {
            let name = values::convert::to_str(ctx, &got("variablename"))?;
            put("VariablePath", super::variable_path::of_text(&name));
        }
        "TypeConstraintAst" | "ReflectionTypeName" if let Value::Type(ty) = got("type") => {
            let name = Value::from(ty.full_name());
            match short {
                "TypeConstraintAst" => {
                    let own = construct(ctx, class("ReflectionTypeName"), &[Value::Type(ty)])?;
                    put("TypeName", own.unwrap_or_default());
                }
                _ => {
                    put("FullName", name);
                    put("Name", Value::from(ty.name_only()));
                    put("AssemblyName", facts::of(ty).map_or(Value::Null, |f| Value::from(f.assembly)));
                    put("IsArray", Value::Bool(ty.element().is_some()));
                    put("IsGeneric", Value::Bool(ty.info().generic.is_some()));
                    put("Extent", super::extent::empty());
                }
            }
        }
        "TypeName" => {
            put("FullName", got("name"));
            put("AssemblyName", got("assembly"));
        }
        "ArrayTypeName" => {
            let element = part(ctx, &got("elementtype"), "FullName")?;
            let rank = got("rank").as_i64().unwrap_or(1).max(1) as usize;
            let name = format!("{}[{}]", values::convert::to_str(ctx, &element)?, ",".repeat(rank - 1));
            put("FullName", Value::from(name.as_str()));
            put("Name", Value::from(name));
            put("IsArray", Value::Bool(true));
        }
        "GenericTypeName" => {
            let own = part(ctx, &got("generictypename"), "FullName")?;
            let mut name = values::convert::to_str(ctx, &own)?.to_string();
            name.push('[');
            let list = got("genericarguments").as_array().map(|a| a.to_vec()).unwrap_or_default();
            for (at, argument) in list.iter().enumerate() {
                if at > 0 {
                    name.push(',');
                }
                let full = part(ctx, argument, "FullName")?;
                name.push_str(&values::convert::to_str(ctx, &full)?);
            }
            name.push(']');
            put("FullName", Value::from(name.as_str()));
            put("Name", Value::from(name));
            put("IsGeneric", Value::Bool(true));
        }
        "ScriptPosition" => {
            put("File", got("scriptname"));
            put("LineNumber", got("scriptlinenumber"));
            put("ColumnNumber", got("offsetinline"));
            put("Offset", Value::I32(0));
        }
        "ScriptExtent" => {
            let (start, end) = (got("startposition"), got("endposition"));
            let number = |ctx: &mut dyn Context, of: &Value, name: &str| -> Result<usize> {
                Ok(part(ctx, of, name)?.as_i64().unwrap_or(0).max(0) as usize)
            };
            let text = |ctx: &mut dyn Context, of: &Value| -> Result<Str> {
                let line = part(ctx, of, "Line")?;
                values::convert::to_str(ctx, &line)
            };
            let (first, last) = (number(ctx, &start, "LineNumber")?, number(ctx, &end, "LineNumber")?);
            let (from, to) = (number(ctx, &start, "ColumnNumber")?, number(ctx, &end, "ColumnNumber")?);
            let (line, other) = (text(ctx, &start)?, text(ctx, &end)?);
            put("File", part(ctx, &start, "File")?);
            put("StartScriptPosition", start);
            put("EndScriptPosition", end);
            put("StartLineNumber", Value::I32(first as i32));
            put("StartColumnNumber", Value::I32(from as i32));
            put("EndLineNumber", Value::I32(last as i32));
            put("EndColumnNumber", Value::I32(to as i32));
            put("StartOffset", Value::I32(0));
            put("EndOffset", Value::I32(0));
            put(
                "Text",
                match (to, first == last) {
                    (0, _) => Value::from(""),
                    (_, true) => Value::Str(line.slice(from.saturating_sub(1), to.saturating_sub(from))),
                    (_, false) => {
                        let head = line.slice(from, line.units().saturating_sub(from));
                        Value::from(format!("{head}...{}", other.slice(0, to)))
                    }
                },
            );
        }
        _ => {}
    }
    Ok(())
}

/// Properties that nothing was given for: false, zero, `$null`.
fn fill(ty: TypeRef, slots: &mut Vec<(Str, Value)>) {
    let mut at = Some(ty);
    while let Some(t) = at {
        for p in facts::of(t).map(|f| f.properties.as_slice()).unwrap_or_default() {
            if !p.is_static && !slots.iter().any(|(n, _)| n.as_str() == p.name) {
                let value = match p.name {
                    "StaticType" => Value::Type(TypeRef::OBJECT),
                    _ => facts::type_of(p.ty, &[], &[]).map_or(Value::Null, members::default_of),
                };
                slots.push((Str::from(p.name), value));
            }
        }
        at = t.base();
    }
}

/// The nodes in a property's value.
fn nodes(value: &Value) -> Vec<Value> {
    if is_node(value) {
        return vec![value.clone()];
    }
    if let Some(Items(items)) = state_of::<Items>(value) {
        return items.iter().flat_map(nodes).collect();
    }
    value.as_array().map(|a| a.to_vec().iter().flat_map(nodes).collect()).unwrap_or_default()
}

fn is_node(value: &Value) -> bool {
    value.as_foreign::<AstObject>().is_some()
        || value.as_foreign::<Made>().is_some_and(|m| m.ty.derives_from(class("Ast")))
}

/// Whether a node has no parent.
fn is_free(node: &Value) -> bool {
    match (node.as_foreign::<AstObject>(), node.as_foreign::<Made>()) {
        (Some(parsed), _) => parsed.parent().is_null(),
        (_, Some(made)) => made.above.lock().is_null(),
        _ => true,
    }
}

fn set_above(node: &Value, above: &Value) {
    if let Some(parsed) = node.as_foreign::<AstObject>() {
        *parsed.above.lock() = Some(above.clone());
    }
    if let Some(made) = node.as_foreign::<Made>() {
        *made.above.lock() = above.clone();
    }
}

/// The nodes right below a node of either kind.
pub fn below(node: &Value) -> Vec<Value> {
    match (node.as_foreign::<AstObject>(), node.as_foreign::<Made>()) {
        (Some(parsed), _) => super::children(&parsed.ast, parsed.node).into_iter().map(|n| parsed.other(n)).collect(),
        (_, Some(made)) => {
            made.slots.lock().iter().filter(|(n, _)| n.as_str() != "Extent").flat_map(|(_, v)| nodes(v)).collect()
        }
        _ => Vec::new(),
    }
}

impl Made {
    fn slot(&self, name: &str) -> Option<Value> {
        self.slots.lock().iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.clone())
    }
}

impl Foreign for Made {
    fn type_ref(&self) -> TypeRef {
        self.ty
    }

    fn display(&self, ctx: &mut dyn Context) -> Result<Option<Str>> {
        if let Some(name) = self.slot("FullName").filter(|_| self.slot("IsArray").is_some()) {
            return values::convert::to_str(ctx, &name).map(Some);
        }
        match self.slot("Extent") {
            Some(extent) if self.ty.derives_from(class("Ast")) => values::convert::to_str(ctx, &extent).map(Some),
            _ => Ok(None),
        }
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if name.eq_ignore_ascii_case("Parent") && self.ty.derives_from(class("Ast")) {
            return Ok(Some(self.above.lock().clone()));
        }
        Ok(self.slot(name))
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let writes = facts::of(self.ty).and_then(|f| f.properties.iter().find(|p| p.name.eq_ignore_ascii_case(name)));
        let Some(property) = writes.filter(|p| p.can_write) else { return Ok(false) };
        let value = match facts::type_of(property.ty, &[], &[]) {
            Some(ty) => values::convert::convert(ctx, value, ty)?,
            None => value.clone(),
        };
        match self.slots.lock().iter_mut().find(|(n, _)| n.as_str() == property.name) {
            Some(slot) => slot.1 = value,
            None => return Ok(false),
        }
        Ok(true)
    }

    fn property_names(&self) -> Vec<Str> {
        let listed = self.slots.lock();
        let is_listed = |n: &&(Str, Value)| property_of(self.ty, &n.0).is_some();
        listed.iter().filter(is_listed).map(|(n, _)| n.clone()).collect()
    }

    fn call(&self, ctx: &mut dyn Context, me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if !self.ty.derives_from(class("Ast")) {
            let text = self.slot("FullName");
            return Ok(match (name.to_ascii_lowercase().as_str(), text) {
                ("getfullscript", None) => self.slot("FullScript").or(Some(Value::Null)),
                ("getreflectiontype" | "getreflectionattributetype", Some(name)) => {
                    let name = values::convert::to_str(ctx, &name)?;
                    Some(ctx.find_type(&name).map_or(Value::Null, Value::Type))
                }
                _ => None,
            });
        }
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "find" => visit::find(ctx, me, args, true)?.into_iter().next().unwrap_or_default(),
            "findall" => visit::sequence(visit::find(ctx, me, args, false)?),
            "visit" => visit::visit(ctx, me, args.first().unwrap_or(&Value::Null))?,
            "copy" => {
                let slots = self.slots.lock().clone();
                Value::foreign(Made { ty: self.ty, slots: Mutex::new(slots), above: Mutex::new(Value::Null) })
            }
            "safegetvalue" if self.slot("Value").is_some() => self.slot("Value").unwrap_or_default(),
            "getcommandname" => match self.slot("CommandElements").map(|e| nodes(&e)).unwrap_or_default().first() {
                Some(first) => members::get(ctx, first, "Value")?.unwrap_or_default(),
                None => Value::Null,
            },
            "getpureexpression" => Value::Null,
            "gethelpcontent" => Value::Null,
            "isconstantvariable" => {
                let path = self.slot("VariablePath").unwrap_or_default();
                let name = values::convert::to_str(ctx, &path)?;
                Value::Bool(matches!(name.to_ascii_lowercase().as_str(), "true" | "false" | "null"))
            }
            "getscriptblock" | "safegetvalue" | "getassignmenttargets" => {
                let text = format!(
                    "A node of [{}] that a script constructed has no code: {name} is for parsed nodes.",
                    self.ty.name()
                );
                return Exception::new(
                    TypeRef::find("System.NotSupportedException").unwrap_or(TypeRef::INVALID_OPERATION_EXCEPTION),
                    text,
                )
                .identity("ConstructedNodeHasNoCode", values::ErrorCategory::NotImplemented, Value::Null)
                .throw();
            }
            _ => return Ok(None),
        }))
    }
}
