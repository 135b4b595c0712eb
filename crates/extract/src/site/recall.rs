//! What a profile says of the runs of a page: which stand on other pages too, how much likelier
//! their place makes them to be text, and whether the dates of their place can be believed.

use super::{SiteProfile, family, lines_and_places};
use crate::dom::Doc;
use crate::facts::Facts;
use crate::layout::Layout;

/// Pages on which a line must stand before it is furniture.
const STANDING_PAGES_MIN: u32 = 3;
/// Letters of a line that is furniture wherever it stands often; a shorter one may be a heading
/// that articles share, and is believed where its place holds text.
const STANDING_MASS_MIN: u32 = 25;
/// Pages on which a place must stand before it says anything.
const PLACE_PAGES_MIN: u32 = 3;
/// How much a place says, at most, on the scale of log odds.
const PLACE_PULL: f32 = 0.7;
/// Log odds of a place beyond which more certainty adds nothing.
const PLACE_ODDS_MAX: f32 = 3.0;
/// Pages from which a place's dates are believed, or not.
const DATE_PAGES_MIN: u32 = 3;

/// What a profile says of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct RunRecall {
    /// It stands on other pages of the source too.
    pub(crate) is_standing: bool,
    /// What is added to the log odds of its being text.
    pub(crate) pull: f32,
    /// Whether dates of its place are the articles' own.
    pub(crate) dates: Option<bool>,
}

/// What a profile says of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recall {
    runs: Vec<RunRecall>,
}

impl Recall {
    /// Asks a profile about a page.
    pub(crate) fn of(profile: &SiteProfile, doc: &Doc, layout: &Layout, facts: &Facts<'_>) -> Self {
        let pulls = family::pulls(doc, layout, facts);
        let runs = lines_and_places(doc, layout)
            .into_iter()
            .zip(&layout.runs)
            .enumerate()
            .map(|(at, ((line, place), run))| {
                let mut recall = profile.of_place(place);
                recall.pull += pulls.get(at).copied().unwrap_or(0.0);
                let pages = profile.lines.get(&line).copied().unwrap_or(0);
                let is_long = run.mass >= STANDING_MASS_MIN;
                recall.is_standing = pages >= STANDING_PAGES_MIN && (is_long || recall.pull <= 0.0);
                recall
            })
            .collect();
        Self { runs }
    }

    /// What it says of a run.
    pub(crate) fn run(&self, at: usize) -> RunRecall {
        self.runs.get(at).copied().unwrap_or_default()
    }
}

impl SiteProfile {
    fn of_place(&self, place: u64) -> RunRecall {
        let Some(known) = self.places.get(&place) else { return RunRecall::default() };
        let mut recall = RunRecall::default();
        if known.pages >= PLACE_PAGES_MIN {
            let pages = known.pages as f32;
            let mean = (known.likely / pages).clamp(0.01, 0.99);
            let odds = (mean / (1.0 - mean)).ln().clamp(-PLACE_ODDS_MAX, PLACE_ODDS_MAX);
            recall.pull = PLACE_PULL * odds * pages / (pages + 4.0);
        }
        recall.dates = match (known.dates_right, known.dates_wrong) {
            (right, wrong) if right >= DATE_PAGES_MIN && wrong * 4 <= right => Some(true),
            (right, wrong) if wrong >= DATE_PAGES_MIN && right * 4 <= wrong => Some(false),
            _ => None,
        };
        recall
    }
}

/// Likelihood after a pull on its log odds.
pub(crate) fn pulled(likely: f32, pull: f32) -> f32 {
    let odds = (likely.clamp(1e-4, 1.0 - 1e-4) / (1.0 - likely.clamp(1e-4, 1.0 - 1e-4))).ln();
    1.0 / (1.0 + (-(odds + pull)).exp())
}
