//! Names as they stand in sentences and titles.

/// Acronyms and people among the words of entries' names, as they are written.
const SPELLED: [(&str, &str); 19] = [
    ("avellaneda", "Avellaneda–"),
    ("cara", "CARA"),
    ("chiarella", "Chiarella–"),
    ("cobb", "Cobb–"),
    ("crra", "CRRA"),
    ("dickhaut", "Dickhaut"),
    ("douglas", "Douglas"),
    ("dutch", "Dutch"),
    ("eip1559", "EIP-1559"),
    ("english", "English"),
    ("gjerstad", "Gjerstad–"),
    ("iori", "Iori"),
    ("lmsr", "LMSR"),
    ("mcafee", "McAfee"),
    ("rai", "RAI"),
    ("stoikov", "Stoikov"),
    ("vickrey", "Vickrey"),
    ("vrgda", "VRGDA"),
    ("zip", "ZIP"),
];

/// An entry's name in words: `stable_swap` is `stable swap`, `lmsr` is `LMSR`, `cobb_douglas` is `Cobb–Douglas`.
#[must_use]
pub fn in_words(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for word in name.split('_') {
        if !words.is_empty() && !words.ends_with('–') {
            words.push(' ');
        }
        words.push_str(SPELLED.iter().find(|(plain, _)| *plain == word).map_or(word, |(_, spelled)| spelled));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A market of Hanson's rule was once called an "lmsr pool".
    #[test]
    fn acronyms_were_written_small() {
        let names = ["lmsr", "stable_swap", "gjerstad_dickhaut", "zip", "english_clock", "k_double", "vrgda_linear"];
        let found = names.map(in_words);
        let expected = ["LMSR", "stable swap", "Gjerstad–Dickhaut", "ZIP", "English clock", "k double", "VRGDA linear"];
        assert_eq!(found, expected);
    }
}
