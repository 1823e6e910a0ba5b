//! Messages: what client and server say to each other (MS-PSRP 2.2.1 and 2.2.2).

use uuid::Uuid;

/// The kinds of messages by their numbers.
macro_rules! kinds {
    ($($name:ident = $number:literal,)*) => {
        /// What a message is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Kind { $($name = $number,)* }

        impl Kind {
            fn of(number: u32) -> Option<Kind> {
                match number { $($number => Some(Kind::$name),)* _ => None }
            }
        }
    };
}

kinds! {
    SessionCapability = 0x0001_0002,
    InitRunspacePool = 0x0001_0004,
    PublicKey = 0x0001_0005,
    EncryptedSessionKey = 0x0001_0006,
    PublicKeyRequest = 0x0001_0007,
    ConnectRunspacePool = 0x0001_0008,
    RunspacePoolInitData = 0x0002_100B,
    ResetRunspaceState = 0x0002_100C,
    SetMaxRunspaces = 0x0002_1002,
    SetMinRunspaces = 0x0002_1003,
    RunspaceAvailability = 0x0002_1004,
    RunspacePoolState = 0x0002_1005,
    CreatePipeline = 0x0002_1006,
    GetAvailableRunspaces = 0x0002_1007,
    UserEvent = 0x0002_1008,
    ApplicationPrivateData = 0x0002_1009,
    GetCommandMetadata = 0x0002_100A,
    RunspacePoolHostCall = 0x0002_1100,
    RunspacePoolHostResponse = 0x0002_1101,
    PipelineInput = 0x0004_1002,
    EndOfPipelineInput = 0x0004_1003,
    PipelineOutput = 0x0004_1004,
    ErrorRecord = 0x0004_1005,
    PipelineState = 0x0004_1006,
    DebugRecord = 0x0004_1007,
    VerboseRecord = 0x0004_1008,
    WarningRecord = 0x0004_1009,
    ProgressRecord = 0x0004_1010,
    InformationRecord = 0x0004_1011,
    PipelineHostCall = 0x0004_1100,
    PipelineHostResponse = 0x0004_1101,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub to_server: bool,
    pub kind: Kind,
    pub pool: Uuid,
    pub pipeline: Uuid,
    /// CLIXML of one object; empty for none.
    pub data: String,
}

/// Why bytes are no message.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MessageError {
    #[error("The message is shorter than its header.")]
    Short,
    #[error("The message has the unknown type {0:#010x}.")]
    Kind(u32),
    #[error("The message is addressed to {0}.")]
    Destination(u32),
    #[error("The message is not UTF-8.")]
    Text,
}

const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Message {
    /// The bytes that are cut into fragments. Text has a byte order mark, as PowerShell sends it.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(43 + self.data.len());
        bytes.extend_from_slice(&(if self.to_server { 2u32 } else { 1 }).to_le_bytes());
        bytes.extend_from_slice(&(self.kind as u32).to_le_bytes());
        bytes.extend_from_slice(&self.pool.to_bytes_le());
        bytes.extend_from_slice(&self.pipeline.to_bytes_le());
        if !self.data.is_empty() {
            bytes.extend_from_slice(&BYTE_ORDER_MARK);
            bytes.extend_from_slice(self.data.as_bytes());
        }
        bytes
    }

    /// The message of a peer.
    pub fn decode(bytes: &[u8]) -> Result<Message, MessageError> {
        let (header, data) = bytes.split_at_checked(40).ok_or(MessageError::Short)?;
        let word = |at: usize| header[at..at + 4].iter().rev().fold(0u32, |n, byte| n << 8 | u32::from(*byte));
        let id = |at: usize| -> Uuid {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&header[at..at + 16]);
            Uuid::from_bytes_le(bytes)
        };
        let to_server = match word(0) {
            1 => false,
            2 => true,
            other => return Err(MessageError::Destination(other)),
        };
        let kind = Kind::of(word(4)).ok_or(MessageError::Kind(word(4)))?;
        let data = data.strip_prefix(&BYTE_ORDER_MARK).unwrap_or(data);
        let data = std::str::from_utf8(data).map_err(|_| MessageError::Text)?.to_string();
        Ok(Message { to_server, kind, pool: id(8), pipeline: id(24), data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let message = Message {
            to_server: true,
            kind: Kind::CreatePipeline,
            pool: Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
            pipeline: Uuid::nil(),
            data: "<S>ä</S>".to_string(),
        };
        assert_eq!(Message::decode(&message.encode()), Ok(message.clone()));
        assert_eq!(Message::decode(&message.encode()[..39]), Err(MessageError::Short));
        let mut bytes = message.encode();
        bytes[4] = 0xff;
        assert_eq!(Message::decode(&bytes), Err(MessageError::Kind(0x0002_10ff)));
    }
}
