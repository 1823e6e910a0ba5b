//! Certificates that follow each other: the one in use, the one before it, and the one that takes its place at a time.

use crate::Object;

/// Thumbprints of a use's certificates at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assigned {
    pub current: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

impl Assigned {
    /// Now.
    pub fn now(object: &Object) -> Assigned {
        Assigned::at(object, chrono::Utc::now().timestamp_millis())
    }

    /// At a time, in milliseconds since 1970: from `RollsAt` on, `NextThumbprint` is the one in use.
    pub fn at(object: &Object, time: i64) -> Assigned {
        let text = |name: &str| object.text(name).filter(|t| !t.is_empty()).map(str::to_owned);
        let current = text("Thumbprint").unwrap_or_default();
        match (text("NextThumbprint"), object.number("RollsAt")) {
            (Some(next), Some(at)) if at <= time => Assigned { current: next, previous: Some(current), next: None },
            (next, _) => Assigned { current, previous: text("PreviousThumbprint"), next },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_roll_at_their_time() {
        let properties = serde_json::json!({ "Thumbprint": "A", "NextThumbprint": "B", "RollsAt": 100 });
        let serde_json::Value::Object(properties) = properties else { unreachable!() };
        let object = Object::unsaved("CsCertificate", "", "x", properties);
        let assigned = |current: &str, previous: Option<&str>, next: Option<&str>| Assigned {
            current: current.into(),
            previous: previous.map(str::to_owned),
            next: next.map(str::to_owned),
        };
        assert_eq!(Assigned::at(&object, 99), assigned("A", None, Some("B")));
        assert_eq!(Assigned::at(&object, 100), assigned("B", Some("A"), None));
    }
}
