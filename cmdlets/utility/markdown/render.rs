//! Markdown as HTML and as text with escape sequences.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::options::MarkdownOptions;

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS)
}

/// The name that a heading is linked by: letters, digits and marks between words, in lower case.
fn anchor(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if matches!(c, ' ' | '-' | '_' | '.') && !out.is_empty() && !out.ends_with('-') {
            out.push(if c == ' ' { '-' } else { c });
        }
    }
    out.trim_end_matches(['-', '_', '.']).to_string()
}

/// HTML; headings have identifiers.
pub fn to_html(text: &str) -> String {
    let mut events: Vec<Event<'_>> = parser(text).collect();
    let mut at = 0;
    while at < events.len() {
        if let Event::Start(Tag::Heading { .. }) = &events[at] {
            let mut title = String::new();
            for event in events[at + 1..].iter() {
                match event {
                    Event::Text(t) | Event::Code(t) => title.push_str(t),
                    Event::End(TagEnd::Heading(_)) => break,
                    _ => {}
                }
            }
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(anchor(&title).into());
            }
        }
        at += 1;
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    out
}

/// Text with escape sequences, as Show-Markdown prints it.
pub fn to_vt100(text: &str, options: &MarkdownOptions) -> String {
    let escape = |code: &str| format!("\u{1b}{code}");
    let reset = escape("[0m");
    let mut out = String::new();
    let mut lists: Vec<Option<u64>> = Vec::new();
    let mut in_code = false;
    for event in parser(text) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => out.push_str(&escape(options.header(level_of(level)))),
            Event::End(TagEnd::Heading(_)) => {
                out.push_str(&reset);
                out.push_str("\n\n");
            }
            Event::End(TagEnd::Paragraph) => out.push_str("\n\n"),
            Event::Start(Tag::Emphasis) => out.push_str(&escape(&options.emphasis_italics)),
            Event::Start(Tag::Strong) => out.push_str(&escape(&options.emphasis_bold)),
            Event::End(TagEnd::Emphasis | TagEnd::Strong) => out.push_str(&reset),
            Event::Start(Tag::Link { .. }) => {
                out.push_str(&escape(&options.link));
                out.push('"');
            }
            Event::End(TagEnd::Link) => {
                out.push('"');
                out.push_str(&reset);
            }
            Event::Start(Tag::Image { .. }) => out.push_str(&escape(&options.image)),
            Event::End(TagEnd::Image) => out.push_str(&reset),
            Event::Start(Tag::CodeBlock(_)) => {
                in_code = true;
                out.push_str(&escape(&options.code));
            }
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                out.push_str(&reset);
                out.push_str("\n\n");
            }
            Event::Code(code) => {
                out.push_str(&escape(&options.code));
                out.push_str(&code);
                out.push_str(&reset);
            }
            Event::Start(Tag::List(first)) => lists.push(first),
            Event::End(TagEnd::List(_)) => {
                lists.pop();
                if lists.is_empty() {
                    out.push('\n');
                }
            }
            Event::Start(Tag::Item) => {
                out.push_str(&"  ".repeat(lists.len().saturating_sub(1)));
                match lists.last_mut() {
                    Some(Some(number)) => {
                        out.push_str(&format!("{number}. "));
                        *number += 1;
                    }
                    _ => out.push_str("* "),
                }
            }
            Event::End(TagEnd::Item) if !out.ends_with('\n') => out.push('\n'),
            Event::Start(Tag::BlockQuote(_)) => out.push_str("> "),
            Event::Text(text) if in_code => {
                // The colour of code reaches to the end of each line.
                let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
                out.push_str(&lines.join(&format!("{}\n", escape("[500@"))));
                out.push_str(&escape("[500@"));
            }
            Event::Text(text) => out.push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => out.push_str(&text),
            Event::SoftBreak => out.push(' '),
            Event::HardBreak | Event::Rule => out.push('\n'),
            Event::End(TagEnd::TableCell) => out.push('\t'),
            Event::End(TagEnd::TableRow | TagEnd::TableHead) => out.push('\n'),
            Event::TaskListMarker(is_done) => out.push_str(if is_done { "[x] " } else { "[ ] " }),
            _ => {}
        }
    }
    out
}

fn level_of(level: HeadingLevel) -> usize {
    level as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_and_coloured_text() {
        let rows = [
            ("# A Title!", "<h1 id=\"a-title\">A Title!</h1>\n"),
            ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n"),
            ("- x\n- y", "<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n"),
        ];
        for (text, wanted) in rows {
            assert_eq!(to_html(text), wanted, "{text}");
        }
        let options = MarkdownOptions::default();
        assert_eq!(to_vt100("# T", &options), "\u{1b}[7mT\u{1b}[0m\n\n");
        assert_eq!(to_vt100("a **b**", &options), "a \u{1b}[1mb\u{1b}[0m\n\n");
    }
}
