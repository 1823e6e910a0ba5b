//! Remove: refused while referred to; Global documents fall back to their defaults.

use command::{Result, Value};
use store::{Match, Object};

use crate::code::Removal;
use crate::draft::{defaults, store_draft};
use crate::fault::Fault;
use crate::library::PEOPLE;
use crate::row::text_of;
use crate::select;
use crate::work::Work;

/// Runs Remove.
pub fn run(work: &mut Work) -> Result<()> {
    let targets = match select::targets(work) {
        Ok(targets) => targets,
        Err(fault) => return work.fail(&fault),
    };
    targets.into_iter().try_for_each(|object| one(work, object))
}

fn one(work: &mut Work, object: Object) -> Result<()> {
    let (facts, noun) = (work.facts(), work.noun);
    let shown = work.directory.store.read(|reader| text_of(reader, &work.directory.library, &facts, &object));
    if !work.should(&shown.unwrap_or_else(|_| object.name.clone()))? {
        return Ok(());
    }
    if !assigned_may_go(work, &object)? {
        return Ok(());
    }
    let (directory, bound) = (work.directory.clone(), work.bound);
    let passed = if work.bound.switch("PassThru") { Some(object.clone()) } else { None };
    let done = work.write(|writer, warnings| {
        if object.name == "Global" && noun.scopes().any(|s| s == "Global") {
            let draft = store_draft(&directory.library, noun.stored_as(), object.id, "Global", "", defaults(&noun));
            writer.update(draft)?;
            return Ok(());
        }
        if let Some(rule) = directory.library.code(noun.name()).and_then(|c| c.before_remove) {
            let mut removal =
                Removal { writer, library: &directory.library, facts: &facts, noun, object: &object, bound, warnings };
            rule(&mut removal)?;
        }
        for by in noun.referred_by() {
            let (of, property) = by.split_once('.').unwrap_or((by, ""));
            if let Some((referrer, _)) =
                writer.referrers(object.id)?.into_iter().find(|(o, p)| o.noun == of && p == property)
            {
                let text = format!(
                    "The {} '{}' can't be removed because it is still referenced by the {} '{}'.",
                    noun.name(),
                    object.name,
                    referrer.noun,
                    referrer.name
                );
                return Err(Fault::exchange("ObjectReferencedException", noun.name(), text).at(&object.name));
            }
        }
        writer.remove(object.id)?;
        if let Some(tag) = object.name.strip_prefix("Tag:") {
            unassign(writer, &directory.library, noun.name(), tag)?;
        }
        Ok(())
    })?;
    match (done, passed) {
        (Some(()), Some(object)) => work.emit(&object),
        _ => Ok(()),
    }
}

/// A user-level policy that users have is only removed when that is confirmed.
fn assigned_may_go(work: &mut Work, object: &Object) -> Result<bool> {
    let Some(tag) = object.name.strip_prefix("Tag:") else { return Ok(true) };
    let property = work.noun.name().strip_prefix("Cs").unwrap_or(work.noun.name()).to_owned();
    let assigned = work.directory.store.read(|reader| reader.places("CsUser", &property, &Match::Is(tag.to_owned())));
    let assigned = match assigned {
        Ok(places) => places.len(),
        Err(error) => {
            work.fail(&Fault::from(error))?;
            return Ok(false);
        }
    };
    if assigned == 0
        || work.bound.switch("Force")
        || matches!(work.bound.get("Confirm").map(Value::base), Some(Value::Bool(false)))
    {
        return Ok(true);
    }
    let text = format!("The policy \"{tag}\" is currently assigned to {assigned} user(s). Do you want to remove it?");
    work.session.should_continue(&text, "Confirm")
}

/// People who had a policy fall to that of their site, or to the global one.
fn unassign(
    writer: &mut store::Writer,
    library: &crate::library::Library,
    noun: &str,
    tag: &str,
) -> std::result::Result<(), Fault> {
    let property = noun.strip_prefix("Cs").unwrap_or(noun);
    for people in PEOPLE {
        for mut user in writer.matching(people, property, &Match::Is(tag.to_owned()))? {
            user.properties.remove(property);
            writer.update(store_draft(library, people, user.id, &user.name, &user.container, user.properties))?;
        }
    }
    Ok(())
}
