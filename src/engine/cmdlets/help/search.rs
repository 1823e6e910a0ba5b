//! The texts that commands bring along: whose they are, and which of them speak of a word.

use command::{CommandHelp, CommandInfo, CommandKind, ParameterTable};
use language::CommentHelp;
use values::Str;

use super::Topic;
use crate::runspace::Runspace;

/// What is written about a built-in command; none where nothing is.
pub fn texts_of(runspace: &Runspace, info: &CommandInfo, table: &ParameterTable) -> Option<CommentHelp> {
    if info.kind != CommandKind::Cmdlet && info.kind != CommandKind::Function {
        return None;
    }
    let texts = runspace.commands.texts();
    let own = texts.get(&info.name.to_lowercase());
    let (verb, noun) = info.name.split_once('-').unwrap_or(("", &info.name));
    let of_noun = texts.get(&noun.to_lowercase()).filter(|_| info.kind == CommandKind::Cmdlet);
    let synopsis = match own {
        Some(help) if !help.synopsis.is_empty() => help.synopsis.to_string(),
        _ => noun_synopsis(verb, of_noun?.synopsis)?,
    };
    let general = texts.get("*");
    let mut help = CommentHelp { synopsis: Some(synopsis.clone()), ..CommentHelp::default() };
    let description = [own, of_noun].into_iter().flatten().map(|h| h.description.as_str()).find(|d| !d.is_empty());
    help.description = Some(description.map_or(synopsis, str::to_string));
    let sources: Vec<&CommandHelp> = [own, of_noun, general].into_iter().flatten().collect();
    for parameter in &table.parameters {
        let written = |help: &&CommandHelp| {
            help.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(&parameter.name)).map(|(_, t)| t.to_string())
        };
        // What the catalogue says of the parameter goes before what is true of all of its name.
        let specific = sources.iter().filter(|s| !general.is_some_and(|g| std::ptr::eq(g, **s))).find_map(written);
        let text = specific
            .or_else(|| parameter.help.as_ref().map(Str::to_string))
            .or_else(|| general.as_ref().and_then(written))
            .unwrap_or_else(|| meaning_by_name(&parameter.name, parameter.is_switch(), noun));
        help.parameters.push((parameter.name.to_string(), text));
    }
    for (name, text) in general.iter().flat_map(|g| &g.parameters) {
        if ["WhatIf", "Confirm", "IncludeTotalCount", "Skip", "First"].contains(name) {
            help.parameters.push((name.to_string(), text.to_string()));
        }
    }
    for (code, what) in own.iter().flat_map(|h| &h.examples) {
        help.examples.push(format!("PS> {}\n\n{what}", code.replace("\\n", "\n")));
    }
    help.notes = own.map(|h| h.notes.to_string()).filter(|n| !n.is_empty());
    help.links = own.iter().flat_map(|h| &h.links).map(|l| l.to_string()).collect();
    Some(help)
}

/// `Get` of `a UM dial plan|UM dial plans` is "Gets UM dial plans.".
fn noun_synopsis(verb: &str, noun: &str) -> Option<String> {
    let (one, many) = noun.split_once('|').unwrap_or((noun, noun));
    let (action, object) = match verb.to_ascii_lowercase().as_str() {
        "get" => ("Gets", many),
        "new" => ("Creates", one),
        "add" => ("Adds", one),
        "set" => ("Changes", one),
        "remove" => ("Removes", one),
        "enable" => ("Enables", one),
        "disable" => ("Disables", one),
        "grant" => ("Assigns", one),
        "test" => ("Tests", one),
        "start" => ("Starts", one),
        "stop" => ("Stops", one),
        "restart" => ("Restarts", one),
        "suspend" => ("Suspends", one),
        "resume" => ("Resumes", one),
        "import" => ("Imports", one),
        "export" => ("Exports", one),
        "move" => ("Moves", one),
        "update" => ("Updates", one),
        "install" => ("Installs", one),
        "uninstall" => ("Uninstalls", one),
        "publish" => ("Publishes", one),
        "unpublish" => ("Withdraws", one),
        "request" => ("Requests", one),
        "invoke" => ("Runs", one),
        "clear" => ("Clears", one),
        "reset" => ("Resets", one),
        "search" => ("Searches", many),
        "find" => ("Finds", many),
        "show" => ("Shows", many),
        "sync" => ("Synchronizes", many),
        "revoke" => ("Revokes", one),
        "connect" => ("Connects to", one),
        "disconnect" => ("Disconnects from", one),
        "convert" | "convertto" => ("Converts", one),
        "merge" => ("Merges", many),
        "mount" => ("Mounts", one),
        "dismount" => ("Dismounts", one),
        "register" => ("Registers", one),
        "unregister" => ("Unregisters", one),
        "lock" => ("Locks", one),
        "unlock" => ("Unlocks", one),
        "approve" => ("Approves", one),
        "complete" => ("Completes", one),
        "debug" => ("Examines", one),
        "repair" => ("Repairs", one),
        "restore" => ("Restores", one),
        "backup" => ("Backs up", one),
        "rename" => ("Renames", one),
        "copy" => ("Copies", one),
        "redirect" => ("Redirects", one),
        "retry" => ("Retries", one),
        "write" => ("Writes", one),
        _ => return None,
    };
    Some(format!("{action} {object}."))
}

/// What a parameter's name says by itself, for those that no text speaks of: its words.
fn meaning_by_name(name: &str, is_switch: bool, noun: &str) -> String {
    let mut words = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        let starts = c.is_uppercase()
            && at > 0
            && (chars[at - 1].is_lowercase() || chars.get(at + 1).is_some_and(|n| n.is_lowercase()));
        if starts {
            words.push(' ');
        }
        let is_lone = starts || at == 0;
        let is_word = chars.get(at + 1).is_some_and(|n| n.is_lowercase());
        if is_lone && is_word { words.extend(c.to_lowercase()) } else { words.push(*c) }
    }
    match is_switch {
        true => format!("Turns on the option \"{words}\" of {noun}."),
        false => format!("The {words} of the {noun}."),
    }
}

/// The aliases of a command.
pub fn aliases_of(runspace: &mut Runspace, name: &str) -> Vec<Str> {
    let session: &mut dyn command::Session = runspace;
    let mut found: Vec<Str> = session
        .aliases(command::Scope::Any)
        .into_iter()
        .filter(|a| a.definition.eq_ignore_ascii_case(name))
        .map(|a| a.name)
        .collect();
    found.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    found.dedup();
    found
}

/// The topics whose texts speak of a word: names first, then synopses, then the rest.
pub fn topics(runspace: &mut Runspace, word: &str) -> Vec<Topic> {
    let word = word.to_lowercase();
    if word.contains(['/', '\\']) {
        return Vec::new();
    }
    let texts = runspace.commands.texts();
    let speaks = |help: &CommandHelp| {
        let all = [help.synopsis, help.description.as_str(), help.notes];
        all.iter().any(|t| t.to_lowercase().contains(&word))
    };
    let nouns: Vec<String> = texts
        .iter()
        .filter(|(n, h)| !n.contains('-') && n.as_str() != "*" && speaks(h))
        .map(|(n, _)| n.clone())
        .collect();
    let mut names = runspace.commands.names();
    names.retain(|name| {
        let folded = name.to_lowercase();
        let noun = folded.split_once('-').map_or("", |(_, n)| n);
        (folded.contains(&word) && texts.contains_key(noun))
            || nouns.iter().any(|n| n == noun)
            || texts.get(&folded).is_some_and(|h| folded.contains(&word) || speaks(h))
    });
    names.sort_by_key(|n| !n.to_lowercase().contains(&word));
    let infos: Vec<_> = names.iter().filter_map(|n| runspace.commands.find(n)).collect();
    let mut found: Vec<Topic> = infos.iter().map(|info| Topic::of_command(runspace, info)).collect();
    let about = runspace
        .commands
        .topics()
        .filter(|(n, t)| n.to_lowercase().contains(&word) || t.to_lowercase().contains(&word));
    found.extend(about.map(|(n, t)| Topic::of_text(n, t)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        assert_eq!(
            meaning_by_name("PilotIdentifierList", false, "UMDialPlan"),
            "The pilot identifier list of the UMDialPlan."
        );
        assert_eq!(meaning_by_name("UMServer", false, "X"), "The UM server of the X.");
        assert_eq!(noun_synopsis("Get", "a plan|plans").as_deref(), Some("Gets plans."));
    }
}
