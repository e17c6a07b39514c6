//! The page holds everything it needs, says what it was given, and nothing it was given can break it.

mod sample;

use walras_report::data::*;
use walras_report::html;

/// Everything between two marks, the first time they occur.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from}")) + from.len();
    &page[start..start + page[start..].find(to).unwrap_or_else(|| panic!("no {to}"))]
}

fn embedded(page: &str) -> serde_json::Value {
    let json = between(page, "<script type=\"application/json\" id=\"report-data\">", "</script>");
    serde_json::from_str(json).expect("the data are JSON")
}

#[test]
fn the_page_loads_nothing() {
    let page = html::page(&sample::report(300));
    let without_banner = page.replacen("/*! https://github.com/leeoniya/uPlot", "", 1);
    for forbidden in ["http:", "https:", "src=\"", "url(", "@import", "fetch(", "XMLHttpRequest", "import(", "<link"] {
        assert!(!without_banner.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("default-src 'none'"));
    for link in page.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..40]);
    }
}

#[test]
fn every_link_and_label_has_its_target() {
    let page = html::page(&sample::report(300));
    let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), ids.len(), "an id occurs twice");
    for attribute in ["href=\"#", "aria-labelledby=\"", "data-copy=\""] {
        for rest in page.split(attribute).skip(1) {
            let target = &rest[..rest.find('"').unwrap()];
            assert!(ids.contains(&target), "{attribute}{target}");
        }
    }
    for plot in embedded(&page)["plots"].as_array().unwrap() {
        assert!(ids.contains(&plot["id"].as_str().unwrap()), "{}", plot["id"]);
    }
}

#[test]
fn every_chart_and_table_says_what_it_is() {
    let page = html::page(&sample::report(300));
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    let canvases = page.matches("<div class=\"canvas\" role=\"img\" tabindex=\"0\" aria-label=\"").count();
    assert_eq!(canvases, embedded(&page)["plots"].as_array().unwrap().len());
    assert!(!page.contains("aria-label=\"\""));
}

#[test]
fn hostile_names_stay_text() {
    let hostile =
        "</script><script>alert(1)</script><!-- \"quoted\" 'single' & <img src=x onerror=alert(1)> ünï 価格 \u{2028}";
    let mut data = sample::report(300);
    let name = || hostile.to_owned();
    (data.title, data.description, data.scenario_text) = (name(), name(), name());
    (data.reproduce, data.state_hash, data.version) = (name(), name(), name());
    (data.step_length, data.status) = (name(), Status::Failed(name()));
    data.assets.iter_mut().for_each(|asset| asset.name = name());
    for market in &mut data.markets {
        (market.name, market.mechanism) = (name(), name());
        market.curves.iter_mut().for_each(|curve| curve.label = name());
        for parameter in &mut market.parameters {
            (parameter.name, parameter.unit, parameter.set_by) = (name(), name(), name());
        }
    }
    for cohort in &mut data.cohorts {
        (cohort.name, cohort.policy, cohort.objective) = (name(), name(), name());
    }
    for event in &mut data.events {
        (event.kind, event.subject, event.detail) = (name(), name(), name());
    }
    let log = data.log.as_mut().unwrap();
    log.root = name();
    for act in &mut log.acts {
        (act.institution, act.act, act.amount) = (name(), name(), name());
    }
    data.wealth.as_mut().unwrap().unit = name();
    for (reason, _) in data.supplies.iter_mut().flat_map(|supply| &mut supply.flows) {
        *reason = name();
    }
    for total in &mut data.accounts {
        (total.account, total.reason) = (name(), name());
    }
    for item in &mut data.summary {
        (item.label, item.unit, item.explanation) = (name(), name(), name());
        item.value = SummaryValue::Text(name());
    }

    let (page, plain) = (html::page(&data), html::page(&sample::report(300)));
    for tag in ["<script", "</script", "<img", "<!--"] {
        assert_eq!(page.matches(tag).count(), plain.matches(tag).count(), "{tag}");
    }
    assert_eq!(between(&page, "<h1>", "</h1>").matches("&lt;script&gt;").count(), 1);
    let data = embedded(&page);
    let fan = data["plots"].as_array().unwrap().iter().find(|plot| plot["id"] == "cohort-0").unwrap();
    assert_eq!(fan["unit"].as_str().unwrap(), format!("{hostile} per agent"));
}

#[test]
fn the_same_data_give_the_same_page() {
    assert_eq!(html::page(&sample::report(500)), html::page(&sample::report(500)));
}

#[test]
fn a_million_steps_stay_below_three_megabytes() {
    let page = html::page(&sample::report(1_000_000));
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
}

#[test]
fn many_markets_and_long_lists_stay_below_three_megabytes() {
    let mut data = sample::report(20_000);
    let market = data.markets[0].clone();
    data.markets = vec![market; 30];
    data.events = (0..100_000).map(|step| Event { step, kind: "shock".into(), ..Event::default() }).collect();
    data.scenario_text = "# a long scenario\n".repeat(100_000);
    let page = html::page(&data);
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
}

#[test]
fn a_spike_of_one_step_in_a_million_is_drawn() {
    let mut data = sample::one_market(0);
    let mut price = vec![1.0; 1_000_000];
    price[654_321] = 77.0;
    data.markets[0].series = MarketSeries { step: (0..1_000_000).collect(), price, ..MarketSeries::default() };
    let page = html::page(&data);
    let data = embedded(&page);
    let at = |plot: &serde_json::Value| plot["x"].as_array().unwrap().iter().position(|x| x == 654_321);
    let price = data["plots"].as_array().unwrap().iter().find(|plot| plot["id"] == "market-0-price").unwrap();
    assert_eq!(price["lines"][0]["values"][at(price).expect("the step is kept")], 77);
}

#[test]
fn an_empty_run_still_gives_a_page() {
    let page = html::page(&ReportData::default());
    assert!(page.contains("<h1></h1>") && page.ends_with("</html>\n"));
    assert!(embedded(&page)["plots"].as_array().unwrap().is_empty());
}

#[test]
fn one_atom_astray_is_shown() {
    let mut data = sample::report(10);
    assert!(!html::page(&data).contains("unbalanced\">"));
    data.accounts[0].atoms += 1;
    assert!(html::page(&data).contains("unbalanced\">0.000001 "));
    let mut data = sample::report(10);
    data.supplies[0].closing += 1;
    assert!(html::page(&data).contains("unbalanced\">0.000000001 "));
}

/// The charts of the first market's section, by the end of their identifiers.
fn charts(data: &ReportData) -> Vec<String> {
    let page = embedded(&html::page(data));
    let ids = page["plots"].as_array().unwrap().iter().map(|plot| plot["id"].as_str().unwrap().to_owned());
    ids.filter_map(|id| id.strip_prefix("market-0-").map(str::to_owned)).collect()
}

#[test]
fn each_kind_of_market_has_the_charts_that_tell_its_story() {
    let mut data = sample::one_market(50);
    let market = &mut data.markets[0];
    (market.curves, market.parameters) = Default::default();
    let steps = market.series.step.len();
    let series = &mut market.series;
    let around = |shift: f64, price: &[f64]| price.iter().map(|price| price + shift).collect::<Vec<f64>>();
    (series.best_bid, series.best_ask) = (around(-0.01, &series.price), around(0.02, &series.price));
    (series.spread, series.effective_spread) = (vec![0.03; steps], vec![0.025; steps]);
    (series.bid_depth, series.ask_depth, series.imbalance) = (vec![4.0; steps], vec![6.0; steps], vec![-0.2; steps]);
    (series.resting, series.inventory) = (vec![12.0; steps], vec![300.0; steps]);
    (series.shares, series.against_holding) = (vec![1e6; steps], vec![-0.01; steps]);
    let of = |data: &mut ReportData, kind| {
        data.markets[0].kind = kind;
        charts(data)
    };
    let with = |own: &[&'static str]| [own, &["volume", "orders", "fees"]].concat();
    assert_eq!(of(&mut data, MarketKind::Book), with(&["price", "spread", "depth", "imbalance", "resting"]));
    let page = embedded(&html::page(&data));
    let price = page["plots"].as_array().unwrap().iter().find(|plot| plot["id"] == "market-0-price").unwrap();
    // The band is between the best ask and the best bid, and no line of trades runs over it.
    assert_eq!(price["bands"].to_string(), "[[1,2]]");
    let lines = price["lines"].as_array().unwrap().iter();
    let labels: Vec<&str> = lines.map(|line| line["label"].as_str().unwrap()).collect();
    assert_eq!(labels, ["price", "best ask", "best bid", "fundamental value"]);
    let pool = ["price", "reserve", "inventory", "shares", "holding", "effective"];
    assert_eq!(of(&mut data, MarketKind::Pool), with(&pool));
    let series = &mut data.markets[0].series;
    (series.best_bid, series.best_ask) = Default::default();
    assert_eq!(of(&mut data, MarketKind::Clearing), with(&["price"]));
    assert_eq!(of(&mut data, MarketKind::Curve), ["price", "supply", "reserve", "volume", "orders", "fees", "ratio"]);
}

#[test]
fn providers_stand_in_a_table() {
    let mut data = sample::one_market(50);
    assert!(!html::page(&data).contains("Providers of liquidity"));
    let provider = Provider { name: "<first>".into(), value: 98.5, value_if_held: 100.0, gain: -1.5 };
    data.markets[0].providers = vec![provider];
    let page = html::page(&data);
    let table = between(&page, "Providers of liquidity", "</table>");
    assert!(table.contains("&lt;first&gt;") && table.contains("loss\">−1.5"), "{table}");
}

#[test]
fn what_institutions_did_is_counted_under_its_root() {
    let mut data = sample::report(300);
    let page = html::page(&data);
    let section = between(&page, "<section id=\"log\"", "</section>");
    for words in ["5dc9da79a70659a9ad559cb701ded9a2", "incentives.tax", "collected", "482.050000 CREDIT"] {
        assert!(section.contains(words), "{words}");
    }
    data.log = None;
    assert!(!html::page(&data).contains("id=\"log\""));
}
