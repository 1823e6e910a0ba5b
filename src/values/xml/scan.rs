//! What lies in an envelope, by local names: the text and the attributes of elements. For messages whose form is known, without a
//! tree of them; no entities but the five, no DTD.

/// Replaces the characters that markup needs.
pub fn escape(text: &str) -> String {
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
pub fn texts(body: &str, name: &str) -> Vec<String> {
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
pub fn text(body: &str, name: &str) -> Option<String> {
    texts(body, name).into_iter().next()
}

/// Whether there is such an element.
pub fn has(body: &str, name: &str) -> bool {
    text(body, name).is_some()
}

/// An attribute of each element with a local name.
pub fn attributes(body: &str, element: &str, name: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    for (at, _) in body.match_indices('<') {
        let tag = &body[at + 1..];
        let Some(end) = tag.find('>') else { continue };
        let tag = &tag[..end];
        let own = tag.split([' ', '\t', '\r', '\n', '/']).next().unwrap_or("");
        if tag.starts_with(['/', '!', '?']) || own.rsplit(':').next() != Some(element) {
            continue;
        }
        let value = tag.split_whitespace().skip(1).find_map(|part| {
            let (key, value) = part.split_once('=')?;
            let value = value.trim_end_matches('/').trim_matches(['"', '\'']);
            (key.rsplit(':').next() == Some(name)).then(|| value.to_string())
        });
        found.push(value);
    }
    found
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
