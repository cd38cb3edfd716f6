//! The cores lent to one training. What they do is cut into pieces that do not depend on their number, so results do
//! not either.

use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

/// One core, or a pool of threads.
pub(crate) struct Crew {
    pool: Option<rayon::ThreadPool>,
}

impl Crew {
    /// The calling thread.
    #[cfg(test)]
    pub(crate) const ALONE: Crew = Crew { pool: None };

    /// `jobs` cores; the calling thread alone if they are one, or if the system gives no threads.
    pub(crate) fn new(jobs: usize) -> Crew {
        let pool = (jobs > 1).then(|| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok());
        Crew { pool: pool.flatten() }
    }

    /// How many work at a time.
    pub(crate) fn size(&self) -> usize {
        self.pool.as_ref().map_or(1, rayon::ThreadPool::current_num_threads)
    }

    /// Runs `work` as one of the crew: from there [`Crew::each`] wakes nobody who is awake.
    pub(crate) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Does `work` on every item, told which worker (below `size`) does it.
    pub(crate) fn each<T: Send>(&self, items: Vec<T>, work: impl Fn(usize, T) + Send + Sync) {
        match &self.pool {
            Some(pool) if items.len() > 1 => pool.install(|| {
                items.into_par_iter().with_max_len(1).for_each(|item| {
                    work(rayon::current_thread_index().unwrap_or(0), item);
                });
            }),
            _ => items.into_iter().for_each(|item| work(0, item)),
        }
    }
}
