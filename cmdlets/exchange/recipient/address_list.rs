//! Address lists below one another.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use serde_json::Value as Json;

pub static NOUN: NounCode = NounCode {
    noun: "AddressList",
    heeds: &["*", "Identity", "Target"],
    verbs: &[("Move", move_list)],
    ..NounCode::PLAIN
};

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
