//! System.Xml's nodes as objects: .NET's members, and elements and attributes as properties.

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::string::Str;
use crate::types::collections::sequence;
use crate::types::system::enumeration;
use crate::types::{TypeDef, TypeKind, TypeRef, fail, register};
use crate::value::Value;
use crate::xml::{NodeKind, XmlError, XmlFault, XmlNode};

/// A node of a document.
pub struct NodeObject(pub XmlNode);

fn type_of(kind: NodeKind) -> TypeRef {
    let name = match kind {
        NodeKind::Document => "XmlDocument",
        NodeKind::Element => "XmlElement",
        NodeKind::Attribute => "XmlAttribute",
        NodeKind::Text => "XmlText",
        NodeKind::CData => "XmlCDataSection",
        NodeKind::Comment => "XmlComment",
        NodeKind::XmlDeclaration => "XmlDeclaration",
        NodeKind::ProcessingInstruction => "XmlProcessingInstruction",
        NodeKind::DocumentType => "XmlDocumentType",
        NodeKind::DocumentFragment => "XmlDocumentFragment",
        NodeKind::EntityReference => "XmlEntityReference",
        NodeKind::Whitespace => "XmlWhitespace",
        NodeKind::SignificantWhitespace => "XmlSignificantWhitespace",
    };
    TypeRef::find(&format!("System.Xml.{name}")).unwrap_or(TypeRef::OBJECT)
}

/// A node as a value.
pub fn make(node: XmlNode) -> Value {
    Value::foreign(NodeObject(node))
}

/// The node behind a value.
pub fn node_of(value: &Value) -> Option<XmlNode> {
    value.as_foreign::<NodeObject>().map(|n| n.0.clone())
}

fn optional(node: Option<XmlNode>) -> Value {
    node.map_or(Value::Null, make)
}

fn list(nodes: Vec<XmlNode>, kind: &str) -> Value {
    let name = format!("System.Xml.{kind}");
    let ty = TypeRef::find(&name).unwrap_or_else(|| register(&name, TypeKind::Class, Some(TypeRef::OBJECT)));
    sequence::make(ty, nodes.into_iter().map(make).collect())
}

/// Whether an element shows as its text: no attributes, nothing but text inside.
fn is_plain(node: &XmlNode) -> bool {
    let children = node.children();
    node.attributes().is_empty() && (children.is_empty() || children.len() == 1 && children[0].kind() == NodeKind::Text)
}

/// A child or attribute as the adapter gives it.
fn shown(node: XmlNode) -> Value {
    match node.kind() {
        NodeKind::Attribute => Value::from(node.value().unwrap_or_default()),
        NodeKind::Element if is_plain(&node) => Value::from(node.inner_text()),
        NodeKind::Text
        | NodeKind::CData
        | NodeKind::Comment
        | NodeKind::Whitespace
        | NodeKind::SignificantWhitespace => Value::from(node.value().unwrap_or_default()),
        NodeKind::XmlDeclaration | NodeKind::ProcessingInstruction => Value::from(node.value().unwrap_or_default()),
        _ => make(node),
    }
}

/// Attributes and children of a name, attributes first.
fn named(node: &XmlNode, name: &str) -> Vec<XmlNode> {
    let hit = |n: &XmlNode| n.local_name().eq_ignore_ascii_case(name) || n.name().eq_ignore_ascii_case(name);
    let mut found: Vec<XmlNode> = node.attributes().into_iter().filter(hit).collect();
    found.extend(node.children().into_iter().filter(hit));
    found
}

fn xml_error(e: &XmlError) -> crate::error::Exception {
    fail::named("System.Xml.XmlException", e.to_string())
        .with("LineNumber", Value::I32(e.line as i32))
        .with("LinePosition", Value::I32(e.position as i32))
}

fn fault(e: &XmlFault) -> crate::error::Exception {
    match e {
        XmlFault::CannotContain | XmlFault::WrongType | XmlFault::SecondRoot => fail::invalid(e.to_string()),
        _ => fail::argument(e.to_string(), ""),
    }
}

impl NodeObject {
    fn member(&self, name: &str) -> Option<Value> {
        let n = &self.0;
        let is_element = n.kind() == NodeKind::Element;
        let is_document = n.kind() == NodeKind::Document;
        Some(match name.to_ascii_lowercase().as_str() {
            "outerxml" => Value::from(n.outer_xml()),
            "innerxml" => Value::from(n.inner_xml()),
            "innertext" => Value::from(n.inner_text()),
            "name" => Value::from(n.name()),
            "localname" => Value::from(n.local_name()),
            "prefix" => Value::from(n.prefix()),
            "namespaceuri" => Value::from(n.namespace_uri()),
            "value" | "data" => n.value().map_or(Value::Null, Value::from),
            "nodetype" => enumeration::make("System.Xml.XmlNodeType", n.kind() as i64),
            "parentnode" => optional(n.parent()),
            "childnodes" => list(n.children(), "XmlChildNodes"),
            "firstchild" => optional(n.first_child()),
            "lastchild" => optional(n.last_child()),
            "nextsibling" => optional(n.next_sibling()),
            "previoussibling" => optional(n.previous_sibling()),
            "haschildnodes" => Value::Bool(n.has_children()),
            "hasattributes" if is_element => Value::Bool(!n.attributes().is_empty()),
            "attributes" if is_element => list(n.attributes(), "XmlAttributeCollection"),
            "attributes" => Value::Null,
            "ownerdocument" if is_document => Value::Null,
            "ownerdocument" => make(n.owner_document()),
            "ownerelement" if n.kind() == NodeKind::Attribute => optional(n.owner_element()),
            "documentelement" if is_document => optional(n.document_element()),
            "isempty" if is_element => Value::Bool(n.is_empty_tag()),
            "preservewhitespace" if is_document => Value::Bool(n.preserve_whitespace()),
            "nametable" => super::namespace_manager::table(),
            "isreadonly" => Value::Bool(false),
            "baseuri" => Value::from(""),
            "specified" if n.kind() == NodeKind::Attribute => Value::Bool(true),
            "version" | "encoding" | "standalone" if n.kind() == NodeKind::XmlDeclaration => {
                let text = n.value().unwrap_or_default();
                let wanted = format!("{}=", name.to_ascii_lowercase());
                let part = text
                    .split_once(&wanted)
                    .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next().map(str::to_string));
                Value::from(part.unwrap_or_default())
            }
            "target" if n.kind() == NodeKind::ProcessingInstruction => Value::from(n.name()),
            _ => return None,
        })
    }
}

impl Foreign for NodeObject {
    fn type_ref(&self) -> TypeRef {
        type_of(self.0.kind())
    }

    fn display_plain(&self) -> Option<Str> {
        // An element shows its name, a document its root: as PowerShell's converter of nodes does.
        Some(Str::from(match self.0.kind() {
            NodeKind::Element if is_plain(&self.0) => self.0.inner_text(),
            NodeKind::Element => self.0.name(),
            NodeKind::Document => self.type_ref().name().to_string(),
            _ => self.0.value().unwrap_or_else(|| self.0.name()),
        }))
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let mut found = named(&self.0, name);
        Ok(match found.len() {
            0 => self.member(name),
            1 => Some(shown(found.swap_remove(0))),
            _ => Some(Value::array(found.into_iter().map(shown).collect())),
        })
    }

    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        let text = crate::convert::to_str(ctx, value)?;
        let n = &self.0;
        let mut found = named(n, name);
        if found.len() == 1 {
            let one = found.swap_remove(0);
            if one.kind() == NodeKind::Element && !is_plain(&one) {
                return fail::named(
                    "System.Management.Automation.SetValueException",
                    "Only strings can be used as values to set XmlNode properties.",
                )
                .throw();
            }
            if one.kind() == NodeKind::Element {
                one.set_inner_text(&text);
            } else {
                one.set_value(&text).or_else(|e| fault(&e).throw())?;
            }
            return Ok(true);
        }
        match name.to_ascii_lowercase().as_str() {
            "innertext" => n.set_inner_text(&text),
            "innerxml" => n.set_inner_xml(&text).or_else(|e| fault(&e).throw())?,
            "value" | "data" => n.set_value(&text).or_else(|e| fault(&e).throw())?,
            "preservewhitespace" => n.set_preserve_whitespace(crate::convert::to_bool(value)),
            "isempty" => n.set_empty_tag(crate::convert::to_bool(value)),
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let n = &self.0;
        let mut texts = Vec::new();
        for arg in args {
            texts.push(if node_of(arg).is_some() { Str::empty() } else { crate::convert::to_str(ctx, arg)? });
        }
        let text = |at: usize| texts.get(at).map_or("", |s| s.as_str());
        let node = |at: usize| match args.get(at).and_then(node_of) {
            Some(node) => Ok(node),
            None => fail::null("newChild").throw(),
        };
        let outcome: Result<Value> = match name.to_ascii_lowercase().as_str() {
            // The ToString that PowerShell's type data adds to nodes.
            "tostring" if args.is_empty() => Ok(Value::from(n.local_name())),
            "selectnodes" | "selectsinglenode" => {
                let spaces = args.get(1).and_then(super::namespace_manager::namespaces_of);
                let single = name.eq_ignore_ascii_case("SelectSingleNode");
                match n.select_nodes(text(0), spaces.as_ref()) {
                    Ok(found) if single => Ok(optional(found.into_iter().next())),
                    Ok(found) => Ok(list(found, "XPathNodeList")),
                    Err(e) => fail::named("System.Xml.XPath.XPathException", e.to_string()).throw(),
                }
            }
            "getattribute" => Ok(Value::from(match args.len() {
                2 => n.attribute_ns(text(0), text(1)).and_then(|a| a.value()).unwrap_or_default(),
                _ => n.get_attribute(text(0)),
            })),
            "hasattribute" => Ok(Value::Bool(match args.len() {
                2 => n.attribute_ns(text(0), text(1)).is_some(),
                _ => n.attribute(text(0)).is_some(),
            })),
            "getattributenode" => Ok(optional(n.attribute(text(0)))),
            "setattribute" if args.len() == 3 => match n.set_attribute_ns(text(0), text(1), text(2)) {
                Ok(_) => Ok(Value::from(text(2))),
                Err(e) => fault(&e).throw(),
            },
            "setattribute" => match n.set_attribute(text(0), text(1)) {
                Ok(_) => Ok(Value::Void),
                Err(e) => fault(&e).throw(),
            },
            "setattributenode" => Ok(optional(n.set_attribute_node(&node(0)?))),
            "removeattribute" => {
                n.remove_attribute(text(0));
                Ok(Value::Void)
            }
            "removeallattributes" => {
                for attribute in n.attributes() {
                    n.remove_attribute(&attribute.name());
                }
                Ok(Value::Void)
            }
            "appendchild" => done(n.append_child(&node(0)?), &args[0]),
            "prependchild" => done(n.prepend_child(&node(0)?), &args[0]),
            "insertbefore" => done(n.insert_before(&node(0)?, args.get(1).and_then(node_of).as_ref()), &args[0]),
            "insertafter" => done(n.insert_after(&node(0)?, args.get(1).and_then(node_of).as_ref()), &args[0]),
            "removechild" => done(n.remove_child(&node(0)?), &args[0]),
            "replacechild" => done(n.replace_child(&node(0)?, &node(1)?), &args[1]),
            "removeall" => {
                n.remove_all();
                Ok(Value::Void)
            }
            "clonenode" => Ok(make(n.clone_node(args.first().is_some_and(crate::convert::to_bool)))),
            "clone" => Ok(make(n.clone_node(true))),
            "importnode" => Ok(make(n.import(&node(0)?, args.get(1).is_some_and(crate::convert::to_bool)))),
            "createelement" => {
                let (qualified, space) = if args.len() == 3 {
                    (format!("{}:{}", text(0), text(1)), text(2))
                } else {
                    (text(0).to_string(), text(1))
                };
                match n.create_element(qualified.trim_start_matches(':'), space) {
                    Ok(made) => Ok(make(made)),
                    Err(e) => fault(&e).throw(),
                }
            }
            "createattribute" => match n.create_attribute(text(0), text(1)) {
                Ok(made) => Ok(make(made)),
                Err(e) => fault(&e).throw(),
            },
            "createnode" => {
                let (kind, qualified, space) = (text(0), text(1), text(2));
                let made = match kind.to_ascii_lowercase().as_str() {
                    "element" | "1" => n.create_element(qualified, space),
                    "attribute" | "2" => n.create_attribute(qualified, space),
                    "text" => Ok(n.create_text("")),
                    "comment" => Ok(n.create_comment("")),
                    _ => return Ok(None),
                };
                match made {
                    Ok(made) => Ok(make(made)),
                    Err(e) => fault(&e).throw(),
                }
            }
            "createtextnode" => Ok(make(n.create_text(text(0)))),
            "createcomment" => Ok(make(n.create_comment(text(0)))),
            "createcdatasection" => Ok(make(n.create_cdata(text(0)))),
            "createwhitespace" => Ok(make(n.create_whitespace(text(0), false))),
            "createprocessinginstruction" => Ok(make(n.create_processing_instruction(text(0), text(1)))),
            "createxmldeclaration" => Ok(make(n.create_declaration(text(0), text(1), text(2)))),
            "createdocumentfragment" => Ok(make(n.create_fragment())),
            "getelementsbytagname" => Ok(list(n.elements_by_tag_name(text(0)), "XmlElementList")),
            "normalize" => {
                n.normalize();
                Ok(Value::Void)
            }
            "getnamespaceofprefix" => Ok(Value::from(n.namespace_of_prefix(text(0)))),
            "getprefixofnamespace" => Ok(Value::from(n.prefix_of_namespace(text(0)))),
            "loadxml" => n.load(text(0)).map(|()| Value::Void).or_else(|e| xml_error(&e).throw()),
            "load" => {
                let source = match args.first().map(|a| a.base().clone()) {
                    Some(Value::Str(path)) => {
                        let path = crate::types::io::path::full(&path, &ctx.working_directory().display().to_string());
                        let bytes = crate::stop::read(&path).or_else(|e| fail::io(&e, &path).throw())?;
                        crate::encoding::Encoding::utf8(true).decode_file(&bytes).into_owned()
                    }
                    Some(reader) => {
                        let text = crate::members::call(ctx, &reader, "ReadToEnd", &[])?;
                        crate::convert::to_display(&text)
                    }
                    None => return Ok(None),
                };
                n.load(&source).map(|()| Value::Void).or_else(|e| xml_error(&e).throw())
            }
            "save" => match args.first().map(|a| a.base().clone()) {
                Some(Value::Str(path)) => {
                    let path = crate::types::io::path::full(&path, &ctx.working_directory().display().to_string());
                    std::fs::write(&path, n.save(None)).or_else(|e| fail::io(&e, &path).throw())?;
                    Ok(Value::Void)
                }
                Some(writer) if is_xml_writer(&writer) => {
                    super::writer::write_node(ctx, n, &writer)?;
                    crate::members::call(ctx, &writer, "Flush", &[])
                }
                Some(writer) => crate::members::call(ctx, &writer, "Write", &[Value::from(n.save(None))]),
                None => return Ok(None),
            },
            "writeto" => super::writer::write_node(ctx, n, &args.first().cloned().unwrap_or_default()),
            "writecontentto" => {
                for child in n.children() {
                    super::writer::write_node(ctx, &child, &args.first().cloned().unwrap_or_default())?;
                }
                Ok(Value::Void)
            }
            "supports" => Ok(Value::Bool(text(0).eq_ignore_ascii_case("xml"))),
            "tostring" => Ok(Value::from(type_of(n.kind()).name())),
            "equals" => Ok(Value::Bool(self.equals(&args.first().cloned().unwrap_or_default()))),
            "get_name" => Ok(Value::from(n.name())),
            "get_innertext" => Ok(Value::from(n.inner_text())),
            "get_attributes" => Ok(list(n.attributes(), "XmlAttributeCollection")),
            "get_childnodes" => Ok(list(n.children(), "XmlChildNodes")),
            "getenumerator" => Ok(crate::types::collections::enumerator::over(
                "System.Xml.XmlChildEnumerator",
                n.children().into_iter().map(make).collect(),
            )),
            _ => return Ok(None),
        };
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(flow) => Err(crate::members::method_failure(flow, name, args.len())),
        }
    }

    fn property_names(&self) -> Vec<Str> {
        let mut names: Vec<Str> = Vec::new();
        for part in self.0.attributes().into_iter().chain(self.0.children()) {
            let name = Str::from(part.name());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn index(&self, ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        let Some(first) = index.first() else { return Ok(None) };
        if !matches!(first.base(), Value::Str(_)) {
            return Ok(None);
        }
        let name = crate::convert::to_str(ctx, first)?;
        let found = self.0.children().into_iter().find(|c| c.kind() == NodeKind::Element && c.name() == name.as_str());
        Ok(Some(optional(found)))
    }

    fn equals(&self, other: &Value) -> bool {
        node_of(other).is_some_and(|o| o.identity() == self.0.identity())
    }

    fn hash_code(&self) -> u64 {
        let (tree, id) = self.0.identity();
        tree as u64 ^ u64::from(id)
    }
}

fn done(outcome: std::result::Result<(), XmlFault>, node: &Value) -> Result {
    match outcome {
        Ok(()) => Ok(node.clone()),
        Err(e) => fault(&e).throw(),
    }
}

pub static TYPES: &[TypeDef] = &[
    TypeDef { name: "System.Xml.XmlDocument", like: &[], members: &[("new", |_| Ok(make(XmlNode::document())))] },
    TypeDef { name: "System.Xml.XmlNodeList", like: &["System.Collections.ICollection"], members: &[] },
    TypeDef { name: "System.Xml.XmlChildNodes", like: &["System.Collections.ICollection"], members: &[] },
    TypeDef { name: "System.Xml.XPathNodeList", like: &["System.Collections.ICollection"], members: &[] },
    TypeDef { name: "System.Xml.XmlElementList", like: &["System.Collections.ICollection"], members: &[] },
    TypeDef {
        name: "System.Xml.XmlAttributeCollection",
        like: &["System.Collections.ICollection"],
        members: &[
            ("[]", |c| {
                let key = c.arg(0).base().clone();
                let items = c.with(|s: &mut sequence::Sequence| crate::types::State::items(s))?;
                Ok(match key {
                    Value::Str(name) => {
                        items.into_iter().find(|v| node_of(v).is_some_and(|n| n.name() == name.as_str()))
                    }
                    other => usize::try_from(other.as_i64().unwrap_or(-1)).ok().and_then(|i| items.get(i).cloned()),
                }
                .unwrap_or(Value::Null))
            }),
            ("GetNamedItem", |c| {
                let name = c.str(0);
                let items = c.with(|s: &mut sequence::Sequence| crate::types::State::items(s))?;
                Ok(items
                    .into_iter()
                    .find(|v| node_of(v).is_some_and(|n| n.name() == name.as_str()))
                    .unwrap_or(Value::Null))
            }),
            ("Append", |c| append(c)),
            ("SetNamedItem", |c| append(c)),
        ],
    },
];

/// Adds an attribute to the element that the collection's attributes belong to.
fn append(c: &mut crate::types::Call<'_>) -> Result {
    let owner = c.with(|s: &mut sequence::Sequence| {
        crate::types::State::items(s).first().and_then(node_of).and_then(|n| n.owner_element())
    })?;
    match (owner, node_of(c.arg(0))) {
        (Some(owner), Some(attribute)) => {
            owner.set_attribute_node(&attribute);
            Ok(c.arg(0).clone())
        }
        _ => fail::not_implemented(c.ty, c.name).throw(),
    }
}

fn is_xml_writer(value: &Value) -> bool {
    value.type_ref().is_some_and(|t| t.name() == "System.Xml.XmlWriter")
}

/// Writes what a value holds, if it is a node, to a writer.
pub fn write_to(ctx: &mut dyn Context, value: &Value, writer: &Value) -> Result {
    match node_of(value) {
        Some(node) => super::writer::write_node(ctx, &node, writer),
        None => fail::null("reader").throw(),
    }
}
