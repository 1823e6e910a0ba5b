//! `$Host.UI.PromptForChoice` in both its forms.

use ::command::Choice;
use values::{Context, Result, Str, Value, convert, members};

use crate::runspace::Runspace;

/// Caption, message, choices, default: one number, or several for more than one answer.
pub fn choose(runspace: &mut Runspace, args: &[Value]) -> Result {
    let [caption, message, choices, default] = args else { return Ok(Value::Null) };
    let caption = convert::to_str(runspace, caption)?;
    let message = convert::to_str(runspace, message)?;
    let items = members::enumerate(runspace, choices)?.unwrap_or_else(|| vec![choices.clone()]);
    let mut list = Vec::new();
    for item in &items {
        list.push(choice_of(runspace, item)?);
    }
    if default.as_array().is_some() || default.is_null() {
        return choose_many(runspace, &caption, &message, &list, default);
    }
    let default = default.as_i64().unwrap_or(-1) as i32;
    Ok(Value::I32(runspace.host.choose(&caption, &message, &list, default)?))
}

/// A ChoiceDescription, or the text that stands for one.
fn choice_of(context: &mut dyn Context, item: &Value) -> Result<Choice> {
    if let Value::Str(text) = item.base() {
        return Ok(Choice { label: text.clone(), help: Str::empty() });
    }
    let mut text = |name: &str| -> Result<Str> {
        match members::get(context, item, name)? {
            Some(value) => convert::to_str(context, &value),
            None => Ok(Str::empty()),
        }
    };
    Ok(Choice { label: text("Label")?, help: text("HelpMessage")? })
}

fn key_of(choice: &Choice) -> String {
    let label = choice.label.as_str();
    match label.find('&') {
        Some(at) => label[at + 1..].chars().next().map(|c| c.to_uppercase().collect()).unwrap_or_default(),
        None => String::new(),
    }
}

fn label_of(choice: &Choice) -> String {
    choice.label.replacen('&', "", 1)
}

/// Several answers, one a line, until an empty one.
fn choose_many(runspace: &mut Runspace, caption: &str, message: &str, choices: &[Choice], default: &Value) -> Result {
    let defaults: Vec<usize> = default
        .as_array()
        .map(|a| a.to_vec().iter().filter_map(|v| v.as_i64().and_then(|n| usize::try_from(n).ok())).collect())
        .unwrap_or_default();
    let mut text = String::new();
    if !caption.is_empty() {
        text.push_str(&format!("\n{caption}\n"));
    }
    if !message.is_empty() {
        text.push_str(&format!("{message}\n"));
    }
    for choice in choices {
        text.push_str(&format!("[{}] {}\n", key_of(choice), label_of(choice)));
    }
    text.push_str("[?] Help\n");
    let names: Vec<String> = defaults
        .iter()
        .filter_map(|at| choices.get(*at))
        .map(|c| Some(key_of(c)).filter(|k| !k.is_empty()).unwrap_or_else(|| label_of(c)))
        .collect();
    match names.len() {
        0 => {}
        1 => text.push_str(&format!("(default is \"{}\")\n", names[0])),
        _ => text.push_str(&format!("(default choices are {})\n", names.join(","))),
    }
    runspace.host.write(&text, None, None);
    let mut chosen: Vec<Value> = Vec::new();
    loop {
        let prompt = format!("Choice[{}]: ", chosen.len());
        let answer = runspace.host.read_line(&prompt, false)?.unwrap_or_default();
        let answer = answer.trim();
        if answer.is_empty() {
            break;
        }
        if answer == "?" {
            let help: String = choices.iter().map(|c| format!("{} - {}\n", key_of(c), c.help)).collect();
            runspace.host.write(&help, None, None);
            continue;
        }
        let found = choices.iter().position(|c| {
            label_of(c).eq_ignore_ascii_case(answer)
                || (!key_of(c).is_empty() && key_of(c).eq_ignore_ascii_case(answer))
        });
        if let Some(at) = found {
            chosen.push(Value::I32(at as i32));
        }
    }
    if chosen.is_empty() {
        chosen = defaults.iter().map(|at| Value::I32(*at as i32)).collect();
    }
    Ok(Value::array(chosen))
}
