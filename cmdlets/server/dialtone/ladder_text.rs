//! A call's messages as a ladder of box-drawing characters.

use control::Arrow;

/// Cells for the time at the left.
const TIME: usize = 8;

/// Those that take part, in the order in which they appear.
fn parties(arrows: &[Arrow]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for name in arrows.iter().flat_map(|a| [a.from.as_str(), a.to.as_str()]) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn put(line: &mut [char], at: usize, text: &str) {
    for (place, c) in line.iter_mut().skip(at).zip(text.chars()) {
        *place = c;
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// `INVITE sip:+1425...@host;...` is `INVITE +1425...`.
fn short(text: &str) -> String {
    let Some((method, uri)) = text.split_once(' ') else { return text.to_owned() };
    match uri.strip_prefix("sip:").or_else(|| uri.strip_prefix("sips:")) {
        Some(rest) => format!("{method} {}", rest.split(['@', ';']).next().unwrap_or(rest)),
        None => text.to_owned(),
    }
}

/// The ladder in lines of at most `width` cells.
pub(crate) fn ladder(arrows: &[Arrow], width: usize) -> Vec<String> {
    let names = parties(arrows);
    if names.is_empty() {
        return Vec::new();
    }
    let room = width.saturating_sub(TIME + 2) / names.len();
    let step = room.clamp(14, 32);
    let total = TIME + step * names.len();
    let post = |index: usize| TIME + step / 2 + index * step;
    let posts = || {
        let mut line = vec![' '; total];
        for index in 0..names.len() {
            put(&mut line, post(index), "│");
        }
        line
    };
    let text = |line: Vec<char>| line.into_iter().collect::<String>().trim_end().to_owned();
    let mut head = vec![' '; total];
    for (index, name) in names.iter().enumerate() {
        let name = cut(name.split('.').next().unwrap_or(name), step - 2);
        put(&mut head, post(index).saturating_sub(name.chars().count() / 2), &name);
    }
    let mut lines = vec![text(head), text(posts())];
    for arrow in arrows {
        let place = |name: &str| names.iter().position(|n| *n == name).unwrap_or(0);
        let (from, to) = (post(place(&arrow.from)), post(place(&arrow.to)));
        let mut line = posts();
        put(&mut line, 0, &format!("{:>6}", arrow.offset));
        let label = short(&arrow.text);
        if from == to {
            put(&mut line, from, &format!("├╮ {}", cut(&label, (total - from).saturating_sub(4))));
        } else {
            let (left, right) = (from.min(to), from.max(to));
            let inner = right - left - 1;
            put(&mut line, left + 1, &"─".repeat(inner));
            let label = cut(&label, inner.saturating_sub(4));
            put(&mut line, left + 1 + (inner - label.chars().count()) / 2, &label);
            if from < to {
                put(&mut line, left, "├");
                put(&mut line, right - 1, "▶");
            } else {
                put(&mut line, right, "┤");
                put(&mut line, left + 1, "◀");
            }
        }
        lines.push(text(line));
    }
    lines.push(text(posts()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_between_posts() {
        let arrow = |offset, from: &str, to: &str, text: &str| Arrow {
            offset,
            from: from.into(),
            to: to.into(),
            text: text.into(),
            ..Arrow::default()
        };
        let arrows = [
            arrow(0, "gw01.contoso.com", "fe01.contoso.com", "INVITE sip:+14255551001@fe01;user=phone"),
            arrow(3, "fe01.contoso.com", "fe01.contoso.com", "ACK"),
            arrow(12, "fe01.contoso.com", "gw01.contoso.com", "200 OK"),
        ];
        assert_eq!(
            ladder(&arrows, 70),
            [
                "                     gw01                          fe01",
                "                       │                             │",
                "     0                 ├─────INVITE +14255551001────▶│",
                "     3                 │                             ├╮ ACK",
                "    12                 │◀──────────200 OK────────────┤",
                "                       │                             │",
            ]
        );
        assert!(ladder(&[], 80).is_empty());
    }
}
