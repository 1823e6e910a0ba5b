//! Instances and their constructors.

use std::sync::Arc;

use values::{Layout, Object, Result, TypeRef, Value, members};

use super::{chain, class_of};
use crate::runspace::Runspace;

impl Runspace {
    /// Makes an instance: properties of the bases first, then the constructor.
    pub(crate) fn class_construct(&mut self, ty: TypeRef, args: &[Value]) -> Result {
        let classes = chain(ty);
        let (mut names, mut slots) = (Vec::new(), Vec::new());
        for (_, class) in classes.iter().rev() {
            let (mut own_names, mut own_slots) = (Vec::new(), Vec::new());
            for p in class.properties.iter().filter(|p| !p.is_static) {
                let value = self.initial_value(class, p)?;
                own_names.push(p.name.clone());
                own_slots.push(value);
            }
            // A derived class's properties come first.
            names.splice(0..0, own_names);
            slots.splice(0..0, own_slots);
        }
        if ty.derives_from(TypeRef::EXCEPTION) {
            let exception = values::Exception::new(ty, "");
            {
                let mut data = exception.data.lock();
                data.message = None;
                data.properties = names.into_iter().zip(slots).collect();
            }
            let this = exception.value();
            self.construct_on(ty, &this, args)?;
            return Ok(this);
        }
        let object = Arc::new(Object::of_type(ty, Layout::shared(names), slots));
        let this = Value::Object(object.clone());
        self.construct_on(ty, &this, args)?;
        let native = classes.last().map(|(_, c)| c.base).filter(|b| *b != TypeRef::OBJECT);
        if let Some(native) = native
            && object.lock().base.is_none()
        {
            match members::construct(self, native, &[]) {
                Ok(base) => object.lock().base = Some(base),
                Err(flow) if is_missing(native, &flow) => {}
                Err(flow) => return Err(flow),
            }
        }
        Ok(this)
    }

    /// Runs a class's constructor on an instance.
    fn construct_on(&mut self, ty: TypeRef, this: &Value, args: &[Value]) -> Result<()> {
        let Some(class) = class_of(ty) else {
            if ty == TypeRef::OBJECT {
                return Ok(());
            }
            let base = match members::construct(self, ty, args) {
                // A base that is nothing but a name has nothing to construct.
                Err(flow) if args.is_empty() && is_missing(ty, &flow) => return Ok(()),
                made => made?,
            };
            match (this, base) {
                (Value::Object(o), base) => o.lock().base = Some(base),
                (Value::Exception(own), Value::Exception(base)) => {
                    let base = base.data.lock().clone();
                    let mut data = own.data.lock();
                    data.message = base.message;
                    data.inner = base.inner;
                    data.properties.extend(base.properties);
                }
                _ => {}
            }
            return Ok(());
        };
        let has_own = class.methods.iter().any(|m| m.is_constructor && !m.is_static);
        if !has_own && args.is_empty() {
            return match class_of(class.base) {
                Some(_) => self.construct_on(class.base, this, &[]),
                None => Ok(()),
            };
        }
        let (block, converted) = self.constructor(ty, args)?;
        self.run_method(ty, &block, Some(this), &converted, false)?;
        Ok(())
    }

    /// `: base(...)` of a constructor.
    pub(in crate::vm) fn call_base(&mut self, frame: usize, object: &Value, args: &[Value]) -> Result {
        if let Some(base) = self.frames[frame].class.and_then(TypeRef::base) {
            self.construct_on(base, object, args)?;
        }
        Ok(Value::Void)
    }

    /// `([Type] object).Method()`: the method as that type has it, whatever the object's own class made of it.
    pub(in crate::vm) fn call_as(&mut self, ty: TypeRef, object: &Value, name: &str, args: &[Value]) -> Result {
        let own = match object {
            Value::Object(o) if o.ty.info().class.get().is_some() && o.ty != ty && o.ty.derives_from(ty) => o,
            _ => return self.call_method(object, name, args),
        };
        if class_of(ty).is_some() {
            return match self.class_method(ty, Some(object), name, args)? {
                Some(value) => Ok(value),
                None => self.call_method(object, name, args),
            };
        }
        let base = own.lock().base.clone();
        if let Some(base) = base {
            return members::call(self, &base, name, args);
        }
        match (name.to_ascii_lowercase().as_str(), args) {
            ("tostring", []) => Ok(Value::Str(own.ty.full_name())),
            ("equals", [other]) => Ok(Value::Bool(object.same(other))),
            _ => self.call_method(object, name, args),
        }
    }
}

/// Whether a base class has no constructor that could be called: it is abstract, or only its name is known.
fn is_missing(ty: TypeRef, flow: &values::Flow) -> bool {
    let is_abstract = values::types::facts::of(ty).is_some_and(|f| f.is("abstract"));
    flow.record().is_some_and(|r| {
        matches!(r.full_id().as_str(), "MethodNotFound" | "MemberNotImplemented" | "ConstructorNotFound")
            || is_abstract
            || r.exception.ty.name() == "System.MissingMethodException"
    })
}
