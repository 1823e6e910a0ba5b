//! CloudConnector.ini: the sample, reading and checking it, and what was imported.

use std::collections::BTreeMap;
use std::net::IpAddr;

use command::Result;
use directory::{Fault, NounCode, Work};
use serde_json::{Value as Json, json};
use store::{Draft, Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode {
    noun: "CcConfiguration",
    heeds: &["Path", "Force"],
    verbs: &[("Import", import), ("Export", export)],
    ..NounCode::PLAIN
};

/// The file in the appliance's folder.
pub(crate) const FILE: &str = "CloudConnector.ini";

/// Sections, keys with a sample's value, and whether the appliance can't do without them.
const KEYS: [(&str, &[(&str, &str, bool)]); 7] = [
    (
        "Common",
        &[
            ("VirtualMachineDomain", "contoso.local", true),
            ("SIPDomains", "contoso.com", true),
            ("SiteName", "Site1", true),
            ("OnlineSipFederationDomain", "sipfed.online.lync.com", false),
            ("CountryCode", "US", false),
            ("City", "Redmond", false),
            ("State", "WA", false),
            ("HardwareType", "Normal", false),
        ],
    ),
    ("PrimaryDC", &[("ServerName", "AD", true), ("IP", "192.168.213.1", true)]),
    (
        "PrimaryCMS",
        &[("ServerName", "CMSServer", true), ("IP", "192.168.213.2", true), ("ShareName", "CmsFileStore", false)],
    ),
    (
        "MediationServer",
        &[("ServerName", "MediationServer", true), ("IP", "192.168.213.3", true), ("PoolName", "mspool", true)],
    ),
    (
        "EdgeServer",
        &[
            ("InternalServerName", "EdgeServer", true),
            ("InternalPoolName", "edgepool", true),
            ("InternalServerIPs", "192.168.213.4", true),
            ("ExternalSIPPoolName", "ap", true),
            ("ExternalSIPIPs", "192.0.2.10", true),
            ("ExternalMRFQDNPoolName", "mr", false),
            ("ExternalMRIPs", "192.0.2.11", false),
        ],
    ),
    (
        "Gateway1",
        &[
            ("FQDN", "gw01.contoso.com", true),
            ("IP", "192.0.2.20", false),
            ("Port", "5066", true),
            ("Protocol", "TCP", true),
        ],
    ),
    (
        "TrunkConfiguration",
        &[
            ("EnableFastFailoverTimer", "true", false),
            ("ForwardCallHistory", "true", false),
            ("ForwardPAI", "true", false),
        ],
    ),
];

/// Sections with their keys and values.
pub(crate) type Settings = BTreeMap<String, BTreeMap<String, String>>;

/// The sample file's text.
pub(crate) fn sample() -> String {
    let mut text = String::from(";CloudConnector.ini: fill in every value before Import-CcConfiguration.\r\n");
    for (section, keys) in KEYS {
        text.push_str(&format!("\r\n[{section}]\r\n"));
        for (key, value, _) in keys {
            text.push_str(&format!("{key}={value}\r\n"));
        }
    }
    text
}

/// Reads the file's text; what is wrong with it, line by line, otherwise.
pub(crate) fn read(text: &str) -> std::result::Result<Settings, Vec<String>> {
    let (mut settings, mut faults, mut section) = (Settings::new(), Vec::new(), String::new());
    for (number, line) in text.lines().enumerate() {
        let line = line.trim().trim_start_matches('\u{feff}');
        if line.is_empty() || line.starts_with(';') || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            match name.strip_suffix(']') {
                Some(name) => section = name.trim().to_owned(),
                None => faults.push(format!("line {}: the name of a section ends with ']'", number + 1)),
            }
            continue;
        }
        match line.split_once('=') {
            Some((key, value)) if !section.is_empty() => {
                let known = settings.entry(section.clone()).or_default();
                if known.insert(key.trim().to_owned(), value.trim().to_owned()).is_some() {
                    faults.push(format!("line {}: {} is given twice in [{section}]", number + 1, key.trim()));
                }
            }
            Some(_) => faults.push(format!("line {}: a value stands before the first section", number + 1)),
            None => faults.push(format!("line {}: '=' is missing", number + 1)),
        }
    }
    if faults.is_empty() { Ok(settings) } else { Err(faults) }
}

/// A value, whatever the case of section and key.
pub(crate) fn value<'a>(settings: &'a Settings, section: &str, key: &str) -> &'a str {
    let keys = settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(section)).map(|(_, keys)| keys);
    let found = keys.and_then(|keys| keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)));
    found.map_or("", |(_, value)| value)
}

/// What is missing or does not fit.
pub(crate) fn check(settings: &Settings) -> Vec<String> {
    let mut faults = Vec::new();
    for (section, keys) in KEYS {
        for (key, _, is_needed) in keys {
            let given = value(settings, section, key);
            if given.is_empty() {
                if *is_needed {
                    faults.push(format!("[{section}] {key} is missing"));
                }
                continue;
            }
            let is_wrong = match *key {
                "IP" | "InternalServerIPs" | "ExternalSIPIPs" | "ExternalMRIPs" => {
                    given.split([',', ' ']).filter(|p| !p.is_empty()).any(|p| p.parse::<IpAddr>().is_err())
                }
                "Port" => given.parse::<u16>().map_or(true, |port| port == 0),
                "Protocol" => !["TCP", "TLS"].iter().any(|p| given.eq_ignore_ascii_case(p)),
                "HardwareType" => !["Normal", "Minimum"].iter().any(|p| given.eq_ignore_ascii_case(p)),
                "EnableFastFailoverTimer" | "ForwardCallHistory" | "ForwardPAI" => given.parse::<bool>().is_err(),
                "SIPDomains" | "VirtualMachineDomain" | "FQDN" => given.split(' ').any(|name| !name.contains('.')),
                _ => false,
            };
            if is_wrong {
                faults.push(format!("[{section}] {key} can't be \"{given}\""));
            }
        }
    }
    faults
}

/// The settings that were imported.
pub(crate) fn imported(reader: &Reader) -> std::result::Result<Option<Settings>, StoreError> {
    let kept = reader.find("CcConfiguration", "", "Local")?;
    Ok(kept.as_ref().and_then(|o| o.get("Settings")).and_then(|json| serde_json::from_value(json.clone()).ok()))
}

/// A folder that Set-CcApplianceDirectory or Set-CcSiteDirectory named; the current one where none was.
pub(crate) fn folder(work: &mut Work, noun: &str) -> Result<std::path::PathBuf> {
    let kept = work.all(noun).unwrap_or_default();
    let path = kept.first().and_then(|o: &Object| o.text("Path")).unwrap_or(".").to_owned();
    work.session.file_path(&path)
}

fn refused(id: &str, path: &std::path::Path, text: &str) -> Fault {
    Fault::state(id, text).at(&path.display().to_string())
}

fn import(work: &mut Work) -> Result<()> {
    let path = folder(work, "CcApplianceDirectory")?.join(FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let text =
                format!("{} can't be read: {error}. Export-CcConfigurationSampleFile writes a sample.", path.display());
            return work.fail(&refused("CcConfigurationFile", &path, &text));
        }
    };
    let settings = read(&text).and_then(|settings| {
        let faults = check(&settings);
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    });
    let settings = match settings {
        Ok(settings) => settings,
        Err(faults) => {
            let text = format!("{} is not valid: {}.", path.display(), faults.join("; "));
            return work.fail(&refused("CcConfigurationInvalid", &path, &text));
        }
    };
    let is_forced = work.bound.switch("Force");
    work.write(|writer, _| {
        let known = writer.find("CcConfiguration", "", "Local")?;
        let was = imported(writer)?;
        let installed = writer.find("CcAppliance", "", "Local")?.is_some();
        if installed && !is_forced && was.as_ref().is_some_and(|was| *was != settings) {
            let text =
                "The appliance is installed with other settings. Use Force to replace them, then install it again.";
            return Err(Fault::state("CcApplianceInstalled", text));
        }
        let mut draft = known.map_or_else(|| Draft::new("CcConfiguration", "", "Local"), |o| o.draft());
        draft.properties.insert("Settings".to_owned(), json!(settings));
        draft.properties.insert("Text".to_owned(), Json::from(text.as_str()));
        writer.put(draft)?;
        Ok(())
    })?;
    Ok(())
}

fn export(work: &mut Work) -> Result<()> {
    let given = work.bound.str("Path").map_or_else(String::new, |t| t.to_string());
    let path = work.session.file_path(&given)?;
    let path = if path.is_dir() { path.join(FILE) } else { path };
    let kept = work.all("CcConfiguration").unwrap_or_default();
    let Some(text) = kept.first().and_then(|o| o.text("Text")).map(str::to_owned) else {
        return work.fail(&Fault::state(
            "CcConfigurationMissing",
            "No configuration was imported: run Import-CcConfiguration first.",
        ));
    };
    match std::fs::write(&path, text) {
        Ok(()) => Ok(()),
        Err(error) => work.fail(&refused("CcConfigurationFile", &path, &format!("{}: {error}", path.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_valid_and_faults_are_named() {
        let settings = read(&sample()).unwrap();
        assert_eq!(check(&settings), Vec::<String>::new());
        assert_eq!(value(&settings, "gateway1", "port"), "5066");
        let broken = sample()
            .replace("Port=5066", "Port=x")
            .replace("SiteName=Site1", "")
            .replace("IP=192.168.213.1", "IP=here");
        assert_eq!(
            check(&read(&broken).unwrap()),
            ["[Common] SiteName is missing", "[PrimaryDC] IP can't be \"here\"", "[Gateway1] Port can't be \"x\""]
        );
        assert_eq!(read("a=b\n[x\n[y]\nz").unwrap_err().len(), 3);
    }
}
