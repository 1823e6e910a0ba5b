//! Offline address books: which server makes them.

use command::Result;
use directory::{NounCode, Work, verb};

pub static NOUN: NounCode = NounCode {
    noun: "OfflineAddressBook",
    heeds: &["*", "Identity", "Server"],
    verbs: &[("Move", move_book)],
    ..NounCode::PLAIN
};

fn move_book(work: &mut Work) -> Result<()> {
    match work.bound.has("Server") {
        true => verb::move_to(work, "Server", &["ExchangeServer"], "Server"),
        // Without a server the organization's first one takes it.
        false => {
            let first = work.all("ExchangeServer").map(|all| all.into_iter().next().map(|s| s.name));
            match first {
                Ok(name) => verb::mark(work, &[("Server", name.into())]),
                Err(fault) => work.fail(&fault),
            }
        }
    }
}
