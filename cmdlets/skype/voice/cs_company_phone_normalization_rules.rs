//! Import-CsCompanyPhoneNormalizationRules: the rules of a text file, a pattern and a translation in turn, become those of the
//! address book.

use command::Result;
use directory::{Fault, NounCode, Work, verb};
use store::Draft;

pub static NOUN: NounCode = NounCode {
    noun: "CsCompanyPhoneNormalizationRules",
    heeds: &["Identity", "FileName"],
    verbs: &[("Import", import)],
    ..NounCode::PLAIN
};

/// Pairs of lines: a pattern, then its translation. `#` begins a remark, empty lines part the rules.
fn rules(text: &str) -> std::result::Result<Vec<(String, String)>, Fault> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    if lines.len() % 2 == 1 {
        let text = format!("The pattern \"{}\" has no translation.", lines.last().copied().unwrap_or_default());
        return Err(Fault::argument("NormalizationRules", text));
    }
    let pairs = lines.chunks(2).map(|pair| match pair {
        [pattern, translation] => match regex::Regex::new(pattern) {
            Ok(_) => Ok(((*pattern).to_owned(), (*translation).to_owned())),
            Err(error) => Err(Fault::argument("NormalizationRules", format!("{pattern}: {error}")).at(pattern)),
        },
        _ => Err(Fault::argument("NormalizationRules", "A rule has two lines.")),
    });
    pairs.collect()
}

fn import(work: &mut Work) -> Result<()> {
    let name = verb::text(work, "FileName");
    let path = work.session.file_path(&name)?;
    let read = std::fs::read_to_string(&path)
        .map_err(|e| Fault::argument("NormalizationFile", format!("{}: {e}", path.display())).at(&name));
    let rules = match read.and_then(|text| rules(&text)) {
        Ok(rules) => rules,
        Err(fault) => return work.fail(&fault),
    };
    let scope = verb::text(work, "Identity");
    let scope = if scope.is_empty() { "Global".to_owned() } else { directory::canonical(&scope, &["Global", "Site"]) };
    if !work.should(&scope)? {
        return Ok(());
    }
    let container = scope.to_lowercase();
    work.write(|writer, _| {
        for old in writer.within("CsAddressBookNormalizationRule", &container)? {
            writer.remove(old.id)?;
        }
        for (at, (pattern, translation)) in rules.iter().enumerate() {
            let name = format!("Rule{}", at + 1);
            writer.insert(
                Draft::new("CsAddressBookNormalizationRule", &container, &name)
                    .with("Parent", scope.as_str())
                    .with("Name", name.as_str())
                    .with("Pattern", pattern.as_str())
                    .with("Translation", translation.as_str())
                    .with("Priority", at),
            )?;
        }
        Ok(())
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_are_a_rule() {
        let text = "# inner numbers\n\n^(\\d{4})$\n+1425555$1\n";
        assert_eq!(rules(text).unwrap(), [("^(\\d{4})$".to_owned(), "+1425555$1".to_owned())]);
        assert!(rules("^1$").is_err() && rules("(\nx").is_err());
    }
}
