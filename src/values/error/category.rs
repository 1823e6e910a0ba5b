//! Error categories.

macro_rules! categories {
    ($($name:ident = $value:literal),* $(,)?) => {
        /// System.Management.Automation.ErrorCategory.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub enum ErrorCategory {
            $(#[allow(missing_docs)] $name = $value),*,
            /// NotSpecified.
            #[default]
            NotSpecified = 0,
        }
        impl ErrorCategory {
            /// The name as printed in CategoryInfo.
            pub fn name(self) -> &'static str {
                match self { $(ErrorCategory::$name => stringify!($name),)* ErrorCategory::NotSpecified => "NotSpecified" }
            }
            /// A category from its name, ignoring case.
            pub fn from_name(name: &str) -> Option<ErrorCategory> {
                $(if name.eq_ignore_ascii_case(stringify!($name)) { return Some(ErrorCategory::$name); })*
                name.eq_ignore_ascii_case("NotSpecified").then_some(ErrorCategory::NotSpecified)
            }
            /// A category from its number.
            pub fn from_number(n: i64) -> Option<ErrorCategory> {
                match n { $($value => Some(ErrorCategory::$name),)* 0 => Some(ErrorCategory::NotSpecified), _ => None }
            }
        }
    };
}

categories! {
    OpenError = 1, CloseError = 2, DeviceError = 3, DeadlockDetected = 4, InvalidArgument = 5, InvalidData = 6,
    InvalidOperation = 7, InvalidResult = 8, InvalidType = 9, MetadataError = 10, NotImplemented = 11, NotInstalled = 12,
    ObjectNotFound = 13, OperationStopped = 14, OperationTimeout = 15, SyntaxError = 16, ParserError = 17,
    PermissionDenied = 18, ResourceBusy = 19, ResourceExists = 20, ResourceUnavailable = 21, ReadError = 22,
    WriteError = 23, FromStdErr = 24, SecurityError = 25, ProtocolError = 26, ConnectionError = 27,
    AuthenticationError = 28, LimitsExceeded = 29, QuotaExceeded = 30, NotEnabled = 31,
}
