//! Everything the runtime knows of an organisation.

use super::exchange::{AutoAttendant, MailboxPolicy, StartupMode, UmDialPlan, UmHuntGroup, UmIpGateway, UmMailbox};
use super::services::Services;
use super::skype::{
    EncryptionLevel, ExUmContact, PstnGateway, Trunk, TrunkConfiguration, VoiceDialPlan, VoicePolicy, VoiceRoute,
    VoiceUser,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::IpAddr;

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RoleKind {
    UmCallRouter,
    UmService,
    FrontEnd,
    Mediation,
    /// Relay between the organisation and the cloud.
    Edge,
    Gateway,
}

impl RoleKind {
    /// Name shown to administrators.
    pub fn name(self) -> &'static str {
        match self {
            RoleKind::UmCallRouter => "UMCallRouter",
            RoleKind::UmService => "UMService",
            RoleKind::FrontEnd => "FrontEnd",
            RoleKind::Mediation => "Mediation",
            RoleKind::Edge => "Edge",
            RoleKind::Gateway => "Gateway",
        }
    }

    /// Windows service that the role is.
    pub fn service(self) -> &'static str {
        match self {
            RoleKind::UmCallRouter => "MSExchangeUMCR",
            RoleKind::UmService => "MSExchangeUM",
            RoleKind::FrontEnd => "RTCSRV",
            RoleKind::Mediation => "RTCMEDSRV",
            RoleKind::Edge => "RTCSRV-Edge",
            RoleKind::Gateway => "PstnGateway",
        }
    }
}

/// Certificate with its private key, PEM.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Certificate {
    pub chain: String,
    pub key: String,
}

/// A computer that this runtime serves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Server {
    pub fqdn: String,
    /// Pool of which it is a member; its own FQDN when alone.
    pub pool: String,
    pub site: String,
    /// Address to listen on; given out from 127.31.0.0/16 when empty.
    pub address: Option<IpAddr>,
    pub roles: Vec<RoleKind>,
    pub um_startup_mode: StartupMode,
    pub router_startup_mode: StartupMode,
    pub router_tcp_port: u16,
    pub router_tls_port: u16,
    /// SIP dial plans that the UM service is associated with.
    pub um_dial_plans: Vec<String>,
    pub router_dial_plans: Vec<String>,
    pub max_calls: usize,
    /// Components switched off by Set-ServerComponentState.
    pub inactive: Vec<RoleKind>,
    /// Services stopped by an administrator.
    pub stopped: Vec<RoleKind>,
    pub allow_udp: bool,
    pub mediation_sip_port: u16,
    pub mediation_tcp_port: u16,
    pub mediation_tls_port: u16,
    /// Certificate a role presents.
    pub certificates: HashMap<String, Certificate>,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            fqdn: String::new(),
            pool: String::new(),
            site: String::new(),
            address: None,
            roles: Vec::new(),
            um_startup_mode: StartupMode::Tcp,
            router_startup_mode: StartupMode::Tcp,
            router_tcp_port: 5060,
            router_tls_port: 5061,
            um_dial_plans: Vec::new(),
            router_dial_plans: Vec::new(),
            max_calls: 100,
            inactive: Vec::new(),
            stopped: Vec::new(),
            allow_udp: false,
            mediation_sip_port: 5070,
            mediation_tcp_port: 5068,
            mediation_tls_port: 5067,
            certificates: HashMap::new(),
        }
    }
}

impl Server {
    /// Whether it has a role.
    pub fn has(&self, role: RoleKind) -> bool {
        self.roles.contains(&role)
    }

    /// Certificate for a role: its own, or the one for all (`Default`).
    pub fn certificate(&self, role: RoleKind) -> Option<&Certificate> {
        self.certificates.get(role.name()).or_else(|| self.certificates.get("Default"))
    }
}

/// A record of the organisation's DNS.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DnsRecord {
    pub name: String,
    /// `A`, `AAAA`, `CNAME`, `SRV` or `MX`.
    pub kind: String,
    /// Address or target.
    pub data: String,
    pub port: u16,
    pub priority: u16,
    pub weight: u16,
}

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Snapshot {
    /// Version of the store that it was read at.
    pub version: u64,
    /// Default accepted domain.
    pub domain: String,
    pub sip_domains: Vec<String>,
    /// Ports that firewall rules block.
    #[serde(skip)]
    pub blocked: Vec<super::Blocked>,
    pub servers: Vec<Server>,
    pub dial_plans: Vec<UmDialPlan>,
    pub mailbox_policies: Vec<MailboxPolicy>,
    pub mailboxes: Vec<UmMailbox>,
    pub gateways: Vec<UmIpGateway>,
    pub hunt_groups: Vec<UmHuntGroup>,
    pub auto_attendants: Vec<AutoAttendant>,
    pub pstn_gateways: Vec<PstnGateway>,
    pub trunks: Vec<Trunk>,
    pub trunk_configurations: Vec<TrunkConfiguration>,
    pub voice_dial_plans: Vec<VoiceDialPlan>,
    pub voice_policies: Vec<VoicePolicy>,
    pub voice_routes: Vec<VoiceRoute>,
    pub users: Vec<VoiceUser>,
    pub contacts: Vec<ExUmContact>,
    pub services: Services,
    pub send_connectors: Vec<super::SendConnector>,
    /// EncryptionLevel by scope: `Global`, `Site:<name>` or `Service:<pool>`.
    pub encryption: HashMap<String, EncryptionLevel>,
    /// Trusted roots, PEM.
    pub roots: Vec<String>,
    pub dns: Vec<DnsRecord>,
}
