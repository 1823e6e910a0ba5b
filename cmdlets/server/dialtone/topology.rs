//! Topology documents: what an organisation consists of, and how it is written into the store.

use std::collections::HashSet;

use directory::{Facts, Fault, Library, certificate, store_draft};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use store::{Draft, ObjectId, Writer};

/// A topology document.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Topology {
    pub organization: String,
    pub domain: String,
    pub sip_domains: Vec<String>,
    pub tenant: String,
    pub site: Vec<Site>,
    pub exchange: Vec<Exchange>,
    pub pool: Vec<Pool>,
    pub edge: Vec<Edge>,
    pub gateway: Vec<Gateway>,
    pub user: Vec<Person>,
    pub online_user: Vec<Person>,
    pub pstn_site: Vec<PstnSite>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    pub name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    pub name: String,
    pub site: String,
    #[serde(default)]
    pub address: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pool {
    pub fqdn: String,
    pub site: String,
    #[serde(default)]
    pub computers: Vec<String>,
    #[serde(default)]
    pub mediation: bool,
    #[serde(default = "yes")]
    pub registrar: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Edge {
    pub fqdn: String,
    pub site: String,
    #[serde(default)]
    pub external: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gateway {
    pub fqdn: String,
    pub site: String,
    pub mediation: String,
    #[serde(default)]
    pub address: String,
    #[serde(default = "gateway_port")]
    pub port: u16,
    #[serde(default)]
    pub tls: bool,
    #[serde(default = "yes")]
    pub simulated: bool,
    #[serde(default)]
    pub allow_udp: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub name: String,
    pub alias: String,
    #[serde(default)]
    pub phone: String,
    #[serde(default)]
    pub department: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PstnSite {
    pub name: String,
    pub edge: String,
    pub appliance: String,
    pub mediation: String,
}

fn yes() -> bool {
    true
}

fn gateway_port() -> u16 {
    5066
}

/// Writes what is missing of a topology.
pub(crate) struct Builder<'a, 'w> {
    pub writer: &'a mut Writer<'w>,
    pub library: &'a Library,
    pub facts: Facts,
    pub hosts: u32,
    /// Second and third number of the loopback addresses that hosts get.
    pub network: (u32, u32),
}

fn map(value: Json) -> Map<String, Json> {
    if let Json::Object(map) = value { map } else { Map::new() }
}

impl Builder<'_, '_> {
    /// Adds an object when there is none of that name; defaults come from the catalogue.
    fn add(&mut self, noun: &str, name: &str, given: Json) -> Result<ObjectId, Fault> {
        if let Some(known) = self.writer.find(noun, "", name)? {
            return Ok(known.id);
        }
        let mut properties = self.library.noun(noun).map(|row| directory::defaults(&row)).unwrap_or_default();
        properties.extend(map(given));
        let draft = store_draft(self.library, noun, uuid::Uuid::new_v4(), name, "", properties);
        Ok(self.writer.insert(draft)?)
    }

    fn host(&mut self, fqdn: &str, address: &str, roles: &[&str], more: Json) -> Result<(), Fault> {
        if let Some(known) = self.writer.find("Host", "", fqdn)? {
            // Another role on the same computer.
            let mut draft = known.draft();
            let mut all: Vec<String> = known.texts("Roles").iter().map(ToString::to_string).collect();
            all.extend(roles.iter().filter(|r| !known.texts("Roles").contains(r)).map(ToString::to_string));
            draft.properties.insert("Roles".to_owned(), json!(all));
            return Ok(self.writer.update(draft)?);
        }
        self.hosts += 1;
        let address = if address.is_empty() {
            let (second, third) = self.network;
            format!("127.{second}.{}.{}", (third + self.hosts / 250) % 250, self.hosts % 250 + 4)
        } else {
            address.to_owned()
        };
        let mut draft = Draft::new("Host", "", fqdn).with("ListenAddress", address).with("Roles", json!(roles));
        draft.properties.extend(map(more));
        self.writer.insert(draft)?;
        Ok(())
    }

    fn service(&mut self, role: &str, pool: &str, site: &str, more: Json) -> Result<(), Fault> {
        let number = self.writer.count("CsService")? + 1;
        let mut given = map(
            json!({ "Role": role, "PoolFqdn": pool, "SiteId": format!("Site:{site}"), "ServiceId": format!("1-{role}-{number}"), "Version": 7 }),
        );
        given.extend(map(more));
        self.add("CsService", &format!("{role}:{pool}"), Json::Object(given)).map(|_| ())
    }

    /// Writes the whole topology.
    pub fn build(&mut self, topology: &Topology) -> Result<(), Fault> {
        certificate::authority(self.writer, &self.facts)?;
        let domain = self.facts.domain.clone();
        for (i, name) in topology.sip_domains.iter().enumerate() {
            self.add("CsSipDomain", name, json!({ "Name": name, "IsDefault": i == 0 }))?;
            self.add(
                "AcceptedDomain",
                name,
                json!({ "DomainName": name, "DomainType": "Authoritative", "Default": i == 0 }),
            )?;
        }
        self.add("OrganizationConfig", &self.facts.organization.clone(), json!({}))?;
        let mut auth = json!({ "Realm": domain });
        let mut of_tokens = None;
        if !topology.exchange.is_empty() && self.writer.find("AuthConfig", "", "Auth Configuration")?.is_none() {
            // Setup makes the certificate that Exchange signs its tokens with.
            let wish = certificate::Wish {
                subject: "CN=Microsoft Exchange Server Auth Certificate".into(),
                names: Vec::new(),
                friendly: "Microsoft Exchange Server Auth Certificate".into(),
                is_self_signed: true,
                ..certificate::Wish::default()
            };
            let made = certificate::issue(self.writer, &self.facts, &wish)?;
            auth["CurrentCertificateThumbprint"] = json!(made.name);
            of_tokens = Some(made.name);
        }
        self.add("AuthConfig", "Auth Configuration", auth)?;
        for site in &topology.site {
            let id = format!("Site:{}", site.name);
            self.add("CsSite", &id, json!({ "SiteId": id, "DisplayName": site.name }))?;
        }
        for server in &topology.exchange {
            self.exchange(server)?;
            if let Some(thumbprint) = &of_tokens {
                let draft = Draft::new("ExchangeCertificate", "", &format!("{}\\{thumbprint}", server.name))
                    .with("Server", server.name.as_str())
                    .found_by("Thumbprint", thumbprint)
                    .with("Services", "SMTP")
                    .with("FriendlyName", "Microsoft Exchange Server Auth Certificate");
                self.writer.insert(draft)?;
            }
        }
        for pool in &topology.pool {
            self.pool(pool)?;
        }
        for edge in &topology.edge {
            self.add("CsPool", &edge.fqdn, json!({ "Fqdn": edge.fqdn, "Site": format!("Site:{}", edge.site) }))?;
            self.add("CsComputer", &edge.fqdn, json!({ "Fqdn": edge.fqdn, "Pool": edge.fqdn }))?;
            self.service("EdgeServer", &edge.fqdn, &edge.site, json!({
                "AccessEdgeInternalSipPort": 5061, "AccessEdgeExternalSipPort": 5061, "AccessEdgeClientPort": 443, "DataPsomServerPort": 8057,
                "MediaRelayAuthEdgePort": 5062, "MediaCommunicationPortStart": 50000, "MediaCommunicationPortCount": 10000,
                "AccessEdgeExternalFqdn": edge.external,
            }))?;
            self.host(&edge.fqdn, "", &["Edge"], json!({}))?;
        }
        for gateway in &topology.gateway {
            self.gateway(gateway)?;
        }
        for person in &topology.user {
            self.person(person)?;
        }
        if !topology.tenant.is_empty() {
            self.tenant(topology)?;
        }
        Ok(())
    }

    fn exchange(&mut self, server: &Exchange) -> Result<(), Fault> {
        let fqdn = format!("{}.{}", server.name, self.facts.domain);
        let site = format!("{}/Configuration/Sites/{}", self.facts.domain, server.site);
        self.add(
            "ExchangeServer",
            &server.name,
            json!({ "Fqdn": fqdn, "Site": site, "ServerRole": "Mailbox, ClientAccess", "Domain": self.facts.domain }),
        )?;
        self.add("MailboxServer", &server.name, json!({ "Fqdn": fqdn }))?;
        self.add(
            "ClientAccessServer",
            &server.name,
            json!({
                "Fqdn": fqdn, "AutoDiscoverServiceCN": server.name, "AutoDiscoverSiteScope": [server.site],
                "AutoDiscoverServiceInternalUri": format!("https://{fqdn}/Autodiscover/Autodiscover.xml"),
            }),
        )?;
        self.add("UMService", &server.name, json!({ "Fqdn": fqdn, "ExternalHostFqdn": null }))?;
        self.add("UMCallRouterSettings", &server.name, json!({ "Fqdn": fqdn }))?;
        for component in ["ServerWideOffline", "UnifiedMessaging", "UMCallRouter", "HubTransport", "AutoDiscoverProxy"]
        {
            self.add(
                "ServerComponentState",
                &format!("{}/{component}", server.name),
                json!({ "Server": server.name, "Component": component, "State": "Active" }),
            )?;
        }
        self.host(&fqdn, &server.address, &["UMCallRouter", "UMService"], json!({}))?;
        self.mailboxes_and_sites(&server.name, &fqdn)?;
        // A fresh server has a certificate that it signed itself.
        let has_one =
            self.writer.all("ExchangeCertificate")?.iter().any(|c| c.text("Server") == Some(server.name.as_str()));
        if !has_one {
            let wish = certificate::Wish {
                subject: format!("CN={}", server.name),
                names: vec![fqdn.clone()],
                friendly: "Microsoft Exchange".to_owned(),
                is_self_signed: true,
                ..certificate::Wish::default()
            };
            let made = certificate::issue(self.writer, &self.facts, &wish)?;
            let draft = Draft::new("ExchangeCertificate", "", &format!("{}\\{}", server.name, made.name))
                .with("Server", server.name.as_str())
                .found_by("Thumbprint", &made.name)
                .with("Services", "IIS, SMTP")
                .with("FriendlyName", "Microsoft Exchange");
            self.writer.insert(draft)?;
        }
        Ok(())
    }

    /// What setup makes on a server: a database, and a virtual directory for each way in.
    fn mailboxes_and_sites(&mut self, server: &str, fqdn: &str) -> Result<(), Fault> {
        const SITES: [(&str, &str, &str); 8] = [
            ("OwaVirtualDirectory", "owa", "owa"),
            ("EcpVirtualDirectory", "ecp", "ecp"),
            ("WebServicesVirtualDirectory", "EWS", "EWS/Exchange.asmx"),
            ("ActiveSyncVirtualDirectory", "Microsoft-Server-ActiveSync", "Microsoft-Server-ActiveSync"),
            ("OabVirtualDirectory", "OAB", "OAB"),
            ("PowerShellVirtualDirectory", "PowerShell", "powershell"),
            ("AutodiscoverVirtualDirectory", "Autodiscover", ""),
            ("MapiVirtualDirectory", "mapi", "mapi"),
        ];
        for (noun, name, path) in SITES {
            let scheme = if noun == "PowerShellVirtualDirectory" { "http" } else { "https" };
            let url = if path.is_empty() { Json::Null } else { json!(format!("{scheme}://{fqdn}/{path}")) };
            self.add(
                noun,
                &format!("{server}\\{name} (Default Web Site)"),
                json!({ "Name": format!("{name} (Default Web Site)"), "Server": server, "InternalUrl": url }),
            )?;
        }
        // Setup names the first database by ten digits; here they follow from the server's name.
        let digits = server.bytes().fold(0_u64, |n, b| (n * 31 + u64::from(b.to_ascii_lowercase())) % 10_000_000_000);
        self.add("MailboxDatabase", &format!("Mailbox Database {digits:010}"), json!({ "Server": server })).map(|_| ())
    }

    fn pool(&mut self, pool: &Pool) -> Result<(), Fault> {
        self.add("CsPool", &pool.fqdn, json!({ "Fqdn": pool.fqdn, "Site": format!("Site:{}", pool.site) }))?;
        let alone = vec![pool.fqdn.clone()];
        let computers = if pool.computers.is_empty() { &alone } else { &pool.computers };
        let mut roles = Vec::new();
        if pool.registrar {
            roles.push("FrontEnd");
            self.service(
                "Registrar",
                &pool.fqdn,
                &pool.site,
                json!({ "SipServerTcpPort": 5061, "SipPhonePort": 5060 }),
            )?;
            for role in ["UserServer", "ApplicationServer", "ConferencingServer", "WebServer"] {
                self.service(role, &pool.fqdn, &pool.site, json!({}))?;
            }
        }
        if pool.mediation {
            roles.push("Mediation");
            self.service("MediationServer", &pool.fqdn, &pool.site, json!({
                "SipServerPort": 5070, "SipClientTcpPort": 5068, "SipClientTlsPort": 5067, "AudioPortStart": 49152, "AudioPortCount": 8348,
                "Registrar": format!("Registrar:{}", pool.fqdn),
            }))?;
        }
        for computer in computers {
            self.add("CsComputer", computer, json!({ "Fqdn": computer, "Pool": pool.fqdn }))?;
            self.host(computer, "", &roles, json!({}))?;
        }
        Ok(())
    }

    fn gateway(&mut self, gateway: &Gateway) -> Result<(), Fault> {
        let id = format!("PstnGateway:{}", gateway.fqdn);
        let ports = if gateway.tls {
            json!({ "GatewaySipClientTlsPort": gateway.port })
        } else {
            json!({ "GatewaySipClientTcpPort": gateway.port })
        };
        let mut trunk = map(json!({
            "PoolFqdn": gateway.fqdn, "MediationServer": format!("MediationServer:{}", gateway.mediation), "SiteId": format!("Site:{}", gateway.site),
            "MediationServerPort": if gateway.tls { 5067 } else { 5068 }, "Transport": if gateway.tls { "TLS" } else { "TCP" },
            "Identity": id, "ServiceId": format!("1-PstnGateway-{}", self.writer.count("CsTrunk")? + 1),
        }));
        trunk.extend(map(ports.clone()));
        self.add("CsTrunk", &id, Json::Object(trunk))?;
        self.service("PstnGateway", &gateway.fqdn, &gateway.site, ports)?;
        self.host(
            &gateway.fqdn,
            &gateway.address,
            &["PstnGateway"],
            json!({ "Simulated": gateway.simulated, "AllowUdp": gateway.allow_udp }),
        )
    }

    fn person(&mut self, person: &Person) -> Result<(), Fault> {
        if self.writer.find("User", "", &person.name)?.is_some() {
            return Ok(());
        }
        let domain = self.facts.domain.clone();
        let address = format!("{}@{domain}", person.alias);
        let server = self.writer.all("MailboxServer")?.first().map(|s| s.name.clone());
        let given = json!({
            "DisplayName": person.name, "Alias": person.alias, "UserPrincipalName": address, "SamAccountName": person.alias,
            "PrimarySmtpAddress": address, "EmailAddresses": [format!("SMTP:{address}")], "Phone": person.phone, "ServerName": server,
            "Department": person.department,
            "LegacyExchangeDN": format!(
                "/o={}/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn={}",
                self.facts.organization, person.alias
            ),
            "RecipientType": if server.is_some() { "UserMailbox" } else { "User" },
            "RecipientTypeDetails": if server.is_some() { "UserMailbox" } else { "User" },
        });
        self.add("User", &person.name, given).map(|_| ())
    }

    fn tenant(&mut self, topology: &Topology) -> Result<(), Fault> {
        let tenant = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, topology.tenant.as_bytes()).to_string();
        self.add("CsTenant", &topology.tenant, json!({ "DisplayName": self.facts.organization, "TenantId": tenant }))?;
        for domain in topology.sip_domains.iter().chain([&topology.tenant]) {
            self.add("MsolDomain", domain, json!({ "Name": domain, "Status": "Verified" }))?;
            self.add("CsOnlineSipDomain", domain, json!({ "Name": domain, "Status": "Enabled" }))?;
        }
        let mut seen = HashSet::new();
        for person in topology.online_user.iter().filter(|p| seen.insert(p.alias.clone())) {
            let address = format!("{}@{}", person.alias, self.facts.domain);
            let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_DNS, address.as_bytes()).to_string();
            self.add("MsolUser", &address, json!({
                "UserPrincipalName": address, "DisplayName": person.name, "isLicensed": true, "ObjectId": id, "UsageLocation": "US",
                "Licenses": [format!("{}:ENTERPRISEPREMIUM", topology.tenant.split('.').next().unwrap_or_default())],
            }))?;
            self.add("CsOnlineUser", &person.name, json!({
                "UserPrincipalName": address, "DisplayName": person.name, "SipAddress": format!("sip:{address}"), "ObjectId": id, "Enabled": true,
                "UsageLocation": "US", "TenantId": tenant, "InterpretedUserType": "PureOnline",
            }))?;
        }
        for site in &topology.pstn_site {
            let fqdn = &site.mediation;
            self.add("CsHybridPSTNSite", &site.name, json!({ "EdgeFQDN": site.edge, "EnableAutoUpdate": true }))?;
            self.add(
                "CsHybridPSTNAppliance",
                &site.appliance,
                json!({ "Name": site.appliance, "SiteName": site.name, "MediationServerFqdn": fqdn }),
            )?;
        }
        Ok(())
    }
}
