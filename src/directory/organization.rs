//! What an organisation is called and where its objects lie.

use store::{Object, Reader, StoreError};

/// Noun of the one object that describes the organisation.
pub(crate) const ORGANIZATION: &str = "Organization";

/// The organisation's names.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Exchange organisation.
    pub organization: String,
    /// DNS name of forest and domain.
    pub domain: String,
    /// NetBIOS name of the domain.
    pub flat: String,
    /// The domain controller that answers.
    pub controller: String,
    /// Name of the first site.
    pub site: String,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts::of("contoso.com", "First Organization", "Redmond")
    }
}

impl Facts {
    /// Facts of a domain.
    pub fn of(domain: &str, organization: &str, site: &str) -> Facts {
        let flat = domain.split('.').next().unwrap_or(domain).to_uppercase();
        Facts {
            organization: organization.to_owned(),
            domain: domain.to_lowercase(),
            flat,
            controller: format!("dc01.{}", domain.to_lowercase()),
            site: site.to_owned(),
        }
    }

    /// Facts as stored; the default ones where nothing is stored yet.
    pub fn read(reader: &Reader) -> Result<Facts, StoreError> {
        Ok(reader.all(ORGANIZATION)?.first().map_or_else(Facts::default, Facts::from_object))
    }

    fn from_object(object: &Object) -> Facts {
        let text = |name: &str, or: &str| object.text(name).unwrap_or(or).to_owned();
        Facts::of(&text("Domain", "contoso.com"), &object.name, &text("Site", "Redmond"))
    }

    /// `DC=contoso,DC=com`.
    pub fn domain_dn(&self) -> String {
        self.domain.split('.').map(|part| format!("DC={part}")).collect::<Vec<_>>().join(",")
    }

    /// DN of the Exchange organisation.
    pub fn organization_dn(&self) -> String {
        format!("CN={},CN=Microsoft Exchange,CN=Services,CN=Configuration,{}", self.organization, self.domain_dn())
    }

    /// DN of an object in a container of the catalogue.
    pub fn object_dn(&self, name: &str, container: &str, unit: Option<&str>) -> String {
        match container {
            "" => self.organization_dn(),
            "Users" => match unit {
                Some(unit) if !unit.is_empty() => format!("CN={name},{unit}"),
                _ => format!("CN={name},CN=Users,{}", self.domain_dn()),
            },
            "Servers" => format!(
                "CN={name},CN=Servers,CN=Exchange Administrative Group (FYDIBOHF23SPDLT),CN=Administrative Groups,{}",
                self.organization_dn()
            ),
            _ => format!("CN={name},CN={container},{}", self.organization_dn()),
        }
    }
}

/// A DN as canonical name: `contoso.com/Users/Kim`.
pub(crate) fn canonical_name(dn: &str) -> String {
    let parts: Vec<&str> = dn.split(',').collect();
    let domain: Vec<&str> = parts.iter().filter_map(|p| p.strip_prefix("DC=")).collect();
    let path: Vec<&str> = parts
        .iter()
        .rev()
        .filter(|p| !p.starts_with("DC="))
        .filter_map(|p| p.split_once('=').map(|(_, v)| v))
        .collect();
    if path.is_empty() { domain.join(".") } else { format!("{}/{}", domain.join("."), path.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let facts = Facts::of("Litwareinc.com", "Litware", "Redmond");
        let dn = facts.object_dn("Plan", "UM DialPlan Container", None);
        assert_eq!(
            dn,
            "CN=Plan,CN=UM DialPlan Container,CN=Litware,CN=Microsoft Exchange,CN=Services,CN=Configuration,DC=litwareinc,DC=com"
        );
        assert_eq!(canonical_name("CN=Kim,OU=Sales,DC=contoso,DC=com"), "contoso.com/Sales/Kim");
        assert_eq!(facts.flat, "LITWAREINC");
    }
}
