//! Assembly: the cmdlet crates' tables and the providers go to the shell.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use command::Provider;
use directory::Library;
use engine::CommandSource;
use shell::Assembly;

static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();

/// What sessions of this process have changed goes to the disk before their output leaves it.
pub(crate) fn settle() -> Result<(), String> {
    let Some(library) = LIBRARY.get() else { return Ok(()) };
    library.settle().map_err(|error| format!("The organization's changes are not on the disk: {error}\n"))
}

/// The nouns of the product modules; put together when the first of their commands is looked up.
pub fn library() -> &'static Arc<Library> {
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

pub fn sources() -> Vec<CommandSource> {
    let plain = |catalogue, commands, help| CommandSource {
        catalogue,
        commands,
        maker: None,
        live: None,
        standing: None,
        help,
        construct: None,
    };
    let nouns = |catalogue, commands, help| CommandSource {
        catalogue,
        commands,
        maker: Some(Arc::new(|row: catalogue::CommandRow| row.noun_row().map(|_| library().body(row)))),
        live: Some(live),
        standing: Some(|row| library().standing(row)),
        help,
        construct: None,
    };
    cmdlets_server::active_directory::entry::register();
    let with_entries = |source: CommandSource| CommandSource {
        construct: Some(|session, ty, args| {
            cmdlets_server::active_directory::entry::construct(session, library(), ty, args)
        }),
        ..source
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
        with_entries(nouns(cmdlets_server::CATALOGUE, cmdlets_server::COMMANDS, &cmdlets_server::HELP)),
    ]
}

pub fn providers() -> Vec<Arc<dyn Provider>> {
    let mut all = cmdlets_management::provider::providers();
    all.push(Arc::new(cmdlets_server::pki::certificate_drive::CertificateProvider::of(|| library().clone())));
    all
}

pub fn home() -> PathBuf {
    store::home(|name| std::env::var(name).ok())
}

pub fn assembly() -> Assembly {
    Assembly { sources, providers, home, views }
}

/// The view that a noun's catalogue file gives its type.
pub fn views(type_name: &str) -> Vec<format::View> {
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
