//! The CLIXML that a client sends (MS-PSRP 2.2.2.2 and 2.2.2.10).

use values::{Result, Value};

use super::streams;
use super::xml;
use crate::runspace::Runspace;

/// A parameter of a command.
pub struct CallArgument {
    /// The name with its dash and, where a value follows, its colon; none for a position.
    pub name: Option<String>,
    pub value: Value,
}

/// A command of a pipeline.
pub struct Call {
    pub text: String,
    pub is_script: bool,
    pub arguments: Vec<CallArgument>,
}

const ENUM: &str = "<T>System.Enum</T><T>System.ValueType</T><T>System.Object</T>";

/// INIT_RUNSPACEPOOL for one runspace and a console host.
pub fn init(system: &str, (width, height): (usize, usize)) -> String {
    let table = xml::version_table(system, 5, 3);
    let size = |key: i32, object: usize| {
        format!(
            "<En><I32 N=\"Key\">{key}</I32><Obj N=\"Value\" RefId=\"{object}\"><MS><S N=\"T\">System.Management.Automation.Host.Size</S><Obj N=\"V\" RefId=\"{}\"><MS><I32 N=\"width\">{width}</I32><I32 N=\"height\">{height}</I32></MS></Obj></MS></Obj></En>",
            object + 1
        )
    };
    let point = |key: i32, object: usize| {
        format!(
            "<En><I32 N=\"Key\">{key}</I32><Obj N=\"Value\" RefId=\"{object}\"><MS><S N=\"T\">System.Management.Automation.Host.Coordinates</S><Obj N=\"V\" RefId=\"{}\"><MS><I32 N=\"x\">0</I32><I32 N=\"y\">0</I32></MS></Obj></MS></Obj></En>",
            object + 1
        )
    };
    let plain = |key: i32, object: usize, ty: &str, value: &str| {
        format!(
            "<En><I32 N=\"Key\">{key}</I32><Obj N=\"Value\" RefId=\"{object}\"><MS><S N=\"T\">{ty}</S>{value}</MS></Obj></En>"
        )
    };
    let host = [
        plain(9, 9, "System.String", "<S N=\"V\"></S>"),
        size(8, 10),
        size(7, 12),
        size(6, 14),
        size(5, 16),
        plain(4, 18, "System.Int32", "<I32 N=\"V\">100</I32>"),
        point(3, 19),
        point(2, 21),
        plain(1, 23, "System.ConsoleColor", "<I32 N=\"V\">-1</I32>"),
        plain(0, 24, "System.ConsoleColor", "<I32 N=\"V\">-1</I32>"),
    ]
    .concat();
    format!(
        "<Obj RefId=\"0\"><MS><I32 N=\"MinRunspaces\">1</I32><I32 N=\"MaxRunspaces\">1</I32><Obj N=\"PSThreadOptions\" RefId=\"1\"><TN RefId=\"0\"><T>System.Management.Automation.Runspaces.PSThreadOptions</T>{ENUM}</TN><ToString>Default</ToString><I32>0</I32></Obj><Obj N=\"ApartmentState\" RefId=\"2\"><TN RefId=\"1\"><T>System.Threading.ApartmentState</T>{ENUM}</TN><ToString>Unknown</ToString><I32>2</I32></Obj><Obj N=\"ApplicationArguments\" RefId=\"3\"><TN RefId=\"2\"><T>System.Management.Automation.PSPrimitiveDictionary</T><T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT><En><S N=\"Key\">PSVersionTable</S><Obj N=\"Value\" RefId=\"4\"><TNRef RefId=\"2\" /><DCT>{table}</DCT></Obj></En></DCT></Obj><Obj N=\"HostInfo\" RefId=\"6\"><MS><B N=\"_isHostUINull\">false</B><B N=\"_isHostRawUINull\">false</B><B N=\"_isHostNull\">false</B><Obj N=\"_hostDefaultData\" RefId=\"7\"><MS><Obj N=\"data\" RefId=\"8\"><TN RefId=\"4\"><T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT>{host}</DCT></Obj></MS></Obj><B N=\"_useRunspaceHost\">false</B></MS></Obj></MS></Obj>"
    )
}

/// What GET_COMMAND_METADATA asks for; empty lists ask for all.
pub struct Wanted {
    pub names: Vec<Value>,
    pub modules: Vec<Value>,
    pub arguments: Vec<Value>,
}

/// GET_COMMAND_METADATA for aliases, functions, filters, cmdlets and configurations.
pub fn metadata(runspace: &mut Runspace, wanted: &Wanted) -> Result<String> {
    let texts = |list: &[Value]| -> String {
        let items: String = list.iter().map(|item| xml::string(&values::convert::to_display(item))).collect();
        if items.is_empty() { "<LST />".to_string() } else { format!("<LST>{items}</LST>") }
    };
    let (names, modules) = (texts(&wanted.names), texts(&wanted.modules));
    let mut next = 4;
    let arguments = match wanted.arguments.is_empty() {
        true => "<Nil N=\"ArgumentList\" />".to_string(),
        false => {
            let list = streams::write(runspace, &Value::array(wanted.arguments.clone()))?;
            embedded(&list, "ArgumentList", &mut next)
        }
    };
    Ok(format!(
        "<Obj RefId=\"0\"><MS><Obj N=\"Name\" RefId=\"1\"><TN RefId=\"0\"><T>System.String[]</T><T>System.Array</T><T>System.Object</T></TN>{names}</Obj><Obj N=\"CommandType\" RefId=\"2\"><TN RefId=\"1\"><T>System.Management.Automation.CommandTypes</T>{ENUM}</TN><ToString>Alias, Function, Filter, Cmdlet, Configuration</ToString><I32>271</I32></Obj><Obj N=\"Namespace\" RefId=\"3\"><TNRef RefId=\"0\" />{modules}</Obj><Nil N=\"FullyQualifiedModule\" />{arguments}</MS></Obj>"
    ))
}

/// CREATE_PIPELINE for commands that run with or without input.
pub fn create(runspace: &mut Runspace, calls: &[Call], has_input: bool) -> Result<String> {
    let mut next = 3;
    let mut commands = String::new();
    for (at, call) in calls.iter().enumerate() {
        commands.push_str(&command(runspace, call, at == 0, &mut next)?);
    }
    let host = "<MS><B N=\"_isHostUINull\">true</B><B N=\"_isHostRawUINull\">true</B><B N=\"_isHostNull\">true</B><B N=\"_useRunspaceHost\">true</B></MS>";
    Ok(format!(
        "<Obj RefId=\"0\"><MS><Obj N=\"PowerShell\" RefId=\"1\"><MS><Obj N=\"Cmds\" RefId=\"2\"><TN RefId=\"0\"><T>System.Collections.Generic.List`1[[System.Management.Automation.PSObject, System.Management.Automation, Version=7.6.5.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35]]</T><T>System.Object</T></TN><LST>{commands}</LST></Obj><B N=\"IsNested\">false</B><Nil N=\"History\" /><B N=\"RedirectShellErrorOutputPipe\">true</B></MS></Obj><B N=\"NoInput\">{}</B><Obj N=\"ApartmentState\" RefId=\"{next}\"><TN RefId=\"2\"><T>System.Threading.ApartmentState</T>{ENUM}</TN><ToString>Unknown</ToString><I32>2</I32></Obj><Obj N=\"RemoteStreamOptions\" RefId=\"{}\"><TN RefId=\"3\"><T>System.Management.Automation.RemoteStreamOptions</T>{ENUM}</TN><ToString>0</ToString><I32>0</I32></Obj><B N=\"AddToHistory\">true</B><Obj N=\"HostInfo\" RefId=\"{}\">{host}</Obj><B N=\"IsNested\">false</B></MS></Obj>",
        !has_input,
        next + 1,
        next + 2
    ))
}

fn command(runspace: &mut Runspace, call: &Call, is_first: bool, next: &mut usize) -> Result<String> {
    let own = *next;
    let mut merges = String::new();
    for (at, name) in [
        "MergeMyResult",
        "MergeToResult",
        "MergePreviousResults",
        "MergeError",
        "MergeWarning",
        "MergeVerbose",
        "MergeDebug",
        "MergeInformation",
    ]
    .iter()
    .enumerate()
    {
        let types = match is_first && at == 0 {
            true => {
                format!("<TN RefId=\"1\"><T>System.Management.Automation.Runspaces.PipelineResultTypes</T>{ENUM}</TN>")
            }
            false => "<TNRef RefId=\"1\" />".to_string(),
        };
        merges.push_str(&format!(
            "<Obj N=\"{name}\" RefId=\"{}\">{types}<ToString>None</ToString><I32>0</I32></Obj>",
            own + 1 + at
        ));
    }
    *next = own + 10;
    let mut arguments = String::new();
    for argument in &call.arguments {
        let id = *next;
        *next += 1;
        let name = argument
            .name
            .as_ref()
            .map_or_else(|| "<Nil N=\"N\" />".to_string(), |name| format!("<S N=\"N\">{}</S>", xml::text(name)));
        let value = embedded(&streams::write(runspace, &argument.value)?, "V", next);
        arguments.push_str(&format!("<Obj RefId=\"{id}\"><MS>{name}{value}</MS></Obj>"));
    }
    let list = if arguments.is_empty() { "<LST />".to_string() } else { format!("<LST>{arguments}</LST>") };
    Ok(format!(
        "<Obj RefId=\"{own}\"><MS><S N=\"Cmd\">{}</S><B N=\"IsScript\">{}</B><Nil N=\"UseLocalScope\" />{merges}<Obj N=\"Args\" RefId=\"{}\"><TNRef RefId=\"0\" />{list}</Obj></MS></Obj>",
        xml::text(&call.text),
        call.is_script,
        own + 9
    ))
}

/// An object of its own as a member of another: it gets a name, and its identifiers move behind those already given. Its types
/// are numbered from a thousand on, which those of the message never reach.
fn embedded(fragment: &str, name: &str, next: &mut usize) -> String {
    let named = fragment
        .find(['>', ' ', '/'])
        .map_or_else(String::new, |at| format!("{} N=\"{name}\"{}", &fragment[..at], &fragment[at..]));
    let mut out = String::with_capacity(named.len() + 32);
    let mut rest = named.as_str();
    let base = *next;
    let mut most = 0;
    while let Some(at) = rest.find(" RefId=\"") {
        let (head, tail) = rest.split_at(at + 8);
        let is_type = head.rfind('<').is_some_and(|open| head[open..].starts_with("<TN"));
        let end = tail.find('"').unwrap_or(0);
        let number: usize = tail[..end].parse().unwrap_or(0);
        out.push_str(head);
        match is_type {
            true => out.push_str(&(1000 + base * 100 + number).to_string()),
            false => {
                most = most.max(number + 1);
                out.push_str(&(base + number).to_string());
            }
        }
        rest = &tail[end..];
    }
    out.push_str(rest);
    *next = base + most;
    out
}
