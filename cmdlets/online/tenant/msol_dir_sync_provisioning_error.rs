//! What synchronization could not bring into the tenant; nothing is synchronized that could fail.

use directory::NounCode;

pub static NOUN: NounCode = NounCode {
    noun: "MsolDirSyncProvisioningError",
    heeds: &["*", "ErrorCategory", "PropertyName", "PropertyValue", "SearchString", "MaxResults"],
    ..NounCode::PLAIN
};
