//! Appliances of hybrid PSTN sites; registering the first one makes the site.

use directory::{Edit, Fault, NounCode};
use serde_json::Value as Json;
use store::Draft;

pub static NOUN: NounCode = NounCode { noun: "CsHybridPSTNAppliance", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if !edit.is_new() {
        return Ok(());
    }
    let (name, site) = (edit.text("Name").to_owned(), edit.text("SiteName").to_owned());
    for other in edit.writer.all("CsHybridPSTNAppliance")? {
        if other.text("Name").is_some_and(|n| n.eq_ignore_ascii_case(&name))
            && other.text("SiteName").is_some_and(|s| s.eq_ignore_ascii_case(&site))
        {
            return Err(Fault::document_exists(&name));
        }
    }
    if edit.writer.find("CsHybridPSTNSite", "", &site)?.is_none() {
        let mut draft = Draft::new("CsHybridPSTNSite", "", &site);
        draft.properties.insert("EdgeFQDN".to_owned(), Json::from(edit.text("MediationServerFqdn")));
        draft.properties.insert("EnableAutoUpdate".to_owned(), Json::Bool(true));
        edit.writer.insert(draft)?;
    }
    Ok(())
}
