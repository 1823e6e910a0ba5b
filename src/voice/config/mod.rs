//! The configuration that roles run with: plain data, rebuilt when the store changes and swapped as a whole.

mod addresses;
mod exchange;
mod firewall;
mod lookup;
mod memory;
mod services;
mod skype;
mod snapshot;
mod store_source;
mod transport;

pub(crate) use lookup::{bare_address, digits};

pub use addresses::assign_addresses;
pub use exchange::{
    AudioCodec, AutoAttendant, CallAnsweringRule, GatewayStatus, MailboxPolicy, StartupMode, UmDialPlan, UmHuntGroup,
    UmIpGateway, UmMailbox, UriType, VoipSecurity,
};
pub use firewall::Blocked;
pub use memory::MemorySource;
pub use services::{
    HostedPolicy, HybridSite, LocationPolicy, ParkConfiguration, ParkOrbit, Rerouting, Services, UnassignedRange,
};
pub use skype::{
    ContactKind, EncryptionLevel, ExUmContact, NormalizationRule, PstnGateway, SrtpMode, TranslationRule, Trunk,
    TrunkConfiguration, VoiceDialPlan, VoicePolicy, VoiceRoute, VoiceUser,
};
pub use snapshot::{Certificate, DnsRecord, RoleKind, Server, Snapshot};
pub use store_source::StoreSource;
pub use transport::{Forwarding, SendConnector, connector_for};

use std::sync::Arc;

/// Where snapshots come from.
pub trait ConfigSource: Send + Sync {
    /// The newest snapshot.
    fn load(&self) -> Result<Arc<Snapshot>, String>;
    /// Version of what `load` would give; cheap, asked several times a second.
    fn version(&self) -> u64;
}
