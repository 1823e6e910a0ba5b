//! Accounts of applications in the tenant: found by a part of their name.

use command::{Result, Value};
use directory::{Fault, NounCode, Work, verb};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsOnlineApplicationInstance",
    heeds: &["*", "Identity", "SearchQuery", "MaxResults", "ExactMatchOnly", "AssociatedOnly", "UnAssociatedOnly"],
    verbs: &[("Find", find)],
    ..NounCode::PLAIN
};

fn find(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let query = verb::text(work, "SearchQuery").to_lowercase();
    if query.chars().count() < 3 && !work.bound.switch("ExactMatchOnly") {
        let text = "The search query must have three characters at least.";
        return Err(Fault::argument("SearchQuery", text).at(&query));
    }
    let limit = work.bound.int("MaxResults").and_then(|n| usize::try_from(n).ok()).unwrap_or(10);
    let exact = work.bound.switch("ExactMatchOnly");
    let links = work.all("CsOnlineApplicationInstanceAssociation")?;
    let is_associated = |o: &store::Object| {
        links.iter().any(|l| {
            l.texts("Identities")
                .iter()
                .chain([&l.name.as_str()])
                .any(|i| *i == o.id.to_string() || i.eq_ignore_ascii_case(&o.name))
        })
    };
    let number = |o: &store::Object| {
        o.text("OnpremPhoneNumber").or_else(|| o.text("PhoneNumber")).unwrap_or_default().to_owned()
    };
    let fits = |o: &&store::Object| {
        let upn = o.text("UserPrincipalName").unwrap_or(&o.name).to_lowercase();
        let display = o.text("DisplayName").unwrap_or_default().to_lowercase();
        let is_named = if exact {
            upn == query || display == query || number(o) == query
        } else {
            upn.contains(&query) || display.contains(&query) || number(o).contains(&query)
        };
        is_named
            && (!work.bound.switch("AssociatedOnly") || is_associated(o))
            && (!work.bound.switch("UnAssociatedOnly") || !is_associated(o))
    };
    let all = work.all("CsOnlineApplicationInstance")?;
    Ok(all
        .iter()
        .filter(fits)
        .take(limit)
        .map(|o| {
            Object::typed(
                "Microsoft.Rtc.Management.Hosted.Online.Models.FindApplicationInstanceResult",
                [
                    ("Id", Value::from(o.id.to_string())),
                    ("Name", Value::from(o.text("DisplayName").unwrap_or(&o.name))),
                    ("TelephoneNumber", Value::from(number(o))),
                ],
            )
        })
        .collect())
}
