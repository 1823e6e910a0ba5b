//! `$ExecutionContext.Events` (PSLocalEventManager).

use values::object::Foreign;
use values::{Context, Result, Str, TypeRef, Value, convert};

use crate::runspace::Runspace;

/// The session's event manager as scripts see it.
pub struct ManagerObject;

impl Foreign for ManagerObject {
    fn type_ref(&self) -> TypeRef {
        let base = command::class("System.Management.Automation.PSEventManager", TypeRef::OBJECT);
        command::class("System.Management.Automation.PSLocalEventManager", base)
    }

    fn get(&self, ctx: &mut dyn Context, name: &str) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        Ok(match name.to_ascii_lowercase().as_str() {
            "subscribers" => {
                Some(Value::array(super::manager(runspace)?.subscriptions.iter().map(|s| s.value()).collect()))
            }
            "receivedevents" => Some(Value::array(super::manager(runspace)?.queue.clone())),
            _ => None,
        })
    }

    fn property_names(&self) -> Vec<Str> {
        ["Subscribers", "ReceivedEvents"].map(Str::from).to_vec()
    }

    fn method_names(&self) -> Vec<Str> {
        ["GenerateEvent", "GetEventSubscribers", "UnsubscribeEvent"].map(Str::from).to_vec()
    }

    fn call(&self, ctx: &mut dyn Context, _me: &Value, name: &str, args: &[Value]) -> Result<Option<Value>> {
        let Some(runspace) = ctx.engine().downcast_mut::<Runspace>() else { return Ok(None) };
        let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
        Ok(match name.to_ascii_lowercase().as_str() {
            "generateevent" => {
                let list = arg(2);
                let list = list.as_array().map_or_else(
                    || if list.is_null() { Vec::new() } else { vec![list.clone()] },
                    |items| items.to_vec(),
                );
                let source = Str::from(convert::to_display(&arg(0)));
                Some(super::raise(runspace, &source, arg(1), list, arg(3))?)
            }
            "geteventsubscribers" => {
                let source = convert::to_display(&arg(0));
                let all = &super::manager(runspace)?.subscriptions;
                let fits = all.iter().filter(|s| s.source.eq_ignore_ascii_case(&source));
                Some(Value::array(fits.map(|s| s.value()).collect()))
            }
            "unsubscribeevent" => {
                let wanted = values::members::get(runspace, &arg(0), "SubscriptionId")?.unwrap_or_default();
                super::unsubscribe(runspace, wanted.as_i64().unwrap_or_default() as i32)?;
                Some(Value::Void)
            }
            _ => None,
        })
    }
}
