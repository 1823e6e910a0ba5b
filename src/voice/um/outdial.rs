//! Outdialing rules: who may call what from unified messaging, and how the number is dialled.

use crate::config::{AutoAttendant, MailboxPolicy, Snapshot, UmDialPlan, UriType, bare_address, digits};

/// Whose authorisation counts: the plan's for a caller who did not sign in, the policy's for one who did, the attendant's for its callers.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'a> {
    subscribers: bool,
    extensions: bool,
    in_country: &'a [String],
    international: &'a [String],
}

impl<'a> Authority<'a> {
    /// Of callers who did not sign in.
    pub fn plan(plan: &'a UmDialPlan) -> Authority<'a> {
        Authority {
            subscribers: plan.allow_dial_plan_subscribers,
            extensions: plan.allow_extensions,
            in_country: &plan.allowed_in_country,
            international: &plan.allowed_international,
        }
    }

    /// Of a user who signed in, of Play on Phone, of call answering rules.
    pub fn policy(policy: &'a MailboxPolicy) -> Authority<'a> {
        Authority {
            subscribers: policy.allow_dial_plan_subscribers,
            extensions: policy.allow_extensions,
            in_country: &policy.allowed_in_country,
            international: &policy.allowed_international,
        }
    }

    /// Of callers of an attendant.
    pub fn attendant(attendant: &'a AutoAttendant) -> Authority<'a> {
        Authority {
            subscribers: attendant.allow_dial_plan_subscribers,
            extensions: attendant.allow_extensions,
            in_country: &attendant.allowed_in_country,
            international: &attendant.allowed_international,
        }
    }
}

/// One entry of a plan's dialing rules: `Group,NumberMask,DialedNumber,Comment`.
struct Rule<'a> {
    group: &'a str,
    mask: &'a str,
    dialed: &'a str,
}

impl Rule<'_> {
    fn parse(text: &str) -> Option<Rule<'_>> {
        let mut fields = text.splitn(4, ',').map(str::trim);
        let (group, mask) = (fields.next()?, fields.next()?);
        Some(Rule { group, mask, dialed: fields.next().unwrap_or("*") })
    }

    /// The number to dial when the rule holds: digits of the mask's `x` fill those of the dialled number, right-aligned.
    fn apply(&self, number: &str) -> Option<String> {
        if self.mask == "*" {
            return Some(if self.dialed == "*" { number.to_string() } else { self.dialed.to_string() });
        }
        let is_x = |c: char| c.eq_ignore_ascii_case(&'x');
        let mut variable = Vec::new();
        let mut rest = number.chars();
        for expected in self.mask.chars() {
            if expected == '*' {
                // Any string up to the end.
                variable.extend(rest.by_ref());
                break;
            }
            let digit = rest.next()?;
            if is_x(expected) && digit.is_ascii_digit() {
                variable.push(digit);
            } else if expected != digit {
                return None;
            }
        }
        if rest.next().is_some() {
            return None;
        }
        // `*`, or a dialled number with one: unchanged.
        if self.dialed.contains('*') {
            return Some(number.to_string());
        }
        let places = self.dialed.chars().filter(|c| is_x(*c)).count();
        let mut fill = variable.get(variable.len().checked_sub(places)?..)?.iter();
        Some(self.dialed.chars().map(|c| if is_x(c) { *fill.next().unwrap_or(&c) } else { c }).collect())
    }
}

/// The canonical form of an external number, and whether it is abroad.
fn canonical(plan: &UmDialPlan, dialed: &str) -> (String, bool) {
    let number = digits(dialed);
    if dialed.starts_with('+') {
        let own = !plan.country_code.is_empty() && number.starts_with(&plan.country_code);
        return if own {
            let rest = &number[plan.country_code.len()..];
            (format!("{}{}{rest}", plan.outside_line_access_code, plan.national_number_prefix), false)
        } else {
            (format!("{}{}{number}", plan.outside_line_access_code, plan.international_access_code), true)
        };
    }
    let abroad = format!("{}{}", plan.outside_line_access_code, plan.international_access_code);
    let international = !plan.international_access_code.is_empty() && number.starts_with(&abroad);
    (number, international)
}

/// What to dial for a number or address; `None` when that cannot be dialled.
pub fn authorize(snapshot: &Snapshot, plan: &UmDialPlan, authority: &Authority<'_>, dialed: &str) -> Option<String> {
    let target = bare_address(dialed);
    if snapshot.mailbox(plan, target).is_some() {
        // The user's own number as it was given: extension, address or line.
        return authority.subscribers.then(|| target.to_string());
    }
    if target.contains('@') && plan.uri_type == UriType::SipName {
        return Some(target.to_string());
    }
    let number = digits(target);
    if number.is_empty() {
        return None;
    }
    if !target.starts_with('+') && number.len() == plan.digits {
        return authority.extensions.then_some(number);
    }
    let (number, international) = canonical(plan, target);
    let (rules, allowed) = if international {
        (&plan.international_rules, authority.international)
    } else {
        (&plan.in_country_rules, authority.in_country)
    };
    // First match in stored order (assumed); a group that is allowed but not defined in the plan allows nothing.
    rules
        .iter()
        .filter_map(|r| Rule::parse(r))
        .filter(|r| allowed.iter().any(|g| g.eq_ignore_ascii_case(r.group)))
        .find_map(|r| r.apply(&number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::UmMailbox;

    fn check(plan: &UmDialPlan, dialed: &str, expected: Option<&str>) {
        let mut snapshot = Snapshot { dial_plans: vec![plan.clone()], ..Snapshot::default() };
        snapshot.mailboxes.push(UmMailbox {
            dial_plan: plan.name.clone(),
            extensions: vec!["51234".into()],
            ..UmMailbox::default()
        });
        assert_eq!(authorize(&snapshot, plan, &Authority::plan(plan), dialed).as_deref(), expected, "{dialed}");
    }

    #[test]
    fn nothing_external_without_rules() {
        let mut plan = UmDialPlan { name: "Plan".into(), country_code: "1".into(), ..UmDialPlan::default() };
        for (dialed, expected) in
            [("51234", Some("51234")), ("59999", None), ("+14255550100", None), ("914255550100", None)]
        {
            check(&plan, dialed, expected);
        }
        plan.in_country_rules = vec!["Anywhere,*,*,*".into()];
        check(&plan, "+14255550100", None);
        plan.allowed_in_country = vec!["anywhere".into()];
        plan.allow_dial_plan_subscribers = false;
        plan.allow_extensions = true;
        for (dialed, expected) in
            [("51234", None), ("59999", Some("59999")), ("914255550100", Some("914255550100")), ("+442071234567", None)]
        {
            check(&plan, dialed, expected);
        }
    }

    #[test]
    fn masks_choose_and_rewrite() {
        let plan = UmDialPlan {
            name: "Plan".into(),
            country_code: "1".into(),
            outside_line_access_code: "9".into(),
            national_number_prefix: "1".into(),
            international_access_code: "011".into(),
            in_country_rules: vec![
                "Local,9425xxxxxxx,9xxxxxxx,seven digits".into(),
                "Long,91xxxxxxxxxx,91xxxxxxxxxx,".into(),
                "Premium,91900*,*,".into(),
                "Broken,95x,9xxx,".into(),
            ],
            international_rules: vec!["Europe,901144*,901144*,".into(), "World,*,*,".into()],
            allowed_in_country: vec!["Local".into(), "Long".into(), "Broken".into()],
            allowed_international: vec!["Europe".into()],
            ..UmDialPlan::default()
        };
        for (dialed, expected) in [
            ("914255550100", Some("914255550100")),
            ("+14255550100", Some("914255550100")),
            ("94255550100", Some("95550100")),
            ("91425555010", None),
            ("9142555501000", None),
            ("951", None),
            ("+4930123456", None),
            ("9011491234", None),
        ] {
            check(&plan, dialed, expected);
        }
    }
}
