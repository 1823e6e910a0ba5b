//! Get-FederatedDomainProof: the text that proves a domain to the federation gateway when it stands in DNS.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use sha2::{Digest, Sha512};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "FederatedDomainProof",
    heeds: &["DomainName", "Thumbprint"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let domain = directory::verb::text(work, "DomainName");
    let given = directory::verb::text(work, "Thumbprint");
    let thumbprints: Vec<String> = if given.is_empty() {
        work.all("FederationTrust")?.iter().filter_map(|t| t.text("Thumbprint").map(str::to_owned)).collect()
    } else {
        vec![given]
    };
    if thumbprints.is_empty() {
        let text = "There is no federation trust with a certificate: use New-FederationTrust, or give a Thumbprint.";
        return Err(Fault::exchange("FederationTrustNotFoundException", "FederatedDomainProof", text));
    }
    let mut rows = Vec::new();
    for thumbprint in thumbprints {
        let found = work.directory.store.read(|r| Ok(directory::certificate::find(r, &thumbprint)))??;
        let Some(certificate) = found else {
            return Err(Fault::not_found("ExchangeCertificate", &thumbprint, &work.facts().controller));
        };
        // assumed: what the gateway signs over is the certificate and the domain's name; the form of its text is not public.
        let mut hash = Sha512::new();
        hash.update(certificate.text("Certificate").unwrap_or_default());
        hash.update(domain.to_lowercase());
        let proof = STANDARD.encode(hash.finalize());
        rows.push(Object::typed(
            "Microsoft.Exchange.Management.SystemConfigurationTasks.FederatedDomainProof",
            [
                ("DomainName", Value::from(domain.as_str())),
                ("Name", Value::from("OrgPrivCertificate")),
                ("Thumbprint", Value::from(certificate.name.as_str())),
                ("Proof", Value::from(proof.as_str())),
                ("DnsRecord", Value::from(format!("{domain} TXT IN {proof}"))),
            ],
        ));
    }
    Ok(rows)
}
