//! Sites: their pools and services are worked out of the topology.

use directory::{Facts, Library, NounCode};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode = NounCode { noun: "CsSite", complete: Some(complete), ..NounCode::PLAIN };

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    site: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let id = if site.name.starts_with("Site:") { site.name.clone() } else { format!("Site:{}", site.name) };
    let in_site = |object: &Object, property: &str| object.text(property).is_some_and(|s| s.eq_ignore_ascii_case(&id));
    let services: Vec<String> =
        reader.all("CsService")?.into_iter().filter(|s| in_site(s, "SiteId")).map(|s| s.name).collect();
    let pools: Vec<String> = reader.all("CsPool")?.into_iter().filter(|p| in_site(p, "Site")).map(|p| p.name).collect();
    properties.insert("Services".to_owned(), json!(services));
    properties.insert("Pools".to_owned(), json!(pools));
    Ok(())
}
