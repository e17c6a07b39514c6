//! Gradual Dutch auctions against the contract's own numbers, and the laws that every rule of issuance meets.

use std::path::Path;

use serde_json::Value as Json;
use walras_market::auction::issuance::{
    AnyIssuance, GradualContinuous, GradualDiscrete, Issuance, VrgdaLinear, VrgdaLogistic, cost_in_atoms,
};
use walras_numerics::{Keys, Purpose};

const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/mechanisms.csv");

/// LinearVRGDA.sol run by others: prices in 10⁻¹⁸, to one part in 10¹².
#[test]
fn prices_are_the_contracts() {
    let Ok(mut reader) = csv::Reader::from_path(Path::new(REFERENCE)) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut count = 0;
    for record in reader.records().map(Result::unwrap).filter(|record| &record[0] == "vrgda_linear") {
        let (params, input): (Json, Json) =
            (serde_json::from_str(&record[1]).unwrap(), serde_json::from_str(&record[3]).unwrap());
        let number = |json: &Json, key: &str| match &json[key] {
            Json::String(text) => text.parse::<f64>().unwrap(),
            other => other.as_f64().unwrap(),
        };
        let sale = VrgdaLinear {
            target: number(&params, "target_price"),
            decay: number(&params, "decay"),
            rate: number(&params, "per_time_unit"),
        };
        let price = sale.price(number(&input, "sold"), number(&input, "time_days")).unwrap();
        let expected = record[4].parse::<f64>().unwrap() * 1e-18;
        assert!((price / expected - 1.0).abs() < 1e-12, "{price} is not {expected}");
        count += 1;
    }
    assert!(count > 0, "the reference file has no rows for issuance");
}

fn samples() -> Vec<AnyIssuance> {
    let samples: Vec<AnyIssuance> = AnyIssuance::catalog()
        .iter()
        .map(|entry| match entry.name {
            "vrgda_linear" => AnyIssuance::VrgdaLinear(VrgdaLinear { target: 69.42, decay: 0.31, rate: 2.0 }),
            "vrgda_logistic" => {
                AnyIssuance::VrgdaLogistic(VrgdaLogistic { target: 69.42, decay: 0.31, maximum: 500, speed: 0.05 })
            }
            "gradual_discrete" => {
                AnyIssuance::GradualDiscrete(GradualDiscrete { initial_price: 1000.0, scale_factor: 1.1, decay: 0.5 })
            }
            "gradual_continuous" => {
                AnyIssuance::GradualContinuous(GradualContinuous { initial_price: 10.0, decay: 0.5, rate: 7.0 })
            }
            other => panic!("no sample parameters for `{other}`: add some"),
        })
        .collect();
    samples
}

/// Prices fall as time passes and rise as units are sold; buying at once costs what buying in parts does.
#[test]
fn prices_fall_with_time_and_rise_with_sales() {
    for (index, sale) in samples().iter().enumerate() {
        let mut count = 0;
        for case in 0..10_000 {
            let mut stream = Keys::new(index as u64).stream(Purpose::sample(9), case, 0);
            let (sold, time) = (f64::from(stream.word() % 400), f64::from(stream.word() % 100_000) * 1e-3);
            let (more, later) = (f64::from(1 + stream.word() % 20), f64::from(1 + stream.word() % 100) * 0.01);
            let Some(price) = sale.price(sold, time) else { continue };
            assert!(price > 0.0 && sale.price(sold, time + later).unwrap() < price, "{sale:?} at {sold}, {time}");
            if let Some(next) = sale.price(sold + more, time) {
                assert!(next > price, "{sale:?} at {sold}, {time}");
            }
            let whole = sale.cost(sold, 2.0 * more, time);
            let (Some(whole), Some(first)) = (whole, sale.cost(sold, more, time)) else { continue };
            let parts = first + sale.cost(sold + more, more, time).unwrap();
            assert!((whole / parts - 1.0).abs() < 1e-12, "{sale:?} at {sold}, {time}: {whole}, not {parts}");
            assert!(2.0 * more <= sale.available(sold, time));
            count += 1;
        }
        assert!(count > 2000, "{sale:?}: only {count} cases");
    }
}

#[test]
fn money_is_rounded_up_and_never_nothing() {
    assert_eq!(cost_in_atoms(1e-30, 6), Some(1));
    assert_eq!(cost_in_atoms(2.5, 0), Some(3));
    assert_eq!(
        (cost_in_atoms(1e19, 0), cost_in_atoms(f64::INFINITY, 0), cost_in_atoms(f64::NAN, 0)),
        (None, None, None)
    );
}
