//! VariablePath.

use language::ast::{Ast, Variable, VariableScope};
use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value};

struct VariablePath {
    path: Str,
    drive: Option<Str>,
    scope: VariableScope,
    is_variable_drive: bool,
}

/// The path of a variable as a value.
pub fn value(ast: &Ast, variable: &Variable) -> Value {
    Value::foreign(VariablePath {
        path: Str::from(ast.text(variable.path)),
        drive: variable.drive.map(|_| {
            let text = ast.text(variable.path);
            Str::from(text.split_once(':').map_or(text, |(drive, _)| drive))
        }),
        scope: variable.scope,
        is_variable_drive: variable.variable_drive,
    })
}

/// The path of a name as `$name` has it.
pub fn of_text(name: &str) -> Value {
    let parsed = language::parse(std::sync::Arc::new(language::Source::new(format!("${{{name}}}"))));
    let ast = &parsed.ast;
    let mut found = Vec::new();
    let mut open = vec![language::ast::Node::Block(ast.root())];
    while let Some(node) = open.pop() {
        if let language::ast::Node::Expr(id) = node
            && let language::ast::Expr::Variable(variable) = ast.expr(id)
        {
            return value(ast, variable);
        }
        found.clear();
        ast.children(node, &mut found);
        open.append(&mut found);
    }
    Value::Null
}

impl Foreign for VariablePath {
    fn type_ref(&self) -> TypeRef {
        crate::host_objects::class("System.Management.Automation.VariablePath")
    }

    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }

    fn display_plain(&self) -> Option<Str> {
        Some(self.path.clone())
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let is = |scope| Value::Bool(self.scope == scope);
        let is_drive = self.drive.is_some();
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "userpath" => Value::Str(self.path.clone()),
            "isglobal" => is(VariableScope::Global),
            "islocal" => is(VariableScope::Local),
            "isprivate" => is(VariableScope::Private),
            "isscript" => is(VariableScope::Script),
            "isunqualified" => Value::Bool(self.scope == VariableScope::Unqualified && !self.is_variable_drive),
            "isunscopedvariable" => Value::Bool(self.scope == VariableScope::Unqualified),
            "isvariable" => Value::Bool(!is_drive),
            "isdrivequalified" => Value::Bool(is_drive),
            "drivename" => self.drive.clone().map_or(Value::Null, Value::Str),
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "UserPath",
            "IsGlobal",
            "IsLocal",
            "IsPrivate",
            "IsScript",
            "IsUnqualified",
            "IsUnscopedVariable",
            "IsVariable",
            "IsDriveQualified",
            "DriveName",
        ]
        .map(Str::from)
        .to_vec()
    }
}
