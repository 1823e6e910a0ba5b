//! Writing records.

/// `-UseQuotes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Always,
    AsNeeded,
    Never,
}

/// One line without its end. A missing value (`$null`) is written as nothing. `quoted(i)`, when given, says which columns
/// stand in quotes (`-QuoteFields`).
pub fn write_record<'a>(
    fields: impl IntoIterator<Item = Option<&'a str>>,
    delimiter: char,
    quoting: Quoting,
    quoted: Option<&dyn Fn(usize) -> bool>,
) -> String {
    let mut out = String::new();
    for (i, f) in fields.into_iter().enumerate() {
        if i > 0 {
            out.push(delimiter);
        }
        let Some(f) = f else { continue };
        let quote = match (quoted, quoting) {
            (Some(q), _) => q(i),
            (None, Quoting::Always) => true,
            (None, Quoting::Never) => false,
            (None, Quoting::AsNeeded) => f.contains([delimiter, '\n', '"']),
        };
        if quote {
            out.push('"');
            out.push_str(&f.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(f);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let f = [Some("1"), None, Some("p,q"), Some("a\"b"), Some("")];
        assert_eq!(write_record(f, ',', Quoting::Always, None), "\"1\",,\"p,q\",\"a\"\"b\",\"\"");
        assert_eq!(write_record(f, ',', Quoting::AsNeeded, None), "1,,\"p,q\",\"a\"\"b\",");
        assert_eq!(write_record(f, ';', Quoting::Never, None), "1;;p,q;a\"b;");
        assert_eq!(write_record([Some("a"), Some("b")], ',', Quoting::Always, Some(&|i| i == 0)), "\"a\",b");
    }
}
