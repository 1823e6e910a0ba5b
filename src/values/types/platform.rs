//! Types that .NET has on every system but that work on Windows only: elsewhere each member says so.

use super::{Behaviour, TypeRef, fail};

const PRINCIPALS: &[&str] = &[
    "System.Security.Principal.WindowsIdentity",
    "System.Security.Principal.WindowsPrincipal",
    "System.Security.Principal.SecurityIdentifier",
    "System.Security.Principal.NTAccount",
];

/// The code of every member of such a type.
pub fn behaviour(ty: TypeRef) -> Option<Behaviour> {
    PRINCIPALS.contains(&ty.name()).then_some(|_| {
        let text = "Windows Principal functionality is not supported on this platform.";
        fail::named("System.PlatformNotSupportedException", text).throw()
    })
}
