//! Order of texts by the invariant culture.

use std::cmp::Ordering;

/// Compares two texts; ignoring case unless asked otherwise.
pub fn compare(a: &str, b: &str, is_case_sensitive: bool) -> Ordering {
    let fold = |t: &str| t.chars().flat_map(char::to_lowercase).collect::<String>();
    let first = fold(a).cmp(&fold(b));
    if first != Ordering::Equal || !is_case_sensitive { first } else { b.cmp(a) }
}
