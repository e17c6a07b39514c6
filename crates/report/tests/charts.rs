//! Static charts are well-formed, complete, the same every time, and not blank.

mod sample;

use resvg::tiny_skia::Pixmap;
use resvg::usvg::{Options, Tree};
use walras_report::chart;
use walras_report::data::*;

fn stems(data: &ReportData) -> Vec<String> {
    chart::svg(data).into_iter().map(|(stem, _)| stem).collect()
}

#[test]
fn every_chart_is_well_formed_and_the_same_every_time() {
    let data = sample::report(400);
    let charts = chart::svg(&data);
    assert_eq!(charts, chart::svg(&data));
    for (stem, svg) in charts {
        let tree = Tree::from_str(&svg, &Options::default()).unwrap_or_else(|error| panic!("{stem}: {error}"));
        assert_eq!((tree.size().width(), tree.size().height()), (960.0, 540.0), "{stem}");
        assert!(svg.contains("<title>") && !svg.contains("NaN") && !svg.contains("inf"), "{stem}");
    }
}

#[test]
fn stems_name_the_markets_where_there_are_several() {
    let one = ["price", "supply_reserve", "volume", "curve", "wealth", "cohorts"];
    assert_eq!(stems(&sample::one_market(50)), one);
    assert!(stems(&sample::report(50)).contains(&"supply_reserve-compute".to_owned()));
}

#[test]
fn what_was_not_recorded_is_left_out() {
    let mut data = sample::one_market(50);
    data.wealth = None;
    data.cohorts.clear();
    data.markets[0].curves.clear();
    data.markets[0].series.reserve.clear();
    assert_eq!(stems(&data), ["price", "volume"]);
    assert!(stems(&ReportData::default()).is_empty());
}

#[test]
fn a_png_shows_the_lines_in_their_colour() {
    let (_, svg) = chart::svg(&sample::one_market(400)).remove(0);
    let png = chart::png(&svg, 1.5).unwrap();
    let pixels = Pixmap::decode_png(&png).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (1_440, 810));
    // Okabe and Ito's blue, the colour of the price.
    let blue = pixels.pixels().iter().filter(|pixel| (pixel.red(), pixel.green(), pixel.blue()) == (0, 114, 178));
    assert!(blue.count() > 1_000);
}

#[test]
fn hostile_and_odd_data_are_drawn() {
    let mut data = sample::report(60);
    let hostile = "</text><script>alert(1)</script> & \"x\" \u{0}\u{ffff} 価格";
    data.title = hostile.into();
    data.assets[0].name = hostile.into();
    data.cohorts[0].name = hostile.repeat(20);
    data.cohorts[1].profit = f64::NAN;
    data.cohorts[2].fan[3].p95 = f64::NAN;
    data.markets[0].series.price[5] = f64::INFINITY;
    data.markets[0].series.supply.truncate(10);
    data.markets[1].series.step.truncate(1);
    let wealth = data.wealth.as_mut().unwrap();
    wealth.end.histogram.logarithmic = true;
    wealth.end.histogram.edges[0] = 1.0;
    wealth.start.histogram.counts.pop();
    for (stem, svg) in chart::svg(&data) {
        assert!(!svg.contains("<script"), "{stem}");
        chart::png(&svg, 0.5).unwrap_or_else(|error| panic!("{stem}: {error}"));
    }
}
