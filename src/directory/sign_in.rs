//! Signing in to the services of the organisation: who acts in this session, and through which connection.

use std::sync::Arc;

use command::{Session, Value};
use parking_lot::Mutex;

use crate::fault::Fault;
use crate::identity::{self, Resolved};
use crate::work::Work;

/// A connection to a service.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub service: &'static str,
    pub id: uuid::Uuid,
    /// `admin@contoso.com`.
    pub account: String,
    /// Noun-name prefix that was asked for.
    pub prefix: String,
}

const SLOT: &str = "sign-ins";

/// Connections, oldest first; objects that a session's scripts hold look at the same list.
pub type SignIns = Arc<Mutex<Vec<SignIn>>>;

/// The session's connections.
pub fn sign_ins(session: &mut dyn Session) -> SignIns {
    let slot = session.module_state(SLOT);
    if let Some(known) = slot.as_ref().and_then(|s| s.downcast_ref::<SignIns>()) {
        return known.clone();
    }
    let made = SignIns::default();
    *slot = Some(Box::new(made.clone()));
    made
}

/// Who acts: the account of the newest connection; `None` for the administrator at the console.
pub fn administrator(session: &mut dyn Session) -> Option<String> {
    sign_ins(session).lock().last().map(|s| s.account.clone())
}

/// Signs in as the account that -Credential or one of the named parameters gives, or as the tenant's first administrator.
pub fn sign_in(work: &mut Work, service: &'static str, named_by: &[&str]) -> Result<SignIn, Fault> {
    let credential = work.bound.get("Credential").filter(|v| !v.is_null()).cloned();
    let given = match credential {
        Some(credential) => match values::members::get(work.session, &credential, "UserName") {
            Ok(Some(user)) => Some(values::convert::to_display(&user)),
            _ => Some(values::convert::to_display(&credential)),
        },
        None => named_by.iter().find_map(|name| work.bound.str(name)).map(|t| t.to_string()).filter(|t| !t.is_empty()),
    };
    let facts = work.facts();
    let account = given.unwrap_or_else(|| format!("admin@{}", facts.domain));
    if !knows_account(work, &account)? {
        let text = format!("The user name or password is incorrect: '{account}' is no account of the organization.");
        return Err(Fault::new(
            "AuthenticationException",
            "AuthenticationFailed",
            command::ErrorCategory::AuthenticationError,
            text,
        )
        .at(&account));
    }
    let prefix = work.bound.str("Prefix").map_or_else(String::new, |p| p.to_string());
    let made = SignIn { service, id: uuid::Uuid::new_v4(), account, prefix };
    sign_ins(work.session).lock().push(made.clone());
    Ok(made)
}

/// Ends the session's connections to a service, or those with certain ids.
pub fn sign_out(work: &mut Work, service: &str) {
    let ids: Vec<String> = work.bound.strings("ConnectionId").iter().map(ToString::to_string).collect();
    sign_ins(work.session)
        .lock()
        .retain(|s| s.service != service || (!ids.is_empty() && !ids.contains(&s.id.to_string())));
}

/// The refusal of an account that is not there, or whose password is another.
pub(crate) fn unknown(user: &str) -> Fault {
    let text = "The user name or password is incorrect.".to_owned();
    Fault::new("AuthenticationException", "CredentialUnknown", command::ErrorCategory::ResourceUnavailable, text)
        .at(user)
}

/// The account of a credential that a parameter gives: the organisation must know it, and where the account has a password it
/// must be the credential's.
pub fn credential(work: &mut Work, parameter: &str) -> Result<Option<String>, Fault> {
    let Some(value) = work.bound.get(parameter).filter(|v| !v.is_null()).cloned() else { return Ok(None) };
    let mut part = |name: &str| values::members::get(work.session, &value, name).ok().flatten();
    let user =
        part("UserName").map_or_else(|| values::convert::to_display(&value), |user| values::convert::to_display(&user));
    let password = part("Password");
    if !knows_account(work, &user)? {
        return Err(unknown(&user));
    }
    let kept = work.target("User", &Value::from(user.as_str())).ok();
    let kept = kept.as_ref().and_then(|account| account.text("PasswordHash"));
    if let (Some(kept), Some(password)) = (kept, password)
        && !store::pin::verify(&crate::convert::secret(&password), kept)
    {
        return Err(unknown(&user));
    }
    Ok(Some(user))
}

/// Whether the directory or the tenant has the account; the first administrator is always there.
pub(crate) fn knows_account(work: &Work, account: &str) -> Result<bool, Fault> {
    let facts = work.facts();
    let name = account.rsplit(['\\', '/']).next().unwrap_or(account);
    let (local, domain) = name.split_once('@').unwrap_or((name, &facts.domain));
    if ["admin", "administrator"].iter().any(|a| a.eq_ignore_ascii_case(local)) {
        let tenant = work.all("MsolDomain")?;
        return Ok(
            domain.eq_ignore_ascii_case(&facts.domain) || tenant.iter().any(|d| d.name.eq_ignore_ascii_case(domain))
        );
    }
    let named = Resolved { id: None, text: account.trim_start_matches('\\').to_owned() };
    Ok(work.directory.store.read(|reader| {
        for noun in ["User", "MsolUser"] {
            let Some(row) = work.directory.library.noun(noun) else { continue };
            if !identity::find_all(reader, &work.directory.library, &facts, &row, &named)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(!reader.matching("MsolUser", "UserPrincipalName", &store::Match::Is(named.text.clone()))?.is_empty())
    })?)
}

/// The connection as the services' cmdlets show it.
pub fn connection_row(work: &Work, sign_in: &SignIn) -> Value {
    let facts = work.facts();
    values::Object::typed(
        "Dialtone.Connection",
        [
            ("ConnectionId", Value::from(sign_in.id.to_string())),
            ("State", Value::from("Connected")),
            ("Name", Value::from(sign_in.service)),
            ("UserPrincipalName", Value::from(sign_in.account.as_str())),
            ("Organization", Value::from(facts.domain.as_str())),
            ("TenantID", Value::from(tenant_id(work))),
            ("ModulePrefix", Value::from(sign_in.prefix.as_str())),
            ("TokenStatus", Value::from("Active")),
        ],
    )
}

/// The tenant's id.
pub fn tenant_id(work: &Work) -> String {
    let tenant = work.all("CsTenant").ok().and_then(|t| t.into_iter().next());
    tenant.map_or_else(String::new, |t| t.text("TenantId").map_or_else(|| t.id.to_string(), str::to_owned))
}
