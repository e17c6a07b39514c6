//! A page of an economy without markets tells of resources and of who got what, and of nothing that is not there.

mod shared;

use walras_report::data::*;
use walras_report::{chart, html};

fn plots(page: &str) -> Vec<serde_json::Value> {
    let from = "<script type=\"application/json\" id=\"report-data\">";
    let start = page.find(from).expect("data") + from.len();
    let end = start + page[start..].find("</script>").expect("an end");
    let data: serde_json::Value = serde_json::from_str(&page[start..end]).expect("the data are JSON");
    data["plots"].as_array().expect("plots").clone()
}

/// The chart of this name and the labels of its lines.
fn labels(plots: &[serde_json::Value], id: &str) -> Vec<String> {
    let plot = plots.iter().find(|plot| plot["id"] == id).unwrap_or_else(|| panic!("no chart {id}"));
    plot["lines"].as_array().unwrap().iter().map(|line| line["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn there_is_no_section_of_what_is_not_there() {
    let page = html::page(&shared::resource_economy(300, 3));
    let sections: Vec<&str> =
        page.split("<section id=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    assert_eq!(sections, ["overview", "resources", "demand", "again"]);
}

#[test]
fn many_resources_of_one_asset_are_lines_of_one_chart() {
    let plots = plots(&html::page(&shared::resource_economy(300, 3)));
    assert_eq!(labels(&plots, "resource-1-granted"), ["site 0", "site 1", "site 2"]);
    assert_eq!(labels(&plots, "resource-1-price"), ["site 0", "site 1", "site 2"]);
    // More than can be told apart: those with most capacity, and a word about it.
    let data = shared::resource_economy(300, 12);
    let page = html::page(&data);
    assert_eq!(self::plots(&page).len(), plots.len(), "more resources are more lines, not more charts");
    assert!(page.contains("The 7 resources with most capacity of 12 are drawn."));
    assert_eq!(labels(&self::plots(&page), "resource-1-granted").len(), 7);
}

#[test]
fn requests_that_dwarf_the_capacity_do_not_press_it_flat() {
    let plots = plots(&html::page(&shared::resource_economy(300, 1)));
    assert_eq!(labels(&plots, "resource-1-capacity"), ["granted", "capacity", "requested"]);
    assert_eq!(labels(&plots, "resource-2-capacity"), ["granted", "capacity"]);
    assert_eq!(labels(&plots, "resource-2-requested"), ["requested", "capacity"]);
    assert!(plots.iter().all(|plot| plot["id"] != "resource-2-price"), "nothing is charged for storage");
}

#[test]
fn the_table_says_who_got_what() {
    let page = html::page(&shared::resource_economy(300, 1));
    let table = &page[page.find("aria-label=\"Who got what\"").unwrap()..];
    let row = &table[table.find("batch").unwrap()..];
    let row = &row[..row.find("</tr>").unwrap()];
    for shown in ["500", "460", "40", "75.0", "6.5", "12.5"] {
        assert!(row.contains(shown), "{shown} in {row}");
    }
    let without = &table[table.find(">day<").unwrap()..];
    assert!(without[..without.find("</tr>").unwrap()].contains('–'), "a cohort without jobs has none");
}

#[test]
fn charts_are_named_by_asset_and_hold_no_market() {
    let stems = |data: &ReportData| chart::svg(data).into_iter().map(|(stem, _)| stem).collect::<Vec<String>>();
    let data = shared::resource_economy(300, 3);
    assert_eq!(stems(&data), ["resources-compute", "resources-storage", "demand"]);
    for (stem, svg) in chart::svg(&data) {
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{stem}");
        chart::png(&svg, 1.0).unwrap_or_else(|error| panic!("{stem}: {error}"));
    }
}
