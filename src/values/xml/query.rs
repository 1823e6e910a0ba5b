//! XPath from a node.

use super::tree::XmlNode;
use super::xpath::{self, Namespaces, XPathError, XPathValue};

impl XmlNode {
    /// Evaluates an expression with this node as context.
    pub fn evaluate(&self, expression: &str, namespaces: Option<&Namespaces>) -> Result<XPathValue, XPathError> {
        xpath::evaluate(self, expression, namespaces)
    }

    /// `SelectNodes`, in document order.
    pub fn select_nodes(&self, expression: &str, namespaces: Option<&Namespaces>) -> Result<Vec<XmlNode>, XPathError> {
        match self.evaluate(expression, namespaces)? {
            XPathValue::Nodes(n) => Ok(n),
            _ => Err(XPathError::NodeSetExpected),
        }
    }

    /// `SelectSingleNode`.
    pub fn select_single_node(
        &self,
        expression: &str,
        namespaces: Option<&Namespaces>,
    ) -> Result<Option<XmlNode>, XPathError> {
        Ok(self.select_nodes(expression, namespaces)?.into_iter().next())
    }
}
