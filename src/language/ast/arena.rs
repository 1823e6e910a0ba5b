//! The arena that holds a source's tree, and how to read it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use super::*;
use crate::position::{Source, Span};
use crate::symbol::Sym;

/// Unescaped text: a piece of the source where nothing was escaped, else of the tree's side buffer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Text {
    start: u32,
    len: u32,
}

const SIDE: u32 = 1 << 31;

impl Text {
    /// A piece of the source as it stands.
    pub(crate) fn source(span: Span) -> Text {
        Text { start: span.start, len: span.len }
    }

    /// A piece of it, in bytes.
    pub(crate) fn part(self, from: usize, to: usize) -> Text {
        Text { start: self.start + from as u32, len: (to - from) as u32 }
    }

    /// Nothing in it.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The tree of one source.
#[derive(Debug)]
pub struct Ast {
    source: Arc<Source>,
    pub(crate) root: Option<BlockId>,
    exprs: Vec<Expr>,
    expr_spans: Vec<Span>,
    stmts: Vec<Stmt>,
    stmt_spans: Vec<Span>,
    blocks: Vec<ScriptBlock>,
    bodies: Vec<Body>,
    param_blocks: Vec<ParamBlock>,
    types: Vec<TypeName>,
    type_spans: Vec<Span>,
    consts: Vec<Const>,
    functions: Vec<Function>,
    type_defs: Vec<TypeDef>,
    attributes: Vec<Attribute>,
    pub(crate) pools: Pools,
    strings: String,
    /// Lone surrogates in the side buffer, as `u{D800}` escapes make them: place and unit.
    surrogates: Vec<(u32, u16)>,
    parents: OnceLock<HashMap<Node, Node>>,
}

/// Pools of lists.
#[derive(Debug, Default)]
pub(crate) struct Pools {
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    types: Vec<TypeId>,
    attributes: Vec<AttributeId>,
    elements: Vec<Element>,
    command_elements: Vec<CommandElement>,
    redirections: Vec<Redirection>,
    entries: Vec<HashEntry>,
    parts: Vec<Part>,
    named_args: Vec<NamedArg>,
    params: Vec<Param>,
    if_clauses: Vec<IfClause>,
    switch_clauses: Vec<SwitchClause>,
    catches: Vec<Catch>,
    members: Vec<Member>,
    nodes: Vec<Node>,
}

/// What can stand in a `List`.
pub trait Listed: Copy + Sized {
    #[doc(hidden)]
    fn pool(ast: &Ast) -> &[Self];
    #[doc(hidden)]
    fn pool_mut(ast: &mut Ast) -> &mut Vec<Self>;
}

macro_rules! listed {
    ($($ty:ty = $field:ident;)*) => {$(
        impl Listed for $ty {
            fn pool(ast: &Ast) -> &[Self] {
                &ast.pools.$field
            }

            fn pool_mut(ast: &mut Ast) -> &mut Vec<Self> {
                &mut ast.pools.$field
            }
        }
    )*};
}

listed! {
    ExprId = exprs;
    StmtId = stmts;
    TypeId = types;
    AttributeId = attributes;
    Element = elements;
    CommandElement = command_elements;
    Redirection = redirections;
    HashEntry = entries;
    Part = parts;
    NamedArg = named_args;
    Param = params;
    IfClause = if_clauses;
    SwitchClause = switch_clauses;
    Catch = catches;
    Member = members;
    Node = nodes;
}

impl Ast {
    pub(crate) fn new(source: Arc<Source>) -> Ast {
        let size = source.text().len();
        Ast {
            source,
            root: None,
            exprs: Vec::with_capacity(size / 8),
            expr_spans: Vec::with_capacity(size / 8),
            stmts: Vec::with_capacity(size / 24),
            stmt_spans: Vec::with_capacity(size / 24),
            blocks: Vec::new(),
            bodies: Vec::new(),
            param_blocks: Vec::new(),
            types: Vec::new(),
            type_spans: Vec::new(),
            consts: Vec::new(),
            functions: Vec::new(),
            type_defs: Vec::new(),
            attributes: Vec::new(),
            pools: Pools::default(),
            strings: String::new(),
            surrogates: Vec::new(),
            parents: OnceLock::new(),
        }
    }

    /// The source.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The whole script. A parsed tree always has one.
    pub fn root(&self) -> BlockId {
        self.root.unwrap_or_else(|| BlockId::new(0))
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// Where an expression stands.
    pub fn span_expr(&self, id: ExprId) -> Span {
        self.expr_spans[id.index()]
    }

    /// A statement.
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.index()]
    }

    /// Where a statement stands.
    pub fn span_stmt(&self, id: StmtId) -> Span {
        self.stmt_spans[id.index()]
    }

    /// A script block.
    pub fn block(&self, id: BlockId) -> &ScriptBlock {
        &self.blocks[id.index()]
    }

    /// A list of statements.
    pub fn body(&self, id: BodyId) -> &Body {
        &self.bodies[id.index()]
    }

    /// A param block.
    pub fn param_block(&self, id: ParamBlockId) -> &ParamBlock {
        &self.param_blocks[id.index()]
    }

    /// A type name.
    pub fn type_name(&self, id: TypeId) -> &TypeName {
        &self.types[id.index()]
    }

    /// Where a type name stands, without brackets around it.
    pub fn span_type(&self, id: TypeId) -> Span {
        self.type_spans[id.index()]
    }

    /// A number.
    pub fn constant(&self, id: ConstId) -> Const {
        self.consts[id.index()]
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// A class, interface or enum.
    pub fn type_def(&self, id: TypeDefId) -> &TypeDef {
        &self.type_defs[id.index()]
    }

    /// Number of classes, interfaces and enums.
    pub fn type_def_count(&self) -> usize {
        self.type_defs.len()
    }

    /// True when a using statement stands anywhere.
    pub fn has_using_statements(&self) -> bool {
        self.stmts.iter().any(|stmt| matches!(stmt, Stmt::Using(_)))
    }

    /// The first class, interface or enum of a name.
    pub fn find_type_def(&self, name: Sym) -> Option<TypeDef> {
        self.type_defs.iter().find(|def| def.name.sym == name).copied()
    }

    /// An attribute or type constraint.
    pub fn attribute(&self, id: AttributeId) -> &Attribute {
        &self.attributes[id.index()]
    }

    /// The items of a list.
    pub fn list<T: Listed>(&self, list: List<T>) -> &[T] {
        &T::pool(self)[list.start as usize..(list.start + list.len) as usize]
    }

    /// The expressions of a list.
    pub fn exprs(&self, list: List<ExprId>) -> &[ExprId] {
        self.list(list)
    }

    /// The statements of a list.
    pub fn stmts(&self, list: List<StmtId>) -> &[StmtId] {
        self.list(list)
    }

    /// Unescaped text. A lone surrogate stands as U+FFFD; `lone_surrogates` tells.
    pub fn text(&self, text: Text) -> &str {
        if text.start & SIDE != 0 {
            let start = (text.start & !SIDE) as usize;
            &self.strings[start..start + text.len as usize]
        } else {
            let start = text.start as usize;
            &self.source.text()[start..start + text.len as usize]
        }
    }

    /// The lone surrogates of a text: byte in the text where U+FFFD stands for it, and the unit.
    pub fn lone_surrogates(&self, text: Text) -> Vec<(u32, u16)> {
        if text.start & SIDE == 0 {
            return Vec::new();
        }
        let start = text.start & !SIDE;
        let inside = self.surrogates.iter().filter(|(at, _)| (start..start + text.len).contains(at));
        inside.map(|(at, unit)| (at - start, *unit)).collect()
    }

    /// The source text under a span.
    pub fn slice(&self, span: Span) -> &str {
        self.source.slice(span)
    }

    /// The text of an expression as written.
    pub fn expr_text(&self, id: ExprId) -> &str {
        self.slice(self.span_expr(id))
    }

    /// The text of a type name as PowerShell shows it (`ITypeName.FullName`).
    pub fn type_full_name(&self, id: TypeId) -> String {
        let mut out = String::new();
        self.write_type(id, &mut out);
        out
    }

    fn write_type(&self, id: TypeId, out: &mut String) {
        match *self.type_name(id) {
            TypeName::Simple { name, assembly, .. } => {
                out.push_str(self.text(name));
                self.write_assembly(assembly, out);
            }
            TypeName::Generic { base, args, assembly } => {
                self.write_type(base, out);
                out.push('[');
                for (index, arg) in self.list(args).iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    let bracketed = matches!(self.type_name(*arg), TypeName::Simple { assembly: Some(_), .. });
                    out.push_str(if bracketed { "[" } else { "" });
                    self.write_type(*arg, out);
                    out.push_str(if bracketed { "]" } else { "" });
                }
                out.push(']');
                self.write_assembly(assembly, out);
            }
            TypeName::Array { element, rank } => {
                self.write_type(element, out);
                out.push('[');
                out.extend(std::iter::repeat_n(',', usize::from(rank).saturating_sub(1)));
                out.push(']');
            }
        }
    }

    fn write_assembly(&self, assembly: Option<Text>, out: &mut String) {
        if let Some(assembly) = assembly {
            out.push(',');
            out.push_str(self.text(assembly));
        }
    }

    /// The name of a command, when it is written as a string.
    pub fn command_name(&self, command: &Command) -> Option<&str> {
        match self.list(command.elements).first()?.kind {
            CommandElementKind::Expr(name) => self.string_value(name),
            CommandElementKind::Parameter { .. } => None,
        }
    }

    /// The value of a constant string expression.
    pub fn string_value(&self, id: ExprId) -> Option<&str> {
        match *self.expr(id) {
            Expr::String { value, .. } => Some(self.text(value)),
            _ => None,
        }
    }

    /// The expression of a statement that is nothing else: a pipeline of one expression without redirections, not in
    /// the background.
    pub fn pure_expr(&self, id: StmtId) -> Option<ExprId> {
        let Stmt::Pipeline { elements, background: false } = *self.stmt(id) else {
            return None;
        };
        match self.list(elements) {
            [Element { kind: ElementKind::Expr(expr), redirections, .. }] if redirections.is_empty() => Some(*expr),
            _ => None,
        }
    }

    /// The node above, `None` for the whole script. The table is made at the first question.
    pub fn parent(&self, node: Node) -> Option<Node> {
        self.parents.get_or_init(|| self.make_parents()).get(&node).copied()
    }

    fn make_parents(&self) -> HashMap<Node, Node> {
        let mut parents = HashMap::new();
        let mut open = vec![Node::Block(self.root())];
        let mut children = Vec::new();
        while let Some(node) = open.pop() {
            children.clear();
            self.children(node, &mut children);
            for child in &children {
                parents.insert(*child, node);
                open.push(*child);
            }
        }
        parents
    }
}

/// Building; only the parser does.
impl Ast {
    pub(crate) fn add_expr(&mut self, expr: Expr, span: Span) -> ExprId {
        self.exprs.push(expr);
        self.expr_spans.push(span);
        ExprId::new(self.exprs.len() - 1)
    }

    pub(crate) fn add_stmt(&mut self, stmt: Stmt, span: Span) -> StmtId {
        self.stmts.push(stmt);
        self.stmt_spans.push(span);
        StmtId::new(self.stmts.len() - 1)
    }

    pub(crate) fn add_block(&mut self, block: ScriptBlock) -> BlockId {
        self.blocks.push(block);
        BlockId::new(self.blocks.len() - 1)
    }

    pub(crate) fn add_body(&mut self, body: Body) -> BodyId {
        self.bodies.push(body);
        BodyId::new(self.bodies.len() - 1)
    }

    pub(crate) fn add_param_block(&mut self, block: ParamBlock) -> ParamBlockId {
        self.param_blocks.push(block);
        ParamBlockId::new(self.param_blocks.len() - 1)
    }

    pub(crate) fn add_type(&mut self, name: TypeName, span: Span) -> TypeId {
        self.types.push(name);
        self.type_spans.push(span);
        TypeId::new(self.types.len() - 1)
    }

    pub(crate) fn add_const(&mut self, value: Const) -> ConstId {
        self.consts.push(value);
        ConstId::new(self.consts.len() - 1)
    }

    pub(crate) fn add_function(&mut self, function: Function) -> FunctionId {
        self.functions.push(function);
        FunctionId::new(self.functions.len() - 1)
    }

    pub(crate) fn add_type_def(&mut self, def: TypeDef) -> TypeDefId {
        self.type_defs.push(def);
        TypeDefId::new(self.type_defs.len() - 1)
    }

    pub(crate) fn add_attribute(&mut self, attribute: Attribute) -> AttributeId {
        self.attributes.push(attribute);
        AttributeId::new(self.attributes.len() - 1)
    }

    pub(crate) fn type_name_mut(&mut self, id: TypeId) -> &mut TypeName {
        &mut self.types[id.index()]
    }

    /// Moves what stands on a parser's stack above `mark` into the pool.
    pub(crate) fn add_list<T: Listed>(&mut self, stack: &mut Vec<T>, mark: usize) -> List<T> {
        let pool = T::pool_mut(self);
        let list = List::new(pool.len(), stack.len() - mark);
        pool.extend(stack.drain(mark..));
        list
    }

    pub(crate) fn add_items<T: Listed>(&mut self, items: &[T]) -> List<T> {
        let pool = T::pool_mut(self);
        let list = List::new(pool.len(), items.len());
        pool.extend_from_slice(items);
        list
    }

    /// Text that differs from the source.
    pub(crate) fn add_text(&mut self, text: &str) -> Text {
        let start = self.strings.len() as u32;
        self.strings.push_str(text);
        Text { start: start | SIDE, len: text.len() as u32 }
    }

    pub(crate) fn add_surrogate(&mut self, text: Text, at: u32, unit: u16) {
        self.surrogates.push(((text.start & !SIDE) + at, unit));
    }
}
