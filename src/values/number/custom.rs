//! Custom numeric format strings: sections, digit places, scaling, exponents, quoted text.

use super::digits::{Digits, Kind};
use super::format::exponent;
use crate::culture::NumberFormat;

/// Where section `wanted` (0 positive, 1 negative, 2 zero) begins; 0 when the format has none.
fn section_start(f: &[char], mut wanted: usize) -> usize {
    if wanted == 0 {
        return 0;
    }
    let mut i = 0;
    while i < f.len() {
        let c = f[i];
        i += 1;
        match c {
            '\'' | '"' => {
                while i < f.len() {
                    i += 1;
                    if f[i - 1] == c {
                        break;
                    }
                }
            }
            '\\' => i += 1,
            ';' => {
                wanted -= 1;
                if wanted == 0 {
                    return if i < f.len() && f[i] != ';' { i } else { 0 };
                }
            }
            '\0' => return 0,
            _ => {}
        }
    }
    0
}

struct Layout {
    digit_count: i32,
    decimal_pos: i32,
    first_zero: i32,
    last_zero: i32,
    scientific: bool,
    groups: bool,
    scale_adjust: i32,
}

fn is_exponent(f: &[char], i: usize) -> bool {
    f.get(i) == Some(&'0') || (matches!(f.get(i), Some('+' | '-')) && f.get(i + 1) == Some(&'0'))
}

fn layout(f: &[char], start: usize) -> Layout {
    let mut l = Layout {
        digit_count: 0,
        decimal_pos: -1,
        first_zero: i32::MAX,
        last_zero: 0,
        scientific: false,
        groups: false,
        scale_adjust: 0,
    };
    let (mut comma_pos, mut comma_count) = (-1, 0);
    let mut i = start;
    while i < f.len() && f[i] != '\0' && f[i] != ';' {
        let c = f[i];
        i += 1;
        match c {
            '#' => l.digit_count += 1,
            '0' => {
                if l.first_zero == i32::MAX {
                    l.first_zero = l.digit_count;
                }
                l.digit_count += 1;
                l.last_zero = l.digit_count;
            }
            '.' if l.decimal_pos < 0 => l.decimal_pos = l.digit_count,
            ',' if l.digit_count > 0 && l.decimal_pos < 0 => {
                if comma_pos >= 0 {
                    if comma_pos == l.digit_count {
                        comma_count += 1;
                        continue;
                    }
                    l.groups = true;
                }
                comma_pos = l.digit_count;
                comma_count = 1;
            }
            '%' => l.scale_adjust += 2,
            '\u{2030}' => l.scale_adjust += 3,
            '\'' | '"' => {
                while i < f.len() && f[i] != '\0' {
                    i += 1;
                    if f[i - 1] == c {
                        break;
                    }
                }
            }
            '\\' if i < f.len() && f[i] != '\0' => i += 1,
            'E' | 'e' if is_exponent(f, i) => {
                i += 1;
                while f.get(i) == Some(&'0') {
                    i += 1;
                }
                l.scientific = true;
            }
            _ => {}
        }
    }
    if l.decimal_pos < 0 {
        l.decimal_pos = l.digit_count;
    }
    if comma_pos >= 0 {
        if comma_pos == l.decimal_pos {
            l.scale_adjust -= comma_count * 3;
        } else {
            l.groups = true;
        }
    }
    l
}

/// Formats by a custom format string.
pub(super) fn format_custom(mut d: Digits, format: &str, nf: &NumberFormat) -> String {
    let f: Vec<char> = format.chars().collect();
    let mut section = section_start(&f, if d.digits.is_empty() { 2 } else { usize::from(d.negative) });
    let l = loop {
        let l = layout(&f, section);
        if d.digits.is_empty() {
            if d.kind != Kind::Float {
                d.negative = false;
            }
            d.scale = 0;
            break l;
        }
        d.scale += l.scale_adjust;
        let pos = if l.scientific { l.digit_count } else { d.scale + l.digit_count - l.decimal_pos };
        d.round(pos, false);
        if d.digits.is_empty() {
            let zero = section_start(&f, 2);
            if zero != section {
                section = zero;
                continue;
            }
        }
        break l;
    };
    let first = if l.first_zero < l.decimal_pos { l.decimal_pos - l.first_zero } else { 0 };
    let last = if l.last_zero > l.decimal_pos { l.decimal_pos - l.last_zero } else { 0 };
    let (mut pos, mut adjust) =
        if l.scientific { (l.decimal_pos, 0) } else { (d.scale.max(l.decimal_pos), d.scale - l.decimal_pos) };
    let mut breaks: Vec<i32> = Vec::new();
    if l.groups && !nf.group_separator.is_empty() {
        let total = pos + adjust.min(0);
        let count = first.max(total);
        let (mut k, mut sum) = (0usize, 0i32);
        while let Some(size) = nf.group_sizes.get(k.min(nf.group_sizes.len().saturating_sub(1))) {
            sum += i32::from(*size);
            if *size == 0 || count <= sum {
                break;
            }
            breaks.push(sum);
            k += 1;
        }
    }
    let mut out = String::new();
    if d.negative && section == 0 && d.scale != 0 {
        out.push_str(&nf.negative_sign);
    }
    let mut digits = d.digits.iter().copied().peekable();
    let mut decimal_written = false;
    let mut scientific = l.scientific;
    let mut push_group = |out: &mut String, pos: i32| {
        if pos > 1 && breaks.last() == Some(&(pos - 1)) {
            out.push_str(&nf.group_separator);
            breaks.pop();
        }
    };
    let mut i = section;
    while i < f.len() && f[i] != '\0' && f[i] != ';' {
        let c = f[i];
        i += 1;
        if adjust > 0 && matches!(c, '#' | '0' | '.') {
            while adjust > 0 {
                out.push(digits.next().map_or('0', |b| b as char));
                push_group(&mut out, pos);
                pos -= 1;
                adjust -= 1;
            }
        }
        match c {
            '#' | '0' => {
                let digit = if adjust < 0 {
                    adjust += 1;
                    (pos <= first).then_some('0')
                } else {
                    match digits.next() {
                        Some(b) => Some(b as char),
                        None => (pos > last).then_some('0'),
                    }
                };
                if let Some(ch) = digit {
                    out.push(ch);
                    push_group(&mut out, pos);
                }
                pos -= 1;
            }
            '.' => {
                if pos == 0
                    && !decimal_written
                    && (last < 0 || (l.decimal_pos < l.digit_count && digits.peek().is_some()))
                {
                    out.push_str(&nf.decimal_separator);
                    decimal_written = true;
                }
            }
            '%' => out.push_str(&nf.percent_symbol),
            '\u{2030}' => out.push_str(&nf.per_mille_symbol),
            ',' => {}
            '\'' | '"' => {
                while i < f.len() && f[i] != '\0' && f[i] != c {
                    out.push(f[i]);
                    i += 1;
                }
                i += 1;
            }
            '\\' => {
                if i < f.len() && f[i] != '\0' {
                    out.push(f[i]);
                    i += 1;
                }
            }
            'E' | 'e' if scientific && is_exponent(&f, i) => {
                let plus = f[i] == '+';
                let mut min = usize::from(f[i] == '0');
                i += 1;
                while f.get(i) == Some(&'0') {
                    min += 1;
                    i += 1;
                }
                let e = if d.digits.is_empty() { 0 } else { d.scale - l.decimal_pos };
                exponent(&mut out, e, c, min.min(10), plus, nf);
                scientific = false;
            }
            'E' | 'e' if !scientific => {
                out.push(c);
                if matches!(f.get(i), Some('+' | '-')) {
                    out.push(f[i]);
                    i += 1;
                }
                while f.get(i) == Some(&'0') {
                    out.push('0');
                    i += 1;
                }
            }
            c => out.push(c),
        }
    }
    if d.negative && section == 0 && d.scale == 0 && !out.is_empty() {
        out.insert_str(0, &nf.negative_sign);
    }
    out
}
