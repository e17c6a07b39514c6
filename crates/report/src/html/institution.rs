//! Who gained and who paid by incentives, and how far goals and objectives pull together.

use super::Section;
use super::escape::text;
use crate::data::{Alignment, Incentive, ReportData};
use crate::number::short;

/// The sections, where there are incentives or goals.
pub(crate) fn sections(data: &ReportData) -> Vec<Section> {
    let section = |id: &str, heading: &str, body: String| Section {
        id: id.into(),
        heading: heading.into(),
        body,
        plots: Vec::new(),
    };
    let mut sections = Vec::new();
    if !data.incentives.is_empty() {
        sections.push(section("incentives", "Who gained and who paid", incentives(&data.incentives)));
    }
    if !data.alignment.is_empty() {
        sections.push(section("alignment", "Goals and objectives", alignment(&data.alignment)));
    }
    sections
}

fn number(value: f64) -> String {
    if value.is_nan() {
        return "<td class=\"n\">–</td>".to_owned();
    }
    format!("<td class=\"n\" data-key=\"{value:e}\">{}</td>", short(value, 5))
}

fn incentives(incentives: &[Incentive]) -> String {
    let row = |it: &Incentive, (cohort, gained, paid): &(String, f64, f64)| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>{}{}{}</tr>\n",
            text(&it.name),
            text(&it.rule),
            text(cohort),
            number(*gained),
            number(*paid),
            number(gained - paid)
        )
    };
    let rows: String = incentives.iter().flat_map(|it| it.cohorts.iter().map(move |cohort| row(it, cohort))).collect();
    let mut left: Vec<String> = Vec::new();
    for it in incentives {
        let said = text(&format!("{} holds {} {}", it.treasury, short(it.treasury_end, 5), it.asset)).clone();
        if !left.contains(&said) {
            left.push(said);
        }
    }
    format!(
        "<p class=\"sub\">What the agents of each cohort were paid by each incentive, and what they paid or lost of their \
         stakes, over the whole run. In the end {}.</p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Incentives\"><table class=\"sortable\"><thead><tr>\
         <th scope=\"col\">incentive</th><th scope=\"col\">rule</th><th scope=\"col\">cohort</th>\
         <th scope=\"col\" class=\"n\">gained</th><th scope=\"col\" class=\"n\">paid</th>\
         <th scope=\"col\" class=\"n\">on balance</th></tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        left.join(", ")
    )
}

fn alignment(goals: &[Alignment]) -> String {
    let cohorts = goals.first().map_or(&[][..], |goal| &goal.cohorts);
    let heads: String =
        cohorts.iter().map(|(name, _)| format!("<th scope=\"col\" class=\"n\">{}</th>", text(name))).collect();
    let row = |goal: &Alignment| {
        let cells: String = goal.cohorts.iter().map(|(_, correlation)| number(*correlation)).collect();
        let (first, last) = (number(goal.first), number(goal.last));
        format!("<tr><th scope=\"row\">{}</th>{first}{last}{cells}</tr>\n", text(&goal.goal))
    };
    let rows: String = goals.iter().map(row).collect();
    format!(
        "<p class=\"sub\">Each goal at the first and the last look, and the correlation of its change with the change of the \
         mean utility of each cohort's agents: 1 where they pull together, −1 where they pull apart.</p>\n\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Goals\"><table class=\"sortable\"><thead><tr>\
         <th scope=\"col\">goal</th><th scope=\"col\" class=\"n\">at first</th><th scope=\"col\" class=\"n\">in the end</th>\
         {heads}</tr></thead><tbody>\n{rows}</tbody></table></div>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cohort_has_its_row_and_every_goal_its_correlations() {
        let incentive = Incentive {
            name: "tax & co".into(),
            rule: "transaction_tax".into(),
            asset: "USD".into(),
            treasury: "account:treasury".into(),
            treasury_end: 12.5,
            cohorts: vec![("traders".into(), 0.0, 12.5), ("holders".into(), 3.0, 0.0)],
        };
        let page = incentives(&[incentive]);
        assert!(page.contains("tax &amp; co") && page.contains(">−12.5<") && page.contains(">3<"), "{page}");
        let goal = Alignment {
            goal: "stable".into(),
            first: -0.5,
            last: -0.25,
            cohorts: vec![("traders".into(), -0.75), ("holders".into(), f64::NAN)],
        };
        let page = alignment(&[goal]);
        assert!(page.contains(">−0.75<") && page.contains(">–<"), "{page}");
    }
}
