//! The visitors of a syntax tree: what a script class does not override goes on, or gives nothing.

use crate::error::Result;
use crate::types::{Call, TypeDef, TypeRef};
use crate::value::Value;

/// An AstVisitor goes on.
fn goes_on(_: &mut Call<'_>) -> Result {
    let ty = TypeRef::find("System.Management.Automation.Language.AstVisitAction");
    Ok(ty.map_or(Value::I32(0), |ty| Value::Enum(ty, 0)))
}

/// A custom visitor gives what it makes of a node: nothing.
fn nothing(_: &mut Call<'_>) -> Result {
    Ok(Value::Null)
}

macro_rules! visitors {
    ($($name:literal)*) => {
        pub static TYPES: &[TypeDef] = &[
            TypeDef {
                name: "System.Management.Automation.Language.AstVisitor",
                like: &[],
                members: &[("DefaultVisit", goes_on), $(($name, goes_on)),*],
            },
            TypeDef {
                name: "System.Management.Automation.Language.DefaultCustomAstVisitor",
                like: &[],
                members: &[("DefaultVisit", nothing), $(($name, nothing)),*],
            },
        ];
    };
}

visitors! {
    "VisitArrayExpression"
    "VisitArrayLiteral"
    "VisitAssignmentStatement"
    "VisitAttribute"
    "VisitAttributedExpression"
    "VisitBaseCtorInvokeMemberExpression"
    "VisitBinaryExpression"
    "VisitBlockStatement"
    "VisitBreakStatement"
    "VisitCatchClause"
    "VisitCommand"
    "VisitCommandExpression"
    "VisitCommandParameter"
    "VisitConfigurationDefinition"
    "VisitConstantExpression"
    "VisitContinueStatement"
    "VisitConvertExpression"
    "VisitDataStatement"
    "VisitDoUntilStatement"
    "VisitDoWhileStatement"
    "VisitDynamicKeywordStatement"
    "VisitErrorExpression"
    "VisitErrorStatement"
    "VisitExitStatement"
    "VisitExpandableStringExpression"
    "VisitFileRedirection"
    "VisitForEachStatement"
    "VisitForStatement"
    "VisitFunctionDefinition"
    "VisitFunctionMember"
    "VisitHashtable"
    "VisitIfStatement"
    "VisitIndexExpression"
    "VisitInvokeMemberExpression"
    "VisitMemberExpression"
    "VisitMergingRedirection"
    "VisitNamedAttributeArgument"
    "VisitNamedBlock"
    "VisitParamBlock"
    "VisitParameter"
    "VisitParenExpression"
    "VisitPipeline"
    "VisitPipelineChain"
    "VisitPropertyMember"
    "VisitReturnStatement"
    "VisitScriptBlock"
    "VisitScriptBlockExpression"
    "VisitStatementBlock"
    "VisitStringConstantExpression"
    "VisitSubExpression"
    "VisitSwitchStatement"
    "VisitTernaryExpression"
    "VisitThrowStatement"
    "VisitTrap"
    "VisitTryStatement"
    "VisitTypeConstraint"
    "VisitTypeDefinition"
    "VisitTypeExpression"
    "VisitUnaryExpression"
    "VisitUsingExpression"
    "VisitUsingStatement"
    "VisitVariableExpression"
    "VisitWhileStatement"
}
