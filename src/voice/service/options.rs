//! How the service is started.

use serde::Deserialize;

/// Options, also read from `run/service.json` of the home.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Options {
    /// Added to each port of the organisation's servers, so that instances can share a machine.
    pub port_offset: u16,
    /// Seconds between health checks by OPTIONS.
    pub options_interval: u64,
    /// Seconds between looks at the store; changes of the same machine are seen at once by its version.
    pub poll_milliseconds: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options { port_offset: 0, options_interval: 60, poll_milliseconds: 100 }
    }
}
