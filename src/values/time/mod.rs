//! Dates, times, spans and zones as .NET has them.
//!
//! * [`DateTime`] (100 ns ticks and a kind in 64 bits), [`TimeSpan`], [`DateTimeOffset`], [`DateOnly`], [`TimeOnly`]: arithmetic.
//! * [`format_datetime`], [`format_offset`], [`format_span`], ...: `ToString` with standard and custom formats.
//! * [`parse_datetime`], [`parse_exact`], [`parse_span`], ...: `Parse` and `ParseExact`. What a parse needs from outside
//!   (local zone, the clock for today) comes in as [`Clock`].
//! * [`Zone`]: time zones by IANA and Windows ids, over the tz database.

mod exact;
mod format;
mod offset;
mod only;
mod parse;
mod rules;
mod span;
mod span_format;
mod span_parse;
mod stamp;
mod words;
mod zone;

pub use exact::parse_exact;
pub use format::{all_formats, format_date_only, format_datetime, format_offset, format_time_only};
pub use offset::DateTimeOffset;
pub use only::{DateOnly, TimeOnly};
pub use parse::{Clock, DateStyles, Parsed, Target, parse_date_only, parse_datetime, parse_offset, parse_time_only};
pub use span::TimeSpan;
pub use span_format::format_span;
pub use span_parse::{parse_span, parse_span_exact};
pub use stamp::{DateTime, Kind};
pub use zone::{Zone, ZoneNotFound};

/// What goes wrong with dates and times; the text is .NET's.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// `FormatException`: a format string that does not exist.
    #[error("Input string was not in a correct format.")]
    Format,
    /// `FormatException`: an open quotation in a format string.
    #[error("Cannot find a matching quote character for the character '{0}'.")]
    Quote(char),
    /// `FormatException`: the text is not such a value; the second part is the type's name.
    #[error("String '{0}' was not recognized as a valid {1}.")]
    Text(String, &'static str),
    /// `FormatException`.
    #[error(
        "The string '{0}' was not recognized as a valid DateTime. There is an unknown word starting at index '{1}'."
    )]
    Word(String, usize),
    /// `FormatException`.
    #[error("String '{0}' was not recognized as a valid DateTime because the day of week was incorrect.")]
    DayOfWeek(String),
    /// `FormatException`: fields are out of their range.
    #[error(
        "The DateTime represented by the string '{0}' is not supported in calendar 'System.Globalization.GregorianCalendar'."
    )]
    Calendar(String),
    /// `FormatException`.
    #[error("The UTC representation of the date '{0}' falls outside the year range 1-9999.")]
    UtcRange(String),
    /// `FormatException`.
    #[error("String '{0}' contains parts which are not specific to the {1}.")]
    Parts(String, &'static str),
    /// `OverflowException` of TimeSpan.
    #[error(
        "The TimeSpan string '{0}' could not be parsed because at least one of the numeric components is out of range or contains too many digits."
    )]
    SpanRange(String),
    /// `OverflowException` of TimeSpan arithmetic.
    #[error("TimeSpan overflowed because the duration is too long.")]
    SpanOverflow,
    /// `ArgumentException`.
    #[error("TimeSpan does not accept floating point Not-a-Number values.")]
    SpanNan,
    /// `ArgumentOutOfRangeException`; the part is the parameter's name.
    #[error("The added or subtracted value results in an un-representable DateTime. (Parameter '{0}')")]
    Unrepresentable(&'static str),
    /// `ArgumentOutOfRangeException`.
    #[error("Value to add was out of range. (Parameter 'value')")]
    AddRange,
    /// `ArgumentOutOfRangeException`.
    #[error("Months value must be between +/-120000. (Parameter 'months')")]
    MonthsRange,
    /// `ArgumentOutOfRangeException`.
    #[error("Year, Month, and Day parameters describe an un-representable DateTime.")]
    BadDate,
    /// `ArgumentOutOfRangeException`.
    #[error("Hour, Minute, and Second parameters describe an un-representable DateTime.")]
    BadTime,
    /// `ArgumentOutOfRangeException`.
    #[error("Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')")]
    TicksRange,
    /// `ArgumentOutOfRangeException` or `ArgumentException` with .NET's words.
    #[error("{0}")]
    Argument(&'static str),
}
