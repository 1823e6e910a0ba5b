//! Custom controls of PowerShell's own views that are more than one expression.

use std::sync::Arc;

use values::Str;

use super::{Control, Source, Token};

/// The label of a view's groups where the data has none.
pub fn group_label(view: &str) -> Option<&'static str> {
    matches!(view, "children" | "childrenWithUnixStat" | "childrenWithHardlink" | "FileSecurityTable")
        .then_some("Directory")
}

/// The control with which a view heads its groups.
pub fn group(view: &str) -> Option<Control> {
    let (label, source): (&str, Source) = match view {
        "children" | "childrenWithUnixStat" | "childrenWithHardlink" | "FileSecurityTable" => (
            "Directory: ",
            Source::Native(|s, v| {
                let parent = super::native::property(s, v, "PSParentPath")?;
                let text = values::convert::to_str(s, &parent)?;
                let path = text.rsplit_once("::").map_or(text.as_str(), |(_, path)| path);
                Ok(values::Value::from(path))
            }),
        ),
        "ThumbprintTable" | "ThumbprintWide" => ("PSParentPath: ", Source::Property(Str::from("PSParentPath"))),
        "Module" => ("Directory: ", Source::Native(super::native::find("Module/group")?)),
        _ => return None,
    };
    let tokens = vec![
        Token::Text(Str::from(label)),
        Token::Expression { source, condition: None, each: false, format: None, control: None },
        Token::NewLine(1),
    ];
    Some(Control { entries: vec![(None, vec![Token::Frame { left: 4, right: 0, first: 0, tokens }])] })
}

/// The control of a custom view by name.
pub fn find(view: &str, type_name: &str) -> Option<Control> {
    let expression = |source: Source, each: bool, control: Option<Arc<Control>>| Token::Expression {
        source,
        condition: None,
        each,
        format: None,
        control,
    };
    let tokens = match view {
        "CommandParameterSetInfo" => {
            let property = |n: &str| expression(Source::Property(Str::from(n)), false, None);
            let line = |label: &str, name: &str| [Token::Text(Str::from(label)), property(name), Token::NewLine(1)];
            let mut parameter = Vec::new();
            parameter.extend(line("Parameter Name: ", "Name"));
            let mut inner = Vec::new();
            inner.extend(line("ParameterType = ", "ParameterType"));
            inner.extend(line("Position = ", "Position"));
            inner.extend(line("IsMandatory = ", "IsMandatory"));
            inner.extend(line("IsDynamic = ", "IsDynamic"));
            inner.extend(line("HelpMessage = ", "HelpMessage"));
            inner.extend(line("ValueFromPipeline = ", "ValueFromPipeline"));
            inner.extend(line("ValueFromPipelineByPropertyName = ", "ValueFromPipelineByPropertyName"));
            inner.extend(line("ValueFromRemainingArguments = ", "ValueFromRemainingArguments"));
            inner.extend(line("Aliases = ", "Aliases"));
            inner.extend(line("Attributes =", "Attributes"));
            parameter.push(Token::Frame { left: 2, right: 0, first: 0, tokens: inner });
            let each = Control { entries: vec![(None, parameter)] };
            vec![
                Token::Text(Str::from("Parameter Set Name: ")),
                property("Name"),
                Token::NewLine(1),
                Token::Text(Str::from("Is default parameter set: ")),
                property("IsDefault"),
                Token::NewLine(1),
                expression(Source::Property(Str::from("Parameters")), true, Some(Arc::new(each))),
                Token::NewLine(1),
            ]
        }
        "ScriptBlock" if type_name.ends_with("ScriptBlock") => vec![expression(Source::Object, false, None)],
        _ => return None,
    };
    Some(Control { entries: vec![(None, tokens)] })
}
