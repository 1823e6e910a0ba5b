//! Cultures as .NET presents them on Linux (ICU data).
//!
//! [`Culture::get`] looks a name up the way `CultureInfo.GetCultureInfo` does: known names come from an embedded
//! table, any other well-formed name gives a culture with the invariant formats under that name, an ill-formed one is
//! [`CultureNotFound`]. [`NumberFormat`] and [`DateFormat`] are plain data that may be cloned and changed, as scripts do
//! with `NumberFormatInfo` and `DateTimeFormatInfo`.

mod dates;
mod display;
mod info;
mod lookup;
mod numbers;

pub use dates::DateFormat;
pub use info::{Culture, Region, Text};
pub use lookup::{CultureNotFound, culture_names};
pub use numbers::NumberFormat;
