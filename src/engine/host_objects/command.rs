//! CommandInfo and its kinds.

use std::sync::Arc;

use ::command::{CommandBody, CommandInfo, CommandKind, NativeObject, Parameter, ParameterTable};
use values::object::Foreign;
use values::{Context, Dict, Result, Str, TypeRef, Value, members};

use crate::runspace::Runspace;
use crate::script_block::ScriptBlock;

/// A command as scripts see it: CmdletInfo, FunctionInfo, AliasInfo, ExternalScriptInfo, ApplicationInfo.
pub struct CommandObject {
    pub info: Arc<CommandInfo>,
}

impl CommandObject {
    /// As a value.
    pub fn value(info: Arc<CommandInfo>) -> Value {
        Value::foreign(CommandObject { info })
    }
}

/// The parameter table of a command; a script's is made from its block.
pub(crate) fn table_of(runspace: &mut Runspace, info: &CommandInfo) -> Arc<ParameterTable> {
    match &info.body {
        CommandBody::Script(block) => match block.as_foreign::<ScriptBlock>() {
            Some(script) => script.parameters(runspace),
            None => info.parameters.clone(),
        },
        CommandBody::Alias(target) => match runspace.command_by_name(target) {
            Ok(Some(found)) => table_of(runspace, &found),
            _ => info.parameters.clone(),
        },
        _ => info.parameters.clone(),
    }
}

impl CommandObject {
    fn definition(&self, runspace: &mut Runspace) -> Value {
        match &self.info.body {
            CommandBody::Script(block) => match block.as_foreign::<ScriptBlock>() {
                Some(script) => Value::Str(script.text()),
                None => Value::from(""),
            },
            CommandBody::Alias(target) => Value::Str(target.clone()),
            CommandBody::Program(path) => Value::Str(path.clone()),
            _ => Value::from(crate::cmdlets::syntax::of(runspace, &self.info)),
        }
    }
}

impl Foreign for CommandObject {
    fn type_ref(&self) -> TypeRef {
        let name = match self.info.kind {
            CommandKind::Alias => "AliasInfo",
            CommandKind::Function => "FunctionInfo",
            CommandKind::Filter => "FilterInfo",
            CommandKind::Cmdlet => "CmdletInfo",
            CommandKind::ExternalScript => "ExternalScriptInfo",
            CommandKind::Application => "ApplicationInfo",
            CommandKind::Script => "ScriptInfo",
            CommandKind::Configuration => "ConfigurationInfo",
        };
        ::command::class(&format!("System.Management.Automation.{name}"), TypeRef::COMMAND_INFO)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.info.name.clone())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        // A script without a name is its text.
        if let (CommandKind::Script, CommandBody::Script(block)) = (self.info.kind, &self.info.body)
            && let Some(script) = block.as_foreign::<ScriptBlock>()
        {
            return Ok(Some(script.text()));
        }
        Ok(Some(self.info.name.clone()))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let info = &self.info;
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let is_script = matches!(info.body, CommandBody::Script(_));
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(info.name.clone()),
            "commandtype" => match TypeRef::find("System.Management.Automation.CommandTypes") {
                Some(ty) => Value::Enum(ty, info.kind as i64),
                None => Value::I32(info.kind as i32),
            },
            "definition" => self.definition(runspace),
            "source" => match info.kind {
                CommandKind::Application | CommandKind::ExternalScript => Value::Str(info.definition.clone()),
                _ => Value::Str(info.module.clone().unwrap_or_else(Str::empty)),
            },
            "modulename" => Value::Str(info.module.clone().unwrap_or_else(Str::empty)),
            "module" => match &info.module {
                Some(name) => match runspace.modules.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone()) {
                    Some(table) => crate::module::ModuleObject::value(&table),
                    None if is_script => Value::Null,
                    None => crate::module::ModuleObject::value(&runspace.built_in_module(name)),
                },
                None => Value::Null,
            },
            "version" => match info.module {
                Some(_) if !is_script => values::convert::convert(runspace, &Value::from("7.0.0.0"), TypeRef::VERSION)?,
                Some(ref name) => match runspace.modules.iter().find(|(n, _)| n == name).map(|(_, t)| t.clone()) {
                    Some(table) => {
                        let module = crate::module::ModuleObject::value(&table);
                        members::get(runspace, &module, "Version")?.unwrap_or_default()
                    }
                    None => Value::Null,
                },
                _ => Value::Null,
            },
            "visibility" => ::command::enum_value("System.Management.Automation.SessionStateEntryVisibility", "Public"),
            "path" if matches!(info.kind, CommandKind::Application | CommandKind::ExternalScript) => {
                Value::Str(info.definition.clone())
            }
            "extension" if info.kind == CommandKind::Application => Value::from(""),
            "scriptblock" if is_script => match &info.body {
                CommandBody::Script(block) => block.clone(),
                _ => Value::Null,
            },
            "scriptcontents" if info.kind == CommandKind::ExternalScript => match &info.body {
                CommandBody::Script(block) => match block.as_foreign::<ScriptBlock>() {
                    Some(script) => Value::from(script.ast.source().text()),
                    None => Value::Null,
                },
                _ => Value::Null,
            },
            "verb" => Value::from(info.name.split_once('-').map_or("", |(v, _)| v)),
            "noun" => Value::from(info.name.split_once('-').map_or("", |(_, n)| n)),
            "cmdletbinding" if !is_script && info.kind == CommandKind::Function => Value::Bool(true),
            "cmdletbinding" if is_script => Value::Bool(table_of(runspace, info).is_advanced),
            "defaultparameterset" => {
                let table = table_of(runspace, info);
                match table.default_set.and_then(|at| table.sets.get(at)) {
                    Some(set) => Value::Str(set.name.clone()),
                    None => Value::Null,
                }
            }
            "description" => info.description.clone().map_or(Value::Null, Value::Str),
            "options" => crate::scope::options_value(info.options),
            "displayname" | "resolvedcommandname" | "resolvedcommand" | "referencedcommand" => match &info.body {
                CommandBody::Alias(target) => self.alias_member(runspace, name, target)?,
                _ if name.eq_ignore_ascii_case("displayname") => Value::Str(info.name.clone()),
                _ => return Ok(None),
            },
            "outputtype" => typed_list(
                "System.Collections.ObjectModel.ReadOnlyCollection[System.Management.Automation.PSTypeName]",
                "System.Management.Automation.PSTypeName",
                output_types(runspace, info)
                    .iter()
                    .map(|t| {
                        let ty = Context::find_type(runspace, t).map_or(Value::Null, Value::Type);
                        let parts = vec![("Name", Value::Str(t.clone())), ("Type", ty)];
                        values::types::record::make("System.Management.Automation.PSTypeName", parts)
                    })
                    .collect(),
            ),
            "parameters" => {
                let table = table_of(runspace, info);
                let dict = Dict::new(
                    TypeRef::find(
                        "System.Collections.Generic.Dictionary[string,System.Management.Automation.ParameterMetadata]",
                    )
                    .unwrap_or(TypeRef::HASHTABLE),
                    TypeRef::STRING,
                    TypeRef::find("System.Management.Automation.ParameterMetadata").unwrap_or(TypeRef::OBJECT),
                    values::KeyComparer::IgnoreCase,
                );
                for p in &table.parameters {
                    dict.insert(Value::Str(p.name.clone()), parameter_object(runspace, p, &table));
                }
                if table.is_advanced {
                    for p in crate::bind::common::parameters(&table) {
                        dict.insert(Value::Str(p.name.clone()), parameter_object(runspace, &p, &table));
                    }
                }
                Value::Dict(Arc::new(dict))
            }
            "parametersets" => crate::cmdlets::syntax::parameter_sets(runspace, info),
            "helpfile" => Value::from(""),
            "implementingtype" if info.kind == CommandKind::Cmdlet => {
                TypeRef::find(&info.error_name).map_or(Value::Null, Value::Type)
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        let mut names = vec![
            "Name",
            "CommandType",
            "Definition",
            "Source",
            "Version",
            "Visibility",
            "ModuleName",
            "Module",
            "Parameters",
            "ParameterSets",
            "OutputType",
        ];
        match self.info.kind {
            CommandKind::Function | CommandKind::Filter => {
                names.extend([
                    "ScriptBlock",
                    "CmdletBinding",
                    "DefaultParameterSet",
                    "Description",
                    "Options",
                    "Verb",
                    "Noun",
                    "HelpFile",
                ]);
            }
            CommandKind::Cmdlet => {
                names.extend(["DefaultParameterSet", "Verb", "Noun", "HelpFile", "ImplementingType", "Options"])
            }
            CommandKind::Alias => names.extend([
                "DisplayName",
                "ResolvedCommand",
                "ResolvedCommandName",
                "ReferencedCommand",
                "Description",
                "Options",
            ]),
            CommandKind::ExternalScript => names.extend(["Path", "ScriptBlock", "ScriptContents"]),
            CommandKind::Application => names.extend(["Path", "Extension"]),
            _ => {}
        }
        names.into_iter().map(Str::from).collect()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        match name.to_ascii_lowercase().as_str() {
            "tostring" => Ok(Some(Value::Str(self.info.name.clone()))),
            "resolveparameter" => {
                let Some(wanted) = args.first() else { return Ok(None) };
                let wanted = values::convert::to_str(ctx, wanted)?;
                let Some(all) = members::get(ctx, &CommandObject::value(self.info.clone()), "Parameters")? else {
                    return Ok(None);
                };
                Ok(all.as_dict().and_then(|d| d.get_str(&wanted)))
            }
            _ => Ok(None),
        }
    }
}

impl CommandObject {
    fn alias_member(&self, runspace: &mut Runspace, name: &str, target: &Str) -> Result {
        let found = runspace.command_by_name(target)?;
        Ok(match name.to_ascii_lowercase().as_str() {
            "displayname" => Value::from(format!("{} -> {target}", self.info.name)),
            "resolvedcommandname" => found.map_or(Value::Null, |f| Value::Str(f.name.clone())),
            _ => found.map_or(Value::Null, CommandObject::value),
        })
    }
}

/// Names of the types that a command says it puts out; a function says so with `[OutputType()]`.
fn output_types(runspace: &mut Runspace, info: &CommandInfo) -> Vec<Str> {
    let CommandBody::Script(block) = &info.body else { return info.output_types.clone() };
    let Some(script) = block.as_foreign::<ScriptBlock>() else { return Vec::new() };
    let ast = script.ast.clone();
    let Some(params) = ast.block(script.block).params else { return Vec::new() };
    let mut found = Vec::new();
    for id in ast.list(ast.param_block(params).attributes).to_vec() {
        let attribute = *ast.attribute(id);
        let language::ast::AttributeKind::Attribute { args, .. } = attribute.kind else { continue };
        let name = ast.type_full_name(attribute.ty).to_ascii_lowercase();
        if !matches!(name.rsplit('.').next(), Some("outputtype" | "outputtypeattribute")) {
            continue;
        }
        for arg in ast.exprs(args).to_vec() {
            match crate::bind::constant_of(runspace, &ast, arg) {
                Ok(Value::Type(ty)) => found.push(ty.full_name()),
                Ok(other) => {
                    let items = other.as_array().map_or_else(|| vec![other.clone()], |a| a.to_vec());
                    found.extend(items.iter().map(|v| Str::from(values::convert::to_display(v))));
                }
                Err(_) => {}
            }
        }
    }
    found
}

/// A list of a generic type.
fn typed_list(ty: &str, element: &str, items: Vec<Value>) -> Value {
    let ty = TypeRef::find(ty).unwrap_or(TypeRef::ARRAYLIST);
    Value::Array(Arc::new(values::Array::list(ty, TypeRef::find(element).unwrap_or(TypeRef::OBJECT), items)))
}

/// ParameterMetadata.
pub(crate) fn parameter_object(runspace: &mut Runspace, p: &Parameter, table: &ParameterTable) -> Value {
    let attributes = crate::bind::attribute_objects(runspace, p, table).unwrap_or_default();
    let sets = Dict::new(
        TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE),
        TypeRef::STRING,
        TypeRef::OBJECT,
        values::KeyComparer::IgnoreCase,
    );
    for place in &p.in_sets {
        let name = place
            .set
            .and_then(|at| table.sets.get(at))
            .map_or_else(|| Str::from("__AllParameterSets"), |s| s.name.clone());
        sets.insert(
            Value::Str(name),
            NativeObject::of(
                "System.Management.Automation.ParameterSetMetadata",
                vec![
                    ("IsMandatory", Value::Bool(place.is_mandatory)),
                    ("Position", Value::I32(place.position.unwrap_or(i32::MIN))),
                    ("ValueFromPipeline", Value::Bool(place.by_value)),
                    ("ValueFromPipelineByPropertyName", Value::Bool(place.by_property_name)),
                    ("ValueFromRemainingArguments", Value::Bool(place.takes_remaining)),
                    ("HelpMessage", place.help_message.clone().map_or(Value::Null, Value::Str)),
                ],
            ),
        );
    }
    let aliases = p.aliases.iter().cloned().map(Value::Str).collect();
    NativeObject::of(
        "System.Management.Automation.ParameterMetadata",
        vec![
            ("Name", Value::Str(p.name.clone())),
            ("ParameterType", Value::Type(p.ty)),
            ("ParameterSets", Value::Dict(Arc::new(sets))),
            ("Aliases", typed_list("System.Collections.ObjectModel.Collection[string]", "System.String", aliases)),
            ("Attributes", Value::array(attributes)),
            ("IsDynamic", Value::Bool(p.is_dynamic)),
            ("SwitchParameter", Value::Bool(p.is_switch())),
        ],
    )
}
