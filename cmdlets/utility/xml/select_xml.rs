//! Select-Xml.

use std::sync::Arc;

use command::{
    Bound, Cmdlet, Command, Context, ErrorCategory, ErrorRecord, Exception, Flow, NativeObject, Result, Session, Str,
    TextEncoding, TypeRef, Value, class, file_exception,
};
use values::{convert, members};

use crate::input::not_found;

pub static COMMAND: Command = Command { name: "Select-Xml", create: || Box::new(SelectXml) };

struct SelectXml;

impl Cmdlet for SelectXml {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        if bound.has("Xml") {
            for node in bound.list("Xml") {
                select(session, bound, &node, "InputStream")?;
            }
            return Ok(());
        }
        for text in bound.strings("Content") {
            let context: &mut dyn Context = session;
            match convert::convert(context, &Value::Str(text), TypeRef::XML_DOCUMENT) {
                Ok(document) => select(session, bound, &document, "InputStream")?,
                Err(flow) => match *flow {
                    Flow::Throw(record) => session.write_error(record)?,
                    other => return Err(Box::new(other)),
                },
            }
        }
        let is_literal = bound.has("LiteralPath");
        for given in bound.strings(if is_literal { "LiteralPath" } else { "Path" }) {
            for path in crate::input::files(session, &given, is_literal)? {
                let shown = path.display().to_string();
                if !path.exists() {
                    return not_found(&shown).throw();
                }
                let text = match values::stop::read(&path) {
                    Ok(bytes) => TextEncoding::Utf8.decode_file(&bytes).into_owned(),
                    Err(e) => {
                        let inner = file_exception(&e, &path);
                        unreadable(session, &shown, inner)?;
                        continue;
                    }
                };
                let context: &mut dyn Context = session;
                match convert::convert(context, &Value::from(text), TypeRef::XML_DOCUMENT) {
                    Ok(document) => select(session, bound, &document, &shown)?,
                    Err(flow) => match *flow {
                        Flow::Throw(record) => {
                            let inner = record.exception.data.lock().inner.clone();
                            let message = match &inner {
                                Some(Value::Exception(e)) => e.message(),
                                _ => record.exception.message(),
                            };
                            unreadable(session, &shown, Exception::new(TypeRef::INVALID_OPERATION_EXCEPTION, message))?;
                        }
                        other => return Err(Box::new(other)),
                    },
                }
            }
        }
        Ok(())
    }
}

fn unreadable(session: &mut dyn Session, path: &str, inner: Exception) -> Result<()> {
    let message = format!("The file '{path}' cannot be read: {}", inner.message());
    let exception = Exception::new(TypeRef::ARGUMENT_EXCEPTION, message).inner(inner.value());
    let record =
        ErrorRecord::new(Arc::new(exception), "ProcessingFile", ErrorCategory::InvalidArgument, Value::from(path));
    session.write_error(Arc::new(record))
}

fn select(session: &mut dyn Session, bound: &Bound, node: &Value, path: &str) -> Result<()> {
    let context: &mut dyn Context = session;
    let xpath = bound.str("XPath").unwrap_or_else(Str::empty);
    let mut arguments = vec![Value::Str(xpath.clone())];
    if let Some(table) = bound.get("Namespace").and_then(Value::as_dict) {
        let names = class("System.Xml.XmlNamespaceManager", TypeRef::OBJECT);
        let document =
            members::get(context, node, "OwnerDocument")?.filter(|d| !d.is_null()).unwrap_or_else(|| node.clone());
        let known = members::get(context, &document, "NameTable")?.unwrap_or_default();
        let manager = members::call_static(context, names, "new", &[known])?;
        for (prefix, uri) in table.to_vec() {
            let (prefix, uri) = (convert::to_str(context, &prefix)?, convert::to_str(context, &uri)?);
            members::call(context, &manager, "AddNamespace", &[Value::Str(prefix), Value::Str(uri)])?;
        }
        arguments.push(manager);
    }
    let found = members::call(context, node, "SelectNodes", &arguments);
    let found = match found {
        Ok(found) => members::enumerate(context, &found)?.unwrap_or_default(),
        Err(flow) => {
            return match *flow {
                Flow::Throw(_) => Exception::new(
                    class("System.Xml.XPath.XPathException", TypeRef::SYSTEM_EXCEPTION),
                    "Expression must evaluate to a node-set.",
                )
                .identity("System.Xml.XPath.XPathException", ErrorCategory::NotSpecified, Value::Null)
                .throw(),
                other => Err(Box::new(other)),
            };
        }
    };
    for node in found {
        let kind = members::get(session, &node, "NodeType")?.map(|v| convert::to_display(&v)).unwrap_or_default();
        let text_of = if kind == "Element" { "InnerText" } else { "Value" };
        let text = members::get(session, &node, text_of)?.unwrap_or_default();
        let text = Str::from(convert::to_display(&text));
        let info = NativeObject::of_pairs(
            "Microsoft.PowerShell.Commands.SelectXmlInfo",
            vec![("Node", node), ("Path", Value::from(path)), ("Pattern", Value::Str(xpath.clone()))],
        );
        let info = info.with_hidden_text(text);
        session.write(info.into_value())?;
    }
    Ok(())
}
