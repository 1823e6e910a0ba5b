//! Enterprise Voice's side of the configuration.

use serde::{Deserialize, Serialize};

/// EncryptionLevel of the media configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum EncryptionLevel {
    #[default]
    RequireEncryption,
    SupportEncryption,
    DoNotSupportEncryption,
}

impl EncryptionLevel {
    /// Reads the property's text.
    pub fn parse(text: &str) -> EncryptionLevel {
        match text.to_ascii_lowercase().as_str() {
            "supportencryption" => EncryptionLevel::SupportEncryption,
            "donotsupportencryption" => EncryptionLevel::DoNotSupportEncryption,
            _ => EncryptionLevel::RequireEncryption,
        }
    }
}

/// SRTPMode of a trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum SrtpMode {
    #[default]
    Required,
    Optional,
    NotSupported,
}

impl SrtpMode {
    /// Reads the property's text.
    pub fn parse(text: &str) -> SrtpMode {
        match text.to_ascii_lowercase().as_str() {
            "optional" => SrtpMode::Optional,
            "notsupported" => SrtpMode::NotSupported,
            _ => SrtpMode::Required,
        }
    }
}

/// A PSTN gateway of the topology.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PstnGateway {
    /// FQDN or address.
    pub address: String,
    /// Served by this runtime.
    pub simulator: bool,
}

/// A trunk: gateway, mediation server and their ports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trunk {
    pub name: String,
    pub gateway: String,
    /// FQDN of the mediation server or of its pool.
    pub mediation: String,
    /// Port that the gateway calls.
    pub mediation_port: u16,
    /// Port of the gateway.
    pub gateway_port: u16,
    pub tls: bool,
    /// Accepts UDP from the gateway as well.
    pub allow_udp: bool,
}

impl Default for Trunk {
    fn default() -> Self {
        Trunk {
            name: String::new(),
            gateway: String::new(),
            mediation: String::new(),
            mediation_port: 5068,
            gateway_port: 5066,
            tls: false,
            allow_udp: false,
        }
    }
}

/// A rule of translation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TranslationRule {
    pub name: String,
    pub pattern: String,
    pub translation: String,
}

/// Trunk configuration of a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrunkConfiguration {
    /// `Global`, `Site:<name>` or `Service:PstnGateway:<trunk>`.
    pub scope: String,
    pub srtp_mode: SrtpMode,
    pub remove_plus: bool,
    pub called_rules: Vec<TranslationRule>,
    pub calling_rules: Vec<TranslationRule>,
    /// (received code, translated code).
    pub response_rules: Vec<(u16, u16)>,
    pub usages: Vec<String>,
    pub session_timer: bool,
    pub fast_failover: bool,
    pub forward_call_history: bool,
    pub forward_pai: bool,
    pub refer: bool,
    pub rtcp_active: bool,
    pub rtcp_hold: bool,
}

impl Default for TrunkConfiguration {
    fn default() -> Self {
        TrunkConfiguration {
            scope: "Global".into(),
            srtp_mode: SrtpMode::Required,
            remove_plus: false,
            called_rules: Vec::new(),
            calling_rules: Vec::new(),
            response_rules: Vec::new(),
            usages: Vec::new(),
            session_timer: false,
            fast_failover: true,
            forward_call_history: false,
            forward_pai: false,
            refer: true,
            rtcp_active: true,
            rtcp_hold: true,
        }
    }
}

/// A normalisation rule.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NormalizationRule {
    pub name: String,
    pub pattern: String,
    pub translation: String,
    pub internal_extension: bool,
}

/// A dial plan of Enterprise Voice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VoiceDialPlan {
    /// `Global`, `Site:<name>`, `Service:Registrar:<pool>`, `Service:PstnGateway:<gateway>` or `Tag:<name>`.
    pub scope: String,
    pub simple_name: String,
    pub external_prefix: String,
    pub optimize_device_dialing: bool,
    pub rules: Vec<NormalizationRule>,
}

/// A voice policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoicePolicy {
    /// `Global`, `Site:<name>` or `Tag:<name>`.
    pub scope: String,
    pub usages: Vec<String>,
    pub allow_forwarding: bool,
    pub allow_simultaneous_ring: bool,
    pub voicemail_escape: bool,
    /// Milliseconds.
    pub voicemail_escape_timer: u32,
}

impl Default for VoicePolicy {
    fn default() -> Self {
        VoicePolicy {
            scope: "Global".into(),
            usages: Vec::new(),
            allow_forwarding: true,
            allow_simultaneous_ring: true,
            voicemail_escape: false,
            voicemail_escape_timer: 1500,
        }
    }
}

/// A voice route.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VoiceRoute {
    pub name: String,
    pub priority: i32,
    pub pattern: String,
    pub usages: Vec<String>,
    /// Trunk names.
    pub trunks: Vec<String>,
    pub suppress_caller_id: bool,
    pub alternate_caller_id: String,
}

/// A user of Enterprise Voice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct VoiceUser {
    /// `user@domain`, without scheme.
    pub sip_address: String,
    pub display_name: String,
    /// Digits with `+`, without `tel:`; `;ext=` kept.
    pub line: String,
    pub pool: String,
    pub enabled: bool,
    pub enterprise_voice: bool,
    /// Voice mail in the cloud.
    pub hosted_voice_mail: bool,
    pub dial_plan: String,
    pub voice_policy: String,
    /// Password of the user's phones.
    pub phone_password: String,
    /// Seconds before voice mail answers.
    pub no_answer: u32,
    /// Forward at once to this number or address.
    pub forward_to: String,
    /// Ring this number as well.
    pub simultaneous_ring: String,
    pub location_policy: String,
    pub hosted_policy: String,
    /// Homed in the cloud.
    pub online: bool,
    /// PSTN site of an online user; without one the tenant's peer destination counts.
    pub hybrid_site: String,
}

impl Default for VoiceUser {
    fn default() -> Self {
        VoiceUser {
            sip_address: String::new(),
            display_name: String::new(),
            line: String::new(),
            pool: String::new(),
            enabled: true,
            enterprise_voice: true,
            hosted_voice_mail: false,
            dial_plan: String::new(),
            voice_policy: String::new(),
            phone_password: String::new(),
            no_answer: 20,
            forward_to: String::new(),
            simultaneous_ring: String::new(),
            location_policy: String::new(),
            hosted_policy: String::new(),
            online: false,
            hybrid_site: String::new(),
        }
    }
}

/// What an Exchange UM contact leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ContactKind {
    #[default]
    SubscriberAccess,
    AutoAttendant,
}

/// A contact made by OcsUmUtil or New-CsExUmContact.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExUmContact {
    pub sip_address: String,
    pub display_name: String,
    pub line: String,
    pub pool: String,
    pub kind: ContactKind,
    /// Phone context of the UM dial plan.
    pub phone_context: String,
}
