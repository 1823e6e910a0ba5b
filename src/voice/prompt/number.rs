//! Numbers as words of the recorded vocabulary.

/// Words for a number below a million.
pub(super) fn words(number: u32) -> Vec<String> {
    const TENS: [&str; 10] = ["", "", "20", "30", "40", "50", "60", "70", "80", "90"];
    let mut words = Vec::new();
    let mut below_thousand = |number: u32| {
        if number >= 100 {
            words.push((number / 100).to_string());
            words.push("hundred".into());
        }
        match number % 100 {
            0 => {}
            rest @ 1..=20 => words.push(rest.to_string()),
            rest => {
                words.push(TENS[(rest / 10) as usize].to_string());
                if rest % 10 > 0 {
                    words.push((rest % 10).to_string());
                }
            }
        }
    };
    if number >= 1000 {
        below_thousand(number / 1000 % 1000);
        words.push("thousand".into());
        let mut rest = self::words(number % 1000);
        if !number.is_multiple_of(1000) {
            words.append(&mut rest);
        }
        return words;
    }
    below_thousand(number);
    if words.is_empty() {
        words.push("0".into());
    }
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_spoken() {
        for (number, spoken) in
            [(0, "0"), (7, "7"), (20, "20"), (42, "40 2"), (115, "1 hundred 15"), (2300, "2 thousand 3 hundred")]
        {
            assert_eq!(super::words(number).join(" "), spoken);
        }
    }
}
