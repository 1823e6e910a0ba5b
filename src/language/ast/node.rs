//! Any node, its children and its place: what the parser API and tools walk over.

use super::*;
use crate::position::Span;
use crate::token::TokenKind;

/// Any node of the tree. Numbers are places in the pools (`List::place`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Node {
    Expr(ExprId),
    Stmt(StmtId),
    Block(BlockId),
    /// A named block: `Begin`, `Process`, `End`, `Dynamicparam` or `Clean` of a script block.
    Named(BlockId, TokenKind),
    Body(BodyId),
    ParamBlock(ParamBlockId),
    Param(u32),
    Element(u32),
    /// A parameter of a command; arguments are `Expr`.
    CommandParameter(u32),
    Redirection(u32),
    Attribute(AttributeId),
    NamedArg(u32),
    Catch(u32),
    /// The function inside a method.
    Function(FunctionId),
    Member(u32),
}

/// What a visitor wants next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Go on into the children.
    Continue,
    /// Leave the children out.
    SkipChildren,
    /// No more at all.
    Stop,
}

impl Ast {
    /// Where a node stands.
    pub fn span(&self, node: Node) -> Span {
        match node {
            Node::Expr(id) => self.span_expr(id),
            Node::Stmt(id) => self.span_stmt(id),
            Node::Block(id) => self.block(id).span,
            Node::Named(id, kind) => self.named_block(id, kind).map_or(self.block(id).span, |named| named.span),
            Node::Body(id) => self.body(id).span,
            Node::ParamBlock(id) => self.param_block(id).span,
            Node::Param(place) => self.at::<Param>(place).span,
            Node::Element(place) => self.at::<Element>(place).span,
            Node::CommandParameter(place) => self.at::<CommandElement>(place).span,
            Node::Redirection(place) => self.at::<Redirection>(place).span,
            Node::Attribute(id) => self.attribute(id).span,
            Node::NamedArg(place) => self.at::<NamedArg>(place).span,
            Node::Catch(place) => self.at::<Catch>(place).span,
            Node::Function(id) => self.function(id).span,
            Node::Member(place) => self.at::<Member>(place).span,
        }
    }

    /// The item at a pool's place.
    pub fn at<T: Listed>(&self, place: u32) -> &T {
        &T::pool(self)[place as usize]
    }

    /// A named block of a script block.
    pub fn named_block(&self, id: BlockId, kind: TokenKind) -> Option<NamedBlock> {
        self.block(id).named().find(|named| named.kind == kind)
    }

    /// Calls `visit` for the node and all below it, parents first, in the order of .NET's visitors.
    pub fn walk(&self, from: Node, visit: &mut dyn FnMut(Node) -> Visit) {
        let mut open = vec![from];
        let mut children = Vec::new();
        while let Some(node) = open.pop() {
            match visit(node) {
                Visit::Stop => return,
                Visit::SkipChildren => {}
                Visit::Continue => {
                    children.clear();
                    self.children(node, &mut children);
                    open.extend(children.iter().rev());
                }
            }
        }
    }

    /// The nodes right below a node, in the order of .NET's visitors.
    pub fn children(&self, node: Node, out: &mut Vec<Node>) {
        match node {
            Node::Expr(id) => self.expr_children(*self.expr(id), out),
            Node::Stmt(id) => self.stmt_children(*self.stmt(id), out),
            Node::Block(id) => {
                let block = self.block(id);
                out.extend(self.list(block.usings).iter().map(|id| Node::Stmt(*id)));
                out.extend(block.params.map(Node::ParamBlock));
                out.extend(block.named().map(|named| Node::Named(id, named.kind)));
            }
            Node::Named(id, kind) => {
                if let Some(named) = self.named_block(id, kind) {
                    self.body_children(named.body, out);
                }
            }
            Node::Body(id) => self.body_children(id, out),
            Node::ParamBlock(id) => {
                let block = self.param_block(id);
                self.attribute_nodes(block.attributes, out);
                places(block.params, Node::Param, out);
            }
            Node::Param(place) => {
                let param = self.at::<Param>(place);
                self.attribute_nodes(param.attributes, out);
                out.push(Node::Expr(param.name));
                out.extend(param.default.map(Node::Expr));
            }
            Node::Element(place) => self.element_children(*self.at::<Element>(place), out),
            Node::CommandParameter(place) => {
                if let CommandElementKind::Parameter { argument, .. } = self.at::<CommandElement>(place).kind {
                    out.extend(argument.map(Node::Expr));
                }
            }
            Node::Redirection(place) => {
                if let RedirectTo::File { location, .. } = self.at::<Redirection>(place).to {
                    out.push(Node::Expr(location));
                }
            }
            Node::Attribute(id) => {
                if let AttributeKind::Attribute { args, named } = self.attribute(id).kind {
                    self.expr_nodes(args, out);
                    places(named, Node::NamedArg, out);
                }
            }
            Node::NamedArg(place) => out.push(Node::Expr(self.at::<NamedArg>(place).value)),
            Node::Catch(place) => {
                let catch = self.at::<Catch>(place);
                self.attribute_nodes(catch.types, out);
                out.push(Node::Body(catch.body));
            }
            Node::Function(id) => self.function_children(id, out),
            Node::Member(place) => {
                let member = self.at::<Member>(place);
                out.extend(member.ty.map(Node::Attribute));
                self.attribute_nodes(member.attributes, out);
                match member.kind {
                    MemberKind::Property { initial } => out.extend(initial.map(Node::Expr)),
                    MemberKind::Method { function, .. } => out.push(Node::Function(function)),
                }
            }
        }
    }

    fn expr_children(&self, expr: Expr, out: &mut Vec<Node>) {
        match expr {
            Expr::Const(_) | Expr::String { .. } | Expr::Variable(_) | Expr::Type(_) => {}
            Expr::Expandable { parts, .. } => {
                out.extend(self.list(parts).iter().filter_map(|part| match part {
                    Part::Text(_) => None,
                    Part::Expr(id) => Some(Node::Expr(*id)),
                }));
            }
            Expr::Array(items) => self.expr_nodes(items, out),
            Expr::ArrayExpr(body) | Expr::SubExpr(body) => out.push(Node::Body(body)),
            Expr::Paren(stmt) => out.push(Node::Stmt(stmt)),
            Expr::Hash(entries) => {
                for entry in self.list(entries) {
                    out.extend([Node::Expr(entry.key), Node::Stmt(entry.value)]);
                }
            }
            Expr::ScriptBlock(block) => out.push(Node::Block(block)),
            Expr::Unary { operand, .. } | Expr::Using(operand) => out.push(Node::Expr(operand)),
            Expr::Binary { left, right, .. } => out.extend([Node::Expr(left), Node::Expr(right)]),
            Expr::Ternary { condition, if_true, if_false } => {
                out.extend([Node::Expr(condition), Node::Expr(if_true), Node::Expr(if_false)]);
            }
            Expr::Convert { ty: attribute, operand } | Expr::Attributed { attribute, operand } => {
                out.extend([Node::Attribute(attribute), Node::Expr(operand)]);
            }
            Expr::Member { target, member, .. } => out.extend([Node::Expr(target), Node::Expr(member)]),
            Expr::Invoke { target, member, args, .. } => {
                out.extend([Node::Expr(target), Node::Expr(member)]);
                self.expr_nodes(args, out);
            }
            Expr::Index { target, index, .. } => out.extend([Node::Expr(target), Node::Expr(index)]),
            Expr::Error(nodes) => out.extend(self.list(nodes)),
        }
    }

    fn stmt_children(&self, stmt: Stmt, out: &mut Vec<Node>) {
        match stmt {
            Stmt::Pipeline { elements, .. } => places(elements, Node::Element, out),
            Stmt::Chain { left, right, .. } => out.extend([Node::Stmt(left), Node::Stmt(right)]),
            Stmt::Assign { target, value, .. } => out.extend([Node::Expr(target), Node::Stmt(value)]),
            Stmt::If { clauses, otherwise } => {
                for clause in self.list(clauses) {
                    out.extend([Node::Stmt(clause.condition), Node::Body(clause.body)]);
                }
                out.extend(otherwise.map(Node::Body));
            }
            Stmt::While { condition, body, .. }
            | Stmt::DoWhile { condition, body, .. }
            | Stmt::DoUntil { condition, body, .. } => out.extend([Node::Stmt(condition), Node::Body(body)]),
            Stmt::For { init, condition, step, body, .. } => {
                out.extend([init, condition, step].into_iter().flatten().map(Node::Stmt));
                out.push(Node::Body(body));
            }
            Stmt::Foreach { variable, collection, body, .. } => {
                out.extend([Node::Expr(variable), Node::Stmt(collection), Node::Body(body)]);
            }
            Stmt::Switch { condition, clauses, default, .. } => {
                out.push(Node::Stmt(condition));
                for clause in self.list(clauses) {
                    out.extend([Node::Expr(clause.condition), Node::Body(clause.body)]);
                }
                out.extend(default.map(Node::Body));
            }
            Stmt::Try { body, catches, finally } => {
                out.push(Node::Body(body));
                places(catches, Node::Catch, out);
                out.extend(finally.map(Node::Body));
            }
            Stmt::Trap { ty, body } => {
                out.extend(ty.map(Node::Attribute));
                out.push(Node::Body(body));
            }
            Stmt::Data { commands, body, .. } => {
                self.expr_nodes(commands, out);
                out.push(Node::Body(body));
            }
            Stmt::Block { body, .. } => out.push(Node::Body(body)),
            Stmt::Function(id) => self.function_children(id, out),
            Stmt::Type(id) => {
                let def = self.type_def(id);
                self.attribute_nodes(def.attributes, out);
                self.attribute_nodes(def.bases, out);
                places(def.members, Node::Member, out);
            }
            Stmt::Using(using) => {
                out.extend([using.name, using.alias, using.module].into_iter().flatten().map(Node::Expr))
            }
            Stmt::Configuration { name, body } => out.extend([Node::Expr(name), Node::Block(body)]),
            Stmt::Return(value) | Stmt::Throw(value) | Stmt::Exit(value) => out.extend(value.map(Node::Stmt)),
            Stmt::Break(label) | Stmt::Continue(label) => out.extend(label.map(Node::Expr)),
            Stmt::Error(nodes) => out.extend(self.list(nodes)),
        }
    }

    fn element_children(&self, element: Element, out: &mut Vec<Node>) {
        match element.kind {
            ElementKind::Expr(id) => out.push(Node::Expr(id)),
            ElementKind::Command(command) => {
                for (index, part) in self.list(command.elements).iter().enumerate() {
                    out.push(match part.kind {
                        CommandElementKind::Expr(id) => Node::Expr(id),
                        CommandElementKind::Parameter { .. } => Node::CommandParameter(command.elements.place(index)),
                    });
                }
            }
        }
        places(element.redirections, Node::Redirection, out);
    }

    fn function_children(&self, id: FunctionId, out: &mut Vec<Node>) {
        let function = self.function(id);
        places(function.params.unwrap_or_default(), Node::Param, out);
        out.push(Node::Block(function.body));
    }

    fn body_children(&self, id: BodyId, out: &mut Vec<Node>) {
        let body = self.body(id);
        out.extend(self.list(body.traps).iter().chain(self.list(body.statements)).map(|id| Node::Stmt(*id)));
    }

    fn expr_nodes(&self, list: List<ExprId>, out: &mut Vec<Node>) {
        out.extend(self.list(list).iter().map(|id| Node::Expr(*id)));
    }

    fn attribute_nodes(&self, list: List<AttributeId>, out: &mut Vec<Node>) {
        out.extend(self.list(list).iter().map(|id| Node::Attribute(*id)));
    }
}

fn places<T>(list: List<T>, node: fn(u32) -> Node, out: &mut Vec<Node>) {
    out.extend((0..list.len()).map(|index| node(list.place(index))));
}
