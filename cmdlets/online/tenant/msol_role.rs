//! Roles of the tenant, by name or number.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};

pub static NOUN: NounCode =
    NounCode { noun: "MsolRole", heeds: &["RoleName", "ObjectId"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (name, id) = (directory::verb::text(work, "RoleName"), directory::verb::text(work, "ObjectId"));
    let all = work.all("MsolRole")?;
    let fits = |o: &&store::Object| {
        (name.is_empty() || o.name.eq_ignore_ascii_case(&name))
            && (id.is_empty() || o.text("ObjectId").is_some_and(|own| own.eq_ignore_ascii_case(&id)))
    };
    let found: Vec<&store::Object> = all.iter().filter(fits).collect();
    if found.is_empty() {
        let wanted = if name.is_empty() { id } else { name };
        let text = format!("Role Not Found. Role: {wanted}.");
        let id = "Microsoft.Online.Administration.Automation.RoleNotFoundException";
        return Err(
            Fault::new("MicrosoftOnlineException", id, command::ErrorCategory::OperationStopped, text).at(&wanted)
        );
    }
    let (facts, noun, directory) = (work.facts(), work.noun, work.directory.clone());
    Ok(directory
        .store
        .read(|reader| found.iter().map(|o| directory::row(reader, &directory.library, &facts, noun, o)).collect())?)
}
