//! Classes with `[DscResource()]`: members that they must have.

use super::walk::Checker;
use crate::ast::{AttributeKind, Member, MemberKind, TypeDef, TypeDefId, TypeDefKind, TypeName};
use crate::symbol::Sym;

#[derive(Default)]
struct Found {
    set: bool,
    get: bool,
    test: bool,
    key: bool,
    default_constructor: bool,
    other_constructor: bool,
}

impl Checker<'_, '_> {
    pub(super) fn check_resource(&mut self, id: TypeDefId) {
        let def = *self.ast.type_def(id);
        let attribute = self.ast.list(def.attributes).iter().map(|id| self.ast.attribute(*id)).find(|attribute| {
            let name = self.ast.type_full_name(attribute.ty);
            ["dscresource", "dscresourceattribute"].contains(&Sym::intern(&name).folded())
        });
        let Some(attribute) = attribute.copied() else {
            return;
        };
        let mut found = Found::default();
        for member in self.ast.list(def.members) {
            self.look_at(member, &def, &mut found);
        }
        self.look_at_bases(&def, &mut found, 0);
        let name = self.ast.text(def.name.text);
        let missing = [
            (!found.set, "DscResourceMissingSetMethod"),
            (!found.get, "DscResourceMissingGetMethod"),
            (!found.test, "DscResourceMissingTestMethod"),
            (!found.default_constructor && found.other_constructor, "DscResourceMissingDefaultConstructor"),
            (!found.key, "DscResourceMissingKeyProperty"),
        ];
        for (_, id) in missing.into_iter().filter(|(missing, _)| *missing) {
            self.report.add(attribute.span, id, &[name]);
        }
    }

    fn look_at_bases(&mut self, def: &TypeDef, found: &mut Found, depth: usize) {
        if depth > 100 || (found.set && found.get && found.test && found.key) {
            return;
        }
        for base in self.ast.list(def.bases) {
            let TypeName::Simple { sym, .. } = *self.ast.type_name(self.ast.attribute(*base).ty) else {
                continue;
            };
            let Some(base) = self.ast.find_type_def(sym) else {
                continue;
            };
            if base.kind != TypeDefKind::Class || base.name.sym == def.name.sym {
                continue;
            }
            for member in self.ast.list(base.members) {
                let mut inherited = Found::default();
                self.look_at(member, &base, &mut inherited);
                found.set |= inherited.set;
                found.get |= inherited.get;
                found.test |= inherited.test;
                found.key |= inherited.key;
            }
            self.look_at_bases(&base, found, depth + 1);
        }
    }

    fn look_at(&mut self, member: &Member, def: &TypeDef, found: &mut Found) {
        let MemberKind::Method { function, is_constructor } = member.kind else {
            self.look_at_key(member, found);
            return;
        };
        let plain = self.ast.function(function).params.unwrap_or_default().is_empty();
        if is_constructor {
            if !member.is_static {
                found.default_constructor |= plain;
                found.other_constructor |= !plain;
            }
            return;
        }
        match member.name.sym.folded() {
            "set" => found.set |= plain && self.is_void_method(member),
            "test" => {
                found.test |= plain
                    && member.ty.is_some_and(|ty| {
                        let ty = self.ast.attribute(ty).ty;
                        self.is_boolean(ty)
                    });
            }
            "get" if plain && !found.get => {
                found.get = true;
                let returned = member.ty.map(|ty| match *self.ast.type_name(self.ast.attribute(ty).ty) {
                    TypeName::Array { element, .. } => element,
                    _ => self.ast.attribute(ty).ty,
                });
                let own = returned.is_some_and(
                    |ty| matches!(*self.ast.type_name(ty), TypeName::Simple { sym, .. } if sym == def.name.sym),
                );
                if !own {
                    let name = self.ast.text(def.name.text);
                    self.report.add(member.span, "DscResourceInvalidGetMethod", &[name]);
                }
            }
            _ => {}
        }
    }

    fn look_at_key(&mut self, member: &Member, found: &mut Found) {
        let is_key = self.ast.list(member.attributes).iter().any(|id| {
            let attribute = self.ast.attribute(*id);
            let AttributeKind::Attribute { named, .. } = attribute.kind else {
                return false;
            };
            let name = self.ast.type_full_name(attribute.ty);
            ["dscproperty", "dscpropertyattribute"].contains(&Sym::intern(&name).folded())
                && self
                    .ast
                    .list(named)
                    .iter()
                    .any(|arg| arg.name.folded() == "key" && self.is_true_argument(arg.value, arg.omitted))
        });
        if !is_key {
            return;
        }
        found.key = true;
        let allowed = member.ty.is_some_and(|ty| {
            let TypeName::Simple { sym, .. } = *self.ast.type_name(self.ast.attribute(ty).ty) else {
                return false;
            };
            let name = sym.folded();
            let name = name.strip_prefix("system.").unwrap_or(name);
            let simple = [
                "string", "byte", "sbyte", "short", "int16", "ushort", "uint16", "int", "int32", "uint", "uint32",
                "long", "int64", "ulong", "uint64",
            ];
            simple.contains(&name) || self.ast.find_type_def(sym).is_some_and(|def| def.kind == TypeDefKind::Enum)
        });
        if !allowed {
            self.report.add(member.span, "DscResourceInvalidKeyProperty", &[]);
        }
    }
}
