//! CREATE_PIPELINE: the commands that a client wants to be run (MS-PSRP 2.2.2.10).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use language::Sym;
use values::{Result, Str, Value, convert, members};

use crate::hosting::HostedCommand;
use crate::pipeline::redirect::Redirection;
use crate::runspace::Runspace;

/// A pipeline as a client described it.
pub struct Wanted {
    pub commands: Vec<HostedCommand>,
    pub using: Vec<(Sym, Value)>,
    pub adds_to_history: bool,
    /// What the history shows.
    pub text: String,
}

/// A member, `$null` where there is none.
fn get(runspace: &mut Runspace, value: &Value, name: &str) -> Result {
    Ok(members::get(runspace, value, name)?.unwrap_or_default())
}

fn items(runspace: &mut Runspace, value: &Value) -> Result<Vec<Value>> {
    Ok(members::enumerate(runspace, value)?.unwrap_or_default())
}

/// Reads the message's object.
pub fn read(runspace: &mut Runspace, data: &str) -> Result<Wanted> {
    let message = super::streams::read(runspace, data)?;
    let shell = get(runspace, &message, "PowerShell")?;
    let adds_to_history = convert::to_bool(&get(runspace, &message, "AddToHistory")?);
    let mut wanted = Wanted { commands: Vec::new(), using: Vec::new(), adds_to_history, text: String::new() };
    let list = get(runspace, &shell, "Cmds")?;
    statement(runspace, &list, &mut wanted)?;
    // Further statements, each a list of commands.
    let extra = get(runspace, &shell, "ExtraCmds")?;
    if !extra.is_null() {
        wanted.commands.clear();
        for one in items(runspace, &extra)? {
            let list = get(runspace, &one, "Cmds")?;
            statement(runspace, &list, &mut wanted)?;
        }
    }
    let texts: Vec<&str> = wanted.commands.iter().map(|c| c.text.trim()).collect();
    wanted.text = texts.join(" | ");
    Ok(wanted)
}

fn statement(runspace: &mut Runspace, list: &Value, wanted: &mut Wanted) -> Result<()> {
    for (at, one) in items(runspace, list)?.iter().enumerate() {
        let mut command = command(runspace, one, &mut wanted.using)?;
        command.begins_statement = at == 0;
        wanted.commands.push(command);
    }
    Ok(())
}

fn command(runspace: &mut Runspace, value: &Value, using: &mut Vec<(Sym, Value)>) -> Result<HostedCommand> {
    let text = Str::from(convert::to_display(&get(runspace, value, "Cmd")?));
    let is_script = convert::to_bool(&get(runspace, value, "IsScript")?);
    let has_local_scope = convert::to_bool(&get(runspace, value, "UseLocalScope")?);
    let mut made = HostedCommand {
        text,
        is_script,
        has_local_scope,
        args: Vec::new(),
        begins_statement: false,
        redirects: merges(runspace, value)?,
    };
    let list = get(runspace, value, "Args")?;
    for argument in items(runspace, &list)? {
        let (name, value) = (get(runspace, &argument, "N")?, get(runspace, &argument, "V")?);
        if name.is_null() {
            made.args.push((None, value));
            continue;
        }
        let name = convert::to_display(&name);
        if name == "--%" && value.as_dict().is_some() {
            made.text = using_values(&made.text, &value, using);
            continue;
        }
        // `-Name:` has its value; `-Name` alone is a switch or takes the argument that follows.
        let stands_alone = value.is_null() && name.starts_with('-') && !name.ends_with(':');
        let value = if stands_alone { Value::Void } else { value };
        made.args.push((Some(Str::from(name.trim_start_matches('-').trim_end_matches(':'))), value));
    }
    Ok(made)
}

/// The values of `$using:` expressions: keys are the expressions' text, UTF-16 in base 64. An expression that is more than a
/// variable is replaced in the script by a variable with its value.
fn using_values(script: &str, values: &Value, using: &mut Vec<(Sym, Value)>) -> Str {
    let mut found: Vec<(String, Value)> = Vec::new();
    for (key, value) in values.as_dict().map(|d| d.to_vec()).unwrap_or_default() {
        let Ok(bytes) = STANDARD.decode(convert::to_display(&key)) else { continue };
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        found.push((String::from_utf16_lossy(&units), value));
    }
    // Long ones first: `$using:a.b` holds `$using:a`.
    found.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
    let mut script = script.to_string();
    for (expression, value) in found {
        let is_using = expression.get(1..7).is_some_and(|word| word.eq_ignore_ascii_case("using:"));
        let Some(name) = expression.get(7..).filter(|_| is_using && expression.starts_with(['$', '@'])) else {
            continue;
        };
        if name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            using.push((Sym::intern(name), value));
            continue;
        }
        let stand_in = format!("__using{}", using.len());
        script = script.replace(&expression, &format!("$using:{stand_in}"));
        using.push((Sym::intern(&stand_in), value));
    }
    Str::from(script)
}

/// Streams that go to the output or nowhere (PipelineResultTypes: 1 is the output, 8 null).
fn merges(runspace: &mut Runspace, value: &Value) -> Result<Vec<Redirection>> {
    let mut found = Vec::new();
    let number = |runspace: &mut Runspace, name: &str| -> Result<i64> {
        let value = get(runspace, value, name)?;
        Ok(value.as_i64().unwrap_or(0))
    };
    let from = number(runspace, "MergeMyResult")?;
    if from == 2 && number(runspace, "MergeToResult")? == 1 {
        found.push(Redirection::Stream { from: 2, to: 1 });
    }
    for (name, from) in
        [("MergeError", 2), ("MergeWarning", 3), ("MergeVerbose", 4), ("MergeDebug", 5), ("MergeInformation", 6)]
    {
        match number(runspace, name)? {
            1 => found.push(Redirection::Stream { from, to: 1 }),
            8 => found.push(Redirection::Null { from }),
            _ => {}
        }
    }
    Ok(found)
}
