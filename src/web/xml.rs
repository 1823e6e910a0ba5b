//! SOAP 1.1 of these endpoints, and what is read of their requests.

pub(crate) use values::xml::scan::{escape, has, text, texts};

/// A SOAP 1.1 answer.
pub(crate) fn envelope(body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{body}</s:Body></s:Envelope>"
    )
}

/// A SOAP 1.1 fault.
pub(crate) fn fault(code: &str, text: &str) -> String {
    envelope(&format!(
        "<s:Fault><faultcode>s:{}</faultcode><faultstring>{}</faultstring></s:Fault>",
        escape(code),
        escape(text)
    ))
}
