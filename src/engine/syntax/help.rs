//! CommentHelpInfo.

use std::sync::Arc;

use language::ast::{Node, Stmt};
use language::{CommentHelp, HelpTarget};
use values::object::Foreign;
use values::{Context, Dict, Result, Str, TypeRef, Value};

use super::node::AstObject;

/// `GetHelpContent()`: `$null` where there is no help; none for nodes that have no such method.
pub fn content(node: &AstObject) -> Result<Option<Value>> {
    let target = match node.node {
        Node::Block(id) if id == node.ast.root() => HelpTarget::Script,
        Node::Function(id) => HelpTarget::Function(id),
        Node::Stmt(id) => match *node.ast.stmt(id) {
            Stmt::Function(function) => HelpTarget::Function(function),
            _ => return Ok(None),
        },
        Node::Block(_) => return Ok(Some(Value::Null)),
        _ => return Ok(None),
    };
    let help = language::comment_help(&node.ast, target);
    Ok(Some(help.map_or(Value::Null, |help| Value::foreign(HelpInfo(help)))))
}

struct HelpInfo(CommentHelp);

fn text(value: &Option<String>) -> Value {
    value.as_deref().map_or(Value::Null, Value::from)
}

fn list(values: &[String]) -> Value {
    super::collection("System.String", values.iter().map(|v| Value::from(v.as_str())).collect())
}

impl Foreign for HelpInfo {
    fn type_ref(&self) -> TypeRef {
        super::class("CommentHelpInfo")
    }

    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let help = &self.0;
        Ok(Some(match name.to_ascii_lowercase().as_str() {
            "synopsis" => text(&help.synopsis),
            "description" => text(&help.description),
            "notes" => text(&help.notes),
            "component" => text(&help.component),
            "role" => text(&help.role),
            "functionality" => text(&help.functionality),
            "examples" => list(&help.examples),
            "inputs" => list(&help.inputs),
            "outputs" => list(&help.outputs),
            "links" => list(&help.links),
            "forwardhelptargetname" => text(&help.forward_target),
            "forwardhelpcategory" => text(&help.forward_category),
            "remotehelprunspace" => text(&help.remote_runspace),
            "mamlhelpfile" => text(&help.external_help),
            "parameters" => {
                let ty = TypeRef::find("System.Collections.Generic.Dictionary[string,string]");
                let dict = Dict::new(
                    ty.unwrap_or(TypeRef::HASHTABLE),
                    TypeRef::STRING,
                    TypeRef::STRING,
                    values::KeyComparer::Ordinal,
                );
                for (name, text) in &help.parameters {
                    dict.insert(Value::from(name.to_uppercase()), Value::from(text.as_str()));
                }
                Value::Dict(Arc::new(dict))
            }
            _ => return Ok(None),
        }))
    }

    fn property_names(&self) -> Vec<Str> {
        [
            "Synopsis",
            "Description",
            "Notes",
            "Parameters",
            "Links",
            "Examples",
            "Inputs",
            "Outputs",
            "Component",
            "Role",
            "Functionality",
            "ForwardHelpTargetName",
            "ForwardHelpCategory",
            "RemoteHelpRunspace",
            "MamlHelpFile",
        ]
        .map(Str::from)
        .to_vec()
    }

    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, _args: &[Value]) -> Result<Option<Value>> {
        Ok(name.eq_ignore_ascii_case("GetCommentBlock").then(|| Value::from(block(&self.0))))
    }
}

/// The help as a comment again.
fn block(help: &CommentHelp) -> String {
    let mut out = String::from("<#\n");
    let mut section = |title: &str, text: &str| out.push_str(&format!(".{title}\n{text}\n"));
    let mut optional = |title: &str, text: &Option<String>| {
        if let Some(text) = text.as_deref().filter(|t| !t.is_empty()) {
            section(title, text);
        }
    };
    optional("SYNOPSIS", &help.synopsis);
    optional("DESCRIPTION", &help.description);
    for (name, text) in &help.parameters {
        optional(&format!("PARAMETER {}", name.to_uppercase()), &Some(text.clone()));
    }
    for (title, texts) in [("INPUTS", &help.inputs), ("OUTPUTS", &help.outputs)] {
        for text in texts {
            optional(title, &Some(text.clone()));
        }
    }
    optional("NOTES", &help.notes);
    for (title, texts) in [("EXAMPLE", &help.examples), ("LINK", &help.links)] {
        for text in texts {
            optional(title, &Some(text.clone()));
        }
    }
    let one_line = [
        ("FORWARDHELPTARGETNAME", &help.forward_target),
        ("FORWARDHELPCATEGORY", &help.forward_category),
        ("REMOTEHELPRUNSPACE", &help.remote_runspace),
        ("COMPONENT", &help.component),
        ("ROLE", &help.role),
        ("FUNCTIONALITY", &help.functionality),
        ("EXTERNALHELP", &help.external_help),
    ];
    for (title, text) in one_line {
        optional(title, text);
    }
    out.push_str("#>\n");
    out
}
