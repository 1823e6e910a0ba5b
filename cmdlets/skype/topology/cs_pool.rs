//! Pools: their services and computers are worked out of the topology.

use directory::{Facts, Library, NounCode};
use serde_json::{Map, Value as Json, json};
use store::{Object, Reader, StoreError};

pub static NOUN: NounCode =
    NounCode { noun: "CsPool", heeds: &["PoolFqdn"], complete: Some(complete), ..NounCode::PLAIN };

fn complete(
    reader: &Reader,
    _: &Library,
    _: &Facts,
    pool: &Object,
    properties: &mut Map<String, Json>,
) -> Result<(), StoreError> {
    let of_pool =
        |object: &Object, property: &str| object.text(property).is_some_and(|p| p.eq_ignore_ascii_case(&pool.name));
    let services: Vec<String> =
        reader.all("CsService")?.into_iter().filter(|s| of_pool(s, "PoolFqdn")).map(|s| s.name).collect();
    let computers: Vec<String> =
        reader.all("CsComputer")?.into_iter().filter(|c| of_pool(c, "Pool")).map(|c| c.name).collect();
    properties.insert("Services".to_owned(), json!(services));
    properties.insert("Computers".to_owned(), json!(computers));
    Ok(())
}
