//! Sockets of this machine, as the kernel lists them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

/// One socket.
pub(super) struct Socket {
    pub local: (IpAddr, u16),
    pub remote: (IpAddr, u16),
    /// The kernel's number of the state.
    pub state: u8,
    inode: u64,
}

/// `0100007F:1F90`: an address in the order of the machine's bytes and a port.
fn address(text: &str) -> Option<(IpAddr, u16)> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words: Option<Vec<u32>> =
        address.as_bytes().chunks(8).map(|w| u32::from_str_radix(std::str::from_utf8(w).ok()?, 16).ok()).collect();
    let bytes: Vec<u8> = words?.iter().flat_map(|w| w.to_ne_bytes()).collect();
    let address = match bytes.len() {
        4 => IpAddr::from(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => return None,
    };
    Some((address, port))
}

fn socket(line: &str) -> Option<Socket> {
    let words: Vec<&str> = line.split_whitespace().collect();
    Some(Socket {
        local: address(words.get(1)?)?,
        remote: address(words.get(2)?)?,
        state: u8::from_str_radix(words.get(3)?, 16).ok()?,
        inode: words.get(9)?.parse().ok()?,
    })
}

/// The sockets of a protocol: `tcp` or `udp`, of both families.
pub(super) fn list(protocol: &str) -> Vec<Socket> {
    let mut found = Vec::new();
    for file in [format!("/proc/net/{protocol}"), format!("/proc/net/{protocol}6")] {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        found.extend(text.lines().skip(1).filter_map(socket));
    }
    found
}

/// The processes that hold sockets, as far as they may be looked into: number of the socket and of the process.
pub(super) fn owners() -> Vec<(u64, u32)> {
    let mut found = Vec::new();
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = process.file_name().to_str().and_then(|n| n.parse::<u32>().ok()) else { continue };
        for handle in std::fs::read_dir(Path::new(&process.path()).join("fd")).into_iter().flatten().flatten() {
            let Ok(target) = std::fs::read_link(handle.path()) else { continue };
            let inode = target.to_str().and_then(|t| t.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
            found.extend(inode.map(|inode: u64| (inode, id)));
        }
    }
    found
}

impl Socket {
    /// The process that holds it; 0 where that can't be seen.
    pub(super) fn owner(&self, owners: &[(u64, u32)]) -> u32 {
        owners.iter().find(|(inode, _)| *inode == self.inode).map_or(0, |(_, process)| *process)
    }

    /// Its state, as the command names it.
    pub(super) fn state_name(&self) -> &'static str {
        match self.state {
            1 => "Established",
            2 => "SynSent",
            3 => "SynReceived",
            4 => "FinWait1",
            5 => "FinWait2",
            6 => "TimeWait",
            7 => "Closed",
            8 => "CloseWait",
            9 => "LastAck",
            10 => "Listen",
            11 => "Closing",
            _ => "Bound",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_kernel() {
        let line = "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0 100 0";
        let found = socket(line).unwrap();
        // The kernel writes an address as a number of this machine.
        if cfg!(target_endian = "little") {
            assert_eq!(found.local, (IpAddr::from([127, 0, 0, 1]), 8080));
        }
        assert_eq!((found.state_name(), found.inode, found.owner(&[(12345, 7)])), ("Listen", 12345, 7));
        assert!(socket("sl local_address").is_none());
    }
}
