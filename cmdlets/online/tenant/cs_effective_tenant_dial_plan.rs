//! The dial plan that a user of the tenant has: the rules of the user's own plan before those of the tenant's.

use command::{Result, Value};
use directory::group_policy::Assigned;
use directory::{Fault, NounCode, Work, verb};
use serde_json::Value as Json;
use store::Object as Stored;
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsEffectiveTenantDialPlan",
    heeds: &["Identity", "CallerNumber", "DialedNumber", "EffectiveTenantDialPlanName", "TenantScopeOnly"],
    verbs: &[("Get", get), ("Test", test)],
    ..NounCode::PLAIN
};

/// One rule.
#[derive(Debug, PartialEq)]
struct Rule {
    name: String,
    pattern: String,
    translation: String,
}

/// Name of the effective plan, and its rules in the order in which they are tried.
struct Plan {
    name: String,
    simple: String,
    rules: Vec<Rule>,
}

/// The rules that a plan keeps: objects, or texts such as `Name=..;Pattern=..;Translation=..`.
fn rules(plan: &Stored) -> Vec<Rule> {
    let items = match plan.get("NormalizationRules") {
        Some(Json::Array(items)) => items.clone(),
        Some(Json::Null) | None => Vec::new(),
        Some(one) => vec![one.clone()],
    };
    let of_text = |text: &str, key: &str| {
        let found = text.split(';').filter_map(|p| p.split_once('=')).find(|(k, _)| k.trim().eq_ignore_ascii_case(key));
        found.map(|(_, v)| v.trim().to_owned())
    };
    items
        .iter()
        .filter_map(|item| {
            let part = |key: &str| match item {
                Json::String(text) => of_text(text, key),
                Json::Object(map) => map
                    .iter()
                    .find(|(k, _)| k.eq_ignore_ascii_case(key))
                    .and_then(|(_, v)| v.as_str().map(str::to_owned)),
                _ => None,
            };
            Some(Rule {
                name: part("Name").unwrap_or_default(),
                pattern: part("Pattern")?,
                translation: part("Translation")?,
            })
        })
        .collect()
}

fn plan(work: &Work, user: &Stored) -> std::result::Result<Plan, Fault> {
    let tenant = directory::tenant_id(work);
    let is_tenant_only = work.bound.switch("TenantScopeOnly");
    let own = Assigned::to(work, user)?.effective(user, "TenantDialPlan").filter(|_| !is_tenant_only);
    let mut plan =
        Plan { name: format!("{tenant}_Global"), simple: "DefaultTenantDialPlan".to_owned(), rules: Vec::new() };
    for name in [own.map(|p| format!("Tag:{p}")), Some("Global".to_owned())].into_iter().flatten() {
        let Some(kept) = work.directory.store.read(|reader| reader.find("CsTenantDialPlan", "", &name))? else {
            continue;
        };
        if name != "Global" {
            plan.name = format!("{tenant}_{}_Global", name.trim_start_matches("Tag:"));
            plan.simple = kept.text("SimpleName").unwrap_or(name.trim_start_matches("Tag:")).to_owned();
        }
        plan.rules.extend(rules(&kept));
    }
    Ok(plan)
}

/// The user, who must have the number that is named as his; a plan that a number has of its own comes before his.
fn user(work: &Work) -> std::result::Result<Stored, Fault> {
    let mut user = work.target("CsOnlineUser", &work.bound.value("Identity"))?;
    let number = digits(&verb::text(work, "CallerNumber"));
    if number.is_empty() {
        return Ok(user);
    }
    let is_his = ["LineURI", "OnPremLineURI"].iter().any(|p| digits(user.text(p).unwrap_or_default()) == number);
    let of_number = work.all("CsPhoneNumberPolicyAssignment")?.into_iter().find(|a| {
        digits(a.text("TelephoneNumber").unwrap_or_default()) == number
            && a.text("PolicyType").is_some_and(|t| t.eq_ignore_ascii_case("TenantDialPlan"))
    });
    match of_number.and_then(|a| a.text("PolicyName").map(str::to_owned)) {
        Some(plan) => {
            user.properties.insert("TenantDialPlan".to_owned(), Json::from(plan));
        }
        None if is_his => {}
        None => {
            let given = verb::text(work, "CallerNumber");
            let text = format!("The phone number \"{given}\" is not assigned to the user \"{}\".", user.name);
            let fault =
                Fault::new("ItemNotFoundException", "CallerNumber", command::ErrorCategory::ObjectNotFound, text);
            return Err(fault.at(&given));
        }
    }
    Ok(user)
}

/// The digits of a number, without its extension.
fn digits(number: &str) -> String {
    number.split(';').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}

fn get(work: &mut Work) -> Result<()> {
    let rows = user(work).and_then(|user| {
        let plan = plan(work, &user)?;
        let rules = plan.rules.iter().map(|r| {
            Value::from(format!(
                "Description=;Pattern={};Translation={};Name={};IsInternalExtension=False",
                r.pattern, r.translation, r.name
            ))
        });
        Ok(vec![Object::typed(
            "Microsoft.Rtc.Management.Hosted.Online.Models.EffectiveTenantDialPlan",
            [
                ("Identity", Value::from(user.name.as_str())),
                ("EffectiveTenantDialPlanName", Value::from(plan.name.as_str())),
                ("SimpleName", Value::from(plan.simple.as_str())),
                ("NormalizationRules", Value::array(rules.collect())),
            ],
        )])
    });
    work.answer(rows)
}

/// The first rule that takes a number, and what becomes of it.
fn translated<'a>(rules: &'a [Rule], number: &str) -> Option<(&'a Rule, String)> {
    let groups = regex::Regex::new(r"\$(\d+)").ok()?;
    rules.iter().find_map(|rule| {
        let matcher = regex::Regex::new(&rule.pattern).ok()?;
        let with = groups.replace_all(&rule.translation, "$${$1}").into_owned();
        matcher.is_match(number).then(|| (rule, matcher.replace(number, with.as_str()).into_owned()))
    })
}

fn test(work: &mut Work) -> Result<()> {
    let rows = tested(work);
    work.answer(rows)
}

fn tested(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let wanted = verb::text(work, "EffectiveTenantDialPlanName");
    let plan = if wanted.is_empty() {
        plan(work, &user(work)?)?
    } else {
        // The plan of whoever has it: a name is the tenant's, a plan's and the word Global.
        let inner =
            wanted.split_once('_').map_or(wanted.as_str(), |(_, rest)| rest).trim_end_matches("_Global").to_owned();
        let mut found = None;
        for user in work.all("CsOnlineUser")? {
            let one = plan(work, &user)?;
            if one.name.eq_ignore_ascii_case(&wanted) {
                found = Some(one);
                break;
            }
        }
        match found {
            Some(plan) => plan,
            None => {
                let name =
                    if inner.eq_ignore_ascii_case("Global") { "Global".to_owned() } else { format!("Tag:{inner}") };
                let kept = work.directory.store.read(|reader| reader.find("CsTenantDialPlan", "", &name))?;
                let kept = kept.ok_or_else(|| Fault::no_document("TenantDialPlan", &wanted))?;
                Plan { name: wanted.clone(), simple: String::new(), rules: rules(&kept) }
            }
        }
    };
    let dialed = verb::text(work, "DialedNumber");
    let found = translated(&plan.rules, &dialed);
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.Hosted.Online.Models.TenantDialPlanTestResult",
        [
            ("TranslatedNumber", found.as_ref().map_or(Value::Null, |(_, number)| Value::from(number.as_str()))),
            ("MatchingRule", found.as_ref().map_or(Value::Null, |(rule, _)| Value::from(rule.name.as_str()))),
        ],
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_either_form_translate() {
        let mut properties = serde_json::Map::new();
        properties.insert(
            "NormalizationRules".to_owned(),
            serde_json::json!([{ "Name": "a", "Pattern": "^(\\d{4})$", "Translation": "+1425555$1" }, "Name=b;Pattern=^9(\\d+)$;Translation=+$1"]),
        );
        let plan = Stored::unsaved("CsTenantDialPlan", "", "Global", properties);
        let rules = rules(&plan);
        assert_eq!(
            translated(&rules, "1234").map(|f| (f.0.name.as_str(), f.1)),
            Some(("a", "+14255551234".to_owned()))
        );
        assert_eq!(translated(&rules, "91425").map(|f| f.1), Some("+1425".to_owned()));
        assert!(translated(&rules, "x").is_none());
    }
}
