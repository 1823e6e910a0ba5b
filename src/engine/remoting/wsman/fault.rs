//! Why a server could not be spoken to, with the codes and texts of Windows' client.

use values::http::HttpFault;
use values::xml::scan;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: i32,
    pub text: String,
    /// Where the server sends its callers.
    pub location: Option<String>,
}

/// Codes that have a name in an error's identifier (`WSManTransportManagerUtils.GetFQEIDFromTransportError`).
const NAMES: [(i32, &str); 13] = [
    (5, "AccessDenied"),
    (14, "ServerOutOfMemory"),
    (53, "NetworkPathNotFound"),
    (1311, "AuthenticationFailed"),
    (1326, "LogonFailure"),
    (-2_144_108_526, "CannotConnect"),
    (-2_144_108_453, "CannotConnectTargetSessionDoesNotExist"),
    (-2_144_108_297, "ImproperResponse"),
    (-2_144_108_274, "InvalidAuthentication"),
    (-2_144_108_269, "URLNotAvailable"),
    (-2_144_108_250, "WinRMOperationTimeout"),
    (-2_144_108_103, "ComputerNotFound"),
    (-2_141_974_624, "IncorrectProtocolVersion"),
];

/// The time that a request may wait is over.
const TIMED_OUT: u32 = 2_150_858_793;
/// The request was broken off, as its shell or command has ended.
const ABORTED: i32 = 995;

impl Fault {
    fn new(code: i32, text: impl Into<String>) -> Fault {
        Fault { code, text: text.into(), location: None }
    }

    /// The first part of the error's identifier.
    pub fn name(&self) -> String {
        let known = NAMES.iter().find(|(code, _)| *code == self.code);
        known.map_or_else(|| self.code.to_string(), |(_, name)| (*name).to_string())
    }

    /// Nothing came before the time of the request was over.
    pub fn is_time_over(&self) -> bool {
        self.code == TIMED_OUT as i32
    }

    /// What was asked about has ended.
    pub fn is_aborted(&self) -> bool {
        self.code == ABORTED
    }

    /// One that has no code.
    pub fn other(text: &str) -> Fault {
        Fault::new(-2_144_108_297, text)
    }

    /// The server sends its callers to another address.
    pub fn redirected(to: String) -> Fault {
        let text = "The WinRM service cannot process the request because the request needs to be sent to a different machine. Use the redirect information to send the request to a new machine.";
        Fault { location: Some(to), ..Fault::new(-2_144_108_135, text) }
    }

    pub fn access_denied() -> Fault {
        Fault::new(5, "Access is denied.")
    }

    pub fn unencrypted() -> Fault {
        Fault::new(
            -2_144_108_322,
            "The WinRM client cannot process the request. Unencrypted traffic is currently disabled in the client configuration. Change the client configuration and try the request again.",
        )
    }

    pub fn mechanism() -> Fault {
        Fault::new(
            -2_144_108_316,
            "The WinRM client cannot process the request. The authentication mechanism requested by the client is not supported by the server or unencrypted traffic is disabled in the service configuration. Verify the unencrypted traffic setting in the service configuration or specify one of the authentication mechanisms supported by the server.",
        )
    }

    pub fn improper() -> Fault {
        Fault::new(
            -2_144_108_297,
            "The WinRM client received an HTTP server error, but the remote service did not include any other information about the cause of the failure.",
        )
    }

    pub fn status(status: u16) -> Fault {
        let text =
            format!("The WinRM client received an HTTP status code of {status} from the remote WS-Management service.");
        Fault::new(-2_144_108_273, text)
    }

    /// What went wrong on the way to `host:port`.
    pub fn of_transport(fault: &HttpFault, (host, port): (&str, u16)) -> Fault {
        match fault {
            HttpFault::Connect(text, ..) if text.starts_with("Name or service") => Fault::new(
                -2_144_108_103,
                "The WinRM client cannot process the request because the server name cannot be resolved.",
            ),
            HttpFault::Connect(..) => Fault::new(
                -2_144_108_526,
                "The client cannot connect to the destination specified in the request. Verify that the service on the destination is running and is accepting requests. Consult the logs and documentation for the WS-Management service running on the destination, most commonly IIS or WinRM. If the destination is the WinRM service, run the following command on the destination to analyze and configure the WinRM service: \"winrm quickconfig\".",
            ),
            HttpFault::Timeout => Fault::new(
                -2_144_108_250,
                "WinRM cannot complete the operation. Verify that the specified computer name is valid, that the computer is accessible over the network, and that a firewall exception for the WinRM service is enabled and allows access from this computer. By default, the WinRM firewall exception for public profiles limits access to remote computers within the same local subnet.",
            ),
            HttpFault::Tls(text) => {
                let reason = reason_of(text);
                Fault::new(
                    12_175,
                    format!(
                        "The server certificate on the destination computer ({host}:{port}) has the following errors:      \n{reason}"
                    ),
                )
            }
            HttpFault::Protocol(text) => Fault::new(-2_144_108_297, text.clone()),
        }
    }

    /// The fault of an envelope.
    pub fn of_envelope(body: &str) -> Fault {
        let code = scan::attributes(body, "WSManFault", "Code").into_iter().flatten().next();
        let code = code.and_then(|code| code.parse::<u32>().ok()).unwrap_or_default();
        let text = scan::text(body, "Message").filter(|text| !text.is_empty());
        let text = text.or_else(|| scan::text(body, "Text")).unwrap_or_default();
        if code == 0 && text.is_empty() {
            return Fault::improper();
        }
        // Codes are unsigned on the wire and signed in errors.
        Fault::new(code as i32, text)
    }
}

/// What Windows says of a certificate, by what TLS said.
fn reason_of(text: &str) -> String {
    let lower = text.to_lowercase();
    let known = if lower.contains("untrustedroot") || lower.contains("unknownissuer") {
        "The SSL certificate is signed by an unknown certificate authority."
    } else if lower.contains("not valid for name") || lower.contains("notvalidforname") {
        "The SSL certificate contains a common name (CN) that does not match the hostname."
    } else if lower.contains("expired") {
        "The SSL certificate is expired."
    } else {
        return text.to_string();
    };
    known.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names() {
        let body = "<s:Fault><s:Reason><s:Text xml:lang=\"en-US\">outer</s:Text></s:Reason><f:WSManFault Code=\"2150858843\"><f:Message>inner</f:Message></f:WSManFault></s:Fault>";
        assert_eq!(Fault::of_envelope(body), Fault::new(-2_144_108_453, "inner"));
        assert_eq!(Fault::of_envelope(body).name(), "CannotConnectTargetSessionDoesNotExist");
        assert_eq!(Fault::of_envelope("<html/>"), Fault::improper());
        assert_eq!(Fault::new(12_175, "").name(), "12175");
        let names = [
            (HttpFault::Connect("Name or service not known".into(), "x".into(), 1), "ComputerNotFound"),
            (HttpFault::Connect("Connection refused".into(), "x".into(), 1), "CannotConnect"),
            (HttpFault::Timeout, "WinRMOperationTimeout"),
        ];
        for (fault, name) in names {
            assert_eq!(Fault::of_transport(&fault, ("x", 1)).name(), name);
        }
        assert!(Fault::new(TIMED_OUT as i32, "").is_time_over());
    }
}
