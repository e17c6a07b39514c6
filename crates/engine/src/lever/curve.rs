//! A curve's parameter changes without creating or destroying value.

use walras_catalog::read::with_number;
use walras_institutions::anchor::OnChange;
use walras_ledger::{Account, AssetId, Atoms, Ledger, NamedId, PostError, Reason, Transfer};
use walras_market::curve::Exact;

use crate::venue::{Market, Venue};

/// Sets a curve's parameter without creating or destroying value.
///
/// # Errors
/// Says why it is refused; then nothing has changed.
pub(super) fn change(venue: &mut Venue, ledger: &mut Ledger, parameter: &str, value: f64) -> Result<(), String> {
    let (standing, (money_decimals, token_decimals)) = (venue.standing(ledger), venue.decimals);
    let Venue { market: Market::Curve(on), terms, accounts, .. } = venue else {
        return Err("it has no curve".to_owned());
    };
    let curve = with_number(&on.curve, parameter, value).map_err(|problem| super::said(&problem))?;
    let (supply, reserve) = standing;
    let mut anchor = on.anchor;
    match on.on_change {
        OnChange::ReAnchor => match Exact::anchored(&*curve, money_decimals, token_decimals, supply, reserve) {
            Some(exact) => anchor = exact.anchor(),
            None => return Err("no factor on the new curve makes its integral equal the reserve".to_owned()),
        },
        OnChange::Fund | OnChange::Refuse => {
            let exact = Exact::new(&*curve, money_decimals, token_decimals, anchor);
            let needed = exact.required_reserve(supply, reserve);
            let missing = needed.ok_or("what the new curve would owe cannot be counted")? - reserve;
            if on.on_change == OnChange::Refuse && missing > 0 {
                return Err(format!("the reserve is {missing} atoms short of what the new curve would owe"));
            }
            if on.on_change == OnChange::Fund
                && let Err(why) = fund(on.change_account, accounts.money, ledger, missing)
            {
                let fund = ledger.name(on.change_account);
                return Err(format!("the account {fund} cannot pay {missing} atoms: {why}"));
            }
        }
    }
    *terms = terms.with_tributes(curve.tributes());
    (on.curve, on.anchor) = (curve, anchor);
    Ok(())
}

/// Moves the difference between what the curve owes and what it holds from or to the change account.
fn fund(fund: NamedId, reserve: NamedId, ledger: &mut Ledger, missing: Atoms) -> Result<(), PostError> {
    let (fund, reserve): (Account, Account) = (fund.into(), reserve.into());
    let (from, to) = if missing >= 0 { (fund, reserve) } else { (reserve, fund) };
    let amount = missing.checked_abs().ok_or(PostError::TooLarge)?;
    ledger.post(Transfer { asset: AssetId::NUMERAIRE, from, to, amount, reason: Reason::Reanchor })
}
