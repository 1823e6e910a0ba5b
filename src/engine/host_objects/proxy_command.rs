//! `CommandMetadata` and `ProxyCommand`: the text of a function that wraps a command.

use std::fmt::Write;
use std::sync::Arc;

use command::{CommandBody, CommandInfo, CommandKind, Parameter, ParameterTable, Validation};
use values::object::Foreign;
use values::{Context, Dict, ErrorCategory, KeyComparer, Result, Str, TypeRef, Value, convert, members};

use super::{CommandObject, class};
use crate::runspace::Runspace;

/// A command's metadata; scripts take parameters out of it before they make a proxy.
pub struct CommandMetadata {
    info: Arc<CommandInfo>,
    table: Arc<ParameterTable>,
    parameters: Arc<Dict>,
    help_uri: Str,
}

/// `[CommandMetadata]::new(command)`.
pub fn metadata(runspace: &mut Runspace, given: &Value) -> Result {
    if let Some(other) = given.as_foreign::<CommandMetadata>() {
        let data = other.parameters.lock().clone();
        let parameters = Dict::with_data(other.parameters.ty, TypeRef::STRING, TypeRef::OBJECT, data);
        return Ok(Value::foreign(CommandMetadata {
            info: other.info.clone(),
            table: other.table.clone(),
            parameters: Arc::new(parameters),
            help_uri: other.help_uri.clone(),
        }));
    }
    let mut info = match given.as_foreign::<CommandObject>() {
        Some(held) => held.info.clone(),
        None => {
            return crate::errors::invalid_operation(
                "CommandMetadataNotSupported",
                "Metadata can be made of a command only, not of a type or the path of a script.",
            )
            .throw();
        }
    };
    if let CommandBody::Alias(target) = &info.body {
        match runspace.command_by_name(target)? {
            Some(found) => info = found,
            None => return crate::errors::command_not_found(target).throw(),
        }
    }
    let object = CommandObject::value(info.clone());
    let help_uri = members::get(runspace, &object, "HelpUri")?
        .map(|v| Str::from(convert::to_display(&v)))
        .unwrap_or_else(Str::empty);
    let table = super::command::table_of(runspace, &info);
    let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
    let parameters = Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, KeyComparer::IgnoreCase);
    for p in &table.parameters {
        parameters.insert(Value::Str(p.name.clone()), super::command::parameter_object(runspace, p, &table));
    }
    Ok(Value::foreign(CommandMetadata { info, table, parameters: Arc::new(parameters), help_uri }))
}

/// A static method of `ProxyCommand`; none where there is none of that name.
pub fn call(name: &str, args: &[Value]) -> Result<Option<Value>> {
    let Some(first) = args.first() else { return Ok(None) };
    let Some(metadata) = first.as_foreign::<CommandMetadata>() else {
        if name.eq_ignore_ascii_case("GetHelpComments") {
            return values::error::error_of(
                "ProxyHelpNotSupported",
                ErrorCategory::NotImplemented,
                "Help comments of a help object are not written by this product.",
            );
        }
        return Ok(None);
    };
    let text = match name.to_ascii_lowercase().as_str() {
        "create" => {
            let help = args.get(1).map(convert::to_display).filter(|t| !t.is_empty());
            let is_dynamic = args.get(2).is_none_or(convert::to_bool);
            metadata.text(help.as_deref(), is_dynamic)
        }
        "getcmdletbindingattribute" => metadata.binding(),
        "getparamblock" => metadata.params(),
        "getbegin" => metadata.begin(),
        "getprocess" => PROCESS.to_string(),
        "getend" => END.to_string(),
        "getclean" => CLEAN.to_string(),
        "getdynamicparam" => metadata.dynamic(),
        _ => return Ok(None),
    };
    Ok(Some(Value::from(text)))
}

const PROCESS: &str = "
    try {
        $steppablePipeline.Process($_)
    } catch {
        throw
    }
";
const END: &str = "
    try {
        $steppablePipeline.End()
    } catch {
        throw
    }
";
const CLEAN: &str = "
    if ($null -ne $steppablePipeline) {
        $steppablePipeline.Clean()
    }
";

fn quoted(text: &str) -> String {
    text.replace('\'', "''")
}

impl CommandMetadata {
    /// Whether what is wrapped binds as cmdlets do.
    fn is_cmdlet(&self) -> bool {
        self.table.is_advanced || self.info.kind == CommandKind::Cmdlet
    }

    fn kind(&self) -> &'static str {
        match self.info.kind {
            CommandKind::Cmdlet => "Cmdlet",
            CommandKind::ExternalScript => "ExternalScript",
            CommandKind::Filter => "Filter",
            CommandKind::Application => "Application",
            _ => "Function",
        }
    }

    fn name(&self) -> String {
        match (&self.info.module, self.info.kind) {
            (Some(module), CommandKind::Cmdlet) if !module.is_empty() => format!("{module}\\{}", self.info.name),
            _ => self.info.name.to_string(),
        }
    }

    fn text(&self, help: Option<&str>, is_dynamic: bool) -> String {
        let own = format!("\n.ForwardHelpTargetName {}\n.ForwardHelpCategory {}\n", self.name(), self.kind());
        let help = help.unwrap_or(&own).replace("#>", "#`>");
        let has_dynamic =
            matches!(self.info.name.as_str(), "Get-Item" | "Get-ChildItem" | "Get-Content" | "Set-Content")
                || self.info.kind == CommandKind::Cmdlet && self.table.parameters.iter().any(|p| p.is_dynamic);
        let dynamic = match is_dynamic && has_dynamic {
            true => format!("dynamicparam\n{{{}}}\n\n", self.dynamic()),
            false => String::new(),
        };
        format!(
            "{}\nparam({})\n\n{dynamic}begin\n{{{}}}\n\nprocess\n{{{PROCESS}}}\n\nend\n{{{END}}}\n\nclean\n{{{CLEAN}}}\n<#\n{help}\n#>\n",
            self.binding(),
            self.params(),
            self.begin(),
        )
    }

    fn binding(&self) -> String {
        if !self.is_cmdlet() {
            return String::new();
        }
        let mut parts = Vec::new();
        if let Some(set) = self.table.default_set.and_then(|at| self.table.sets.get(at)) {
            parts.push(format!("DefaultParameterSetName='{}'", quoted(&set.name)));
        }
        if self.table.supports_should_process {
            parts.push("SupportsShouldProcess=$true".to_string());
            let impact = ["None", "Low", "Medium", "High"].get(self.table.confirm_impact as usize).unwrap_or(&"Medium");
            parts.push(format!("ConfirmImpact='{impact}'"));
        }
        if self.table.supports_paging {
            parts.push("SupportsPaging=$true".to_string());
        }
        if self.info.kind != CommandKind::Cmdlet && !self.table.positional_binding {
            parts.push("PositionalBinding=$false".to_string());
        }
        if !self.help_uri.is_empty() {
            parts.push(format!("HelpUri='{}'", quoted(&self.help_uri)));
        }
        format!("[CmdletBinding({})]", parts.join(", "))
    }

    fn params(&self) -> String {
        let kept = self.parameters.to_vec();
        let wanted = kept.iter().filter_map(|(name, _)| {
            let name = convert::to_display(name);
            self.table.parameters.iter().find(|p| p.name.eq_ignore_ascii_case(&name))
        });
        wanted.map(|p| self.parameter(p)).collect::<Vec<_>>().join(",\n")
    }

    fn parameter(&self, p: &Parameter) -> String {
        const PREFIX: &str = "\n    ";
        let mut text = String::new();
        for place in p.in_sets.iter().filter(|_| self.is_cmdlet()) {
            let mut parts = Vec::new();
            if let Some(set) = place.set.and_then(|at| self.table.sets.get(at)) {
                parts.push(format!("ParameterSetName='{}'", quoted(&set.name)));
            }
            if place.is_mandatory {
                parts.push("Mandatory=$true".to_string());
            }
            if let Some(position) = place.position {
                parts.push(format!("Position={position}"));
            }
            for (is, name) in [
                (place.by_value, "ValueFromPipeline"),
                (place.by_property_name, "ValueFromPipelineByPropertyName"),
                (place.takes_remaining, "ValueFromRemainingArguments"),
            ] {
                if is {
                    parts.push(format!("{name}=$true"));
                }
            }
            if let Some(help) = place.help_message.as_ref().filter(|h| !h.is_empty()) {
                parts.push(format!("HelpMessage='{}'", quoted(help)));
            }
            if !parts.is_empty() {
                let _ = write!(text, "{PREFIX}[Parameter({})]", parts.join(", "));
            }
        }
        if !p.aliases.is_empty() {
            let names: Vec<String> = p.aliases.iter().map(|a| format!("'{}'", quoted(a))).collect();
            let _ = write!(text, "{PREFIX}[Alias({})]", names.join(","));
        }
        for validation in &p.validations {
            if let Some(attribute) = attribute(validation) {
                let _ = write!(text, "{PREFIX}[{attribute}]");
            }
        }
        let ty = if p.is_switch() { "switch".to_string() } else { p.ty.ps_name().to_string() };
        let _ = write!(text, "{PREFIX}[{ty}]{PREFIX}${{{}}}", p.name.replace('}', "`}"));
        text
    }

    fn begin(&self) -> String {
        let origin = if self.info.kind == CommandKind::Function { "" } else { "$myInvocation.CommandOrigin" };
        let (name, kind) = (quoted(&self.name()), self.kind());
        if !self.is_cmdlet() {
            return format!(
                "
    try {{
        $wrappedCmd = $ExecutionContext.InvokeCommand.GetCommand('{name}', [System.Management.Automation.CommandTypes]::{kind})
        $PSBoundParameters.Add('$args', $args)
        $scriptCmd = {{& $wrappedCmd @PSBoundParameters }}

        $steppablePipeline = $scriptCmd.GetSteppablePipeline({origin})
        $steppablePipeline.Begin($myInvocation.ExpectingInput, $ExecutionContext)
    }} catch {{
        throw
    }}
"
            );
        }
        format!(
            "
    try {{
        $outBuffer = $null
        if ($PSBoundParameters.TryGetValue('OutBuffer', [ref]$outBuffer))
        {{
            $PSBoundParameters['OutBuffer'] = 1
        }}

        $wrappedCmd = $ExecutionContext.InvokeCommand.GetCommand('{name}', [System.Management.Automation.CommandTypes]::{kind})
        $scriptCmd = {{& $wrappedCmd @PSBoundParameters }}

        $steppablePipeline = $scriptCmd.GetSteppablePipeline({origin})
        $steppablePipeline.Begin($PSCmdlet)
    }} catch {{
        throw
    }}
"
        )
    }

    fn dynamic(&self) -> String {
        let (name, kind) = (quoted(&self.name()), self.kind());
        format!(
            "
    try {{
        $targetCmd = $ExecutionContext.InvokeCommand.GetCommand('{name}', [System.Management.Automation.CommandTypes]::{kind}, $PSBoundParameters)
        $dynamicParams = @($targetCmd.Parameters.GetEnumerator() | Microsoft.PowerShell.Core\\Where-Object {{ $_.Value.IsDynamic }})
        if ($dynamicParams.Length -gt 0)
        {{
            $paramDictionary = [Management.Automation.RuntimeDefinedParameterDictionary]::new()
            foreach ($param in $dynamicParams)
            {{
                $param = $param.Value

                if(-not $MyInvocation.MyCommand.Parameters.ContainsKey($param.Name))
                {{
                    $dynParam = [Management.Automation.RuntimeDefinedParameter]::new($param.Name, $param.ParameterType, $param.Attributes)
                    $paramDictionary.Add($param.Name, $dynParam)
                }}
            }}

            return $paramDictionary
        }}
    }} catch {{
        throw
    }}
"
        )
    }
}

/// A validation attribute as text; none for those that a proxy leaves to the command.
fn attribute(validation: &Validation) -> Option<String> {
    let shown = |v: &Value| match v.base() {
        Value::Str(s) => format!("'{}'", quoted(s)),
        other => convert::to_display(other).to_string(),
    };
    Some(match validation {
        Validation::Length { min, max } => format!("ValidateLength({min}, {max})"),
        Validation::Count { min, max } => format!("ValidateCount({min}, {max})"),
        Validation::Range { min, max } => format!("ValidateRange({}, {})", shown(min), shown(max)),
        Validation::RangeKind(kind) => format!("ValidateRange('{kind}')"),
        Validation::Pattern { pattern, .. } => format!("ValidatePattern('{}')", quoted(pattern)),
        Validation::Set { values, .. } => {
            let names: Vec<String> = values.iter().map(|v| format!("'{}'", quoted(v))).collect();
            format!("ValidateSet({})", names.join(","))
        }
        Validation::Script { block, .. } => format!("ValidateScript({{ {} }})", convert::to_display(block)),
        Validation::NotNull => "ValidateNotNull()".to_string(),
        Validation::NotNullOrEmpty => "ValidateNotNullOrEmpty()".to_string(),
        Validation::AllowNull => "AllowNull()".to_string(),
        Validation::AllowEmptyString => "AllowEmptyString()".to_string(),
        Validation::AllowEmptyCollection => "AllowEmptyCollection()".to_string(),
        _ => return None,
    })
}

impl Foreign for CommandMetadata {
    fn type_ref(&self) -> TypeRef {
        class("System.Management.Automation.CommandMetadata")
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::from(self.info.name.as_str()),
            "commandtype" if self.info.kind == CommandKind::Cmdlet => {
                TypeRef::find(&self.info.error_name).map_or(Value::Null, Value::Type)
            }
            "commandtype" => Value::Null,
            "defaultparametersetname" => {
                let set = self.table.default_set.and_then(|at| self.table.sets.get(at));
                set.map_or(Value::Null, |s| Value::Str(s.name.clone()))
            }
            "supportsshouldprocess" => Value::Bool(self.table.supports_should_process),
            "supportspaging" => Value::Bool(self.table.supports_paging),
            "supportstransactions" => Value::Bool(false),
            "positionalbinding" => Value::Bool(self.table.positional_binding),
            "helpuri" => Value::Str(self.help_uri.clone()),
            "confirmimpact" => {
                let impact = ["None", "Low", "Medium", "High"].get(self.table.confirm_impact as usize);
                command::enum_value("System.Management.Automation.ConfirmImpact", impact.unwrap_or(&"Medium"))
            }
            "parameters" => Value::Dict(self.parameters.clone()),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let names = [
            "Name",
            "CommandType",
            "DefaultParameterSetName",
            "SupportsShouldProcess",
            "SupportsPaging",
            "PositionalBinding",
            "SupportsTransactions",
            "HelpUri",
            "ConfirmImpact",
            "Parameters",
        ];
        names.map(Str::from).to_vec()
    }
}
