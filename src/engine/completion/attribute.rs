//! Named arguments of attributes.

use language::ast::{AttributeKind, NamedArg, Node};
use values::TypeRef;
use values::types::{define, facts};

use super::context::Cx;
use super::{Item, Kind, infer};

/// Arguments in the order in which .NET declares them, for attributes of the language.
const ORDER: &[(&str, &[&str])] = &[
    (
        "System.Management.Automation.ParameterAttribute",
        &[
            "Position",
            "ParameterSetName",
            "Mandatory",
            "ValueFromPipeline",
            "ValueFromPipelineByPropertyName",
            "ValueFromRemainingArguments",
            "HelpMessage",
            "HelpMessageBaseName",
            "HelpMessageResourceId",
            "DontShow",
        ],
    ),
    (
        "System.Management.Automation.CmdletBindingAttribute",
        &[
            "PositionalBinding",
            "DefaultParameterSetName",
            "SupportsShouldProcess",
            "SupportsPaging",
            "SupportsTransactions",
            "ConfirmImpact",
            "HelpUri",
            "RemotingCapability",
        ],
    ),
    ("System.Management.Automation.OutputTypeAttribute", &["ProviderCmdlet", "ParameterSetName"]),
    ("System.Management.Automation.ValidateSetAttribute", &["ErrorMessage", "IgnoreCase"]),
    ("System.Management.Automation.ValidatePatternAttribute", &["Options", "ErrorMessage"]),
];

/// The named arguments that begin with the word; none outside of an attribute's arguments.
pub fn complete(cx: &mut Cx<'_>) -> Option<Vec<Item>> {
    let last = cx.last();
    let (attribute, word) = match last {
        Node::Attribute(id) => (id, String::new()),
        Node::NamedArg(place) => match cx.parent(last) {
            Some(Node::Attribute(id)) => {
                let arg = *cx.ast.at::<NamedArg>(place);
                (id, cx.ast.text(arg.text).to_string())
            }
            _ => return None,
        },
        _ => {
            // A word that stands as an argument: the parser took it for a name or a value.
            let above = cx.parent(last)?;
            let (id, word) = match above {
                Node::Attribute(id) => (id, cx.expr(last).and_then(|e| cx.ast.string_value(e)).map(str::to_string)),
                Node::NamedArg(place) => match cx.parent(above) {
                    Some(Node::Attribute(id)) => {
                        let arg = *cx.ast.at::<NamedArg>(place);
                        let name = cx.ast.text(arg.text).to_string();
                        (id, (arg.omitted).then_some(name))
                    }
                    _ => return None,
                },
                _ => return None,
            };
            (id, word?)
        }
    };
    let AttributeKind::Attribute { .. } = cx.ast.attribute(attribute).kind else { return None };
    let name = cx.ast.type_full_name(cx.ast.attribute(attribute).ty);
    let ty =
        infer::named(cx, &format!("{name}Attribute")).or_else(|| infer::named(cx, &name)).and_then(|found| found.ty)?;
    let stem = word.to_lowercase();
    let items = writable(ty)
        .into_iter()
        .filter(|name| name.to_lowercase().starts_with(&stem) && *name != "TypeId")
        .map(|name| {
            let shown = define::lookup(ty, &name, false)
                .and_then(|m| m.value_type())
                .map_or_else(|| "System.Object".to_string(), |t| t.name().to_string());
            Item::new(name.clone(), name.clone(), Kind::Property, format!("{shown} {name}"))
        })
        .collect();
    Some(items)
}

/// Names of the properties that can be set, the type's own first.
fn writable(ty: TypeRef) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut at = Some(ty);
    while let Some(t) = at {
        let declared = ORDER.iter().find(|(name, _)| *name == t.name()).map(|(_, list)| *list).unwrap_or_default();
        let facts = facts::of(t).map(|f| f.properties.as_slice()).unwrap_or_default();
        let all = declared.iter().copied().chain(facts.iter().filter(|p| p.can_write && !p.is_static).map(|p| p.name));
        for name in all {
            if !names.iter().any(|n| n == name) {
                names.push(name.to_string());
            }
        }
        at = t.base();
    }
    for (member, hidden) in crate::vm::class_members(ty, false) {
        if !hidden && member.kind == "Property" && !names.iter().any(|n| n.as_str() == member.name.as_str()) {
            names.push(member.name.to_string());
        }
    }
    names
}
