//! The built-in test phone: calls, plays a file, presses keys, records what it hears, hangs up.

mod answering;
mod test_phone;

pub use answering::{Answered, AnsweringPhone};
pub use test_phone::{PhoneError, TestPhone};
