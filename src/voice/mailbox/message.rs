//! A voice message.

use serde::{Deserialize, Serialize};

/// Kind of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum MessageClass {
    /// Left by a caller who reached voice mail.
    #[default]
    CallAnswering,
    /// Sent from Outlook Voice Access.
    VoiceAccess,
    MissedCall,
    /// The PIN was reset.
    PinReset,
}

impl MessageClass {
    /// Item class.
    pub fn item_class(self, protected: bool) -> &'static str {
        match (self, protected) {
            (MessageClass::CallAnswering, false) => "IPM.Note.Microsoft.Voicemail.UM.CA",
            (MessageClass::CallAnswering, true) => "IPM.Note.rpmsg.Microsoft.Voicemail.UM.CA",
            (MessageClass::VoiceAccess, false) => "IPM.Note.Microsoft.Voicemail.UM",
            (MessageClass::VoiceAccess, true) => "IPM.Note.rpmsg.Microsoft.Voicemail.UM",
            (MessageClass::MissedCall, _) => "IPM.Note.Microsoft.Missed.Voice",
            (MessageClass::PinReset, _) => "IPM.Note",
        }
    }

    /// Content-Class of the mail.
    pub fn content_class(self) -> &'static str {
        match self {
            MessageClass::CallAnswering => "voice-ca",
            MessageClass::VoiceAccess => "voice",
            MessageClass::MissedCall => "missedcall",
            MessageClass::PinReset => "urn:content-classes:message",
        }
    }

    /// Name in the database.
    pub fn name(self) -> &'static str {
        match self {
            MessageClass::CallAnswering => "CallAnswering",
            MessageClass::VoiceAccess => "VoiceAccess",
            MessageClass::MissedCall => "MissedCall",
            MessageClass::PinReset => "PinReset",
        }
    }

    /// Reads that name.
    pub fn parse(text: &str) -> MessageClass {
        match text {
            "VoiceAccess" => MessageClass::VoiceAccess,
            "MissedCall" => MessageClass::MissedCall,
            "PinReset" => MessageClass::PinReset,
            _ => MessageClass::CallAnswering,
        }
    }
}

/// Importance of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Importance {
    #[default]
    Normal,
    High,
}

/// A message to be delivered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageDraft {
    pub mailbox: String,
    pub class: MessageClass,
    /// Number or SIP address; empty when anonymous.
    pub caller: String,
    pub caller_name: String,
    pub caller_smtp: String,
    pub call_id: String,
    pub importance: Importance,
    pub private: bool,
    pub protected: bool,
    /// 8 kHz.
    pub audio: Vec<i16>,
    /// Text of a message without sound.
    pub text: String,
    /// The call broke off: the audio may be cut.
    pub interrupted: bool,
}

/// A message in a mailbox.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VoiceMessage {
    pub id: String,
    /// Id of the mailbox.
    pub mailbox: String,
    pub class: MessageClass,
    pub item_class: String,
    pub subject: String,
    pub caller: String,
    pub caller_name: String,
    pub call_id: String,
    /// UTC, RFC 3339.
    pub received: String,
    /// Whole seconds.
    pub duration: u64,
    pub read: bool,
    pub importance: Importance,
    pub private: bool,
    pub protected: bool,
    pub interrupted: bool,
    /// 16-bit PCM WAV as recorded; empty without sound.
    pub audio_file: String,
    /// Attachment in the codec of the dial plan.
    pub attachment_file: String,
    /// The mail (.eml).
    pub mail_file: String,
}

/// `1 minute 5 seconds`.
pub(super) fn duration_text(seconds: u64) -> String {
    let unit = |n: u64, name: &str| {
        if n == 1 { format!("1 {name}") } else { format!("{n} {name}s") }
    };
    match (seconds / 60, seconds % 60) {
        (0, s) => unit(s, "second"),
        (m, 0) => unit(m, "minute"),
        (m, s) => format!("{} {}", unit(m, "minute"), unit(s, "second")),
    }
}
