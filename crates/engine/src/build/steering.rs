//! Affiliates who point requesters to idle capacity: names found, requesters told whom to listen to.

use std::sync::Arc;

use walras_catalog::Problem;
use walras_catalog::read::NamedItem;

use super::{institution, names};
use crate::economy::Economy;
use crate::resource::Asker;
use crate::steering::{Advice, Standing};
use crate::world::World;

/// Lets requesters listen to affiliates.
pub(super) fn add_steering(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for (number, NamedItem { name, span, item }) in economy.steering.0.iter().enumerate() {
        let affiliates = item.affiliates.find("cohort", names(&economy.cohorts))?;
        let size = world.cohorts[affiliates].size;
        let (pointing, listens) = (item.pointing, item.listens);
        let advice = Advice { number: number as u16, pointing, listens, affiliates: size as u32 };
        let chooses = |asker: &Asker| asker.groups.iter().any(|group| group.sources.len() > 1);
        let mut heard = false;
        for (position, c) in institution::cohorts(economy, item.requesters.as_ref())?.into_iter().enumerate() {
            let span = item.requesters.as_ref().map_or(*span, |named| named[position].span);
            let cohort = &mut world.cohorts[c];
            let Some(asker) = cohort.demand.as_mut().filter(|asker| chooses(asker)) else {
                if item.requesters.is_some() {
                    let message = format!("the agents of `{}` have no resources to choose among", cohort.name);
                    return Err(Problem::at(
                        span,
                        message,
                        "a cohort with a `demand` of several resources with the same assets",
                    ));
                }
                continue;
            };
            if asker.advice.is_some() {
                let message = format!("the agents of `{}` listen to others already", cohort.name);
                return Err(Problem::at(span, message, "each requester in one [steering.*]"));
            }
            asker.advice = Some(advice);
            heard = true;
        }
        if !heard {
            let message =
                format!("nobody can listen to `{name}`: no cohort chooses among resources with the same assets");
            return Err(Problem::at(*span, message, "several resources with the same assets"));
        }
        let institution = Arc::from(format!("steering.{name}"));
        let (total, shares) = (vec![0.0; size], vec![1.0; world.resources.len()]);
        let gain = item.gain;
        world.steering.push(Standing {
            name: name.clone(),
            institution,
            affiliates,
            advice,
            gain,
            shares,
            steered: Vec::new(),
            total,
        });
    }
    Ok(())
}
