//! Objects in, text out.

use std::sync::Arc;

use command::Command;
use values::{Dict, Object, Value, clixml};

use crate::COMMANDS;
use crate::test_session::TestSession;

/// Sends values through a command with parameters and gives what it wrote.
fn run(session: &mut TestSession, name: &str, parameters: &[(&str, Value)], input: Vec<Value>) -> Vec<Value> {
    let command: &Command = COMMANDS.iter().find(|c| c.name == name).expect("the command exists");
    let mut cmdlet = (command.create)();
    let mut bound = command::Bound::new();
    for (name, value) in parameters {
        bound.set(&command::Str::from(*name), value.clone());
    }
    bound.seal();
    session.output.clear();
    cmdlet.begin(session, &bound).expect("begins");
    for item in input {
        bound.set(&command::Str::from("InputObject"), item);
        cmdlet.process(session, &bound).expect("processes");
        bound.unbind_pipeline();
    }
    cmdlet.end(session, &bound).expect("ends");
    std::mem::take(&mut session.output)
}

/// The text of values, after a format command where one is named.
fn shown(format: Option<(&str, &[(&str, Value)])>, input: Vec<Value>) -> String {
    let session = &mut TestSession::default();
    let style = crate::PsStyle::create(true);
    session.variables.insert("psstyle".to_string(), style);
    let input = match format {
        Some((name, parameters)) => run(session, name, parameters, input),
        None => input,
    };
    let out = run(session, "Out-String", &[("Width", Value::I32(80))], input);
    out.first().and_then(Value::as_str).unwrap_or_default().to_string()
}

fn object(pairs: &[(&str, Value)]) -> Value {
    Value::Object(Arc::new(Object::from_pairs(pairs.iter().map(|(n, v)| (*n, v.clone())))))
}

#[test]
fn shapes_are_chosen_and_laid_out() {
    let bob = object(&[("Name", Value::from("Bob")), ("Age", Value::I32(30))]);
    let five = object(&["A", "B", "C", "D", "E"].map(|n| (n, Value::I32(1))));
    assert_eq!(shown(None, vec![bob.clone()]), "\nName Age\n---- ---\nBob   30\n\n");
    assert_eq!(shown(None, vec![five]), "\nA : 1\nB : 1\nC : 1\nD : 1\nE : 1\n\n");
    assert_eq!(shown(Some(("Format-List", &[])), vec![bob.clone()]), "\nName : Bob\nAge  : 30\n\n");
    assert_eq!(shown(Some(("Format-Wide", &[])), vec![bob.clone()]), format!("\nBob{}\n\n", " ".repeat(38)));
    assert_eq!(
        shown(Some(("Format-Custom", &[])), vec![bob.clone()]),
        "\nclass PSCustomObject\n{\n  Name = Bob\n  Age = 30\n}\n\n\n"
    );
    let by = [("GroupBy", Value::from("Age"))];
    let text = shown(Some(("Format-Table", &by)), vec![bob]);
    assert_eq!(text, "\n   Age: 30\n\nName Age\n---- ---\nBob   30\n\n");
}

#[test]
fn scalars_stand_in_place_and_dictionaries_are_listed() {
    let dict = Dict::hashtable();
    dict.insert(Value::from("key"), Value::I32(1));
    let text = shown(None, vec![Value::from("a"), Value::I32(5), Value::Dict(Arc::new(dict))]);
    assert_eq!(
        text,
        "a\n5\n\nName                           Value\n----                           -----\nkey                            1\n\n"
    );
}

#[test]
fn lists_in_cells_are_cut() {
    let list = Value::array((1..=8).map(Value::I32).collect());
    let text = shown(None, vec![object(&[("L", list), ("S", Value::from("abc"))])]);
    assert_eq!(text, "\nL             S\n-             -\n{1, 2, 3, 4…} abc\n\n");
}

#[test]
fn clixml_reads_back_what_it_wrote() {
    let session = &mut TestSession::default();
    let inner = object(&[("b", Value::from("x\ny"))]);
    let value =
        object(&[("a", Value::I32(1)), ("o", inner), ("l", Value::array(vec![Value::Null, Value::Bool(true)]))]);
    let text = clixml::serialize(session, std::slice::from_ref(&value), 2).expect("writes");
    assert!(text.contains("<S N=\"b\">x_x000A_y</S>"), "{text}");
    let back = clixml::deserialize(session, &text).expect("reads");
    assert_eq!(clixml::serialize(session, &back, 2).expect("writes").replace("Deserialized.", ""), text);
}
