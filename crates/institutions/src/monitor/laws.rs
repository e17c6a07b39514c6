//! What every monitor keeps, tested over all entries.

use walras_catalog::{Node, Problem, Read, Table, Value};
use walras_numerics::{Keys, Purpose, Stream};

use super::{AnyMonitor, Monitor, Seen, Verdict, Watches};

/// A monitor of a kind with numbers for parameters; whole numbers are written as such.
pub(super) fn read(kind: &str, numbers: &[(&str, f64)]) -> Result<AnyMonitor, Problem> {
    let whole = |number: f64| if number.fract() == 0.0 { Node::Integer(number as i64) } else { Node::Float(number) };
    let numbers = numbers.iter().map(|&(key, number)| (key, whole(number)));
    table(std::iter::once(("kind", Node::Text(kind.to_owned()))).chain(numbers))
}

fn table<'a>(keys: impl Iterator<Item = (&'a str, Node)>) -> Result<AnyMonitor, Problem> {
    let mut table = Table::default();
    keys.for_each(|(key, node)| table.set(key, Default::default(), Value::made(node)));
    AnyMonitor::read(&Value::made(Node::Table(table)), None)
}

/// What a monitor says of each of some numbers.
pub(super) fn alerts<'a>(monitor: &'a dyn Monitor, numbers: &'a [f64]) -> impl Iterator<Item = Verdict> + 'a {
    let (mut memory, mut pointed) = (monitor.memory(0).unwrap(), Vec::new());
    numbers.iter().map(move |&number| monitor.look(&Seen::Number(number), &mut memory, &mut pointed))
}

/// Settings of every entry that raise some alerts but not always.
fn settings(kind: &str) -> Vec<AnyMonitor> {
    let all = match kind {
        "threshold" => vec![
            read(kind, &[("above", 1.5), ("margin", 0.5)]),
            read(kind, &[("below", -0.25), ("above", 1.25), ("margin", 2.0)]),
        ],
        "reserve_ratio" => vec![read(kind, &[("least", 0.25), ("margin", 0.125)])],
        "z_score" => vec![read(kind, &[("window", 12.0), ("limit", 1.5)]), read(kind, &[("window", 2.0)])],
        "cusum" => vec![read(kind, &[("target", 1.0), ("deviation", 1.0), ("limit", 2.5)])],
        "bubble" => vec![
            read(kind, &[("window", 40.0), ("paths", 100.0), ("confidence", 0.5)]),
            read(kind, &[("window", 16.0), ("least", 4.0), ("critical", 0.5)]),
        ],
        "concentration" => ["herfindahl_hirschman", "largest", "gini"]
            .map(|index| {
                let keys = [("kind", Node::Text(kind.to_owned())), ("index", Node::Text(index.to_owned()))];
                let limit = Node::Float(if index == "herfindahl_hirschman" { 0.23 } else { 0.4 });
                table(keys.into_iter().chain([("limit", limit)]))
            })
            .to_vec(),
        "wash_trading" => vec![read(kind, &[("window", 3.0), ("tolerance", 0.25), ("limit", 0.25)])],
        "collusion" => vec![read(kind, &[("window", 8.0), ("limit", 0.5)])],
        "formula" => vec![table(
            [("kind", Node::Text(kind.to_owned())), ("when", Node::Text("price > 1".to_owned()))].into_iter(),
        )],
        _ => panic!("the monitor `{kind}` needs settings to be tested with"),
    };
    all.into_iter().map(|monitor| monitor.unwrap_or_else(|problem| panic!("{problem:?}"))).collect()
}

fn every_entry() -> Vec<AnyMonitor> {
    AnyMonitor::catalog().into_iter().flat_map(|description| settings(description.name)).collect()
}

const ROWS: usize = 6;

/// One step of what may be seen, in every form.
#[derive(Clone)]
struct Step {
    number: f64,
    columns: [Vec<i64>; 2],
}

impl Step {
    fn draw(stream: &mut Stream) -> Self {
        let odd = [f64::MAX, f64::MIN, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1.0];
        let number = match stream.word() {
            word if word % 5 == 0 => odd[(word / 5) as usize % odd.len()],
            _ => 1.0 + stream.normal(),
        };
        let mut column = || (0..ROWS).map(|_| i64::from(stream.word() % 4) * i64::from(stream.word())).collect();
        Self { number, columns: [column(), column()] }
    }

    fn seen(&self, monitor: &dyn Monitor) -> Seen<'_> {
        match monitor.watches() {
            Watches::Number | Watches::Quantity(_) => Seen::Number(self.number),
            Watches::Condition(_) if self.number.is_nan() => Seen::Number(f64::NAN),
            Watches::Condition(_) => Seen::Number(f64::from(self.number > 1.0)),
            Watches::Holdings => Seen::Holdings(&self.columns[0]),
            Watches::Trades => Seen::Trades { bought: &self.columns[0], sold: &self.columns[1] },
        }
    }
}

fn steps() -> Vec<Step> {
    let mut stream = Keys::new(4).stream(Purpose::parameter(0), 0, 0);
    (0..300).map(|_| Step::draw(&mut stream)).collect()
}

fn run(monitor: &dyn Monitor, steps: &[Step], memory: &mut [f64]) -> Vec<(Verdict, Vec<u32>)> {
    let look = |step: &Step| {
        let mut pointed = vec![99];
        let verdict = monitor.look(&step.seen(monitor), memory, &mut pointed);
        if let Verdict::Alert { level, value } = verdict {
            assert!(level.is_finite() && value.is_finite(), "{monitor:?}: {verdict:?}");
        }
        assert!(verdict.is_alert() || pointed.is_empty(), "{monitor:?} points without an alert");
        assert!(pointed.windows(2).all(|pair| pair[0] < pair[1]) && pointed.iter().all(|&row| row < ROWS as u32));
        (verdict, pointed)
    };
    let verdicts = steps.iter().map(look).collect();
    assert!(memory.iter().all(|number| number.is_finite()), "{monitor:?}: {memory:?}");
    verdicts
}

#[test]
fn alerts_are_raised_and_end_and_memory_is_finite_whatever_is_seen() {
    for monitor in every_entry() {
        let verdicts = run(&*monitor, &steps(), &mut monitor.memory(ROWS).unwrap());
        let raised = verdicts.iter().filter(|(verdict, _)| verdict.is_alert()).count();
        assert!(raised > 0 && raised < verdicts.len(), "{monitor:?} raised {raised} alerts");
    }
}

#[test]
fn an_undefined_number_leaves_the_memory_alone() {
    for monitor in every_entry() {
        let mut memory = monitor.memory(ROWS).unwrap();
        run(&*monitor, &steps()[..100], &mut memory);
        let before = memory.clone();
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let verdict = monitor.look(&Seen::Number(number), &mut memory, &mut Vec::new());
            assert_eq!((verdict, &memory), (Verdict::Quiet, &before), "{monitor:?}");
        }
    }
}

/// All state is in the memory: a run cut in two and resumed says the same.
#[test]
fn a_resumed_run_says_the_same() {
    let steps = steps();
    for monitor in every_entry() {
        let straight = run(&*monitor, &steps, &mut monitor.memory(ROWS).unwrap());
        for cut in [1, 39, 250] {
            let mut memory = monitor.memory(ROWS).unwrap();
            let mut verdicts = run(&*monitor, &steps[..cut], &mut memory);
            let mut saved = memory.clone();
            verdicts.extend(run(&*monitor, &steps[cut..], &mut saved));
            assert_eq!(verdicts, straight, "{monitor:?}");
        }
    }
}

/// What is written is read as the same.
#[test]
fn settings_are_written_as_they_are_read() {
    for monitor in every_entry() {
        let again = AnyMonitor::read(&Value::made(monitor.write()), None).unwrap();
        assert_eq!(format!("{again:?}"), format!("{monitor:?}"));
    }
}
