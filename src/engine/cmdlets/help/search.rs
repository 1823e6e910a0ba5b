//! The texts that commands bring along: whose they are, and which of them speak of a word.

use command::{CommandHelp, CommandInfo, CommandKind, Parameter, ParameterTable, Validation};
use language::CommentHelp;
use values::{Str, TypeRef, convert};

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
    let is_made_of_data = !info.error_name.starts_with("Microsoft.PowerShell.Commands");
    let phrase = match of_noun {
        Some(help) => help.synopsis.to_string(),
        None if is_made_of_data && info.kind == CommandKind::Cmdlet => phrase_of(noun),
        None => String::new(),
    };
    let told = runspace.commands.catalogue_texts(&info.name).unwrap_or_default();
    let synopsis = match own {
        Some(help) if !help.synopsis.is_empty() => help.synopsis.to_string(),
        _ if !told.synopsis.is_empty() => told.synopsis.to_string(),
        _ if phrase.is_empty() => return None,
        _ => noun_synopsis(verb, &phrase),
    };
    // What is true of a parameter's name everywhere, in the shell or in the products.
    let general = texts.get(if is_made_of_data { "*product" } else { "*" });
    let mut help = CommentHelp { synopsis: Some(synopsis.clone()), ..CommentHelp::default() };
    let mut description = own.map(|h| h.description.clone()).filter(|d| !d.is_empty()).unwrap_or(synopsis);
    for more in [of_noun.map(|h| h.description.as_str()), of_verb(verb, table).filter(|_| is_made_of_data)] {
        if let Some(more) = more.filter(|m| !m.is_empty()) {
            description.push_str("\n\n");
            description.push_str(more);
        }
    }
    help.description = Some(description);
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
            .unwrap_or_else(|| meaning_by_name(parameter, noun));
        let text = format!("{text}{}", allowed(parameter));
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
    help.examples.extend(told.examples.iter().map(|code| format!("PS> {code}")));
    let notes: Vec<&str> = own.map(|h| h.notes).filter(|n| !n.is_empty()).into_iter().chain(told.standing).collect();
    help.notes = (!notes.is_empty()).then(|| notes.join("\n\n"));
    help.links = own.iter().flat_map(|h| &h.links).map(|l| l.to_string()).collect();
    Some(help)
}

/// `Get` of `a UM dial plan|UM dial plans` is "Gets UM dial plans.".
fn noun_synopsis(verb: &str, noun: &str) -> String {
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
        "measure" => ("Measures", many),
        "compare" => ("Compares", many),
        "send" => ("Sends", one),
        "receive" => ("Receives", one),
        "submit" => ("Hands in", one),
        "checkpoint" => ("Keeps a copy of", one),
        "watch" => ("Watches", many),
        "wait" => ("Waits for", one),
        "trace" => ("Traces", one),
        "switch" => ("Switches", one),
        "resolve" => ("Resolves", one),
        "initialize" => ("Prepares", one),
        "validate" | "check" => ("Checks", one),
        "undo" => ("Takes back", one),
        _ => return format!("{verb}: {one}."),
    };
    format!("{action} {object}.")
}

/// What is true of a verb whatever the noun.
fn of_verb(verb: &str, table: &ParameterTable) -> Option<&'static str> {
    let has = |name: &str| table.find(name).is_some();
    Some(match verb.to_ascii_lowercase().as_str() {
        "get" if has("Identity") && has("Filter") => {
            "Without -Identity all of them are listed; -Filter keeps those that fulfil a condition."
        }
        "get" if has("Identity") => "Without -Identity all of them are listed.",
        "set" => "Only what is given is changed; everything else stays as it is.",
        "new" => {
            "All that is given is checked before anything is stored: either the whole object is there afterwards, or nothing is."
        }
        "remove" => "What others still refer to is not removed.",
        "test" => "Nothing is changed; the result says what was found.",
        _ => return None,
    })
}

/// `CsVoicePolicy` is "a voice policy|voice policies".
fn phrase_of(noun: &str) -> String {
    let noun = noun.strip_prefix("Cs").filter(|n| n.starts_with(char::is_uppercase)).unwrap_or(noun);
    let words = words_of(noun);
    let is_many = words.ends_with('s') && !words.ends_with("ss") && !words.ends_with("us") && !words.ends_with("is");
    if is_many || words.ends_with("information") || words.ends_with("health") || words.ends_with("connectivity") {
        return format!("{words}|{words}");
    }
    let last = words.chars().rev().nth(1).unwrap_or_default();
    let many = match words.strip_suffix('y') {
        Some(stem) if !"aeiou".contains(last) => format!("{stem}ies"),
        _ if words.ends_with("ss") || words.ends_with("sh") || words.ends_with("ch") || words.ends_with('x') => {
            format!("{words}es")
        }
        _ => format!("{words}s"),
    };
    let article = if words.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {words}|{many}")
}

/// The words of a name in mixed case; abbreviations keep their capitals.
fn words_of(name: &str) -> String {
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
    words
}

/// What the catalogue allows for a parameter, as a sentence.
fn allowed(parameter: &Parameter) -> String {
    for validation in &parameter.validations {
        match validation {
            Validation::Set { values, .. } if values.len() <= 24 => {
                let values: Vec<&str> = values.iter().map(|v| v.as_str()).collect();
                return format!(" One of: {}.", values.join(", "));
            }
            Validation::Range { min, max } => {
                return format!(" From {} to {}.", convert::to_display(min), convert::to_display(max));
            }
            Validation::Length { max, .. } if *max < 100_000 => return format!(" At most {max} characters."),
            _ => {}
        }
    }
    if !parameter.enum_names.is_empty() && parameter.enum_names.len() <= 24 {
        let values: Vec<&str> = parameter.enum_names.iter().map(|v| v.as_str()).collect();
        return format!(" One of: {}.", values.join(", "));
    }
    String::new()
}

/// What a parameter's name says by itself, for those that no text speaks of.
fn meaning_by_name(parameter: &Parameter, noun: &str) -> String {
    let words = words_of(&parameter.name);
    let noun = words_of(noun.strip_prefix("Cs").unwrap_or(noun));
    let (first, rest) = words.split_once(' ').unwrap_or((words.as_str(), ""));
    if parameter.is_switch() {
        return format!("Asks for: {words}.");
    }
    if parameter.ty == TypeRef::BOOL || parameter.type_name.ends_with("Boolean") {
        const ACTIONS: [&str; 18] = [
            "enable", "disable", "allow", "use", "require", "include", "send", "accept", "generate", "show", "hide",
            "block", "force", "skip", "prevent", "support", "remove", "apply",
        ];
        return match (first, rest) {
            _ if ACTIONS.contains(&first) && !rest.is_empty() => format!("Whether to {first} {rest}."),
            ("is", rest) => format!("Whether the {noun} is {rest}."),
            _ => match words.rsplit_once(' ') {
                Some((what, how @ ("enabled" | "allowed" | "required" | "supported" | "disabled" | "bypassed"))) => {
                    let verb = if what.ends_with('s') { "are" } else { "is" };
                    format!("Whether {what} {verb} {how}.")
                }
                _ => format!("Whether this holds for the {noun}: {words}."),
            },
        };
    }
    match (first, rest) {
        ("max" | "maximum", rest) if !rest.is_empty() => format!("The largest {rest} of the {noun}."),
        ("min" | "minimum", rest) if !rest.is_empty() => format!("The smallest {rest} of the {noun}."),
        _ => format!("The {words} of the {noun}."),
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
        .filter(|(n, h)| !n.contains('-') && !n.starts_with('*') && speaks(h))
        .map(|(n, _)| n.clone())
        .collect();
    let mut names = runspace.commands.names();
    names.retain(|name| {
        let folded = name.to_lowercase();
        let noun = folded.split_once('-').map_or("", |(_, n)| n);
        (folded.contains(&word) && !noun.is_empty())
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
        let meaning = |name: &str, noun: &str| meaning_by_name(&Parameter::new(name, TypeRef::STRING), noun);
        assert_eq!(meaning("PilotIdentifierList", "UMDialPlan"), "The pilot identifier list of the UM dial plan.");
        assert_eq!(meaning("UMServer", "X"), "The UM server of the X.");
        assert_eq!(noun_synopsis("Get", "a plan|plans"), "Gets plans.");
        assert_eq!(phrase_of("CsVoicePolicy"), "a voice policy|voice policies");
        assert_eq!(phrase_of("ADServerSettings"), "AD server settings|AD server settings");
    }
}
