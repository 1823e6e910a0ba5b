//! Test-CsFederatedPartner: whether a partner's domain is allowed, and its Edge Server answers.

use command::Result;
use control::{Probe, ProbeKind};
use directory::{NounCode, Work};

use super::synthetic::{self, refused, text, write};

pub static NOUN: NounCode = NounCode {
    noun: "CsFederatedPartner",
    heeds: &["TargetFqdn", "Domain", "ProxyFqdn"],
    verbs: &[("Test", test)],
    ..NounCode::PLAIN
};

/// The partner's Edge Server: as given, of the allowed domain, or by the partner's record in DNS.
fn proxy(work: &Work, domain: &str) -> std::result::Result<String, String> {
    let text = |f: directory::Fault| f.message;
    let settings = work.all("CsAccessEdgeConfiguration").map_err(text)?;
    let is_on = |name: &str| settings.iter().any(|s| s.flag(name) == Some(true));
    if !is_on("AllowFederatedUsers") {
        return Err(
            "Federation is switched off: use Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true.".to_owned()
        );
    }
    let allowed = work.all("CsAllowedDomain").map_err(text)?;
    let known = allowed.iter().find(|d| d.text("Domain").unwrap_or(&d.name).eq_ignore_ascii_case(domain));
    let given = super::synthetic::text(work, "ProxyFqdn");
    let kept = known.and_then(|d| d.text("ProxyFqdn")).unwrap_or_default().to_owned();
    if let Some(host) = [given, kept].into_iter().find(|h| !h.is_empty()) {
        return Ok(host);
    }
    let name = format!("_sipfederationtls._tcp.{domain}");
    let records = work.all("DnsRecord").map_err(text)?;
    let found = records
        .iter()
        .find(|r| r.text("Type") == Some("SRV") && r.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(&name)));
    match found.and_then(|r| r.text("Data")) {
        Some(host) => Ok(host.to_owned()),
        None if known.is_none() => {
            Err(format!("The domain {domain} is not an allowed domain, and DNS has no record {name}."))
        }
        None => Err(format!("DNS has no record {name}.")),
    }
}

fn test(work: &mut Work) -> Result<()> {
    let domain = text(work, "Domain");
    let host = match proxy(work, &domain) {
        Ok(host) => host,
        Err(error) => return write(work, &refused(error)),
    };
    let target = format!("sip:{host}:5061;transport=tls");
    let probe = Probe { kind: ProbeKind::Options, target, user: text(work, "TargetFqdn"), ..Probe::default() };
    synthetic::probe(work, probe)
}
