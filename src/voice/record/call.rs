//! Call records: one a call leg, in the terms of unified messaging's call data.

use serde::{Deserialize, Serialize};

/// What a call turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CallType {
    #[default]
    None,
    CallAnsweringVoiceMessage,
    CallAnsweringMissedCall,
    SubscriberAccess,
    AutoAttendant,
    Fax,
    PlayOnPhone,
    FindMe,
    UnauthenticatedPilotNumber,
    GreetingsRecording,
    /// A call between the PSTN and a user.
    EnterpriseVoice,
}

impl CallType {
    /// Documented text.
    pub fn name(self) -> &'static str {
        match self {
            CallType::None => "None",
            CallType::CallAnsweringVoiceMessage => "Call Answering Voice Message",
            CallType::CallAnsweringMissedCall => "Call Answering Missed Call",
            CallType::SubscriberAccess => "Subscriber Access",
            CallType::AutoAttendant => "Auto Attendant",
            CallType::Fax => "Fax",
            CallType::PlayOnPhone => "PlayOnPhone",
            CallType::FindMe => "Find Me",
            CallType::UnauthenticatedPilotNumber => "Unauthenticated Pilot Number",
            CallType::GreetingsRecording => "Greetings Recording",
            CallType::EnterpriseVoice => "Enterprise Voice",
        }
    }
}

/// How the INVITE was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum OfferResult {
    #[default]
    None,
    Answer,
    Failed,
    Rejected,
    Redirected,
}

/// Why the call came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ReasonForCall {
    #[default]
    None,
    Direct,
    DivertForward,
    DivertBusy,
    DivertNoAnswer,
    Outbound,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CallRecord {
    /// UTC, `YYYY-MM-DD hh:mm:ssZ`.
    pub call_start_time: String,
    /// Documented text of the type.
    pub call_type: String,
    /// Call-ID.
    pub call_identity: String,
    pub parent_call_identity: String,
    #[serde(rename = "UMServerName")]
    pub um_server_name: String,
    pub dial_plan_name: String,
    /// Seconds.
    pub call_duration: u64,
    #[serde(rename = "IPGatewayAddress")]
    pub ip_gateway_address: String,
    pub called_phone_number: String,
    pub caller_phone_number: String,
    pub offer_result: OfferResult,
    pub drop_call_reason: String,
    pub reason_for_call: ReasonForCall,
    pub dialed_string: String,
    pub caller_mailbox_alias: String,
    pub callee_mailbox_alias: String,
    pub auto_attendant_name: String,
    #[serde(rename = "NMOS")]
    pub nmos: f64,
    #[serde(rename = "NMOSDegradation")]
    pub nmos_degradation: f64,
    /// Milliseconds.
    pub jitter: f64,
    /// Share, 0 to 1.
    pub packet_loss: f64,
    pub audio_codec: String,
}

impl CallRecord {
    /// Puts in the figures of a leg.
    pub fn set_quality(&mut self, quality: &media::rtp::Quality, codec: &str) {
        self.nmos = (quality.nmos * 100.0).round() / 100.0;
        // 4.41 is what G.711 without loss reaches.
        self.nmos_degradation = ((4.41 - quality.nmos).max(0.0) * 100.0).round() / 100.0;
        self.jitter = (quality.jitter * 100.0).round() / 100.0;
        self.packet_loss = (quality.loss * 10_000.0).round() / 10_000.0;
        self.audio_codec = codec.to_string();
    }
}

/// UTC now in the format of call records.
pub(crate) fn record_time() -> String {
    chrono::Utc::now().format("%Y-%m-%d %H:%M:%SZ").to_string()
}
