//! The top of the page: what was run, how it ended, and its key numbers.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use crate::data::{Market, ReportData, Status, SummaryItem, SummaryValue};
use crate::number::{self, count, duration, people, percent};

/// Title, description, how the run ended, and what identifies it.
pub(crate) fn masthead(data: &ReportData) -> String {
    let (class, words) = match &data.status {
        Status::Completed => ("completed", "Completed".to_owned()),
        Status::Interrupted => ("interrupted", "Interrupted: can be resumed".to_owned()),
        Status::Failed(message) => ("failed", format!("Stopped: {message}")),
    };
    let mut facts = vec![("Steps", text(&count(data.steps)))];
    if !data.step_length.is_empty() {
        facts.push(("One step", text(&data.step_length)));
    }
    facts.push(("Seed", format!("<code>{}</code>", data.seed)));
    if !data.wall_s.is_nan() {
        facts.push(("Took", text(&duration(data.wall_s))));
    }
    let agents: u64 = data.cohorts.iter().map(|cohort| cohort.size).sum();
    if agents > 0 {
        facts.push(("Agents", text(&count(agents))));
    }
    facts.push(("Version", text(&data.version)));
    if !data.state_hash.is_empty() {
        facts.push((
            "Final state",
            format!(
                "<code class=\"hash\" title=\"{hash}\">{short}</code>",
                hash = text(&data.state_hash),
                short = text(&data.state_hash.chars().take(16).collect::<String>()),
            ),
        ));
    }
    let facts: String =
        facts.iter().map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>")).collect();
    let description = if data.description.is_empty() {
        String::new()
    } else {
        format!("<p class=\"lead\">{}</p>\n", text(&data.description))
    };
    format!(
        "<header class=\"masthead\">\n<p class=\"eyebrow\">Walras report</p>\n<h1>{}</h1>\n{description}\
         <p class=\"status {class}\">{}</p>\n<dl class=\"facts\">{facts}</dl>\n</header>\n",
        text(&data.title),
        text(&words),
    )
}

/// Key numbers as cards, and a table of markets and one of resources where there are several.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let mut body = String::new();
    for market in &data.markets {
        if let Some(sentence) = in_words(data, market) {
            let _ = writeln!(body, "<p class=\"summary\">{sentence}</p>");
        }
        if data.markets.len() > 1 {
            break;
        }
    }
    if data.markets.len() > 1 {
        body = market_table(data);
    }
    if data.resources.len() > 1 {
        body.push_str(&super::resource::table(data));
    }
    if !data.summary.is_empty() {
        let cards: String = data.summary.iter().map(card).collect();
        let _ = write!(body, "<dl class=\"cards\">\n{cards}</dl>\n");
    }
    vec![Section { id: "overview".into(), heading: "Key numbers".into(), body, plots: Vec::new() }]
}

fn card(item: &SummaryItem) -> String {
    let value = match &item.value {
        SummaryValue::Number(value) => people(*value),
        SummaryValue::Fraction(value) => percent(*value),
        SummaryValue::Text(words) => words.clone(),
    };
    let unit =
        if item.unit.is_empty() { String::new() } else { format!(" <span class=\"unit\">{}</span>", text(&item.unit)) };
    let class = if matches!(item.value, SummaryValue::Text(_)) { " class=\"words\"" } else { "" };
    format!(
        "<div class=\"card\"><dt>{}</dt><dd{class}>{}{unit}</dd><dd class=\"explanation\">{}</dd></div>\n",
        text(&item.label),
        text(&value),
        text(&item.explanation),
    )
}

/// `The price of TOKEN went from 1 to 1.8 CREDIT (+80.0 %) …`, as markup.
fn in_words(data: &ReportData, market: &Market) -> Option<String> {
    let (first, last) = ends(&market.series.price)?;
    let mut sentence = format!(
        "Over {} steps the price of <strong>{}</strong> went from {} to <strong>{}&nbsp;{}</strong> ({}).",
        text(&count(data.steps)),
        text(data.asset_name(market.asset)),
        people(first),
        people(last),
        text(data.asset_name(market.money)),
        change(first, last),
    );
    let orders = total(&market.series.orders);
    if orders > 0.0 {
        let _ = write!(
            sentence,
            " Of {} orders {} were filled, for a volume of {}&nbsp;{}.",
            people(orders),
            percent(total(&market.series.filled) / orders),
            people(total(&market.series.volume)),
            text(data.asset_name(market.money)),
        );
    }
    Some(sentence)
}

fn market_table(data: &ReportData) -> String {
    let mut rows = String::new();
    for (index, market) in data.markets.iter().enumerate() {
        let series = &market.series;
        let (first, last) = ends(&series.price).unwrap_or((f64::NAN, f64::NAN));
        let orders = total(&series.orders);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><a href=\"#market-{index}\">{name}</a></th><td>{mechanism}</td>\
             <td>{unit}</td><td class=\"n\">{first}</td><td class=\"n\">{last}</td>\
             <td class=\"n\">{change}</td><td class=\"n\">{volume}</td><td class=\"n\">{orders}</td>\
             <td class=\"n\">{filled}</td></tr>",
            name = text(&market.name),
            mechanism = text(&market.mechanism),
            unit = text(&data.price_unit(market)),
            first = people(first),
            last = people(last),
            change = change(first, last),
            volume = people(total(&series.volume)),
            orders = people(orders),
            filled = percent(total(&series.filled) / orders),
        );
    }
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Markets\"><table>\
         <caption><span>Markets at a glance</span></caption><thead><tr><th scope=\"col\">Market</th>\
         <th scope=\"col\">Mechanism</th><th scope=\"col\">Price in</th>\
         <th scope=\"col\" class=\"n\">First</th><th scope=\"col\" class=\"n\">Last</th>\
         <th scope=\"col\" class=\"n\">Change</th><th scope=\"col\" class=\"n\">Volume</th>\
         <th scope=\"col\" class=\"n\">Orders</th><th scope=\"col\" class=\"n\">Filled</th></tr></thead>\
         <tbody>{rows}</tbody></table></div>\n"
    )
}

fn ends(values: &[f64]) -> Option<(f64, f64)> {
    let mut known = values.iter().copied().filter(|value| !value.is_nan());
    let first = known.next()?;
    Some((first, known.next_back().unwrap_or(first)))
}

fn total(values: &[f64]) -> f64 {
    values.iter().filter(|value| !value.is_nan()).sum()
}

fn change(first: f64, last: f64) -> String {
    let relative = (last - first) / first;
    if !relative.is_finite() {
        return "–".to_owned();
    }
    let sign = if relative > 0.0 { "+" } else { "" };
    format!("{sign}{}", number::percent(relative))
}
