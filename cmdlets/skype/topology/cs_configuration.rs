//! The configuration as a whole: exported to a file or bytes, and put back.
//!
//! The file is JSON: every document of the configuration, with its id. People are not in it (Export-CsUserData's affair in the
//! product), nor are certificates and keys.

use command::{Result, Value};
use directory::{Fault, NounCode, Work};
use serde_json::{Value as Json, json};
use store::{Draft, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CsConfiguration",
    heeds: &["AsBytes", "FileName", "ByteInput"],
    verbs: &[("Export", export), ("Import", import)],
    ..NounCode::PLAIN
};

const FORMAT: &str = "dialtone-configuration";

/// Nouns of the configuration: documents of Skype for Business but not people, and the addresses of computers.
fn is_configuration(noun: &str) -> bool {
    let people = ["CsUser", "CsExUmContact", "CsOnlineUser", "CsCommonAreaPhone", "CsAnalogDevice", "CsCertificate"];
    (noun.starts_with("Cs") && !noun.starts_with("CsOnline") && !people.contains(&noun)) || noun == "Host"
}

fn written(reader: &Reader) -> std::result::Result<String, StoreError> {
    let mut objects = Vec::new();
    for (noun, _) in reader.nouns()? {
        if !is_configuration(&noun) {
            continue;
        }
        for object in reader.all(&noun)? {
            objects.push(json!({
                "id": object.id.to_string(), "noun": object.noun, "container": object.container, "name": object.name,
                "properties": object.properties,
            }));
        }
    }
    let document = json!({ "format": FORMAT, "version": 1, "objects": objects });
    Ok(serde_json::to_string_pretty(&document).unwrap_or_default())
}

fn export(work: &mut Work) -> Result<()> {
    let text = match work.directory.store.read(written) {
        Ok(text) => text,
        Err(error) => return work.fail(&Fault::from(error)),
    };
    if work.bound.switch("AsBytes") {
        return work.session.write(Value::bytes(text.as_bytes()));
    }
    let path = work.bound.str("FileName").unwrap_or_else(|| command::Str::from(""));
    let file = work.session.file_path(&path)?;
    if file.exists() && !work.bound.switch("Force") {
        let question = format!("The file {} exists already. Replace it?", file.display());
        if !work.session.should_continue(&question, "Confirm")? {
            return Ok(());
        }
    }
    match std::fs::write(&file, text) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&Fault::state("ConfigurationFile", format!("{}: {error}", file.display()))),
    }
}

fn import(work: &mut Work) -> Result<()> {
    let text = match work.bound.str("FileName") {
        Some(path) => {
            let file = work.session.file_path(&path)?;
            match std::fs::read_to_string(&file) {
                Ok(text) => text,
                Err(error) => {
                    return work.fail(&Fault::argument("ConfigurationFile", format!("{}: {error}", file.display())));
                }
            }
        }
        None => {
            let bytes: Vec<u8> =
                work.bound.list("ByteInput").iter().filter_map(|b| u8::try_from(b.as_i64()?).ok()).collect();
            String::from_utf8(bytes).unwrap_or_default()
        }
    };
    let invalid = |text: &str| Fault::argument("ConfigurationInvalid", text);
    let document: Json = serde_json::from_str(&text).unwrap_or_default();
    let (Some(FORMAT), Some(objects)) = (document["format"].as_str(), document["objects"].as_array()) else {
        return work.fail(&invalid("The input is no configuration that Export-CsConfiguration has written."));
    };
    let mut drafts = Vec::new();
    for object in objects {
        let text = |name: &str| object[name].as_str().unwrap_or_default().to_owned();
        let noun = text("noun");
        let (Ok(id), Some(properties)) = (uuid::Uuid::parse_str(&text("id")), object["properties"].as_object()) else {
            return work.fail(&invalid("An object of the configuration has no id or no properties."));
        };
        if !is_configuration(&noun) {
            return work.fail(&invalid("The configuration holds objects that are none of its own."));
        }
        let library = work.directory.library.clone();
        drafts.push(directory::store_draft(&library, &noun, id, &text("name"), &text("container"), properties.clone()));
    }
    if !work.bound.switch("Force") {
        let question = "Importing replaces the whole configuration. Do you want to go on?";
        if !work.session.should_continue(question, "Confirm")? {
            return Ok(());
        }
    }
    work.write(|writer, _| {
        for (noun, _) in writer.nouns()? {
            if !is_configuration(&noun) {
                continue;
            }
            for object in writer.all(&noun)? {
                writer.remove(object.id)?;
            }
        }
        // Links need both ends: they are written when all objects are there.
        for draft in &drafts {
            writer.insert(Draft { links: Vec::new(), ..draft.clone() })?;
        }
        for draft in drafts.into_iter().filter(|d| !d.links.is_empty()) {
            writer.update(draft)?;
        }
        Ok(())
    })?;
    Ok(())
}
