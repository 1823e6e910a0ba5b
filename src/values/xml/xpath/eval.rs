//! Evaluating expressions over a document.

use super::parse::{Axis, Expr, Op, Step, Test};
use super::{Namespaces, XPathError, XPathValue, functions};
use crate::xml::tree::{Id, NodeKind, ROOT, Tree, XmlNode};
use crate::xml::{XML, XMLNS};

/// A value while evaluating; node sets are ids in document order.
#[derive(Debug, Clone)]
pub(super) enum Val {
    Nodes(Vec<Id>),
    Bool(bool),
    Num(f64),
    Str(String),
}

pub(super) struct Env<'a> {
    pub tree: &'a Tree,
    /// Place of each node in document order.
    order: Vec<u32>,
    pub expression: &'a str,
    namespaces: Option<&'a Namespaces>,
}

/// Context node, position, size.
#[derive(Clone, Copy)]
pub(super) struct Ctx {
    pub node: Id,
    pub position: usize,
    pub size: usize,
}

type Result<T> = std::result::Result<T, XPathError>;

pub(super) fn run(node: &XmlNode, e: &Expr, expression: &str, namespaces: Option<&Namespaces>) -> Result<XPathValue> {
    let value = {
        let tree = node.lock();
        let mut env = Env { tree: &tree, order: vec![0; tree.nodes.len()], expression, namespaces };
        env.number(node.id);
        match env.eval(e, Ctx { node: node.id, position: 1, size: 1 })? {
            Val::Nodes(n) => Err(n),
            Val::Bool(b) => Ok(XPathValue::Boolean(b)),
            Val::Num(n) => Ok(XPathValue::Number(n)),
            Val::Str(s) => Ok(XPathValue::String(s)),
        }
    };
    Ok(value.unwrap_or_else(|ids| XPathValue::Nodes(ids.into_iter().map(|i| node.at(i)).collect())))
}

impl Env<'_> {
    /// Numbers the nodes of the tree that holds `from`.
    fn number(&mut self, from: Id) {
        let root = self.tree.ancestors(from).last().unwrap_or(from);
        let mut next = 1;
        let mut stack = vec![root];
        while let Some(i) = stack.pop() {
            self.order[i as usize] = next;
            next += 1;
            let d = self.tree.get(i);
            for a in &d.attributes {
                self.order[*a as usize] = next;
                next += 1;
            }
            stack.extend(d.children.iter().rev());
        }
    }

    fn sorted(&self, mut v: Vec<Id>) -> Vec<Id> {
        v.sort_by_key(|i| self.order[*i as usize]);
        v.dedup();
        v
    }

    pub fn eval(&self, e: &Expr, c: Ctx) -> Result<Val> {
        Ok(match e {
            Expr::Number(n) => Val::Num(*n),
            Expr::Literal(s) => Val::Str(s.clone()),
            Expr::Negate(e) => Val::Num(-self.num(&self.eval(e, c)?)),
            Expr::Call(name, args) => functions::call(self, name, args, c)?,
            Expr::Path { absolute, steps } => {
                let start = if *absolute { self.tree.ancestors(c.node).last().unwrap_or(c.node) } else { c.node };
                Val::Nodes(self.steps(vec![start], steps)?)
            }
            Expr::Filter { base, predicates, steps } => {
                let Val::Nodes(mut nodes) = self.eval(base, c)? else { return Err(XPathError::NodeSetExpected) };
                for p in predicates {
                    nodes = self.filter(nodes, p)?;
                }
                Val::Nodes(self.steps(nodes, steps)?)
            }
            Expr::Binary(op, a, b) => return self.binary(*op, a, b, c),
        })
    }

    fn binary(&self, op: Op, a: &Expr, b: &Expr, c: Ctx) -> Result<Val> {
        match op {
            Op::Or => return Ok(Val::Bool(self.truth(&self.eval(a, c)?) || self.truth(&self.eval(b, c)?))),
            Op::And => return Ok(Val::Bool(self.truth(&self.eval(a, c)?) && self.truth(&self.eval(b, c)?))),
            _ => {}
        }
        let (x, y) = (self.eval(a, c)?, self.eval(b, c)?);
        Ok(match op {
            Op::Union => match (x, y) {
                (Val::Nodes(mut p), Val::Nodes(q)) => {
                    p.extend(q);
                    Val::Nodes(self.sorted(p))
                }
                _ => return Err(XPathError::NodeSetExpected),
            },
            Op::Add => Val::Num(self.num(&x) + self.num(&y)),
            Op::Sub => Val::Num(self.num(&x) - self.num(&y)),
            Op::Mul => Val::Num(self.num(&x) * self.num(&y)),
            Op::Div => Val::Num(self.num(&x) / self.num(&y)),
            Op::Mod => Val::Num(self.num(&x) % self.num(&y)),
            op => Val::Bool(self.compare(op, &x, &y)),
        })
    }

    fn compare(&self, op: Op, x: &Val, y: &Val) -> bool {
        let equality = matches!(op, Op::Eq | Op::Ne);
        match (x, y) {
            (Val::Nodes(a), Val::Nodes(b)) => {
                let right: Vec<String> = b.iter().map(|n| self.text(*n)).collect();
                a.iter().any(|n| {
                    let l = self.text(*n);
                    right
                        .iter()
                        .any(|r| if equality { (l == *r) == (op == Op::Eq) } else { order(op, number(&l), number(r)) })
                })
            }
            (Val::Nodes(a), other) => match other {
                Val::Bool(b) => {
                    let l = !a.is_empty();
                    if equality {
                        (l == *b) == (op == Op::Eq)
                    } else {
                        order(op, f64::from(u8::from(l)), f64::from(u8::from(*b)))
                    }
                }
                Val::Str(s) if equality => a.iter().any(|n| (self.text(*n) == *s) == (op == Op::Eq)),
                other => {
                    let r = self.num(other);
                    a.iter().any(|n| order(op, number(&self.text(*n)), r))
                }
            },
            (other, Val::Nodes(_)) => self.compare(mirror(op), y, other),
            (Val::Bool(_), _) | (_, Val::Bool(_)) if equality => (self.truth(x) == self.truth(y)) == (op == Op::Eq),
            (Val::Str(a), Val::Str(b)) if equality => (a == b) == (op == Op::Eq),
            _ => order(op, self.num(x), self.num(y)),
        }
    }

    /// The string value of a node.
    pub fn text(&self, id: Id) -> String {
        self.tree.text(id)
    }

    pub fn num(&self, v: &Val) -> f64 {
        match v {
            Val::Num(n) => *n,
            Val::Bool(b) => f64::from(u8::from(*b)),
            Val::Str(s) => number(s),
            Val::Nodes(_) => number(&self.string(v)),
        }
    }

    pub fn string(&self, v: &Val) -> String {
        match v {
            Val::Str(s) => s.clone(),
            Val::Bool(b) => b.to_string(),
            Val::Num(n) => number_text(*n),
            Val::Nodes(n) => n.first().map(|i| self.text(*i)).unwrap_or_default(),
        }
    }

    pub fn truth(&self, v: &Val) -> bool {
        match v {
            Val::Bool(b) => *b,
            Val::Num(n) => *n != 0.0 && !n.is_nan(),
            Val::Str(s) => !s.is_empty(),
            Val::Nodes(n) => !n.is_empty(),
        }
    }

    fn steps(&self, mut nodes: Vec<Id>, steps: &[Step]) -> Result<Vec<Id>> {
        for s in steps {
            let mut out = Vec::new();
            for n in &nodes {
                let mut found = self.axis(*n, s.axis);
                let mut kept = Vec::new();
                for f in found.drain(..) {
                    if self.passes(f, s)? {
                        kept.push(f);
                    }
                }
                for p in &s.predicates {
                    kept = self.filter(kept, p)?;
                }
                out.extend(kept);
            }
            nodes = self.sorted(out);
        }
        Ok(nodes)
    }

    fn filter(&self, nodes: Vec<Id>, p: &Expr) -> Result<Vec<Id>> {
        let size = nodes.len();
        let mut out = Vec::new();
        for (i, n) in nodes.into_iter().enumerate() {
            let keep = match self.eval(p, Ctx { node: n, position: i + 1, size })? {
                Val::Num(v) => v == (i + 1) as f64,
                v => self.truth(&v),
            };
            if keep {
                out.push(n);
            }
        }
        Ok(out)
    }

    /// Namespace of a prefix in the expression.
    fn namespace(&self, prefix: &str) -> Result<String> {
        if prefix.is_empty() {
            return Ok(String::new());
        }
        match self.namespaces {
            None if prefix == "xml" => Ok(XML.into()),
            None => Err(XPathError::NoNamespaces),
            Some(m) => m
                .get(prefix)
                .cloned()
                .or_else(|| (prefix == "xml").then(|| XML.into()))
                .ok_or_else(|| XPathError::Prefix(prefix.into())),
        }
    }

    fn passes(&self, id: Id, s: &Step) -> Result<bool> {
        let d = self.tree.get(id);
        let principal = match s.axis {
            Axis::Attribute => d.kind == NodeKind::Attribute,
            Axis::Namespace => true,
            _ => d.kind == NodeKind::Element,
        };
        Ok(match &s.test {
            Test::Node => !matches!(d.kind, NodeKind::XmlDeclaration | NodeKind::DocumentType),
            Test::Text => d.kind.is_text(),
            Test::Comment => d.kind == NodeKind::Comment,
            Test::Instruction(name) => {
                d.kind == NodeKind::ProcessingInstruction && name.as_ref().is_none_or(|n| *n == d.local)
            }
            Test::Any => principal,
            Test::AnyIn(p) => {
                let ns = self.namespace(p)?;
                principal && d.namespace == ns
            }
            Test::Name(p, local) => {
                let ns = self.namespace(p)?;
                principal && d.local == *local && (s.axis == Axis::Namespace || d.namespace == ns)
            }
        })
    }

    /// The nodes of an axis, nearest first.
    fn axis(&self, id: Id, axis: Axis) -> Vec<Id> {
        let t = self.tree;
        let d = t.get(id);
        let siblings = |id: Id| -> (Vec<Id>, usize) {
            let d = t.get(id);
            match d.parent {
                Some(p) if d.kind != NodeKind::Attribute => {
                    let c = t.get(p).children.clone();
                    let at = c.iter().position(|i| *i == id).unwrap_or(0);
                    (c, at)
                }
                _ => (vec![id], 0),
            }
        };
        match axis {
            Axis::Child => d.children.clone(),
            Axis::Own => vec![id],
            Axis::Parent => d.parent.into_iter().collect(),
            Axis::Ancestor => t.ancestors(id).collect(),
            Axis::AncestorOrSelf => std::iter::once(id).chain(t.ancestors(id)).collect(),
            Axis::Descendant => self.below(id, false),
            Axis::DescendantOrSelf => self.below(id, true),
            Axis::Attribute => d.attributes.iter().copied().filter(|a| t.get(*a).namespace != XMLNS).collect(),
            Axis::Namespace => {
                let mut seen: Vec<&str> = Vec::new();
                let mut out = Vec::new();
                for e in std::iter::once(id).chain(t.ancestors(id)) {
                    for a in &t.get(e).attributes {
                        let a_data = t.get(*a);
                        if a_data.namespace == XMLNS && !seen.contains(&a_data.local.as_str()) {
                            seen.push(&a_data.local);
                            out.push(*a);
                        }
                    }
                }
                out
            }
            Axis::FollowingSibling => {
                let (c, at) = siblings(id);
                c[at + 1..].to_vec()
            }
            Axis::PrecedingSibling => {
                let (c, at) = siblings(id);
                c[..at].iter().rev().copied().collect()
            }
            Axis::Following => {
                let mut out = Vec::new();
                let start = if d.kind == NodeKind::Attribute { d.parent } else { None };
                if let Some(e) = start {
                    out.extend(self.below(e, false));
                }
                let mut at = Some(start.unwrap_or(id));
                while let Some(i) = at {
                    let (c, k) = siblings(i);
                    for s in &c[k + 1..] {
                        out.extend(self.below(*s, true));
                    }
                    at = t.get(i).parent;
                }
                out
            }
            Axis::Preceding => {
                let mut out = Vec::new();
                let mut at = Some(if d.kind == NodeKind::Attribute { d.parent.unwrap_or(ROOT) } else { id });
                while let Some(i) = at {
                    let (c, k) = siblings(i);
                    for s in c[..k].iter().rev() {
                        out.extend(self.below(*s, true).into_iter().rev());
                    }
                    at = t.get(i).parent;
                }
                out
            }
        }
    }

    fn below(&self, id: Id, with_self: bool) -> Vec<Id> {
        let mut out = Vec::new();
        let mut stack = vec![id];
        while let Some(i) = stack.pop() {
            if i != id || with_self {
                out.push(i);
            }
            stack.extend(self.tree.get(i).children.iter().rev());
        }
        out
    }
}

fn mirror(op: Op) -> Op {
    match op {
        Op::Lt => Op::Gt,
        Op::Le => Op::Ge,
        Op::Gt => Op::Lt,
        Op::Ge => Op::Le,
        o => o,
    }
}

fn order(op: Op, a: f64, b: f64) -> bool {
    match op {
        Op::Eq => a == b,
        Op::Ne => a != b,
        Op::Lt => a < b,
        Op::Le => a <= b,
        Op::Gt => a > b,
        _ => a >= b,
    }
}

/// A text as a number: digits with an optional point and minus; anything else is NaN.
pub(super) fn number(s: &str) -> f64 {
    let t = s.trim();
    let body = t.strip_prefix('-').unwrap_or(t);
    let digits = body.chars().all(|c| c.is_ascii_digit() || c == '.') && body.chars().any(|c| c.is_ascii_digit());
    if digits { t.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// A number as text: no exponent, integers without point.
pub(super) fn number_text(n: f64) -> String {
    if n.is_nan() {
        "NaN".into()
    } else if n.is_infinite() {
        if n > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else if n == 0.0 {
        "0".into()
    } else {
        format!("{n}")
    }
}
