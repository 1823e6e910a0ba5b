//! Values of the living organisation: what a product's module offers for its own parameters.

use command::Session;
use values::Result;

use super::binding::Bound;
use super::context::Cx;
use super::{Item, Kind, quote};

/// A value that a module offers.
pub struct LiveValue {
    pub text: String,
    /// What is told of it.
    pub tip: String,
}

/// A module's values of a command's parameter that begin with a word, at most so many; none where the parameter has no
/// values of its own.
pub type LiveValues = fn(&mut dyn Session, &str, &str, &str, usize) -> Result<Option<Vec<LiveValue>>>;

/// How many values are asked for at most: a list that is longer is not read by anyone.
const LIMIT: usize = 500;

/// What the command's module offers.
pub fn complete(cx: &mut Cx<'_>, bound: &Bound, parameter: &command::Parameter) -> Option<Vec<Item>> {
    let ask = cx.runspace.commands.live_values(&bound.info.name)?;
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let found = ask(cx.runspace, &bound.info.name, &parameter.name, &word, LIMIT).ok().flatten()?;
    Some(
        found
            .into_iter()
            .map(|value| {
                let tip = if value.tip.is_empty() { value.text.clone() } else { value.tip };
                Item::new(quote::value(&value.text, mark), value.text, Kind::ParameterValue, tip)
            })
            .collect(),
    )
}
