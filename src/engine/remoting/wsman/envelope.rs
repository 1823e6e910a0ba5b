//! Requests in SOAP 1.2 with WS-Addressing and WS-Management headers (MS-WSMV 2.2.4 and 3.1.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;
use values::xml::scan::escape;

const SHELL: &str = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";
const TRANSFER: &str = "http://schemas.xmlsoap.org/ws/2004/09/transfer";
const ENUMERATION: &str = "http://schemas.xmlsoap.org/ws/2004/09/enumeration";
const POWERSHELL: &str = "http://schemas.microsoft.com/powershell";
const NAMESPACES: &str = "xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" xmlns:p=\"http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd\" xmlns:rsp=\"http://schemas.microsoft.com/wbem/wsman/1/windows/shell\" xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\"";
/// The largest envelope that is taken (a Windows server's own limit).
const LARGEST: usize = 500 << 10;

/// What all requests of a session have in common.
pub struct Addressing {
    /// The server's address.
    pub to: String,
    /// The end point's name.
    pub configuration: String,
    /// The shell: the session's own identifier.
    pub shell: Uuid,
    /// The client's identifier.
    pub client: Uuid,
    /// Milliseconds that a request may wait.
    pub wait: u64,
}

/// What is asked for; the identifiers are those of pipelines.
pub enum Ask<'a> {
    /// A session, given its name, its idle time in milliseconds and its first messages.
    Create {
        name: &'a str,
        idle: Option<u64>,
        data: &'a [u8],
    },
    Command {
        id: Uuid,
        data: &'a [u8],
    },
    Send {
        id: Uuid,
        is_response: bool,
        data: &'a [u8],
    },
    Receive(Uuid),
    /// Stop.
    Signal(Uuid),
    /// Not wanted any more.
    Terminate(Uuid),
    Delete,
    /// Leaves the session to itself, for as many milliseconds as it may be so.
    Disconnect(Option<u64>),
    Reconnect,
    /// Takes a session over, or a pipeline in it.
    Connect {
        id: Uuid,
        data: &'a [u8],
    },
    /// The sessions of the one who asks.
    Shells,
    /// The pipelines of the session.
    Commands,
}

fn shown(id: Uuid) -> String {
    id.to_string().to_uppercase()
}

fn command(id: Uuid) -> String {
    if id.is_nil() { String::new() } else { format!(" CommandId=\"{}\"", shown(id)) }
}

fn duration(milliseconds: u64) -> String {
    format!("PT{}.{:03}S", milliseconds / 1000, milliseconds % 1000)
}

impl Addressing {
    /// The envelope of a request.
    pub fn envelope(&self, ask: &Ask) -> String {
        let selector = format!("<w:Selector Name=\"ShellId\">{}</w:Selector>", shown(self.shell));
        let (mut has_selector, mut options, mut resource) = (true, "", format!("{POWERSHELL}/{}", self.configuration));
        let protocol = "<w:OptionSet s:mustUnderstand=\"true\"><w:Option Name=\"protocolversion\" MustComply=\"true\">2.3</w:Option></w:OptionSet>";
        let keeps = "<w:OptionSet><w:Option Name=\"WSMAN_CMDSHELL_OPTION_KEEPALIVE\">TRUE</w:Option></w:OptionSet>";
        let text = |data: &[u8]| STANDARD.encode(data);
        let (action, body) = match ask {
            Ask::Create { name, idle, data } => {
                (has_selector, options) = (false, protocol);
                let idle = idle.map_or_else(String::new, |idle| format!(" IdleTimeOut=\"{}\"", duration(idle)));
                let body = format!(
                    "<rsp:Shell ShellId=\"{}\" Name=\"{}\"{idle}><rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams><creationXml xmlns=\"{POWERSHELL}\">{}</creationXml></rsp:Shell>",
                    shown(self.shell),
                    escape(name),
                    text(data)
                );
                (format!("{TRANSFER}/Create"), body)
            }
            Ask::Command { id, data } => {
                let body = format!(
                    "<rsp:CommandLine CommandId=\"{}\"><rsp:Command></rsp:Command><rsp:Arguments>{}</rsp:Arguments></rsp:CommandLine>",
                    shown(*id),
                    text(data)
                );
                (format!("{SHELL}/Command"), body)
            }
            Ask::Send { id, is_response, data } => {
                let stream = if *is_response { "pr" } else { "stdin" };
                let body = format!(
                    "<rsp:Send><rsp:Stream Name=\"{stream}\"{}>{}</rsp:Stream></rsp:Send>",
                    command(*id),
                    text(data)
                );
                (format!("{SHELL}/Send"), body)
            }
            Ask::Receive(id) => {
                options = keeps;
                let body =
                    format!("<rsp:Receive><rsp:DesiredStream{}>stdout</rsp:DesiredStream></rsp:Receive>", command(*id));
                (format!("{SHELL}/Receive"), body)
            }
            Ask::Signal(id) | Ask::Terminate(id) => {
                let code = match ask {
                    // The spelling is PowerShell's.
                    Ask::Signal(_) => "powershell/signal/crtl_c".to_string(),
                    _ => format!("{SHELL}/signal/terminate"),
                };
                let body = format!("<rsp:Signal{}><rsp:Code>{code}</rsp:Code></rsp:Signal>", command(*id));
                (format!("{SHELL}/Signal"), body)
            }
            Ask::Delete => (format!("{TRANSFER}/Delete"), String::new()),
            Ask::Disconnect(idle) => {
                let idle =
                    idle.map_or_else(String::new, |t| format!("<rsp:IdleTimeOut>{}</rsp:IdleTimeOut>", duration(t)));
                (format!("{SHELL}/Disconnect"), format!("<rsp:Disconnect>{idle}</rsp:Disconnect>"))
            }
            Ask::Reconnect => (format!("{SHELL}/Reconnect"), "<rsp:Reconnect/>".to_string()),
            Ask::Connect { id, data } => {
                options = protocol;
                let data = match data.is_empty() {
                    true => String::new(),
                    false => format!("<connectXml xmlns=\"{POWERSHELL}\">{}</connectXml>", text(data)),
                };
                (format!("{SHELL}/Connect"), format!("<rsp:Connect{}>{data}</rsp:Connect>", command(*id)))
            }
            Ask::Shells | Ask::Commands => {
                has_selector = false;
                let filter = match ask {
                    Ask::Shells => {
                        resource = SHELL.to_string();
                        String::new()
                    }
                    _ => {
                        resource = format!("{SHELL}/Command");
                        format!(
                            "<w:Filter Dialect=\"http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter\"><w:SelectorSet>{selector}</w:SelectorSet></w:Filter>"
                        )
                    }
                };
                let body = format!(
                    "<n:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>{filter}</n:Enumerate>"
                );
                (format!("{ENUMERATION}/Enumerate"), body)
            }
        };
        let selectors = if has_selector { format!("<w:SelectorSet>{selector}</w:SelectorSet>") } else { String::new() };
        format!(
            "<s:Envelope {NAMESPACES}><s:Header><a:To>{}</a:To><w:ResourceURI s:mustUnderstand=\"true\">{}</w:ResourceURI><a:ReplyTo><a:Address s:mustUnderstand=\"true\">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo><a:Action s:mustUnderstand=\"true\">{action}</a:Action><w:MaxEnvelopeSize s:mustUnderstand=\"true\">{LARGEST}</w:MaxEnvelopeSize><a:MessageID>uuid:{}</a:MessageID><w:Locale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/><p:DataLocale xml:lang=\"en-US\" s:mustUnderstand=\"false\"/><p:SessionId s:mustUnderstand=\"false\">uuid:{}</p:SessionId>{options}{selectors}<w:OperationTimeout>{}</w:OperationTimeout></s:Header><s:Body>{body}</s:Body></s:Envelope>",
            escape(&self.to),
            escape(&resource),
            shown(Uuid::new_v4()),
            shown(self.client),
            duration(self.wait)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use values::xml::scan;

    #[test]
    fn requests() {
        let own = Addressing {
            to: "https://h/wsman?a&b".into(),
            configuration: "Microsoft.Exchange".into(),
            shell: Uuid::from_u128(10),
            client: Uuid::nil(),
            wait: 20_500,
        };
        let id = Uuid::from_u128(0xabc);
        for (ask, action, texts) in [
            (Ask::Command { id, data: b"ab" }, "/Command", [("Arguments", "YWI="), ("OperationTimeout", "PT20.500S")]),
            (Ask::Receive(id), "/Receive", [("DesiredStream", "stdout"), ("To", "https://h/wsman?a&b")]),
            (Ask::Terminate(id), "/Signal", [("Selector", "00000000-0000-0000-0000-00000000000A"), ("Option", "")]),
        ] {
            let made = own.envelope(&ask);
            assert!(scan::text(&made, "Action").is_some_and(|uri| uri.ends_with(action)));
            for (name, wanted) in texts {
                assert_eq!(scan::text(&made, name).unwrap_or_default(), wanted, "{made}");
            }
            assert!(made.contains("CommandId=\"00000000-0000-0000-0000-000000000ABC\""));
        }
    }
}
