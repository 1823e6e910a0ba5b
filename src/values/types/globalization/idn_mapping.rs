//! System.Globalization.IdnMapping: names of hosts in letters of all scripts, and as DNS carries them (RFC 3492).

use crate::types::{State, TypeDef, fail, hold};
use crate::value::Value;

/// Settings that are kept.
#[derive(Clone, Default, PartialEq)]
struct Mapping {
    allows_unassigned: bool,
    uses_std3: bool,
}
impl State for Mapping {
    fn is_equal(&self, other: &Self) -> bool {
        self == other
    }
}

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;

fn adapt(delta: u32, count: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / 700 } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + 38)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(T_MIN, T_MAX)
}

fn digit(n: u32) -> char {
    char::from(if n < 26 { b'a' + n as u8 } else { b'0' + (n - 26) as u8 })
}

fn encode(label: &str) -> Option<String> {
    let letters: Vec<u32> = label.chars().map(u32::from).collect();
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut done) = (128u32, 0u32, 72u32, basic);
    while (done as usize) < letters.len() {
        let next = letters.iter().copied().filter(|c| *c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(done + 1)?)?;
        n = next;
        for c in &letters {
            if *c < n {
                delta = delta.checked_add(1)?;
            }
            if *c == n {
                let (mut q, mut k) = (delta, BASE);
                loop {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t)));
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(q));
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(out)
}

fn decode(label: &str) -> Option<String> {
    let (head, tail) = label.rsplit_once('-').unwrap_or(("", label));
    let mut out: Vec<char> = head.chars().collect();
    let (mut n, mut i, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = tail.bytes();
    while digits.len() > 0 {
        let (start, mut weight, mut k) = (i, 1u32, BASE);
        loop {
            let b = digits.next()?.to_ascii_lowercase();
            let value = match b {
                b'a'..=b'z' => u32::from(b - b'a'),
                b'0'..=b'9' => u32::from(b - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let count = out.len() as u32 + 1;
        bias = adapt(i - start, count, start == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

/// A host's name as DNS carries it; a label that can't be encoded stays.
pub fn to_ascii(host: &str) -> String {
    let label = |label: &str| {
        if label.is_ascii() {
            return label.to_string();
        }
        let folded = label.to_lowercase();
        encode(&folded).map_or(folded, |text| format!("xn--{text}"))
    };
    host.split(['.', '\u{3002}']).map(label).collect::<Vec<_>>().join(".")
}

fn to_unicode(host: &str) -> String {
    let label = |label: &str| {
        let tail = label.get(..4).filter(|p| p.eq_ignore_ascii_case("xn--")).map(|_| &label[4..]);
        tail.and_then(decode).unwrap_or_else(|| label.to_string())
    };
    host.split('.').map(label).collect::<Vec<_>>().join(".")
}

/// The part of a text that the optional places name.
fn part(c: &crate::types::Call<'_>) -> crate::error::Result<String> {
    let text: Vec<char> = c.need_str(0)?.chars().collect();
    let from = c.named_int("index").unwrap_or(0).max(0) as usize;
    let count = c.named_int("count").map_or(usize::MAX, |n| n.max(0) as usize);
    Ok(text.into_iter().skip(from).take(count).collect())
}

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Globalization.IdnMapping",
    like: &[],
    members: &[
        ("new", |c| Ok(hold(c.ty, Mapping::default()))),
        ("AllowUnassigned", |c| c.with(|m: &mut Mapping| Value::Bool(m.allows_unassigned))),
        ("AllowUnassigned=", |c| {
            let on = c.bool(0);
            c.with(|m: &mut Mapping| m.allows_unassigned = on)?;
            Ok(Value::Void)
        }),
        ("UseStd3AsciiRules", |c| c.with(|m: &mut Mapping| Value::Bool(m.uses_std3))),
        ("UseStd3AsciiRules=", |c| {
            let on = c.bool(0);
            c.with(|m: &mut Mapping| m.uses_std3 = on)?;
            Ok(Value::Void)
        }),
        ("GetAscii", |c| {
            let text = part(c)?;
            if text.split('.').any(|l| l.len() > 63 || l.is_empty()) && !text.ends_with('.') {
                let why = "IDN labels must be between 1 and 63 characters long.";
                return fail::argument(why, "unicode").throw();
            }
            Ok(Value::from(to_ascii(&text)))
        }),
        ("GetUnicode", |c| Ok(Value::from(to_unicode(&part(c)?)))),
    ],
}];

#[cfg(test)]
mod tests {
    #[test]
    fn names_there_and_back() {
        let check = |name: &str, ascii: &str| {
            assert_eq!(super::to_ascii(name), ascii);
            assert_eq!(super::to_unicode(ascii), name);
        };
        check("bücher.example", "xn--bcher-kva.example");
        check("münchen.de", "xn--mnchen-3ya.de");
        check("例え.jp", "xn--r8jz45g.jp");
        check("plain.org", "plain.org");
    }
}
