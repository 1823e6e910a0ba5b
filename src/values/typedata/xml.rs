//! Files of type data (`*.types.ps1xml`).

use super::TypeEntry;
use crate::object::PsMember;
use crate::string::Str;
use crate::types::TypeRef;
use crate::value::Value;

/// Why a file of type data can't be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TypesFileError {
    /// The text is no well-formed XML.
    #[error("{0}")]
    Xml(String),
    /// An element that does not belong where it stands.
    #[error("The node {0} is not valid here.")]
    Unexpected(String),
    /// An element that must be there is not.
    #[error("The node {0} was not found.")]
    Missing(String),
}

/// An element with its children and text.
struct Node {
    name: String,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name.eq_ignore_ascii_case(name))
    }

    fn text_of(&self, name: &str) -> Option<Str> {
        self.child(name).map(|c| Str::from(c.text.trim()))
    }

    fn need(&self, name: &str) -> Result<Str, TypesFileError> {
        self.text_of(name).ok_or_else(|| TypesFileError::Missing(name.to_string()))
    }
}

/// Reads a file's text. `block` makes a script block of source text.
pub fn parse_types(
    text: &str,
    block: &mut dyn FnMut(&str) -> Result<Value, String>,
) -> Result<Vec<TypeEntry>, TypesFileError> {
    let root = read(text)?;
    if !root.name.eq_ignore_ascii_case("Types") {
        return Err(TypesFileError::Unexpected(root.name));
    }
    let mut entries = Vec::new();
    for node in &root.children {
        if !node.name.eq_ignore_ascii_case("Type") {
            return Err(TypesFileError::Unexpected(node.name.clone()));
        }
        let mut entry = TypeEntry::new(node.need("Name")?);
        if let Some(list) = node.child("Members") {
            for member in &list.children {
                add_member(&mut entry, member, block)?;
            }
        }
        entry.standard.converter = node.child("TypeConverter").and_then(|c| c.text_of("TypeName"));
        entry.standard.adapter = node.child("TypeAdapter").and_then(|c| c.text_of("TypeName"));
        entries.push(entry);
    }
    Ok(entries)
}

fn add_member(
    entry: &mut TypeEntry,
    node: &Node,
    block: &mut dyn FnMut(&str) -> Result<Value, String>,
) -> Result<(), TypesFileError> {
    let name = node.need("Name")?;
    if node.name.eq_ignore_ascii_case("MemberSet") && name.eq_ignore_ascii_case("PSStandardMembers") {
        for inner in node.child("Members").map(|m| m.children.as_slice()).unwrap_or_default() {
            add_standard(entry, inner)?;
        }
        return Ok(());
    }
    let member = member(node, block)?;
    entry.members.push((name, member));
    Ok(())
}

fn member(node: &Node, block: &mut dyn FnMut(&str) -> Result<Value, String>) -> Result<PsMember, TypesFileError> {
    let mut script = |name: &str| -> Result<Option<Value>, TypesFileError> {
        match node.child(name) {
            Some(source) => block(source.text.trim()).map(Some).map_err(TypesFileError::Xml),
            None => Ok(None),
        }
    };
    let missing = |name: &str| TypesFileError::Missing(name.to_string());
    Ok(match node.name.to_ascii_lowercase().as_str() {
        "noteproperty" => PsMember::Note(Value::Str(node.need("Value")?)),
        "aliasproperty" => PsMember::Alias {
            target: node.need("ReferencedMemberName")?,
            convert: node.text_of("TypeName").and_then(|t| TypeRef::find(&t)),
        },
        "scriptproperty" => PsMember::ScriptProperty {
            get: script("GetScriptBlock")?.ok_or_else(|| missing("GetScriptBlock"))?,
            set: script("SetScriptBlock")?,
        },
        "scriptmethod" => PsMember::ScriptMethod(script("Script")?.ok_or_else(|| missing("Script"))?),
        "propertyset" => PsMember::PropertySet(referenced(node)),
        "memberset" => {
            let mut members = Vec::new();
            for inner in node.child("Members").map(|m| m.children.as_slice()).unwrap_or_default() {
                members.push((inner.need("Name")?, member(inner, block)?));
            }
            PsMember::MemberSet(members)
        }
        _ => return Err(TypesFileError::Unexpected(node.name.clone())),
    })
}

fn referenced(node: &Node) -> Vec<Str> {
    node.child("ReferencedProperties")
        .map(|list| list.children.iter().map(|c| Str::from(c.text.trim())).collect())
        .unwrap_or_default()
}

fn add_standard(entry: &mut TypeEntry, node: &Node) -> Result<(), TypesFileError> {
    let name = node.need("Name")?;
    let standard = &mut entry.standard;
    let value = || node.text_of("Value").or_else(|| node.text_of("ReferencedMemberName"));
    match name.to_ascii_lowercase().as_str() {
        "defaultdisplaypropertyset" => standard.display = referenced(node),
        "defaultkeypropertyset" => standard.key = referenced(node),
        "propertyserializationset" => standard.serialize = referenced(node),
        "defaultdisplayproperty" => standard.display_property = value(),
        "serializationmethod" => standard.method = value(),
        "serializationdepth" => standard.depth = value().and_then(|v| v.parse().ok()),
        "inheritpropertyserializationset" => standard.inherit = value().map(|v| v.eq_ignore_ascii_case("true")),
        "targettypefordeserialization" => standard.target_type = value(),
        "stringserializationsource" => standard.string_source = value(),
        _ => return Err(TypesFileError::Unexpected(name.to_string())),
    }
    Ok(())
}

/// A reader of the plain XML that such files are: elements, text, comments, CDATA.
fn read(text: &str) -> Result<Node, TypesFileError> {
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut stack = vec![Node { name: String::new(), text: String::new(), children: Vec::new() }];
    let broken = |what: &str| TypesFileError::Xml(what.to_string());
    while let Some(at) = rest.find('<') {
        if let Some(top) = stack.last_mut() {
            top.text.push_str(&unescape(&rest[..at]));
        }
        rest = &rest[at..];
        let skip = |open: &str, close: &str| {
            rest.starts_with(open).then(|| rest.find(close).map(|end| (open.len(), end, end + close.len())))
        };
        if let Some(found) = skip("<!--", "-->").or_else(|| skip("<?", "?>")) {
            let (_, _, end) = found.ok_or_else(|| broken("Unexpected end of file has occurred."))?;
            rest = &rest[end..];
            continue;
        }
        if let Some(found) = skip("<![CDATA[", "]]>") {
            let (start, stop, end) = found.ok_or_else(|| broken("Unexpected end of file has occurred."))?;
            if let Some(top) = stack.last_mut() {
                top.text.push_str(&rest[start..stop]);
            }
            rest = &rest[end..];
            continue;
        }
        let close = rest.find('>').ok_or_else(|| broken("Unexpected end of file has occurred."))?;
        let tag = &rest[1..close];
        rest = &rest[close + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let node = stack.pop().filter(|n| n.name == name.trim());
            let Some(node) = node else {
                return Err(broken(&format!("The end tag '{}' does not match the start tag.", name.trim())));
            };
            stack.last_mut().ok_or_else(|| broken("There is more than one root element."))?.children.push(node);
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let name = tag.split_whitespace().next().unwrap_or_default().to_string();
        let node = Node { name, text: String::new(), children: Vec::new() };
        if is_empty {
            if let Some(top) = stack.last_mut() {
                top.children.push(node);
            }
        } else {
            stack.push(node);
        }
    }
    if stack.len() != 1 {
        return Err(broken("Unexpected end of file has occurred."));
    }
    let root = stack.pop().and_then(|mut top| top.children.pop());
    root.ok_or_else(|| broken("Root element is missing."))
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_members_and_standard_sets() {
        let text = r#"<?xml version="1.0"?><Types><!-- c --><Type><Name>A.B</Name><Members>
            <AliasProperty><Name>N</Name><ReferencedMemberName>Name</ReferencedMemberName></AliasProperty>
            <ScriptProperty><Name>S</Name><GetScriptBlock>$this.X -lt 5 &amp;&amp; 1</GetScriptBlock></ScriptProperty>
            <MemberSet><Name>PSStandardMembers</Name><Members><PropertySet><Name>DefaultDisplayPropertySet</Name>
            <ReferencedProperties><Name>N</Name><Name>S</Name></ReferencedProperties></PropertySet></Members></MemberSet>
            </Members></Type></Types>"#;
        let mut sources = Vec::new();
        let entries = parse_types(text, &mut |source| {
            sources.push(source.to_string());
            Ok(Value::from(source))
        });
        let entries = entries.expect("reads");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].members.len(), 2);
        assert_eq!(entries[0].standard.display.len(), 2);
        assert_eq!(sources, ["$this.X -lt 5 && 1"]);
        assert!(parse_types("<Types><Type>", &mut |_| Ok(Value::Null)).is_err());
    }
}
