//! As much of XML as requests to these endpoints need: the text of elements by local name. No entities but the five, no DTD.

/// Replaces the characters that markup needs.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() && !matches!(c, '\n' | '\r' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// Name of a tag without its prefix.
fn local(tag: &str) -> &str {
    let name = tag.split([' ', '\t', '\r', '\n', '/', '>']).next().unwrap_or("");
    name.rsplit(':').next().unwrap_or(name)
}

/// Texts of all elements with a local name, in order; what is inside further elements is left out.
pub(crate) fn texts(body: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in body.match_indices('<') {
        let tag = &body[at + 1..];
        if tag.starts_with(['/', '!', '?']) || local(tag) != name {
            continue;
        }
        let Some(close) = tag.find('>') else { continue };
        if tag[..close].ends_with('/') {
            found.push(String::new());
            continue;
        }
        let content = &tag[close + 1..];
        let end = content.find('<').unwrap_or(content.len());
        found.push(unescape(content[..end].trim()));
    }
    found
}

/// Text of the first such element.
pub(crate) fn text(body: &str, name: &str) -> Option<String> {
    texts(body, name).into_iter().next()
}

/// Whether there is such an element.
pub(crate) fn has(body: &str, name: &str) -> bool {
    text(body, name).is_some()
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_by_local_name() {
        let body =
            "<?xml version='1.0'?><s:A xmlns:s='x'><s:Name a=\"1\">R&amp;D</s:Name><Empty/><Name>2</Name><Unclosed>";
        for (name, expected) in
            [("Name", vec!["R&D", "2"]), ("Empty", vec![""]), ("Unclosed", vec![""]), ("Other", vec![])]
        {
            assert_eq!(texts(body, name), expected, "{name}");
        }
        assert_eq!(escape("<a b=\"c\">&\u{1}"), "&lt;a b=&quot;c&quot;&gt;&amp;");
        assert_eq!(texts("<", "x"), Vec::<String>::new());
    }
}
