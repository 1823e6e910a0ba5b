//! PSObject and the member types that scripts make: PSNoteProperty, PSAliasProperty, PSScriptProperty, PSScriptMethod;
//! WildcardPattern, PSCredential, SemanticVersion.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::compare::Wildcard;
use crate::error::Result;
use crate::members::{MemberObject, PsObjectView};
use crate::object::{Layout, Object, PsMember, Wrapped};
use crate::types::{Call, State, TypeDef, TypeRef, fail, hold, hold_named, state_of};
use crate::value::Value;

/// The state of a WildcardPattern.
struct Pattern(String, Wildcard);
impl State for Pattern {}

/// The state of a PSCredential.
#[derive(Clone)]
pub struct Credential {
    pub name: String,
    pub password: Value,
}
impl State for Credential {}

/// The state of a SemanticVersion.
#[derive(Clone, PartialEq)]
pub struct Semantic {
    numbers: [i32; 3],
    pre: Option<String>,
    build: Option<String>,
}

impl State for Semantic {
    fn text(&self) -> Option<String> {
        let [a, b, c] = self.numbers;
        let pre = self.pre.as_ref().map(|p| format!("-{p}")).unwrap_or_default();
        let build = self.build.as_ref().map(|p| format!("+{p}")).unwrap_or_default();
        Some(format!("{a}.{b}.{c}{pre}{build}"))
    }
    fn is_equal(&self, other: &Self) -> bool {
        self.numbers == other.numbers && self.pre == other.pre
    }
    fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.numbers.cmp(&other.numbers).then_with(|| match (&self.pre, &other.pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(a), Some(b)) => a.cmp(b),
        }))
    }
}

fn semantic(text: &str) -> Option<Semantic> {
    let (rest, build) = match text.split_once('+') {
        Some((rest, build)) => (rest, Some(build.to_string())),
        None => (text, None),
    };
    let (rest, pre) = match rest.split_once('-') {
        Some((rest, pre)) => (rest, Some(pre.to_string())),
        None => (rest, None),
    };
    let mut numbers = [0; 3];
    let parts: Vec<&str> = rest.split('.').collect();
    if parts.len() > 3 || pre.as_deref() == Some("") || build.as_deref() == Some("") {
        return None;
    }
    for (slot, part) in numbers.iter_mut().zip(&parts) {
        *slot = part.parse::<i32>().ok().filter(|n| *n >= 0)?;
    }
    Some(Semantic { numbers, pre, build })
}

fn member(c: &Call<'_>, member: PsMember) -> Value {
    Value::foreign(MemberObject::detached(c.str(0), member))
}

pub static TYPES: &[TypeDef] = &[
    TypeDef {
        name: "System.Management.Automation.PSObject",
        like: &[],
        members: &[
            ("new", |c| {
                if c.count() == 0 || !c.has(0) {
                    return Ok(Value::Object(Arc::new(Object::custom(Layout::new(Vec::new()), Vec::new()))));
                }
                Ok(match c.arg(0) {
                    v @ (Value::Object(_) | Value::Wrapped(_)) => v.clone(),
                    other => Value::Wrapped(Arc::new(Wrapped::new(other.clone()))),
                })
            }),
            ("::AsPSObject", |c| Ok(Value::foreign(PsObjectView { object: c.arg(0).clone() }))),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.PSCustomObject",
        like: &["System.Management.Automation.PSObject"],
        members: &[],
    },
    TypeDef {
        name: "System.Management.Automation.PSNoteProperty",
        like: &[],
        members: &[("new", |c| Ok(member(c, PsMember::Note(c.arg(1).clone()))))],
    },
    TypeDef {
        name: "System.Management.Automation.PSAliasProperty",
        like: &[],
        members: &[("new", |c| Ok(member(c, PsMember::Alias { target: c.str(1), convert: c.type_arg(2) })))],
    },
    TypeDef {
        name: "System.Management.Automation.PSScriptProperty",
        like: &[],
        members: &[("new", |c| {
            let set = Some(c.arg(2).clone()).filter(|v| !v.is_null());
            Ok(member(c, PsMember::ScriptProperty { get: c.arg(1).clone(), set }))
        })],
    },
    TypeDef {
        name: "System.Management.Automation.PSScriptMethod",
        like: &[],
        members: &[("new", |c| Ok(member(c, PsMember::ScriptMethod(c.arg(1).clone()))))],
    },
    TypeDef {
        name: "System.Management.Automation.PSPropertySet",
        like: &[],
        members: &[("new", |c| {
            let names = c.items(1).iter().map(|v| crate::string::Str::from(crate::convert::to_display(v))).collect();
            Ok(member(c, PsMember::PropertySet(names)))
        })],
    },
    TypeDef {
        name: "System.Management.Automation.PSMemberSet",
        like: &[],
        members: &[("new", |c| {
            let given = c.items(1);
            let members = given.iter().filter_map(|v| {
                let m = v.as_foreign::<MemberObject>()?;
                Some((m.name.clone(), m.member()?))
            });
            let members = members.collect();
            Ok(member(c, PsMember::MemberSet(members)))
        })],
    },
    TypeDef {
        name: "System.Management.Automation.WildcardPattern",
        like: &[],
        members: &[
            ("new", |c| pattern(c)),
            ("::Get", |c| pattern(c)),
            ("::Escape", |c| Ok(Value::from(Wildcard::escape(&c.need_str(0)?)))),
            ("::Unescape", |c| Ok(Value::from(Wildcard::unescape(&c.need_str(0)?)))),
            ("::ContainsWildcardCharacters", |c| Ok(Value::Bool(Wildcard::has_wildcard(&c.str(0))))),
            ("IsMatch", |c| {
                let text = c.str(0);
                c.with(|p: &mut Pattern| Value::Bool(p.1.is_match(&text)))
            }),
            ("ToWql", |c| c.with(|p: &mut Pattern| Value::from(p.0.replace('*', "%").replace('?', "_")))),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.PSCredential",
        like: &[],
        members: &[
            ("new", |c| {
                let name = c.str(0).to_string();
                if name.is_empty() {
                    return fail::named(
                        "System.Management.Automation.PSArgumentException",
                        "Cannot process argument because the value of argument \"userName\" is not valid. Change the value of the \"userName\" argument and run the operation again.",
                    )
                    .throw();
                }
                Ok(hold(TypeRef::PSCREDENTIAL, Credential { name, password: c.arg(1).clone() }))
            }),
            ("::Empty", |_| Ok(hold(TypeRef::PSCREDENTIAL, Credential { name: String::new(), password: Value::Null }))),
            ("UserName", |c| {
                c.with(|k: &mut Credential| if k.name.is_empty() { Value::Null } else { Value::from(k.name.as_str()) })
            }),
            ("Password", |c| c.with(|k: &mut Credential| k.password.clone())),
            ("GetNetworkCredential", |c| {
                let k = c.with(|k: &mut Credential| k.clone())?;
                let text = crate::types::security::secure_string::text_of(&k.password);
                Ok(crate::types::net::credential::from_user(&k.name, &text))
            }),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.SemanticVersion",
        like: &[],
        members: &[
            ("new", |c| {
                if c.parameter(0) == TypeRef::INT32 {
                    let text = |at: usize| Some(c.str(at).to_string()).filter(|t| !t.is_empty());
                    let numbers = [
                        c.int(0),
                        if c.parameter(1) == TypeRef::INT32 { c.int(1) } else { 0 },
                        if c.parameter(2) == TypeRef::INT32 { c.int(2) } else { 0 },
                    ];
                    for (name, n) in ["major", "minor", "patch"].iter().zip(numbers) {
                        if n < 0 {
                            return refused(name);
                        }
                    }
                    let made = Semantic {
                        numbers,
                        pre: text(3).filter(|_| c.count() > 3),
                        build: text(4).filter(|_| c.count() > 4),
                    };
                    return Ok(hold(c.ty, made));
                }
                parse_semantic(c)
            }),
            ("::Parse", |c| parse_semantic(c)),
            ("::TryParse", |c| {
                let read = semantic(&c.str(0));
                let found = read.is_some();
                let ty = c.ty;
                c.set_ref(1, read.map_or(Value::Null, |s| hold(ty, s)))?;
                Ok(Value::Bool(found))
            }),
            ("Major", |c| c.with(|s: &mut Semantic| Value::I32(s.numbers[0]))),
            ("Minor", |c| c.with(|s: &mut Semantic| Value::I32(s.numbers[1]))),
            ("Patch", |c| c.with(|s: &mut Semantic| Value::I32(s.numbers[2]))),
            ("PreReleaseLabel", |c| c.with(|s: &mut Semantic| s.pre.clone().map_or(Value::Null, Value::from))),
            ("BuildLabel", |c| c.with(|s: &mut Semantic| s.build.clone().map_or(Value::Null, Value::from))),
            ("CompareTo", |c| {
                let other = state_of::<Semantic>(c.arg(0));
                c.with(|s: &mut Semantic| Value::I32(other.and_then(|o| s.order(&o)).map_or(1, |o| o as i32)))
            }),
            ("ToString", |c| c.with(|s: &mut Semantic| Value::from(s.text().unwrap_or_default()))),
        ],
    },
    TypeDef {
        name: "System.Management.Automation.LanguagePrimitives",
        like: &[],
        members: &[
            ("::ConvertTo", |c| {
                let (value, ty) = (c.arg(0).clone(), c.type_arg(1).unwrap_or(TypeRef::OBJECT));
                crate::convert::convert(c.ctx, &value, ty)
            }),
            ("::IsTrue", |c| Ok(Value::Bool(c.bool(0)))),
            ("::IsNull", |c| Ok(Value::Bool(c.arg(0).is_null()))),
            ("::Equals", |c| {
                let (a, b) = (c.arg(0).clone(), c.arg(1).clone());
                let ignores = c.place("ignoreCase").is_some_and(|at| c.bool(at));
                crate::operators::equals(c.ctx, &a, &b, !ignores).map(Value::Bool)
            }),
            ("::Compare", |c| {
                let (a, b) = (c.arg(0).clone(), c.arg(1).clone());
                let ignores = c.place("ignoreCase").is_some_and(|at| c.bool(at));
                crate::operators::compare(c.ctx, &a, &b, !ignores).map(|o| Value::I32(o as i32))
            }),
            ("::TryConvertTo", |c| {
                let (value, ty) = (c.arg(0).clone(), c.type_arg(1).unwrap_or(TypeRef::OBJECT));
                let out = c.count() - 1;
                match crate::convert::convert(c.ctx, &value, ty) {
                    Ok(done) => {
                        c.set_ref(out, done)?;
                        Ok(Value::Bool(true))
                    }
                    Err(_) => Ok(Value::Bool(false)),
                }
            }),
        ],
    },
];

/// The error of an argument that a version can't hold.
fn refused(name: &str) -> Result {
    let ty = "System.Management.Automation.PSArgumentException";
    fail::named(
        ty,
        format!("Cannot process argument because the value of argument \"{name}\" is not valid. Change the value of the \"{name}\" argument and run the operation again."),
    )
    .throw()
}

fn parse_semantic(c: &mut Call<'_>) -> Result {
    if c.parameter(0) == TypeRef::VERSION && c.str(0).matches('.').count() > 2 {
        return refused("version");
    }
    let text = c.need_str(0)?;
    match semantic(&text) {
        Some(s) => Ok(hold(c.ty, s)),
        // The text that is refused is not repeated.
        None if text.is_empty() => fail::format("version").throw(),
        None => fail::format("The input string '' was not in a correct format.").throw(),
    }
}

fn pattern(c: &mut Call<'_>) -> Result {
    let text = c.need_str(0)?;
    let ignores = c.named_int("options").unwrap_or(0) & 2 != 0;
    match Wildcard::new(&text, ignores) {
        Ok(made) => Ok(hold_named("System.Management.Automation.WildcardPattern", Pattern(text.to_string(), made))),
        Err(e) => fail::named("System.Management.Automation.WildcardPatternException", e.to_string()).throw(),
    }
}
