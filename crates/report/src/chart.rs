//! Static charts: SVG for papers and slides, PNG for everything else, braille for the terminal.

mod ascii;
mod canvas;
mod contract;
mod course;
mod figure;
mod governance;
mod market;
mod panel;
mod people;
mod raster;
mod resource;
mod task;

pub use ascii::ascii;
pub(crate) use governance::{along, merged};
pub use raster::png;

use crate::data::ReportData;

/// Charts of a run as (file stem, SVG): price, supply and reserve, liquidity, volume, curve, resources, demand, tasks,
/// contracts, votes, wealth, cohorts.
///
/// Stems are `price`, `supply_reserve`, `liquidity`, `volume`, `curve`, `resources`, `demand`, `tasks`, `contracts`, `votes`,
/// `wealth` and `cohorts`; with several markets the first five carry the market's name, as in `price-token`, with several
/// assets that resources share `resources` carries the asset's, with several boards `tasks` the board's, and with several
/// bodies `votes` the body's. A chart whose data were not recorded is left out. The
/// drawing is 960 by 540 units, in colours that colour-blind readers can tell apart, on white.
#[must_use]
pub fn svg(data: &ReportData) -> Vec<(String, String)> {
    let mut charts = Vec::new();
    let mut taken: Vec<String> = Vec::new();
    for (index, market) in data.markets.iter().enumerate() {
        let suffix = if data.markets.len() == 1 { String::new() } else { suffix(&market.name, index, &mut taken) };
        let drawn = [
            ("price", market::price(data, market)),
            ("supply_reserve", market::supply_reserve(data, market)),
            ("liquidity", market::liquidity(data, market)),
            ("volume", market::volume(data, market)),
            ("curve", market::curve(data, market)),
        ];
        let found = drawn.into_iter().filter_map(|(stem, svg)| Some((format!("{stem}{suffix}"), svg?)));
        charts.extend(found);
    }
    let shared = resource::resources(data);
    let mut taken: Vec<String> = Vec::new();
    for (index, (asset, svg)) in shared.iter().enumerate() {
        let suffix = if shared.len() == 1 { String::new() } else { suffix(data.asset_name(*asset), index, &mut taken) };
        charts.push((format!("resources{suffix}"), svg.clone()));
    }
    charts.extend(resource::demand(data).map(|svg| ("demand".to_owned(), svg)));
    let mut taken: Vec<String> = Vec::new();
    for (index, body) in data.governance.iter().enumerate() {
        let suffix = if data.governance.len() == 1 { String::new() } else { suffix(&body.name, index, &mut taken) };
        charts.extend(governance::votes(data, body).map(|svg| (format!("votes{suffix}"), svg)));
    }
    let mut taken: Vec<String> = Vec::new();
    for (index, board) in data.boards.iter().enumerate() {
        let suffix = if data.boards.len() == 1 { String::new() } else { suffix(&board.name, index, &mut taken) };
        charts.extend(task::tasks(data, board).map(|svg| (format!("tasks{suffix}"), svg)));
    }
    charts.extend(contract::contracts(data).map(|svg| ("contracts".to_owned(), svg)));
    let of_agents = [("wealth", people::wealth(data)), ("cohorts", people::cohorts(data))];
    charts.extend(of_agents.into_iter().filter_map(|(stem, svg)| Some((stem.to_owned(), svg?))));
    charts
}

/// `-name` in letters that every file system takes, unlike every one before it.
fn suffix(name: &str, index: usize, taken: &mut Vec<String>) -> String {
    let safe: String = name
        .chars()
        .take(40)
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' })
        .collect();
    let safe = safe.trim_matches('-').to_owned();
    let unique = if safe.is_empty() || taken.contains(&safe) { format!("{safe}-{}", index + 1) } else { safe };
    let suffix = format!("-{}", unique.trim_start_matches('-'));
    taken.push(unique);
    suffix
}

#[cfg(test)]
mod tests {
    use super::suffix;

    #[test]
    fn file_names_are_safe_and_distinct() {
        let mut taken = Vec::new();
        let names: Vec<String> = ["Token A/B", "token a b", "", "../../etc", "Größe"]
            .iter()
            .enumerate()
            .map(|(index, name)| suffix(name, index, &mut taken))
            .collect();
        assert_eq!(names, ["-token-a-b", "-token-a-b-2", "-3", "-etc", "-gr--e"]);
    }
}
