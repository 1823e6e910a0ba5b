//! Get-MsolSubscription: what the tenant has subscribed to.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

use super::msol_account_sku::{PART, UNITS};

pub static NOUN: NounCode =
    NounCode { noun: "MsolSubscription", heeds: &["SubscriptionId"], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let tenant = work.all("CsTenant")?.into_iter().next();
    let Some(tenant) = tenant else { return Ok(Vec::new()) };
    let made = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, format!("{PART}.{}", tenant.name).as_bytes());
    let wanted = directory::verb::text(work, "SubscriptionId");
    if !wanted.is_empty() && !wanted.eq_ignore_ascii_case(&made.to_string()) {
        let text = format!("Subscription not found. Subscription: {wanted}.");
        let id = "Microsoft.Online.Administration.Automation.SubscriptionNotFoundException";
        return Err(
            Fault::new("MicrosoftOnlineException", id, command::ErrorCategory::OperationStopped, text).at(&wanted)
        );
    }
    let created = directory::moment_of(&directory::iso(tenant.created));
    Ok(vec![Object::typed(
        "Microsoft.Online.Administration.Subscription",
        [
            ("SkuPartNumber", Value::from(PART)),
            ("Status", Value::from("Enabled")),
            ("DateCreated", created),
            ("TotalLicenses", Value::I32(UNITS)),
            ("IsTrial", Value::Bool(false)),
            ("ObjectId", Value::from(made.to_string())),
            ("NextLifecycleDate", Value::Null),
        ],
    )])
}
