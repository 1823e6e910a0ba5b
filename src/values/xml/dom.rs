//! Changing a document.

use super::parse;
use super::tree::{Data, Id, NodeKind, ROOT, Tree, XmlNode};
use super::{XML, XMLNS, XmlError};

/// What a change is refused for; the text is System.Xml's.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum XmlFault {
    /// `InvalidOperationException`.
    #[error("The current node cannot contain other nodes.")]
    CannotContain,
    /// `InvalidOperationException`.
    #[error(
        "The specified node cannot be inserted as the valid child of this node, because the specified node is the wrong type."
    )]
    WrongType,
    /// `InvalidOperationException`.
    #[error("This document already has a 'DocumentElement' node.")]
    SecondRoot,
    /// `ArgumentException`.
    #[error("The node to be removed is not a child of this node.")]
    NotChild,
    /// `ArgumentException`.
    #[error("The reference node is not a child of this node.")]
    ReferenceNotChild,
    /// `ArgumentException`.
    #[error("Cannot insert a node or any ancestor of that node as a child of itself.")]
    Ancestor,
    /// `ArgumentException`.
    #[error("The node to be inserted is from a different document context.")]
    OtherDocument,
    /// `InvalidOperationException`.
    #[error("Cannot set a value on node type '{0}'.")]
    NoValue(&'static str),
    /// `InvalidOperationException`.
    #[error("Cannot set the 'InnerXml' for the current node because it is either read-only or cannot have children.")]
    NoInnerXml,
    /// `XmlException`.
    #[error("{0}")]
    Name(String),
    #[error(transparent)]
    Xml(#[from] XmlError),
}

/// Splits a qualified name.
pub(super) fn split_name(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}

/// Checks a name as `XmlConvert.VerifyName` does.
fn check_name(name: &str) -> Result<(), XmlFault> {
    let mut chars = name.chars();
    let bad = |c: char, i: usize| {
        XmlFault::Name(if i == 0 {
            format!("Name cannot begin with the '{c}' character, hexadecimal value 0x{:02X}.", c as u32)
        } else {
            format!("The '{c}' character, hexadecimal value 0x{:02X}, cannot be included in a name.", c as u32)
        })
    };
    match chars.next() {
        None => {
            return Err(XmlFault::Name(
                "The local name for elements or attributes cannot be null or an empty string.".into(),
            ));
        }
        Some(c) if !parse::is_name_start(c) => return Err(bad(c, 0)),
        _ => {}
    }
    match chars.enumerate().find(|(_, c)| !parse::is_name_char(*c) && *c != ':') {
        Some((i, c)) => Err(bad(c, i + 1)),
        None => Ok(()),
    }
}

impl XmlNode {
    fn make(&self, d: Data) -> XmlNode {
        let id = self.lock().add(d);
        self.at(id)
    }

    /// `CreateElement(name, namespace)`.
    pub fn create_element(&self, name: &str, namespace: &str) -> Result<XmlNode, XmlFault> {
        check_name(name)?;
        let (p, l) = split_name(name);
        Ok(self.make(Data::new(NodeKind::Element, p, l, namespace, "")))
    }

    /// `CreateAttribute(name, namespace)`; the prefixes `xml` and `xmlns` bring their own namespace.
    pub fn create_attribute(&self, name: &str, namespace: &str) -> Result<XmlNode, XmlFault> {
        check_name(name)?;
        let (p, l) = split_name(name);
        let ns = match (p, l) {
            ("xml", _) => XML,
            ("xmlns", _) | ("", "xmlns") => XMLNS,
            _ => namespace,
        };
        Ok(self.make(Data::new(NodeKind::Attribute, p, l, ns, "")))
    }

    pub fn create_text(&self, text: &str) -> XmlNode {
        self.make(Data::new(NodeKind::Text, "", "", "", text))
    }

    pub fn create_cdata(&self, text: &str) -> XmlNode {
        self.make(Data::new(NodeKind::CData, "", "", "", text))
    }

    pub fn create_comment(&self, text: &str) -> XmlNode {
        self.make(Data::new(NodeKind::Comment, "", "", "", text))
    }

    pub fn create_whitespace(&self, text: &str, significant: bool) -> XmlNode {
        self.make(Data::new(
            if significant { NodeKind::SignificantWhitespace } else { NodeKind::Whitespace },
            "",
            "",
            "",
            text,
        ))
    }

    pub fn create_processing_instruction(&self, target: &str, data: &str) -> XmlNode {
        self.make(Data::new(NodeKind::ProcessingInstruction, "", target, "", data))
    }

    /// `CreateXmlDeclaration`; empty encoding or standalone are left out.
    pub fn create_declaration(&self, version: &str, encoding: &str, standalone: &str) -> XmlNode {
        let mut v = format!("version=\"{version}\"");
        if !encoding.is_empty() {
            v.push_str(&format!(" encoding=\"{encoding}\""));
        }
        if !standalone.is_empty() {
            v.push_str(&format!(" standalone=\"{standalone}\""));
        }
        self.make(Data::new(NodeKind::XmlDeclaration, "", "xml", "", &v))
    }

    pub fn create_fragment(&self) -> XmlNode {
        self.make(Data::new(NodeKind::DocumentFragment, "", "", "", ""))
    }

    pub fn create_document_type(
        &self,
        name: &str,
        public_id: Option<&str>,
        system_id: Option<&str>,
        subset: &str,
    ) -> XmlNode {
        let mut d = Data::new(NodeKind::DocumentType, "", name, "", subset);
        d.public_id = public_id.map(String::from);
        d.system_id = system_id.map(String::from);
        self.make(d)
    }

    /// Replaces the document's content by parsed text.
    pub fn load(&self, text: &str) -> Result<(), XmlError> {
        let preserve = self.preserve_whitespace();
        let mut fresh = Tree::new();
        fresh.preserve_whitespace = preserve;
        parse::document(text, &mut fresh)?;
        let mut t = self.lock();
        if t.nodes.len() == 1 && self.id == ROOT {
            // Nobody holds a node of an empty document.
            *t = fresh;
            return Ok(());
        }
        t.get_mut(ROOT).children.clear();
        graft(&fresh, ROOT, &mut t, ROOT);
        Ok(())
    }

    /// `Value = ...`.
    pub fn set_value(&self, value: &str) -> Result<(), XmlFault> {
        let kind = self.kind();
        match kind {
            NodeKind::Element | NodeKind::Document | NodeKind::DocumentFragment | NodeKind::DocumentType => {
                Err(XmlFault::NoValue(kind.name()))
            }
            _ => {
                self.lock().get_mut(self.id).value = value.to_string();
                Ok(())
            }
        }
    }

    /// `InnerText = ...`: the children become one text.
    pub fn set_inner_text(&self, text: &str) {
        let mut t = self.lock();
        if t.get(self.id).kind != NodeKind::Element && t.get(self.id).kind != NodeKind::DocumentFragment {
            t.get_mut(self.id).value = text.to_string();
            return;
        }
        // A single text child is kept and changed.
        let only = match t.get(self.id).children.as_slice() {
            [c] if t.get(*c).kind == NodeKind::Text => Some(*c),
            _ => None,
        };
        match only {
            Some(c) => t.get_mut(c).value = text.to_string(),
            None => {
                clear(&mut t, self.id);
                let c = t.add(Data::new(NodeKind::Text, "", "", "", text));
                t.append(self.id, c);
            }
        }
    }

    /// `InnerXml = ...`.
    pub fn set_inner_xml(&self, xml: &str) -> Result<(), XmlFault> {
        match self.kind() {
            NodeKind::Document => return Ok(self.load(xml)?),
            NodeKind::Attribute => {
                self.lock().get_mut(self.id).value = parse::attribute_value(xml)?;
                return Ok(());
            }
            NodeKind::Element | NodeKind::DocumentFragment => {}
            _ => return Err(XmlFault::NoInnerXml),
        }
        let mut fresh = Tree::new();
        {
            let t = self.lock();
            fresh.preserve_whitespace = t.preserve_whitespace;
            parse::fragment(xml, &mut fresh, &|p| t.namespace_of(self.id, p))?;
        }
        let mut t = self.lock();
        clear(&mut t, self.id);
        graft(&fresh, ROOT, &mut t, self.id);
        Ok(())
    }

    /// Brings a node to this document: as it is when it belongs here, else as a deep copy (what `ImportNode` gives).
    pub fn import(&self, node: &XmlNode, deep: bool) -> XmlNode {
        let parts = {
            let other = node.lock();
            snapshot(&other, node.id, deep)
        };
        let mut t = self.lock();
        let id = restore(&parts, 0, &mut t);
        drop(t);
        self.at(id)
    }

    /// `CloneNode`; cloning a document gives a new document.
    pub fn clone_node(&self, deep: bool) -> XmlNode {
        if self.kind() != NodeKind::Document {
            return self.import(self, deep);
        }
        let copy = XmlNode::document();
        copy.set_preserve_whitespace(self.preserve_whitespace());
        if deep {
            let t = self.lock();
            let mut new = copy.lock();
            graft(&t, ROOT, &mut new, ROOT);
        }
        copy
    }

    fn check_child(&self, child: &XmlNode) -> Result<(), XmlFault> {
        if !std::sync::Arc::ptr_eq(&self.tree, &child.tree) {
            return Err(XmlFault::OtherDocument);
        }
        let t = self.lock();
        let parent = t.get(self.id).kind;
        let kind = t.get(child.id).kind;
        if child.id == self.id || t.ancestors(self.id).any(|a| a == child.id) {
            return Err(XmlFault::Ancestor);
        }
        let fits = match parent {
            NodeKind::Document => {
                !matches!(kind, NodeKind::Attribute | NodeKind::Text | NodeKind::CData | NodeKind::Document)
            }
            NodeKind::Element | NodeKind::DocumentFragment => !matches!(
                kind,
                NodeKind::Attribute | NodeKind::Document | NodeKind::DocumentType | NodeKind::XmlDeclaration
            ),
            _ => return Err(XmlFault::CannotContain),
        };
        if !fits {
            return Err(XmlFault::WrongType);
        }
        if parent == NodeKind::Document
            && kind == NodeKind::Element
            && t.get(ROOT).children.iter().any(|c| *c != child.id && t.get(*c).kind == NodeKind::Element)
        {
            return Err(XmlFault::SecondRoot);
        }
        Ok(())
    }

    /// `InsertBefore` (at the end without a reference); a fragment gives its children.
    pub fn insert_before(&self, child: &XmlNode, reference: Option<&XmlNode>) -> Result<(), XmlFault> {
        if reference.is_some_and(|r| r == child) {
            return Ok(());
        }
        if child.kind() == NodeKind::DocumentFragment {
            for c in child.children() {
                self.insert_before(&c, reference)?;
            }
            return Ok(());
        }
        self.check_child(child)?;
        let mut t = self.lock();
        if let Some(r) = reference
            && t.get(r.id).parent != Some(self.id)
        {
            return Err(XmlFault::ReferenceNotChild);
        }
        t.detach(child.id);
        let at = match reference {
            Some(r) => t.get(self.id).children.iter().position(|c| *c == r.id),
            None => None,
        };
        let at = at.unwrap_or(t.get(self.id).children.len());
        t.get_mut(child.id).parent = Some(self.id);
        let p = t.get_mut(self.id);
        p.children.insert(at, child.id);
        p.empty_tag = false;
        Ok(())
    }

    /// `InsertAfter` (at the beginning without a reference).
    pub fn insert_after(&self, child: &XmlNode, reference: Option<&XmlNode>) -> Result<(), XmlFault> {
        if reference.is_some_and(|r| r == child) {
            return Ok(());
        }
        let next = match reference {
            None => self.first_child(),
            Some(r) => {
                if self.lock().get(r.id).parent != Some(self.id) {
                    return Err(XmlFault::ReferenceNotChild);
                }
                r.next_sibling()
            }
        };
        self.insert_before(child, next.as_ref())
    }

    pub fn append_child(&self, child: &XmlNode) -> Result<(), XmlFault> {
        self.insert_before(child, None)
    }

    pub fn prepend_child(&self, child: &XmlNode) -> Result<(), XmlFault> {
        self.insert_after(child, None)
    }

    pub fn remove_child(&self, child: &XmlNode) -> Result<(), XmlFault> {
        let mut t = self.lock();
        if t.get(child.id).parent != Some(self.id) || !std::sync::Arc::ptr_eq(&self.tree, &child.tree) {
            return Err(XmlFault::NotChild);
        }
        t.detach(child.id);
        Ok(())
    }

    pub fn replace_child(&self, new: &XmlNode, old: &XmlNode) -> Result<(), XmlFault> {
        if self.lock().get(old.id).parent != Some(self.id) {
            return Err(XmlFault::ReferenceNotChild);
        }
        let next = old.next_sibling();
        let next = if next.as_ref() == Some(new) { new.next_sibling() } else { next };
        self.remove_child(old)?;
        self.insert_before(new, next.as_ref())
    }

    /// `RemoveAll`: children and attributes.
    pub fn remove_all(&self) {
        let mut t = self.lock();
        clear(&mut t, self.id);
        let attributes = std::mem::take(&mut t.get_mut(self.id).attributes);
        for a in attributes {
            t.get_mut(a).parent = None;
        }
    }

    /// The attribute of that qualified name.
    pub fn attribute(&self, name: &str) -> Option<XmlNode> {
        let id = {
            let t = self.lock();
            t.get(self.id).attributes.iter().copied().find(|a| t.qualified(*a) == name)
        };
        id.map(|i| self.at(i))
    }

    /// The attribute of that local name and namespace.
    pub fn attribute_ns(&self, local: &str, namespace: &str) -> Option<XmlNode> {
        let id = {
            let t = self.lock();
            let same = |a: &Id| t.get(*a).local == local && t.get(*a).namespace == namespace;
            t.get(self.id).attributes.iter().copied().find(same)
        };
        id.map(|i| self.at(i))
    }

    /// `GetAttribute`; empty when there is none.
    pub fn get_attribute(&self, name: &str) -> String {
        self.attribute(name).and_then(|a| a.value()).unwrap_or_default()
    }

    /// `SetAttribute(name, value)`.
    pub fn set_attribute(&self, name: &str, value: &str) -> Result<XmlNode, XmlFault> {
        let a = match self.attribute(name) {
            Some(a) => a,
            None => {
                let (p, _) = split_name(name);
                let ns = if p.is_empty() { String::new() } else { self.namespace_of_prefix(p) };
                let a = self.create_attribute(name, &ns)?;
                self.lock().append_attribute(self.id, a.id);
                a
            }
        };
        a.lock().get_mut(a.id).value = value.to_string();
        Ok(a)
    }

    /// `SetAttribute(localName, namespace, value)`.
    pub fn set_attribute_ns(&self, local: &str, namespace: &str, value: &str) -> Result<XmlNode, XmlFault> {
        let a = match self.attribute_ns(local, namespace) {
            Some(a) => a,
            None => {
                let prefix = if namespace.is_empty() { String::new() } else { self.prefix_of_namespace(namespace) };
                let name = if prefix.is_empty() { local.to_string() } else { format!("{prefix}:{local}") };
                let a = self.create_attribute(&name, namespace)?;
                self.lock().append_attribute(self.id, a.id);
                a
            }
        };
        a.lock().get_mut(a.id).value = value.to_string();
        Ok(a)
    }

    /// `SetAttributeNode`; gives the attribute that was replaced.
    pub fn set_attribute_node(&self, attribute: &XmlNode) -> Option<XmlNode> {
        let old = self.attribute(&attribute.name()).filter(|o| o != attribute);
        let mut t = self.lock();
        if let Some(o) = &old {
            t.detach(o.id);
        }
        if t.get(attribute.id).parent != Some(self.id) {
            t.detach(attribute.id);
            t.append_attribute(self.id, attribute.id);
        }
        drop(t);
        old
    }

    /// `RemoveAttribute`; whether there was one.
    pub fn remove_attribute(&self, name: &str) -> bool {
        match self.attribute(name) {
            Some(a) => {
                self.lock().detach(a.id);
                true
            }
            None => false,
        }
    }

    /// `GetElementsByTagName`; `*` is any.
    pub fn elements_by_tag_name(&self, name: &str) -> Vec<XmlNode> {
        let mut ids = Vec::new();
        {
            let t = self.lock();
            let mut stack: Vec<Id> = t.get(self.id).children.iter().rev().copied().collect();
            while let Some(i) = stack.pop() {
                if t.get(i).kind == NodeKind::Element && (name == "*" || t.qualified(i) == name) {
                    ids.push(i);
                }
                stack.extend(t.get(i).children.iter().rev());
            }
        }
        ids.into_iter().map(|i| self.at(i)).collect()
    }

    /// `Normalize`: neighbouring texts become one, empty ones go.
    pub fn normalize(&self) {
        for c in self.children() {
            c.normalize();
        }
        let mut t = self.lock();
        let ids = t.get(self.id).children.clone();
        let mut last: Option<Id> = None;
        for i in ids {
            if t.get(i).kind != NodeKind::Text {
                last = None;
                continue;
            }
            let v = t.get(i).value.clone();
            match last {
                Some(l) => {
                    t.get_mut(l).value.push_str(&v);
                    t.detach(i);
                }
                None if v.is_empty() => t.detach(i),
                None => last = Some(i),
            }
        }
    }
}

fn clear(t: &mut Tree, id: Id) {
    let children = std::mem::take(&mut t.get_mut(id).children);
    for c in children {
        t.get_mut(c).parent = None;
    }
}

/// Copies all children of `from` (and nothing of itself) under `to` of another tree.
fn graft(source: &Tree, from: Id, target: &mut Tree, to: Id) {
    for c in &source.get(from).children {
        let parts = snapshot(source, *c, true);
        let id = restore(&parts, 0, target);
        target.append(to, id);
    }
}

/// A node and what is below, detached from any tree.
struct Part {
    data: Data,
    attributes: Vec<Data>,
    children: Vec<usize>,
}

fn snapshot(t: &Tree, id: Id, deep: bool) -> Vec<Part> {
    let mut out = Vec::new();
    let mut work = vec![(id, usize::MAX)];
    while let Some((id, parent)) = work.pop() {
        let mut data = t.get(id).clone();
        let attributes = data.attributes.iter().map(|a| t.get(*a).clone()).collect();
        let me = out.len();
        if deep {
            work.extend(data.children.iter().rev().map(|c| (*c, me)));
        }
        data.children.clear();
        data.attributes.clear();
        data.parent = None;
        out.push(Part { data, attributes, children: Vec::new() });
        if parent != usize::MAX {
            out[parent].children.push(me);
        }
    }
    out
}

fn restore(parts: &[Part], root: usize, t: &mut Tree) -> Id {
    // Parts stand in document order, so a parent is made before its children.
    let base = t.nodes.len() as Id;
    let mut ids: Vec<Id> = Vec::with_capacity(parts.len());
    for p in parts {
        ids.push(t.add(p.data.clone()));
    }
    for (i, p) in parts.iter().enumerate() {
        let empty = p.data.empty_tag;
        for a in &p.attributes {
            let a = t.add(a.clone());
            t.append_attribute(ids[i], a);
        }
        for c in &p.children {
            t.append(ids[i], ids[*c]);
        }
        t.get_mut(ids[i]).empty_tag = empty && p.children.is_empty();
    }
    base + root as Id
}
