//! XPath 1.0: all axes and the 27 functions of the core library, over the document model.

mod eval;
mod functions;
mod parse;

use super::tree::XmlNode;
use hashbrown::HashMap;

/// Prefixes that an expression may use (`XmlNamespaceManager`).
pub type Namespaces = HashMap<String, String>;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum XPathValue {
    /// In document order.
    Nodes(Vec<XmlNode>),
    Boolean(bool),
    Number(f64),
    String(String),
}

/// `XPathException`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum XPathError {
    #[error("'{0}' has an invalid token.")]
    Token(String),
    #[error("Expression must evaluate to a node-set.")]
    NodeSetExpected,
    #[error("This is an unclosed string.")]
    UnclosedString,
    #[error("'{0}' has an invalid qualified name.")]
    QualifiedName(String),
    #[error("Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function.")]
    NoNamespaces,
    #[error("Namespace prefix '{0}' is not defined.")]
    Prefix(String),
    #[error("Function '{0}' in '{1}' has an invalid number of arguments.")]
    Arguments(String, String),
    #[error("The argument to function '{0}' in '{1}' cannot be converted to a node-set.")]
    Argument(String, String),
    #[error("The expression passed to this method should result in a NodeSet.")]
    Operand,
    #[error("XsltContext is needed for this query because of an unknown function.")]
    Function,
    #[error("The xpath query is too complex.")]
    TooComplex,
}

pub(super) fn evaluate(
    node: &XmlNode,
    expression: &str,
    namespaces: Option<&Namespaces>,
) -> Result<XPathValue, XPathError> {
    let ast = parse::parse(expression)?;
    eval::run(node, &ast, expression, namespaces)
}
