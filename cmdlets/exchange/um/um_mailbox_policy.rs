//! Rules of UM mailbox policies.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "UMMailboxPolicy", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    let limit = |text: &str| text.parse::<i64>().unwrap_or(i64::MAX);
    let (attempts, reset) = (limit(edit.text("MaxLogonAttempts")), limit(edit.text("LogonFailuresBeforePINReset")));
    if reset >= attempts && reset != i64::MAX {
        let text = format!(
            "The value of LogonFailuresBeforePINReset ({reset}) must be lower than the value of MaxLogonAttempts ({attempts})."
        );
        return Err(Fault::exchange("InvalidOperationException", "UMMailboxPolicy", text).at(&edit.name));
    }
    let Some(plan) = edit.linked("UMDialPlan")? else {
        let text = format!("The UM mailbox policy '{}' must be linked to a UM dial plan.", edit.name);
        return Err(Fault::exchange("UMDialPlanMissingException", "UMMailboxPolicy", text).at(&edit.name));
    };
    for kind in ["InCountryOrRegionGroups", "InternationalGroups"] {
        let configured = plan.texts(&format!("Configured{kind}"));
        for allowed in edit.texts(&format!("Allowed{kind}")) {
            if !configured.iter().any(|entry| entry.split(',').next().is_some_and(|n| n.eq_ignore_ascii_case(&allowed)))
            {
                let text =
                    format!("The dialing rule group '{allowed}' isn't configured on the UM dial plan '{}'.", plan.name);
                return Err(Fault::exchange("DialGroupNotFoundException", "UMMailboxPolicy", text).at(&allowed));
            }
        }
    }
    Ok(())
}
