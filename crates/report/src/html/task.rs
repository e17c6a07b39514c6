//! What became of tasks: each board's counts, and its course.

use super::Section;
use super::escape::text;
use super::plot::{Plot, grid};
use super::resource::STROKES;
use super::series::{BUCKETS_MAX, BUCKETS_MIN, Column, Kind, NUMBERS_ON_PAGE, Place, Source};
use crate::data::{Board, ReportData};
use crate::number::{count, people, percent};

/// Boards that are drawn.
const DRAWN_MAX: usize = 6;

/// The section, where there are boards of tasks.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    if data.boards.is_empty() {
        return Vec::new();
    }
    let shown = &data.boards[..data.boards.len().min(DRAWN_MAX)];
    let buckets = (NUMBERS_ON_PAGE / (4 * 2 * 5 * shown.len())).clamp(BUCKETS_MIN, BUCKETS_MAX);
    let plots: Vec<Plot> = shown.iter().enumerate().flat_map(|(at, board)| plots(at, board, buckets)).collect();
    let body = table(data) + &grid(&plots);
    vec![Section { id: "tasks".into(), heading: "What became of tasks".into(), body, plots }]
}

fn plots(at: usize, board: &Board, buckets: usize) -> Vec<Plot> {
    let (series, prefix) = (&board.series, format!("tasks-{at}"));
    let place = Place { prefix: &prefix, subject: &board.name, step: &series.step, buckets };
    let became: [Column; 3] = [
        ("completed", 1, STROKES[0], &series.completed),
        ("false", 2, STROKES[1 % STROKES.len()], &series.false_deliveries),
        ("deadline passed", 3, STROKES[2 % STROKES.len()], &series.expired),
    ];
    let stand: [Column; 2] =
        [("at work", 5, STROKES[0], &series.at_work), ("open", 6, STROKES[1 % STROKES.len()], &series.open)];
    let title = |what: &str| format!("{what}, {}", board.name);
    let (became_title, stand_title) = (title("What became of tasks"), title("Tasks that stand"));
    [
        place.thinned(&Source {
            id: "became",
            title: &became_title,
            unit: "tasks per step",
            kind: Kind::Flow,
            columns: &became,
        }),
        place.thinned(&Source { id: "stand", title: &stand_title, unit: "tasks", kind: Kind::Flow, columns: &stand }),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A row for each board.
fn table(data: &ReportData) -> String {
    let cell = |value: f64, shown: String| {
        let key = if value.is_nan() { String::new() } else { format!(" data-key=\"{value:e}\"") };
        format!("<td class=\"n\"{key}>{shown}</td>")
    };
    let row = |board: &Board| {
        let Board { posted, completed, found_false, paid_false, late, untaken, .. } = *board;
        let mut row = format!("<tr><th scope=\"row\">{}</th><td>{}</td>", text(&board.name), text(&board.assignment));
        for number in [posted, completed, found_false, paid_false, late, untaken] {
            row.push_str(&cell(number as f64, count(number)));
        }
        row.push_str(&cell(board.paid, people(board.paid)));
        row.push_str(&cell(board.cost_per_completion, people(board.cost_per_completion)));
        row.push_str(&cell(board.utilisation, percent(board.utilisation)));
        row + "</tr>\n"
    };
    let rows: String = data.boards.iter().map(row).collect();
    let money = text(data.asset_name(0));
    let headings: String = [
        "Posted",
        "Completed",
        "Found false",
        "Paid though false",
        "Late",
        "Untaken",
        &format!("Paid, {money}"),
        &format!("For a completion, {money}"),
        "Workers at work",
    ]
    .iter()
    .map(|heading| format!("<th scope=\"col\" class=\"n\">{heading}</th>"))
    .collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What became of tasks\"><table class=\"sortable\">\
         <caption><span>A task is completed when it is delivered rightly and in time; late when its deadline passed in a \
         worker’s hands, untaken when in nobody’s. What a completion cost is rewards and checks less stakes received; workers \
         at work is the share of their steps in which they had a task.</span></caption><thead><tr>\
         <th scope=\"col\">Board</th><th scope=\"col\">Assignment</th>{headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
    )
}
