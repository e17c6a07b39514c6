//! Text made safe for where it stands in the page.

use serde_json::Value;

/// Text for element content and for attributes in double quotes.
///
/// Control characters that HTML forbids become the replacement character.
pub(crate) fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len() + raw.len() / 16);
    for character in raw.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' | '\r' => escaped.push(character),
            other if other.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            other => escaped.push(other),
        }
    }
    escaped
}

/// JSON for a script element, where neither `</script>` nor `<!--` may appear.
///
/// In JSON the characters `<`, `>` and `&` occur inside strings only, so that they can be written as
/// escapes without changing the value.
pub(crate) fn json_in_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_cannot_leave_its_place() {
        let hostile = "</script><img src=x onerror=\"a\">'&\u{0}";
        assert_eq!(text(hostile), "&lt;/script&gt;&lt;img src=x onerror=&quot;a&quot;&gt;&#39;&amp;\u{fffd}");
    }

    #[test]
    fn json_survives_the_escaping() {
        let value = json!({"</script><!--": "\u{2028}a & b\u{2029}'\"\\"});
        let embedded = json_in_script(&value);
        assert!(!embedded.contains(['<', '>', '&', '\u{2028}', '\u{2029}']));
        assert_eq!(serde_json::from_str::<Value>(&embedded).unwrap(), value);
    }
}
