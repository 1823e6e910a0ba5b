//! The commands of Microsoft.PowerShell.Utility: objects in the pipeline, text formats, variables and aliases, streams, dates.
//!
//! Commands read their parameters by name, converted already; what they share stands in folders by subject (`property`,
//! `json`, `csv`). Formatting commands are not here: they belong to `format`.

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
