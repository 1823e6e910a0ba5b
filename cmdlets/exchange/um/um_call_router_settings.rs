//! Rules of the UM call router.

use directory::{Edit, Fault, NounCode};

pub static NOUN: NounCode = NounCode { noun: "UMCallRouterSettings", before_write: Some(check), ..NounCode::PLAIN };

fn check(edit: &mut Edit) -> Result<(), Fault> {
    if edit.number("SipTcpListeningPort") == edit.number("SipTlsListeningPort") {
        let text = "SipTcpListeningPort and SipTlsListeningPort must differ.";
        return Err(Fault::exchange("InvalidPortException", "UMCallRouterSettings", text).at(&edit.name));
    }
    super::um_service::associate(edit, "Microsoft Exchange Unified Messaging Call Router")
}
