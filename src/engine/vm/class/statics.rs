//! Static properties, and values on their way into properties.

use language::Sym;
use values::{ErrorCategory, Result, TypeRef, Value};

use super::chain;
use crate::runspace::Runspace;

impl Runspace {
    /// Reads or writes a static property.
    pub(crate) fn class_static_member(
        &mut self,
        ty: TypeRef,
        name: &str,
        value: Option<Value>,
    ) -> Result<Option<Value>> {
        for (_, class) in chain(ty) {
            let Some(p) = class.properties.iter().find(|p| p.is_static && p.name.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let sym = Sym::intern(&p.name);
            return Ok(Some(match value {
                None => class.statics.lock().get(&sym).cloned().unwrap_or_default(),
                Some(value) => {
                    let value = match p.ty {
                        Some(ty) => self.cast(value, ty)?,
                        None => value,
                    };
                    class.statics.lock().insert(sym, value.clone());
                    value
                }
            }));
        }
        Ok(None)
    }

    /// A value as a property of a class instance takes it.
    pub(crate) fn property_of_class(&mut self, ty: TypeRef, name: &str, value: &Value) -> Result<Option<Value>> {
        let value = value.clone();
        for (_, class) in chain(ty) {
            let Some(p) = class.properties.iter().find(|p| !p.is_static && p.name.eq_ignore_ascii_case(name)) else {
                continue;
            };
            let value = match p.ty {
                Some(ty) => self.cast(value, ty)?,
                None => value,
            };
            for validation in &p.validations {
                if let Err(why) = crate::bind::validate(self, validation, &value)? {
                    let ty = TypeRef::find("System.Management.Automation.ValidationMetadataException");
                    return values::Exception::new(ty.unwrap_or(TypeRef::RUNTIME_EXCEPTION), why)
                        .identity("ValidateFailure", ErrorCategory::MetadataError, Value::Null)
                        .throw();
                }
            }
            return Ok(Some(value));
        }
        Ok(None)
    }
}
