//! Token kinds, token flags and tokens.
//!
//! Names and values are those of `System.Management.Automation.Language.TokenKind` and `TokenFlags`, since the parser API
//! shows them.

use crate::ast::{ConstId, Text, Variable};
use crate::position::Span;

macro_rules! kinds {
    ($($name:ident = $value:literal, $text:literal, $flags:literal;)*) => {
        /// What a token is. Operator nodes of the tree carry it too.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum TokenKind { $($name = $value,)* }

        impl TokenKind {
            /// Every kind, in the order of the .NET values.
            pub const ALL: &'static [TokenKind] = &[$(TokenKind::$name,)*];

            /// The spelling in messages and in `TokenTraits.Text`.
            pub fn text(self) -> &'static str {
                match self { $(TokenKind::$name => $text,)* }
            }

            /// The name of the .NET enum member.
            pub fn name(self) -> &'static str {
                match self { $(TokenKind::$name => stringify!($name),)* }
            }

            /// The flags that hold for every token of this kind.
            pub fn flags(self) -> TokenFlags {
                match self { $(TokenKind::$name => TokenFlags($flags),)* }
            }
        }
    };
}

kinds! {
    Unknown = 0, "unknown", 0x0;
    Variable = 1, "var", 0x0;
    SplattedVariable = 2, "@var", 0x0;
    Parameter = 3, "param", 0x0;
    Number = 4, "number", 0x0;
    Label = 5, "label", 0x0;
    Identifier = 6, "ident", 0x0;
    Generic = 7, "generic", 0x0;
    NewLine = 8, "newline", 0x8000;
    LineContinuation = 9, "line continuation", 0x8000;
    Comment = 10, "comment", 0x8000;
    EndOfInput = 11, "eof", 0x8000;
    StringLiteral = 12, "sqstr", 0x8000;
    StringExpandable = 13, "dqstr", 0x8000;
    HereStringLiteral = 14, "sq here string", 0x8000;
    HereStringExpandable = 15, "dq here string", 0x8000;
    LParen = 16, "(", 0x8000;
    RParen = 17, ")", 0x8000;
    LCurly = 18, "{", 0x8000;
    RCurly = 19, "}", 0x8000;
    LBracket = 20, "[", 0x0;
    RBracket = 21, "]", 0x8000;
    AtParen = 22, "@(", 0x8000;
    AtCurly = 23, "@{", 0x8000;
    DollarParen = 24, "$(", 0x8000;
    Semi = 25, ";", 0x8000;
    AndAnd = 26, "&&", 0x8000;
    OrOr = 27, "||", 0x8000;
    Ampersand = 28, "&", 0x9000;
    Pipe = 29, "|", 0x9000;
    Comma = 30, ",", 0x8200;
    MinusMinus = 31, "--", 0x60200;
    PlusPlus = 32, "++", 0x60200;
    DotDot = 33, "..", 0x2010D;
    ColonColon = 34, "::", 0x21000;
    Dot = 35, ".", 0x21000;
    Exclaim = 36, "!", 0x800200;
    Multiply = 37, "*", 0x80010A;
    Divide = 38, "/", 0x80010A;
    Rem = 39, "%", 0x80010A;
    Plus = 40, "+", 0x800309;
    Minus = 41, "-", 0x800309;
    Equals = 42, "=", 0x2000;
    PlusEquals = 43, "+=", 0x2000;
    MinusEquals = 44, "-=", 0x2000;
    MultiplyEquals = 45, "*=", 0x2000;
    DivideEquals = 46, "/=", 0x2000;
    RemainderEquals = 47, "%=", 0x2000;
    Redirection = 48, "redirection", 0x20000;
    RedirectInStd = 49, "<", 0x28000;
    Format = 50, "-f", 0x2010C;
    Not = 51, "-not", 0x800200;
    Bnot = 52, "-bnot", 0x800200;
    And = 53, "-and", 0x800101;
    Or = 54, "-or", 0x800101;
    Xor = 55, "-xor", 0x800101;
    Band = 56, "-band", 0x800102;
    Bor = 57, "-bor", 0x800102;
    Bxor = 58, "-bxor", 0x800102;
    Join = 59, "-join", 0x20305;
    Ieq = 60, "-eq", 0x105;
    Ine = 61, "-ne", 0x105;
    Ige = 62, "-ge", 0x105;
    Igt = 63, "-gt", 0x105;
    Ilt = 64, "-lt", 0x105;
    Ile = 65, "-le", 0x105;
    Ilike = 66, "-ilike", 0x105;
    Inotlike = 67, "-inotlike", 0x105;
    Imatch = 68, "-imatch", 0x20105;
    Inotmatch = 69, "-inotmatch", 0x20105;
    Ireplace = 70, "-ireplace", 0x20105;
    Icontains = 71, "-icontains", 0x105;
    Inotcontains = 72, "-inotcontains", 0x105;
    Iin = 73, "-iin", 0x105;
    Inotin = 74, "-inotin", 0x105;
    Isplit = 75, "-isplit", 0x20305;
    Ceq = 76, "-ceq", 0x505;
    Cne = 77, "-cne", 0x505;
    Cge = 78, "-cge", 0x505;
    Cgt = 79, "-cgt", 0x505;
    Clt = 80, "-clt", 0x505;
    Cle = 81, "-cle", 0x505;
    Clike = 82, "-clike", 0x505;
    Cnotlike = 83, "-cnotlike", 0x505;
    Cmatch = 84, "-cmatch", 0x20505;
    Cnotmatch = 85, "-cnotmatch", 0x20505;
    Creplace = 86, "-creplace", 0x20505;
    Ccontains = 87, "-ccontains", 0x505;
    Cnotcontains = 88, "-cnotcontains", 0x505;
    Cin = 89, "-cin", 0x505;
    Cnotin = 90, "-cnotin", 0x505;
    Csplit = 91, "-csplit", 0x20705;
    Is = 92, "-is", 0x105;
    IsNot = 93, "-isnot", 0x105;
    As = 94, "-as", 0x20105;
    PostfixPlusPlus = 95, "++", 0x60200;
    PostfixMinusMinus = 96, "--", 0x60200;
    Shl = 97, "-shl", 0x800105;
    Shr = 98, "-shr", 0x800105;
    Colon = 99, ":", 0x21000;
    QuestionMark = 100, "?", 0x20800;
    QuestionQuestionEquals = 101, "??=", 0x2000;
    QuestionQuestion = 102, "??", 0x107;
    QuestionDot = 103, "?.", 0x21000;
    QuestionLBracket = 104, "?[", 0x0;
    Begin = 119, "begin", 0x30;
    Break = 120, "break", 0x1000010;
    Catch = 121, "catch", 0x10;
    Class = 122, "class", 0x10;
    Continue = 123, "continue", 0x1000010;
    Data = 124, "data", 0x1000010;
    Define = 125, "define", 0x1000010;
    Do = 126, "do", 0x1000010;
    Dynamicparam = 127, "dynamicparam", 0x30;
    Else = 128, "else", 0x10;
    ElseIf = 129, "elseif", 0x10;
    End = 130, "end", 0x30;
    Exit = 131, "exit", 0x1000010;
    Filter = 132, "filter", 0x1000010;
    Finally = 133, "finally", 0x10;
    For = 134, "for", 0x1000010;
    Foreach = 135, "foreach", 0x1000010;
    From = 136, "from", 0x1000010;
    Function = 137, "function", 0x1000010;
    If = 138, "if", 0x1000010;
    In = 139, "in", 0x10;
    Param = 140, "param", 0x10;
    Process = 141, "process", 0x30;
    Return = 142, "return", 0x1000010;
    Switch = 143, "switch", 0x1000010;
    Throw = 144, "throw", 0x1000010;
    Trap = 145, "trap", 0x1000010;
    Try = 146, "try", 0x1000010;
    Until = 147, "until", 0x10;
    Using = 148, "using", 0x1000010;
    Var = 149, "var", 0x1000010;
    While = 150, "while", 0x1000010;
    Workflow = 151, "workflow", 0x1000010;
    Parallel = 152, "parallel", 0x1000010;
    Sequence = 153, "sequence", 0x1000010;
    InlineScript = 154, "inlinescript", 0x1000010;
    Configuration = 155, "configuration", 0x10;
    DynamicKeyword = 156, "<dynamic keyword>", 0x10;
    Public = 157, "public", 0x10;
    Private = 158, "private", 0x10;
    Static = 159, "static", 0x10;
    Interface = 160, "interface", 0x10;
    Enum = 161, "enum", 0x10;
    Namespace = 162, "namespace", 0x10;
    Module = 163, "module", 0x10;
    Type = 164, "type", 0x10;
    Assembly = 165, "assembly", 0x10;
    Command = 166, "command", 0x10;
    Hidden = 167, "hidden", 0x10;
    Base = 168, "base", 0x10;
    Default = 169, "default", 0x10;
    Clean = 170, "clean", 0x30;
}

impl TokenKind {
    /// The number of the .NET enum member.
    pub fn value(self) -> i32 {
        self as i32
    }

    /// True when the kind has any of these flags.
    pub fn has(self, flags: TokenFlags) -> bool {
        self.flags().0 & flags.0 != 0
    }

    /// Binding strength of a binary operator, 0 for all else.
    pub fn binary_precedence(self) -> u32 {
        self.flags().0 & TokenFlags::BINARY_PRECEDENCE_MASK.0
    }
}

/// Properties of a token as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenFlags(pub u32);

#[allow(missing_docs)]
impl TokenFlags {
    pub const NONE: TokenFlags = TokenFlags(0x0);
    pub const BINARY_PRECEDENCE_LOGICAL: TokenFlags = TokenFlags(0x1);
    pub const BINARY_PRECEDENCE_BITWISE: TokenFlags = TokenFlags(0x2);
    pub const BINARY_PRECEDENCE_COMPARISON: TokenFlags = TokenFlags(0x5);
    pub const BINARY_PRECEDENCE_COALESCE: TokenFlags = TokenFlags(0x7);
    pub const BINARY_PRECEDENCE_ADD: TokenFlags = TokenFlags(0x9);
    pub const BINARY_PRECEDENCE_MULTIPLY: TokenFlags = TokenFlags(0xA);
    pub const BINARY_PRECEDENCE_FORMAT: TokenFlags = TokenFlags(0xC);
    pub const BINARY_PRECEDENCE_RANGE: TokenFlags = TokenFlags(0xD);
    pub const BINARY_PRECEDENCE_MASK: TokenFlags = TokenFlags(0xF);
    pub const KEYWORD: TokenFlags = TokenFlags(0x10);
    pub const SCRIPT_BLOCK_BLOCK_NAME: TokenFlags = TokenFlags(0x20);
    pub const BINARY_OPERATOR: TokenFlags = TokenFlags(0x100);
    pub const UNARY_OPERATOR: TokenFlags = TokenFlags(0x200);
    pub const CASE_SENSITIVE_OPERATOR: TokenFlags = TokenFlags(0x400);
    pub const TERNARY_OPERATOR: TokenFlags = TokenFlags(0x800);
    pub const SPECIAL_OPERATOR: TokenFlags = TokenFlags(0x1000);
    pub const ASSIGNMENT_OPERATOR: TokenFlags = TokenFlags(0x2000);
    pub const PARSE_MODE_INVARIANT: TokenFlags = TokenFlags(0x8000);
    pub const TOKEN_IN_ERROR: TokenFlags = TokenFlags(0x10000);
    pub const DISALLOWED_IN_RESTRICTED_MODE: TokenFlags = TokenFlags(0x20000);
    pub const PREFIX_OR_POSTFIX_OPERATOR: TokenFlags = TokenFlags(0x40000);
    pub const COMMAND_NAME: TokenFlags = TokenFlags(0x80000);
    pub const MEMBER_NAME: TokenFlags = TokenFlags(0x100000);
    pub const TYPE_NAME: TokenFlags = TokenFlags(0x200000);
    pub const ATTRIBUTE_NAME: TokenFlags = TokenFlags(0x400000);
    pub const CAN_CONSTANT_FOLD: TokenFlags = TokenFlags(0x800000);
    pub const STATEMENT_DOESNT_SUPPORT_ATTRIBUTES: TokenFlags = TokenFlags(0x1000000);

    pub fn has(self, other: TokenFlags) -> bool {
        self.0 & other.0 != 0
    }

    #[must_use]
    pub fn with(self, other: TokenFlags) -> TokenFlags {
        TokenFlags(self.0 | other.0)
    }

    #[must_use]
    pub fn without(self, other: TokenFlags) -> TokenFlags {
        TokenFlags(self.0 & !other.0)
    }
}

/// What a token carries beyond its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TokenValue {
    /// Nothing: operators, punctuation, keywords, new lines, comments.
    None,
    /// The value of a string, identifier, generic word or label.
    Text(Text),
    /// The value of a number; the constant lies in the tree's pool.
    Number(ConstId),
    /// A variable, splatted or not.
    Variable(Variable),
    /// A parameter: name without dash and colon, and whether a colon followed at once.
    Parameter {
        /// The name.
        name: Text,
        /// `-Name:` was written.
        colon: bool,
    },
    /// A redirection that goes to a file.
    FileRedirection {
        /// The stream number, 0 for all.
        from: u8,
        /// `>>`.
        append: bool,
    },
    /// A redirection of one stream into another.
    MergeRedirection {
        /// The stream number, 0 for all.
        from: u8,
        /// The stream number it goes to.
        to: u8,
    },
}

/// One token of the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Flags of the kind, plus what the parser found out (command name, member name, type name, in error).
    pub flags: TokenFlags,
    /// Where it stands.
    pub span: Span,
    /// Its value.
    pub value: TokenValue,
    /// Tokens inside an expandable string: a range of `TokenList::nested`.
    pub nested: (u32, u32),
}

impl Token {
    /// True when the token has any of these flags.
    pub fn has(&self, flags: TokenFlags) -> bool {
        self.flags.has(flags)
    }
}

/// The tokens of a source in order, without white space; comments and line continuations are kept.
#[derive(Clone, Debug, Default)]
pub struct TokenList {
    /// Top-level tokens, the last is `EndOfInput`.
    pub tokens: Vec<Token>,
    /// Tokens inside expandable strings; `Token::nested` points here.
    pub nested: Vec<Token>,
}

impl TokenList {
    /// The tokens inside an expandable string token.
    pub fn nested_of(&self, token: &Token) -> &[Token] {
        self.nested.get(token.nested.0 as usize..token.nested.1 as usize).unwrap_or(&[])
    }
}

/// The word's keyword, if it is one; case is ignored.
pub fn keyword(word: &str) -> Option<TokenKind> {
    let mut buffer = [0u8; 16];
    let bytes = word.as_bytes();
    if bytes.len() < 2 || bytes.len() > 13 {
        return None;
    }
    let lower = &mut buffer[..bytes.len()];
    for (to, from) in lower.iter_mut().zip(bytes) {
        *to = from.to_ascii_lowercase();
    }
    use TokenKind::*;
    Some(match &*lower {
        b"assembly" => Assembly,
        b"base" => Base,
        b"begin" => Begin,
        b"break" => Break,
        b"catch" => Catch,
        b"class" => Class,
        b"clean" => Clean,
        b"command" => Command,
        b"configuration" => Configuration,
        b"continue" => Continue,
        b"data" => Data,
        b"default" => Default,
        b"define" => Define,
        b"do" => Do,
        b"dynamicparam" => Dynamicparam,
        b"else" => Else,
        b"elseif" => ElseIf,
        b"end" => End,
        b"enum" => Enum,
        b"exit" => Exit,
        b"filter" => Filter,
        b"finally" => Finally,
        b"for" => For,
        b"foreach" => Foreach,
        b"from" => From,
        b"function" => Function,
        b"hidden" => Hidden,
        b"if" => If,
        b"in" => In,
        b"inlinescript" => InlineScript,
        b"interface" => Interface,
        b"module" => Module,
        b"namespace" => Namespace,
        b"parallel" => Parallel,
        b"param" => Param,
        b"private" => Private,
        b"process" => Process,
        b"public" => Public,
        b"return" => Return,
        b"sequence" => Sequence,
        b"static" => Static,
        b"switch" => Switch,
        b"throw" => Throw,
        b"trap" => Trap,
        b"try" => Try,
        b"type" => Type,
        b"until" => Until,
        b"using" => Using,
        b"var" => Var,
        b"while" => While,
        b"workflow" => Workflow,
        _ => return None,
    })
}

/// The operator of a dash word (without its dash), if it is one; case is ignored.
pub fn dash_operator(word: &str) -> Option<TokenKind> {
    let mut buffer = [0u8; 12];
    let bytes = word.as_bytes();
    if bytes.is_empty() || bytes.len() > 12 {
        return None;
    }
    let lower = &mut buffer[..bytes.len()];
    for (to, from) in lower.iter_mut().zip(bytes) {
        *to = from.to_ascii_lowercase();
    }
    use TokenKind::*;
    Some(match &*lower {
        b"and" => And,
        b"as" => As,
        b"band" => Band,
        b"bnot" => Bnot,
        b"bor" => Bor,
        b"bxor" => Bxor,
        b"ccontains" => Ccontains,
        b"ceq" => Ceq,
        b"cge" => Cge,
        b"cgt" => Cgt,
        b"cin" => Cin,
        b"cle" => Cle,
        b"clike" => Clike,
        b"clt" => Clt,
        b"cmatch" => Cmatch,
        b"cne" => Cne,
        b"cnotcontains" => Cnotcontains,
        b"cnotin" => Cnotin,
        b"cnotlike" => Cnotlike,
        b"cnotmatch" => Cnotmatch,
        b"contains" => Icontains,
        b"creplace" => Creplace,
        b"csplit" => Csplit,
        b"eq" => Ieq,
        b"f" => Format,
        b"ge" => Ige,
        b"gt" => Igt,
        b"icontains" => Icontains,
        b"ieq" => Ieq,
        b"ige" => Ige,
        b"igt" => Igt,
        b"iin" => Iin,
        b"ile" => Ile,
        b"ilike" => Ilike,
        b"ilt" => Ilt,
        b"imatch" => Imatch,
        b"in" => Iin,
        b"ine" => Ine,
        b"inotcontains" => Inotcontains,
        b"inotin" => Inotin,
        b"inotlike" => Inotlike,
        b"inotmatch" => Inotmatch,
        b"ireplace" => Ireplace,
        b"is" => Is,
        b"isnot" => IsNot,
        b"isplit" => Isplit,
        b"join" => Join,
        b"le" => Ile,
        b"like" => Ilike,
        b"lt" => Ilt,
        b"match" => Imatch,
        b"ne" => Ine,
        b"not" => Not,
        b"notcontains" => Inotcontains,
        b"notin" => Inotin,
        b"notlike" => Inotlike,
        b"notmatch" => Inotmatch,
        b"or" => Or,
        b"replace" => Ireplace,
        b"shl" => Shl,
        b"shr" => Shr,
        b"split" => Isplit,
        b"xor" => Xor,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        assert_eq!(keyword("ForEach"), Some(TokenKind::Foreach));
        assert_eq!(keyword("foreachx"), None);
        assert_eq!(dash_operator("CnotContains"), Some(TokenKind::Cnotcontains));
        assert_eq!(TokenKind::Multiply.binary_precedence(), 10);
        assert_eq!(TokenKind::Clean.value(), 170);
    }
}
