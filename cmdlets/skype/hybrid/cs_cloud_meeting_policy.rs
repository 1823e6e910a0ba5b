//! Policies of meetings in the cloud.

use directory::NounCode;

pub static NOUN: NounCode = NounCode { noun: "CsCloudMeetingPolicy", ..NounCode::PLAIN };
