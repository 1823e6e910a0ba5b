//! Unicode normalization forms.

use unicode_normalization::{UnicodeNormalization, is_nfc, is_nfd, is_nfkc, is_nfkd};

/// `NormalizationForm`, with .NET's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    C = 1,
    D = 2,
    Kc = 5,
    Kd = 6,
}

/// `String.Normalize(form)`.
pub fn normalize(s: &str, form: Form) -> String {
    if s.is_ascii() {
        return s.to_string();
    }
    match form {
        Form::C => s.nfc().collect(),
        Form::D => s.nfd().collect(),
        Form::Kc => s.nfkc().collect(),
        Form::Kd => s.nfkd().collect(),
    }
}

/// `String.IsNormalized(form)`.
pub fn is_normalized(s: &str, form: Form) -> bool {
    match form {
        Form::C => is_nfc(s),
        Form::D => is_nfd(s),
        Form::Kc => is_nfkc(s),
        Form::Kd => is_nfkd(s),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert_eq!(normalize("ＡＢｃ１", Form::Kc), "ABc1");
        assert_eq!(normalize("é", Form::D).chars().count(), 2);
        assert_eq!(normalize("한글", Form::D).chars().count(), 6);
        assert!(is_normalized("カタカナ", Form::C) && !is_normalized("é", Form::D));
    }
}
