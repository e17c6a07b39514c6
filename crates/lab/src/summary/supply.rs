//! Where each asset's supply came from and what became of it, exact to the atom.

use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_engine::stage::record::MarketFigures;
use walras_ledger::{AssetId, Reason};
use walras_numerics::{StateError, StateVisitor};

use crate::books::visit_wide;

const REASONS: usize = Reason::ALL.len();

/// An asset's supply over a whole run, in atoms: `opening` and all flows together are `closing`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplySummary {
    /// The asset.
    pub asset: String,
    /// One unit is ten to this power atoms.
    pub decimals: u32,
    /// Atoms out before the first step.
    #[serde(with = "exact")]
    pub opening: i128,
    /// What changed it; what came to nothing is left out.
    pub flows: Vec<SupplyFlow>,
    /// Atoms out at the end.
    #[serde(with = "exact")]
    pub closing: i128,
}

/// What one reason came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplyFlow {
    /// Why: `minted` and `burned` by markets that issue what they sell, else the reason as in the `accounts` table.
    pub reason: String,
    /// Atoms by which it raised the supply; negative where it lowered it.
    #[serde(with = "exact")]
    pub atoms: i128,
}

impl SupplySummary {
    /// ΔS, the sum of all flows.
    #[must_use]
    pub fn change(&self) -> i128 {
        self.flows.iter().map(|flow| flow.atoms).sum()
    }
}

/// What the summary of supplies is made of.
#[derive(Debug)]
pub(super) struct RunningSupplies {
    /// Atoms out before the first step, by asset.
    opening: Vec<i128>,
    /// What raised supplies since, by asset and reason.
    flows: Vec<i128>,
    /// The issuers' flows when they were last asked.
    seen: Vec<i128>,
    /// What markets took back that issue what they sell, by asset.
    burned: Vec<i128>,
}

impl RunningSupplies {
    pub(super) fn new(world: &World) -> Self {
        let assets = world.assets.len();
        let supply = |asset| i128::from(world.ledger.supply(AssetId(asset as u16)));
        Self {
            opening: (0..assets).map(supply).collect(),
            flows: vec![0; assets * REASONS],
            seen: vec![0; assets * REASONS],
            burned: vec![0; assets],
        }
    }

    pub(super) fn push(&mut self, world: &World, markets: &[MarketFigures]) {
        for (index, (total, seen)) in self.flows.iter_mut().zip(&mut self.seen).enumerate() {
            let asset = AssetId((index / REASONS) as u16);
            let flow = -world.ledger.named_flow(world.ledger.issuer(asset), asset, Reason::ALL[index % REASONS]);
            *total += flow - std::mem::replace(seen, flow);
        }
        for (venue, figures) in world.venues.iter().zip(markets) {
            if venue.accounts.tokens == world.ledger.issuer(venue.asset) {
                self.burned[venue.asset.index()] += figures.sold;
            }
        }
    }

    /// The ledger's flows were reset.
    pub(super) fn flows_reset(&mut self) {
        self.seen.fill(0);
    }

    pub(super) fn summary(&self, world: &World) -> Vec<SupplySummary> {
        let of = |(at, asset): (usize, &walras_engine::world::Asset)| {
            let by_reason = Reason::ALL.into_iter().zip(&self.flows[at * REASONS..]).flat_map(|(reason, &atoms)| {
                let burned = self.burned[at];
                match reason {
                    Reason::Trade => vec![("minted", atoms + burned), ("burned", -burned)],
                    _ => vec![(reason.name(), atoms)],
                }
            });
            SupplySummary {
                asset: asset.name.clone(),
                decimals: asset.decimals,
                opening: self.opening[at],
                flows: by_reason
                    .filter(|(_, atoms)| *atoms != 0)
                    .map(|(reason, atoms)| SupplyFlow { reason: reason.to_owned(), atoms })
                    .collect(),
                closing: i128::from(world.ledger.supply(AssetId(at as u16))),
            }
        };
        world.assets.iter().enumerate().map(of).collect()
    }

    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visit_wide("supply flows", &mut self.flows, visitor)?;
        visit_wide("supply burned", &mut self.burned, visitor)?;
        if self.flows.len() != self.seen.len() || self.burned.len() != self.opening.len() {
            return Err(StateError("the supplies are of another economy".to_owned()));
        }
        Ok(())
    }
}

/// Whole numbers as such where 64 bits hold them, else as text, so that no digit is lost.
mod exact {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Whole(i64),
        Text(String),
    }

    pub(super) fn serialize<S: Serializer>(value: &i128, serializer: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(*value) {
            Ok(whole) => serializer.serialize_i64(whole),
            Err(_) => serializer.serialize_str(&value.to_string()),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Whole(whole) => Ok(whole.into()),
            Written::Text(text) => text.parse().map_err(D::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_digit_is_lost() {
        for atoms in [0, -5, i128::from(i64::MAX), i128::from(i64::MAX) + 1, i128::MIN] {
            let flow = SupplyFlow { reason: "minted".to_owned(), atoms };
            let value = serde_json::to_value(&flow).unwrap();
            assert_eq!(serde_json::from_value::<SupplyFlow>(value).unwrap(), flow);
        }
    }
}
