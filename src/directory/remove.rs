//! Remove: refused while referred to; Global documents fall back to their defaults.

use command::{Result, Value};
use store::Object;

use crate::code::Removal;
use crate::draft::{defaults, store_draft};
use crate::fault::Fault;
use crate::identity::{self, Resolved};
use crate::work::Work;

/// Runs Remove.
pub fn run(work: &mut Work) -> Result<()> {
    let named = ["Identity", "Name", "UserPrincipalName", "ObjectId", "ZoneName", "DomainName"];
    let Some(value) = named.iter().filter_map(|n| work.bound.get(n)).find(|v| !v.is_null()).cloned() else {
        let fault = Fault::argument("IdentityMissing", "The identity of the object to remove is missing.");
        return work.fail(&fault);
    };
    let (facts, noun) = (work.facts(), work.noun);
    let identity = Resolved::of(&value);
    let found = work
        .directory
        .store
        .read(|reader| Ok(identity::resolve(reader, &work.directory.library, &facts, &noun, &identity)));
    let object = match found.map_err(Fault::from).and_then(|r| r) {
        Ok(object) => object,
        Err(fault) => return work.fail(&fault),
    };
    if !work.should(&identity.text)? {
        return Ok(());
    }
    if !assigned_may_go(work, &object)? {
        return Ok(());
    }
    let (directory, bound) = (work.directory.clone(), work.bound);
    work.write(|writer, warnings| {
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
        Ok(())
    })?;
    Ok(())
}

/// A user-level policy that users have is only removed when that is confirmed.
fn assigned_may_go(work: &mut Work, object: &Object) -> Result<bool> {
    let Some(tag) = object.name.strip_prefix("Tag:") else { return Ok(true) };
    let property = work.noun.name().strip_prefix("Cs").unwrap_or(work.noun.name()).to_owned();
    let users = match work.all("CsUser") {
        Ok(users) => users,
        Err(fault) => {
            work.fail(&fault)?;
            return Ok(false);
        }
    };
    let assigned = users.iter().filter(|u| u.text(&property).is_some_and(|p| p.eq_ignore_ascii_case(tag))).count();
    if assigned == 0
        || work.bound.switch("Force")
        || matches!(work.bound.get("Confirm").map(Value::base), Some(Value::Bool(false)))
    {
        return Ok(true);
    }
    let text = format!("The policy \"{tag}\" is currently assigned to {assigned} user(s). Do you want to remove it?");
    work.session.should_continue(&text, "Confirm")
}
