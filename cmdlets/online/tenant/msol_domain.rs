//! Domains of the tenant: a new one is verified once its record stands in DNS.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::Value as Json;
use store::Object;

pub static NOUN: NounCode = NounCode {
    noun: "MsolDomain",
    heeds: &["DomainName", "Name", "IsDefault", "*"],
    verbs: &[("Confirm", confirm), ("Set", set)],
    ..NounCode::PLAIN
};

fn refuse(id: &str, text: String) -> Fault {
    let id = format!("Microsoft.Online.Administration.Automation.{id}");
    Fault::new("MicrosoftOnlineException", &id, command::ErrorCategory::OperationStopped, text)
}

/// The domain that -DomainName names, and the text that its TXT record must hold.
pub(crate) fn named(work: &Work) -> std::result::Result<(Object, String), Fault> {
    let name = work.bound.str("DomainName").map_or_else(String::new, |t| t.to_lowercase());
    let domain = work.directory.store.read(|reader| reader.find("MsolDomain", "", &name))?;
    let domain = domain
        .ok_or_else(|| refuse("DomainNotFoundException", format!("This domain does not exist: {name}.")).at(&name))?;
    let code = format!("MS=ms{:08}", domain.id.as_u128() % 100_000_000);
    Ok((domain, code))
}

fn confirm(work: &mut Work) -> Result<()> {
    let (domain, code) = match named(work) {
        Ok(named) => named,
        Err(fault) => return work.fail(&fault),
    };
    if domain.text("Status") == Some("Verified") {
        let text = "Unable to verify this domain because it is already verified.".to_owned();
        return work.fail(&refuse("DomainAlreadyVerifiedException", text).at(&domain.name));
    }
    let is_there = match work.all("DnsRecord") {
        Ok(records) => records.iter().any(|r| {
            r.text("Type") == Some("TXT")
                && r.text("Zone").is_some_and(|z| z.eq_ignore_ascii_case(&domain.name))
                && r.text("Data").is_some_and(|d| d.eq_ignore_ascii_case(&code))
        }),
        Err(fault) => return work.fail(&fault),
    };
    if !is_there {
        let text = format!(
            "Unable to verify this domain: the record \"{code}\" was not found in DNS. Use Get-MsolDomainVerificationDns to see the record, and add it to the zone {}.",
            domain.name
        );
        return work.fail(&refuse("DomainVerificationMissingCName", text).at(&domain.name));
    }
    let mut properties = domain.properties.clone();
    properties.insert("Status".to_owned(), Json::from("Verified"));
    let noun = work.noun;
    work.save(noun, Some(&domain), &domain.name, &domain.container, properties)?;
    Ok(())
}

/// Makes a verified domain the one that new accounts get.
fn set(work: &mut Work) -> Result<()> {
    let name = work.bound.str("Name").map_or_else(String::new, |t| t.to_lowercase());
    let read = work
        .directory
        .store
        .read(|reader| Ok::<_, store::StoreError>((reader.find("MsolDomain", "", &name)?, reader.all("MsolDomain")?)));
    let (domain, all) = match read {
        Ok((Some(domain), all)) => (domain, all),
        Ok((None, _)) => {
            let fault = refuse("DomainNotFoundException", format!("This domain does not exist: {name}."));
            return work.fail(&fault.at(&name));
        }
        Err(error) => return work.fail(&Fault::from(error)),
    };
    if !work.bound.switch("IsDefault") {
        return Ok(());
    }
    if domain.text("Status") != Some("Verified") {
        let text = "Unable to set this domain as default: it is not verified.".to_owned();
        return work.fail(&refuse("DomainNotVerifiedException", text).at(&domain.name));
    }
    let directory = work.directory.clone();
    work.write(|writer, _| {
        for mut other in all {
            other.properties.insert("IsDefault".to_owned(), Json::Bool(other.id == domain.id));
            writer.update(directory::changed_draft(&directory.library, other))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// The record by which a domain is verified.
pub(crate) fn record(work: &mut Work) -> Result<()> {
    let (domain, code) = match named(work) {
        Ok(named) => named,
        Err(fault) => return work.fail(&fault),
    };
    let mode = work.bound.str("Mode").map_or_else(|| "DnsTxtRecord".to_owned(), |m| m.to_string());
    let row = match mode.to_ascii_lowercase().as_str() {
        "dnstxtrecord" => values::Object::typed(
            "Microsoft.Online.Administration.DomainDnsTxtRecord",
            [("Label", Value::from(domain.name.as_str())), ("Text", Value::from(code)), ("Ttl", Value::I32(3600))],
        ),
        "dnsmxrecord" => values::Object::typed(
            "Microsoft.Online.Administration.DomainDnsMxRecord",
            [
                ("Label", Value::from(domain.name.as_str())),
                ("MailExchange", Value::from(format!("{}.msv1.invalid", code.trim_start_matches("MS=")))),
                ("Preference", Value::I32(32767)),
                ("Ttl", Value::I32(3600)),
            ],
        ),
        other => {
            let fault = Fault::argument(
                "VerificationMode",
                format!("\"{other}\" is not a mode: use DnsTxtRecord or DnsMxRecord."),
            );
            return work.fail(&fault);
        }
    };
    work.session.write(row)
}
