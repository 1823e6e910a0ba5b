//! The well-known types: their ids are their places in this list.

use super::TypeRef;

/// One well-known type.
pub struct Known {
    /// CLR name.
    pub name: &'static str,
    /// Base type.
    pub base: Option<TypeRef>,
    /// `c` class, `s` struct, `i` interface.
    pub kind: u8,
    /// Accelerators, the preferred one first.
    pub accelerators: &'static [&'static str],
}

#[allow(missing_docs)]
impl TypeRef {
    pub const OBJECT: TypeRef = TypeRef(0);
    pub const STRING: TypeRef = TypeRef(1);
    pub const VALUE_TYPE: TypeRef = TypeRef(2);
    pub const ENUM: TypeRef = TypeRef(3);
    pub const BOOL: TypeRef = TypeRef(4);
    pub const CHAR: TypeRef = TypeRef(5);
    pub const SBYTE: TypeRef = TypeRef(6);
    pub const BYTE: TypeRef = TypeRef(7);
    pub const INT16: TypeRef = TypeRef(8);
    pub const UINT16: TypeRef = TypeRef(9);
    pub const INT32: TypeRef = TypeRef(10);
    pub const UINT32: TypeRef = TypeRef(11);
    pub const INT64: TypeRef = TypeRef(12);
    pub const UINT64: TypeRef = TypeRef(13);
    pub const SINGLE: TypeRef = TypeRef(14);
    pub const DOUBLE: TypeRef = TypeRef(15);
    pub const DECIMAL: TypeRef = TypeRef(16);
    pub const BIGINT: TypeRef = TypeRef(17);
    pub const DATETIME: TypeRef = TypeRef(18);
    pub const TIMESPAN: TypeRef = TypeRef(19);
    pub const GUID: TypeRef = TypeRef(20);
    pub const VOID: TypeRef = TypeRef(21);
    pub const TYPE: TypeRef = TypeRef(22);
    pub const RUNTIME_TYPE: TypeRef = TypeRef(23);
    pub const ARRAY: TypeRef = TypeRef(24);
    pub const ARRAYLIST: TypeRef = TypeRef(25);
    pub const HASHTABLE: TypeRef = TypeRef(26);
    pub const ORDERED_DICTIONARY: TypeRef = TypeRef(27);
    pub const PSCUSTOMOBJECT: TypeRef = TypeRef(28);
    pub const PSOBJECT: TypeRef = TypeRef(29);
    pub const SCRIPTBLOCK: TypeRef = TypeRef(30);
    pub const SWITCH: TypeRef = TypeRef(31);
    pub const PSREFERENCE: TypeRef = TypeRef(32);
    pub const ERROR_RECORD: TypeRef = TypeRef(33);
    pub const EXCEPTION: TypeRef = TypeRef(34);
    pub const SYSTEM_EXCEPTION: TypeRef = TypeRef(35);
    pub const RUNTIME_EXCEPTION: TypeRef = TypeRef(36);
    pub const REGEX: TypeRef = TypeRef(37);
    pub const XML_DOCUMENT: TypeRef = TypeRef(38);
    pub const IENUMERABLE: TypeRef = TypeRef(39);
    pub const ICOLLECTION: TypeRef = TypeRef(40);
    pub const ILIST: TypeRef = TypeRef(41);
    pub const IDICTIONARY: TypeRef = TypeRef(42);
    pub const ICOMPARABLE: TypeRef = TypeRef(43);
    pub const NULLABLE: TypeRef = TypeRef(44);
    pub const LIST: TypeRef = TypeRef(45);
    pub const DICTIONARY: TypeRef = TypeRef(46);
    pub const DELEGATE: TypeRef = TypeRef(47);
    pub const DBNULL: TypeRef = TypeRef(48);
    pub const VERSION: TypeRef = TypeRef(49);
    pub const URI: TypeRef = TypeRef(50);
    pub const SECURE_STRING: TypeRef = TypeRef(51);
    pub const PSCREDENTIAL: TypeRef = TypeRef(52);
    pub const CULTURE_INFO: TypeRef = TypeRef(53);
    pub const DATETIME_OFFSET: TypeRef = TypeRef(54);
    pub const COMMAND_INFO: TypeRef = TypeRef(55);
    pub const INVALID_CAST_EXCEPTION: TypeRef = TypeRef(56);
    pub const PS_INVALID_CAST_EXCEPTION: TypeRef = TypeRef(57);
    pub const ARGUMENT_EXCEPTION: TypeRef = TypeRef(58);
    pub const ARGUMENT_NULL_EXCEPTION: TypeRef = TypeRef(59);
    pub const ARGUMENT_OUT_OF_RANGE_EXCEPTION: TypeRef = TypeRef(60);
    pub const FORMAT_EXCEPTION: TypeRef = TypeRef(61);
    pub const ARITHMETIC_EXCEPTION: TypeRef = TypeRef(62);
    pub const OVERFLOW_EXCEPTION: TypeRef = TypeRef(63);
    pub const DIVIDE_BY_ZERO_EXCEPTION: TypeRef = TypeRef(64);
    pub const INDEX_OUT_OF_RANGE_EXCEPTION: TypeRef = TypeRef(65);
    pub const INVALID_OPERATION_EXCEPTION: TypeRef = TypeRef(66);
    pub const PS_INVALID_OPERATION_EXCEPTION: TypeRef = TypeRef(67);
    pub const PS_ARGUMENT_EXCEPTION: TypeRef = TypeRef(68);
    pub const PS_NOT_SUPPORTED_EXCEPTION: TypeRef = TypeRef(69);
    pub const NOT_SUPPORTED_EXCEPTION: TypeRef = TypeRef(70);
    pub const METHOD_EXCEPTION: TypeRef = TypeRef(71);
    pub const METHOD_INVOCATION_EXCEPTION: TypeRef = TypeRef(72);
    pub const COMMAND_NOT_FOUND_EXCEPTION: TypeRef = TypeRef(73);
    pub const PARAMETER_BINDING_EXCEPTION: TypeRef = TypeRef(74);
    pub const PARAMETER_BINDING_VALIDATION_EXCEPTION: TypeRef = TypeRef(75);
    pub const ITEM_NOT_FOUND_EXCEPTION: TypeRef = TypeRef(76);
    pub const PARSE_EXCEPTION: TypeRef = TypeRef(77);
    pub const PIPELINE_STOPPED_EXCEPTION: TypeRef = TypeRef(78);
    pub const ACTION_PREFERENCE_STOP_EXCEPTION: TypeRef = TypeRef(79);
    pub const SET_VALUE_EXCEPTION: TypeRef = TypeRef(80);
    pub const GET_VALUE_EXCEPTION: TypeRef = TypeRef(81);
    pub const IO_EXCEPTION: TypeRef = TypeRef(82);
    pub const FILE_NOT_FOUND_EXCEPTION: TypeRef = TypeRef(83);
    pub const DIRECTORY_NOT_FOUND_EXCEPTION: TypeRef = TypeRef(84);
    pub const UNAUTHORIZED_ACCESS_EXCEPTION: TypeRef = TypeRef(85);
    pub const WARNING_RECORD: TypeRef = TypeRef(86);
    pub const ARGUMENT_TRANSFORMATION_EXCEPTION: TypeRef = TypeRef(87);
    pub const XML_NODE: TypeRef = TypeRef(88);
    pub const SESSION_STATE_EXCEPTION: TypeRef = TypeRef(91);
}

/// Well-known types in the order of their ids.
#[rustfmt::skip]
pub static KNOWN: &[Known] = &[
    Known { name: "System.Object", base: None, kind: b'c', accelerators: &["object"] },
    Known { name: "System.String", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["string"] },
    Known { name: "System.ValueType", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Enum", base: Some(TypeRef::VALUE_TYPE), kind: b'c', accelerators: &[] },
    Known { name: "System.Boolean", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["bool"] },
    Known { name: "System.Char", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["char"] },
    Known { name: "System.SByte", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["sbyte"] },
    Known { name: "System.Byte", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["byte"] },
    Known { name: "System.Int16", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["short", "int16"] },
    Known { name: "System.UInt16", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["ushort", "uint16"] },
    Known { name: "System.Int32", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["int", "int32"] },
    Known { name: "System.UInt32", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["uint", "uint32"] },
    Known { name: "System.Int64", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["long", "int64"] },
    Known { name: "System.UInt64", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["ulong", "uint64"] },
    Known { name: "System.Single", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["float", "single"] },
    Known { name: "System.Double", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["double"] },
    Known { name: "System.Decimal", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["decimal"] },
    Known { name: "System.Numerics.BigInteger", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["bigint"] },
    Known { name: "System.DateTime", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["datetime"] },
    Known { name: "System.TimeSpan", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["timespan"] },
    Known { name: "System.Guid", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["guid"] },
    Known { name: "System.Void", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["void"] },
    Known { name: "System.Type", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["type"] },
    Known { name: "System.RuntimeType", base: Some(TypeRef::TYPE), kind: b'c', accelerators: &[] },
    Known { name: "System.Array", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["array"] },
    Known { name: "System.Collections.ArrayList", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Collections.Hashtable", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["hashtable"] },
    Known { name: "System.Collections.Specialized.OrderedDictionary", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["ordered"] },
    Known { name: "System.Management.Automation.PSCustomObject", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PSObject", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["psobject", "pscustomobject"] },
    Known { name: "System.Management.Automation.ScriptBlock", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["scriptblock"] },
    Known { name: "System.Management.Automation.SwitchParameter", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &["switch"] },
    Known { name: "System.Management.Automation.PSReference", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["ref"] },
    Known { name: "System.Management.Automation.ErrorRecord", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Exception", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.SystemException", base: Some(TypeRef::EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.RuntimeException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Text.RegularExpressions.Regex", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["regex"] },
    Known { name: "System.Xml.XmlDocument", base: Some(TypeRef::XML_NODE), kind: b'c', accelerators: &["xml"] },
    Known { name: "System.Collections.IEnumerable", base: None, kind: b'i', accelerators: &[] },
    Known { name: "System.Collections.ICollection", base: None, kind: b'i', accelerators: &[] },
    Known { name: "System.Collections.IList", base: None, kind: b'i', accelerators: &[] },
    Known { name: "System.Collections.IDictionary", base: None, kind: b'i', accelerators: &[] },
    Known { name: "System.IComparable", base: None, kind: b'i', accelerators: &[] },
    Known { name: "System.Nullable`1", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &[] },
    Known { name: "System.Collections.Generic.List`1", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Collections.Generic.Dictionary`2", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Delegate", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.DBNull", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Version", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["version"] },
    Known { name: "System.Uri", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["uri"] },
    Known { name: "System.Security.SecureString", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["securestring"] },
    Known { name: "System.Management.Automation.PSCredential", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["pscredential"] },
    Known { name: "System.Globalization.CultureInfo", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &["cultureinfo"] },
    Known { name: "System.DateTimeOffset", base: Some(TypeRef::VALUE_TYPE), kind: b's', accelerators: &[] },
    Known { name: "System.Management.Automation.CommandInfo", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.InvalidCastException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PSInvalidCastException", base: Some(TypeRef::INVALID_CAST_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.ArgumentException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.ArgumentNullException", base: Some(TypeRef::ARGUMENT_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.ArgumentOutOfRangeException", base: Some(TypeRef::ARGUMENT_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.FormatException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.ArithmeticException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.OverflowException", base: Some(TypeRef::ARITHMETIC_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.DivideByZeroException", base: Some(TypeRef::ARITHMETIC_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.IndexOutOfRangeException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.InvalidOperationException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PSInvalidOperationException", base: Some(TypeRef::INVALID_OPERATION_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PSArgumentException", base: Some(TypeRef::ARGUMENT_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PSNotSupportedException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.NotSupportedException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.MethodException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.MethodInvocationException", base: Some(TypeRef::METHOD_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.CommandNotFoundException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ParameterBindingException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ParameterBindingValidationException", base: Some(TypeRef::PARAMETER_BINDING_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ItemNotFoundException", base: Some(TypeRef::SESSION_STATE_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ParseException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.PipelineStoppedException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ActionPreferenceStopException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.SetValueException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.GetValueException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.IO.IOException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.IO.FileNotFoundException", base: Some(TypeRef::IO_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.IO.DirectoryNotFoundException", base: Some(TypeRef::IO_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.UnauthorizedAccessException", base: Some(TypeRef::SYSTEM_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.WarningRecord", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.ParameterBindingArgumentTransformationException", base: Some(TypeRef::PARAMETER_BINDING_EXCEPTION), kind: b'c', accelerators: &[] },
    Known { name: "System.Xml.XmlNode", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.IO.TextWriter+SyncTextWriter", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.IO.SyncTextReader", base: Some(TypeRef::OBJECT), kind: b'c', accelerators: &[] },
    Known { name: "System.Management.Automation.SessionStateException", base: Some(TypeRef::RUNTIME_EXCEPTION), kind: b'c', accelerators: &[] },
];
