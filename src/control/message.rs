//! Requests, replies and events.

use serde::{Deserialize, Serialize};

/// What a shell asks of the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "camelCase")]
pub enum Request {
    /// Answered with [`Reply::Status`].
    Status,
    /// Answered with [`Reply::Calls`].
    Calls,
    /// Waits until every role that can run is running and the configuration is current; answered with [`Reply::Status`].
    WaitReady {
        /// Version of the store that must have been read; 0 for any.
        #[serde(default)]
        version: u64,
        #[serde(rename = "timeoutSeconds", default = "default_timeout")]
        timeout_seconds: u64,
    },
    /// Starts the roles of a server, or one of them; all servers when empty.
    Start { server: String, role: String },
    /// Stops them; calls are cut unless `graceful`.
    Stop { server: String, role: String, graceful: bool },
    /// Stops and starts: changed start-up modes and certificates take effect.
    Restart { server: String, role: String },
    /// Places a call; answered with [`Reply::Call`] when it is over.
    TestCall(TestCall),
    /// Answered with [`Reply::Ladder`].
    Trace {
        #[serde(rename = "callId")]
        call_id: String,
    },
    /// Hangs up an active call.
    HangUp {
        #[serde(rename = "callId")]
        call_id: String,
    },
    /// Plays a message to a telephone; answered with [`Reply::Call`].
    PlayOnPhone {
        mailbox: String,
        #[serde(rename = "messageId")]
        message_id: String,
        number: String,
    },
    /// Sends the message waiting state of a mailbox again, after messages were read or deleted elsewhere.
    RefreshWaiting { mailbox: String },
    /// Checks something without a call; answered with [`Reply::Probe`].
    Probe(Probe),
    /// From now on each event is sent as [`Reply::Event`].
    Subscribe,
    /// Ends the service.
    Shutdown { graceful: bool },
}

fn default_timeout() -> u64 {
    15
}

/// A call placed by the built-in test phone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TestCall {
    /// Calling number or SIP address.
    pub from: String,
    /// Called number or SIP address.
    pub to: String,
    /// Gateway to call through; the first simulated one when empty. `user` calls as the registered phone of the user `from`.
    pub gateway: String,
    /// WAV file to play after the beep, or after the answer when there is none.
    pub play: Option<String>,
    /// Wait for the beep before playing.
    pub wait_for_beep: bool,
    /// Keys to press after playing. `,` waits half a second, `w` until the other side has been silent for a second.
    pub keys: String,
    /// Hang up so many seconds after everything was played and pressed; 0 waits for the other side, for two minutes at most.
    pub hang_up_after: f64,
    /// Ring so long at most.
    pub answer_timeout: f64,
    /// File to record what is heard.
    pub record: Option<String>,
    /// Diverted party, for calls that come from an exchange directly.
    pub diversion: Option<String>,
    /// Offers SRTP and nothing else, as users' clients do.
    pub secure: bool,
    /// A user whose telephone answers: the service registers one for the time of the call, which presses `keys` too.
    pub answer: String,
    /// The front end takes the number to the PSTN even when it belongs to a user.
    pub over_pstn: bool,
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProbeKind {
    /// REGISTER as the telephone of `user` at the pool `target`.
    #[default]
    Registration,
    /// OPTIONS to the URI `target` from the UM server `user`.
    Options,
    /// A token of the front end and a request with it to the URL `target`.
    FrontEnd,
    /// The same from Exchange.
    Exchange,
    /// Autodiscover, token and an item in the conversation history of `user`.
    Storage,
    /// MESSAGE from the telephone of `user` to that of `peer`, both at the pool `target`.
    Message,
    /// PUBLISH of the presence of `user`, seen by `peer`, who subscribes to it, both at the pool `target`.
    Presence,
    /// A mail with the subject `target` from `user` to `peer`: into the mailbox in `folder`, or to the next hop without one.
    Mail,
}

/// A check without a call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Probe {
    pub kind: ProbeKind,
    pub target: String,
    pub user: String,
    pub folder: String,
    pub delete: bool,
    /// The other user of a message.
    pub peer: String,
    /// How long a message may take; 0 for the usual time.
    pub seconds: u64,
}

/// Its outcome.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProbeResult {
    pub success: bool,
    pub milliseconds: u64,
    /// Status of SIP or HTTP; 0 when no answer came.
    pub status: u16,
    pub error: String,
    pub diagnosis: String,
    /// Steps that were taken.
    pub detail: Vec<String>,
}

/// What became of a test call.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CallResult {
    pub call_id: String,
    pub answered: bool,
    /// Final status code.
    pub status: u16,
    pub reason: String,
    /// Diagnosis of a failure.
    pub diagnostics: String,
    /// Seconds from answer to end.
    pub duration: f64,
    /// Milliseconds from INVITE to the final response.
    pub setup_milliseconds: u64,
    /// Seconds of sound heard.
    pub heard: f64,
    /// Who hung up: `caller`, `callee`, or empty.
    pub hung_up_by: String,
    pub secure_media: bool,
    pub codec: String,
    pub ladder: Vec<Arrow>,
    /// Messages that the call left behind.
    pub messages: Vec<String>,
    /// Keys that the caller heard.
    pub keys: String,
    /// Keys that the answering telephone of the test heard.
    pub answered_keys: String,
}

/// One message of a ladder.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Arrow {
    /// UTC, RFC 3339 with milliseconds.
    pub time: String,
    /// Milliseconds since the first message.
    pub offset: u64,
    pub from: String,
    pub to: String,
    /// UDP, TCP or TLS.
    pub transport: String,
    /// Start line, shortened: `INVITE sip:...` or `302 Moved Temporarily`.
    pub text: String,
    pub call_id: String,
    /// The whole message.
    pub message: String,
}

/// A call that is going on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ActiveCall {
    pub call_id: String,
    pub server: String,
    pub role: String,
    pub dial_plan: String,
    pub call_type: String,
    pub state: String,
    pub from: String,
    pub to: String,
    pub diversion: String,
    pub gateway: String,
    /// UTC, RFC 3339.
    pub started: String,
    /// Seconds.
    pub duration: f64,
}

/// State of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum RoleState {
    #[default]
    Stopped,
    Running,
    /// Takes no new calls.
    Draining,
    Failed,
}

/// A role of a server.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleStatus {
    pub server: String,
    /// `UMCallRouter`, `UMService`, `Mediation`, `FrontEnd`, `Gateway`.
    pub role: String,
    pub state: RoleState,
    /// Listeners such as `TLS 127.31.0.5:5063`.
    pub listeners: Vec<String>,
    /// Why it does not run.
    pub reason: String,
    pub calls: usize,
}

/// State of the service.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceStatus {
    pub pid: u32,
    /// UTC, RFC 3339.
    pub started: String,
    /// Version of the store that was read last.
    pub version: u64,
    pub roles: Vec<RoleStatus>,
    pub calls: usize,
    pub port_offset: u16,
}

/// Something that happened; also kept in the record of events.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// UTC, RFC 3339.
    pub time: String,
    /// Number in the event log.
    pub id: u32,
    /// `Information`, `Warning` or `Error`.
    pub level: String,
    /// Such as `MSExchange Unified Messaging`.
    pub source: String,
    pub server: String,
    pub message: String,
    pub call_id: String,
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", content = "value", rename_all = "camelCase")]
pub enum Reply {
    Done,
    Status(ServiceStatus),
    Calls(Vec<ActiveCall>),
    Call(Box<CallResult>),
    Ladder(Vec<Arrow>),
    Probe(ProbeResult),
    Event(Event),
    Failed { message: String },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_round_trip_as_one_line() {
        for request in [
            Request::Status,
            Request::WaitReady { version: 3, timeout_seconds: 5 },
            Request::TestCall(TestCall { from: "+1".into(), keys: "#".into(), ..TestCall::default() }),
            Request::Trace { call_id: "a\nb".into() },
        ] {
            let line = serde_json::to_string(&request).unwrap();
            assert!(!line.contains('\n'));
            assert_eq!(serde_json::from_str::<Request>(&line).unwrap(), request);
        }
        let reply = Reply::Failed { message: "x".into() };
        assert_eq!(serde_json::from_str::<Reply>(&serde_json::to_string(&reply).unwrap()).unwrap(), reply);
        assert_eq!(
            serde_json::from_str::<Request>(r#"{"request":"waitReady"}"#).unwrap(),
            Request::WaitReady { version: 0, timeout_seconds: 15 }
        );
    }
}
