//! The parsers of what comes from outside.

use super::Target;
use super::bench::Bench;
use bytes::Bytes;
use engine::remoting::Packet;
use engine::remoting::fragment::Defragmenter;
use engine::remoting::message::Message;
use signaling::headers::{
    CSeq, Challenge, Contact, Diversion, Event, HistoryInfo, MsDiagnostics, NameAddr, RAck, Reason, Replaces,
    SessionExpires, SubscriptionState, TypedHeader, Via,
};
use signaling::message::{parse, parse_datagram};
use std::path::Path;
use std::sync::Arc;
use values::Value;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn value(bytes: &[u8]) -> Value {
    Value::from(text(bytes))
}

/// The files of a folder of the repository with an ending.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found: Vec<_> = std::fs::read_dir(&root)
        .unwrap_or_else(|_| panic!("{folder} is missing"))
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    found.sort();
    let found: Vec<Vec<u8>> = found.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    assert!(!found.is_empty(), "{folder} has no {ending}");
    found
}

fn seed(list: &[&str]) -> Vec<Vec<u8>> {
    list.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    files("tests/fuzz/corpus", name)
}

const MARKUP: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?xml ",
    "?>",
    "&lt;",
    "&#x0;",
    "&#xD800;",
    "&a;",
    "<!DOCTYPE a [",
    "xmlns:p=\"\"",
    "<a>",
    "</a>",
    "_x0000_",
    "_xD83D_",
    "RefId=\"0\"",
    "<Ref RefId=\"0\" />",
    "<TNRef RefId=\"0\" />",
    "<Nil />",
    "<LST>",
    "</LST>",
    "<DCT><En>",
    "<MS>",
    "<I32>",
    "</I32>",
    "<D>",
    "<DT>",
    "<TS>",
    "<BA>",
    "<SS>",
    "<Obj RefId=\"1\">",
    "</Obj>",
];
const WORDS: &[&str] = &[
    "{",
    "}",
    "@{",
    "@(",
    "$(",
    "$_",
    "'",
    "\"",
    "@'\n",
    "\n'@",
    "`",
    "#",
    "<#",
    "#>",
    "|",
    ";",
    "&",
    "-f",
    "..",
    "::",
    "[int]",
    "[",
    "]",
    "function f {",
    "class C {",
    "param(",
    "if (",
    "switch -regex (",
    "try {",
    "catch {",
    "foreach ($i in ",
    "$using:x",
    "${",
    "1kb",
    "0x",
];
const PATTERN: &[&str] = &[
    "(",
    ")",
    "(?:",
    "(?<n>",
    "(?<-n>",
    "(?=",
    "(?!",
    "(?<=",
    "(?>",
    "(?(1)",
    "[",
    "]",
    "[^",
    "-[",
    "{1,3}",
    "{2147483647}",
    "*",
    "+?",
    "??",
    "|",
    "\\b",
    "\\1",
    "\\k<n>",
    "\\p{L}",
    "\\x41",
    "\\u0041",
    "\\cA",
    "(?i)",
    "(?#",
    "^",
    "$",
    "\\G",
    ".",
];
const FORMAT: &[&str] = &[
    "{0}",
    "{1,10}",
    "{0:",
    "}",
    "{{",
    "}}",
    "X8",
    "N2",
    "E3",
    "C",
    "P",
    "R",
    "#,##0.00",
    ";",
    "'",
    "\\",
    "yyyy",
    "MMMM",
    "tt",
    "zzz",
    "fffffff",
    "dddd",
    "%",
    "‰",
    "E+0",
    "{9999}",
    "{0,-999999}",
];
const SIP: &[&str] = &[
    "sip:",
    "sips:",
    "tel:",
    "<",
    ">",
    "\"",
    ";",
    ",",
    "\r\n",
    "\r\n\r\n",
    " ",
    "%",
    "%41",
    "[::1]",
    ";tag=",
    ";branch=z9hG4bK",
    "Via: ",
    "v: ",
    "Content-Length: 99999",
    "l: 0",
    "CSeq: 4294967296 INVITE",
    "SIP/2.0",
    "*",
    "\u{0}",
    "Max-Forwards: -1",
    "m=audio 0 RTP/AVP 0",
    "a=",
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:",
    "a=rtpmap:",
    "a=fmtp:101 0-16",
    "c=IN IP6 ::1",
    "m=audio 65536 RTP/SAVP 0",
];

fn sip() -> Vec<Vec<u8>> {
    corpus(".sip")
}

fn read_sip(_: &mut Bench, input: &[u8]) {
    let bytes = Bytes::copy_from_slice(input);
    let parsed = [parse(&bytes).ok(), parse_datagram(&bytes).and_then(Result::ok)];
    for message in parsed.into_iter().flatten() {
        let _ = message.to_bytes();
    }
    for line in text(input).lines() {
        let line = line.split_once(':').map_or(line, |(_, rest)| rest).trim();
        let _ = (
            NameAddr::parse(line),
            Challenge::parse(line),
            signaling::Uri::parse(line),
            signaling::SipUri::parse(line),
        );
        read_headers(line);
    }
}

fn read_headers(line: &str) {
    macro_rules! read {
        ($($ty:ident),*) => { $(let _ = <$ty as TypedHeader>::parse(line).is_some();)* };
    }
    read!(
        CSeq,
        Contact,
        Diversion,
        Event,
        HistoryInfo,
        MsDiagnostics,
        RAck,
        Reason,
        Replaces,
        SessionExpires,
        SubscriptionState,
        Via
    );
}

fn read_sdp(_: &mut Bench, input: &[u8]) {
    use signaling::sdp::{AudioOptions, Codec, Direction, LocalKey, MediaSecurity, Sdp, accept_answer, answer};
    let Some(sdp) = Sdp::parse(&text(input)) else { return };
    for security in [MediaSecurity::Plain, MediaSecurity::Required] {
        let options = AudioOptions {
            address: ([127, 0, 0, 1], 4000).into(),
            codecs: vec![Codec::Pcmu, Codec::Pcma],
            security,
            key: Some(LocalKey {
                suite: "AES_CM_128_HMAC_SHA1_80".to_string(),
                key: "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj".to_string(),
            }),
            direction: Direction::SendRecv,
            session_id: 1,
            version: 1,
        };
        let _ = (answer(&sdp, &options).is_ok(), accept_answer(&sdp, &options).is_ok());
    }
    let _ = sdp.to_string();
}

fn packets() -> Vec<Vec<u8>> {
    let header = media::rtp::Header { marker: true, payload_type: 0, sequence: 7, timestamp: 160, ssrc: 9 };
    let mut packet = Vec::new();
    media::rtp::write(&header, &mut packet);
    packet.extend([0x7f; 160]);
    let mut report = vec![0x81, 201, 0, 7];
    report.extend([1; 28]);
    let mut sender = vec![0x80, 200, 0, 6];
    sender.extend([2; 24]);
    vec![packet, report, sender, vec![0xbf; 60]]
}

fn read_rtp(_: &mut Bench, input: &[u8]) {
    let mut statistics = media::rtp::Statistics::default();
    if let Some((header, payload)) = media::rtp::parse(input) {
        statistics.count(&header, 160);
        let mut samples = Vec::new();
        media::codec::Decoder::new(media::codec::Codec::Pcmu).decode(payload, &mut samples);
    }
    let _ = media::rtp::parse_reports(input);
}

fn read_srtp(_: &mut Bench, input: &[u8]) {
    let Ok(key) = media::srtp::MasterKey::from_base64("d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj") else { return };
    let Some(suite) = media::srtp::Suite::parse("AES_CM_128_HMAC_SHA1_80") else { return };
    for length in [0, 4] {
        let mut receiver = media::srtp::Receiver::new(suite, &key, length);
        let _ = (receiver.unprotect(&mut input.to_vec()).is_ok(), receiver.unprotect_rtcp(&mut input.to_vec()).is_ok());
    }
    let mut sender = media::srtp::Sender::new(suite, &key);
    let mut packet = input.to_vec();
    if sender.protect(&mut packet).is_ok() {
        let mut receiver = media::srtp::Receiver::new(suite, &key, 0);
        let _ = receiver.unprotect(&mut packet);
    }
}

fn waves() -> Vec<Vec<u8>> {
    use media::file::{WavFormat, encode_wav};
    let tone = media::tone::generate(&[440.0], 40, -10.0);
    vec![encode_wav(&tone, 8000, WavFormat::Pcm16), encode_wav(&tone, 8000, WavFormat::ULaw)]
}

fn read_wave(_: &mut Bench, input: &[u8]) {
    if let Ok(sound) = media::file::parse_wav(input) {
        let _ = (sound.narrowband(), sound.duration());
    }
}

fn psrp() -> Vec<Vec<u8>> {
    let mut fragmenter = engine::remoting::fragment::Fragmenter::default();
    let message = Message {
        to_server: true,
        kind: engine::remoting::message::Kind::PipelineInput,
        pool: uuid::Uuid::nil(),
        pipeline: uuid::Uuid::nil(),
        data: "<S>text</S>".to_string(),
    };
    let whole = fragmenter.cut(&message.encode()).concat();
    let line = Packet::data(uuid::Uuid::nil(), whole.clone()).line().into_bytes();
    vec![whole, message.encode(), line]
}

fn read_psrp(_: &mut Bench, input: &[u8]) {
    let _ = (Defragmenter::default().take(input).is_ok(), Message::decode(input).is_ok());
    let _ = Packet::parse(&text(input)).is_ok();
}

fn read_regex(bench: &mut Bench, input: &[u8]) {
    bench.script(
        "param($p) $r = [regex]::new($p, 'None', [timespan]::FromMilliseconds(20)); $null = $r.Matches('aab 12 ÄÖ-x'); $null = $r.Replace('abc', $p); $null = $r.Split('a1b')",
        value(input),
    );
}

fn read_xml(bench: &mut Bench, input: &[u8]) {
    let document = values::xml::XmlNode::document();
    if document.load(&text(input)).is_ok() {
        let _ = (document.outer_xml(), document.inner_text());
        let _ = document.select_nodes("//*[@*]", None).is_ok();
    }
    let _ = bench;
}

fn read_xpath(_: &mut Bench, input: &[u8]) {
    let document = values::xml::XmlNode::document();
    if document.load("<a x='1'><b>2</b><b y='3'/></a>").is_ok() {
        let _ = document.evaluate(&text(input), None).is_ok();
    }
}

fn read_script(_: &mut Bench, input: &[u8]) {
    let parsed = language::parse(Arc::new(language::Source::new(text(input))));
    let _ = (parsed.errors.len(), language::highlight(&text(input)).len());
}

/// Scripts, and the sources whose errors are recorded.
fn broken_scripts() -> Vec<Vec<u8>> {
    let recorded: serde_json::Value =
        serde_json::from_str(include_str!("../../src/language/data/parser-errors.json")).expect("valid recordings");
    let sources = recorded.as_array().into_iter().flatten().filter_map(|r| r["src"].as_str());
    let mut seeds = files("tests/fuzz/scripts", ".ps1");
    seeds.extend(sources.map(|s| s.as_bytes().to_vec()));
    seeds
}

/// Arguments of `Test-Binding`.
const BINDINGS: &[&str] = &[
    "-Number 5 -Name text -Flag",
    "-Num 5 x y z -List 1,2,3 -Flag:false",
    "-First 1 -Second 'a b' -Table @{ a = 1 } -Kind Monday",
    "-Block { 1 } -When 2026-01-02 -Range 3 -- -Name",
    "-Verbose -ErrorAction Stop -OutVariable v -Nope 1 @x",
];

const BINDING_WORDS: &[&str] = &[
    "-Number",
    "-n",
    "-Name",
    "-Na:",
    "-List",
    "-Flag:",
    "-First",
    "-Second",
    "-Kind",
    "-Table",
    "-Block",
    "-When",
    "-Range",
    "-Rest",
    "-WhatIf",
    "-Confirm:",
    "-ErrorAction",
    "-ov",
    "-pv",
    "--",
    "-",
    "5",
    "1e400",
    "0x",
    "'",
    "\"",
    ",",
    "@{",
    "}",
    "{",
    "@x",
    "[",
    "]",
    ":",
    "=",
    "9999999999",
    "Stop",
    "Monday",
];

/// Binds mutated arguments: what could be another command is taken out of the line.
fn bind(bench: &mut Bench, input: &[u8]) {
    let line: String = text(input)
        .chars()
        .map(|c| if c.is_alphanumeric() || " ,@'\"._:-[]{}=".contains(c) { c } else { ' ' })
        .collect();
    bench.script(
        "param($line)
        function Test-Binding {
            [CmdletBinding(DefaultParameterSetName = 'First', SupportsShouldProcess)]
            param(
                [Parameter(ParameterSetName = 'First', Position = 0)] [int] $First,
                [Parameter(ParameterSetName = 'Second', Position = 0)] [string] $Second,
                [Parameter(ValueFromPipelineByPropertyName)] [Alias('Nm')] [ValidateLength(1, 20)] [string] $Name,
                [Parameter(ValueFromPipeline)] [long] $Number, [switch] $Flag, [int[]] $List, [hashtable] $Table,
                [System.DayOfWeek] $Kind, [scriptblock] $Block, [datetime] $When, [ValidateRange(1, 5)] [int] $Range,
                [Parameter(ValueFromRemainingArguments)] [object[]] $Rest
            )
            process { }
        }
        function Test-Plain($a, [int] $b, [switch] $c) { }
        try { $null = Invoke-Expression \"Test-Binding $line\" } catch { }
        try { $null = Invoke-Expression \"1, 'a', ([pscustomobject]@{ Name = 'n' }) | Test-Binding $line\" } catch { }
        try { $null = Invoke-Expression \"Test-Plain $line\" } catch { }",
        Value::from(line),
    );
}

macro_rules! target {
    ($name:literal, $is_slow:literal, $seeds:expr, $words:expr, $run:expr) => {
        Target { name: $name, is_slow: $is_slow, seeds: $seeds, words: $words, run: $run }
    };
}

pub static ALL: &[Target] = &[
    target!("scripts", false, broken_scripts, WORDS, read_script),
    target!("binder", true, || seed(BINDINGS), BINDING_WORDS, bind),
    target!("sip", false, sip, SIP, read_sip),
    target!("sdp", false, || corpus(".sdp"), SIP, read_sdp),
    target!("rtp", false, packets, &[], read_rtp),
    target!("srtp", false, packets, &[], read_srtp),
    target!("wav", false, waves, &["RIFF", "fmt ", "data", "LIST"], read_wave),
    target!("psrp", false, psrp, MARKUP, read_psrp),
    target!("xml", false, || corpus(".xml"), MARKUP, read_xml),
    target!(
        "xpath",
        false,
        || seed(&[
            "//b[@y='3' and position() > 1]",
            "count(/a/b) + 1",
            "substring-before(string(/a), '2') | //node()",
            "-1 div 0"
        ]),
        &[
            "//",
            "/",
            "[",
            "]",
            "(",
            ")",
            "@",
            "::",
            "ancestor::",
            "position()",
            "last()",
            "'",
            "|",
            "*",
            "and ",
            "div ",
            "not("
        ],
        read_xpath
    ),
    target!("clixml", false, || corpus(".clixml"), MARKUP, |bench, input| {
        let _ = values::clixml::deserialize(&mut bench.runspace, &text(input));
        let _ = values::clixml::deserialize_fragment(&mut bench.runspace, &text(input));
    }),
    target!(
        "regex",
        false,
        || seed(&["^(?<n>a+)(?(n)b|c)\\d{2,}?$", "[\\w-[a]]+(?=x)|\\p{Lu}", "(a|b)*?\\1(?<!c)"]),
        PATTERN,
        read_regex
    ),
    target!(
        "composite formats",
        false,
        || seed(&["{0,-10:X8} {1:N2} {2}", "{{{0}}} {3:yyyy-MM-dd HH:mm}"]),
        FORMAT,
        |bench, input| {
            bench.script("param($f) $null = $f -f 255, 1234.5, 'text', [datetime]::new(2026, 1, 2)", value(input));
        }
    ),
    target!(
        "custom formats",
        false,
        || seed(&["#,##0.00;(0);'zero'", "0.###E+00", "yyyy'T'HH\\:mm:ss.fffK", "d\\.hh"]),
        FORMAT,
        |bench, input| {
            bench.script(
            "param($f) foreach ($v in 0, -12345, 1.5e300, 12.5d, [long]::MinValue, [datetime]::new(2026, 1, 2), [timespan]::MaxValue, [guid]::Empty) { try { $null = $v.ToString($f) } catch { } }",
            value(input),
        );
        }
    ),
    target!(
        "dates and numbers",
        false,
        || seed(&[
            "2026-01-02T03:04:05.678+02:00",
            "Friday, 2 January 2026 3:04 PM",
            "1,234.50e3",
            "0x7f",
            "1.02:03:04.5"
        ]),
        FORMAT,
        |bench, input| {
            bench.script(
            "param($t) foreach ($type in [datetime], [datetimeoffset], [timespan], [int], [long], [double], [decimal], [bigint], [guid], [version], [uri], [ipaddress], [mailaddress], [cultureinfo], [char], [bool]) { $null = $t -as $type }; try { $null = [datetime]::ParseExact($t, $t, $null) } catch { }",
            value(input),
        );
        }
    ),
    target!(
        "json",
        false,
        || corpus(".json"),
        &["{", "}", "[", "]", "\"", "\\u", "\\ud83d", "null", "1e999", "//", "/*", ":", ","],
        |bench, input| {
            bench.script("param($t) $null = ConvertFrom-Json -InputObject $t -AsHashtable; $null = ConvertFrom-Json -InputObject $t | ConvertTo-Json -Depth 5", value(input));
        }
    ),
    target!("csv", false, || corpus(".csv"), &["\"", ",", ";", "\r\n", "#TYPE ", "\"\""], |bench, input| {
        bench.script("param($t) $null = ConvertFrom-Csv -InputObject $t | ConvertTo-Csv", value(input));
    }),
    target!(
        "string data",
        false,
        || seed(&["a = 1\nb = \\u0041\\n\n# c\nd = x=y"]),
        &["=", "\\", "\\u", "#", "\n"],
        |bench, input| {
            bench.script("param($t) $null = ConvertFrom-StringData -StringData $t", value(input));
        }
    ),
    target!(
        "wildcards and filters",
        false,
        || seed(&["a*[b-d]?`*", "Name -like 'a*' -and (LineURI -ne $null)", "(&(cn=a*)(!(x=1)))"]),
        &["*", "[", "]", "`", "(", ")", "-eq ", "-like ", "-and ", "-not", "'", "$"],
        |bench, input| {
            bench.script(
                "param($t) $null = 'abc*' -like $t; $null = @('a', 'b') -match $t; $null = 'a b' -split $t",
                value(input),
            );
            let _ = directory::Filter::parse(&text(input)).is_ok();
            let _ = directory::Filter::parse_ldap(&text(input), &|name| name.to_string()).is_some();
        }
    ),
    target!("data files", true, || corpus(".psd1"), WORDS, |bench, input| {
        bench.file("param($p) $null = Import-PowerShellDataFile -LiteralPath $p", "psd1", input);
        bench.file("param($p) $null = Test-ModuleManifest -Path $p", "psd1", input);
    }),
    target!("views", true, || corpus(".ps1xml"), MARKUP, |bench, input| {
        bench.file("param($p) Update-FormatData -PrependPath $p", "format.ps1xml", input);
        bench.file("param($p) Update-TypeData -PrependPath $p", "types.ps1xml", input);
    }),
    target!(
        "archives",
        true,
        || vec![b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()],
        &["PK\x01\x02", "PK\x03\x04"],
        |bench, input| {
            bench.file("param($p) Expand-Archive -LiteralPath $p -DestinationPath ($p + '.out') -Force", "zip", input);
        }
    ),
    target!(
        "topologies",
        true,
        || files("cmdlets/server/dialtone/template", ".topology"),
        &["[[pool]]", "[[user]]", "= ", "\"", "\n", "site", "+", "[", "]"],
        |bench, input| {
            bench.file("param($p) New-DialtoneOrganization -Path $p -WhatIf", "topology", input);
        }
    ),
];
