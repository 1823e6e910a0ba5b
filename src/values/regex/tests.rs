use super::*;

/// Groups of the first match as `0=..|1=..`, or `no`.
fn first(text: &str, pattern: &str, options: u32) -> String {
    let r = match Regex::new(pattern, Options(options)) {
        Ok(r) => r,
        Err(e) => return e.to_string(),
    };
    let s = Subject::new(text);
    match r.find(&s, r.default_start(&s)).unwrap() {
        None => "no".into(),
        Some(m) => {
            let parts: Vec<String> = r
                .group_names()
                .enumerate()
                .filter_map(|(i, n)| m.span(i).map(|(a, b)| format!("{n}={}", s.slice(a, b))))
                .collect();
            parts.join("|")
        }
    }
}

#[test]
fn matching() {
    for (text, pattern, options, want) in [
        ("abc123def", "(?<=a)b", 0, "0=b"),
        ("The quick", "[aeiou]+", 0, "0=e"),
        ("key=value", r"[\w-[aeiou]]+", 0, "0=k"),
        ("a.b.c", "(a)?(?(1)b|c)", 0, "0=c"),
        ("x1y", r"(?x) \d # num", 0, "0=1"),
        ("AAA bbb", r"(.)\1", 0, "0=AA|1=A"),
        ("가나 다라", "(?<a>.)(?<b>.)?", 0, "0=가나|a=가|b=나"),
        ("The quick", "(?i)THE", 0, "0=The"),
        ("aab", "(?>a+)b", 0, "0=aab"),
        ("aab", "(?>a+)ab", 0, "no"),
        ("line\n", "e$", 0, "0=e"),
        ("line\n", r"e\z", 0, "no"),
        ("((a)(b))", r"^(?:[^()]|(?<o>\()|(?<-o>\)))+(?(o)(?!))$", 0, "0=((a)(b))"),
        ("((a)(b)", r"^(?:[^()]|(?<o>\()|(?<-o>\)))+(?(o)(?!))$", 0, "no"),
        ("<<x>>", "(?<open><)+(?<c-open>.*?>)+", 0, "0=<<x>>|c=<x>"),
        ("abcabc", "(?<=(abc))(?<n>a)", 0, "0=a|1=abc|n=a"),
        ("2024-02", r"(?<y>\d{4})\D(\d\d)", 0, "0=2024-02|1=02|y=2024"),
        ("abc abd", "ab.", 64, "0=abd"),
        ("aaa", "a{2}?", 0, "0=aa"),
        ("ab", "(?:)*b|ab", 0, "0=ab"),
        ("", "(a*)*", 0, "0=|1="),
        ("xay", "(?=(a))", 0, "0=|1=a"),
        ("foo.bar", r"\bbar\b", 0, "0=bar"),
        ("Kelvin \u{212a}", r"k\z", 1, "0=\u{212a}"),
        ("a\u{1F600}b", "a..b", 0, "0=a\u{1F600}b"),
        ("foobar", "(?!foo)...", 0, "0=oob"),
        ("abcd", "(a|ab)(c|bcd)(d*)", 0, "0=abcd|1=a|2=bcd|3="),
        ("aXbX", "(?<x>.)X(?<x>.)X", 0, "0=aXbX|x=b"),
        ("price: $5", r"\p{Sc}\d", 0, "0=$5"),
        ("αβγ", r"\p{IsGreek}+", 0, "0=αβγ"),
        ("aaaa", "(?:a{2})*?$", 0, "0=aaaa"),
        ("(", "(", 0, "Invalid pattern '(' at offset 1. Not enough )'s."),
        ("", "a)", 0, "Invalid pattern 'a)' at offset 2. Too many )'s."),
        ("", "[", 0, "Invalid pattern '[' at offset 1. Unterminated [] set."),
        ("", "a{2,1}", 0, "Invalid pattern 'a{2,1}' at offset 6. Illegal {x,y} with x > y."),
        ("", "\\", 0, "Invalid pattern '\\' at offset 1. Illegal \\ at end of pattern."),
        (
            "",
            "(?<1x>a)",
            0,
            "Invalid pattern '(?<1x>a)' at offset 4. Invalid group name: Group names must begin with a word character.",
        ),
        ("", "*a", 0, "Invalid pattern '*a' at offset 1. Quantifier '*' following nothing."),
        ("", "a**", 0, "Invalid pattern 'a**' at offset 3. Nested quantifier '*'."),
        ("", r"\1", 0, r"Invalid pattern '\1' at offset 2. Reference to undefined group number 1."),
        ("", r"\p{Foo}", 0, r"Invalid pattern '\p{Foo}' at offset 7. Unknown property 'Foo'."),
        ("", "[z-a]", 0, "Invalid pattern '[z-a]' at offset 4. [x-y] range in reverse order."),
        ("a{,2}", "a{,2}", 0, "0=a{,2}"),
        ("a#b", "a#b", 0, "0=a#b"),
        ("ab", "(?n)(a)(?<q>b)", 0, "0=ab|q=b"),
    ] {
        assert_eq!(first(text, pattern, options), want, "{pattern} on {text}");
    }
}

#[test]
fn replacing_and_splitting() {
    let rep =
        |t: &str, p: &str, r: &str| Regex::new(p, Options::NONE).unwrap().replace(&Subject::new(t), r, -1, 0).unwrap();
    assert_eq!(rep("2024-02-29", "(?<a>.)(?<b>.)?", "<$0>"), "<20><24><-0><2-><29>");
    assert_eq!(rep("ab", "(a)(?<n>b)", "$2${n}$1$$$9$+[$`|$'|$_]"), "bba$$9b[||ab]");
    assert_eq!(rep("abc", "", "-"), "-a-b-c-");
    assert_eq!(rep("가나", "가", "<$&>"), "<가>나");
    let split = |t: &str, p: &str, o: u32| {
        let r = Regex::new(p, Options(o)).unwrap();
        let s = Subject::new(t);
        r.split(&s, 0, r.default_start(&s)).unwrap().join(",")
    };
    assert_eq!(split("key=value", "(a+)(b*)", 0), "key=v,a,,lue");
    assert_eq!(split("abc", "", 0), ",a,b,c,");
    assert_eq!(split("a1b2c", r"\d", 64), "a,b,c");
    assert_eq!(split("user@example", r"\G\w", 0), ",,,,@example");
    let r = Regex::new("(a)+", Options::NONE).unwrap();
    let m = r.find(&Subject::new("xaaa"), 0).unwrap().unwrap();
    assert_eq!(m.groups()[1].captures, vec![(1, 2), (2, 3), (3, 4)]);
    assert_eq!(escape("a.b c#\n"), "a\\.b\\ c\\#\\n");
    assert_eq!(unescape(r"a\.b\x41\n").unwrap(), "a.bA\n");
}

#[test]
fn both_engines_agree() {
    let text = "From: jane@contoso.com; to tel:+15551234 at 10:30, id=42a.\n".repeat(40);
    for p in
        [r"\w+@\w+\.com", "(?m)^From: (?<u>\\w+)", r"id=(\d+)(a|ab)?\.", "(?i)CONTOSO|tel", r"\d{2}:\d{2}", "[^;]+?;"]
    {
        let r = Regex::new(p, Options::NONE).unwrap();
        let s = Subject::new(&text);
        let all = r.find_all(&s, 0).unwrap();
        let wide = format!("{text}가");
        let slow = r.find_all(&Subject::new(&wide), 0).unwrap();
        assert!(r.group_count() > 0 && !all.is_empty());
        assert_eq!(all, slow, "{p}");
    }
}

/// A text of several windows: what lies at their edges, what looks behind a match, and what begins late.
#[test]
fn a_long_text_is_searched_window_by_window() {
    const WINDOW: usize = 1 << 20;
    let mut text = "-".repeat(WINDOW * 3 + 5);
    for at in [WINDOW - 2, WINDOW * 2 - 1, WINDOW * 3] {
        text.replace_range(at..at + 4, "ab12");
    }
    let s = Subject::new(&text);
    let found = |p: &str| -> Vec<(usize, usize)> {
        let all = Regex::new(p, Options::NONE).unwrap().find_all(&s, 0).unwrap();
        all.iter().map(|m| (m.index(), m.length())).collect()
    };
    let places = |length: usize| vec![(WINDOW - 2, length), (WINDOW * 2 - 1, length), (WINDOW * 3, length)];
    for p in ["ab12", "(?:ab|a)12|ab1", r"\bab\d{2}\b", "ab[0-9]{1,8}", "ab.*?2", r"(?m)ab\d\d"] {
        assert_eq!(found(p), places(4), "{p}");
    }
    assert_eq!(found("ab"), places(2));
    assert_eq!(found(r"-\z"), vec![(text.len() - 1, 1)]);
    assert!(found(r"12\z|zz").is_empty());
    assert!(!Regex::new("abc", Options::NONE).unwrap().is_match(&s, 0).unwrap());
    assert!(Regex::new(r"2-\z", Options::NONE).unwrap().is_match(&s, 0).unwrap());
}

#[test]
fn linear_engine_refuses() {
    let fault = |p: &str| Regex::new(p, Options::NON_BACKTRACKING).unwrap().non_backtracking_fault();
    assert_eq!(fault(r"(a)b+"), None);
    assert_eq!(fault(r"(?:x(?>a+))"), Some("atomic subexpressions (?> pattern)"));
    assert_eq!(fault(r"(a)\1"), Some("backreference (\\ number)"));
}

#[test]
fn time_limit() {
    let r = Regex::new("(a+)+$", Options::NONE).unwrap().with_timeout(std::time::Duration::from_millis(20));
    let t = format!("{}b", "a".repeat(40));
    assert_eq!(r.find(&Subject::new(&t), 0), Err(MatchTimeout));
}
