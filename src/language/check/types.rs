//! Types: definitions in scope, names that must exist inside classes, properties that want `$this`, using statements.

use std::collections::HashMap;

use super::constant::{Purpose, is_constant};
use super::{Report, TypeKnowledge};
use crate::ast::{
    Ast, AttributeKind, BlockId, Expr, ExprId, Member, MemberKind, Node, Stmt, TypeDefId, TypeId, TypeName, Using,
    UsingKind, VariableScope, Visit,
};
use crate::error::ErrorArg;
use crate::position::Span;
use crate::requires::{ModuleSpecification, module_specification};
use crate::symbol::Sym;

/// The namespaces of `using namespace`.
pub(super) fn namespaces(ast: &Ast) -> Vec<String> {
    let usings = ast.stmts(ast.block(ast.root()).usings);
    let names = usings.iter().filter_map(|id| match *ast.stmt(*id) {
        Stmt::Using(Using { kind: UsingKind::Namespace, name: Some(name), .. }) => ast.string_value(name),
        _ => None,
    });
    names.map(str::to_owned).collect()
}

struct Scope {
    types: HashMap<Sym, TypeDefId>,
    /// Properties of the class, for the scopes of classes: static or not.
    properties: HashMap<Sym, bool>,
    definition: Option<TypeDefId>,
    is_method: bool,
}

struct Resolver<'a, 'r> {
    ast: &'a Ast,
    knowledge: &'a dyn TypeKnowledge,
    knows_types: bool,
    usings: &'a [String],
    report: &'a mut Report<'r>,
    scopes: Vec<Scope>,
}

enum Step {
    Enter(Node),
    LeaveScope,
}

pub(super) fn resolve(
    ast: &Ast,
    knowledge: &dyn TypeKnowledge,
    knows_types: bool,
    usings: &[String],
    report: &mut Report<'_>,
) {
    let root = ast.root();
    if ast.type_def_count() == 0 && !ast.has_using_statements() {
        return;
    }
    let mut resolver = Resolver { ast, knowledge, knows_types, usings, report, scopes: Vec::new() };
    resolver.enter_block(root, false);
    let mut open = vec![Step::Enter(Node::Block(root))];
    let mut children = Vec::new();
    while let Some(step) = open.pop() {
        let Step::Enter(node) = step else {
            resolver.scopes.pop();
            continue;
        };
        if resolver.enter(node) {
            open.push(Step::LeaveScope);
        }
        children.clear();
        ast.children(node, &mut children);
        open.extend(children.iter().rev().map(|child| Step::Enter(*child)));
    }
}

impl Resolver<'_, '_> {
    fn enter_block(&mut self, block: BlockId, is_method: bool) {
        let mut scope = Scope { types: HashMap::new(), properties: HashMap::new(), definition: None, is_method };
        // Types of this scope first, so that they may refer to each other; not those of nested script blocks.
        let ast = self.ast;
        ast.walk(Node::Block(block), &mut |node| match node {
            Node::Block(inner) if inner != block => Visit::SkipChildren,
            Node::Stmt(id) => {
                if let Stmt::Type(def) = *ast.stmt(id) {
                    let definition = ast.type_def(def);
                    if scope.types.insert(definition.name.sym, def).is_some() {
                        let name = ast.text(definition.name.text);
                        self.report.add(definition.span, "MemberAlreadyDefined", &[name]);
                    }
                    return Visit::SkipChildren;
                }
                Visit::Continue
            }
            _ => Visit::Continue,
        });
        self.scopes.push(scope);
    }

    /// Checks a node; true when it opened a scope.
    fn enter(&mut self, node: Node) -> bool {
        match node {
            Node::Stmt(id) => match *self.ast.stmt(id) {
                Stmt::Type(def) => {
                    let definition = self.ast.type_def(def);
                    let mut properties = HashMap::new();
                    for member in self.ast.list(definition.members) {
                        if let Member { kind: MemberKind::Property { .. }, name, is_static, .. } = member {
                            properties.entry(name.sym).or_insert(*is_static);
                        }
                    }
                    self.scopes.push(Scope {
                        types: HashMap::new(),
                        properties,
                        definition: Some(def),
                        is_method: false,
                    });
                    return true;
                }
                Stmt::Function(function) => {
                    self.enter_block(self.ast.function(function).body, false);
                    return true;
                }
                Stmt::Assign { target, .. } => self.check_assignment(target),
                Stmt::Using(using) => self.check_using(using, self.ast.span_stmt(id)),
                _ => {}
            },
            Node::Function(function) => {
                // Only methods have such nodes.
                self.enter_block(self.ast.function(function).body, true);
                return true;
            }
            Node::Expr(id) => match *self.ast.expr(id) {
                Expr::ScriptBlock(block) => {
                    self.enter_block(block, false);
                    return true;
                }
                Expr::Type(ty) => self.check_type(ty, 0, false),
                _ => {}
            },
            Node::Attribute(id) => {
                let attribute = self.ast.attribute(id);
                self.check_type(attribute.ty, 0, attribute.kind != AttributeKind::Type);
            }
            _ => {}
        }
        false
    }

    fn check_type(&mut self, ty: TypeId, generic: usize, attribute: bool) {
        match *self.ast.type_name(ty) {
            TypeName::Array { element, .. } => self.check_type(element, 0, false),
            TypeName::Generic { base, args, .. } => {
                self.check_type(base, args.len(), false);
                for arg in self.ast.list(args) {
                    self.check_type(*arg, 0, false);
                }
            }
            TypeName::Simple { name, sym, assembly } => {
                let defined = assembly.is_none()
                    && generic == 0
                    && self.scopes.iter().any(|scope| scope.types.contains_key(&sym));
                let in_class = self.scopes.iter().any(|scope| scope.definition.is_some());
                if defined || !in_class || !self.knows_types || sym.folded() == "ordered" {
                    return;
                }
                let text = self.ast.text(name);
                let mut full = text.to_owned();
                if generic > 0 && !full.contains('`') {
                    full.push_str(&format!("`{generic}"));
                }
                if let Some(assembly) = assembly {
                    full.push(',');
                    full.push_str(self.ast.text(assembly));
                }
                if self.knowledge.resolve(&full, self.usings, attribute).is_none() {
                    let id = if attribute { "CustomAttributeTypeNotFound" } else { "TypeNotFound" };
                    self.report.add(self.ast.span_type(ty), id, &[text]);
                }
            }
        }
    }

    /// In a method, `$x = 1` where the class has a property `x` is taken for a mistake.
    fn check_assignment(&mut self, target: ExprId) {
        if !self.scopes.last().is_some_and(|scope| scope.is_method) {
            return;
        }
        let mut open = vec![target];
        while let Some(id) = open.pop() {
            match *self.ast.expr(id) {
                Expr::Array(items) => open.extend(self.ast.list(items).iter().rev()),
                Expr::Convert { operand, .. } => open.push(operand),
                Expr::Paren(inner) => open.extend(self.ast.pure_expr(inner)),
                Expr::Variable(variable) if variable.scope != VariableScope::Drive => {
                    let path = self.ast.text(variable.path);
                    let sym = Sym::intern(path);
                    let Some(is_static) =
                        self.scopes.iter().rev().find_map(|scope| scope.properties.get(&sym).copied())
                    else {
                        continue;
                    };
                    let span = self.ast.span_expr(id);
                    if is_static {
                        let class = self.scopes.iter().rev().find_map(|scope| scope.definition);
                        let name = class.map_or("", |def| self.ast.text(self.ast.type_def(def).name.text));
                        let prefix = format!("[{name}]::");
                        self.report.add(span, "MissingTypeInStaticPropertyAssignment", &[&prefix, path]);
                    } else {
                        self.report.add(span, "MissingThis", &["$this.", path]);
                    }
                }
                _ => {}
            }
        }
    }

    fn check_using(&mut self, using: Using, span: Span) {
        if using.kind == UsingKind::Assembly {
            self.check_assembly(using);
        }
        if using.kind != UsingKind::Module {
            return;
        }
        if let Some(module) = using.module {
            if !is_constant(self.ast, module, Purpose::Requires, self.knowledge, self.usings) {
                self.report.add(span, "RequiresArgumentMustBeConstant", &[]);
                return;
            }
            match module_specification(self.ast, module) {
                Err(message) => self.report.add_args(span, "RequiresModuleInvalid", vec![message]),
                Ok(specification) => self.check_module(&specification, span, self.ast.expr_text(module)),
            }
            return;
        }
        let Some(name) = using.name.and_then(|name| self.ast.string_value(name)) else {
            return;
        };
        let specification = ModuleSpecification { name: name.to_owned(), ..ModuleSpecification::default() };
        self.check_module(&specification, span, name);
    }

    fn check_assembly(&mut self, using: Using) {
        let Some(id) = using.name else { return };
        let name = self.ast.string_value(id).unwrap_or_default();
        let span = self.ast.span_expr(id);
        if let Some((scheme, _)) = name.split_once("://") {
            if !scheme.eq_ignore_ascii_case("file") {
                self.report.add(span, "CannotLoadAssemblyWithUriSchema", &[&scheme.to_ascii_lowercase()]);
            }
        } else if self.knows_types && !self.knowledge.assembly_exists(name) {
            self.report.add(span, "ErrorLoadingAssembly", &[name]);
        }
    }

    fn check_module(&mut self, specification: &ModuleSpecification, span: Span, text: &str) {
        if specification.name.contains(['*', '?', '[']) {
            self.report.add(span, "WildCardModuleNameError", &[]);
        } else if self.knows_types && !self.knowledge.module_exists(&specification.name) {
            self.report.add_args(span, "ModuleNotFoundDuringParse", vec![ErrorArg::from(text)]);
        }
    }
}
