//! MS-OCER: ms-diagnostics and ms-client-diagnostics.

use super::{TypedHeader, quote, split_outside, unquote};
use crate::message::HeaderName;
use std::fmt;

/// `<id>;reason="...";source="<fqdn>";name="value"`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsDiagnostics {
    pub id: u32,
    pub reason: String,
    pub source: Option<String>,
    /// Further parameters in their order.
    pub extra: Vec<(String, String)>,
}

impl MsDiagnostics {
    /// A diagnosis without further parameters.
    pub fn new(id: u32, reason: &str, source: &str) -> MsDiagnostics {
        MsDiagnostics {
            id,
            reason: reason.to_string(),
            source: (!source.is_empty()).then(|| source.to_string()),
            extra: Vec::new(),
        }
    }

    /// With one more parameter.
    pub fn with(mut self, name: &str, value: &str) -> MsDiagnostics {
        self.extra.push((name.to_string(), value.to_string()));
        self
    }
}

impl TypedHeader for MsDiagnostics {
    const NAME: HeaderName = HeaderName::MsDiagnostics;
    fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside(text, b';').into_iter();
        let mut found = MsDiagnostics::new(parts.next()?.parse().ok()?, "", "");
        for part in parts {
            let (name, value) = part.split_once('=')?;
            match name.trim() {
                "reason" => found.reason = unquote(value),
                "source" => found.source = Some(unquote(value)),
                name => found.extra.push((name.to_string(), unquote(value))),
            }
        }
        Some(found)
    }
}

impl fmt::Display for MsDiagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};reason={}", self.id, quote(&self.reason))?;
        if let Some(source) = &self.source {
            write!(f, ";source={}", quote(source))?;
        }
        for (name, value) in &self.extra {
            write!(f, ";{name}={}", quote(value))?;
        }
        Ok(())
    }
}

/// The same, written by clients.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MsClientDiagnostics(pub MsDiagnostics);

impl TypedHeader for MsClientDiagnostics {
    const NAME: HeaderName = HeaderName::MsClientDiagnostics;
    fn parse(text: &str) -> Option<Self> {
        MsDiagnostics::parse(text).map(MsClientDiagnostics)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let text = r#"15030;reason="Failed to route to Exchange Server";source="fe1";dialplan="P;x""#;
        assert_eq!(MsDiagnostics::parse(text).unwrap().to_string(), text);
    }
}
