//! Whatever bytes come in, a text either becomes a tree or a problem with a place in it; nothing panics.

// The fuzz target's own code, which is public there.
#[path = "../../../fuzz/src/scenario.rs"]
#[expect(unreachable_pub)]
mod scenario;

const TOML: &str = r#"# An économy
seed = 0x2A
name = 'tokens "日本"'
steps = 1_000
text = """
many "" lines \
"""
[market.token]
curve = { kind = "linear", slope = 1e-3, points = [[0, 1.5], [2, +inf]] }
"quoted.name".x = true
[[shock]]
at = [1, 2, 3,]
[[shock]]
on = true
[agents]
n = -9223372036854775808
"#;

const JSON: &str = r#"{"seed": 42, "name": "tokens \"\u65e5\" é", "steps": 1e3,
 "market": {"token": {"curve": {"kind": "linear", "slope": -0.5}, "points": [[0, 1.5], [2, 3]]}},
 "shock": [{"at": [1, 2, 3]}, {"on": true, "off": false}], "agents": {"n": -9223372036854775808}}"#;

/// Fragments that mean something to a parser.
const FRAGMENTS: [&str; 24] = [
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "'''",
    "\\",
    "\\u",
    ".",
    "=",
    ",",
    "#",
    "\n",
    "\r",
    "\0",
    "\u{feff}",
    "é",
    "null",
    "nan",
    "1e999",
    "99999999999999999999",
    "2020-01-01",
];

/// SplitMix64 (Steele, Lea and Flood 2014): enough to choose mutations.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound.max(1) as u64) as usize
    }
}

/// `text` truncated, with bytes flipped, pieces put in, taken out or doubled.
fn mutated(text: &str, choices: &mut Choices) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=choices.below(4) {
        let at = choices.below(bytes.len() + 1);
        let to = (at + choices.below(12)).min(bytes.len());
        match choices.below(6) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << choices.below(8),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                let at = choices.below(bytes.len() + 1);
                drop(bytes.splice(at..at, piece));
            }
            _ => drop(bytes.splice(at..at, FRAGMENTS[choices.below(FRAGMENTS.len())].bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn mutated_scenarios_are_parsed_or_refused_with_a_place() {
    for (name, text) in [("s.toml", TOML), ("s.json", JSON)] {
        let mut choices = Choices(2);
        let taken = (0..4000).filter(|_| scenario::read(name, &mutated(text, &mut choices))).count();
        assert!((100..3900).contains(&taken), "{name}: {taken} taken");
    }
}

#[test]
fn mutated_overrides_are_applied_or_refused_with_a_place() {
    let mut choices = Choices(3);
    for text in ["market.\"a.b\".slope=2.5", "list.1.x = [1, { y = 'z' }]", "market.'a.b' = { kind = \"power\" }"] {
        let applied = (0..2000).filter(|_| scenario::read_override(&mutated(text, &mut choices))).count();
        assert!((100..1900).contains(&applied), "{text}: {applied} applied");
    }
}

#[test]
fn bytes_that_are_no_text_are_read_too() {
    let mut choices = Choices(4);
    for length in 0..500 {
        let bytes: Vec<u8> = (0..length).map(|_| choices.below(256) as u8).collect();
        scenario::run(&bytes);
    }
}
