//! Who got what: what the requests of each cohort came to.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Plot, grid};
use super::resource::{LINES_MAX, STROKES};
use super::series::{BUCKETS_MAX, BUCKETS_MIN, Column, Kind, NUMBERS_ON_PAGE, Place, Source};
use crate::data::{Demand, DemandSeries, ReportData};
use crate::number::{count, people, percent};

/// The section, where cohorts request resources.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let Some(first) = data.demand.first() else { return Vec::new() };
    let shown = &data.demand[..data.demand.len().min(LINES_MAX)];
    let buckets = (NUMBERS_ON_PAGE / (4 * 2 * 4 * shown.len())).clamp(BUCKETS_MIN, BUCKETS_MAX);
    let place = Place { prefix: "demand", subject: "each cohort", step: &first.series.step, buckets };
    type Values = fn(&DemandSeries) -> Vec<f64>;
    let chart = |id, title, unit, kind, values: Values| {
        let values: Vec<Vec<f64>> = shown.iter().map(|demand| values(&demand.series)).collect();
        let each = shown.iter().zip(&values).enumerate();
        let columns: Vec<Column> = each
            .map(|(at, (demand, values))| {
                (demand.cohort.as_str(), at + 1, STROKES[at % STROKES.len()], values.as_slice())
            })
            .collect();
        place.thinned(&Source { id, title, unit, kind, columns: &columns })
    };
    let late = data.demand.iter().any(|demand| demand.series.late.iter().any(|&late| late > 0.0));
    let plots: Vec<Plot> = [
        chart("waiting", "Jobs that wait", "jobs", Kind::Flow, |series| series.waiting.clone()),
        chart("finished", "Jobs finished", "jobs per step", Kind::Flow, |series| series.finished.clone()),
        late.then(|| chart("late", "Deadlines missed", "jobs per step", Kind::Flow, |series| series.late.clone()))
            .flatten(),
        // Jobs are finished now and then, so that what a step brought is hardly ever to be seen.
        if shown.iter().any(|demand| demand.jobs.is_some()) {
            chart("utility", "Utility since the beginning", "per agent", Kind::Level, |series| series.utility.clone())
        } else {
            chart("utility", "Utility", "per agent and step", Kind::Flow, DemandSeries::utility_per_step)
        },
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut body = table(data);
    if data.demand.len() > shown.len() {
        let _ = writeln!(
            body,
            "<p class=\"sub\">The first {} cohorts of {} are drawn.</p>",
            shown.len(),
            data.demand.len()
        );
    }
    body.push_str(&grid(&plots));
    vec![Section { id: "demand".into(), heading: "Who got what".into(), body, plots }]
}

/// A row for each cohort.
fn table(data: &ReportData) -> String {
    let jobs = data.demand.iter().any(|demand| demand.jobs.is_some());
    let any = |value: fn(&Demand) -> f64| data.demand.iter().map(value).any(|it| it.is_finite() && it != 0.0);
    let (paid, fares) = (any(|demand| demand.paid), any(|demand| demand.fares));
    let cell = |value: f64, shown: String| {
        let key = if value.is_nan() { String::new() } else { format!(" data-key=\"{value:e}\"") };
        format!("<td class=\"n\"{key}>{shown}</td>")
    };
    let mut rows = String::new();
    for demand in &data.demand {
        let _ = write!(rows, "<tr><th scope=\"row\">{}</th>", text(&demand.cohort));
        rows.push_str(&cell(demand.agents as f64, count(demand.agents)));
        rows.push_str(&cell(demand.utility, people(demand.utility)));
        if jobs {
            let number = |value: Option<u64>| match value {
                Some(value) => cell(value as f64, count(value)),
                None => cell(f64::NAN, "–".to_owned()),
            };
            let of = demand.jobs.as_ref();
            rows.push_str(&number(of.map(|jobs| jobs.arrived)));
            rows.push_str(&number(of.map(|jobs| jobs.finished)));
            rows.push_str(&number(of.map(|jobs| jobs.waiting)));
            let in_time = of.map_or(f64::NAN, |jobs| jobs.in_time_share);
            let wait = of.map_or(f64::NAN, |jobs| jobs.mean_wait);
            rows.push_str(&cell(in_time, percent(in_time)));
            rows.push_str(&cell(wait, people(wait)));
        }
        if paid {
            rows.push_str(&cell(demand.paid, people(demand.paid)));
        }
        if fares {
            rows.push_str(&cell(demand.fares, people(demand.fares)));
        }
        rows.push_str("</tr>\n");
    }
    let mut headings = vec!["Agents", "Utility"];
    let paid_heading = format!("Paid, {}", text(data.asset_name(0)));
    let fares_heading = format!("For the way, {}", text(data.asset_name(0)));
    if jobs {
        headings.extend(["Jobs arrived", "Finished", "Waiting", "In time", "Mean wait, steps"]);
    }
    if paid {
        headings.push(&paid_heading);
    }
    if fares {
        headings.push(&fares_heading);
    }
    let headings: String =
        headings.iter().map(|heading| format!("<th scope=\"col\" class=\"n\">{heading}</th>")).collect();
    let about_jobs = if jobs {
        " In time is the share of jobs, of those whose deadline was kept or missed, that were finished by it; a job \
         waits from its arrival to the end of the step in which it is finished."
    } else {
        ""
    };
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Who got what\"><table class=\"sortable\">\
         <caption><span>What each cohort’s requests came to over the run. Utility is what an agent got from what it used, \
         and what it paid for it is a mean as well.{about_jobs}</span></caption><thead><tr>\
         <th scope=\"col\">Cohort</th>{headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
    )
}
