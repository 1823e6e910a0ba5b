//! Get-CsDialInConferencingLanguageList: the languages that conference attendants speak.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use values::Object;

pub static NOUN: NounCode = NounCode {
    noun: "CsDialInConferencingLanguageList",
    heeds: &["Identity", "Filter"],
    verbs: &[("Get", get)],
    ..NounCode::PLAIN
};

/// The documented list.
const LANGUAGES: [&str; 24] = [
    "ca-ES", "da-DK", "de-DE", "en-AU", "en-CA", "en-GB", "en-IN", "en-US", "es-ES", "es-MX", "fi-FI", "fr-CA",
    "fr-FR", "it-IT", "ja-JP", "ko-KR", "nb-NO", "nl-NL", "pl-PL", "pt-BR", "ru-RU", "sv-SE", "zh-CN", "zh-TW",
];

fn get(work: &mut Work) -> Result<()> {
    let rows = rows(work);
    work.answer(rows)
}

fn rows(work: &mut Work) -> std::result::Result<Vec<Value>, Fault> {
    let (identity, filter) = (directory::verb::text(work, "Identity"), directory::verb::text(work, "Filter"));
    if !identity.is_empty() && !identity.eq_ignore_ascii_case("Global") {
        return Err(Fault::no_document("DialInConferencingLanguageList", &identity));
    }
    if !filter.is_empty() && !directory::like("Global", &filter) {
        return Ok(Vec::new());
    }
    Ok(vec![Object::typed(
        "Microsoft.Rtc.Management.WritableConfig.Settings.DialInConferencingSettings.DialInConferencingLanguageList",
        [
            ("Identity", Value::from("Global")),
            ("Languages", Value::array(LANGUAGES.iter().map(|l| Value::from(*l)).collect())),
        ],
    )])
}
