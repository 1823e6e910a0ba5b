//! System.Runtime.InteropServices.Marshal: memory beside the managed one. Addresses stand for blocks of ours; reading what no
//! block holds is an AccessViolationException where .NET would end the process.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use parking_lot::Mutex;

use super::host::{pointer, pointer_to};
use crate::error::Result;
use crate::string::{Str, utf16};
use crate::types::security::secure_string;
use crate::types::{Behaviour, Call, TypeDef, TypeRef, fail};
use crate::value::Value;

/// The blocks by their address.
static HEAP: LazyLock<Mutex<BTreeMap<i64, Vec<u8>>>> = LazyLock::new(Default::default);

/// Where the first block lies.
const FIRST: i64 = 0x0000_7f00_0000_0000;

fn place(bytes: Vec<u8>) -> Value {
    let mut heap = HEAP.lock();
    let next = heap.last_key_value().map_or(FIRST, |(at, block)| (at + block.len() as i64 + 63) & !15);
    heap.insert(next, bytes);
    pointer_to(next)
}

fn free(c: &mut Call<'_>) -> Result {
    let at = pointer(c, 0);
    // What was secret does not stay.
    if let Some(mut block) = HEAP.lock().remove(&at) {
        block.fill(0);
    }
    Ok(Value::Void)
}

fn outside<T>() -> Result<T> {
    let text = "Attempted to read or write protected memory. This is often an indication that other memory is corrupt.";
    fail::named("System.AccessViolationException", text).throw()
}

/// Runs code on the bytes from an address to the end of its block.
fn at<R>(address: i64, f: impl FnOnce(&mut [u8]) -> Option<R>) -> Result<R> {
    let mut heap = HEAP.lock();
    let found = heap.range_mut(..=address).next_back().and_then(|(start, block)| {
        let offset = usize::try_from(address - start).ok()?;
        block.get_mut(offset..).and_then(f)
    });
    match found {
        Some(done) => Ok(done),
        None => outside(),
    }
}

/// The address of `(ptr, ofs)` or `(ptr)` before `more` arguments.
fn target(c: &Call<'_>, more: usize) -> i64 {
    pointer(c, 0) + if c.count() == 2 + more { c.long(1) } else { 0 }
}

fn read<const N: usize>(c: &Call<'_>) -> Result<[u8; N]> {
    at(target(c, 0), |bytes| bytes.get(..N).and_then(|b| b.try_into().ok()))
}

fn write(c: &Call<'_>, bytes: &[u8]) -> Result {
    at(target(c, 1), |memory| memory.get_mut(..bytes.len()).map(|m| m.copy_from_slice(bytes)))?;
    Ok(Value::Void)
}

fn value_to_write(c: &Call<'_>) -> i64 {
    pointer(c, c.count() - 1)
}

fn wide(text: &str) -> Vec<u8> {
    utf16(text).chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn narrow(text: &str) -> Vec<u8> {
    text.bytes().chain([0]).collect()
}

fn allocate(c: &mut Call<'_>, bytes: fn(&str) -> Vec<u8>) -> Result {
    if !c.has(0) {
        return Ok(pointer_to(0));
    }
    Ok(place(bytes(&c.str(0))))
}

fn allocate_secret(c: &mut Call<'_>, bytes: fn(&str) -> Vec<u8>) -> Result {
    if !c.has(0) {
        return fail::null("s").throw();
    }
    Ok(place(bytes(&secure_string::text_of(c.arg(0)))))
}

fn zeroed(c: &mut Call<'_>) -> Result {
    let count = pointer(c, 0);
    if !(0..=1 << 31).contains(&count) {
        return fail::named(
            "System.OutOfMemoryException",
            "Insufficient memory to continue the execution of the program.",
        )
        .throw();
    }
    Ok(place(vec![0; count as usize]))
}

/// The bytes of a text up to its end or of a length.
fn text(c: &mut Call<'_>, is_wide: bool) -> Result {
    let address = pointer(c, 0);
    if address == 0 {
        return Ok(Value::Null);
    }
    let length = c.named_int("len").map(|n| n.max(0) as usize);
    let found = at(address, |bytes| {
        if !is_wide {
            let end = length.unwrap_or_else(|| bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len()));
            return bytes.get(..end).map(|b| Str::from(String::from_utf8_lossy(b).into_owned()));
        }
        let units = bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
        let units: Vec<u16> = match length {
            Some(n) => units.take(n).collect(),
            None => units.take_while(|u| *u != 0).collect(),
        };
        Some(Str::from_utf16(&units))
    })?;
    Ok(Value::Str(found))
}

/// Bytes of one element of an array.
fn width(element: TypeRef) -> usize {
    match element {
        TypeRef::BYTE | TypeRef::SBYTE | TypeRef::BOOL => 1,
        TypeRef::INT16 | TypeRef::UINT16 | TypeRef::CHAR => 2,
        TypeRef::INT32 | TypeRef::UINT32 | TypeRef::SINGLE => 4,
        _ => 8,
    }
}

fn bytes_of(value: &Value) -> Vec<u8> {
    match value.base() {
        Value::F32(n) => n.to_le_bytes().to_vec(),
        Value::F64(n) => n.to_le_bytes().to_vec(),
        Value::Char(n) => n.to_le_bytes().to_vec(),
        Value::U64(n) => n.to_le_bytes().to_vec(),
        other => {
            let n = other.as_i64().unwrap_or(0);
            n.to_le_bytes()[..width(other.type_ref().unwrap_or(TypeRef::INT64))].to_vec()
        }
    }
}

fn value_of(bytes: &[u8], element: TypeRef) -> Value {
    let mut whole = [0; 8];
    whole[..bytes.len()].copy_from_slice(bytes);
    let n = u64::from_le_bytes(whole);
    match element {
        TypeRef::BYTE => Value::U8(n as u8),
        TypeRef::INT16 => Value::I16(n as i16),
        TypeRef::CHAR => Value::Char(n as u16),
        TypeRef::INT32 => Value::I32(n as i32),
        TypeRef::SINGLE => Value::F32(f32::from_bits(n as u32)),
        TypeRef::DOUBLE => Value::F64(f64::from_bits(n)),
        TypeRef::INT64 => Value::I64(n as i64),
        _ => pointer_to(n as i64),
    }
}

fn copy(c: &mut Call<'_>) -> Result {
    let start = c.named_int("startIndex").unwrap_or(0);
    let length = c.named_int("length").unwrap_or(0);
    if start < 0 || length < 0 {
        return fail::range("Index and count must be non-negative.", "startIndex").throw();
    }
    let (start, length) = (start as usize, length as usize);
    if let Some(source) = c.arg(0).as_array() {
        let items = source.to_vec();
        let Some(part) = items.get(start..start + length) else {
            return fail::range("Requested range extends past the end of the array.", "length").throw();
        };
        let bytes: Vec<u8> = part.iter().flat_map(bytes_of).collect();
        at(pointer(c, 2), |memory| memory.get_mut(..bytes.len()).map(|m| m.copy_from_slice(&bytes)))?;
        return Ok(Value::Void);
    }
    let Some(target) = c.arg(1).as_array().cloned() else { return fail::null("destination").throw() };
    let size = width(target.element);
    let bytes = at(pointer(c, 0), |memory| memory.get(..length * size).map(<[u8]>::to_vec))?;
    let mut items = target.lock();
    if start + length > items.len() {
        return fail::range("Requested range extends past the end of the array.", "length").throw();
    }
    for (slot, part) in items[start..].iter_mut().zip(bytes.chunks(size)) {
        *slot = value_of(part, target.element);
    }
    Ok(Value::Void)
}

fn resize(c: &mut Call<'_>) -> Result {
    let (address, count) = (pointer(c, 0), pointer(c, 1).max(0) as usize);
    let old = HEAP.lock().remove(&address);
    let mut block = old.unwrap_or_default();
    block.resize(count, 0);
    Ok(place(block))
}

fn no_com(_: &mut Call<'_>) -> Result {
    fail::named("System.PlatformNotSupportedException", "COM Interop is not supported on this platform.").throw()
}

fn no_structures(c: &mut Call<'_>) -> Result {
    let ty = c.args.iter().find_map(|a| match a.base() {
        Value::Type(ty) => Some(*ty),
        _ => None,
    });
    let text = format!(
        "Type '{}' cannot be marshaled as an unmanaged structure; no meaningful size or offset can be computed.",
        ty.map_or("", TypeRef::name)
    );
    fail::argument(text, "").throw()
}

fn size_of(c: &mut Call<'_>) -> Result {
    let ty = match c.arg(0).base() {
        Value::Type(ty) => *ty,
        Value::Null => return fail::null("structure").throw(),
        other => other.type_ref().unwrap_or(TypeRef::OBJECT),
    };
    let size = match ty {
        TypeRef::BYTE | TypeRef::SBYTE | TypeRef::CHAR => 1,
        TypeRef::INT16 | TypeRef::UINT16 => 2,
        TypeRef::INT32 | TypeRef::UINT32 | TypeRef::SINGLE | TypeRef::BOOL => 4,
        TypeRef::INT64 | TypeRef::UINT64 | TypeRef::DOUBLE => 8,
        TypeRef::GUID | TypeRef::DECIMAL => 16,
        _ if matches!(ty.name(), "System.IntPtr" | "System.UIntPtr") => 8,
        _ => {
            let text = format!(
                "Type '{}' cannot be marshaled as an unmanaged structure; no meaningful size or offset can be computed.",
                ty.name()
            );
            return fail::argument(text, "t").throw();
        }
    };
    Ok(Value::I32(size))
}

fn last_error(_: &mut Call<'_>) -> Result {
    Ok(Value::I32(ERROR.with(std::cell::Cell::get)))
}

fn set_last_error(c: &mut Call<'_>) -> Result {
    let n = c.int(0);
    ERROR.with(|e| e.set(n));
    Ok(Value::Void)
}

thread_local! { static ERROR: std::cell::Cell<i32> = const { std::cell::Cell::new(0) } }

fn error_text(n: i32) -> Value {
    let text = std::io::Error::from_raw_os_error(n).to_string();
    Value::from(text.split(" (os error").next().unwrap_or_default())
}

const MEMBERS: &[(&str, Behaviour)] = &[
    ("::SystemDefaultCharSize", |_| Ok(Value::I32(1))),
    ("::SystemMaxDBCSCharSize", |_| Ok(Value::I32(3))),
    ("::AllocHGlobal", |c| zeroed(c)),
    ("::AllocCoTaskMem", |c| zeroed(c)),
    ("::ReAllocHGlobal", |c| resize(c)),
    ("::ReAllocCoTaskMem", |c| resize(c)),
    ("::FreeHGlobal", |c| free(c)),
    ("::FreeCoTaskMem", |c| free(c)),
    ("::FreeBSTR", |c| free(c)),
    ("::ZeroFreeBSTR", |c| free(c)),
    ("::ZeroFreeCoTaskMemAnsi", |c| free(c)),
    ("::ZeroFreeCoTaskMemUnicode", |c| free(c)),
    ("::ZeroFreeCoTaskMemUTF8", |c| free(c)),
    ("::ZeroFreeGlobalAllocAnsi", |c| free(c)),
    ("::ZeroFreeGlobalAllocUnicode", |c| free(c)),
    ("::SecureStringToBSTR", |c| allocate_secret(c, wide)),
    ("::SecureStringToGlobalAllocUnicode", |c| allocate_secret(c, wide)),
    ("::SecureStringToCoTaskMemUnicode", |c| allocate_secret(c, wide)),
    ("::SecureStringToGlobalAllocAnsi", |c| allocate_secret(c, narrow)),
    ("::SecureStringToCoTaskMemAnsi", |c| allocate_secret(c, narrow)),
    ("::StringToBSTR", |c| allocate(c, wide)),
    ("::StringToHGlobalUni", |c| allocate(c, wide)),
    ("::StringToCoTaskMemUni", |c| allocate(c, wide)),
    ("::StringToHGlobalAnsi", |c| allocate(c, narrow)),
    ("::StringToHGlobalAuto", |c| allocate(c, narrow)),
    ("::StringToCoTaskMemAnsi", |c| allocate(c, narrow)),
    ("::StringToCoTaskMemAuto", |c| allocate(c, narrow)),
    ("::StringToCoTaskMemUTF8", |c| allocate(c, narrow)),
    ("::PtrToStringBSTR", |c| text(c, true)),
    ("::PtrToStringUni", |c| text(c, true)),
    // A text of two bytes a character has a zero after an ASCII letter, which one byte a character would end at.
    ("::PtrToStringAuto", |c| text(c, false)),
    ("::PtrToStringAnsi", |c| text(c, false)),
    ("::PtrToStringUTF8", |c| text(c, false)),
    ("::Copy", |c| copy(c)),
    ("::ReadByte", |c| read::<1>(c).map(|b| Value::U8(b[0]))),
    ("::ReadInt16", |c| read(c).map(|b| Value::I16(i16::from_le_bytes(b)))),
    ("::ReadInt32", |c| read(c).map(|b| Value::I32(i32::from_le_bytes(b)))),
    ("::ReadInt64", |c| read(c).map(|b| Value::I64(i64::from_le_bytes(b)))),
    ("::ReadIntPtr", |c| read(c).map(|b| pointer_to(i64::from_le_bytes(b)))),
    ("::WriteByte", |c| write(c, &value_to_write(c).to_le_bytes()[..1])),
    ("::WriteInt16", |c| {
        let n = match c.arg(c.count() - 1).base() {
            Value::Char(unit) => i64::from(*unit),
            _ => value_to_write(c),
        };
        write(c, &n.to_le_bytes()[..2])
    }),
    ("::WriteInt32", |c| write(c, &value_to_write(c).to_le_bytes()[..4])),
    ("::WriteInt64", |c| write(c, &value_to_write(c).to_le_bytes())),
    ("::WriteIntPtr", |c| write(c, &value_to_write(c).to_le_bytes())),
    ("::SizeOf", |c| size_of(c)),
    ("::OffsetOf", |c| no_structures(c)),
    ("::PtrToStructure", |c| no_structures(c)),
    ("::StructureToPtr", |c| no_structures(c)),
    ("::DestroyStructure", |c| no_structures(c)),
    ("::GetLastWin32Error", |c| last_error(c)),
    ("::GetLastPInvokeError", |c| last_error(c)),
    ("::GetLastSystemError", |c| last_error(c)),
    ("::SetLastPInvokeError", |c| set_last_error(c)),
    ("::SetLastSystemError", |c| set_last_error(c)),
    ("::GetLastPInvokeErrorMessage", |_| Ok(error_text(ERROR.with(std::cell::Cell::get)))),
    ("::GetPInvokeErrorMessage", |c| Ok(error_text(c.int(0)))),
    ("::GetHRForLastWin32Error", |_| {
        let n = ERROR.with(std::cell::Cell::get);
        Ok(Value::I32(if n == 0 { 0 } else { n | 0x8007_0000_u32 as i32 }))
    }),
    ("::GetHRForException", |c| match c.arg(0).base() {
        Value::Null => Ok(Value::I32(0)),
        other => {
            let other = other.clone();
            crate::members::note_or_null(c.ctx, &other, "HResult")
        }
    }),
    ("::GetExceptionForHR", |c| {
        let n = c.int(0);
        if n >= 0 {
            return Ok(Value::Null);
        }
        let text = format!("Exception from HRESULT: 0x{:08X}", n as u32);
        Ok(fail::named("System.Runtime.InteropServices.COMException", text).value())
    }),
    ("::ThrowExceptionForHR", |c| {
        let n = c.int(0);
        if n >= 0 {
            return Ok(Value::Void);
        }
        let text = format!("Exception from HRESULT: 0x{:08X}", n as u32);
        fail::named("System.Runtime.InteropServices.COMException", text).throw()
    }),
    ("::GetExceptionCode", |_| Ok(Value::I32(0))),
    ("::GetExceptionPointers", |_| Ok(pointer_to(0))),
    ("::GenerateGuidForType", |c| match c.type_arg(0) {
        Some(_) => Ok(crate::members::default_of(TypeRef::GUID)),
        None => fail::null("type").throw(),
    }),
    ("::GenerateProgIdForType", |c| Ok(c.type_arg(0).map_or(Value::Null, |t| Value::from(t.name())))),
    ("::GetHINSTANCE", |_| Ok(pointer_to(-1))),
    ("::AreComObjectsAvailableForCleanup", |_| Ok(Value::Bool(false))),
    ("::CleanupUnusedObjectsInCurrentContext", |_| Ok(Value::Void)),
    ("::IsComObject", |c| if c.has(0) { Ok(Value::Bool(false)) } else { fail::null("o").throw() }),
    ("::IsTypeVisibleFromCom", |_| Ok(Value::Bool(true))),
    ("::Prelink", |_| Ok(Value::Void)),
    ("::PrelinkAll", |_| Ok(Value::Void)),
    ("::UnsafeAddrOfPinnedArrayElement", |c| no_structures(c)),
    ("::AddRef", |c| no_com(c)),
    ("::BindToMoniker", |c| no_com(c)),
    ("::ChangeWrapperHandleStrength", |c| no_com(c)),
    ("::CreateAggregatedObject", |c| no_com(c)),
    ("::CreateWrapperOfType", |c| no_com(c)),
    ("::FinalReleaseComObject", |c| no_com(c)),
    ("::GetComInterfaceForObject", |c| no_com(c)),
    ("::GetComObjectData", |c| no_com(c)),
    ("::GetEndComSlot", |c| no_com(c)),
    ("::GetIDispatchForObject", |c| no_com(c)),
    ("::GetIUnknownForObject", |c| no_com(c)),
    ("::GetNativeVariantForObject", |c| no_com(c)),
    ("::GetObjectForIUnknown", |c| no_com(c)),
    ("::GetObjectForNativeVariant", |c| no_com(c)),
    ("::GetObjectsForNativeVariants", |c| no_com(c)),
    ("::GetStartComSlot", |c| no_com(c)),
    ("::GetTypedObjectForIUnknown", |c| no_com(c)),
    ("::GetTypeFromCLSID", |c| no_com(c)),
    ("::GetTypeInfoName", |c| no_com(c)),
    ("::GetUniqueObjectForIUnknown", |c| no_com(c)),
    ("::QueryInterface", |c| no_com(c)),
    ("::Release", |c| no_com(c)),
    ("::ReleaseComObject", |c| no_com(c)),
    ("::SetComObjectData", |c| no_com(c)),
];

pub static TYPES: &[TypeDef] =
    &[TypeDef { name: "System.Runtime.InteropServices.Marshal", like: &[], members: MEMBERS }];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_do_not_overlap() {
        let (a, b) = (place(vec![1; 40]), place(vec![2; 8]));
        let address = |v: &Value| {
            v.to_owned().as_foreign::<crate::types::Held<super::super::host::Pointer>>().map(|p| p.lock().0).unwrap()
        };
        let (a, b) = (address(&a), address(&b));
        assert!(b >= a + 40);
        assert_eq!(at(a + 39, |m| m.first().copied()).ok(), Some(1));
        assert!(at(a + 40, |m| m.first().copied()).is_err());
    }
}
