//! Asking the person for mandatory parameters, as the console does.

use command::{CommandInfo, Parameter, ParameterTable};
use values::{Context, Result, TypeRef, Value, convert, members};

use super::Binding;
use crate::runspace::Runspace;

impl Runspace {
    /// Asks for missing mandatory parameters and binds the answers.
    pub(super) fn ask_mandatory(
        &mut self,
        binding: &mut Binding,
        table: &ParameterTable,
        missing: &[usize],
        info: &CommandInfo,
    ) -> Result<()> {
        let mut head = format!(
            "\ncmdlet {} at command pipeline position 1\nSupply values for the following parameters:\n",
            info.name
        );
        if missing.iter().any(|i| help_of(&table.parameters[*i]).is_some()) {
            head.push_str("(Type !? for Help.)\n");
        }
        self.host.write(&head, None, None);
        for index in missing {
            let p = &table.parameters[*index];
            let value = match p.ty.element() {
                Some(element) => self.ask_list(p, element)?,
                None => match self.ask_one(p, &p.name, p.ty)? {
                    Some(value) => value,
                    None => return super::input::missing_mandatory(&p.name).throw(),
                },
            };
            let arg = super::Argument::positional(value.clone());
            self.bind_one(binding, *index, value, &arg)?;
        }
        Ok(())
    }

    /// `Name[0]: `, `Name[1]: ` ... until an empty answer.
    fn ask_list(&mut self, p: &Parameter, element: TypeRef) -> Result {
        let mut items = Vec::new();
        loop {
            let prompt = format!("{}[{}]", p.name, items.len());
            match self.ask_one(p, &prompt, element)? {
                Some(Value::Str(text)) if text.is_empty() => break,
                Some(item) => items.push(item),
                None if items.is_empty() => return super::input::missing_mandatory(&p.name).throw(),
                None => break,
            }
        }
        Ok(Value::array(items))
    }

    /// One answer in the type that is wanted; asked again while it does not fit. None at the end of input.
    fn ask_one(&mut self, p: &Parameter, name: &str, ty: TypeRef) -> Result<Option<Value>> {
        let is_secure = ty == TypeRef::SECURE_STRING;
        loop {
            let Some(line) = self.host.read_line(&format!("{name}: "), is_secure)? else { return Ok(None) };
            if is_secure {
                return self.secure(&line).map(Some);
            }
            if line == "!?" {
                let help = help_of(p).unwrap_or_else(|| "No help is available for this parameter.".to_string());
                self.host.write(&format!("{help}\n"), None, None);
                continue;
            }
            let text = Value::from(line.as_str());
            if line.is_empty() || ty == TypeRef::STRING || ty == TypeRef::OBJECT {
                return Ok(Some(text));
            }
            match convert::convert(self, &text, ty) {
                Ok(value) => return Ok(Some(value)),
                Err(_) if is_simple(ty) => {
                    let message = format!("Cannot recognize \"{line}\" as a {} due to a format error.\n", p.type_name);
                    self.host.write(&message, None, None);
                }
                // What the conversion says is said when the value is bound.
                Err(_) => return Ok(Some(text)),
            }
        }
    }

    fn secure(&mut self, text: &str) -> Result {
        let context: &mut dyn Context = self;
        let secure = members::call_static(context, TypeRef::SECURE_STRING, "new", &[])?;
        for unit in values::string::utf16(text) {
            members::call(context, &secure, "AppendChar", &[Value::Char(unit)])?;
        }
        Ok(secure)
    }
}

/// Types whose texts the console checks itself.
fn is_simple(ty: TypeRef) -> bool {
    [TypeRef::INT32, TypeRef::INT64, TypeRef::DOUBLE, TypeRef::DATETIME].contains(&ty)
}

/// `HelpMessage` of a parameter's attribute.
fn help_of(p: &Parameter) -> Option<String> {
    p.in_sets.iter().find_map(|set| set.help_message.as_ref()).map(|h| h.to_string()).filter(|h| !h.is_empty())
}
