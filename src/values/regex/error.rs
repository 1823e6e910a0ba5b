//! What can be wrong with a pattern, in .NET's words.

/// `RegexParseException`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("Invalid pattern '{pattern}' at offset {offset}. {fault}")]
pub struct RegexParseError {
    pub pattern: String,
    /// UTF-16 units from the pattern's start.
    pub offset: usize,
    pub fault: ParseFault,
}

/// `RegexParseError`, the enumeration of .NET; [`ParseFault::name`] gives the member's name.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseFault {
    #[error("Alternation conditions cannot be comments.")]
    AlternationHasComment,
    #[error("Alternation conditions do not capture and cannot be named.")]
    AlternationHasNamedCapture,
    #[error("Too many | in (?()|).")]
    AlternationHasTooManyConditions,
    #[error("Conditional alternation is missing a closing parenthesis after the group number {0}.")]
    AlternationHasMalformedReference(i32),
    #[error("Conditional alternation refers to an undefined group number {0}.")]
    AlternationHasUndefinedReference(i32),
    #[error("Invalid group name: Group names must begin with a word character.")]
    CaptureGroupNameInvalid,
    #[error("Capture number cannot be zero.")]
    CaptureGroupOfZero,
    #[error("A subtraction must be the last element in a character class.")]
    ExclusionGroupNotLast,
    #[error("Not enough )'s.")]
    InsufficientClosingParentheses,
    #[error("Too many )'s.")]
    InsufficientOpeningParentheses,
    #[error("Insufficient or invalid hexadecimal digits.")]
    InsufficientOrInvalidHexDigits,
    #[error("Unrecognized grouping construct.")]
    InvalidGroupingConstruct,
    #[error("Incomplete \\p{{X}} character escape.")]
    InvalidUnicodePropertyEscape,
    #[error("Malformed \\k<...> named back reference.")]
    MalformedNamedReference,
    #[error("Malformed \\p{{X}} character escape.")]
    MalformedUnicodePropertyEscape,
    #[error("Missing control character.")]
    MissingControlCharacter,
    #[error("Nested quantifier '{0}'.")]
    NestedQuantifiersNotParenthesized(String),
    #[error("Quantifier '{0}' following nothing.")]
    QuantifierAfterNothing(String),
    #[error("Capture group numbers must be less than or equal to Int32.MaxValue.")]
    QuantifierOrCaptureGroupOutOfRange,
    #[error("[x-y] range in reverse order.")]
    ReversedCharacterRange,
    #[error("Illegal {{x,y}} with x > y.")]
    ReversedQuantifierRange,
    #[error("Cannot include class \\{0} in character range.")]
    ShorthandClassInCharacterRange(String),
    #[error("Reference to undefined group name '{0}'.")]
    UndefinedNamedReference(String),
    #[error("Reference to undefined group number {0}.")]
    UndefinedNumberedReference(i32),
    #[error("Illegal \\ at end of pattern.")]
    UnescapedEndingBackslash,
    #[error("Unrecognized control character.")]
    UnrecognizedControlCharacter,
    #[error("Unrecognized escape sequence \\{0}.")]
    UnrecognizedEscape(String),
    #[error("Unknown property '{0}'.")]
    UnrecognizedUnicodeProperty(String),
    #[error("Unterminated [] set.")]
    UnterminatedBracket,
    #[error("Unterminated (?#...) comment.")]
    UnterminatedComment,
}

impl ParseFault {
    /// The member of `System.Text.RegularExpressions.RegexParseError`.
    pub fn name(&self) -> String {
        let d = format!("{self:?}");
        d.split('(').next().unwrap_or("").to_string()
    }
}

/// `RegexMatchTimeoutException`; also what ends a match when a stop was asked for.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references and other factors."
)]
pub struct MatchTimeout;
