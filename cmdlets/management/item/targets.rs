//! The items that `-Path`, `-LiteralPath`, `-Filter`, `-Include` and `-Exclude` choose.

use command::{Bound, Flow, Parameter, ProviderPath, Result, Session, Str, Wildcard};

/// The paths of the parameters as they were given, and whether they are literal.
pub fn given(bound: &Bound) -> (Vec<Str>, bool) {
    if bound.has("LiteralPath") {
        return (bound.strings("LiteralPath"), true);
    }
    (bound.strings("Path"), false)
}

/// What the provider of the first path adds to a command, or that of the location where no path is given.
pub fn provider_parameters(session: &mut dyn Session, bound: &Bound, command: &str) -> Vec<Parameter> {
    let path = given(bound).0.into_iter().next().unwrap_or_else(|| Str::from("."));
    // A path that leads nowhere is the command's to report.
    let Ok(place) = session.provider_path(&path) else { return Vec::new() };
    session.provider(&place.provider).map_or_else(Vec::new, |provider| provider.dynamic_parameters(command))
}

/// `-Filter`, `-Include` and `-Exclude` on names.
pub struct NameFilter {
    filter: Option<Wildcard>,
    pub include: Vec<Wildcard>,
    exclude: Vec<Wildcard>,
}

impl NameFilter {
    /// What the parameters ask for.
    pub fn new(bound: &Bound) -> NameFilter {
        let all = |name: &str| bound.strings(name).iter().filter(|p| !p.is_empty()).map(|p| Wildcard::new(p)).collect();
        NameFilter {
            filter: bound.str("Filter").filter(|f| !f.is_empty()).map(|f| Wildcard::new(&f)),
            include: all("Include"),
            exclude: all("Exclude"),
        }
    }

    /// Whether a name passes.
    pub fn allows(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|f| f.matches(name))
            && (self.include.is_empty() || Wildcard::any(&self.include, name))
            && !self.excludes(name)
    }

    /// Whether there is an `-Exclude`.
    pub fn has_exclude(&self) -> bool {
        !self.exclude.is_empty()
    }

    /// The same filter with one name pattern to include.
    pub fn including(&self, pattern: &str) -> NameFilter {
        NameFilter { filter: self.filter.clone(), include: vec![Wildcard::new(pattern)], exclude: self.exclude.clone() }
    }

    /// Whether `-Exclude` takes a name out.
    pub fn excludes(&self, name: &str) -> bool {
        Wildcard::any(&self.exclude, name)
    }
}

/// The last part of a path.
pub fn leaf(path: &str) -> &str {
    let path = if path.len() > 1 { path.trim_end_matches(['/', '\\']) } else { path };
    path.rfind(['/', '\\']).map_or(path, |at| &path[at + 1..])
}

/// The items that a command works on; a path that does not exist is an error that does not end the command.
pub fn targets(session: &mut dyn Session, bound: &Bound) -> Result<Vec<ProviderPath>> {
    let (paths, is_literal) = given(bound);
    let filter = NameFilter::new(bound);
    let mut found = Vec::new();
    for path in paths {
        found.extend(resolved(session, &path, is_literal, bound.switch("Force"))?);
    }
    found.retain(|p| filter.allows(leaf(&p.path)));
    Ok(found)
}

/// One path resolved; its error is written.
pub fn resolved(session: &mut dyn Session, path: &str, is_literal: bool, is_forced: bool) -> Result<Vec<ProviderPath>> {
    match session.resolve_path(path, is_literal) {
        Ok(mut found) => {
            let last = leaf(path);
            // Wildcards pass hidden files by, unless they ask for the dot.
            if !is_literal && !is_forced && Wildcard::is_pattern(last) && !last.starts_with('.') {
                found.retain(|p| p.provider.as_str() != "FileSystem" || !leaf(&p.path).starts_with('.'));
            }
            Ok(found)
        }
        Err(flow) => match *flow {
            Flow::Throw(record) => {
                session.write_error(record)?;
                Ok(Vec::new())
            }
            other => Err(Box::new(other)),
        },
    }
}

/// A terminating error of one item written as one that does not end the command; what it gave otherwise.
pub fn tolerate<T>(session: &mut dyn Session, done: Result<T>) -> Result<Option<T>> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(flow) => match *flow {
            Flow::Throw(record) => session.write_error(record).map(|()| None),
            other => Err(Box::new(other)),
        },
    }
}
