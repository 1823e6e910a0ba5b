//! Composite formatting: `{index[,alignment][:format]}` as `String.Format` and `-f` read it.

/// Why a composite format string is refused. [`Format`](CompositeError::Format) carries .NET's reason.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CompositeError<E> {
    /// `FormatException` with the offset where reading failed.
    #[error("Input string was not in a correct format. Failure to parse near offset {offset}. {reason}.")]
    Format { offset: usize, reason: &'static str },
    /// `FormatException`: no argument of that number.
    #[error("Index (zero based) must be greater than or equal to zero and less than the size of the argument list.")]
    Index,
    /// What formatting an argument came to.
    #[error("{0}")]
    Argument(E),
}

const UNENDS: &str = "Unexpected closing brace without a corresponding opening brace";
const NO_DIGIT: &str = "Expected an ASCII digit";
const ENDS: &str = "Format item ends prematurely";
const LIMIT: u32 = 1_000_000;

/// Formats by `format`. `argument(index, format)` gives the text of one of `count` arguments; its format is empty when
/// none is given. Widths count UTF-16 units, and offsets in errors do too.
pub fn format_composite<E>(
    format: &str,
    count: usize,
    mut argument: impl FnMut(usize, &str) -> Result<String, E>,
) -> Result<String, CompositeError<E>> {
    let mut out = String::with_capacity(format.len() + 16);
    // What has a meaning is ASCII, so bytes are looked at; places between characters stay such places.
    let f = format.as_bytes();
    let mut i = 0;
    let at = |i: usize| format[..i.min(f.len())].chars().map(char::len_utf16).sum::<usize>();
    let fail = |i: usize, reason: &'static str| CompositeError::Format { offset: at(i), reason };
    while i < f.len() {
        let plain = f[i..].iter().position(|c| matches!(c, b'{' | b'}')).unwrap_or(f.len() - i);
        out.push_str(&format[i..i + plain]);
        i += plain;
        let Some(&c) = f.get(i) else { break };
        i += 1;
        let Some(next) = f.get(i) else {
            return Err(fail(i, ENDS));
        };
        if *next == c {
            out.push(char::from(c));
            i += 1;
            continue;
        }
        if c == b'}' {
            return Err(fail(i, UNENDS));
        }
        // The index.
        if !f[i].is_ascii_digit() {
            return Err(fail(i, NO_DIGIT));
        }
        let mut index = 0u32;
        while f.get(i).is_some_and(u8::is_ascii_digit) && index < LIMIT {
            index = index * 10 + u32::from(f[i] - b'0');
            i += 1;
        }
        while f.get(i) == Some(&b' ') {
            i += 1;
        }
        let mut width = 0i64;
        if f.get(i) == Some(&b',') {
            i += 1;
            while f.get(i) == Some(&b' ') {
                i += 1;
            }
            let left = f.get(i) == Some(&b'-');
            if left {
                i += 1;
            }
            match f.get(i) {
                None => return Err(fail(i, ENDS)),
                Some(c) if !c.is_ascii_digit() => return Err(fail(i, NO_DIGIT)),
                _ => {}
            }
            while f.get(i).is_some_and(u8::is_ascii_digit) && width < i64::from(LIMIT) {
                width = width * 10 + i64::from(f[i] - b'0');
                i += 1;
            }
            while f.get(i) == Some(&b' ') {
                i += 1;
            }
            if left {
                width = -width;
            }
        }
        let mut spec = "";
        match f.get(i) {
            None => return Err(fail(i, ENDS)),
            Some(b'}') => i += 1,
            Some(b':') => {
                let start = i + 1;
                let Some(end) = f[start..].iter().position(|c| matches!(c, b'{' | b'}')).map(|n| start + n) else {
                    return Err(fail(f.len(), ENDS));
                };
                if f[end] == b'{' {
                    return Err(fail(end, ENDS));
                }
                spec = &format[start..end];
                i = end + 1;
            }
            Some(_) => return Err(fail(i, ENDS)),
        }
        if index as usize >= count {
            return Err(CompositeError::Index);
        }
        let text = argument(index as usize, spec).map_err(CompositeError::Argument)?;
        let len = text.chars().map(char::len_utf16).sum::<usize>() as i64;
        let fill = (width.abs() - len).max(0) as usize;
        if width > 0 {
            out.extend(std::iter::repeat_n(' ', fill));
        }
        out.push_str(&text);
        if width < 0 {
            out.extend(std::iter::repeat_n(' ', fill));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(format: &str, args: &[&str]) -> String {
        let r = format_composite(format, args.len(), |i, spec| {
            if spec == "bad" {
                Err("nope")
            } else {
                Ok(format!("{}{}", args[i], if spec.is_empty() { String::new() } else { format!("<{spec}>") }))
            }
        });
        r.unwrap_or_else(|e| e.to_string())
    }

    #[test]
    fn items() {
        for (format, args, want) in [
            ("{0}|{1}", &["a", "b"][..], "a|b"),
            ("{{{0}}}", &["x"], "{x}"),
            ("{0,5}|{0,-5}|", &["ab"], "   ab|ab   |"),
            ("{0 , 4 :N2}", &["1"], "1<N2>"),
            ("{00}", &["z"], "z"),
            ("{0:bad}", &["z"], "nope"),
            (
                "{1}",
                &["z"],
                "Index (zero based) must be greater than or equal to zero and less than the size of the argument list.",
            ),
            (
                "{",
                &[],
                "Input string was not in a correct format. Failure to parse near offset 1. Format item ends prematurely.",
            ),
            (
                "{a}",
                &["z"],
                "Input string was not in a correct format. Failure to parse near offset 1. Expected an ASCII digit.",
            ),
            (
                "x}",
                &[],
                "Input string was not in a correct format. Failure to parse near offset 2. Format item ends prematurely.",
            ),
            (
                "x}y",
                &[],
                "Input string was not in a correct format. Failure to parse near offset 2. Unexpected closing brace without a corresponding opening brace.",
            ),
            (
                "{0",
                &["z"],
                "Input string was not in a correct format. Failure to parse near offset 2. Format item ends prematurely.",
            ),
            (
                "{0x}",
                &["z"],
                "Input string was not in a correct format. Failure to parse near offset 2. Format item ends prematurely.",
            ),
        ] {
            assert_eq!(f(format, args), want, "{format}");
        }
    }
}
