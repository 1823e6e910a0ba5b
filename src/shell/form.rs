//! A form on the whole screen: fields are filled in, the line that comes of it is shown below.

use command::{Field, FieldKind, Filled, Form};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::full_screen::{self, Page, Step};
use crate::grid::fit;

struct FormPage<'a> {
    form: &'a Form,
    page: usize,
    /// Texts of all pages' fields.
    texts: Vec<Vec<String>>,
    cursor: usize,
    top: usize,
    notice: String,
}

impl<'a> FormPage<'a> {
    fn new(form: &'a Form) -> FormPage<'a> {
        let texts = form.pages.iter().map(|(_, fields)| vec![String::new(); fields.len()]).collect();
        FormPage { form, page: 0, texts, cursor: 0, top: 0, notice: String::new() }
    }

    fn fields(&self) -> &'a [Field] {
        self.form.pages.get(self.page).map_or(&[], |(_, fields)| fields.as_slice())
    }

    fn text(&mut self) -> Option<&mut String> {
        self.texts.get_mut(self.page)?.get_mut(self.cursor)
    }

    /// Turns to another page and takes along what was filled in under the same names.
    fn turn(&mut self, by: usize) {
        let count = self.form.pages.len().max(1);
        let next = (self.page + by) % count;
        let old: Vec<(String, String)> = self
            .fields()
            .iter()
            .zip(&self.texts[self.page])
            .map(|(field, text)| (field.name.clone(), text.clone()))
            .collect();
        self.page = next;
        let fields = self.fields();
        for (field, text) in fields.iter().zip(&mut self.texts[next]) {
            if let Some((_, known)) = old.iter().find(|(name, _)| *name == field.name) {
                text.clone_from(known);
            }
        }
        self.cursor = self.cursor.min(fields.len().saturating_sub(1));
    }

    /// Goes on to the next value of a choice, or the one before.
    fn choose(&mut self, is_back: bool) {
        let Some(field) = self.fields().get(self.cursor) else { return };
        let values: Vec<&str> = match &field.kind {
            FieldKind::Text => return,
            FieldKind::Switch => vec!["", "true"],
            FieldKind::Choice(values) => std::iter::once("").chain(values.iter().map(String::as_str)).collect(),
        };
        let Some(text) = self.text() else { return };
        let at = values.iter().position(|v| v == text).unwrap_or(0);
        let next = if is_back { at + values.len() - 1 } else { at + 1 } % values.len();
        values[next].clone_into(text);
    }

    /// The command line as it is so far.
    fn line(&self) -> String {
        let mut line = self.form.title.clone();
        for (field, text) in self.fields().iter().zip(&self.texts[self.page]) {
            if text.is_empty() {
                continue;
            }
            line.push_str(&format!(" -{}", field.name));
            if field.kind != FieldKind::Switch {
                line.push_str(&format!(" {text}"));
            }
        }
        line
    }
}

impl Page for FormPage<'_> {
    type Answer = Filled;

    fn lines(&mut self, width: usize, height: usize) -> Vec<String> {
        let rows = height.saturating_sub(7).max(1);
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(rows));
        let mut lines = vec![full_screen::bold(&fit(&self.form.title, width))];
        let names: Vec<String> = self
            .form
            .pages
            .iter()
            .enumerate()
            .map(|(at, (name, _))| if at == self.page { format!("[{name}]") } else { format!(" {name} ") })
            .collect();
        lines.push(fit(&names.join(" "), width));
        let wide = self.fields().iter().map(|f| f.name.len() + 2).max().unwrap_or(0).min(width / 2);
        for (at, field) in self.fields().iter().enumerate().skip(self.top).take(rows) {
            let text = &self.texts[self.page][at];
            let value = match &field.kind {
                FieldKind::Text => format!("{text}{}", if at == self.cursor { "▏" } else { "" }),
                FieldKind::Switch => (if text.is_empty() { "[ ]" } else { "[x]" }).to_owned(),
                FieldKind::Choice(_) => format!("‹{text}›"),
            };
            let name = format!("{}{}", field.name, if field.is_required { " *" } else { "" });
            let line = fit(&format!("{}  {value}", fit(&name, wide)), width);
            lines.push(if at == self.cursor { full_screen::reversed(&line) } else { line });
        }
        while lines.len() + 4 < height {
            lines.push(String::new());
        }
        let about = self.fields().get(self.cursor).map_or("", |f| f.about.as_str());
        lines.push(fit(about, width));
        lines.push(full_screen::bold(&fit(&self.line(), width)));
        lines.push(fit(&self.notice, width));
        let keys = "↑↓ field  Space on/off, choose  PgUp PgDn other form  Enter run  Esc leave";
        lines.push(full_screen::dim(&fit(keys, width)));
        lines
    }

    fn key(&mut self, key: KeyEvent) -> Step<Filled> {
        self.notice.clear();
        let count = self.fields().len();
        let is_text = self.fields().get(self.cursor).is_some_and(|f| f.kind == FieldKind::Text);
        match key.code {
            KeyCode::Esc => return Step::Left,
            KeyCode::Up | KeyCode::BackTab => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab => self.cursor = (self.cursor + 1).min(count.saturating_sub(1)),
            KeyCode::PageDown => self.turn(1),
            KeyCode::PageUp => self.turn(self.form.pages.len().saturating_sub(1)),
            KeyCode::Left if !is_text => self.choose(true),
            KeyCode::Right if !is_text => self.choose(false),
            KeyCode::Char(' ') if !is_text => self.choose(false),
            KeyCode::Char(c) if is_text && !key.modifiers.contains(KeyModifiers::CONTROL) => {
                if let Some(text) = self.text() {
                    text.push(c);
                }
            }
            KeyCode::Backspace => {
                if let Some(text) = self.text() {
                    text.pop();
                }
            }
            KeyCode::Enter => {
                let texts = &self.texts[self.page];
                let missing = self.fields().iter().zip(texts).position(|(f, t)| f.is_required && t.is_empty());
                match missing {
                    Some(at) => {
                        self.cursor = at;
                        self.notice = format!("{} is required.", self.fields()[at].name);
                    }
                    None => return Step::Done((self.page, texts.clone())),
                }
            }
            _ => {}
        }
        Step::On
    }
}

/// Shows the form.
pub fn show(form: &Form) -> std::io::Result<Option<Filled>> {
    full_screen::run(&mut FormPage::new(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: FieldKind, is_required: bool) -> Field {
        Field { name: name.into(), about: String::new(), kind, is_required }
    }

    #[test]
    fn fields_are_filled_in_and_required_ones_asked_for() {
        let first = vec![
            field("Name", FieldKind::Text, true),
            field("Kind", FieldKind::Choice(vec!["A".into(), "B".into()]), false),
            field("Force", FieldKind::Switch, false),
        ];
        let second = vec![field("Path", FieldKind::Text, true), field("Name", FieldKind::Text, false)];
        let form = Form { title: "New-Thing".into(), pages: vec![("ByName".into(), first), ("ByPath".into(), second)] };
        let mut page = FormPage::new(&form);
        let press = |page: &mut FormPage, code| page.key(KeyEvent::new(code, KeyModifiers::NONE));
        assert!(matches!(press(&mut page, KeyCode::Enter), Step::On));
        assert_eq!(page.notice, "Name is required.");
        for code in
            [KeyCode::Char('x'), KeyCode::Down, KeyCode::Char(' '), KeyCode::Right, KeyCode::Down, KeyCode::Char(' ')]
        {
            press(&mut page, code);
        }
        assert_eq!(page.line(), "New-Thing -Name x -Kind B -Force");
        press(&mut page, KeyCode::PageDown);
        assert_eq!(page.line(), "New-Thing -Name x");
        press(&mut page, KeyCode::PageUp);
        let done = press(&mut page, KeyCode::Enter);
        assert!(matches!(done, Step::Done((0, texts)) if texts == ["x", "B", "true"]));
    }
}
