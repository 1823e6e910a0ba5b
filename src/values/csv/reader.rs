//! Reading records.

/// The names of the columns.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    pub names: Vec<String>,
    /// From a `#TYPE` line.
    pub type_name: Option<String>,
    /// Names `H1`, `H2`, ... stand for empty ones; a warning is due.
    pub invented: bool,
}

/// Reads records from a text.
pub struct Reader {
    c: Vec<char>,
    i: usize,
    delimiter: char,
}

impl Reader {
    pub fn new(text: &str, delimiter: char) -> Reader {
        Reader { c: text.strip_prefix('\u{feff}').unwrap_or(text).chars().collect(), i: 0, delimiter }
    }

    fn at_end(&self) -> bool {
        self.i >= self.c.len()
    }

    /// The line break at the place, if any.
    fn line_break(&self, i: usize) -> Option<&'static str> {
        match self.c.get(i) {
            Some('\r') if self.c.get(i + 1) == Some(&'\n') => Some("\r\n"),
            Some('\r') => Some("\r"),
            Some('\n') => Some("\n"),
            _ => None,
        }
    }

    /// The next record that is not blank.
    pub fn next_record(&mut self) -> Option<Vec<String>> {
        while !self.at_end() {
            let r = self.record();
            match r.as_slice() {
                [] => return None,
                [one] if one.is_empty() => {}
                _ => return Some(r),
            }
        }
        None
    }

    fn record(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        let mut word = String::new();
        let mut quoted = false;
        while let Some(c) = self.c.get(self.i).copied() {
            let broken = self.line_break(self.i);
            self.i += 1;
            if c == self.delimiter {
                if quoted {
                    word.push(c);
                } else {
                    out.push(std::mem::take(&mut word));
                }
            } else if c == '"' {
                if quoted && self.c.get(self.i) == Some(&'"') {
                    self.i += 1;
                    word.push('"');
                } else if !quoted && word.is_empty() {
                    quoted = true;
                } else {
                    // The end of a quoted word, or a quote inside a bare one: the rest up to the delimiter belongs to it.
                    let inside = !quoted;
                    quoted = false;
                    if inside {
                        word.push(c);
                    }
                    let last = self.take_rest(&mut word, !inside);
                    out.push(std::mem::take(&mut word));
                    if last {
                        break;
                    }
                }
            } else if (c == ' ' || c == '\t') && !quoted {
                if word.is_empty() {
                    continue;
                }
                word.push(c);
                let last = self.take_rest(&mut word, true);
                out.push(std::mem::take(&mut word));
                if last {
                    break;
                }
            } else if let Some(b) = broken {
                self.i += b.len() - 1;
                if quoted {
                    word.push_str(b);
                } else {
                    out.push(std::mem::take(&mut word));
                    break;
                }
            } else {
                word.push(c);
            }
        }
        if !word.is_empty() {
            out.push(word);
        }
        out
    }

    /// Takes everything up to the delimiter; true at the record's end. Nothing but blanks is dropped if asked.
    fn take_rest(&mut self, word: &mut String, drop_blanks: bool) -> bool {
        let mut rest = String::new();
        let mut last = true;
        while let Some(c) = self.c.get(self.i).copied() {
            if let Some(b) = self.line_break(self.i) {
                self.i += b.len();
                break;
            }
            self.i += 1;
            if c == self.delimiter {
                last = false;
                break;
            }
            rest.push(c);
        }
        if !(drop_blanks && rest.chars().all(|c| c == ' ' || c == '\t')) {
            word.push_str(&rest);
        }
        last
    }

    /// Reads the header: a `#TYPE` line, comment lines, then the names. `None` when there is none.
    pub fn header(&mut self) -> Option<Header> {
        let mut h = Header::default();
        if self.c.get(self.i) == Some(&'#') {
            let end = (self.i..self.c.len()).find(|k| self.line_break(*k).is_some()).unwrap_or(self.c.len());
            let line: String = self.c[self.i..end].iter().collect();
            if line.get(..6).is_some_and(|l| l.eq_ignore_ascii_case("#type ")) {
                h.type_name = Some(line[6..].trim().to_string()).filter(|t| !t.is_empty());
                self.i = end + self.line_break(end).map_or(0, str::len);
            }
        }
        loop {
            let mut names = if self.at_end() { return None } else { self.record() };
            while names.len() > 1 && names.last().is_some_and(String::is_empty) {
                names.pop();
            }
            let single = names.len() == 1;
            match names.first_mut() {
                None => return None,
                Some(first) if first.starts_with("#Fields: ") => *first = first[9..].to_string(),
                Some(first) if first.starts_with('#') => continue,
                Some(first) if first.is_empty() && single => continue,
                Some(_) => {}
            }
            h.names = names;
            break;
        }
        for (k, n) in h.names.iter_mut().enumerate() {
            if n.is_empty() {
                *n = format!("H{}", k + 1);
                h.invented = true;
            }
        }
        Some(h)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(t: &str, d: char) -> Vec<Vec<String>> {
        let mut r = Reader::new(t, d);
        std::iter::from_fn(|| r.next_record()).collect()
    }

    #[test]
    fn records() {
        for (t, want) in [
            ("a,b\n1,2", "a|b/1|2"),
            ("\"x,y\",\"z\"", "x,y|z"),
            ("\"multi\nline\",2", "multi\nline|2"),
            ("a, b\n 1 , 2 ", "a|b/1 |2 "),
            ("\"say \"\"hi\"\"\"  ,x", "say \"hi\"|x"),
            ("foo \"ba,r\"", "foo \"ba|r\""),
            ("a\n\n\"\"\nb\r\nc", "a/b/c"),
            ("\"unclosed,2", "unclosed,2"),
            ("a,,c,", "a||c"),
            ("\"q\" rest,2", "q rest|2"),
        ] {
            let got: Vec<String> = all(t, ',').iter().map(|r| r.join("|")).collect();
            assert_eq!(got.join("/"), want, "{t}");
        }
        assert_eq!(all("a\tb", '\t'), vec![vec!["a".to_string(), "b".into()]]);
    }

    #[test]
    fn headers() {
        let h = |t: &str| Reader::new(t, ',').header();
        assert_eq!(
            h("#TYPE Foo.Bar\na,b").unwrap(),
            Header { names: vec!["a".into(), "b".into()], type_name: Some("Foo.Bar".into()), invented: false }
        );
        assert_eq!(h("#c\na,b").unwrap().names, ["a", "b"]);
        assert_eq!(h("#Fields: a,b\n1,2").unwrap().names, ["a", "b"]);
        assert_eq!(
            h(",b\n1,2").unwrap(),
            Header { names: vec!["H1".into(), "b".into()], type_name: None, invented: true }
        );
        assert_eq!(h("a,b,,\n1,2").unwrap().names, ["a", "b"]);
        assert_eq!(h(""), None);
    }
}
