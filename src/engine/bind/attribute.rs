//! Attributes of a script's parameters and variables: what they say, evaluated once.

use std::sync::Arc;

use command::Validation;
use language::ast::{Ast, AttributeId, AttributeKind, Expr, ExprId};
use values::{ErrorCategory, Exception, Result, Str, TypeRef, Value, convert, members, operators};

use crate::runspace::Runspace;

/// The validation that an attribute of a script stands for; none for attributes that validate nothing.
pub fn validation(runspace: &mut Runspace, ast: &Arc<Ast>, id: AttributeId) -> Result<Option<Validation>> {
    let attribute = *ast.attribute(id);
    let AttributeKind::Attribute { args, named } = attribute.kind else { return Ok(None) };
    let name = ast.type_full_name(attribute.ty);
    let short = name.rsplit('.').next().unwrap_or(&name).to_ascii_lowercase();
    let short = short.strip_suffix("attribute").unwrap_or(&short).to_string();
    let args: Vec<ExprId> = ast.exprs(args).to_vec();
    let mut values = Vec::new();
    for arg in &args {
        values.push(constant(runspace, ast, *arg)?);
    }
    let mut message = None;
    let (mut is_case_sensitive, mut options) = (false, 1);
    for arg in ast.list(named).to_vec() {
        let value = constant(runspace, ast, arg.value)?;
        match arg.name.folded() {
            "errormessage" => message = Some(convert::to_str(runspace, &value)?),
            "ignorecase" => is_case_sensitive = !convert::to_bool(&value),
            "options" => {
                let text = convert::to_display(&value).to_ascii_lowercase();
                options = value.as_i64().unwrap_or_else(|| i64::from(text.contains("ignorecase")));
            }
            _ => {}
        }
    }
    let texts = |values: &[Value]| -> Vec<Str> { values.iter().map(|v| Str::from(convert::to_display(v))).collect() };
    let int = |at: usize| values.get(at).and_then(Value::as_i64).unwrap_or(0);
    let made = match short.as_str() {
        "validateset" => match values.first() {
            Some(class @ Value::Type(_)) => Validation::SetFrom(class.clone()),
            _ => Validation::Set { values: texts(&values), is_case_sensitive, message },
        },
        "validaterange" if values.len() == 1 => Validation::RangeKind(texts(&values).remove(0)),
        "validaterange" => Validation::Range {
            min: values.first().cloned().unwrap_or_default(),
            max: values.get(1).cloned().unwrap_or_default(),
        },
        "validatepattern" => {
            Validation::Pattern { pattern: texts(&values).pop().unwrap_or_else(Str::empty), options, message }
        }
        "validatelength" => Validation::Length { min: int(0), max: int(1) },
        "validatecount" => Validation::Count { min: int(0), max: int(1) },
        "validatescript" => Validation::Script { block: values.first().cloned().unwrap_or_default(), message },
        "validatenotnull" => Validation::NotNull,
        "validatenotnullorempty" => Validation::NotNullOrEmpty,
        "validatenotnullorwhitespace" => Validation::NotNullOrWhiteSpace,
        "validatedrive" => Validation::Drive(texts(&values)),
        "validateuserdrive" => Validation::UserDrive,
        "allownull" => Validation::AllowNull,
        "allowemptystring" => Validation::AllowEmptyString,
        "allowemptycollection" => Validation::AllowEmptyCollection,
        _ => match class_attribute(runspace, ast, id)? {
            Some(attribute) if is_a(&attribute, "ValidateArgumentsAttribute") => Validation::Custom(attribute),
            _ => return Ok(None),
        },
    };
    check(runspace, made).map(Some)
}

/// The object of an attribute whose class transforms arguments.
pub fn transformation(runspace: &mut Runspace, ast: &Arc<Ast>, id: AttributeId) -> Result<Option<Value>> {
    Ok(class_attribute(runspace, ast, id)?.filter(|own| is_a(own, "ArgumentTransformationAttribute")))
}

/// An attribute whose class is written in script, as an object; none for other attributes.
pub fn class_attribute(runspace: &mut Runspace, ast: &Arc<Ast>, id: AttributeId) -> Result<Option<Value>> {
    let attribute = *ast.attribute(id);
    let AttributeKind::Attribute { args, named } = attribute.kind else { return Ok(None) };
    let name = ast.type_full_name(attribute.ty);
    let mut find = |name: &str| values::Context::find_type(runspace, name).filter(|ty| ty.info().class.get().is_some());
    let Some(ty) = find(&format!("{name}Attribute")).or_else(|| find(&name)) else { return Ok(None) };
    let mut given = Vec::new();
    for arg in ast.exprs(args).to_vec() {
        given.push(constant(runspace, ast, arg)?);
    }
    let made = members::construct(runspace, ty, &given)?;
    for arg in ast.list(named).to_vec() {
        let value = if arg.omitted { Value::Bool(true) } else { constant(runspace, ast, arg.value)? };
        members::set(runspace, &made, ast.text(arg.text), value)?;
    }
    Ok(Some(made))
}

/// Whether an attribute object derives from a class of `System.Management.Automation`.
pub fn is_a(attribute: &Value, base: &str) -> bool {
    let base = TypeRef::find(&format!("System.Management.Automation.{base}"));
    attribute.type_ref().zip(base).is_some_and(|(own, base)| own.derives_from(base))
}

/// What the constructors of validation attributes refuse.
fn check(runspace: &mut Runspace, validation: Validation) -> Result<Validation> {
    let refuse = |id: &str, message: String| {
        let ty = TypeRef::find("System.Management.Automation.ValidationMetadataException");
        Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), message)
            .identity(id, ErrorCategory::MetadataError, Value::Null)
            .throw()
    };
    match &validation {
        Validation::Length { min, max } if max < min => refuse(
            "ValidateLengthMaxLengthSmallerThanMinLength",
            "The specified maximum character length of the argument is shorter than the specified minimum argument character length. Update the ValidateLength attribute for the parameter.".into(),
        ),
        Validation::Count { min, max } if max < min => refuse(
            "ValidateRangeMaxLengthSmallerThanMinLength",
            "The specified maximum number of arguments for a parameter is fewer than the specified minimum number of arguments. Update the ValidateCount attribute for the parameter.".into(),
        ),
        Validation::Range { min, max } => {
            let (a, b) = (min.type_ref().unwrap_or(TypeRef::OBJECT), max.type_ref().unwrap_or(TypeRef::OBJECT));
            if super::validate::common_type(a, b).is_none() {
                return refuse(
                    "MinRangeNotTheSameTypeOfMaxRange",
                    format!(
                        "The specified minimum range ({}) cannot be accepted because it is not the same type as the specified maximum range ({}). Update the ValidateRange attribute for the parameter.",
                        a.name_only(),
                        b.name_only()
                    ),
                );
            }
            if operators::compare(runspace, min, max, true)?.is_gt() {
                return refuse(
                    "MaxRangeSmallerThanMinRange",
                    "The specified maximum range cannot be accepted because it is less than the specified minimum range. Update the ValidateRange attribute for the parameter.".into(),
                );
            }
            Ok(validation)
        }
        _ => Ok(validation),
    }
}

/// The value of an attribute's argument.
pub fn constant(runspace: &mut Runspace, ast: &Arc<Ast>, id: ExprId) -> Result {
    match *ast.expr(id) {
        Expr::String { .. } => Ok(Value::from(ast.string_value(id).unwrap_or_default())),
        Expr::ScriptBlock(block) => {
            let home = runspace.frame().and_then(|f| f.home.clone());
            Ok(Value::foreign(crate::script_block::ScriptBlock::new(ast.clone(), block, None, home)))
        }
        Expr::Variable(v) if v.name.folded() == "true" => Ok(Value::Bool(true)),
        Expr::Variable(v) if v.name.folded() == "false" => Ok(Value::Bool(false)),
        Expr::Variable(v) if v.name.folded() == "null" => Ok(Value::Null),
        _ => {
            let text = ast.expr_text(id).to_string();
            let block = command::Session::parse_script(runspace, &text, None)?;
            Ok(Value::from_output(runspace.invoke_script(&block, command::Invoke::default())?))
        }
    }
}
