//! ConvertTo-Html.

use std::sync::Arc;

use command::{Bound, Cmdlet, Command, Result, Session};
use values::{Value, convert, members};

use crate::parameter::{Column, Kind, Property, expand, parse};

/// ConvertTo-Html.
pub static COMMAND: Command = Command { name: "ConvertTo-Html", create: || Box::new(ConvertToHtml::default()) };

#[derive(Default)]
struct ConvertToHtml {
    properties: Vec<Arc<Property>>,
    columns: Vec<Column>,
    is_list: bool,
    has_head: bool,
    count: usize,
}

fn line(session: &mut dyn Session, text: impl Into<String>) -> Result<()> {
    session.write(Value::from(text.into()))
}

fn lines(session: &mut dyn Session, bound: &Bound, name: &str) -> Result<()> {
    bound.strings(name).into_iter().try_for_each(|text| session.write(Value::Str(text)))
}

impl Cmdlet for ConvertToHtml {
    fn begin(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        self.is_list = bound.str("As").is_some_and(|a| a.eq_ignore_ascii_case("list"));
        let properties = match bound.has("Property") {
            true => bound.list("Property"),
            false => vec![Value::from("*")],
        };
        self.properties = parse(session, &properties, Kind::Html)?;
        if !bound.switch("Fragment") {
            document_head(session, bound)?;
        }
        lines(session, bound, "PreContent")?;
        line(session, "<table>")
    }

    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let object = bound.value("InputObject");
        if object.is_null() {
            return Ok(());
        }
        self.count += 1;
        if !self.has_head {
            self.columns = expand(session, &self.properties, &object, false)?;
            if self.columns.is_empty() {
                return Ok(());
            }
            if self.is_list {
                if self.count > 1 {
                    line(session, "<tr><td><hr></td></tr>")?;
                }
                for column in self.columns.clone() {
                    let value = cell(session, &column, &object)?;
                    line(session, format!("<tr><td>{}:</td><td>{value}</td></tr>", column.label()))?;
                }
                return Ok(());
            }
            self.table_head(session)?;
        }
        let mut row = String::from("<tr>");
        for column in self.columns.clone() {
            row.push_str(&format!("<td>{}</td>", cell(session, &column, &object)?));
        }
        row.push_str("</tr>");
        line(session, row)
    }

    fn end(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        line(session, "</table>")?;
        lines(session, bound, "PostContent")?;
        if !bound.switch("Fragment") {
            line(session, "</body></html>")?;
        }
        Ok(())
    }
}

impl ConvertToHtml {
    fn table_head(&mut self, session: &mut dyn Session) -> Result<()> {
        self.has_head = true;
        let mut group = String::from("<colgroup>");
        for column in &self.columns {
            group.push_str("<col");
            let property = column.property.as_ref();
            if let Some(width) = property.and_then(|p| p.html_width.as_ref()) {
                group.push_str(&format!(" width = \"{width}\""));
            }
            if let Some(alignment) = property.and_then(|p| p.html_alignment.as_ref()) {
                group.push_str(&format!(" align = \"{alignment}\""));
            }
            group.push_str("/>");
        }
        group.push_str("</colgroup>");
        line(session, group)?;
        let labels: String = self.columns.iter().map(|c| format!("<th>{}</th>", c.label())).collect();
        line(session, format!("<tr>{labels}</tr>"))
    }
}

fn document_head(session: &mut dyn Session, bound: &Bound) -> Result<()> {
    let (kind, file) = match bound.switch("Transitional") {
        true => ("Transitional", "transitional"),
        false => ("Strict", "strict"),
    };
    line(
        session,
        format!(
            "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 {kind}//EN\"  \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-{file}.dtd\">"
        ),
    )?;
    line(session, "<html xmlns=\"http://www.w3.org/1999/xhtml\">")?;
    line(session, "<head>")?;
    if let Some(charset) = bound.str("Charset") {
        line(session, format!("<meta charset=\"{charset}\">"))?;
    }
    let meta = bound.get("Meta").and_then(|m| m.as_dict().map(|d| d.to_vec())).unwrap_or_default();
    for (name, content) in meta {
        let (name, content) = (convert::to_str(session, &name)?, convert::to_str(session, &content)?);
        let kind = match name.to_lowercase().as_str() {
            "content-type" | "default-style" | "x-ua-compatible" => "http-equiv",
            "application-name" | "author" | "description" | "generator" | "keywords" | "viewport" => "name",
            _ => {
                session.write_warning(&format!(
                    "Accepted meta properties are content-type, default-style, application-name, author, description, generator, keywords, x-ua-compatible, and viewport. The meta pair: {name} and {content} may not function correctly."
                ))?;
                "name"
            }
        };
        line(session, format!("<meta {kind}=\"{name}\" content=\"{content}\">"))?;
    }
    match bound.has("Head") {
        true => lines(session, bound, "Head")?,
        false => {
            let title = bound.str("Title").map_or_else(|| "HTML TABLE".to_string(), |t| t.to_string());
            line(session, format!("<title>{title}</title>"))?;
        }
    }
    if let Some(css) = bound.get("CssUri").cloned() {
        let css = convert::to_str(session, &css)?;
        line(session, format!("<link rel=\"stylesheet\" type=\"text/css\" href=\"{css}\" />"))?;
    }
    line(session, "</head><body>")?;
    lines(session, bound, "Body")
}

fn cell(session: &mut dyn Session, column: &Column, object: &Value) -> Result<String> {
    let Some(Ok(value)) = column.expression.value(session, object)? else { return Ok(String::new()) };
    if value.is_null() {
        return Ok(String::new());
    }
    let text = match value.base() {
        Value::Array(a) => a.ty.name().to_string(),
        base @ (Value::F64(_) | Value::F32(_) | Value::Decimal(_) | Value::DateTime(_)) => {
            let base = base.clone();
            let text = members::call(session, &base, "ToString", &[])?;
            convert::to_display(&text)
        }
        _ => convert::to_str(session, &value)?.to_string(),
    };
    Ok(encode(&text))
}

/// As System.Net.WebUtility.HtmlEncode.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{A0}'..='\u{FF}' | '\u{10000}'.. => out.push_str(&format!("&#{};", c as u32)),
            other => out.push(other),
        }
    }
    out
}
