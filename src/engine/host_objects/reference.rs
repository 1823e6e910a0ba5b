//! `[ref]`.

use values::object::{Foreign, ForeignRef};
use values::{Context, Result, Str, TypeRef, Value};

use crate::runspace::Runspace;
use crate::scope::Variable;

/// A PSReference: to a variable.
pub struct Reference {
    cell: ForeignRef,
}

impl Reference {
    /// To a variable's cell.
    pub fn to(cell: ForeignRef) -> Reference {
        Reference { cell }
    }

    /// What a script makes is a PSReference of the value's own type.
    fn own_type(&self) -> TypeRef {
        let value = Variable::of(&self.cell).and_then(Variable::get).unwrap_or_default();
        let of = value.type_ref().unwrap_or(TypeRef::OBJECT);
        let generic = TypeRef::find("System.Management.Automation.PSReference`1").unwrap_or_else(|| {
            let kind = values::TypeKind::Class;
            values::types::register("System.Management.Automation.PSReference`1", kind, Some(TypeRef::PSREFERENCE))
        });
        values::types::generic_of(generic, vec![of])
    }
}

impl Foreign for Reference {
    fn type_ref(&self) -> TypeRef {
        TypeRef::PSREFERENCE
    }
    fn display(&self, _ctx: &mut dyn Context) -> Result<Option<Str>> {
        Ok(self.display_plain())
    }
    fn display_plain(&self) -> Option<Str> {
        Some(Str::from(self.own_type().name()))
    }
    fn get(&self, _ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        if !name.eq_ignore_ascii_case("value") {
            return Ok(None);
        }
        Ok(Some(Variable::of(&self.cell).and_then(Variable::get).unwrap_or_default()))
    }
    fn set(&self, ctx: &mut dyn Context, name: &str, value: &Value) -> Result<bool> {
        if !name.eq_ignore_ascii_case("value") {
            return Ok(false);
        }
        let cell = self.cell.clone();
        match ctx.engine().downcast_mut::<Runspace>() {
            Some(runspace) => runspace.store(&cell, value.clone())?,
            None => {
                if let Some(v) = Variable::of(&cell) {
                    v.put(value.clone());
                }
            }
        }
        Ok(true)
    }
    fn call(&self, _ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        if !name.eq_ignore_ascii_case("gettype") || !args.is_empty() {
            return Ok(None);
        }
        Ok(Some(Value::Type(self.own_type())))
    }
    fn property_names(&self) -> Vec<Str> {
        vec![Str::from("Value")]
    }
}
