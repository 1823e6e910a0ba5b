//! System.Management.Automation.ScriptBlock: what its type offers; its instances answer by themselves.

use crate::types::TypeDef;

pub static TYPES: &[TypeDef] = &[TypeDef {
    name: "System.Management.Automation.ScriptBlock",
    like: &[],
    members: &[("::Create", |c| {
        let text = c.need_str(0)?;
        c.ctx.parse_block(&text)
    })],
}];
