//! Ids of nodes and lists of nodes.

use std::marker::PhantomData;
use std::num::NonZeroU32;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(NonZeroU32);

        impl $name {
            pub(crate) fn new(index: usize) -> $name {
                $name(NonZeroU32::MIN.saturating_add(index as u32))
            }

            /// The place in the pool, from 0.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
    )*};
}

ids! {
    /// An expression.
    ExprId;
    /// A statement.
    StmtId;
    /// A script block: the whole script, a function's body, `{ ... }`.
    BlockId;
    /// A braced (or implied) list of statements.
    BodyId;
    /// A param block.
    ParamBlockId;
    /// A type name.
    TypeId;
    /// A constant's value.
    ConstId;
    /// A function definition, also the one inside a method.
    FunctionId;
    /// A class, enum or interface definition.
    TypeDefId;
    /// An attribute or type constraint.
    AttributeId;
}

/// Nodes in order: a range of the pool of `T`. Read it with `Ast::list`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct List<T> {
    pub(crate) start: u32,
    pub(crate) len: u32,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> Default for List<T> {
    fn default() -> Self {
        List::EMPTY
    }
}

impl<T> List<T> {
    /// No nodes.
    pub const EMPTY: List<T> = List { start: 0, len: 0, marker: PhantomData };

    pub(crate) fn new(start: usize, len: usize) -> List<T> {
        List { start: start as u32, len: len as u32, marker: PhantomData }
    }

    /// How many.
    pub fn len(self) -> usize {
        self.len as usize
    }

    /// None at all.
    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The pool's place of the item at `index`: the identity of nodes that have no id of their own.
    pub fn place(self, index: usize) -> u32 {
        self.start + index as u32
    }
}
