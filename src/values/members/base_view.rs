//! `.psbase` of a dictionary: its own members, whatever its keys are called.

use crate::context::Context;
use crate::error::Result;
use crate::object::Foreign;
use crate::types::define::{MemberKind, lookup};
use crate::types::{Call, TypeRef};
use crate::value::Value;

/// The object behind the view.
pub struct BaseView {
    pub object: Value,
}

impl Foreign for BaseView {
    fn type_ref(&self) -> TypeRef {
        self.object.type_ref().unwrap_or(TypeRef::OBJECT)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let member = lookup(self.type_ref(), name, false).filter(|m| m.kind != MemberKind::Method && !m.is_indexed());
        let Some((member, run)) = member.and_then(|m| m.run.map(|run| (m, run))) else { return Ok(None) };
        let mut call =
            Call { ctx, this: &self.object, ty: member.ty, name: member.name, signature: None, args: Vec::new() };
        run(&mut call).map(Some)
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        super::call(ctx, &self.object, name, args).map(Some)
    }

    fn index(&self, ctx: &mut dyn Context, index: &[Value]) -> Result<Option<Value>> {
        super::index(ctx, &self.object, index).map(Some)
    }

    fn set_index(&self, ctx: &mut dyn Context, index: &[Value], value: Value) -> Result<bool> {
        super::set_index(ctx, &self.object, index, value).map(|()| true)
    }
}
