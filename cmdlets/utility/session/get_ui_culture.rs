//! Get-UICulture.

use command::{Bound, Cmdlet, Command, Result, Session};

use super::get_culture::write_cultures;

pub static COMMAND: Command = Command { name: "Get-UICulture", create: || Box::new(GetUiCulture) };

struct GetUiCulture;

impl Cmdlet for GetUiCulture {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let own = session.ui_culture_name().to_string();
        write_cultures(session, bound, own)
    }
}
