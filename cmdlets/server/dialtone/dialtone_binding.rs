//! What a line of commands would do.

use command::{Result, Str, Value};
use directory::{NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "DialtoneBinding", heeds: &["Command"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let text = work.bound.str("Command").unwrap_or_else(Str::empty);
    for call in work.session.rehearse(&text)? {
        let optional = |text: &Str| if text.is_empty() { Value::Null } else { Value::Str(text.clone()) };
        let parameters = call.parameters.iter().map(|name| Value::Str(name.clone())).collect();
        let object = Object::typed(
            "Dialtone.Binding",
            [
                ("Name", Value::Str(call.name.clone())),
                ("ParameterSetName", optional(&call.parameter_set)),
                ("Parameters", Value::array(parameters)),
                ("ErrorId", optional(&call.error_id)),
            ],
        );
        work.session.write(object)?;
    }
    Ok(())
}
