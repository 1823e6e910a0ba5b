//! Trunks: read from the topology.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "CsTrunk", ..NounCode::PLAIN };
