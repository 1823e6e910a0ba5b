//! Resolve-Path.

use std::path::{Component, Path};

use command::{Bound, Cmdlet, Command, Flow, ProviderPath, Result, Session, Value};

use crate::item::targets::{given, resolved, tolerate};
use crate::provider::notes::path_object;

pub static COMMAND: Command = Command { name: "Resolve-Path", create: || Box::new(ResolvePath) };

struct ResolvePath;

impl Cmdlet for ResolvePath {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let (paths, is_literal) = given(bound);
        let is_relative = bound.switch("Relative");
        let base = match bound.str("RelativeBasePath") {
            Some(text) => {
                let found = session.resolve_path(&text, true);
                match tolerate(session, found)?.and_then(|f| f.into_iter().next()) {
                    Some(base) => Some(base),
                    None => return Ok(()),
                }
            }
            None => None,
        };
        for path in paths {
            let found = match &base {
                None => resolved(session, &path, is_literal, bound.switch("Force"))?,
                Some(base) => within(session, base, &path, is_literal)?,
            };
            for target in found {
                if is_relative && target.provider.as_str() == "FileSystem" {
                    let from = base.clone().unwrap_or_else(|| session.location());
                    session.write(Value::from(relative(&from.path, &target.path)))?;
                } else if is_relative {
                    session.write(Value::Str(target.path.clone()))?;
                } else {
                    let object = path_object(session, &target);
                    session.write(object)?;
                }
            }
        }
        Ok(())
    }
}

/// Resolves with another folder as the current one.
fn within(session: &mut dyn Session, base: &ProviderPath, path: &str, is_literal: bool) -> Result<Vec<ProviderPath>> {
    let old = session.location();
    session.set_location(base)?;
    let found = session.resolve_path(path, is_literal);
    session.set_location(&old)?;
    match found {
        Ok(found) => Ok(found),
        Err(flow) => match *flow {
            Flow::Throw(record) => session.write_error(record).map(|()| Vec::new()),
            other => Err(Box::new(other)),
        },
    }
}

/// A path as seen from a folder, with `./` or `../` in front. The folder itself is named through its parent.
pub fn relative(from: &str, to: &str) -> String {
    let parts = |p: &str| -> Vec<String> {
        Path::new(p)
            .components()
            .filter_map(|c| match c {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect()
    };
    let (from, to) = (parts(from), parts(to));
    let mut shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == to.len() && shared > 0 {
        // What is above or equal is named by its own name: `../../d` from inside d.
        shared -= 1;
    }
    let mut out = String::new();
    let up = from.len() - shared;
    if up == 0 {
        out.push_str("./");
    }
    for _ in 0..up {
        out.push_str("../");
    }
    out.push_str(&to[shared..].join("/"));
    out
}

#[cfg(test)]
mod tests {
    use super::relative;

    #[test]
    fn paths_are_seen_from_a_folder() {
        let check = |from: &str, to: &str, expected: &str| assert_eq!(relative(from, to), expected, "{from} {to}");
        check("/w", "/w/d/a.txt", "./d/a.txt");
        check("/w/d/sub", "/w/d/a.txt", "../a.txt");
        check("/w/d/sub", "/w/d", "../../d");
    }
}
