//! Parameter tables of script blocks.

use std::sync::Arc;

use command::{Bound, Parameter, ParameterInSet, ParameterSet, ParameterTable};
use language::ast::{Ast, AttributeKind};
use values::{Dict, Flow, Str, TypeRef, Value, convert};

use super::attribute::{class_attribute, constant, is_a, validation};
use crate::compile::{parameter_list, parameter_name};
use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// The parameters of a script block, and what the first attribute that can't be made throws; such attributes are left out.
pub fn script_parameters(runspace: &mut Runspace, script: &ScriptBlock) -> (ParameterTable, Option<Box<Flow>>) {
    let mut fault = None;
    let ast = &script.ast;
    let list = ast.list(parameter_list(ast, script.block, script.params)).to_vec();
    let mut table = ParameterTable { positional_binding: true, confirm_impact: 2, ..ParameterTable::default() };
    let mut default_set = None;
    if let Some(block) = ast.block(script.block).params {
        for id in ast.list(ast.param_block(block).attributes).to_vec() {
            fault = fault.or_else(|| super::attribute_fault::check(runspace, ast, id).err());
            binding_attribute(runspace, ast, id, &mut table, &mut default_set);
        }
    }
    // The default set is the first, wherever its parameters stand.
    if let Some(name) = &default_set {
        table.default_set = Some(set_index(&mut table, name));
    }
    for param in &list {
        let made = parameter(runspace, ast, param, &mut table, &mut fault);
        table.parameters.push(made);
    }
    if let Some(name) = &default_set {
        table.default_set = Some(set_index(&mut table, name));
    }
    // A position or the name of a set on any of them means that none gets its position by order.
    let has_own = table.parameters.iter().any(|p| p.in_sets.iter().any(|s| s.position.is_some() || s.set.is_some()));
    if table.positional_binding && !has_own {
        let mut next = 0;
        for p in &mut table.parameters {
            if p.is_switch() {
                continue;
            }
            for place in &mut p.in_sets {
                place.position = Some(next);
            }
            next += 1;
        }
    }
    fault = fault.or_else(|| super::attribute_fault::check_names(&table).err());
    (table, fault)
}

fn set_index(table: &mut ParameterTable, name: &str) -> usize {
    match table.sets.iter().position(|s| s.name.eq_ignore_ascii_case(name)) {
        Some(at) => at,
        None => {
            table.sets.push(ParameterSet { name: Str::from(name) });
            table.sets.len() - 1
        }
    }
}

fn short_name(ast: &Ast, ty: language::ast::TypeId) -> String {
    let name = ast.type_full_name(ty);
    let short = name.rsplit('.').next().unwrap_or(&name).to_ascii_lowercase();
    short.strip_suffix("attribute").unwrap_or(&short).to_string()
}

fn binding_attribute(
    runspace: &mut Runspace,
    ast: &Arc<Ast>,
    id: language::ast::AttributeId,
    table: &mut ParameterTable,
    default_set: &mut Option<Str>,
) {
    let attribute = *ast.attribute(id);
    let AttributeKind::Attribute { named, .. } = attribute.kind else { return };
    if short_name(ast, attribute.ty) != "cmdletbinding" {
        return;
    }
    table.is_advanced = true;
    for arg in ast.list(named).to_vec() {
        let Ok(value) = constant(runspace, ast, arg.value) else { continue };
        match arg.name.folded() {
            "supportsshouldprocess" => table.supports_should_process = convert::to_bool(&value),
            "supportspaging" => table.supports_paging = convert::to_bool(&value),
            "positionalbinding" => table.positional_binding = convert::to_bool(&value),
            "defaultparametersetname" => *default_set = Some(Str::from(convert::to_display(&value))),
            "confirmimpact" => {
                table.confirm_impact = match convert::to_display(&value).to_ascii_lowercase().as_str() {
                    "none" | "0" => 0,
                    "low" | "1" => 1,
                    "high" | "3" => 3,
                    _ => 2,
                }
            }
            _ => {}
        }
    }
}

fn parameter(
    runspace: &mut Runspace,
    ast: &Arc<Ast>,
    param: &language::ast::Param,
    table: &mut ParameterTable,
    fault: &mut Option<Box<Flow>>,
) -> Parameter {
    let (_, name) = parameter_name(ast, param);
    let mut made = Parameter::new(name, TypeRef::OBJECT);
    made.in_sets.clear();
    made.default_text = param.default.map(|id| Str::from(ast.expr_text(id)));
    // From the last to the first, as the transformations are to run; sets are numbered in that order too.
    for id in ast.list(param.attributes).iter().rev().copied().collect::<Vec<_>>() {
        let attribute = *ast.attribute(id);
        *fault = fault.take().or_else(|| super::attribute_fault::check(runspace, ast, id).err());
        match attribute.kind {
            AttributeKind::Type => {
                let text = ast.type_full_name(attribute.ty);
                made.type_name = Str::from(text.as_str());
                match values::Context::find_type(runspace, &text) {
                    Some(ty) => {
                        made.ty = ty;
                        made.type_name = Str::from(ty.name());
                    }
                    None => *fault = fault.take().or_else(|| crate::errors::type_not_found(&text).throw::<()>().err()),
                }
            }
            AttributeKind::Attribute { args, named } => match short_name(ast, attribute.ty).as_str() {
                "parameter" => {
                    table.is_advanced = true;
                    let place = parameter_attribute(runspace, ast, named, table, &mut made);
                    made.in_sets.push(place);
                }
                "alias" => {
                    for arg in ast.exprs(args).iter().rev().copied().collect::<Vec<_>>() {
                        if let Ok(value) = constant(runspace, ast, arg) {
                            made.aliases.push(Str::from(convert::to_display(&value)));
                        }
                    }
                }
                "pstypename" => {
                    if let Some(arg) = ast.exprs(args).first()
                        && let Ok(value) = constant(runspace, ast, *arg)
                    {
                        made.ps_type_name = Some(Str::from(convert::to_display(&value)));
                    }
                }
                "supportswildcards" => made.takes_wildcards = true,
                "argumentcompletions" => {
                    let mut words = Vec::new();
                    for arg in ast.exprs(args).to_vec() {
                        if let Ok(value) = constant(runspace, ast, arg) {
                            words.push(value);
                        }
                    }
                    made.completer = Value::array(words);
                }
                "argumentcompleter" => {
                    if let Some(arg) = ast.exprs(args).first()
                        && let Ok(value) = constant(runspace, ast, *arg)
                    {
                        made.completer = value;
                    }
                }
                _ => match validation(runspace, ast, id) {
                    Ok(Some(found)) => made.validations.push(found),
                    Ok(None) => match class_attribute(runspace, ast, id) {
                        Ok(Some(own)) if is_a(&own, "ArgumentTransformationAttribute") => {
                            made.transformations.push(own);
                        }
                        Ok(_) => {}
                        Err(flow) => *fault = fault.take().or(Some(flow)),
                    },
                    Err(flow) => *fault = fault.take().or(Some(flow)),
                },
            },
        }
    }
    made.in_sets.reverse();
    made.validations.reverse();
    made.aliases.reverse();
    if made.in_sets.is_empty() {
        made.in_sets.push(ParameterInSet::default());
    }
    made
}

fn parameter_attribute(
    runspace: &mut Runspace,
    ast: &Arc<Ast>,
    named: language::ast::List<language::ast::NamedArg>,
    table: &mut ParameterTable,
    made: &mut Parameter,
) -> ParameterInSet {
    let mut place = ParameterInSet::default();
    for arg in ast.list(named).to_vec() {
        let value = if arg.omitted { Ok(Value::Bool(true)) } else { constant(runspace, ast, arg.value) };
        let Ok(value) = value else { continue };
        match arg.name.folded() {
            "mandatory" => place.is_mandatory = convert::to_bool(&value),
            "position" => place.position = value.as_i64().map(|n| n as i32),
            "valuefrompipeline" => place.by_value = convert::to_bool(&value),
            "valuefrompipelinebypropertyname" => place.by_property_name = convert::to_bool(&value),
            "valuefromremainingarguments" => place.takes_remaining = convert::to_bool(&value),
            "parametersetname" => {
                let name = convert::to_display(&value);
                if name != "__AllParameterSets" {
                    place.set = Some(set_index(table, &name));
                }
            }
            "helpmessage" => place.help_message = Some(Str::from(convert::to_display(&value))),
            "dontshow" => made.is_hidden = convert::to_bool(&value),
            _ => {}
        }
    }
    place
}

/// What a typed parameter holds that was not given: 0, false, "", or `$null`.
pub fn empty_of(ty: TypeRef) -> Value {
    match ty {
        TypeRef::STRING => Value::from(""),
        TypeRef::BOOL => Value::Bool(false),
        TypeRef::INT32 => Value::I32(0),
        TypeRef::INT64 => Value::I64(0),
        TypeRef::DOUBLE => Value::F64(0.0),
        TypeRef::BYTE => Value::U8(0),
        TypeRef::INT16 => Value::I16(0),
        TypeRef::UINT32 => Value::U32(0),
        TypeRef::UINT64 => Value::U64(0),
        TypeRef::SINGLE => Value::F32(0.0),
        TypeRef::DECIMAL => Value::decimal(Default::default()),
        TypeRef::CHAR => Value::Char(0),
        TypeRef::SWITCH => crate::host_objects::switch_value(false),
        _ => Value::Null,
    }
}

/// `$PSBoundParameters`.
pub fn bound_dictionary(bound: &Bound) -> Value {
    let ty = TypeRef::find("System.Management.Automation.PSBoundParametersDictionary").unwrap_or_else(|| {
        TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE)
    });
    let dict = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    for (name, value) in bound.iter() {
        dict.insert(Value::Str(name.clone()), value.clone());
    }
    Value::Dict(Arc::new(dict))
}
