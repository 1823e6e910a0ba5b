//! Signing in to the tenant with the Teams module.

use command::{Result, Value};
use directory::{Fault, NounCode, SignIn, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "MicrosoftTeams",
    heeds: &["AccountId", "TeamsEnvironmentName", "CertificateThumbprint", "ApplicationId"],
    verbs: &[("Connect", connect), ("Disconnect", disconnect)],
    ..NounCode::PLAIN
};

/// The cloud in which the tenant is.
const CLOUD: &str = "AzureCloud";

fn refused(id: &str, text: String) -> Fault {
    Fault::new("AuthenticationException", id, command::ErrorCategory::AuthenticationError, text)
}

/// Signs in as an application, by a certificate that the organisation has and an application that the tenant knows.
fn as_application(work: &mut Work) -> std::result::Result<SignIn, Fault> {
    let (thumbprint, application) = (verb::text(work, "CertificateThumbprint"), verb::text(work, "ApplicationId"));
    let certificate = work.directory.store.read(|reader| Ok(directory::certificate::find(reader, &thumbprint)))??;
    if certificate.is_none_or(|c| c.text("Key").is_none()) {
        let text = format!("No certificate with a private key was found by the thumbprint '{thumbprint}'.");
        return Err(refused("CertificateNotFound", text).at(&thumbprint));
    }
    let mut known = work.all("ServicePrincipal")?;
    known.extend(work.all("MsolServicePrincipal")?);
    let is_known = known.iter().any(|p| {
        ["AppId", "AppPrincipalId"]
            .iter()
            .any(|name| p.text(name).is_some_and(|t| t.eq_ignore_ascii_case(&application)))
    });
    if !is_known {
        let text = format!("AADSTS700016: Application with identifier '{application}' was not found in the directory.");
        return Err(refused("ApplicationNotFound", text).at(&application));
    }
    let made =
        SignIn { service: "MicrosoftTeams", id: uuid::Uuid::new_v4(), account: application, prefix: String::new() };
    directory::sign_ins(work.session).lock().push(made.clone());
    Ok(made)
}

fn signed_in(work: &mut Work) -> std::result::Result<SignIn, Fault> {
    let cloud = verb::text(work, "TeamsEnvironmentName");
    if !cloud.is_empty() && !cloud.eq_ignore_ascii_case(CLOUD) {
        let text = format!("AADSTS90002: the tenant was not found in the environment '{cloud}': it is in {CLOUD}.");
        return Err(refused("TenantNotFound", text).at(&cloud));
    }
    if work.bound.has("CertificateThumbprint") {
        return as_application(work);
    }
    directory::sign_in(work, "MicrosoftTeams", &["AccountId"])
}

fn connect(work: &mut Work) -> Result<()> {
    let made = match signed_in(work) {
        Ok(made) => made,
        Err(fault) => return work.fail(&fault),
    };
    let row = values::Object::typed(
        "Microsoft.TeamsCmdlets.Powershell.Connect.Models.PSAzureContext",
        [
            ("Account", Value::from(made.account.as_str())),
            ("Environment", Value::from(CLOUD)),
            ("Tenant", Value::from(directory::tenant_id(work))),
            ("TenantId", Value::from(directory::tenant_id(work))),
        ],
    );
    work.session.write(row)
}

fn disconnect(work: &mut Work) -> Result<()> {
    directory::sign_out(work, "MicrosoftTeams");
    Ok(())
}
