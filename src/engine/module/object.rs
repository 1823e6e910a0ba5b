//! A module as scripts see it (PSModuleInfo).

use std::sync::Arc;

use command::Invoke;
use language::Sym;
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value, convert};

use crate::host_objects::CommandObject;
use crate::runspace::Runspace;
use crate::scope::{ModuleKind, ModuleState, ScopeTable};
use crate::script_block::ScriptBlock;

/// PSModuleInfo.
pub struct ModuleObject {
    pub state: Arc<ModuleState>,
    pub table: Arc<ScopeTable>,
}

const NAMES: &[&str] = &[
    "LogPipelineExecutionDetails",
    "Name",
    "Path",
    "ImplementingAssembly",
    "Definition",
    "Description",
    "Guid",
    "HelpInfoUri",
    "ModuleBase",
    "PrivateData",
    "ExperimentalFeatures",
    "Tags",
    "ProjectUri",
    "IconUri",
    "LicenseUri",
    "ReleaseNotes",
    "RepositorySourceLocation",
    "Version",
    "ModuleType",
    "Author",
    "AccessMode",
    "ClrVersion",
    "CompanyName",
    "Copyright",
    "DotNetFrameworkVersion",
    "ExportedFunctions",
    "Prefix",
    "ExportedCmdlets",
    "ExportedCommands",
    "FileList",
    "CompatiblePSEditions",
    "ModuleList",
    "NestedModules",
    "PowerShellHostName",
    "PowerShellHostVersion",
    "PowerShellVersion",
    "ProcessorArchitecture",
    "Scripts",
    "RequiredAssemblies",
    "RequiredModules",
    "RootModule",
    "ExportedVariables",
    "ExportedAliases",
    "SessionState",
    "OnRemove",
    "ExportedFormatFiles",
    "ExportedTypeFiles",
];

impl ModuleObject {
    /// The object of a module's scope.
    pub fn value(table: &Arc<ScopeTable>) -> Value {
        match &table.module {
            Some(state) => Value::foreign(ModuleObject { state: state.clone(), table: table.clone() }),
            None => Value::Null,
        }
    }

    fn manifest(&self, key: &str) -> Value {
        super::manifest::entry(&self.state.data.lock().manifest, key)
    }

    fn texts(&self, key: &str) -> Value {
        let list = super::manifest::items(&self.manifest(key));
        let ty = TypeRef::find("System.Collections.Generic.List[string]").unwrap_or(TypeRef::ARRAYLIST);
        let list = list.iter().map(|v| Value::from(convert::to_display(v))).collect();
        Value::Array(Arc::new(values::Array::list(ty, TypeRef::STRING, list)))
    }
}

fn dictionary(items: Vec<(Str, Value)>) -> Value {
    let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,object]").unwrap_or(TypeRef::HASHTABLE);
    let dict = values::Dict::new(ty, TypeRef::STRING, TypeRef::OBJECT, values::KeyComparer::IgnoreCase);
    for (name, value) in items {
        dict.insert(Value::Str(name), value);
    }
    Value::Dict(Arc::new(dict))
}

fn list_of(tables: &[Arc<ScopeTable>]) -> Value {
    let ty = TypeRef::find("System.Collections.ObjectModel.ReadOnlyCollection[object]").unwrap_or(TypeRef::ARRAYLIST);
    let items = tables.iter().map(ModuleObject::value).collect();
    Value::Array(Arc::new(values::Array::list(ty, TypeRef::OBJECT, items)))
}

impl Foreign for ModuleObject {
    fn type_ref(&self) -> TypeRef {
        command::class("System.Management.Automation.PSModuleInfo", TypeRef::OBJECT)
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.state.name.clone())
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn equals(&self, other: &Value) -> bool {
        other.as_foreign::<ModuleObject>().is_some_and(|o| Arc::ptr_eq(&o.state, &self.state))
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let data = self.state.data.lock().clone();
        let functions = || {
            let each = data.exported_functions.iter();
            each.map(|f| (f.name.clone(), CommandObject::value(f.clone()))).collect::<Vec<_>>()
        };
        let aliases = || {
            let each = data.exported_aliases.iter();
            each.map(|a| (a.name.clone(), CommandObject::value(Arc::new(crate::cmdlets::alias_command(a)))))
                .collect::<Vec<_>>()
        };
        let cmdlets = || {
            let each = data.exported_cmdlets.iter();
            each.map(|c| (c.name.clone(), CommandObject::value(c.clone()))).collect::<Vec<_>>()
        };
        let private = |key: &str| {
            let ps_data = super::manifest::entry(&super::manifest::entry(&data.manifest, "PrivateData"), "PSData");
            super::manifest::entry(&ps_data, key)
        };
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "name" => Value::Str(self.state.name.clone()),
            "path" => Value::Str(self.state.path.clone()),
            "modulebase" => Value::Str(self.state.base()),
            "version" => {
                let version = data.version.unwrap_or_else(|| Str::from("0.0"));
                convert::convert(ctx, &Value::Str(version), TypeRef::VERSION)?
            }
            "guid" => {
                let guid = data.guid.unwrap_or_else(|| Str::from("00000000-0000-0000-0000-000000000000"));
                convert::convert(ctx, &Value::Str(guid), TypeRef::GUID)?
            }
            "moduletype" => {
                let kind = match data.kind {
                    ModuleKind::Script => "Script",
                    ModuleKind::Binary => "Binary",
                    ModuleKind::Manifest => "Manifest",
                };
                command::enum_value("System.Management.Automation.ModuleType", kind)
            }
            "description" => Value::Str(data.description.unwrap_or_else(Str::empty)),
            "definition" => Value::Str(data.definition.unwrap_or_else(Str::empty)),
            "exportedfunctions" => dictionary(functions()),
            "exportedaliases" => dictionary(aliases()),
            "exportedcmdlets" => dictionary(cmdlets()),
            "exportedcommands" => {
                let mut all = functions();
                all.extend(cmdlets());
                all.extend(aliases());
                dictionary(all)
            }
            "exportedvariables" => {
                let each = data.exported_variables.iter();
                let cell = |n: &Str| self.table.cell(Sym::intern(n)).map_or(Value::Null, Value::Foreign);
                dictionary(each.map(|n| (n.clone(), cell(n))).collect())
            }
            "privatedata" => data.private_data,
            "onremove" => data.on_remove,
            "nestedmodules" => list_of(&data.nested),
            "requiredmodules" => list_of(&data.required),
            "author" | "companyname" | "copyright" => match super::manifest::entry(&data.manifest, name) {
                Value::Null => Value::from(""),
                other => other,
            },
            "prefix" => super::manifest::entry(&data.manifest, "DefaultCommandPrefix"),
            "powershellversion"
            | "powershellhostname"
            | "powershellhostversion"
            | "clrversion"
            | "dotnetframeworkversion"
            | "rootmodule" => super::manifest::entry(&data.manifest, name),
            "processorarchitecture" => command::enum_value("System.Reflection.ProcessorArchitecture", "None"),
            "compatiblepseditions" | "filelist" | "modulelist" | "requiredassemblies" => self.texts(name),
            "scripts" => self.texts("ScriptsToProcess"),
            "tags" => Value::array(super::manifest::items(&private("Tags"))),
            "projecturi" | "iconuri" | "licenseuri" => match private(name) {
                Value::Null => Value::Null,
                text => convert::convert(ctx, &text, TypeRef::URI).unwrap_or(text),
            },
            "releasenotes" => private("ReleaseNotes"),
            "helpinfouri" => super::manifest::entry(&data.manifest, "HelpInfoURI"),
            "sessionstate" => crate::host_objects::state_of(&self.table),
            "accessmode" => {
                let mode = if data.access_mode.is_empty() { "ReadWrite" } else { data.access_mode };
                command::enum_value("System.Management.Automation.ModuleAccessMode", mode)
            }
            "logpipelineexecutiondetails" => Value::Bool(data.logs_details),
            "implementingassembly" | "repositorysourcelocation" => Value::Null,
            "experimentalfeatures" | "exportedformatfiles" | "exportedtypefiles" => Value::array(Vec::new()),
            _ => return Ok(None),
        }))
    }

    fn set(&self, _ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let mut data = self.state.data.lock();
        match name.to_ascii_lowercase().as_str() {
            "onremove" => data.on_remove = value.clone(),
            "privatedata" => data.private_data = value.clone(),
            "description" => data.description = Some(Str::from(convert::to_display(value))),
            "logpipelineexecutiondetails" => data.logs_details = convert::to_bool(value),
            "accessmode" => {
                data.access_mode = match convert::to_display(value).to_ascii_lowercase().as_str() {
                    "readonly" => "ReadOnly",
                    "constant" => "Constant",
                    _ => "ReadWrite",
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn property_names(&self) -> Vec<Str> {
        NAMES.iter().map(|n| Str::from(*n)).collect()
    }

    fn method_names(&self) -> Vec<Str> {
        [
            "AsCustomObject",
            "GetExportedTypeDefinitions",
            "GetVariableFromCallersModule",
            "Invoke",
            "NewBoundScriptBlock",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(match name.to_ascii_lowercase().as_str() {
            "invoke" | "newboundscriptblock" => {
                let block = args.first().cloned().unwrap_or_default();
                let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(None) };
                let bound = Value::foreign(script.rebound(Some(self.table.clone()), None));
                if name.eq_ignore_ascii_case("newboundscriptblock") {
                    return Ok(Some(bound));
                }
                let how = Invoke { args: args[1..].to_vec(), ..Invoke::default() };
                Some(Value::from_output(runspace.invoke_script(&bound, how)?))
            }
            "ascustomobject" => Some(super::custom_object(&self.table)),
            "getexportedtypedefinitions" => {
                let each = self.table.classes.lock().values().map(|t| (Str::from(t.name()), Value::Type(*t))).collect();
                Some(dictionary(each))
            }
            "tostring" => Some(Value::Str(self.state.name.clone())),
            _ => None,
        })
    }
}
