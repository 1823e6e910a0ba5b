//! OcsUmUtil: contacts for the numbers of SIP URI dial plans.

use command::{Bound, Result, Value};
use directory::{Change, Fault, NounCode, Work};
use serde_json::{Value as Json, json};
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "OcsUmUtil",
    heeds: &["DialPlan", "RegistrarPool", "OU", "LoadData"],
    verbs: &[("Invoke", invoke)],
    ..NounCode::PLAIN
};

struct Wanted {
    plan: Object,
    number: String,
    name: String,
    is_attendant: bool,
}

/// The numbers that need contacts: access numbers of plans, pilots of their auto attendants.
fn wanted(work: &mut Work) -> std::result::Result<Vec<Wanted>, Fault> {
    let only = work.bound.str("DialPlan");
    let (plans, attendants) = (work.all("UMDialPlan")?, work.all("UMAutoAttendant")?);
    let mut found = Vec::new();
    for plan in plans {
        if plan.text("URIType") != Some("SipName") || only.as_ref().is_some_and(|o| !o.eq_ignore_ascii_case(&plan.name))
        {
            continue;
        }
        if plan.name.contains(' ') {
            let text = format!(
                "The UM dial plan \"{}\" has a name with spaces. OcsUmUtil does not work with such names.",
                plan.name
            );
            return Err(Fault::argument("DialPlanNameWithSpaces", text).at(&plan.name));
        }
        for number in plan.texts("AccessTelephoneNumbers") {
            found.push(Wanted {
                plan: plan.clone(),
                number: number.to_owned(),
                name: format!("{}_SA", plan.name),
                is_attendant: false,
            });
        }
        for attendant in attendants.iter().filter(|a| a.links("UMDialPlan").contains(&plan.id)) {
            for number in attendant.texts("PilotIdentifierList") {
                found.push(Wanted {
                    plan: plan.clone(),
                    number: number.to_owned(),
                    name: format!("{}_AA", attendant.name),
                    is_attendant: true,
                });
            }
        }
    }
    Ok(found)
}

fn invoke(work: &mut Work) -> Result<()> {
    let wishes = match wanted(work) {
        Ok(wishes) => wishes,
        Err(fault) => return work.fail(&fault),
    };
    let only_list = work.bound.switch("LoadData");
    let facts = work.facts();
    let text = |work: &Work, name: &str| work.bound.str(name).map_or_else(String::new, |t| t.to_string());
    let (pool, unit) = (text(work, "RegistrarPool"), text(work, "OU"));
    for (i, wish) in wishes.iter().enumerate() {
        let line = format!("tel:{}", wish.number);
        let known = match work
            .directory
            .store
            .read(|r| r.matching("CsExUmContact", "LineURI", &store::Match::Is(line.clone())))
        {
            Ok(known) => known.into_iter().next(),
            Err(error) => return work.fail(&Fault::from(error)),
        };
        let same_kind = wishes[..i].iter().filter(|w| w.name == wish.name).count();
        let local: String =
            wish.name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).collect();
        let local = if same_kind > 0 { format!("{local}{}", same_kind + 1) } else { local };
        let address = known
            .as_ref()
            .and_then(|k| k.text("SipAddress").map(str::to_owned))
            .unwrap_or_else(|| format!("sip:{local}@{}", facts.domain));
        let mut state = if known.is_some() { "Present" } else { "Missing" };
        if known.is_none() && !only_list {
            if !wish.number.starts_with('+') {
                let text = format!(
                    "The number \"{}\" of the UM dial plan \"{}\" is not in E.164 format.",
                    wish.number, wish.plan.name
                );
                work.fail(&Fault::argument("NumberNotE164", text).at(&wish.number))?;
                continue;
            }
            if !work.should(&address)? {
                continue;
            }
            let row = match work.other("CsExUmContact") {
                Ok(row) => row,
                Err(fault) => return work.fail(&fault),
            };
            let mut properties = directory::defaults(&row);
            properties.insert("SipAddress".to_owned(), Json::from(address.as_str()));
            properties.insert("RegistrarPool".to_owned(), Json::from(pool.as_str()));
            properties.insert("OU".to_owned(), Json::from(unit.as_str()));
            properties.insert("DisplayNumber".to_owned(), Json::from(wish.number.as_str()));
            properties.insert("AutoAttendant".to_owned(), Json::Bool(wish.is_attendant));
            properties.insert(
                "Description".to_owned(),
                Json::from(format!("Contact of the UM dial plan {}", wish.plan.name)),
            );
            // The plan's phone context tells the router which numbering the contact belongs to.
            properties.insert("OtherIpPhone".to_owned(), json!([wish.plan.text("PhoneContext").unwrap_or_default()]));
            let (directory, nothing) = (work.directory.clone(), Bound::new());
            let change = Change {
                library: &directory.library,
                facts: &facts,
                noun: row,
                bound: &nothing,
                old: None,
                name: wish.name.clone(),
                container: String::new(),
                properties,
            };
            if work.write(|writer, warnings| change.write(writer, warnings))?.is_none() {
                continue;
            }
            state = "Added";
        }
        let kind = if wish.is_attendant { "AutoAttendant" } else { "SubscriberAccess" };
        let row = values::Object::typed(
            "Dialtone.UmContact",
            [
                ("DialPlan", Value::from(wish.plan.name.as_str())),
                ("ContactType", Value::from(kind)),
                ("Number", Value::from(wish.number.as_str())),
                ("SipAddress", Value::from(address)),
                ("State", Value::from(state)),
            ],
        );
        work.session.write(row)?;
    }
    Ok(())
}
