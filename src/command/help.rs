//! The help texts that a crate of commands brings along.

use std::collections::HashMap;

/// Help texts as they stand in the crate's files.
#[derive(Clone, Copy)]
pub struct HelpTexts {
    /// Texts about commands; see `HelpTexts::read`.
    pub commands: &'static str,
    /// About topics: name and text, whose first line says what the topic is about.
    pub topics: &'static [(&'static str, &'static str)],
}

/// What is written about one command, or (as `*`) about the parameters of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandHelp {
    pub synopsis: &'static str,
    pub description: String,
    /// Name and meaning.
    pub parameters: Vec<(&'static str, &'static str)>,
    /// Code and what it does.
    pub examples: Vec<(&'static str, &'static str)>,
    pub notes: &'static str,
    pub links: Vec<&'static str>,
}

impl HelpTexts {
    /// No texts.
    pub const NONE: HelpTexts = HelpTexts { commands: "", topics: &[] };

    /// The texts by command name in lower case. A line that begins a command is `Name|Synopsis`; the indented lines below
    /// it belong to it: `text|…` (a paragraph), `-Parameter|meaning`, `example|code ## what it does`, `notes|…`, `link|…`.
    /// The name `*` stands for the parameters that mean the same everywhere; `Noun` without a verb for a noun.
    pub fn read(&self) -> HashMap<String, CommandHelp> {
        let mut found = HashMap::new();
        let mut name = String::new();
        for line in self.commands.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
            let (head, rest) = line.split_once('|').unwrap_or((line, ""));
            if !line.starts_with(' ') {
                name = head.to_lowercase();
                found.entry(name.clone()).or_insert_with(CommandHelp::default).synopsis = rest;
                continue;
            }
            let help: &mut CommandHelp = found.entry(name.clone()).or_default();
            match head.trim() {
                "text" => {
                    if !help.description.is_empty() {
                        help.description.push_str("\n\n");
                    }
                    help.description.push_str(rest);
                }
                "example" => help.examples.push(rest.split_once(" ## ").unwrap_or((rest, ""))),
                "notes" => help.notes = rest,
                "link" => help.links.push(rest),
                parameter => help.parameters.push((parameter.trim_start_matches('-'), rest)),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read() {
        let texts = HelpTexts {
            commands: "# comment\nGet-It|Gets it.\n  text|One.\n  text|Two.\n  -Name|Its name.\n  example|Get-It a | Out-Null ## The a.\n",
            topics: &[],
        };
        let all = texts.read();
        let help = &all["get-it"];
        assert_eq!((help.synopsis, help.description.as_str()), ("Gets it.", "One.\n\nTwo."));
        assert_eq!(
            (&help.parameters[..], &help.examples[..]),
            (&[("Name", "Its name.")][..], &[("Get-It a | Out-Null", "The a.")][..])
        );
    }
}
