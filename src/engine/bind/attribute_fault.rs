//! What an attribute of a script is refused for when it is made: an unknown type, an unknown property, arguments that no
//! constructor takes, names that stand twice.

use std::sync::Arc;

use command::{COMMON_PARAMETERS, ParameterTable, RISK_PARAMETERS};
use language::ast::{Ast, AttributeId, AttributeKind};
use values::error::runtime_error;
use values::{Context, ErrorCategory, Exception, Result, TypeRef, Value, convert};

use super::attribute::constant;
use crate::runspace::Runspace;

/// Attributes without a type of their own here: words of the language, and .NET's that scripts carry for other tools.
const WORDS: &[&str] = &["hidden", "credential", "threadstatic", "paramarray", "clscompliant", "suppressmessage"];

const PARAMETER: &[&str] = &[
    "mandatory",
    "position",
    "valuefrompipeline",
    "valuefrompipelinebypropertyname",
    "valuefromremainingarguments",
    "parametersetname",
    "helpmessage",
    "helpmessagebasename",
    "helpmessageresourceid",
    "dontshow",
    "experimentname",
    "experimentaction",
];

const BINDING: &[&str] = &[
    "supportsshouldprocess",
    "supportspaging",
    "supportstransactions",
    "positionalbinding",
    "defaultparametersetname",
    "confirmimpact",
    "helpuri",
    "remotingcapability",
];

/// How many arguments the constructors of the validations take.
fn takes(short: &str, count: usize) -> bool {
    match short {
        "validatepattern" | "validatescript" => count == 1,
        "validatelength" | "validatecount" => count == 2,
        "validaterange" => count == 1 || count == 2,
        "validatenotnull"
        | "validatenotnullorempty"
        | "validatenotnullorwhitespace"
        | "allownull"
        | "allowemptystring"
        | "allowemptycollection" => count == 0,
        _ => true,
    }
}

/// Fails where an attribute can't be made.
pub fn check(runspace: &mut Runspace, ast: &Arc<Ast>, id: AttributeId) -> Result<()> {
    let attribute = *ast.attribute(id);
    let AttributeKind::Attribute { args, named } = attribute.kind else { return Ok(()) };
    let name = ast.type_full_name(attribute.ty);
    let lower = name.rsplit('.').next().unwrap_or(&name).to_ascii_lowercase();
    let short = lower.strip_suffix("attribute").unwrap_or(&lower);
    // A name with its namespace may be one of a library that only other tools read.
    if !name.contains('.')
        && !WORDS.contains(&short)
        && runspace.find_type(&name).is_none()
        && runspace.find_type(&format!("{name}Attribute")).is_none()
    {
        let text = format!(
            "Cannot find the type for custom attribute '{name}'. Make sure that the assembly that contains this type is loaded."
        );
        return runtime_error("CustomAttributeTypeNotFound", ErrorCategory::InvalidOperation, Value::Null, text)
            .throw();
    }
    let known = match short {
        "parameter" => Some(PARAMETER),
        "cmdletbinding" => Some(BINDING),
        _ => None,
    };
    for arg in ast.list(named).to_vec() {
        if known.is_some_and(|known| !known.contains(&arg.name.folded())) {
            // Both attributes are named by the type of the latter.
            let text = format!(
                "Property '{}' cannot be found for type 'System.Management.Automation.CmdletBindingAttribute'.",
                ast.text(arg.text)
            );
            return runtime_error("PropertyNotFoundForType", ErrorCategory::InvalidOperation, Value::Null, text)
                .throw();
        }
        let wanted = match arg.name.folded() {
            "position" if short == "parameter" => Some(TypeRef::INT32),
            "confirmimpact" if short == "cmdletbinding" => TypeRef::find("System.Management.Automation.ConfirmImpact"),
            _ => None,
        };
        if let Some(ty) = wanted.filter(|_| !arg.omitted) {
            let value = constant(runspace, ast, arg.value)?;
            runspace.cast(value, ty)?;
        }
    }
    let given = ast.exprs(args).to_vec();
    if !takes(short, given.len()) {
        let text = format!("Cannot find an overload for \".ctor\" and the argument count: \"{}\".", given.len());
        let ty = TypeRef::find("System.Management.Automation.MethodException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
        return Exception::new(ty, text)
            .identity("MethodCountCouldNotFindBest", ErrorCategory::NotSpecified, Value::Null)
            .throw();
    }
    match (short, given.as_slice()) {
        ("validateset", []) => runtime_error(
            "ArgumentOutOfRange",
            ErrorCategory::InvalidArgument,
            Value::Null,
            "Cannot process argument because the value of argument \"validValues\" is out of range. Change argument \"validValues\" to a value that is within range. (Parameter 'validValues')\nActual value was System.String[].",
        )
        .throw(),
        ("validaterange", [kind]) => {
            let kind = constant(runspace, ast, *kind)?;
            let Some(ty) = TypeRef::find("System.Management.Automation.ValidateRangeKind") else { return Ok(()) };
            match convert::convert(runspace, &kind, ty) {
                Ok(_) => Ok(()),
                Err(flow) => {
                    let Some(record) = flow.record() else { return Err(flow) };
                    let why = record.exception.message();
                    let text =
                        format!("The following exception occurred while constructing the attribute \"{name}\": \"{why}\"");
                    runtime_error("ExceptionConstructingAttribute", ErrorCategory::InvalidOperation, Value::Null, text)
                        .throw()
                }
            }
        }
        _ => Ok(()),
    }
}

/// Fails where a parameter has the name of another, or of another's alias.
pub fn check_names(table: &ParameterTable) -> Result<()> {
    let refuse = |id: &str, text: String| {
        let ty = TypeRef::find("System.Management.Automation.MetadataException").unwrap_or(TypeRef::RUNTIME_EXCEPTION);
        Exception::new(ty, text).identity(id, ErrorCategory::MetadataError, Value::Null).throw()
    };
    let risk: &[command::CommonParameter] = if table.supports_should_process { RISK_PARAMETERS } else { &[] };
    let common = || COMMON_PARAMETERS.iter().chain(risk).filter(|_| table.is_advanced);
    for p in &table.parameters {
        if common().any(|c| c.0.eq_ignore_ascii_case(&p.name)) {
            return refuse(
                "ParameterNameAlreadyExistsForCommand",
                format!("A parameter with the name '{}' was defined multiple times for the command.", p.name),
            );
        }
    }
    for owner in &table.parameters {
        for alias in &owner.aliases {
            if table.parameters.iter().any(|p| p.name.eq_ignore_ascii_case(alias)) {
                return refuse(
                    "ParameterNameConflictsWithAlias",
                    format!(
                        "The parameter '{alias}' cannot be specified because it conflicts with the parameter alias of the same name for parameter '{}'.",
                        owner.name
                    ),
                );
            }
        }
    }
    Ok(())
}
