//! What is known of the parameters of built-in commands (PowerShell's NativeCommandArgumentCompletion).

use command::{CommandKind, Parameter, Scope, Session};
use language::ast::{Expr, Node};
use values::Value;

use super::argument::Offer;
use super::binding::Bound;
use super::context::Cx;
use super::{Item, Kind, command_name, infer, inferred_member, path, quote, type_name};

/// What a parameter of a command offers.
pub fn of_parameter(cx: &mut Cx<'_>, node: Node, bound: &Bound, parameter: &Parameter) -> Offer {
    let name = bound.info.name.to_ascii_lowercase();
    let key = parameter.name.to_ascii_lowercase();
    if parameter.type_name.as_str() == "System.Text.Encoding" {
        return Offer::complete(listed(cx, ENCODINGS, Kind::ParameterValue));
    }
    let found = match (name.as_str(), key.as_str()) {
        ("get-command", "module") => Some(module_names(cx, true)),
        ("get-command", "noun") => Some(nouns(cx, bound)),
        ("get-command", "verb") => Some(verbs(cx, bound, true)),
        ("get-verb", "verb") => Some(verbs(cx, bound, false)),
        ("get-command", "name") => {
            let module = bound.argument_text(cx, "Module");
            Some(command_name::complete_kinds(cx, -1, module.as_deref()))
        }
        ("show-command", "name") | ("register-argumentcompleter", "commandname") => Some(command_name::complete(cx)),
        ("get-help" | "help", "name") => Some(help_topics(cx)),
        ("new-alias" | "set-alias", "value") => Some(command_name::complete(cx)),
        ("get-alias" | "remove-alias", "name") => Some(aliases(cx)),
        ("get-alias", "definition") => {
            Some(command_name::complete_kinds(cx, 0xff & !(CommandKind::Alias as i64), None))
        }
        ("get-module" | "remove-module", "name") => Some(module_names(cx, true)),
        ("import-module", "name" | "fullyqualifiedname") | ("save-help" | "update-help", "module") => {
            Some(modules_and_files(cx))
        }
        ("clear-variable" | "get-variable" | "remove-variable" | "set-variable", "name") => Some(variables(cx)),
        (
            "clear-variable" | "get-variable" | "remove-variable" | "set-variable" | "new-variable" | "set-alias"
            | "new-alias" | "get-alias" | "import-alias" | "remove-alias" | "new-psdrive" | "get-psdrive"
            | "remove-psdrive" | "import-module",
            "scope",
        ) => Some(listed(cx, &["Global", "Local", "Script"], Kind::Text)),
        ("get-psdrive" | "remove-psdrive", "name" | "literalname") => Some(drives(cx)),
        ("get-psdrive" | "new-psdrive" | "get-psprovider" | "remove-psdrive", "psprovider") => Some(providers(cx)),
        ("get-process" | "stop-process" | "wait-process" | "debug-process" | "enter-pshostprocess", "name" | "id") => {
            Some(processes(cx, &key))
        }
        (
            "get-job" | "receive-job" | "remove-job" | "stop-job" | "wait-job" | "suspend-job" | "resume-job",
            "name" | "id",
        ) => Some(jobs(cx, &key)),
        ("get-tracesource" | "set-tracesource" | "trace-command", "name") => Some(listed_sorted(cx, TRACE_SOURCES)),
        ("set-location" | "push-location", "path") => Some(path::complete(cx, &path::Wanted::CONTAINERS)),
        ("set-location" | "push-location", "literalpath") => Some(literally(cx, &path::Wanted::CONTAINERS)),
        ("move-item" | "copy-item", "destination") => Some(path::complete(cx, &path::Wanted::ALL)),
        ("new-item", "itemtype") => Some(item_types(cx, bound)),
        ("foreach-object", "membername") => return members_of_input(cx, node, bound, parameter, false),
        (
            "group-object" | "measure-object" | "sort-object" | "where-object" | "select-object" | "format-custom"
            | "format-list" | "format-table" | "format-wide" | "compare-object" | "convertto-html",
            "property",
        )
        | ("select-object", "excludeproperty" | "expandproperty")
        | ("format-list" | "format-table" | "format-wide" | "format-custom", "groupby" | "excludeproperty") => {
            return members_of_input(cx, node, bound, parameter, true);
        }
        ("new-object", "typename") => Some(type_name::complete(cx)),
        ("set-strictmode", "version") => Some(listed(cx, &["Latest", "3.0", "2.0", "1.0"], Kind::Text)),
        ("get-date", "format") => Some(listed(
            cx,
            &["FileDate", "FileDateUniversal", "FileDateTime", "FileDateTimeUniversal"],
            Kind::ParameterValue,
        )),
        ("invoke-webrequest" | "invoke-restmethod", "httpversion") => {
            Some(listed(cx, &["1.0", "1.1", "2.0", "3.0"], Kind::ParameterValue))
        }
        ("get-culture", "name") => Some(cultures(cx)),
        ("get-experimentalfeature" | "enable-experimentalfeature" | "disable-experimentalfeature", "name") => {
            Some(experimental(cx))
        }
        (_, "literalpath") => Some(literally(cx, &path::Wanted::ALL)),
        (_, "path" | "filepath") => Some(path::complete(cx, &path::Wanted::ALL)),
        _ => None,
    };
    found.map(Offer::complete).unwrap_or_default()
}

const ENCODINGS: &[&str] = &[
    "ansi",
    "ascii",
    "bigendianunicode",
    "bigendianutf32",
    "oem",
    "unicode",
    "utf7",
    "utf8",
    "utf8BOM",
    "utf8NoBOM",
    "utf32",
];

/// Names of PowerShell's trace sources.
pub const TRACE_SOURCES: &[&str] = &[
    "AliasProvider",
    "CmdletProviderClasses",
    "CommandDiscovery",
    "CommandSearch",
    "ConsoleHost",
    "CredUI",
    "CsvFileHelper",
    "DscResource",
    "EnvironmentProvider",
    "ETS",
    "FileSystemContentStream",
    "FileSystemProvider",
    "FormatFileLoading",
    "FormatViewBinding",
    "FunctionProvider",
    "GetChildItemCommand",
    "GetHelpCommand",
    "HelpCommand",
    "HostUtilities",
    "InternalHost",
    "LocationGlobber",
    "MemberResolution",
    "Modules",
    "NavigationCommands",
    "ParameterBinderBase",
    "ParameterBinderController",
    "ParameterBinding",
    "PathResolution",
    "PSDriveInfo",
    "PSSnapInLoadUnload",
    "RunspaceInit",
    "SessionState",
    "TypeConversion",
    "TypeMatch",
    "VariableProvider",
];

/// Words of a list that begin with the word, in the list's order.
fn listed(cx: &Cx<'_>, list: &[&str], kind: Kind) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let stem = word.to_lowercase();
    list.iter()
        .filter(|v| v.to_lowercase().starts_with(&stem))
        .map(|v| Item::new(format!("{mark}{v}{mark}"), *v, kind, *v))
        .collect()
}

fn listed_sorted(cx: &Cx<'_>, list: &[&str]) -> Vec<Item> {
    let mut items = listed(cx, list, Kind::ParameterValue);
    items.sort_by(|a, b| path::order(&a.list, &b.list));
    items
}

/// Names that fit the word, sorted and quoted as needed.
fn names(cx: &Cx<'_>, names: impl IntoIterator<Item = String>, kind: Kind) -> Vec<Item> {
    let mut word = cx.word.clone();
    let mark = quote::take(&mut word);
    let pattern = command::Wildcard::new(&format!("{word}*"));
    let mut found: Vec<String> = names.into_iter().filter(|n| pattern.matches(n)).collect();
    found.sort_by(|a, b| path::order(a, b));
    found.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    found.into_iter().map(|n| Item::new(quote::value(&n, mark), n.clone(), kind, n)).collect()
}

/// Modules: loaded ones, or all that there are.
pub fn module_names(cx: &mut Cx<'_>, _loaded: bool) -> Vec<Item> {
    let mut all: Vec<String> = cx.runspace.modules.iter().map(|(name, _)| name.to_string()).collect();
    all.extend(cx.runspace.commands.module_names());
    all.retain(|name| name != "Microsoft.PowerShell.Core");
    names(cx, all, Kind::ParameterValue)
}

fn modules_and_files(cx: &mut Cx<'_>) -> Vec<Item> {
    if cx.word.contains('/') {
        return path::complete(cx, &path::Wanted::ALL);
    }
    let wanted = path::Wanted::extensions(&[".ps1", ".psm1", ".psd1", ".dll", ".cdxml"]);
    let mut items = path::complete(cx, &wanted);
    items.extend(module_names(cx, false));
    items
}

fn literally(cx: &mut Cx<'_>, wanted: &path::Wanted) -> Vec<Item> {
    let was = std::mem::replace(&mut cx.literal_paths, true);
    let items = path::complete(cx, wanted);
    cx.literal_paths = was;
    items
}

/// Nouns of the commands that have a verb.
fn nouns(cx: &mut Cx<'_>, bound: &Bound) -> Vec<Item> {
    let verb = bound.argument_text(cx, "Verb");
    let all = command_names(cx);
    let nouns = all.iter().filter_map(|name| {
        let (own, noun) = name.split_once('-')?;
        let fits = verb.as_ref().is_none_or(|v| command::Wildcard::new(v).matches(own));
        fits.then(|| noun.to_string())
    });
    let nouns: Vec<String> = nouns.collect();
    names(cx, nouns, Kind::Text)
}

fn command_names(cx: &mut Cx<'_>) -> Vec<String> {
    cx.runspace
        .matching_commands("*-*", false)
        .iter()
        .filter(|c| c.kind != CommandKind::Alias)
        .map(|c| c.name.to_string())
        .collect()
}

/// Approved verbs in their groups; of commands only those that are used with a noun that is given.
fn verbs(cx: &mut Cx<'_>, bound: &Bound, of_commands: bool) -> Vec<Item> {
    let noun = of_commands.then(|| bound.argument_text(cx, "Noun")).flatten();
    let groups = bound.argument_text(cx, "Group");
    let mut list: Vec<&str> = VERBS
        .iter()
        .filter(|(group, _)| groups.as_ref().is_none_or(|g| g.eq_ignore_ascii_case(group)))
        .flat_map(|(_, verbs)| verbs.split(' '))
        .collect();
    if let Some(noun) = noun {
        let used = command_names(cx);
        list.retain(|verb| used.iter().any(|name| name.eq_ignore_ascii_case(&format!("{verb}-{noun}"))));
    }
    listed(cx, &list, Kind::Text)
}

const VERBS: &[(&str, &str)] = &[
    (
        "Common",
        "Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Push Pop Redo Remove Rename Reset Resize Search Select Set Show Skip Split Step Switch Undo Unlock Watch",
    ),
    ("Communications", "Connect Disconnect Read Receive Send Write"),
    (
        "Data",
        "Backup Checkpoint Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand Export Group Import Initialize Limit Merge Mount Out Publish Restore Save Sync Unpublish Update",
    ),
    ("Diagnostic", "Debug Measure Ping Repair Resolve Test Trace"),
    (
        "Lifecycle",
        "Approve Assert Build Complete Confirm Deny Deploy Disable Enable Install Invoke Register Request Restart Resume Start Stop Submit Suspend Uninstall Unregister Wait",
    ),
    ("Security", "Block Grant Protect Revoke Unblock Unprotect"),
    ("Other", "Use"),
];

fn help_topics(cx: &mut Cx<'_>) -> Vec<Item> {
    command_name::complete_kinds(cx, !(CommandKind::Application as i64), None)
}

fn aliases(cx: &mut Cx<'_>) -> Vec<Item> {
    let all: Vec<String> = Session::aliases(cx.runspace, Scope::Any).into_iter().map(|a| a.name.to_string()).collect();
    names(cx, all, Kind::ParameterValue)
}

fn variables(cx: &mut Cx<'_>) -> Vec<Item> {
    let mut all: Vec<String> =
        Session::variables(cx.runspace, Scope::Any).into_iter().map(|v| v.name.to_string()).collect();
    all.extend(super::variable::AUTOMATIC.iter().map(|n| n.to_string()));
    all.retain(|n| !matches!(n.as_str(), "^" | "$" | "?"));
    names(cx, all, Kind::ParameterValue)
}

fn drives(cx: &mut Cx<'_>) -> Vec<Item> {
    let all: Vec<String> = Session::drives(cx.runspace).into_iter().map(|d| d.name.to_string()).collect();
    names(cx, all, Kind::ParameterValue)
}

fn providers(cx: &mut Cx<'_>) -> Vec<Item> {
    let all: Vec<String> = Session::providers(cx.runspace).iter().map(|p| p.name().to_string()).collect();
    names(cx, all, Kind::ParameterValue)
}

fn processes(cx: &mut Cx<'_>, key: &str) -> Vec<Item> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = entry.file_name().to_string_lossy().into_owned();
        if !id.chars().all(|c| c.is_ascii_digit()) {
            continue;
        }
        let name = std::fs::read_to_string(entry.path().join("comm")).unwrap_or_default();
        found.push(if key == "id" { id } else { name.trim().to_string() });
    }
    names(cx, found, Kind::ParameterValue)
}

fn jobs(cx: &mut Cx<'_>, key: &str) -> Vec<Item> {
    let output = Session::invoke_command(cx.runspace, "Get-Job", Vec::new(), Vec::new()).unwrap_or_default();
    let member = if key == "id" { "Id" } else { "Name" };
    let mut all = Vec::new();
    for job in output {
        if let Ok(Some(value)) = values::members::get(cx.runspace, &job, member) {
            all.push(values::convert::to_display(&value));
        }
    }
    names(cx, all, Kind::ParameterValue)
}

fn item_types(cx: &mut Cx<'_>, bound: &Bound) -> Vec<Item> {
    let place = bound.argument_text(cx, "Path").unwrap_or_default();
    let provider = match place.split_once(':') {
        Some((drive, _)) => Session::drives(cx.runspace)
            .into_iter()
            .find(|d| d.name.eq_ignore_ascii_case(drive))
            .map(|d| d.provider.to_string()),
        None => Some(cx.runspace.location.provider.to_string()),
    };
    match provider.as_deref() {
        Some("FileSystem") => listed(cx, &["File", "Directory", "SymbolicLink", "Junction", "HardLink"], Kind::Text),
        _ => Vec::new(),
    }
}

fn experimental(cx: &mut Cx<'_>) -> Vec<Item> {
    const NAMES: &[&str] = &["PSLoadAssemblyFromNativeCode", "PSProfileDSCResource", "PSSerializeJSONLongEnumAsNumber"];
    listed(cx, NAMES, Kind::Text)
}

fn cultures(cx: &mut Cx<'_>) -> Vec<Item> {
    let output = Session::invoke_command(
        cx.runspace,
        "Get-Culture",
        vec![(Some("ListAvailable".into()), Value::Bool(true))],
        Vec::new(),
    );
    let mut all = Vec::new();
    for culture in output.unwrap_or_default() {
        all.push(values::convert::to_display(&culture));
    }
    names(cx, all, Kind::ParameterValue)
}

/// Names of the members that the pipeline's objects have.
fn members_of_input(cx: &mut Cx<'_>, node: Node, bound: &Bound, parameter: &Parameter, properties_only: bool) -> Offer {
    let types = match infer::input_of(cx, node, 0) {
        Some(types) => types,
        None => match bound.argument("InputObject") {
            Some(Node::Expr(id)) => infer::expression(cx, id).iter().flat_map(infer::element_types).collect(),
            _ => return Offer::complete(Vec::new()),
        },
    };
    let excluded = given_names(cx, bound, parameter);
    let mut word = cx.word.clone();
    quote::take(&mut word);
    let wanted = inferred_member::Wanted { is_static: false, properties_only, parentheses: false, excluded: &excluded };
    let items = inferred_member::complete(cx, &types, &format!("{word}*"), &wanted);
    Offer::complete(items)
}

/// Names that the argument lists already, but for the one at the cursor.
fn given_names(cx: &Cx<'_>, bound: &Bound, parameter: &Parameter) -> Vec<String> {
    let Some(Node::Expr(id)) = bound.argument(&parameter.name) else { return Vec::new() };
    let items = match *cx.ast.expr(id) {
        Expr::Array(items) => cx.ast.exprs(items).to_vec(),
        Expr::Error(nodes) => cx.ast.list(nodes).iter().filter_map(|n| cx.expr(*n)).collect(),
        _ => vec![id],
    };
    let last = cx.last();
    items
        .into_iter()
        .filter(|item| Node::Expr(*item) != last || cx.token.is_none())
        .filter_map(|item| cx.ast.string_value(item).map(str::to_string))
        .collect()
}
