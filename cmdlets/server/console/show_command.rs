//! Show-Command: a command's parameters as a form.

use std::sync::Arc;

use command::{
    Bound, COMMON_PARAMETERS, Cmdlet, Command, CommandInfo, CommandKind, ErrorCategory, Field, FieldKind, Form, Grid,
    Invoke, Parameter, Picks, RISK_PARAMETERS, Result, Session, TypeRef, Validation, Value,
};
use values::Exception;

pub static COMMAND: Command = Command { name: "Show-Command", create: || Box::new(ShowCommand) };

struct ShowCommand;

fn kind(parameter: &Parameter) -> FieldKind {
    let texts = |values: &[command::Str]| FieldKind::Choice(values.iter().map(ToString::to_string).collect());
    for validation in &parameter.validations {
        if let Validation::Set { values, .. } = validation {
            return texts(values);
        }
    }
    if parameter.ty == TypeRef::SWITCH {
        FieldKind::Switch
    } else if parameter.ty == TypeRef::BOOL {
        FieldKind::Choice(vec!["$true".into(), "$false".into()])
    } else if !parameter.enum_names.is_empty() {
        texts(&parameter.enum_names)
    } else {
        FieldKind::Text
    }
}

/// Whether every command has it: the form leaves it out.
fn is_common(name: &str) -> bool {
    COMMON_PARAMETERS.iter().chain(RISK_PARAMETERS).any(|c| c.0.eq_ignore_ascii_case(name))
}

/// The fields of a parameter set, required ones first.
fn fields(info: &CommandInfo, set: Option<usize>) -> Vec<Field> {
    let mut fields: Vec<Field> = info
        .parameters
        .parameters
        .iter()
        .filter(|p| !p.is_hidden && !is_common(&p.name))
        .filter_map(|p| {
            let place = p.in_sets.iter().find(|place| place.set.is_none() || set.is_none() || place.set == set)?;
            let type_name = p.type_name.rsplit('.').next().unwrap_or_default().to_owned();
            let about = p.help.as_ref().map_or_else(|| format!("[{type_name}]"), |h| format!("[{type_name}] {h}"));
            Some(Field { name: p.name.to_string(), about, kind: kind(p), is_required: place.is_mandatory })
        })
        .collect();
    fields.sort_by_key(|f| !f.is_required);
    fields
}

fn form(info: &CommandInfo) -> Form {
    let table = &info.parameters;
    let pages = if table.sets.is_empty() {
        vec![("Parameters".to_owned(), fields(info, None))]
    } else {
        let first = table.default_set.unwrap_or(0);
        let order = std::iter::once(first).chain((0..table.sets.len()).filter(|s| *s != first));
        order.filter_map(|s| Some((table.sets.get(s)?.name.to_string(), fields(info, Some(s))))).collect()
    };
    Form { title: info.name.to_string(), pages }
}

/// An argument as it stands in a command line: what is an expression stays one, other text is quoted where it needs it.
fn argument(text: &str) -> String {
    let is_expression = text.starts_with(['$', '@', '(', '{', '\'', '"', '[']);
    let is_plain = text.chars().all(|c| c.is_alphanumeric() || "+-_.,:/\\*?@~=".contains(c));
    if is_expression || is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// The command line of a form that was filled in.
fn line(form: &Form, page: usize, texts: &[String]) -> String {
    let mut line = form.title.clone();
    let fields = form.pages.get(page).map_or(&[][..], |(_, fields)| fields.as_slice());
    for (field, text) in fields.iter().zip(texts).filter(|(_, text)| !text.is_empty()) {
        line.push_str(&format!(" -{}", field.name));
        if field.kind != FieldKind::Switch {
            line.push(' ');
            line.push_str(&argument(text));
        }
    }
    line
}

/// Lets the person choose one of all commands.
fn chosen(session: &mut dyn Session) -> Result<Option<String>> {
    let mut commands: Vec<Arc<CommandInfo>> = session.commands("*", false);
    commands.retain(|c| matches!(c.kind, CommandKind::Cmdlet | CommandKind::Function));
    commands.sort_by_key(|c| c.name.to_lowercase());
    let rows = commands
        .iter()
        .map(|c| vec![c.name.to_string(), c.module.as_ref().map_or_else(String::new, ToString::to_string)])
        .collect();
    let grid =
        Grid { title: "Show-Command".into(), columns: vec!["Name".into(), "Module".into()], rows, picks: Picks::One };
    let taken = session.host().grid(&grid)?;
    Ok(taken.and_then(|rows| rows.first().copied()).and_then(|row| commands.get(row)).map(|c| c.name.to_string()))
}

impl Cmdlet for ShowCommand {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let name = match bound.str("Name").filter(|n| !n.is_empty()) {
            Some(name) => name.to_string(),
            None => match chosen(session)? {
                Some(name) => name,
                None => return Ok(()),
            },
        };
        let Some(info) = session.find_command(&name, true)? else {
            return Exception::new(TypeRef::RUNTIME_EXCEPTION, format!("There is no command \"{name}\"."))
                .identity("CommandNotFound", ErrorCategory::ObjectNotFound, Value::from(name))
                .throw();
        };
        let form = form(&info);
        let Some((page, texts)) = session.host().form(&form)? else { return Ok(()) };
        let line = line(&form, page, &texts);
        if bound.switch("PassThru") {
            return session.write(Value::from(line));
        }
        let block = session.parse_script(&line, None)?;
        let how = Invoke { in_current_scope: true, to_pipeline: true, ..Invoke::default() };
        session.invoke_script(&block, how).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_quoted_where_they_need_it() {
        for (text, expected) in [
            ("Redmond", "Redmond"),
            ("Kim Akers", "'Kim Akers'"),
            ("it's", "'it''s'"),
            ("$x", "$x"),
            ("@{ Add = 1 }", "@{ Add = 1 }"),
            ("a;b", "'a;b'"),
        ] {
            assert_eq!(argument(text), expected);
        }
    }
}
