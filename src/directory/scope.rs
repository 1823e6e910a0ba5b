//! Scopes of Cs documents: reading what is typed and writing the canonical form.

/// Where a document applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    Global,
    Site(String),
    /// Kind of service and its pool or gateway.
    Service(String, String),
    Tag(String),
}

const SERVICES: [&str; 15] = [
    "Registrar",
    "UserServer",
    "MediationServer",
    "PstnGateway",
    "EdgeServer",
    "ApplicationServer",
    "ConferencingServer",
    "WebServer",
    "ManagementServer",
    "CentralManagement",
    "FileStore",
    "UserDatabase",
    "ArchivingServer",
    "MonitoringServer",
    "TrustedApplicationPool",
];

impl Scope {
    /// Reads a scope as typed; a bare name is a tag.
    pub fn parse(text: &str) -> Scope {
        let text = text.trim();
        if text.eq_ignore_ascii_case("global") {
            return Scope::Global;
        }
        let Some((head, tail)) = text.split_once(':') else { return Scope::Tag(text.to_owned()) };
        if head.eq_ignore_ascii_case("site") {
            return Scope::Site(tail.to_owned());
        }
        if head.eq_ignore_ascii_case("tag") {
            return Scope::Tag(tail.to_owned());
        }
        if head.eq_ignore_ascii_case("service") {
            return match tail.split_once(':') {
                Some((kind, name)) => Scope::Service(service(kind), name.to_owned()),
                None => Scope::Service("Registrar".to_owned(), tail.to_owned()),
            };
        }
        if SERVICES.iter().any(|s| s.eq_ignore_ascii_case(head)) {
            return Scope::Service(service(head), tail.to_owned());
        }
        Scope::Tag(text.to_owned())
    }

    /// Name of the kind of scope, as catalogue files list it.
    pub fn kind(&self) -> &'static str {
        match self {
            Scope::Global => "Global",
            Scope::Site(_) => "Site",
            Scope::Service(..) => "Service",
            Scope::Tag(_) => "Tag",
        }
    }
}

fn service(kind: &str) -> String {
    SERVICES.iter().find(|s| s.eq_ignore_ascii_case(kind)).map_or_else(|| kind.to_owned(), |s| (*s).to_owned())
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scope::Global => f.write_str("Global"),
            Scope::Site(name) => write!(f, "Site:{name}"),
            Scope::Service(kind, name) => write!(f, "Service:{kind}:{name}"),
            Scope::Tag(name) => write!(f, "Tag:{name}"),
        }
    }
}

/// The stored form of an identity of a noun with scopes; other identities stay as they are.
pub fn canonical(text: &str, scopes: &[&str]) -> String {
    if scopes.is_empty() {
        return text.trim().to_owned();
    }
    // What belongs to a document is called by it and by its own name.
    if let Some((parent, name)) = text.split_once('/') {
        let scope = Scope::parse(parent);
        if !matches!(scope, Scope::Tag(_)) {
            return format!("{scope}/{name}");
        }
    }
    match Scope::parse(text) {
        // A noun without user-level documents has plain names.
        Scope::Tag(name) if !scopes.contains(&"Tag") => name,
        scope => scope.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let all = ["Global", "Site", "Service", "Tag"];
        let check = |text: &str, expected: &str| assert_eq!(canonical(text, &all), expected, "{text}");
        check("global", "Global");
        check("SITE:Redmond", "Site:Redmond");
        check("RedmondUsers", "Tag:RedmondUsers");
        check("tag:RedmondUsers", "Tag:RedmondUsers");
        check("registrar:pool.contoso.com", "Service:Registrar:pool.contoso.com");
        check("service:pstngateway:gw1", "Service:PstnGateway:gw1");
        assert_eq!(canonical("LocalRoute", &[]), "LocalRoute");
        assert_eq!(canonical("x", &["Global"]), "x");
        assert_eq!(canonical("site:Redmond/Four digits", &["Global", "Site"]), "Site:Redmond/Four digits");
    }
}
