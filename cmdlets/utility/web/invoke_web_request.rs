//! Invoke-WebRequest.

use command::{Bound, Cmdlet, Command, Result, Session};

use crate::web::out_file::save;
use crate::web::response::web_response;
use crate::web::run::run;

pub static COMMAND: Command = Command { name: "Invoke-WebRequest", create: || Box::new(InvokeWebRequest) };

struct InvokeWebRequest;

impl Cmdlet for InvokeWebRequest {
    fn process(&mut self, session: &mut dyn Session, bound: &Bound) -> Result<()> {
        let response = run(session, bound, None)?;
        let is_saved = save(session, bound, &response)?;
        if !is_saved || bound.switch("PassThru") {
            let object = web_response(session, &response)?;
            session.write(object)?;
        }
        Ok(())
    }
}
