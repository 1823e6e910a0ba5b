//! The order in which .NET reflection gives the properties of a type (order of declaration), for types whose objects are
//! shown or written with all their properties. The packed facts are sorted by name.

use crate::string::Str;
use crate::types::TypeRef;

const ORDER: &[(&str, &str)] = &[
    ("System.Array", "Length LongLength Rank SyncRoot IsReadOnly IsFixedSize IsSynchronized"),
    ("System.Collections.ArrayList", "Capacity Count IsFixedSize IsReadOnly IsSynchronized SyncRoot"),
    ("System.Collections.BitArray", "Length Count SyncRoot IsSynchronized IsReadOnly"),
    ("System.Collections.Generic.HashSet`1", "Count Capacity Comparer IsReadOnly"),
    ("System.Collections.Generic.List`1", "Capacity Count IsReadOnly IsFixedSize SyncRoot IsSynchronized"),
    ("System.Collections.Hashtable", "IsReadOnly IsFixedSize IsSynchronized Keys Values SyncRoot Count"),
    (
        "System.Collections.Specialized.OrderedDictionary",
        "Count IsReadOnly Keys Values IsFixedSize SyncRoot IsSynchronized",
    ),
    ("System.IO.FileNotFoundException", "Message FileName FusionLog"),
    ("System.DateOnly", "Year Month Day DayOfWeek DayOfYear DayNumber"),
    (
        "System.DateTime",
        "Date Day DayOfWeek DayOfYear Hour Kind Millisecond Microsecond Nanosecond Minute Month Second Ticks TimeOfDay Year",
    ),
    (
        "System.DateTimeOffset",
        "DateTime UtcDateTime LocalDateTime Date Day DayOfWeek DayOfYear Hour Millisecond Microsecond Nanosecond Minute Month Offset TotalOffsetMinutes Second Ticks UtcTicks TimeOfDay Year",
    ),
    ("System.Exception", "TargetSite Message Data InnerException HelpLink Source HResult StackTrace"),
    ("System.ArgumentException", "Message ParamName"),
    ("System.Management.Automation.RuntimeException", "ErrorRecord WasThrownFromThrowStatement"),
    ("System.Management.Automation.CommandNotFoundException", "ErrorRecord CommandName"),
    ("System.Management.Automation.SessionStateException", "ErrorRecord ItemName SessionStateCategory"),
    (
        "System.Management.Automation.RemoteException",
        "SerializedRemoteException SerializedRemoteInvocationInfo ErrorRecord",
    ),
    (
        "System.Management.Automation.ErrorRecord",
        "Exception TargetObject CategoryInfo FullyQualifiedErrorId ErrorDetails InvocationInfo ScriptStackTrace PipelineIterationInfo",
    ),
    ("System.Management.Automation.ErrorCategoryInfo", "Category Activity Reason TargetName TargetType"),
    (
        "System.Management.Automation.InvocationInfo",
        "MyCommand BoundParameters UnboundArguments ScriptLineNumber OffsetInLine HistoryId ScriptName Line Statement PositionMessage PSScriptRoot PSCommandPath InvocationName PipelineLength PipelinePosition ExpectingInput CommandOrigin DisplayScriptPosition",
    ),
    ("System.Management.Automation.PSCredential", "UserName Password"),
    (
        "System.Management.Automation.PSVariable",
        "Name Description Value Visibility Module ModuleName Options Attributes",
    ),
    ("System.Management.Automation.SemanticVersion", "Major Minor Patch PreReleaseLabel BuildLabel"),
    (
        "System.Globalization.CultureInfo",
        "Parent LCID KeyboardLayoutId Name IetfLanguageTag DisplayName NativeName EnglishName TwoLetterISOLanguageName ThreeLetterISOLanguageName ThreeLetterWindowsLanguageName CompareInfo TextInfo IsNeutralCulture CultureTypes NumberFormat DateTimeFormat Calendar OptionalCalendars UseUserOverride IsReadOnly",
    ),
    ("System.Drawing.Color", "R G B A IsKnownColor IsEmpty IsNamedColor IsSystemColor Name"),
    ("System.Drawing.Point", "IsEmpty X Y"),
    ("System.Drawing.PointF", "IsEmpty X Y"),
    ("System.Drawing.Size", "IsEmpty Width Height"),
    ("System.Drawing.SizeF", "IsEmpty Width Height"),
    ("System.Drawing.Rectangle", "Location Size X Y Width Height Left Top Right Bottom IsEmpty"),
    ("System.Drawing.RectangleF", "Location Size X Y Width Height Left Top Right Bottom IsEmpty"),
    ("System.Security.SecurityElement", "Tag Attributes Text Children"),
    ("System.Guid", "Variant Version"),
    ("System.UriBuilder", "Scheme UserName Password Host Port Path Query Fragment Uri"),
    (
        "System.IO.FileInfo",
        "Length DirectoryName Directory IsReadOnly FullName Name Extension Exists CreationTime CreationTimeUtc LastAccessTime LastAccessTimeUtc LastWriteTime LastWriteTimeUtc LinkTarget UnixFileMode Attributes",
    ),
    (
        "System.IO.DirectoryInfo",
        "Parent Root FullName Name Extension Exists CreationTime CreationTimeUtc LastAccessTime LastAccessTimeUtc LastWriteTime LastWriteTimeUtc LinkTarget UnixFileMode Attributes",
    ),
    ("System.Net.IPEndPoint", "AddressFamily Address Port"),
    (
        "System.Net.IPAddress",
        "AddressFamily ScopeId IsIPv6Multicast IsIPv6LinkLocal IsIPv6SiteLocal IsIPv6Teredo IsIPv6UniqueLocal IsIPv4MappedToIPv6 Address",
    ),
    (
        "System.Net.Cookie",
        "Comment CommentUri HttpOnly Discard Domain Expired Expires Name Path Port Secure TimeStamp Value Version",
    ),
    ("System.Net.CookieContainer", "Capacity Count MaxCookieSize PerDomainCapacity"),
    (
        "System.Net.Http.HttpClient",
        "DefaultRequestHeaders DefaultRequestVersion DefaultVersionPolicy BaseAddress Timeout MaxResponseContentBufferSize",
    ),
    (
        "System.Net.Http.HttpRequestMessage",
        "Version VersionPolicy Content Method RequestUri Headers Properties Options",
    ),
    (
        "System.Net.Http.HttpResponseMessage",
        "Version Content StatusCode ReasonPhrase Headers TrailingHeaders RequestMessage IsSuccessStatusCode",
    ),
    ("System.Net.Http.Headers.AuthenticationHeaderValue", "Scheme Parameter"),
    ("System.Net.Http.Headers.MediaTypeHeaderValue", "CharSet Parameters MediaType"),
    ("System.Net.WebProxy", "Address BypassProxyOnLocal BypassList BypassArrayList Credentials UseDefaultCredentials"),
    (
        "System.Net.Sockets.TcpClient",
        "Available Client Connected ExclusiveAddressUse ReceiveBufferSize SendBufferSize ReceiveTimeout SendTimeout LingerState NoDelay",
    ),
    ("System.Net.Mail.MailAddress", "DisplayName User Host Address"),
    ("System.Numerics.BigInteger", "IsPowerOfTwo IsZero IsOne IsEven Sign"),
    ("System.Numerics.Complex", "Real Imaginary Magnitude Phase"),
    ("System.Range", "Start End"),
    ("System.Index", "Value IsFromEnd"),
    ("System.Diagnostics.Stopwatch", "IsRunning Elapsed ElapsedMilliseconds ElapsedTicks"),
    ("System.Text.RegularExpressions.Group", "Success Name Captures Index Length Value"),
    ("System.Text.RegularExpressions.Match", "Groups Success Name Captures Index Length Value"),
    ("System.Text.RegularExpressions.Regex", "Options RightToLeft MatchTimeout"),
    ("System.Text.StringBuilder", "Capacity MaxCapacity Length"),
    ("System.TimeOnly", "Hour Minute Second Millisecond Microsecond Nanosecond Ticks"),
    (
        "System.TimeSpan",
        "Ticks Days Hours Milliseconds Microseconds Nanoseconds Minutes Seconds TotalDays TotalHours TotalMilliseconds TotalMicroseconds TotalNanoseconds TotalMinutes TotalSeconds",
    ),
    (
        "System.Uri",
        "AbsolutePath AbsoluteUri LocalPath Authority HostNameType IsDefaultPort IsFile IsLoopback PathAndQuery Segments IsUnc Host Port Query Fragment Scheme OriginalString DnsSafeHost IdnHost IsAbsoluteUri UserEscaped UserInfo",
    ),
    ("System.Version", "Major Minor Build Revision MajorRevision MinorRevision"),
];

fn order_of(ty: TypeRef) -> Option<&'static str> {
    let name = match &ty.info().generic {
        Some((definition, _)) => definition.name(),
        None => ty.name(),
    };
    ORDER.iter().find(|(n, _)| *n == name).map(|(_, order)| *order)
}

/// Sorts names of members as reflection gives them; what no type of the chain orders keeps its place behind.
pub fn sort(ty: TypeRef, names: &mut [&'static str]) {
    let known = known(ty);
    if !known.is_empty() {
        names.sort_by_key(|name| known.iter().position(|k| k == name).unwrap_or(usize::MAX));
    }
}

/// The same for the names that an object gives by itself.
pub fn sort_texts(ty: TypeRef, names: &mut [Str]) {
    let known = known(ty);
    if !known.is_empty() {
        names.sort_by_key(|name| known.iter().position(|k| *k == name.as_str()).unwrap_or(usize::MAX));
    }
}

fn known(ty: TypeRef) -> Vec<&'static str> {
    let types = std::iter::successors(Some(ty), |t| t.base());
    types.flat_map(|t| order_of(t).unwrap_or_default().split(' ').filter(|n| !n.is_empty())).collect()
}
