//! govern: controllers set the next step's parameters.

use walras_catalog::read::{number_of, with_number};
use walras_institutions::anchor::OnChange;
use walras_institutions::control::Input;
use walras_ledger::{Account, AssetId, Atoms, Ledger, NamedId, PostError, Reason, Transfer};
use walras_market::curve::Exact;

use super::Events;
use super::look::Look;
use super::settle::Settled;
use crate::venue::{Market, Venue};
use crate::world::World;

/// Lets every controller look and answer.
pub fn govern(world: &mut World, settled: &Settled, events: &mut Events) {
    let World { controllers, venues, ledger, step, assets, .. } = world;
    for control in controllers.iter_mut() {
        let venue = &mut venues[control.venue];
        let Some(on) = venue.curve() else { continue };
        let current = number_of(&on.curve, &control.parameter).unwrap_or(control.initial);
        let look = Look { venue, ledger, assets, posted: &settled.venues[control.venue] };
        let measure = control.measure.as_ref().map_or(f64::NAN, |spec| look.at(spec));
        let input = Input { step: *step, current, initial: control.initial, measure };
        let Some(next) = control.controller.next(&input, &mut control.memory) else { continue };
        if next.to_bits() != current.to_bits() {
            change(venue, ledger, &control.parameter, next, events);
        }
    }
}

/// Sets a curve's parameter without creating or destroying value, or refuses and says why.
pub fn change(venue: &mut Venue, ledger: &mut Ledger, parameter: &str, value: f64, events: &mut Events) {
    let (standing, (money_decimals, token_decimals)) = (venue.standing(ledger), venue.decimals);
    let Venue { name, market: Market::Curve(on), terms, accounts, .. } = venue else { return };
    let refuse = |events: &mut Events, why: &str| {
        events.push("parameter_refused", name, &format!("{parameter} = {value}: {why}"), None);
    };
    let curve = match with_number(&on.curve, parameter, value) {
        Ok(curve) => curve,
        Err(problem) => return refuse(events, &format!("{} ({})", problem.message, problem.expected)),
    };
    let (supply, reserve) = standing;
    let mut anchor = on.anchor;
    match on.on_change {
        OnChange::ReAnchor => match Exact::anchored(&*curve, money_decimals, token_decimals, supply, reserve) {
            Some(exact) => anchor = exact.anchor(),
            None => return refuse(events, "no factor on the new curve makes its integral equal the reserve"),
        },
        OnChange::Fund | OnChange::Refuse => {
            let exact = Exact::new(&*curve, money_decimals, token_decimals, anchor);
            let Some(needed) = exact.required_reserve(supply, reserve) else {
                return refuse(events, "what the new curve would owe cannot be counted");
            };
            let missing = needed - reserve;
            if on.on_change == OnChange::Refuse && missing > 0 {
                return refuse(
                    events,
                    &format!("the reserve is {missing} atoms short of what the new curve would owe"),
                );
            }
            if on.on_change == OnChange::Fund
                && let Err(why) = fund(on.change_account, accounts.money, ledger, missing)
            {
                let fund = ledger.name(on.change_account);
                return refuse(events, &format!("the account {fund} cannot pay {missing} atoms: {why}"));
            }
        }
    }
    *terms = terms.with_tributes(curve.tributes());
    (on.curve, on.anchor) = (curve, anchor);
    events.push("parameter_changed", name, &format!("{parameter} = {value}"), None);
}

/// Moves the difference between what the curve owes and what it holds from or to the change account.
fn fund(fund: NamedId, reserve: NamedId, ledger: &mut Ledger, missing: Atoms) -> Result<(), PostError> {
    let (fund, reserve): (Account, Account) = (fund.into(), reserve.into());
    let (from, to) = if missing >= 0 { (fund, reserve) } else { (reserve, fund) };
    let amount = missing.checked_abs().ok_or(PostError::TooLarge)?;
    ledger.post(Transfer { asset: AssetId::NUMERAIRE, from, to, amount, reason: Reason::Reanchor })
}
