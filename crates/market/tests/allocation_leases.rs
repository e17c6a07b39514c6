//! The laws of leases, and a slow twin that keeps a calendar of every coming step.

use walras_market::allocation::leases::{Backfilling, Event, Job, JobRefusal, LeaseRule, Leases, Preemption};
use walras_numerics::{Keys, Purpose, StateHasher, Stream};

const EASY: LeaseRule = LeaseRule { backfilling: Backfilling::Easy, preemption: Preemption::Off };

fn rules() -> Vec<LeaseRule> {
    let mut rules = Vec::new();
    for backfilling in [Backfilling::Off, Backfilling::Easy] {
        for preemption in [Preemption::Off, Preemption::Resume, Preemption::Restart] {
            rules.push(LeaseRule { backfilling, preemption });
        }
    }
    rules
}

fn job(size: i64, steps: u32) -> Job {
    Job { requester: 0, size, steps, priority: 0, deadline: None }
}

/// The numbers of the jobs that start in this step.
fn started(events: &[Event]) -> Vec<u64> {
    events.iter().filter_map(|event| if let Event::Started(lease) = event { Some(lease.id) } else { None }).collect()
}

/// Ten atoms: job 0 holds six until step 4; job 1 asks for eight and waits until then. Job 2 (four, four steps) ends just
/// in time, job 3 (four, five steps) would not, and job 4 (two, for long) leaves enough for job 1.
#[test]
fn small_jobs_fill_the_gaps_that_the_head_leaves() {
    let mut leases = Leases::new(EASY);
    for (size, steps) in [(6, 4), (8, 10), (4, 5), (2, 100), (2, 4)] {
        leases.submit(job(size, steps)).unwrap();
    }
    let mut events = Vec::new();
    leases.step(0, 10, &mut events);
    assert_eq!(started(&events), [0, 3, 4]);
    let reservation = leases.reservation(0, 10).unwrap();
    assert_eq!((reservation.id, reservation.shadow, reservation.extra), (1, Some(4), 0));
    events.clear();
    leases.step(4, 10, &mut events);
    assert_eq!(started(&events), [1]);
    let strict = LeaseRule { backfilling: Backfilling::Off, ..EASY };
    let mut leases = Leases::new(strict);
    for (size, steps) in [(6, 4), (8, 10), (4, 4)] {
        leases.submit(job(size, steps)).unwrap();
    }
    events.clear();
    leases.step(0, 10, &mut events);
    assert_eq!(started(&events), [0]);
}

/// Job 0 (five, low) and job 1 (five, lower) give way to job 2 (six, high): the lowest first, then, as it still does not
/// fit, the other one; what is left of them is what they have not run.
#[test]
fn lower_priorities_give_way() {
    for (preemption, left) in [(Preemption::Resume, 7), (Preemption::Restart, 10)] {
        let mut leases = Leases::new(LeaseRule { backfilling: Backfilling::Off, preemption });
        leases.submit(Job { priority: 1, ..job(5, 10) }).unwrap();
        leases.submit(job(5, 10)).unwrap();
        let mut events = Vec::new();
        leases.step(0, 10, &mut events);
        leases.submit(Job { priority: 2, ..job(6, 2) }).unwrap();
        events.clear();
        leases.step(3, 10, &mut events);
        let gave: Vec<u64> = events
            .iter()
            .filter_map(|event| if let Event::Preempted(lease) = event { Some(lease.id) } else { None })
            .collect();
        assert_eq!((gave, started(&events)), (vec![1, 0], vec![2]));
        assert_eq!(
            leases.queue().iter().map(|waiting| (waiting.id, waiting.left)).collect::<Vec<_>>(),
            [(0, left), (1, left)]
        );
    }
    let mut leases = Leases::new(EASY);
    assert_eq!(leases.submit(job(0, 1)), Err(JobRefusal::Size(0)));
    assert_eq!(leases.submit(job(1, 0)), Err(JobRefusal::Steps));
}

#[derive(Debug, Clone, Copy)]
struct Running {
    id: u64,
    job: Job,
    start: u64,
    end: u64,
}

/// Leases as plainly as can be.
#[derive(Debug, Default)]
struct Twin {
    running: Vec<Running>,
    /// Number, job, steps left.
    queue: Vec<(u64, Job, u64)>,
}

impl Twin {
    fn used(&self, at: u64) -> i64 {
        self.running.iter().filter(|run| run.end > at).map(|run| run.job.size).sum()
    }

    fn give_way(&mut self, now: u64, below: i64, rule: LeaseRule) {
        let victim = self.running.iter().filter(|run| run.job.priority < below).copied();
        let victim = victim.min_by_key(|run| (run.job.priority, u64::MAX - run.start, u64::MAX - run.id)).unwrap();
        self.running.retain(|run| run.id != victim.id);
        let left = if rule.preemption == Preemption::Restart { u64::from(victim.job.steps) } else { victim.end - now };
        self.queue.push((victim.id, victim.job, left));
    }

    fn step(&mut self, rule: LeaseRule, now: u64, capacity: i64) {
        self.running.retain(|run| run.end > now);
        while self.used(now) > capacity {
            self.give_way(now, i64::MAX, rule);
        }
        loop {
            self.queue.retain(|(_, job, left)| job.deadline.is_none_or(|deadline| now + left <= deadline));
            self.queue.sort_by_key(|&(id, job, _)| (-job.priority, id));
            let Some(&(id, job, left)) = self.queue.first() else { return };
            let lower: i64 =
                self.running.iter().filter(|run| run.job.priority < job.priority).map(|run| run.job.size).sum();
            let ways = if rule.preemption == Preemption::Off { 0 } else { lower };
            if self.used(now) - ways + job.size > capacity {
                break;
            }
            while self.used(now) + job.size > capacity {
                self.give_way(now, job.priority, rule);
            }
            self.queue.retain(|other| other.0 != id);
            self.running.push(Running { id, job, start: now, end: now + left });
        }
        if rule.backfilling == Backfilling::Off {
            return;
        }
        // Step by step until the head fits, in a calendar that is long enough.
        let head = self.queue[0].1;
        let shadow = (now..now + 200).find(|&at| self.used(at) + head.size <= capacity);
        let behind = self.queue[1..].to_vec();
        for (id, job, left) in behind {
            let run = Running { id, job, start: now, end: now + left };
            let fits = self.used(now) + job.size <= capacity;
            self.running.push(run);
            let delays = shadow.is_some_and(|shadow| self.used(shadow) + head.size > capacity);
            if !fits || delays {
                self.running.pop();
            } else {
                self.queue.retain(|other| other.0 != id);
            }
        }
    }
}

fn draw(stream: &mut Stream, most: u32) -> u32 {
    stream.word() % most
}

fn random_job(stream: &mut Stream, now: u64, deadlines: bool) -> Job {
    let deadline = (deadlines && draw(stream, 3) == 0).then(|| now + u64::from(draw(stream, 40)));
    Job {
        requester: draw(stream, 5),
        size: i64::from(1 + draw(stream, 12)),
        steps: 1 + draw(stream, 12),
        priority: i64::from(draw(stream, 3)),
        deadline,
    }
}

#[test]
fn leases_equal_their_twin() {
    for rule in rules() {
        for case in 0..400 {
            let stream = &mut Keys::new(1).stream(Purpose::sample(25), case, 0);
            let (mut leases, mut twin, mut events) = (Leases::new(rule), Twin::default(), Vec::new());
            for step in 0..60 {
                for _ in 0..draw(stream, 3) {
                    let job = random_job(stream, step, true);
                    let id = leases.submit(job).unwrap();
                    twin.queue.push((id, job, u64::from(job.steps)));
                }
                // Jobs of up to twelve atoms: some do not fit at all for a while.
                let capacity = if case % 2 == 0 { 10 + i64::from(draw(stream, 8)) } else { 14 };
                leases.step(step, capacity, &mut events);
                twin.step(rule, step, capacity);
                twin.running.sort_by_key(|run| (run.end, run.id));
                let mine: Vec<(u64, u64, u64)> =
                    leases.running().iter().map(|lease| (lease.id, lease.start, lease.end)).collect();
                let theirs: Vec<(u64, u64, u64)> =
                    twin.running.iter().map(|run| (run.id, run.start, run.end)).collect();
                assert_eq!(mine, theirs, "step {step} of case {case} under {rule:?}");
                assert!(leases.held() <= i128::from(capacity));
                let waiting: Vec<u64> = leases.queue().iter().map(|waiting| waiting.id).collect();
                twin.queue.sort_by_key(|&(id, job, _)| (-job.priority, id));
                assert_eq!(waiting, twin.queue.iter().map(|waiting| waiting.0).collect::<Vec<u64>>());
            }
        }
    }
}

/// Every job is somewhere: it waits, runs, has ended, or has expired; and nothing ends before its steps are over.
#[test]
fn no_job_is_lost() {
    for rule in rules() {
        for case in 0..300 {
            let stream = &mut Keys::new(2).stream(Purpose::sample(25), case, 0);
            let (mut leases, mut events, mut submitted) = (Leases::new(rule), Vec::new(), 0);
            for step in 0..80 {
                for _ in 0..draw(stream, 3) {
                    submitted = 1 + leases.submit(random_job(stream, step, true)).unwrap();
                }
                leases.step(step, 13, &mut events);
            }
            let (mut gone, mut ran) = (0, vec![0_u64; submitted as usize]);
            for event in &events {
                match *event {
                    Event::Ended(lease) => {
                        gone += 1;
                        ran[lease.id as usize] += lease.end - lease.start;
                        assert_eq!(ran[lease.id as usize], u64::from(lease.job.steps), "{lease:?} under {rule:?}");
                        assert!(lease.job.deadline.is_none_or(|deadline| lease.end <= deadline), "{lease:?}");
                    }
                    Event::Expired(_) => gone += 1,
                    Event::Preempted(_) | Event::Started(_) => {}
                }
                // What ran before a restart is lost; what ran before going on counts.
                if let Event::Preempted(lease) = *event {
                    let waits =
                        if rule.preemption == Preemption::Restart { 0 } else { lease_ran(&events, event, lease.id) };
                    ran[lease.id as usize] = waits;
                }
            }
            assert_eq!(gone + leases.running().len() + leases.queue().len(), submitted as usize);
        }
    }
}

/// Steps that a job has run up to `event`, as the starts after it say.
fn lease_ran(events: &[Event], event: &Event, id: u64) -> u64 {
    let at = events.iter().position(|other| std::ptr::eq(other, event)).unwrap();
    let next = events[at..].iter().find_map(|event| match event {
        Event::Started(lease) if lease.id == id => Some(u64::from(lease.job.steps) - (lease.end - lease.start)),
        _ => None,
    });
    next.unwrap_or(0)
}

/// What backfilling promises: who heads the queue starts no later than it could when it came there, as long as nobody of
/// higher priority comes.
#[test]
fn backfilling_never_delays_the_head() {
    let mut heads = 0;
    for case in 0..2000 {
        let stream = &mut Keys::new(3).stream(Purpose::sample(25), case, 0);
        let (mut leases, mut events) = (Leases::new(EASY), Vec::new());
        let mut promised: Option<(u64, u64)> = None;
        for step in 0..60 {
            for _ in 0..draw(stream, 3) {
                leases.submit(Job { priority: 0, ..random_job(stream, step, false) }).unwrap();
            }
            leases.step(step, 14, &mut events);
            let head = leases.reservation(step, 14);
            if let Some((id, shadow)) = promised {
                let still = head.is_some_and(|head| head.id == id);
                assert!(!still || step < shadow, "{id} was to start at {shadow} in case {case}");
            }
            if let Some(head) = head {
                let shadow = head.shadow.unwrap();
                if promised.is_none_or(|(id, _)| id != head.id) {
                    promised = Some((head.id, shadow));
                    heads += 1;
                }
            }
        }
    }
    assert!(heads > 10_000, "only {heads} heads waited");
}

/// Backfilling and the state's visit: leases that were visited are the same, to the bit.
#[test]
fn leases_are_hashed_with_all_they_keep() {
    let stream = &mut Keys::new(4).stream(Purpose::sample(25), 0, 0);
    let (mut leases, mut events) = (Leases::new(EASY), Vec::new());
    let hash = |leases: &mut Leases| {
        let before = leases.clone();
        let mut hasher = StateHasher::default();
        leases.visit_state(&mut hasher).unwrap();
        assert_eq!(*leases, before, "a visit that only reads changes nothing");
        hasher.finish()
    };
    let mut last = hash(&mut leases);
    for step in 0..30 {
        leases.submit(random_job(stream, step, true)).unwrap();
        let submitted = hash(&mut leases);
        assert_ne!(submitted, last);
        leases.step(step, 14, &mut events);
        last = hash(&mut leases);
    }
}
