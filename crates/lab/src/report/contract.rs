//! What contracts paid and what was contributed.

use walras_catalog::words::in_words;
use walras_numerics::elementary::pow10;
use walras_record::Run;
use walras_record::table::{Columns as _, ContractColumns};
use walras_report::data::{Contract, ContractSeries};

use super::resource::Chosen;
use crate::error::RunError;
use crate::summary::Summary;

/// Every section of contracts, in the scenario's order.
pub(super) fn contracts(run: &Run, summary: Option<&Summary>) -> Result<Vec<Contract>, RunError> {
    let entries = &run.manifest.contracts;
    let asset = |name: &str| run.manifest.assets.iter().position(|asset| asset.name == name).unwrap_or(0);
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let contract = |(number, entry): (usize, &walras_record::manifest::ContractEntry)| {
        let figures = summary.and_then(|summary| summary.contracts.get(number));
        Contract {
            name: entry.name.clone(),
            asset: asset(&entry.asset),
            contribution: in_words(&entry.contribution),
            unit: entry.unit.clone(),
            state: figures.map_or_else(String::new, |it| it.state.clone()),
            funded: known(figures.map(|it| it.funded)),
            paid: known(figures.map(|it| it.paid)),
            refunded: known(figures.map(|it| it.refunded)),
            clawed_back: known(figures.map(|it| it.clawed_back)),
            contributed: known(figures.map(|it| it.contributed)),
            verified: known(figures.map(|it| it.verified)),
            cost_per_verified: known(figures.and_then(|it| it.cost_per_verified)),
            manufactured_share: known(figures.and_then(|it| it.manufactured_share)),
            affiliates_paid: figures.map_or(0, |it| it.affiliates_paid),
            payout_gini: known(figures.and_then(|it| it.payout_gini)),
            series: ContractSeries::default(),
        }
    };
    let mut found: Vec<Contract> = entries.iter().enumerate().map(contract).collect();
    if found.is_empty() {
        return Ok(found);
    }
    let scales: Vec<f64> = found.iter().map(|it| pow10(run.manifest.assets[it.asset].decimals)).collect();
    let chosen = Chosen::of(run, found.len());
    for columns in run.table::<ContractColumns>()? {
        let columns = columns?;
        for row in (0..columns.len()).filter(|&row| chosen.takes(columns.step[row])) {
            let number = columns.contract.ids()[row] as usize;
            let Some(series) = found.get_mut(number).map(|it| &mut it.series) else { continue };
            let scale = scales[number];
            series.step.push(u64::from(columns.step[row]) + 1);
            series.escrow.push(columns.escrow[row] as f64 / scale);
            series.earned.push(columns.earned[row] as f64 / scale);
            series.paid.push(columns.paid[row] as f64 / scale);
            series.contribution.push(columns.contribution[row]);
            series.manufactured.push(columns.manufactured[row]);
            series.aware.push(columns.aware.0[row]);
        }
    }
    Ok(found)
}
