//! Putting a message into a mailbox: audio, mail and row are on the disk before the caller hears goodbye.

use super::message::{Importance, MessageClass, MessageDraft, VoiceMessage, duration_text};
use super::{StoreError, VoiceStore};
use crate::config::{AudioCodec, Snapshot};
use crate::record::timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::raw::Raw;
use media::file::{WavFormat, encode_wav};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

/// Delivers messages.
#[derive(Clone)]
pub struct Delivery {
    store: VoiceStore,
    /// Something was queued to go elsewhere.
    pub(crate) queued: Arc<Notify>,
}

pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

impl Delivery {
    /// Delivers into a database.
    pub fn new(store: VoiceStore) -> Delivery {
        Delivery { store, queued: Arc::default() }
    }

    /// Delivers a message; returns when it will survive a crash.
    pub fn deliver(&self, snapshot: &Snapshot, draft: &MessageDraft) -> Result<VoiceMessage, StoreError> {
        let mailbox = snapshot.mailbox_by_identity(&draft.mailbox);
        let folder = self.store.folder(&draft.mailbox);
        std::fs::create_dir_all(&folder)?;
        let id = signaling::agent::token();
        let seconds = (draft.audio.len() as u64).div_ceil(8000);
        let who = match (draft.caller_name.is_empty(), draft.caller.is_empty()) {
            (false, _) => draft.caller_name.clone(),
            (true, false) => draft.caller.clone(),
            (true, true) => "Anonymous".to_string(),
        };
        let subject = match draft.class {
            MessageClass::MissedCall => format!("Missed Call from {who}"),
            MessageClass::PinReset => "Your Outlook Voice Access PIN was reset".to_string(),
            _ => format!("Voice Mail from {who} ({})", duration_text(seconds)),
        };
        let mut message = VoiceMessage {
            id: id.clone(),
            mailbox: draft.mailbox.clone(),
            class: draft.class,
            item_class: draft.class.item_class(draft.protected).into(),
            subject,
            caller: draft.caller.clone(),
            caller_name: draft.caller_name.clone(),
            call_id: draft.call_id.clone(),
            received: timestamp(),
            duration: seconds,
            importance: draft.importance,
            private: draft.private,
            protected: draft.protected,
            interrupted: draft.interrupted,
            ..VoiceMessage::default()
        };
        let mut attachment = None;
        if !draft.audio.is_empty() {
            let path = folder.join(format!("{id}.wav"));
            write_durably(&path, &encode_wav(&draft.audio, 8000, WavFormat::Pcm16))?;
            message.audio_file = path.to_string_lossy().into_owned();
            let plan_codec =
                mailbox.and_then(|m| snapshot.dial_plan(&m.dial_plan)).map_or(AudioCodec::G711, |p| p.audio_codec);
            let codec = mailbox.and_then(|m| m.audio_codec).unwrap_or(plan_codec);
            let (bytes, extension, kind) = encode_attachment(&draft.audio, codec);
            let path = folder.join(format!("{id}.attachment.{extension}"));
            write_durably(&path, &bytes)?;
            message.attachment_file = path.to_string_lossy().into_owned();
            attachment = Some((bytes, format!("{who} ({seconds} seconds) Voice Mail.{extension}"), kind));
        }
        let to = mailbox.map_or(String::new(), |m| m.smtp.clone());
        let policy_text =
            mailbox.and_then(|m| snapshot.policy(&m.policy)).map_or(String::new(), |p| p.voice_mail_text.clone());
        let mail = build_mail(snapshot, &message, draft, &to, &who, &policy_text, attachment)?;
        let path = folder.join(format!("{id}.eml"));
        write_durably(&path, &mail)?;
        message.mail_file = path.to_string_lossy().into_owned();
        // The names of the files must be on the disk as well.
        File::open(&folder)?.sync_all()?;
        let forwarding = mailbox.and_then(|m| m.forwarding.as_ref());
        self.store.add_message(&message, forwarding)?;
        if forwarding.is_some() {
            self.queued.notify_one();
        }
        Ok(message)
    }
}

fn encode_attachment(audio: &[i16], codec: AudioCodec) -> (Vec<u8>, &'static str, &'static str) {
    if matches!(codec, AudioCodec::Mp3 | AudioCodec::Wma)
        && let Some(bytes) = crate::mailbox::mp3::encode(audio)
    {
        return (bytes, "mp3", "audio/mpeg");
    }
    // Documented as "G.711 PCM linear": 16-bit PCM.
    (encode_wav(audio, 8000, WavFormat::Pcm16), "wav", "audio/wav")
}

fn build_mail(
    snapshot: &Snapshot,
    message: &VoiceMessage,
    draft: &MessageDraft,
    to: &str,
    who: &str,
    policy_text: &str,
    attachment: Option<(Vec<u8>, String, &str)>,
) -> std::io::Result<Vec<u8>> {
    let from = if draft.caller_smtp.is_empty() {
        format!("unified-messaging@{}", snapshot.domain)
    } else {
        draft.caller_smtp.clone()
    };
    let mut lines = match draft.class {
        MessageClass::MissedCall => vec![format!("You missed a call from {who}.")],
        MessageClass::PinReset => vec![draft.text.clone()],
        _ => vec![format!("You received a voice mail from {who}.")],
    };
    if !draft.caller.is_empty() && draft.caller != who {
        lines.push(format!("Caller-Id: {}", draft.caller));
    }
    if draft.class == MessageClass::CallAnswering {
        lines.push("Preview of the message is not available.".into());
    }
    if draft.interrupted {
        lines.push("The call was interrupted; the recording may be incomplete.".into());
    }
    if !policy_text.is_empty() && draft.class != MessageClass::MissedCall {
        lines.push(policy_text.to_string());
    }
    let text = lines.join("\r\n");
    let html = format!(
        "<html><body>{}</body></html>",
        lines.iter().map(|l| format!("<p>{}</p>", escape(l))).collect::<String>()
    );
    let mut builder = MessageBuilder::new()
        .from((who, from.as_str()))
        .to(to)
        .subject(message.subject.as_str())
        .message_id(format!(
            "{}@{}",
            message.id,
            if snapshot.domain.is_empty() { "localhost" } else { &snapshot.domain }
        ))
        .header("Content-Class", Raw::new(draft.class.content_class()))
        .header("X-MS-Exchange-Item-Class", Raw::new(message.item_class.as_str()))
        .header("X-CallingTelephoneNumber", Raw::new(draft.caller.as_str()))
        .header("X-VoiceMessageSenderName", Raw::new(draft.caller_name.as_str()))
        .header("X-CallID", Raw::new(draft.call_id.as_str()))
        .text_body(text)
        .html_body(html);
    if draft.importance == Importance::High {
        builder = builder.header("Importance", Raw::new("High"));
    }
    if draft.private {
        builder = builder.header("Sensitivity", Raw::new("Private"));
    }
    if let Some((bytes, name, kind)) = attachment {
        builder = builder
            .header("X-VoiceMessageDuration", Raw::new(message.duration.to_string()))
            .header("X-AttachmentOrder", Raw::new(name.clone()))
            .attachment(kind.to_string(), name, bytes);
    }
    builder.write_to_vec()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
