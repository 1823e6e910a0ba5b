//! The CLIXML of messages that hold no objects of scripts (MS-PSRP 2.2.2 and 2.2.3).

use command::ProgressRecord;
use values::clixml;

/// Text inside an element.
pub fn text(text: &str) -> String {
    clixml::escape(&clixml::encode(text))
}

/// A string element.
pub fn string(value: &str) -> String {
    format!("<S>{}</S>", text(value))
}

/// A string element that may be null, with a name.
fn named(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("<S N=\"{name}\">{}</S>", text(value)),
        None => format!("<Nil N=\"{name}\" />"),
    }
}

/// SESSION_CAPABILITY (MS-PSRP 2.2.2.1), of either side.
pub const CAPABILITY: &str = "<Obj RefId=\"0\"><MS><Version N=\"protocolversion\">2.4</Version><Version N=\"PSVersion\">2.0</Version><Version N=\"SerializationVersion\">1.1.0.1</Version></MS></Obj>";

/// RUNSPACEPOOL_STATE and PIPELINE_STATE without a reason.
pub fn state(name: &str, number: i32) -> String {
    format!("<Obj RefId=\"0\"><MS><I32 N=\"{name}\">{number}</I32></MS></Obj>")
}

/// The version table that both sides send; identifiers begin at `first`, the dictionary's type is number 0 or `type_ref`.
pub fn version_table(system: &str, first: usize, types: usize) -> String {
    let versions: String =
        ["1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0", "7.0"].map(|v| format!("<Version>{v}</Version>")).concat();
    let version = super::VERSION;
    let entry = |key: &str, value: String| format!("<En><S N=\"Key\">{key}</S>{value}</En>");
    let plain = |value: &str| format!("<S N=\"Value\">{}</S>", text(value));
    let number = |value: &str| format!("<Version N=\"Value\">{value}</Version>");
    [
        entry("OS", plain(system)),
        entry("PSEdition", plain("Core")),
        entry("PSRemotingProtocolVersion", number("2.4")),
        entry("WSManStackVersion", number("3.0")),
        entry("Platform", plain("Unix")),
        entry(
            "PSCompatibleVersions",
            format!(
                "<Obj N=\"Value\" RefId=\"{first}\"><TN RefId=\"{types}\"><T>System.Version[]</T><T>System.Array</T><T>System.Object</T></TN><LST>{versions}</LST></Obj>"
            ),
        ),
        entry("PSSemanticVersion", plain(version)),
        entry("GitCommitId", plain(version)),
        entry("PSVersion", number(version)),
        entry("SerializationVersion", number("1.1.0.1")),
    ]
    .concat()
}

/// APPLICATION_PRIVATE_DATA (MS-PSRP 2.2.2.13).
pub fn private_data(system: &str) -> String {
    let table = version_table(system, 3, 1);
    let number = |key: &str, value: i32| format!("<En><S N=\"Key\">{key}</S><I32 N=\"Value\">{value}</I32></En>");
    let flag = |key: &str| format!("<En><S N=\"Key\">{key}</S><B N=\"Value\">false</B></En>");
    format!(
        "<Obj RefId=\"0\"><MS><Obj N=\"ApplicationPrivateData\" RefId=\"1\"><TN RefId=\"0\"><T>System.Management.Automation.PSPrimitiveDictionary</T><T>System.Collections.Hashtable</T><T>System.Object</T></TN><DCT><En><S N=\"Key\">PSVersionTable</S><Obj N=\"Value\" RefId=\"2\"><TNRef RefId=\"0\" /><DCT>{table}</DCT></Obj></En>{}{}{}{}{}</DCT></Obj></MS></Obj>",
        number("DebugBreakpointCount", 0),
        flag("BreakAll"),
        number("DebugMode", 1),
        flag("DebugStop"),
        number("UnhandledBreakpointMode", 1)
    )
}

/// RUNSPACE_AVAILABILITY (MS-PSRP 2.2.2.8): the answer to a call with an identifier.
pub fn availability(call: i64, response: &str) -> String {
    format!("<Obj RefId=\"0\"><MS><I64 N=\"ci\">{call}</I64>{response}</MS></Obj>")
}

/// WARNING_RECORD, VERBOSE_RECORD and DEBUG_RECORD (MS-PSRP 2.2.2.22 to 24) without the invocation.
pub fn informational(class: &str, message: &str) -> String {
    let message = text(message);
    format!(
        "<Obj RefId=\"0\"><TN RefId=\"0\"><T>System.Management.Automation.{class}</T><T>System.Management.Automation.InformationalRecord</T><T>System.Object</T></TN>{}<MS><S N=\"InformationalRecord_Message\">{message}</S><B N=\"InformationalRecord_SerializeInvocationInfo\">false</B></MS></Obj>",
        if message.is_empty() { "<ToString />".to_string() } else { format!("<ToString>{message}</ToString>") }
    )
}

/// The body of a progress record; its own identifier and type are given.
fn progress_body(record: &ProgressRecord, (object, types): (usize, usize)) -> String {
    let (kind, number) = if record.is_completed { ("Completed", 1) } else { ("Processing", 0) };
    let status = record.status.as_deref().or(Some("Processing"));
    format!(
        "<MS>{}<I32 N=\"ActivityId\">{}</I32>{}{}<I32 N=\"ParentActivityId\">{}</I32><I32 N=\"PercentComplete\">{}</I32><Obj N=\"Type\" RefId=\"{object}\"><TN RefId=\"{types}\"><T>System.Management.Automation.ProgressRecordType</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>{kind}</ToString><I32>{number}</I32></Obj><I32 N=\"SecondsRemaining\">{}</I32></MS>",
        named("Activity", record.activity.as_deref()),
        record.id,
        named("StatusDescription", status),
        named("CurrentOperation", record.operation.as_deref()),
        record.parent,
        record.percent,
        record.seconds
    )
}

/// PROGRESS_RECORD (MS-PSRP 2.2.2.25).
pub fn progress(record: &ProgressRecord) -> String {
    format!("<Obj RefId=\"0\">{}</Obj>", progress_body(record, (1, 0)))
}

/// The parameters of the host's WriteProgress.
pub fn progress_parameters(source: i64, record: &ProgressRecord) -> String {
    format!("<I64>{source}</I64><Obj RefId=\"3\">{}</Obj>", progress_body(record, (4, 2)))
}

/// The call of a host's method (MS-PSRP 2.2.2.27): its parameters are elements whose identifiers begin at 3.
pub fn host_call(call: i64, (method, number): (&str, i32), parameters: &str) -> String {
    let list = if parameters.is_empty() { "<LST />".to_string() } else { format!("<LST>{parameters}</LST>") };
    format!(
        "<Obj RefId=\"0\"><MS><I64 N=\"ci\">{call}</I64><Obj N=\"mi\" RefId=\"1\"><TN RefId=\"0\"><T>System.Management.Automation.Remoting.RemoteHostMethodId</T><T>System.Enum</T><T>System.ValueType</T><T>System.Object</T></TN><ToString>{method}</ToString><I32>{number}</I32></Obj><Obj N=\"mp\" RefId=\"2\"><TN RefId=\"1\"><T>System.Collections.ArrayList</T><T>System.Object</T></TN>{list}</Obj></MS></Obj>"
    )
}

/// The parameters of the host's Prompt for one field.
pub fn prompt_parameters(field: &str, is_secret: bool) -> String {
    let (short, full, assembly) = match is_secret {
        true => (
            "SecureString",
            "System.Security.SecureString",
            "System.Security.SecureString, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
        ),
        false => (
            "String",
            "System.String",
            "System.String, System.Private.CoreLib, Version=10.0.0.0, Culture=neutral, PublicKeyToken=7cec85d7bea7798e",
        ),
    };
    format!(
        "<S></S><S></S><Obj RefId=\"3\"><TNRef RefId=\"1\" /><LST><Obj RefId=\"4\"><MS><S N=\"name\">{}</S><S N=\"label\"></S><S N=\"parameterTypeName\">{short}</S><S N=\"parameterTypeFullName\">{full}</S><S N=\"parameterAssemblyFullName\">{assembly}</S><S N=\"helpMessage\"></S><B N=\"isMandatory\">true</B><Obj N=\"metadata\" RefId=\"5\"><TNRef RefId=\"1\" /><LST /></Obj><B N=\"modifiedByRemotingProtocol\">false</B><B N=\"isFromRemoteHost\">false</B></MS></Obj></LST></Obj>",
        text(field)
    )
}

/// The parameters of the host's PromptForChoice.
pub fn choice_parameters(caption: &str, message: &str, choices: &[command::Choice], default: i32) -> String {
    let items: String = choices
        .iter()
        .enumerate()
        .map(|(at, choice)| {
            format!(
                "<Obj RefId=\"{}\"><MS>{}{}</MS></Obj>",
                4 + at,
                named("label", Some(&choice.label)),
                named("helpMessage", Some(&choice.help))
            )
        })
        .collect();
    format!(
        "{}{}<Obj RefId=\"3\"><TNRef RefId=\"1\" /><LST>{items}</LST></Obj><I32>{default}</I32>",
        string(caption),
        string(message)
    )
}
