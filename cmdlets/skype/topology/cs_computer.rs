//! Computers of the topology.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "CsComputer", ..NounCode::PLAIN };
