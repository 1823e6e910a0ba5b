//! Assembly: the cmdlet crates' tables and the providers go to the shell, and the command line decides what is started.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use command::Provider;
use directory::Library;
use engine::CommandSource;
use engine::remoting::{Element, Packet, Server};
use shell::{Assembly, output};
use web::wsman::{Conversation, Incoming, Opening, Outgoing, Outlet, Sessions};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The nouns of the product modules; put together when the first of their commands is looked up.
fn library() -> &'static Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        Library::new(
            &[
                cmdlets_exchange::CATALOGUE,
                cmdlets_skype::CATALOGUE,
                cmdlets_online::CATALOGUE,
                cmdlets_server::CATALOGUE,
            ],
            &[cmdlets_exchange::NOUNS, cmdlets_skype::NOUNS, cmdlets_online::NOUNS, cmdlets_server::NOUNS],
        )
    })
}

/// What the organisation offers to completion.
fn live(
    session: &mut dyn command::Session,
    command: &str,
    parameter: &str,
    word: &str,
    limit: usize,
) -> command::Result<Option<Vec<engine::LiveValue>>> {
    let found = directory::live_values(library(), session, (command, parameter), word, limit)?;
    Ok(found.map(|list| list.into_iter().map(|(text, tip)| engine::LiveValue { text, tip }).collect()))
}

fn sources() -> Vec<CommandSource> {
    let plain = |catalogue, commands, help| CommandSource { catalogue, commands, maker: None, live: None, help };
    let nouns = |catalogue, commands, help| CommandSource {
        catalogue,
        commands,
        maker: Some(Arc::new(|row: catalogue::CommandRow| row.noun_row().map(|_| library().body(row)))),
        live: Some(live),
        help,
    };
    vec![
        plain(cmdlets_core::CATALOGUE, cmdlets_core::COMMANDS, &cmdlets_core::HELP),
        plain(cmdlets_utility::CATALOGUE, cmdlets_utility::COMMANDS, &cmdlets_utility::HELP),
        plain(cmdlets_management::CATALOGUE, cmdlets_management::COMMANDS, &cmdlets_management::HELP),
        plain(cmdlets_security::CATALOGUE, cmdlets_security::COMMANDS, &cmdlets_security::HELP),
        plain(&[], format::COMMANDS, &command::HelpTexts::NONE),
        nouns(cmdlets_exchange::CATALOGUE, cmdlets_exchange::COMMANDS, &cmdlets_exchange::HELP),
        nouns(cmdlets_skype::CATALOGUE, cmdlets_skype::COMMANDS, &cmdlets_skype::HELP),
        nouns(cmdlets_online::CATALOGUE, cmdlets_online::COMMANDS, &cmdlets_online::HELP),
        nouns(cmdlets_server::CATALOGUE, cmdlets_server::COMMANDS, &cmdlets_server::HELP),
    ]
}

fn providers() -> Vec<Arc<dyn Provider>> {
    cmdlets_management::provider::providers()
}

fn home() -> PathBuf {
    store::home(|name| std::env::var(name).ok())
}

fn assembly() -> Assembly {
    Assembly { sources, providers, home, views }
}

/// Answers remote sessions over WS-Man with runspaces of this process.
struct Answering;

/// One such session.
struct Answered(Server);

impl Sessions for Answering {
    fn open(&self, opening: Opening, mut outlet: Outlet) -> Box<dyn Conversation> {
        let mut server =
            Server::new(shell::session_factory(assembly()), &shell::system_name(), move |packet: Packet| {
                if packet.element == Element::Data {
                    outlet(Outgoing { id: packet.id, data: packet.data, is_end: packet.is_end });
                }
            });
        server.introduce(&opening.user, &opening.configuration);
        Box::new(Answered(server))
    }
}

impl Conversation for Answered {
    fn receive(&mut self, incoming: Incoming) -> Result<(), String> {
        let packet = match incoming {
            Incoming::Data { id, data, is_response } => Packet { is_response, ..Packet::data(id, data) },
            Incoming::Stop(id) => Packet::of(Element::Signal, id),
            Incoming::Close(id) => Packet::of(Element::Close, id),
        };
        self.0.receive(packet).map(|_| ())
    }
}

/// `--service [--home FOLDER]`: runs the telephony service until it is told to end.
fn serve(line: &[String]) -> i32 {
    let named = line.iter().position(|a| a == "--home").and_then(|at| line.get(at + 1)).map(PathBuf::from);
    let home = named.unwrap_or_else(home);
    let served = || {
        let source = voice::config::StoreSource::open(&home).map_err(voice::service::ServiceError::Config)?;
        let store = store::Store::open(&home).map_err(|e| voice::service::ServiceError::Config(e.to_string()))?;
        let options = voice::service::Options::default();
        let remote = Arc::new(web::wsman::Remote::new(Box::new(Answering)));
        voice::service::run_beside(&home, options, Arc::new(source), |supervisor| {
            web::serve(supervisor, store, Some(remote))
        })
    };
    match served() {
        Ok(()) => 0,
        Err(error) => {
            output::write_error(&format!("{error}\n"));
            1
        }
    }
}

/// The view that a noun's catalogue file gives its type.
fn views(type_name: &str) -> Vec<format::View> {
    // PowerShell's own types have their views in `format`.
    if type_name.starts_with("System.") {
        return Vec::new();
    }
    let Some(noun) =
        library().nouns().find(|n| n.type_name() == type_name && (n.table_view().len() > 0 || n.list_view().len() > 0))
    else {
        return Vec::new();
    };
    let (table, list): (Vec<&str>, Vec<&str>) = (noun.table_view().collect(), noun.list_view().collect());
    let mut found = Vec::new();
    if !table.is_empty() {
        found.push(format::View::table_of(type_name, &table));
    }
    if !list.is_empty() {
        found.push(format::View::list_of(type_name, &list));
    }
    found
}

/// `--check-store`: says what is wrong with the organization's store.
fn check_store() -> i32 {
    let home = home();
    let findings = store::Store::open(&home).and_then(|store| store.check());
    match findings {
        Ok(findings) if findings.is_empty() => {
            output::write(&format!("The store in {} is sound.\n", home.display()));
            0
        }
        Ok(findings) => {
            for finding in findings {
                output::write(&format!("{}\n", finding.text));
            }
            1
        }
        Err(error) => {
            output::write_error(&format!("The store in {} cannot be checked: {error}\n", home.display()));
            2
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().map(|a| a.to_string_lossy().into_owned());
    let program = arguments.next().unwrap_or_default();
    let name = Path::new(&program).file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let line: Vec<String> = arguments.collect();
    let code = match line.first().map(String::as_str) {
        Some("--check-store") => check_store(),
        Some("--service") => serve(&line),
        Some("--version") => {
            output::write(&format!(
                "dialtone {} (PowerShell {})\n",
                env!("CARGO_PKG_VERSION"),
                shell::POWERSHELL_VERSION
            ));
            0
        }
        _ => shell::run(&name, &line, assembly()),
    };
    output::flush();
    ExitCode::from(code as u8)
}
