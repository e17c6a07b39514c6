//! Ethereum's base fee, block by block.

use std::fs;
use std::sync::Arc;

use walras_agents::policy::custom::{AgentView, Decision, per_agent};
use walras_engine::World;
use walras_market::clearing::adjustment::next_base_fee;

use crate::economy::{run, world};
use crate::{Finding, Size, Study, Target, data};

/// The study.
pub const STUDY: Study = Study {
    name: "ethereum_fee_market",
    claim: "The base fee of each block follows from the fee, the gas used and the gas limit of the block before, to the \
            last wei, over the first 35,000 blocks that had one; a posted-price market with the same rule, where one agent \
            buys the gas that was used, posts the same prices.",
    source: "V. Buterin et al., EIP-1559, 2019, `calc_base_fee_per_gas`; blocks 12,965,000 to 12,999,999 of Ethereum",
    run: measure,
};

/// What users pay at most for a unit of gas, far above every fee.
const LIMIT: f64 = 1e-5;

/// A block: gas used, gas limit, base fee in wei.
type Block = [u64; 3];

fn blocks() -> Result<Vec<Block>, String> {
    let path = data::shared("ethereum_basefee.csv")?;
    let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
    let row = |line: &str| {
        let mut fields = line.split(',').skip(2).map(str::parse);
        let mut next = || fields.next().and_then(Result::ok).ok_or_else(|| format!("`{line}` is no block"));
        Ok([next()?, next()?, next()?])
    };
    text.lines().skip(1).map(row).collect()
}

/// One agent sells the gas limit of each block and another buys what was used. Money is in billionths, gas in whole units,
/// and the price posted in wei, a billionth of a billionth.
fn market(blocks: &[Block]) -> World {
    let supply = 2.0 * blocks.iter().map(|block| block[1] as f64).sum::<f64>();
    let text = format!(
        "[run]\nname = 'EIP-1559'\nsteps = 1\n[numeraire]\nname = 'ETH'\ndecimals = 9\n\
         [assets.GAS]\ndecimals = 0\n\
         [markets.blockspace]\nkind = 'clearing'\nasset = 'GAS'\nprice = {:e}\n\
         rule = {{ kind = 'posted', adjustment = {{ kind = 'eip1559', unit = 1e-18 }} }}\n\
         [cohorts.users]\nsize = 1\nbalance = 8e9\npolicy = {{ kind = 'threshold', buy_below = 1, sell_above = 2 }}\n\
         [cohorts.blocks]\nsize = 1\npolicy = {{ kind = 'threshold', buy_below = 1, sell_above = 2 }}\n\
         [distributions.gas]\nasset = 'GAS'\ntotal = {supply}\ncohorts = ['blocks']\nshares = 'uniform'\n",
        blocks[0][2] as f64 * 1e-18,
    );
    let mut world = world(&text, 1);
    let series: Arc<[Block]> = blocks.into();
    for (cohort, column) in [(0, 0), (1, 1)] {
        let series = series.clone();
        let decide = move |view: &AgentView<'_, '_>| {
            let gas = series[view.step() as usize][column] as f64;
            // An empty block wants no gas.
            [match column {
                _ if gas == 0.0 => Decision::wait(),
                0 => Decision::buy(gas).at(LIMIT),
                _ => Decision::sell(gas),
            }]
        };
        world.cohorts[cohort].set_policy(Arc::new(per_agent::<1, _>(decide)));
    }
    world
}

fn measure(_: Size) -> Result<Vec<Finding>, String> {
    let blocks = blocks()?;
    let transitions = blocks.len() - 1;
    let follows = |pair: &&[Block]| {
        let [used, limit, fee] = pair[0].map(u128::from);
        next_base_fee(fee, used, limit, 2, 8) == Some(u128::from(pair[1][2]))
    };
    let right = blocks.windows(2).filter(follows).count();
    let mut world = market(&blocks);
    let (mut posted, mut gas) = (0_u32, 0_i128);
    run(&mut world, transitions as u32, |world, happened| {
        let fee = (happened.record.markets[0].price * 1e18).round() as u64;
        posted += u32::from(fee == blocks[world.step as usize][2]);
        gas += happened.record.markets[0].bought;
    });
    let used: u64 = blocks[..transitions].iter().map(|block| block[0]).sum();
    Ok(vec![
        Finding::exact("transitions in the data", transitions as f64, Target::exactly(34_999.0)),
        Finding::exact("transitions that the rule gives to the wei", right as f64, Target::exactly(34_999.0)),
        Finding::exact("prices that the market posts to the wei", f64::from(posted), Target::exactly(34_999.0)),
        Finding::exact("gas traded at the market less gas used", gas as f64 - used as f64, Target::exactly(0.0)),
    ])
}
