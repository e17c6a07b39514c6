//! A page of an economy with boards of tasks tells what became of tasks.

mod shared;

use walras_report::data::*;
use walras_report::{chart, html};

/// A board on which a task is completed in each step, and now and then one is false.
fn board(name: &str, steps: u64) -> Board {
    let each = |value: &dyn Fn(u64) -> f64| (1..=steps).map(value).collect::<Vec<f64>>();
    let series = BoardSeries {
        step: (1..=steps).collect(),
        open: each(&|step| (step % 7) as f64),
        at_work: each(&|_| 12.0),
        completed: each(&|_| 1.0),
        false_deliveries: each(&|step| f64::from(u8::from(step % 5 == 0))),
        expired: each(&|_| 0.0),
    };
    Board {
        name: name.into(),
        assignment: "auction".into(),
        posted: 1234,
        completed: steps,
        found_false: 41,
        paid: 2500.0,
        cost_per_completion: 8.75,
        utilisation: 0.625,
        series,
        ..Board::default()
    }
}

#[test]
fn each_board_has_a_row_and_charts_of_what_happened() {
    let mut data = shared::resource_economy(300, 1);
    assert!(!html::page(&data).contains("id=\"tasks\""), "there are no boards");
    data.boards = vec![board("jobs", 300)];
    let page = html::page(&data);
    let table = &page[page.find("aria-label=\"What became of tasks\"").unwrap()..];
    let row = &table[table.find(">jobs<").unwrap()..];
    let row = &row[..row.find("</tr>").unwrap()];
    for shown in ["auction", "1234", "300", "41", "8.75", "62.5"] {
        assert!(row.contains(shown), "{shown} in {row}");
    }
    let stems = |data: &ReportData| chart::svg(data).into_iter().map(|(stem, _)| stem).collect::<Vec<String>>();
    assert_eq!(stems(&data).last().unwrap(), "tasks");
    data.boards.push(board("chores", 300));
    assert!(stems(&data).ends_with(&["tasks-jobs".to_owned(), "tasks-chores".to_owned()]));
    for (stem, svg) in chart::svg(&data).into_iter().filter(|(stem, _)| stem.starts_with("tasks")) {
        assert!(svg.contains("false") && !svg.contains("deadline passed"), "{stem}: what never happened is not drawn");
        assert!(!svg.contains("NaN"), "{stem}");
        chart::png(&svg, 1.0).unwrap_or_else(|error| panic!("{stem}: {error}"));
    }
}
