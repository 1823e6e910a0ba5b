//! Names of the .NET classes that stand for nodes (`System.Management.Automation.Language`).

use super::*;

impl Ast {
    /// The class of a node, without namespace.
    ///
    /// Two things differ from the tree here: .NET leaves out the pipeline around the value of an assignment that is only an
    /// expression, and gives a constrained assignment's target the same class as a cast.
    pub fn class_name(&self, node: Node) -> &'static str {
        match node {
            Node::Expr(id) => self.expr_class(id),
            Node::Stmt(id) => self.stmt_class(id),
            Node::Block(_) => "ScriptBlockAst",
            Node::Named(..) => "NamedBlockAst",
            Node::Body(_) => "StatementBlockAst",
            Node::ParamBlock(_) => "ParamBlockAst",
            Node::Param(_) => "ParameterAst",
            Node::Element(place) => match self.at::<Element>(place).kind {
                ElementKind::Command(_) => "CommandAst",
                ElementKind::Expr(_) => "CommandExpressionAst",
            },
            Node::CommandParameter(_) => "CommandParameterAst",
            Node::Redirection(place) => match self.at::<Redirection>(place).to {
                RedirectTo::File { .. } => "FileRedirectionAst",
                RedirectTo::Stream(_) => "MergingRedirectionAst",
            },
            Node::Attribute(id) => match self.attribute(id).kind {
                AttributeKind::Type => "TypeConstraintAst",
                AttributeKind::Attribute { .. } => "AttributeAst",
            },
            Node::NamedArg(_) => "NamedAttributeArgumentAst",
            Node::Catch(_) => "CatchClauseAst",
            Node::Function(_) => "FunctionDefinitionAst",
            Node::Member(place) => match self.at::<Member>(place).kind {
                MemberKind::Property { .. } => "PropertyMemberAst",
                MemberKind::Method { .. } => "FunctionMemberAst",
            },
        }
    }

    fn expr_class(&self, id: ExprId) -> &'static str {
        match self.expr(id) {
            Expr::Const(_) => "ConstantExpressionAst",
            Expr::String { .. } => "StringConstantExpressionAst",
            Expr::Expandable { .. } => "ExpandableStringExpressionAst",
            Expr::Variable(_) => "VariableExpressionAst",
            Expr::Array(_) => "ArrayLiteralAst",
            Expr::ArrayExpr(_) => "ArrayExpressionAst",
            Expr::SubExpr(_) => "SubExpressionAst",
            Expr::Paren(_) => "ParenExpressionAst",
            Expr::Hash(_) => "HashtableAst",
            Expr::ScriptBlock(_) => "ScriptBlockExpressionAst",
            Expr::Unary { .. } => "UnaryExpressionAst",
            Expr::Binary { .. } => "BinaryExpressionAst",
            Expr::Ternary { .. } => "TernaryExpressionAst",
            Expr::Convert { .. } => "ConvertExpressionAst",
            Expr::Attributed { .. } => "AttributedExpressionAst",
            Expr::Type(_) => "TypeExpressionAst",
            Expr::Member { .. } => "MemberExpressionAst",
            Expr::Invoke { how: InvokeKind::BaseConstructor, .. } => "BaseCtorInvokeMemberExpressionAst",
            Expr::Invoke { .. } => "InvokeMemberExpressionAst",
            Expr::Index { .. } => "IndexExpressionAst",
            Expr::Using(_) => "UsingExpressionAst",
            Expr::Error(_) => "ErrorExpressionAst",
        }
    }

    fn stmt_class(&self, id: StmtId) -> &'static str {
        match self.stmt(id) {
            Stmt::Pipeline { .. } => "PipelineAst",
            Stmt::Chain { .. } => "PipelineChainAst",
            Stmt::Assign { .. } => "AssignmentStatementAst",
            Stmt::If { .. } => "IfStatementAst",
            Stmt::While { .. } => "WhileStatementAst",
            Stmt::DoWhile { .. } => "DoWhileStatementAst",
            Stmt::DoUntil { .. } => "DoUntilStatementAst",
            Stmt::For { .. } => "ForStatementAst",
            Stmt::Foreach { .. } => "ForEachStatementAst",
            Stmt::Switch { .. } => "SwitchStatementAst",
            Stmt::Try { .. } => "TryStatementAst",
            Stmt::Trap { .. } => "TrapStatementAst",
            Stmt::Data { .. } => "DataStatementAst",
            Stmt::Block { .. } => "BlockStatementAst",
            Stmt::Function(_) => "FunctionDefinitionAst",
            Stmt::Type(_) => "TypeDefinitionAst",
            Stmt::Using(_) => "UsingStatementAst",
            Stmt::Configuration { .. } => "ConfigurationDefinitionAst",
            Stmt::Return(_) => "ReturnStatementAst",
            Stmt::Throw(_) => "ThrowStatementAst",
            Stmt::Exit(_) => "ExitStatementAst",
            Stmt::Break(_) => "BreakStatementAst",
            Stmt::Continue(_) => "ContinueStatementAst",
            Stmt::Error(_) => "ErrorStatementAst",
        }
    }
}
