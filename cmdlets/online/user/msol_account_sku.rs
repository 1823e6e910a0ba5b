//! Get-MsolAccountSku: licences the tenant has.

use command::{Result, Value};
use directory::{NounCode, Work};

pub static NOUN: NounCode = NounCode { noun: "MsolAccountSku", verbs: &[("Get", get)], ..NounCode::PLAIN };

/// The product that the tenant has, and how many licences of it.
pub(super) const PART: &str = "ENTERPRISEPREMIUM";
pub(super) const UNITS: i32 = 25;

fn get(work: &mut Work) -> Result<()> {
    let (tenants, users) = match (work.all("CsTenant"), work.all("MsolUser")) {
        (Ok(tenants), Ok(users)) => (tenants, users),
        (Err(fault), _) | (_, Err(fault)) => return work.fail(&fault),
    };
    let Some(tenant) = tenants.first() else { return Ok(()) };
    let sku = format!("{}:{PART}", tenant.name.split('.').next().unwrap_or_default());
    let consumed = users.iter().filter(|u| u.texts("Licenses").iter().any(|l| l.eq_ignore_ascii_case(&sku))).count();
    let row = values::Object::typed(
        "Microsoft.Online.Administration.AccountSkuDetails",
        [
            ("AccountSkuId", Value::from(sku.as_str())),
            ("ActiveUnits", Value::I32(UNITS)),
            ("WarningUnits", Value::I32(0)),
            ("ConsumedUnits", Value::I32(i32::try_from(consumed).unwrap_or(i32::MAX))),
            ("SkuPartNumber", Value::from(PART)),
        ],
    );
    work.session.write(row)
}
