//! Requests and answers in SOAP 1.2 with WS-Addressing and WS-Management headers.

use std::time::Duration;

use uuid::Uuid;

use values::xml::scan::{attributes, escape, text, texts};

/// What is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Action {
    Identify,
    Create,
    Command,
    Send,
    Receive,
    Signal,
    Delete,
    Disconnect,
    Reconnect,
    /// Takes over a shell, or a command in it.
    Connect,
    Enumerate,
    Unsupported,
}

const SHELL: &str = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/";
const ENUMERATE: &str = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate";
const TRANSFER: &str = "http://schemas.xmlsoap.org/ws/2004/09/transfer/";

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    pub action: Action,
    pub action_uri: String,
    pub message_id: String,
    pub resource: String,
    pub timeout: Duration,
    /// Bytes of the largest envelope that the client takes.
    pub largest: usize,
    pub body: String,
}

impl Request {
    /// Reads an envelope.
    pub fn parse(bytes: &[u8], largest: usize) -> Result<Request, Fault> {
        if bytes.len() > largest {
            return Err(Fault::too_large(largest));
        }
        let body = String::from_utf8(bytes.to_vec()).map_err(|_| Fault::schema("The envelope is not UTF-8."))?;
        if !body.contains("Envelope") {
            return Err(Fault::schema("The request holds no SOAP envelope."));
        }
        let action_uri = text(&body, "Action").unwrap_or_default();
        let action = match action_uri.as_str() {
            "" if body.contains("Identify") => Action::Identify,
            uri => match (uri.strip_prefix(SHELL), uri.strip_prefix(TRANSFER)) {
                (Some("Command"), _) => Action::Command,
                (Some("Send"), _) => Action::Send,
                (Some("Receive"), _) => Action::Receive,
                (Some("Signal"), _) => Action::Signal,
                (Some("Disconnect"), _) => Action::Disconnect,
                (Some("Reconnect"), _) => Action::Reconnect,
                (Some("Connect"), _) => Action::Connect,
                (_, Some("Create")) => Action::Create,
                (_, Some("Delete")) => Action::Delete,
                _ if uri == ENUMERATE => Action::Enumerate,
                _ => Action::Unsupported,
            },
        };
        let timeout = text(&body, "OperationTimeout").and_then(|t| seconds(&t)).unwrap_or(60.0).clamp(0.1, 600.0);
        Ok(Request {
            action,
            message_id: text(&body, "MessageID").unwrap_or_default(),
            resource: text(&body, "ResourceURI").unwrap_or_default(),
            timeout: Duration::from_secs_f64(timeout),
            largest: text(&body, "MaxEnvelopeSize").and_then(|t| t.parse().ok()).unwrap_or(150 << 10),
            action_uri,
            body,
        })
    }

    /// The selector with a name.
    pub fn selector(&self, name: &str) -> Option<String> {
        let names = attributes(&self.body, "Selector", "Name");
        let at = names.iter().position(|found| found.as_deref() == Some(name))?;
        texts(&self.body, "Selector").into_iter().nth(at)
    }

    /// How long the shell that is made may be unused, where the client says so.
    pub fn idle(&self) -> Option<Duration> {
        let text = self.attribute("Shell", "IdleTimeOut").or_else(|| text(&self.body, "IdleTimeOut"))?;
        seconds(&text).map(|n| Duration::from_secs_f64(n.clamp(0.0, 1e6)))
    }

    /// An attribute of the first element with a local name.
    pub fn attribute(&self, element: &str, name: &str) -> Option<String> {
        attributes(&self.body, element, name).into_iter().next().flatten()
    }
}

/// Seconds of a duration such as `PT20S` or `PT1M20.5S` (XML Schema 3.2.6; days and larger parts are not used here).
fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut number = String::new();
    for letter in text.strip_prefix("PT")?.chars() {
        match letter {
            '0'..='9' | '.' => number.push(letter),
            _ => {
                let value: f64 = std::mem::take(&mut number).parse().ok()?;
                total += value
                    * match letter {
                        'H' => 3600.0,
                        'M' => 60.0,
                        'S' => 1.0,
                        _ => return None,
                    };
            }
        }
    }
    number.is_empty().then_some(total)
}

const NAMESPACES: &str = "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\"";

fn envelope(action: &str, relates_to: &str, body: &str) -> String {
    format!(
        "<s:Envelope {NAMESPACES} xml:lang=\"en-US\"><s:Header><a:Action>{}</a:Action><a:MessageID>uuid:{}</a:MessageID><a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:RelatesTo>{}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>",
        escape(action),
        Uuid::new_v4().to_string().to_uppercase(),
        escape(relates_to)
    )
}

/// The answer to a request.
pub(crate) fn reply(request: &Request, body: &str) -> String {
    envelope(&format!("{}Response", request.action_uri), &request.message_id, body)
}

/// A refusal (DSP0226 "WS-Management", 14.6; the codes are those of Windows).
#[derive(Debug)]
pub(crate) struct Fault {
    subcode: &'static str,
    code: u32,
    reason: String,
}

impl Fault {
    pub fn schema(reason: &str) -> Fault {
        Fault { subcode: "w:SchemaValidationError", code: 2_150_858_817, reason: reason.to_string() }
    }

    pub fn selectors() -> Fault {
        let reason = "The WS-Management service cannot process the request because the request contained invalid selectors for the resource.";
        Fault { subcode: "w:InvalidSelectors", code: 2_150_858_843, reason: reason.to_string() }
    }

    pub fn resource(uri: &str) -> Fault {
        let reason = format!(
            "The WS-Management service cannot process the request. The service cannot find the resource identified by the resource URI and selectors. ({uri})"
        );
        Fault { subcode: "a:DestinationUnreachable", code: 2_150_858_752, reason }
    }

    /// What was waited for has ended.
    pub fn aborted() -> Fault {
        let reason = "The I/O operation has been aborted because of either a thread exit or an application request.";
        Fault { subcode: "w:InternalError", code: 995, reason: reason.to_string() }
    }

    pub fn timed_out() -> Fault {
        let reason =
            "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.";
        Fault { subcode: "w:TimedOut", code: 2_150_858_793, reason: reason.to_string() }
    }

    pub fn too_large(largest: usize) -> Fault {
        let reason = format!("The envelope is larger than MaxEnvelopeSize, {largest} bytes.");
        Fault { subcode: "w:EncodingLimit", code: 2_150_858_819, reason }
    }

    pub fn unsupported(action: &str) -> Fault {
        Fault {
            subcode: "a:ActionNotSupported",
            code: 2_150_858_755,
            reason: format!("The action \"{action}\" is not supported."),
        }
    }

    pub fn quota() -> Fault {
        let reason = "The WS-Management service cannot process the request. The maximum number of concurrent shells has been exceeded. Close existing shells or raise the quota.";
        Fault { subcode: "w:QuotaLimit", code: 2_150_859_174, reason: reason.to_string() }
    }

    pub fn internal(reason: &str) -> Fault {
        Fault { subcode: "w:InternalError", code: 2_150_858_999, reason: reason.to_string() }
    }

    /// The answer that says it.
    pub fn envelope(&self, relates_to: &str, machine: &str) -> String {
        let (reason, machine) = (escape(&self.reason), escape(machine));
        let body = format!(
            "<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang=\"en-US\">{reason}</s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f=\"http://schemas.microsoft.com/wbem/wsman/1/wsmanfault\" Code=\"{}\" Machine=\"{machine}\"><f:Message>{reason}</f:Message></f:WSManFault></s:Detail></s:Fault>",
            self.subcode, self.code
        );
        envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", relates_to, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_request() {
        let xml = "<s:Envelope xmlns:s='x'><s:Header><wsa:Action s:mustUnderstand=\"true\">http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Receive</wsa:Action><wsa:MessageID>uuid:1</wsa:MessageID><wsman:OperationTimeout>PT1M20.5S</wsman:OperationTimeout><wsman:SelectorSet><wsman:Selector Name=\"ShellId\">ABC</wsman:Selector></wsman:SelectorSet></s:Header><s:Body><rsp:Receive><rsp:DesiredStream CommandId=\"42\">stdout</rsp:DesiredStream></rsp:Receive></s:Body></s:Envelope>";
        let request = Request::parse(xml.as_bytes(), 10_000).unwrap();
        assert_eq!(request.action, Action::Receive);
        assert_eq!(request.timeout, Duration::from_secs_f64(80.5));
        assert_eq!(request.selector("ShellId").as_deref(), Some("ABC"));
        assert_eq!(request.attribute("DesiredStream", "CommandId").as_deref(), Some("42"));
        assert!(Request::parse(xml.as_bytes(), 100).is_err());
        assert!(Request::parse(b"nonsense", 100).is_err());
    }
}
