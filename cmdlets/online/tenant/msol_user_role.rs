//! Get-MsolUserRole: the roles that an account of the tenant has.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MsolUserRole",
    heeds: &["ObjectId", "UserPrincipalName"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let named =
        ["UserPrincipalName", "ObjectId"].iter().find_map(|n| work.bound.get(n).filter(|v| !v.is_null()).cloned());
    let user = work.target("MsolUser", &named.unwrap_or_default())?;
    let roles = work.all("MsolRole")?;
    let upn = user.text("UserPrincipalName").unwrap_or(&user.name).to_owned();
    let own = [user.id.to_string(), user.text("ObjectId").unwrap_or_default().to_owned(), upn];
    let is_own = |text: Option<&str>| text.is_some_and(|t| own.iter().any(|o| o.eq_ignore_ascii_case(t)));
    let mut rows = Vec::new();
    for member in work.all("MsolRoleMember")? {
        if !is_own(member.text("RoleMemberObjectId")) && !is_own(member.text("RoleMemberEmailAddress")) {
            continue;
        }
        let is_it = |r: &&store::Object| {
            member.text("RoleName").is_some_and(|n| n.eq_ignore_ascii_case(&r.name))
                || member
                    .text("RoleObjectId")
                    .is_some_and(|n| r.text("ObjectId").is_some_and(|id| id.eq_ignore_ascii_case(n)))
        };
        if let Some(role) = roles.iter().find(is_it) {
            rows.push(Object::typed(
                "Microsoft.Online.Administration.Role",
                [
                    ("ObjectId", role.text("ObjectId").map_or(Value::Null, Value::from)),
                    ("Name", Value::from(role.name.as_str())),
                    ("Description", role.text("Description").map_or(Value::Null, Value::from)),
                    ("IsEnabled", Value::Bool(true)),
                    ("IsSystem", Value::Bool(true)),
                ],
            ));
        }
    }
    Ok(rows)
}
