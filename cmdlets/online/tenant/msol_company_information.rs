//! Get-MsolCompanyInformation: the tenant, as the directory in the cloud describes it.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "MsolCompanyInformation", heeds: &[], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let tenant = work.all("CsTenant")?.into_iter().next();
    let Some(tenant) = tenant else {
        return Err(Fault::state("TenantMissing", "The organization has no tenant."));
    };
    let kept = work.all("MsolCompanySettings")?.into_iter().next();
    let sync = work.all("MsolDirSyncEnabled")?.into_iter().next();
    let domains = work.all("MsolDomain")?;
    let initial =
        domains.iter().map(|d| d.name.as_str()).find(|n| n.ends_with(".onmicrosoft.com")).unwrap_or(&tenant.name);
    let facts = work.facts();
    let text = |name: &str| {
        kept.as_ref().and_then(|k| k.text(name)).or_else(|| tenant.text(name)).map_or(Value::Null, Value::from)
    };
    let flag = |name: &str, or: bool| Value::Bool(kept.as_ref().and_then(|k| k.flag(name)).unwrap_or(or));
    let syncs = sync.as_ref().and_then(|s| s.flag("EnableDirSync")).unwrap_or(false);
    Ok(vec![Object::typed(
        "Microsoft.Online.Administration.CompanyInformation",
        [
            ("DisplayName", Value::from(tenant.text("DisplayName").unwrap_or(&facts.organization))),
            ("PreferredLanguage", Value::from(tenant.text("PreferredLanguage").unwrap_or("en"))),
            ("Street", text("Street")),
            ("City", text("City")),
            ("State", text("State")),
            ("PostalCode", text("PostalCode")),
            ("Country", text("Country")),
            ("CountryLetterCode", Value::from(tenant.text("CountryAbbreviation").unwrap_or("US"))),
            ("TelephoneNumber", text("TelephoneNumber")),
            ("MarketingNotificationEmails", Value::array(Vec::new())),
            ("TechnicalNotificationEmails", text("TechnicalNotificationEmails")),
            ("SelfServePasswordResetEnabled", flag("SelfServePasswordResetEnabled", false)),
            ("UsersPermissionToCreateGroupsEnabled", flag("UsersPermissionToCreateGroupsEnabled", true)),
            ("UsersPermissionToReadOtherUsersEnabled", flag("UsersPermissionToReadOtherUsersEnabled", true)),
            ("UsersPermissionToUserConsentToAppEnabled", flag("UsersPermissionToUserConsentToAppEnabled", true)),
            ("DirectorySynchronizationEnabled", Value::Bool(syncs)),
            ("PasswordSynchronizationEnabled", Value::Bool(syncs)),
            (
                "LastDirSyncTime",
                sync.as_ref()
                    .filter(|_| syncs)
                    .map_or(Value::Null, |s| directory::moment_of(&directory::iso(s.changed))),
            ),
            ("InitialDomain", Value::from(initial)),
            ("ObjectId", Value::from(directory::tenant_id(work))),
            ("CompanyType", Value::from("CompanyTenant")),
        ],
    )])
}
