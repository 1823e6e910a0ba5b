//! Unified messaging's side of the configuration.

use serde::{Deserialize, Serialize};

/// Listeners that a UM server opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum StartupMode {
    #[default]
    #[serde(alias = "TCP")]
    Tcp,
    #[serde(alias = "TLS")]
    Tls,
    Dual,
}

impl StartupMode {
    /// Reads the property's text.
    pub fn parse(text: &str) -> StartupMode {
        match text.to_ascii_lowercase().as_str() {
            "tls" => StartupMode::Tls,
            "dual" => StartupMode::Dual,
            _ => StartupMode::Tcp,
        }
    }

    /// Whether TCP is opened.
    pub fn tcp(self) -> bool {
        self != StartupMode::Tls
    }

    /// Whether TLS is opened.
    pub fn tls(self) -> bool {
        self != StartupMode::Tcp
    }
}

/// Security of a dial plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum VoipSecurity {
    #[default]
    Unsecured,
    #[serde(alias = "SIPSecured")]
    SipSecured,
    Secured,
}

impl VoipSecurity {
    /// Reads the property's text.
    pub fn parse(text: &str) -> VoipSecurity {
        match text.to_ascii_lowercase().as_str() {
            "sipsecured" => VoipSecurity::SipSecured,
            "secured" => VoipSecurity::Secured,
            _ => VoipSecurity::Unsecured,
        }
    }

    /// Whether signalling must be TLS.
    pub fn needs_tls(self) -> bool {
        self != VoipSecurity::Unsecured
    }

    /// Documented name.
    pub fn name(self) -> &'static str {
        match self {
            VoipSecurity::Unsecured => "Unsecured",
            VoipSecurity::SipSecured => "SIPSecured",
            VoipSecurity::Secured => "Secured",
        }
    }
}

/// How users of a dial plan are addressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum UriType {
    #[default]
    TelExtn,
    E164,
    SipName,
}

impl UriType {
    /// Reads the property's text.
    pub fn parse(text: &str) -> UriType {
        match text.to_ascii_lowercase().as_str() {
            "e164" => UriType::E164,
            "sipname" => UriType::SipName,
            _ => UriType::TelExtn,
        }
    }
}

/// Format of the audio attached to messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum AudioCodec {
    G711,
    Wma,
    Gsm,
    #[default]
    Mp3,
}

impl AudioCodec {
    /// Reads the property's text.
    pub fn parse(text: &str) -> AudioCodec {
        match text.to_ascii_lowercase().as_str() {
            "g711" => AudioCodec::G711,
            "wma" => AudioCodec::Wma,
            "gsm" => AudioCodec::Gsm,
            _ => AudioCodec::Mp3,
        }
    }
}

/// A UM dial plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UmDialPlan {
    pub name: String,
    pub phone_context: String,
    pub digits: usize,
    pub uri_type: UriType,
    pub security: VoipSecurity,
    pub access_numbers: Vec<String>,
    pub pilots: Vec<String>,
    pub operator_extension: String,
    pub auto_attendant: String,
    pub country_code: String,
    pub outside_line_access_code: String,
    pub national_number_prefix: String,
    pub international_access_code: String,
    pub audio_codec: AudioCodec,
    /// Minutes.
    pub max_call_duration: u32,
    pub max_recording_duration: u32,
    /// Seconds.
    pub recording_idle_timeout: u32,
    pub input_failures_before_disconnect: u32,
    pub logon_failures_before_disconnect: u32,
    pub allow_dial_plan_subscribers: bool,
    pub allow_extensions: bool,
    pub call_someone_enabled: bool,
    pub send_voice_message_enabled: bool,
    pub call_answering_rules_enabled: bool,
    pub fax_enabled: bool,
    pub language: String,
    pub equivalent_contexts: Vec<String>,
    pub numbering_plan_formats: Vec<String>,
    pub welcome_greeting: String,
    pub info_announcement: String,
    pub info_announcement_uninterruptible: bool,
    /// `Group,NumberMask,DialedNumber,Comment`.
    pub in_country_rules: Vec<String>,
    pub international_rules: Vec<String>,
    pub allowed_in_country: Vec<String>,
    pub allowed_international: Vec<String>,
}

impl Default for UmDialPlan {
    fn default() -> Self {
        UmDialPlan {
            name: String::new(),
            phone_context: String::new(),
            digits: 5,
            uri_type: UriType::TelExtn,
            security: VoipSecurity::Unsecured,
            access_numbers: Vec::new(),
            pilots: Vec::new(),
            operator_extension: String::new(),
            auto_attendant: String::new(),
            country_code: String::new(),
            outside_line_access_code: String::new(),
            national_number_prefix: String::new(),
            international_access_code: String::new(),
            audio_codec: AudioCodec::Mp3,
            max_call_duration: 30,
            max_recording_duration: 20,
            recording_idle_timeout: 5,
            input_failures_before_disconnect: 3,
            logon_failures_before_disconnect: 3,
            allow_dial_plan_subscribers: true,
            allow_extensions: false,
            call_someone_enabled: true,
            send_voice_message_enabled: true,
            call_answering_rules_enabled: true,
            fax_enabled: true,
            language: "en-US".into(),
            equivalent_contexts: Vec::new(),
            numbering_plan_formats: Vec::new(),
            welcome_greeting: String::new(),
            info_announcement: String::new(),
            info_announcement_uninterruptible: false,
            in_country_rules: Vec::new(),
            international_rules: Vec::new(),
            allowed_in_country: Vec::new(),
            allowed_international: Vec::new(),
        }
    }
}

/// A UM mailbox policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailboxPolicy {
    pub name: String,
    pub dial_plan: String,
    pub min_pin_length: usize,
    pub pin_history_count: usize,
    /// Days; `None` never expires.
    pub pin_lifetime: Option<u32>,
    pub logon_failures_before_reset: Option<u32>,
    pub max_logon_attempts: Option<u32>,
    pub allow_common_patterns: bool,
    pub allow_pinless: bool,
    pub allow_missed_call_notifications: bool,
    pub allow_message_waiting: bool,
    pub allow_subscriber_access: bool,
    pub allow_email: bool,
    pub allow_calendar: bool,
    pub allow_directory: bool,
    pub allow_play_on_phone: bool,
    pub allow_call_answering_rules: bool,
    pub allow_fax: bool,
    pub fax_server: String,
    pub allow_dial_plan_subscribers: bool,
    pub allow_extensions: bool,
    pub max_greeting_duration: u32,
    pub protect_unauthenticated: String,
    pub protect_authenticated: String,
    pub protected_text: String,
    pub voice_mail_text: String,
    pub allowed_in_country: Vec<String>,
    pub allowed_international: Vec<String>,
}

impl Default for MailboxPolicy {
    fn default() -> Self {
        MailboxPolicy {
            name: String::new(),
            dial_plan: String::new(),
            min_pin_length: 6,
            pin_history_count: 5,
            pin_lifetime: Some(60),
            logon_failures_before_reset: Some(5),
            max_logon_attempts: Some(15),
            allow_common_patterns: false,
            allow_pinless: false,
            allow_missed_call_notifications: true,
            allow_message_waiting: true,
            allow_subscriber_access: true,
            allow_email: true,
            allow_calendar: true,
            allow_directory: true,
            allow_play_on_phone: true,
            allow_call_answering_rules: true,
            allow_fax: true,
            fax_server: String::new(),
            allow_dial_plan_subscribers: true,
            allow_extensions: true,
            max_greeting_duration: 5,
            protect_unauthenticated: "None".into(),
            protect_authenticated: "None".into(),
            protected_text: String::new(),
            voice_mail_text: String::new(),
            allowed_in_country: Vec::new(),
            allowed_international: Vec::new(),
        }
    }
}

/// A call answering rule of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallAnsweringRule {
    pub name: String,
    /// 1 comes first.
    pub priority: i64,
    /// `1,number,,` and the like; empty holds for every caller.
    pub caller_ids: Vec<String>,
    pub extensions_dialed: Vec<String>,
    /// `type,daysMask,start,end`; empty is always.
    pub time_of_day: String,
    /// Bits of Free 1, Tentative 2, Busy 4, OutOfOffice 8; 0 asks nothing.
    pub schedule_status: i64,
    /// Only while automatic replies are on.
    pub automatic_replies: bool,
    pub interruptible: bool,
    /// `type,key,context,number1,seconds1,number2,seconds2,transferNumber,transferContact`.
    pub key_mappings: Vec<String>,
}

/// A UM-enabled mailbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UmMailbox {
    /// Identity that survives renaming; names the mailbox's folder.
    pub id: String,
    pub alias: String,
    pub display_name: String,
    pub smtp: String,
    /// Server that holds the active copy; any when empty.
    pub server: String,
    pub policy: String,
    pub dial_plan: String,
    pub extensions: Vec<String>,
    /// `user@domain`, without scheme.
    pub sip_address: String,
    pub enabled: bool,
    pub operator_number: String,
    pub missed_calls: bool,
    pub anonymous_callers: bool,
    pub subscriber_access: bool,
    pub call_answering_rules: bool,
    pub play_on_phone: bool,
    pub fax: bool,
    pub pinless: bool,
    pub audio_codec: Option<AudioCodec>,
    /// Salted hash of the PIN as the store keeps it.
    pub pin: String,
    pub pin_expired: bool,
    pub locked: bool,
    pub calling_line_ids: Vec<String>,
    /// Directory number of the user.
    pub phone: String,
    pub searchable: bool,
    pub rules: Vec<CallAnsweringRule>,
    pub forwarding: Option<super::Forwarding>,
}

impl Default for UmMailbox {
    fn default() -> Self {
        UmMailbox {
            id: String::new(),
            alias: String::new(),
            display_name: String::new(),
            smtp: String::new(),
            server: String::new(),
            policy: String::new(),
            dial_plan: String::new(),
            extensions: Vec::new(),
            sip_address: String::new(),
            enabled: true,
            operator_number: String::new(),
            missed_calls: true,
            anonymous_callers: true,
            subscriber_access: true,
            call_answering_rules: true,
            play_on_phone: true,
            fax: true,
            pinless: false,
            audio_codec: None,
            pin: String::new(),
            pin_expired: false,
            locked: false,
            calling_line_ids: Vec::new(),
            phone: String::new(),
            searchable: true,
            rules: Vec::new(),
            forwarding: None,
        }
    }
}

/// Whether a gateway may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum GatewayStatus {
    #[default]
    Enabled,
    Disabled,
    NoNewCalls,
}

impl GatewayStatus {
    /// Reads the property's text or number.
    pub fn parse(text: &str) -> GatewayStatus {
        match text.to_ascii_lowercase().as_str() {
            "disabled" | "1" => GatewayStatus::Disabled,
            "nonewcalls" | "2" => GatewayStatus::NoNewCalls,
            _ => GatewayStatus::Enabled,
        }
    }
}

/// A UM IP gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UmIpGateway {
    pub name: String,
    /// Address or FQDN.
    pub address: String,
    pub port: u16,
    pub status: GatewayStatus,
    pub outcalls: bool,
    pub message_waiting: bool,
    pub simulator: bool,
    /// Answer for a peer that does not follow redirects.
    pub proxy_redirects: bool,
    /// Who calls may come after the INVITE.
    pub delayed_source_party: bool,
}

impl Default for UmIpGateway {
    fn default() -> Self {
        UmIpGateway {
            name: String::new(),
            address: String::new(),
            port: 5060,
            status: GatewayStatus::Enabled,
            outcalls: true,
            message_waiting: true,
            simulator: false,
            proxy_redirects: false,
            delayed_source_party: false,
        }
    }
}

/// A UM hunt group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UmHuntGroup {
    pub name: String,
    pub gateway: String,
    pub dial_plan: String,
    /// Pilots, several separated by commas; empty matches what no other does.
    pub pilot: String,
}

/// A UM auto attendant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AutoAttendant {
    pub name: String,
    pub dial_plan: String,
    pub pilots: Vec<String>,
    pub enabled: bool,
    pub business_name: String,
    pub business_location: String,
    pub operator_extension: String,
    pub business_hours: Vec<String>,
    pub holidays: Vec<String>,
    pub time_zone: String,
    pub business_keys: Vec<String>,
    pub after_hours_keys: Vec<String>,
    pub business_operator: bool,
    pub after_hours_operator: bool,
    pub business_greeting: String,
    pub after_hours_greeting: String,
    pub business_menu: String,
    pub after_hours_menu: String,
    pub info_announcement: String,
    pub name_lookup: bool,
    pub call_someone: bool,
    pub send_message: bool,
    pub allow_dial_plan_subscribers: bool,
    pub allow_extensions: bool,
    pub star_out: bool,
    pub fallback: String,
    pub speech: bool,
    pub allowed_in_country: Vec<String>,
    pub allowed_international: Vec<String>,
}

impl Default for AutoAttendant {
    fn default() -> Self {
        AutoAttendant {
            name: String::new(),
            dial_plan: String::new(),
            pilots: Vec::new(),
            enabled: false,
            business_name: String::new(),
            business_location: String::new(),
            operator_extension: String::new(),
            business_hours: Vec::new(),
            holidays: Vec::new(),
            time_zone: String::new(),
            business_keys: Vec::new(),
            after_hours_keys: Vec::new(),
            business_operator: false,
            after_hours_operator: false,
            business_greeting: String::new(),
            after_hours_greeting: String::new(),
            business_menu: String::new(),
            after_hours_menu: String::new(),
            info_announcement: String::new(),
            name_lookup: true,
            call_someone: true,
            send_message: true,
            allow_dial_plan_subscribers: true,
            allow_extensions: false,
            star_out: false,
            fallback: String::new(),
            speech: false,
            allowed_in_country: Vec::new(),
            allowed_international: Vec::new(),
        }
    }
}
