//! XML as System.Xml's document model has it.
//!
//! [`XmlNode`] is a shared handle (`Send + Sync`) on a node of a document's tree; two handles on the same node are equal.
//! [`XmlNode::load`] parses with System.Xml's error texts, [`XmlNode::outer_xml`] and [`XmlNode::save`] write,
//! [`XmlNode::select_nodes`] evaluates XPath 1.0. No lock is held between calls, so handles may be used from anywhere.

mod dom;
mod parse;
mod query;
pub mod scan;
mod tree;
mod write;
pub mod xpath;

pub use dom::XmlFault;
pub use parse::XmlError;
pub use tree::{NodeKind, XmlNode};
pub use write::WriteSettings;
pub use xpath::{Namespaces, XPathError, XPathValue};

/// The namespace of `xmlns` attributes.
pub const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
/// The namespace of the prefix `xml`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";

#[cfg(test)]
mod tests;
