//! Methods: choice of the overload, and the call.

use std::sync::Arc;

use language::Sym;
use values::types::bind;
use values::types::signature::{Parameter, Signature};
use values::{Result, Str, TypeRef, Value};

use super::{Method, Overloads, Target, chain, class_of};
use crate::bind::Binding;
use crate::errors;
use crate::runspace::{FrameKind, Parent, Runspace, Sink};
use crate::script_block::ScriptBlock;

impl Runspace {
    fn finish_method(
        &mut self,
        ty: TypeRef,
        block: &Value,
        this: Option<&Value>,
        args: &[Value],
        returns: Option<TypeRef>,
    ) -> Result {
        let wants = returns.is_none_or(|t| t != TypeRef::VOID) && returns.is_some();
        let value = self.run_method(ty, block, this, args, wants)?;
        match returns {
            None | Some(TypeRef::VOID) => Ok(Value::Void),
            Some(returns) => {
                let value = if matches!(value, Value::Void) { Value::Null } else { value };
                if returns == TypeRef::OBJECT { Ok(value) } else { self.cast(value, returns) }
            }
        }
    }

    /// Calls a method of a class or its script bases; none where they have none of that name.
    pub(crate) fn class_method(
        &mut self,
        ty: TypeRef,
        this: Option<&Value>,
        name: &str,
        args: &[Value],
    ) -> Result<Option<Value>> {
        let Some(found) = self.overloads(ty, name, this.is_none()) else { return Ok(None) };
        let takes_count = found.signatures.iter().any(|s| s.parameters.len() == args.len());
        if !takes_count && this.is_some() && is_inherited(ty, name) {
            return Ok(None);
        }
        let (chosen, converted) = bind::choose(self, found.signatures, &found.name, args, &[])?;
        let Some(target) = found.targets.get(chosen.index) else { return Ok(None) };
        self.finish_method(target.ty, &target.block, this, &converted, target.returns).map(Some)
    }

    /// The methods of a name, a derived class's before those of its bases; kept with the class.
    fn overloads(&mut self, ty: TypeRef, name: &str, is_static: bool) -> Option<Arc<Overloads>> {
        let classes = chain(ty);
        let (_, own) = classes.first()?;
        let key = (Sym::intern(name), is_static);
        if let Some(known) = own.overloads.lock().get(&key) {
            return known.clone();
        }
        let (mut signatures, mut targets): (Vec<Signature>, Vec<Target>) = (Vec::new(), Vec::new());
        let mut spelled = None;
        for (at, class) in &classes {
            for method in &class.methods {
                if method.is_static != is_static
                    || method.is_constructor
                    || !values::collection::equals_ignore_case(&method.name, name)
                {
                    continue;
                }
                let made = self.signature(*at, method, signatures.len());
                // What a derived class has with the same parameters stands in its place.
                let is_same = |s: &Signature| {
                    s.parameters.len() == made.parameters.len()
                        && s.parameters.iter().zip(&made.parameters).all(|(a, b)| a.ty == b.ty)
                };
                if signatures.iter().any(is_same) {
                    continue;
                }
                spelled.get_or_insert_with(|| method.name.clone());
                signatures.push(made);
                targets.push(Target { ty: *at, block: method.block.clone(), returns: method.returns });
            }
        }
        // Like the class itself, what is known of its methods lives as long as the process.
        let found = spelled.map(|name| Arc::new(Overloads { name, signatures: Vec::leak(signatures), targets }));
        own.overloads.lock().insert(key, found.clone());
        found
    }

    /// The constructor that fits, as its block, and the arguments as it takes them.
    pub(super) fn constructor(&mut self, ty: TypeRef, args: &[Value]) -> Result<(Value, Vec<Value>)> {
        let Some(class) = class_of(ty) else { return Ok((Value::Null, args.to_vec())) };
        let known = class.constructors.get().cloned();
        let found = match known {
            Some(found) => found,
            None => {
                let (mut signatures, mut targets) = (Vec::new(), Vec::new());
                for method in class.methods.iter().filter(|m| m.is_constructor && !m.is_static) {
                    signatures.push(self.signature(ty, method, signatures.len()));
                    targets.push(Target { ty, block: method.block.clone(), returns: None });
                }
                let made = Overloads { name: Str::from("new"), signatures: Vec::leak(signatures), targets };
                class.constructors.get_or_init(|| Arc::new(made)).clone()
            }
        };
        let (chosen, converted) = bind::choose(self, found.signatures, "new", args, &[])?;
        let block = found.targets.get(chosen.index).map(|t| t.block.clone());
        Ok((block.unwrap_or_default(), converted))
    }

    fn signature(&mut self, ty: TypeRef, method: &Method, index: usize) -> Signature {
        let parameters = match method.block.as_foreign::<ScriptBlock>() {
            Some(script) => script.parameters(self).parameters.iter().map(parameter).collect(),
            None => Vec::new(),
        };
        Signature {
            text: "",
            index,
            parameters,
            of: ty,
            generics: Vec::new(),
            arguments: Vec::new(),
            is_explicit: false,
            has_explicit: false,
        }
    }

    /// Runs a method's block; only `return` yields a value.
    pub(super) fn run_method(
        &mut self,
        ty: TypeRef,
        block: &Value,
        this: Option<&Value>,
        args: &[Value],
        wants: bool,
    ) -> Result {
        let Some(script) = block.as_foreign::<ScriptBlock>() else { return Ok(Value::Void) };
        let (frames, stack, current, stage) = (self.frames.len(), self.stack.len(), self.current, self.stage);
        let sinks = self.sinks.len();
        self.depth += 1;
        // Errors leave a method as exceptions; its statements do not go on after them.
        let tries = std::mem::replace(&mut self.tries, 1);
        self.sinks.push(Sink::Collect(Vec::new()));
        let result = self.method_body(ty, script, block, this, args);
        let items = match self.sinks.get_mut(sinks) {
            Some(Sink::Collect(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        self.cut_sinks(sinks);
        self.tries = tries;
        self.depth -= 1;
        self.frames.truncate(frames);
        self.stack.truncate(stack);
        self.current = current;
        self.stage = stage;
        result?;
        Ok(if wants { Value::from_output(items) } else { Value::Void })
    }

    fn method_body(
        &mut self,
        ty: TypeRef,
        script: &ScriptBlock,
        block: &Value,
        this: Option<&Value>,
        args: &[Value],
    ) -> Result<()> {
        let table = script.parameters(self);
        let name = class_of(ty).map(|c| c.name.clone()).unwrap_or_else(Str::empty);
        let mut binding = Binding::new(table.clone());
        for (p, arg) in table.parameters.iter().zip(args) {
            let value = if p.ty == TypeRef::OBJECT { arg.clone() } else { self.cast(arg.clone(), p.ty)? };
            binding.bound.set(&p.name, value);
        }
        let home = script.home.clone().unwrap_or_else(|| self.global.clone());
        if self.depth > 1000 {
            return errors::call_depth().throw();
        }
        let method = script.method_code();
        let parent = match script.home {
            Some(_) => Parent::Table(home),
            None if self.frames.is_empty() => Parent::Table(home),
            None => self.script_parent(),
        };
        let frame = self.push_frame(method.clone(), parent, FrameKind::Function, name)?;
        self.frames[frame].home = script.home.clone();
        self.frames[frame].class = Some(ty);
        self.frames[frame].block = block.clone();
        self.place_parameters(frame, &binding)?;
        if let (Some(this), Some(slot)) = (this, method.auto.this) {
            let at = self.frames[frame].base + slot as usize;
            self.stack[at] = this.clone();
        }
        self.current = frame;
        match method.entries.end {
            Some(entry) => self.exec(method, frame, entry),
            None => Ok(()),
        }
    }

    /// Methods see the script's scope, not their caller's.
    fn script_parent(&self) -> Parent {
        let mut at = self.current;
        loop {
            let Some(f) = self.frames.get(at) else { return Parent::Table(self.global.clone()) };
            if f.kind == FrameKind::Script {
                return Parent::Frame(at);
            }
            match &f.parent {
                Parent::Frame(parent) => at = *parent,
                Parent::Table(table) => return Parent::Table(table.clone()),
            }
        }
    }
}

fn parameter(p: &command::Parameter) -> Parameter {
    let name: &'static str = Box::leak(p.name.to_string().into_boxed_str());
    Parameter { name, ty: p.ty, text: "", is_params: false, is_ref: false, default: None, is_open: false }
}

/// Whether .NET's own base of a class has a method of that name.
fn is_inherited(ty: TypeRef, name: &str) -> bool {
    let base = chain(ty).last().map_or(TypeRef::OBJECT, |(_, class)| class.base);
    values::types::define::lookup(base, name, false).is_some()
}
