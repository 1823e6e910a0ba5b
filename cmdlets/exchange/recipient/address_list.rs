//! Address lists below one another.

use command::Result;
use directory::{Fault, NounCode, Removal, Work, verb};
use serde_json::Value as Json;
use store::{Object, StoreError, Writer};

pub static NOUN: NounCode = NounCode {
    noun: "AddressList",
    heeds: &["*", "Identity", "Target", "Recursive"],
    before_remove: Some(remove),
    verbs: &[("Move", move_list)],
    ..NounCode::PLAIN
};

/// The lists right below one.
fn below(writer: &Writer, list: &Object) -> std::result::Result<Vec<Object>, StoreError> {
    let all = writer.all("AddressList")?;
    let id = list.id.to_string();
    Ok(all
        .into_iter()
        .filter(|l| l.links("Container").contains(&list.id) || l.text("Container") == Some(&id))
        .collect())
}

/// A list goes with those below it where that is asked; else it must have none.
fn remove(removal: &mut Removal) -> std::result::Result<(), Fault> {
    let mut left = below(removal.writer, removal.object)?;
    if !left.is_empty() && !removal.bound.switch("Recursive") {
        let text = format!(
            "The address list '{}' can't be removed because it has child address lists. Use the Recursive parameter to remove them as well.",
            removal.object.name
        );
        return Err(Fault::exchange("InvalidOperationException", "AddressList", text).at(&removal.object.name));
    }
    // Children go before what they lie below.
    let mut gone = Vec::new();
    while let Some(list) = left.pop() {
        left.extend(below(removal.writer, &list)?);
        gone.push(list.id);
    }
    for id in gone.into_iter().rev() {
        removal.writer.remove(id)?;
    }
    Ok(())
}

fn move_list(work: &mut Work) -> Result<()> {
    let (identity, target) = (work.bound.value("Identity"), work.bound.value("Target"));
    let above = match verb::text(work, "Target").as_str() {
        // The root has no list above it.
        "\\" => Ok(Json::Null),
        _ => work.target("AddressList", &target).and_then(|target| {
            let moved = work.target("AddressList", &identity)?;
            if moved.id == target.id {
                let text = format!("The address list '{}' can't be moved below itself.", moved.name);
                return Err(Fault::exchange("InvalidOperationException", "AddressList", text).at(&moved.name));
            }
            Ok(Json::from(target.id.to_string()))
        }),
    };
    match above {
        Ok(above) => verb::mark(work, &[("Container", above)]),
        Err(fault) => work.fail(&fault),
    }
}
