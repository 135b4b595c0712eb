//! How much memory one page takes while it is read: the peak of what is allocated over the page's own
//! size, for pages from 20 KB on. Counts what the allocator is asked for; the page itself is not in it.

use bench_extract::{Page, SETS, pages, read};
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Smaller pages are ruled by what any page costs.
const BYTES_MIN: usize = 20_000;

/// A page may take less than this many times its size.
const RATIO_MAX: f64 = 12.0;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The peak while a page is read, beyond what was there before.
fn peak(page: &Page) -> usize {
    // What is made once a process is no page's.
    drop(black_box(read(page)));
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    drop(black_box(read(page)));
    PEAK.load(Relaxed) - before
}

fn main() -> Result<(), Box<dyn Error>> {
    let sets = std::env::args().nth(1).unwrap_or_else(|| SETS.to_owned());
    if !Path::new(&sets).is_dir() {
        println!("skipped: no folder `{sets}`");
        return Ok(());
    }
    for set in ["news", "web", "dates", "other"] {
        let mut all = pages(&Path::new(&sets).join(set))?;
        all.retain(|page| page.bytes.len() >= BYTES_MIN);
        let mut ratios: Vec<(f64, &str)> = all
            .iter()
            .map(|page| (peak(page) as f64 / page.bytes.len() as f64, page.id.as_str()))
            .collect();
        ratios.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some(most), Some(middle)) = (ratios.last(), ratios.get(ratios.len() / 2)) else {
            continue;
        };
        let over = ratios.iter().filter(|(ratio, _)| *ratio >= RATIO_MAX).count();
        println!(
            "{set}: {} pages, median {:.2}, most {:.2} (page {}), {over} at {RATIO_MAX} or above",
            ratios.len(),
            middle.0,
            most.0,
            most.1
        );
    }
    Ok(())
}
