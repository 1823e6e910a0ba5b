//! Get-ExchangeServerAccessLicense: the licences of this version.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode =
    NounCode { noun: "ExchangeServerAccessLicense", heeds: &[], verbs: &[("Get", get)], ..NounCode::PLAIN };

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let product = work.all("ExchangeServer")?.first().and_then(|s| s.text("AdminDisplayVersion").map(str::to_owned));
    // The version that the servers run: 15.0 is 2013, 15.1 is 2016, 15.2 is 2019.
    let product = match product.unwrap_or_default() {
        v if v.contains("15.2") => "Exchange Server 2019",
        v if v.contains("15.1") => "Exchange Server 2016",
        v if v.contains("14.") => "Exchange Server 2010",
        _ => "Exchange Server 2013",
    };
    let rows = [
        ("Standard CAL", "CAL"),
        ("Enterprise CAL", "CAL"),
        ("Standard Edition", "Server"),
        ("Enterprise Edition", "Server"),
    ];
    Ok(rows
        .into_iter()
        .map(|(name, unit)| {
            Object::typed(
                "Microsoft.Exchange.Management.SystemConfigurationTasks.ExchangeServerAccessLicense",
                [
                    ("ProductName", Value::from(product)),
                    ("UnitLabel", Value::from(unit)),
                    ("TabulationMethod", Value::from("Net")),
                    ("LicenseName", Value::from(format!("{product} {name}"))),
                ],
            )
        })
        .collect())
}
