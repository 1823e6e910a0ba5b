//! Reading CSV records the way Import-Csv does.

use std::sync::Arc;

use command::{Exception, Result, Session, Str, TypeRef, Value, class};
use values::{ErrorCategory, Layout, Object};

/// A reader over a whole text.
pub struct CsvReader<'a> {
    text: &'a [u8],
    source: &'a str,
    at: usize,
    delimiter: char,
}

impl<'a> CsvReader<'a> {
    /// A reader at the start of a text.
    pub fn new(source: &'a str, delimiter: char) -> CsvReader<'a> {
        CsvReader { text: source.as_bytes(), source, at: 0, delimiter }
    }

    fn peek(&self) -> Option<char> {
        match self.text.get(self.at) {
            Some(b) if b.is_ascii() => Some(char::from(*b)),
            Some(_) => self.source[self.at..].chars().next(),
            None => None,
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Whether all is read.
    pub fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// A line as it is, without its end.
    fn line(&mut self) -> &'a str {
        let rest = &self.source[self.at..];
        let end = rest.find('\n').unwrap_or(rest.len());
        self.at += (end + 1).min(rest.len());
        rest[..end].trim_end_matches('\r')
    }

    /// Takes a line that starts with `#`, if the next one does.
    pub fn comment(&mut self) -> Option<&'a str> {
        (self.peek() == Some('#')).then(|| self.line())
    }

    /// The fields of the next record into `fields`.
    pub fn record(&mut self, fields: &mut Vec<String>) {
        fields.clear();
        let mut current = String::new();
        let mut in_quotes = false;
        while let Some(c) = self.next() {
            if in_quotes {
                if c != '"' {
                    current.push(c);
                } else if self.peek() == Some('"') {
                    self.at += 1;
                    current.push('"');
                } else {
                    in_quotes = false;
                    let is_over = self.until_delimiter(&mut current, true);
                    fields.push(std::mem::take(&mut current));
                    if is_over {
                        return;
                    }
                }
            } else if c == self.delimiter {
                fields.push(std::mem::take(&mut current));
            } else if c == '"' && current.is_empty() {
                in_quotes = true;
            } else if (c == ' ' || c == '\t') && current.is_empty() {
                // Blanks before a field are left out.
            } else if c == '\n' || c == '\r' {
                if c == '\r' && self.peek() == Some('\n') {
                    self.at += 1;
                }
                fields.push(current);
                return;
            } else {
                current.push(c);
                let is_over = self.until_delimiter(&mut current, false);
                fields.push(std::mem::take(&mut current));
                if is_over {
                    return;
                }
            }
        }
        if in_quotes {
            // The line end at the end of the text is not part of a field that nobody closed.
            current.truncate(current.trim_end_matches(['\r', '\n']).len());
        }
        if !current.is_empty() {
            fields.push(current);
        }
    }

    /// Reads up to the next delimiter; true where the record ends with this field.
    fn until_delimiter(&mut self, current: &mut String, eats_blanks: bool) -> bool {
        let start = self.at;
        let mut is_over = true;
        let mut end = self.text.len();
        while let Some(c) = self.peek() {
            let here = self.at;
            self.at += c.len_utf8();
            if c == self.delimiter {
                (end, is_over) = (here, false);
                break;
            }
            if c == '\n' || c == '\r' {
                end = here;
                if c == '\r' && self.peek() == Some('\n') {
                    self.at += 1;
                }
                break;
            }
        }
        let more = &self.source[start..end];
        if !(eats_blanks && more.trim().is_empty()) {
            current.push_str(more);
        }
        is_over
    }
}

/// What turns records into objects: header, type names.
pub struct CsvRows {
    header: Option<Vec<Str>>,
    layout: Option<Arc<Layout>>,
    type_names: Option<Arc<[Str]>>,
    fields: Vec<String>,
}

impl CsvRows {
    /// Rows under a given header, or under the first record.
    pub fn new(header: Option<Vec<Str>>) -> CsvRows {
        CsvRows { header, layout: None, type_names: None, fields: Vec::new() }
    }

    /// Reads what comes before the rows.
    pub fn start(&mut self, session: &mut dyn Session, reader: &mut CsvReader<'_>) -> Result<()> {
        while let Some(line) = reader.comment() {
            if let Some(name) = line.strip_prefix("#TYPE ") {
                let name = name.trim();
                self.type_names = Some(Arc::from([Str::from(name), Str::from(format!("CSV:{name}"))]));
            }
        }
        if self.layout.is_some() {
            return Ok(());
        }
        let names = match self.header.take() {
            Some(names) => names,
            None => {
                let mut fields = Vec::new();
                while fields.is_empty() && !reader.is_at_end() {
                    reader.record(&mut fields);
                }
                fields.into_iter().map(Str::from).collect()
            }
        };
        let mut unnamed = 0;
        let mut seen: Vec<Str> = Vec::with_capacity(names.len());
        for name in names {
            let name = if name.is_empty() {
                unnamed += 1;
                Str::from(format!("H{unnamed}"))
            } else {
                name
            };
            if seen.iter().any(|n| values::collection::equals_ignore_case(n, &name)) {
                return Exception::new(
                    class("System.Management.Automation.ExtendedTypeSystemException", TypeRef::RUNTIME_EXCEPTION),
                    format!("The member \"{name}\" is already present."),
                )
                .identity("AlreadyPresentPSMemberInfoInternalCollectionAdd", ErrorCategory::NotSpecified, Value::Null)
                .throw();
            }
            seen.push(name);
        }
        self.layout = Some(Layout::new(seen));
        if unnamed > 0 {
            session.write_warning(
                "One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.",
            )?;
        }
        Ok(())
    }

    /// Writes the objects of all records.
    pub fn emit(&mut self, session: &mut dyn Session, reader: &mut CsvReader<'_>) -> Result<()> {
        self.start(session, reader)?;
        self.emit_whole(session, reader, true).map(|_| ())
    }

    /// Writes the objects of the records that are there as a whole; gives where the first one begins that is not. Where the
    /// text is the last, all are.
    pub fn emit_whole(
        &mut self,
        session: &mut dyn Session,
        reader: &mut CsvReader<'_>,
        is_last: bool,
    ) -> Result<usize> {
        if self.layout.is_none() && !is_last {
            // The lines before the rows are read when a record follows them for certain.
            let mut probe = CsvReader::new(reader.source, reader.delimiter);
            let mut fields = Vec::new();
            while probe.comment().is_some() {}
            while fields.is_empty() && !probe.is_at_end() {
                probe.record(&mut fields);
            }
            if probe.is_at_end() {
                return Ok(0);
            }
        }
        if self.layout.is_none() {
            self.start(session, reader)?;
        }
        let Some(layout) = self.layout.clone() else { return Ok(reader.at) };
        let width = layout.names().len();
        let mut fields = std::mem::take(&mut self.fields);
        let mut begin = reader.at;
        while !reader.is_at_end() {
            begin = reader.at;
            reader.record(&mut fields);
            if !is_last && reader.is_at_end() {
                self.fields = fields;
                return Ok(begin);
            }
            begin = reader.at;
            if fields.is_empty() || (fields.len() == 1 && fields[0].is_empty()) {
                continue;
            }
            let mut slots: Vec<Value> = fields.drain(..).take(width).map(Value::from).collect();
            slots.resize(width, Value::Null);
            let object = Object::custom(layout.clone(), slots);
            object.lock().type_names = self.type_names.clone();
            session.write(Value::Object(Arc::new(object)))?;
        }
        self.fields = fields;
        Ok(begin)
    }
}

#[cfg(test)]
mod tests {
    use super::CsvReader;

    #[test]
    fn records_follow_the_quoting_rules() {
        let check = |text: &str, expected: &[&[&str]]| {
            let mut reader = CsvReader::new(text, ',');
            let mut fields = Vec::new();
            for record in expected {
                reader.record(&mut fields);
                assert_eq!(&fields, record, "{text}");
            }
            assert!(reader.is_at_end(), "{text}");
        };
        check("a,b\n1,2\n", &[&["a", "b"], &["1", "2"]]);
        check("\"x,y\",\"q\"\"q\"\n", &[&["x,y", "q\"q"]]);
        check(" \"Dan\" ,x\n", &[&["Dan", "x"]]);
        check("half\"quoted,'s'", &[&["half\"quoted", "'s'"]]);
        check("\"two\nlines\",e\r\n,\n", &[&["two\nlines", "e"], &["", ""]]);
    }
}
