//! Rules of auto attendants: pilots, prompts that a switch needs, key mappings.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "UMAutoAttendant", before_write: Some(check), ..NounCode::PLAIN };

/// A switch and the file it needs.
const PROMPTS: [(&str, &str); 4] = [
    ("BusinessHoursWelcomeGreetingEnabled", "BusinessHoursWelcomeGreetingFilename"),
    ("AfterHoursWelcomeGreetingEnabled", "AfterHoursWelcomeGreetingFilename"),
    ("BusinessHoursMainMenuCustomPromptEnabled", "BusinessHoursMainMenuCustomPromptFilename"),
    ("AfterHoursMainMenuCustomPromptEnabled", "AfterHoursMainMenuCustomPromptFilename"),
];

fn refuse(edit: &Edit, text: String) -> Fault {
    Fault::exchange("InvalidAutoAttendantException", "UMAutoAttendant", text).at(&edit.name)
}

fn check(edit: &mut Edit) -> Result<(), Fault> {
    for (switch, file) in PROMPTS {
        if edit.flag(switch) && edit.text(file).is_empty() {
            return Err(refuse(edit, format!("{switch} can't be $true while {file} is empty.")));
        }
    }
    if edit.text("InfoAnnouncementEnabled") != "False"
        && !edit.text("InfoAnnouncementEnabled").is_empty()
        && edit.text("InfoAnnouncementFilename").is_empty()
    {
        return Err(refuse(
            edit,
            "InfoAnnouncementEnabled can't be set while InfoAnnouncementFilename is empty.".to_owned(),
        ));
    }
    for hours in ["BusinessHours", "AfterHours"] {
        let mappings = edit.texts(&format!("{hours}KeyMapping"));
        if mappings.len() > 9 {
            return Err(refuse(edit, format!("{hours}KeyMapping can't have more than nine entries.")));
        }
        if edit.flag(&format!("{hours}KeyMappingEnabled")) && mappings.is_empty() {
            return Err(refuse(
                edit,
                format!("{hours}KeyMappingEnabled can't be $true while {hours}KeyMapping is empty."),
            ));
        }
    }
    if edit.text("DTMFFallbackAutoAttendant") == edit.id.to_string() {
        return Err(refuse(edit, "A UM auto attendant can't be its own DTMF fallback auto attendant.".to_owned()));
    }
    let Some(plan) = edit.linked("UMDialPlan")? else {
        return Err(refuse(edit, "The UM auto attendant must be linked to a UM dial plan.".to_owned()));
    };
    for pilot in edit.texts("PilotIdentifierList") {
        let is_number = pilot.strip_prefix('+').unwrap_or(&pilot).chars().all(|c| c.is_ascii_digit());
        if !is_number && !pilot.contains('@') {
            return Err(refuse(
                edit,
                format!(
                    "'{pilot}' isn't a valid pilot identifier. Use an extension, an E.164 number or a SIP address."
                ),
            ));
        }
        if pilot.starts_with('+') && plan.text("URIType") == Some("TelExtn") {
            return Err(refuse(
                edit,
                format!("'{pilot}' is an E.164 number, but the UM dial plan '{}' is of type TelExtn.", plan.name),
            ));
        }
        let taken = edit.writer.matching("UMAutoAttendant", "PilotIdentifierList", &store::Match::Is(pilot.clone()))?;
        if let Some(other) = taken.iter().find(|o| o.id != edit.id) {
            return Err(refuse(
                edit,
                format!("The pilot identifier '{pilot}' is already used by the UM auto attendant '{}'.", other.name),
            ));
        }
        if plan.texts("AccessTelephoneNumbers").iter().any(|n| n.eq_ignore_ascii_case(&pilot)) {
            return Err(refuse(
                edit,
                format!("'{pilot}' is already an access telephone number of the UM dial plan '{}'.", plan.name),
            ));
        }
        let users = edit.writer.matching("User", "Extensions", &store::Match::Is(pilot.clone()))?;
        if let Some(user) =
            users.iter().find(|u| crate::um::um_mailbox::plan_of(edit.writer, u).is_some_and(|p| p == plan.id))
        {
            return Err(refuse(
                edit,
                format!("'{pilot}' is already the extension of '{}' in the UM dial plan '{}'.", user.name, plan.name),
            ));
        }
    }
    if edit.is_new() && edit.text("Language").is_empty() {
        let language = plan.text("DefaultLanguage").unwrap_or("en-US").to_owned();
        edit.set("Language", language);
    }
    Ok(())
}
