//! Remote sessions over WS-Man, answered with runspaces of this process: who has signed in acts in them, and sees the commands
//! that the end point and the account's roles permit.

use std::sync::{Arc, OnceLock};

use catalogue::Catalogue;
use command::Wildcard;
use directory::{Directory, SignIn};
use engine::remoting::{Element, Packet, Server};
use engine::{Runspace, RunspaceFactory};
use store::{Store, StoreError};
use web::wsman::{Conversation, Incoming, Opening, Outgoing, Outlet, Room, Sessions};

/// The end point of Exchange: its commands, and no language.
const EXCHANGE: &str = "Microsoft.Exchange";
/// What a client needs to import commands (`InitialSessionState.CreateRestricted`).
const PROXIES: [&str; 7] =
    ["Get-Command", "Get-FormatData", "Get-Help", "Select-Object", "Measure-Object", "Out-Default", "Exit-PSSession"];

/// Opens sessions, which share the commands' tables and the store.
pub struct Answering {
    store: Store,
    runspaces: Arc<dyn RunspaceFactory>,
    directory: OnceLock<Option<Arc<Directory>>>,
}

impl Answering {
    pub fn new(store: Store) -> Answering {
        let runspaces = shell::session_factory(crate::assembly::assembly());
        Answering { store, runspaces, directory: OnceLock::new() }
    }
}

/// One session, or why there is none.
struct Answered(Result<Server, String>);

/// Makes the runspaces of one account.
#[derive(Clone)]
struct Signed {
    inner: Arc<dyn RunspaceFactory>,
    directory: Option<Arc<Directory>>,
    account: String,
    is_exchange: bool,
    /// Patterns of the commands that the account's roles permit; none where roles are not checked.
    permitted: Option<Arc<[String]>>,
}

impl RunspaceFactory for Signed {
    fn make(&self) -> Runspace {
        let mut runspace = self.inner.make();
        // Jobs of the session act as the same account.
        runspace.factory = Arc::new(self.clone());
        directory::sign_ins(&mut runspace).lock().push(SignIn {
            service: "Remote",
            id: uuid::Uuid::new_v4(),
            account: self.account.clone(),
            prefix: String::new(),
        });
        if let Some(directory) = &self.directory {
            *command::Session::module_state(&mut runspace, "directory") = Some(Box::new(directory.clone()));
        }
        if self.is_exchange {
            runspace.has_no_language = true;
            let own = Catalogue::new(cmdlets_exchange::CATALOGUE);
            let permitted: Option<Vec<Wildcard>> =
                self.permitted.as_ref().map(|list| list.iter().map(|p| Wildcard::new(p)).collect());
            runspace.visible = Some(Arc::new(move |name: &str| {
                PROXIES.iter().any(|proxy| proxy.eq_ignore_ascii_case(name))
                    || own.as_ref().is_some_and(|own| own.command(name).is_some())
                        && permitted.as_ref().is_none_or(|list| list.iter().any(|pattern| pattern.matches(name)))
            }));
        }
        runspace
    }
}

/// The commands that an account may run; none where roles are not checked.
fn permitted(store: &Store, account: &str) -> Result<Option<Vec<String>>, StoreError> {
    store.read(|reader| {
        let is_free = ["admin", "administrator"].iter().any(|name| name.eq_ignore_ascii_case(account));
        if is_free || !directory::role::is_on(reader)? {
            return Ok(None);
        }
        let mut patterns = Vec::new();
        for role in directory::role::roles_of(reader, account)? {
            patterns.extend(directory::role::commands_of(reader, &role)?);
        }
        Ok(Some(patterns))
    })
}

impl Answering {
    fn factory(&self, opening: &Opening) -> Result<Signed, String> {
        let is_exchange = opening.configuration == EXCHANGE;
        let permitted = permitted(&self.store, &opening.user).map_err(|error| error.to_string())?;
        // Where roles are checked, the whole language is for those who may do all.
        if let Some(list) = &permitted
            && (list.is_empty() || !is_exchange && !list.iter().any(|pattern| pattern == "*"))
        {
            let text = format!("The account '{}' has no role for sessions of this kind.", opening.user);
            return Err(text);
        }
        // One that can't be opened is the commands' to say.
        let directory = self.directory.get_or_init(|| {
            let home = self.store.path().parent()?;
            Directory::open(home, crate::assembly::library().clone()).ok()
        });
        Ok(Signed {
            inner: self.runspaces.clone(),
            directory: directory.clone(),
            account: opening.user.clone(),
            is_exchange,
            permitted: permitted.map(Into::into),
        })
    }
}

impl Sessions for Answering {
    fn open(&self, opening: Opening, mut outlet: Outlet, room: Room) -> Box<dyn Conversation> {
        let carrier = move |packet: Packet| {
            if packet.is_end
                && let Err(reason) = crate::assembly::settle()
            {
                tracing::error!(%reason, "a session's changes are not on the disk");
            }
            if packet.element == Element::Data {
                outlet(Outgoing { id: packet.id, data: packet.data, is_end: packet.is_end });
            }
        };
        Box::new(Answered(self.factory(&opening).map(|factory| {
            let mut server = Server::new(Arc::new(factory), &shell::system_name(), carrier, Some(room));
            server.introduce(&opening.user, &opening.configuration);
            server
        })))
    }
}

impl Conversation for Answered {
    fn receive(&mut self, incoming: Incoming) -> Result<(), String> {
        let packet = match incoming {
            Incoming::Data { id, data, is_response } => Packet { is_response, ..Packet::data(id, data) },
            Incoming::Stop(id) => Packet::of(Element::Signal, id),
            Incoming::Close(id) => Packet::of(Element::Close, id),
        };
        match &mut self.0 {
            Ok(server) => server.receive(packet).map(|_| ()),
            Err(reason) => Err(reason.clone()),
        }
    }
}
