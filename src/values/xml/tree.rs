//! Nodes, and the shared handle on them.

use parking_lot::{Mutex, MutexGuard};
use std::sync::Arc;

/// `XmlNodeType`, with .NET's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    Element = 1,
    Attribute = 2,
    Text = 3,
    CData = 4,
    EntityReference = 5,
    ProcessingInstruction = 7,
    Comment = 8,
    Document = 9,
    DocumentType = 10,
    DocumentFragment = 11,
    Whitespace = 13,
    SignificantWhitespace = 14,
    XmlDeclaration = 17,
}

impl NodeKind {
    /// The member of `XmlNodeType`.
    pub fn name(self) -> &'static str {
        match self {
            NodeKind::Element => "Element",
            NodeKind::Attribute => "Attribute",
            NodeKind::Text => "Text",
            NodeKind::CData => "CDATA",
            NodeKind::EntityReference => "EntityReference",
            NodeKind::ProcessingInstruction => "ProcessingInstruction",
            NodeKind::Comment => "Comment",
            NodeKind::Document => "Document",
            NodeKind::DocumentType => "DocumentType",
            NodeKind::DocumentFragment => "DocumentFragment",
            NodeKind::Whitespace => "Whitespace",
            NodeKind::SignificantWhitespace => "SignificantWhitespace",
            NodeKind::XmlDeclaration => "XmlDeclaration",
        }
    }

    /// Whether the node is character data.
    pub fn is_text(self) -> bool {
        matches!(self, NodeKind::Text | NodeKind::CData | NodeKind::Whitespace | NodeKind::SignificantWhitespace)
    }
}

pub(super) type Id = u32;
pub(super) const ROOT: Id = 0;

/// One node. Ids are never reused, so a handle on a removed node stays good.
#[derive(Debug, Clone)]
pub(super) struct Data {
    pub kind: NodeKind,
    pub prefix: String,
    pub local: String,
    pub namespace: String,
    /// Text of character data, comments, instructions, attributes; internal subset of a document type.
    pub value: String,
    pub parent: Option<Id>,
    pub children: Vec<Id>,
    pub attributes: Vec<Id>,
    /// An element written as `<e />` (`IsEmpty`).
    pub empty_tag: bool,
    /// Public and system id of a document type.
    pub public_id: Option<String>,
    pub system_id: Option<String>,
}

impl Data {
    pub fn new(kind: NodeKind, prefix: &str, local: &str, namespace: &str, value: &str) -> Data {
        Data {
            kind,
            prefix: prefix.into(),
            local: local.into(),
            namespace: namespace.into(),
            value: value.into(),
            parent: None,
            children: Vec::new(),
            attributes: Vec::new(),
            empty_tag: true,
            public_id: None,
            system_id: None,
        }
    }
}

/// All nodes of a document; the document itself is node 0.
#[derive(Debug)]
pub(super) struct Tree {
    pub nodes: Vec<Data>,
    pub preserve_whitespace: bool,
}

impl Drop for Tree {
    fn drop(&mut self) {
        crate::stop::discard(std::mem::take(&mut self.nodes));
    }
}

impl Tree {
    pub fn new() -> Tree {
        Tree { nodes: vec![Data::new(NodeKind::Document, "", "", "", "")], preserve_whitespace: false }
    }

    pub fn get(&self, id: Id) -> &Data {
        &self.nodes[id as usize]
    }

    pub fn get_mut(&mut self, id: Id) -> &mut Data {
        &mut self.nodes[id as usize]
    }

    pub fn add(&mut self, d: Data) -> Id {
        self.nodes.push(d);
        (self.nodes.len() - 1) as Id
    }

    pub fn append(&mut self, parent: Id, child: Id) {
        self.get_mut(child).parent = Some(parent);
        let p = self.get_mut(parent);
        p.children.push(child);
        p.empty_tag = false;
    }

    pub fn append_attribute(&mut self, element: Id, attribute: Id) {
        self.get_mut(attribute).parent = Some(element);
        self.get_mut(element).attributes.push(attribute);
    }

    /// Takes the node out of its parent.
    pub fn detach(&mut self, id: Id) {
        if let Some(p) = self.get_mut(id).parent.take() {
            let d = self.get_mut(p);
            d.children.retain(|c| *c != id);
            d.attributes.retain(|c| *c != id);
        }
    }

    pub fn qualified(&self, id: Id) -> String {
        let d = self.get(id);
        if d.prefix.is_empty() { d.local.clone() } else { format!("{}:{}", d.prefix, d.local) }
    }

    /// The element or document that holds the tree of the node.
    pub fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.get(id).parent, |p| self.get(*p).parent)
    }

    /// The text of a node and all below (`InnerText`).
    pub fn text(&self, id: Id) -> String {
        let mut out = String::new();
        self.push_text(id, &mut out);
        out
    }

    fn push_text(&self, id: Id, out: &mut String) {
        let d = self.get(id);
        match d.kind {
            NodeKind::Element | NodeKind::Document | NodeKind::DocumentFragment => {
                for c in &d.children {
                    if !matches!(
                        self.get(*c).kind,
                        NodeKind::Comment
                            | NodeKind::ProcessingInstruction
                            | NodeKind::XmlDeclaration
                            | NodeKind::DocumentType
                    ) {
                        self.push_text(*c, out);
                    }
                }
            }
            _ => out.push_str(&d.value),
        }
    }

    /// The namespace that a prefix has at a node; the empty prefix is the default namespace.
    pub fn namespace_of(&self, id: Id, prefix: &str) -> Option<String> {
        match prefix {
            "xml" => return Some(super::XML.into()),
            "xmlns" => return Some(super::XMLNS.into()),
            _ => {}
        }
        let mut at = Some(id);
        while let Some(i) = at {
            let d = self.get(i);
            if d.kind == NodeKind::Element {
                if d.prefix == prefix && (!d.namespace.is_empty() || prefix.is_empty()) {
                    return Some(d.namespace.clone());
                }
                for a in &d.attributes {
                    let a = self.get(*a);
                    let declares = if prefix.is_empty() {
                        a.prefix.is_empty() && a.local == "xmlns"
                    } else {
                        a.prefix == "xmlns" && a.local == prefix
                    };
                    if declares {
                        return Some(a.value.clone());
                    }
                }
            }
            at = d.parent;
        }
        prefix.is_empty().then(String::new)
    }
}

/// A handle on a node of a document.
#[derive(Clone)]
pub struct XmlNode {
    pub(super) tree: Arc<Mutex<Tree>>,
    pub(super) id: Id,
}

impl PartialEq for XmlNode {
    fn eq(&self, o: &XmlNode) -> bool {
        self.id == o.id && Arc::ptr_eq(&self.tree, &o.tree)
    }
}

impl Eq for XmlNode {}

impl std::fmt::Debug for XmlNode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "XmlNode({:?} {})", self.kind(), self.name())
    }
}

impl XmlNode {
    pub(super) fn at(&self, id: Id) -> XmlNode {
        XmlNode { tree: self.tree.clone(), id }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock()
    }

    /// A new, empty document.
    pub fn document() -> XmlNode {
        XmlNode { tree: Arc::new(Mutex::new(Tree::new())), id: ROOT }
    }

    /// A number that tells nodes apart (for hashing).
    pub fn identity(&self) -> (usize, u32) {
        (Arc::as_ptr(&self.tree) as usize, self.id)
    }

    pub fn kind(&self) -> NodeKind {
        self.lock().get(self.id).kind
    }

    /// `Name`: qualified for elements and attributes, `#text` and the like for others.
    pub fn name(&self) -> String {
        let t = self.lock();
        match t.get(self.id).kind {
            NodeKind::Text => "#text".into(),
            NodeKind::CData => "#cdata-section".into(),
            NodeKind::Comment => "#comment".into(),
            NodeKind::Document => "#document".into(),
            NodeKind::DocumentFragment => "#document-fragment".into(),
            NodeKind::Whitespace => "#whitespace".into(),
            NodeKind::SignificantWhitespace => "#significant-whitespace".into(),
            NodeKind::XmlDeclaration => "xml".into(),
            _ => t.qualified(self.id),
        }
    }

    pub fn local_name(&self) -> String {
        let local = {
            let t = self.lock();
            let d = t.get(self.id);
            matches!(d.kind, NodeKind::Element | NodeKind::Attribute).then(|| d.local.clone())
        };
        local.unwrap_or_else(|| self.name())
    }

    pub fn prefix(&self) -> String {
        self.lock().get(self.id).prefix.clone()
    }

    pub fn namespace_uri(&self) -> String {
        self.lock().get(self.id).namespace.clone()
    }

    /// `Value`; none for elements, documents, fragments, document types.
    pub fn value(&self) -> Option<String> {
        let t = self.lock();
        let d = t.get(self.id);
        match d.kind {
            NodeKind::Element
            | NodeKind::Document
            | NodeKind::DocumentFragment
            | NodeKind::DocumentType
            | NodeKind::EntityReference => None,
            _ => Some(d.value.clone()),
        }
    }

    /// `ParentNode`; none for attributes.
    pub fn parent(&self) -> Option<XmlNode> {
        let t = self.lock();
        let d = t.get(self.id);
        if d.kind == NodeKind::Attribute { None } else { d.parent.map(|p| self.at(p)) }
    }

    /// `OwnerElement` of an attribute.
    pub fn owner_element(&self) -> Option<XmlNode> {
        let t = self.lock();
        let d = t.get(self.id);
        if d.kind == NodeKind::Attribute { d.parent.map(|p| self.at(p)) } else { None }
    }

    /// The document that the node belongs to.
    pub fn owner_document(&self) -> XmlNode {
        self.at(ROOT)
    }

    pub fn children(&self) -> Vec<XmlNode> {
        let ids = self.lock().get(self.id).children.clone();
        ids.into_iter().map(|i| self.at(i)).collect()
    }

    pub fn has_children(&self) -> bool {
        !self.lock().get(self.id).children.is_empty()
    }

    pub fn attributes(&self) -> Vec<XmlNode> {
        let ids = self.lock().get(self.id).attributes.clone();
        ids.into_iter().map(|i| self.at(i)).collect()
    }

    pub fn first_child(&self) -> Option<XmlNode> {
        let id = self.lock().get(self.id).children.first().copied();
        id.map(|i| self.at(i))
    }

    pub fn last_child(&self) -> Option<XmlNode> {
        let id = self.lock().get(self.id).children.last().copied();
        id.map(|i| self.at(i))
    }

    fn sibling(&self, step: isize) -> Option<XmlNode> {
        let id = {
            let t = self.lock();
            let d = t.get(self.id);
            if d.kind == NodeKind::Attribute {
                return None;
            }
            let c = &t.get(d.parent?).children;
            let at = c.iter().position(|i| *i == self.id)?;
            *c.get(at.checked_add_signed(step)?)?
        };
        Some(self.at(id))
    }

    pub fn next_sibling(&self) -> Option<XmlNode> {
        self.sibling(1)
    }

    pub fn previous_sibling(&self) -> Option<XmlNode> {
        self.sibling(-1)
    }

    /// `DocumentElement`.
    pub fn document_element(&self) -> Option<XmlNode> {
        let id = {
            let t = self.lock();
            t.get(ROOT).children.iter().copied().find(|c| t.get(*c).kind == NodeKind::Element)
        };
        id.map(|i| self.at(i))
    }

    /// `IsEmpty` of an element: written as one tag.
    pub fn is_empty_tag(&self) -> bool {
        self.lock().get(self.id).empty_tag
    }

    pub fn set_empty_tag(&self, empty: bool) {
        let mut t = self.lock();
        let d = t.get_mut(self.id);
        d.empty_tag = empty && d.children.is_empty();
    }

    pub fn preserve_whitespace(&self) -> bool {
        self.lock().preserve_whitespace
    }

    pub fn set_preserve_whitespace(&self, on: bool) {
        self.lock().preserve_whitespace = on;
    }

    /// `InnerText`.
    pub fn inner_text(&self) -> String {
        self.lock().text(self.id)
    }

    /// Public id, system id, internal subset of a document type.
    pub fn doctype(&self) -> (Option<String>, Option<String>, String) {
        let t = self.lock();
        let d = t.get(self.id);
        (d.public_id.clone(), d.system_id.clone(), d.value.clone())
    }

    /// `GetNamespaceOfPrefix`; empty when undeclared.
    pub fn namespace_of_prefix(&self, prefix: &str) -> String {
        self.lock().namespace_of(self.id, prefix).unwrap_or_default()
    }

    /// `GetPrefixOfNamespace`; empty when there is none.
    pub fn prefix_of_namespace(&self, namespace: &str) -> String {
        let t = self.lock();
        let mut at = Some(self.id);
        while let Some(i) = at {
            let d = t.get(i);
            if d.kind == NodeKind::Element && d.namespace == namespace && !d.prefix.is_empty() {
                return d.prefix.clone();
            }
            for a in &d.attributes {
                let a = t.get(*a);
                if a.prefix == "xmlns" && a.value == namespace {
                    return a.local.clone();
                }
            }
            at = d.parent;
        }
        String::new()
    }
}
