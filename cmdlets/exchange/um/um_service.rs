//! Rules of the UM service on mailbox servers.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "UMService", before_write: Some(check), ..NounCode::PLAIN };

/// Only SIP URI dial plans may be associated, and a secured plan wants TLS; changes of the mode want a restart.
pub(crate) fn associate(edit: &mut Edit, service: &str) -> Result<(), Fault> {
    for id in edit.texts("DialPlans") {
        let Some(plan) = uuid::Uuid::parse_str(&id).ok().map(|id| edit.writer.get(id)).transpose()?.flatten() else {
            continue;
        };
        if plan.text("URIType") != Some("SipName") {
            let text = format!(
                "The UM dial plan '{}' can't be associated with the server '{}', because it isn't a SIP URI dial plan.",
                plan.name, edit.name
            );
            return Err(Fault::exchange("InvalidDialPlanTypeException", service, text).at(&plan.name));
        }
        if plan.text("VoIPSecurity").is_some_and(|s| s != "Unsecured") && edit.text("UMStartupMode") == "TCP" {
            let text = format!(
                "The UM dial plan '{}' is {}, but the startup mode of '{}' is TCP. Set UMStartupMode to TLS or Dual.",
                plan.name,
                plan.text("VoIPSecurity").unwrap_or_default(),
                edit.name
            );
            edit.warnings.push(text);
        }
    }
    if !edit.is_new() && edit.changes("UMStartupMode") {
        if edit.text("UMStartupMode") != "TCP" && edit.text("UMCertificateThumbprint").is_empty() {
            let text = format!(
                "No certificate is enabled for the service on '{}'. Use Enable-ExchangeCertificate before calls over TLS are expected.",
                edit.name
            );
            edit.warnings.push(text);
        }
        let text = format!(
            "Changes to UMStartupMode will only take effect after the {service} service is restarted on server {}.",
            edit.name
        );
        edit.warnings.push(text);
    }
    Ok(())
}

fn check(edit: &mut Edit) -> Result<(), Fault> {
    associate(edit, "Microsoft Exchange Unified Messaging")
}
