//! The built-in test phone: calls, plays a file, presses keys, records what it hears, hangs up.

mod test_phone;

pub use test_phone::{PhoneError, TestPhone};
