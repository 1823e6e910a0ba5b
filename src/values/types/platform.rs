//! Types that .NET has on every system but that work on Windows only: elsewhere each member says so.

use super::{Behaviour, TypeRef, fail};
use crate::value::Value;

const PRINCIPALS: &[&str] = &[
    "System.Security.Principal.WindowsIdentity",
    "System.Security.Principal.WindowsPrincipal",
    "System.Security.Principal.SecurityIdentifier",
    "System.Security.Principal.NTAccount",
];

const REGISTRY: &[&str] = &["Microsoft.Win32.Registry", "Microsoft.Win32.RegistryKey"];

/// The code of every member of such a type.
pub fn behaviour(ty: TypeRef) -> Option<Behaviour> {
    if REGISTRY.contains(&ty.name()) {
        return Some(|c| {
            // The keys of the registry's roots are fields, which nobody has filled.
            if c.signature.is_none() {
                return Ok(Value::Null);
            }
            fail::named("System.PlatformNotSupportedException", "Registry is not supported on this platform.").throw()
        });
    }
    PRINCIPALS.contains(&ty.name()).then_some(|_| {
        let text = "Windows Principal functionality is not supported on this platform.";
        fail::named("System.PlatformNotSupportedException", text).throw()
    })
}
