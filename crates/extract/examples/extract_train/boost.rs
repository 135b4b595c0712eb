//! Gradient boosting of small decision trees over binned numbers, after Friedman (2001) with the
//! histograms of LightGBM. Same rows, same trees: its chances come from a seed.

/// One example.
#[derive(Clone)]
pub(crate) struct Example {
    pub(crate) numbers: Vec<f32>,
    pub(crate) is_yes: bool,
    pub(crate) weight: f32,
}

/// How to grow.
#[derive(Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) rate: f32,
    pub(crate) rows_share: f32,
    pub(crate) columns_share: f32,
    pub(crate) rows_min: u32,
    pub(crate) damping: f32,
}

const BINS: usize = 64;

/// A tree under construction and after.
pub(crate) enum Tree {
    Leaf(f32),
    Split { feature: usize, threshold: f32, below: Box<Tree>, above: Box<Tree> },
}

pub(crate) struct Boosted {
    pub(crate) base: f32,
    pub(crate) trees: Vec<Tree>,
}

struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1u64 << 24) as f32
    }
}

#[derive(Clone, Copy, Default)]
struct Sum {
    slope: f64,
    curve: f64,
    rows: u32,
}

struct Leaf {
    rows: Vec<u32>,
    sums: Vec<Sum>,
    total: Sum,
    node: usize,
    best: Option<(f64, usize, usize)>,
}

enum Growing {
    Leaf(f32),
    Split { feature: usize, bin: usize, below: usize, above: usize },
}

/// Grows trees that tell yes from no.
pub(crate) fn boost(examples: &[Example], columns: usize, growth: Growth, seed: u64) -> Boosted {
    let cuts: Vec<Vec<f32>> = (0..columns).map(|c| cuts_of(examples, c)).collect();
    let binned: Vec<u8> = examples
        .iter()
        .flat_map(|e| {
            e.numbers.iter().zip(&cuts).map(|(n, cuts)| cuts.partition_point(|cut| cut < n) as u8)
        })
        .collect();
    let weight: f32 = examples.iter().map(|e| e.weight).sum();
    let yes: f32 = examples.iter().filter(|e| e.is_yes).map(|e| e.weight).sum();
    let share = (yes / weight).clamp(0.001, 0.999);
    let base = (share / (1.0 - share)).ln();
    let mut scores = vec![base; examples.len()];
    let mut chance = Chance(seed);
    let mut trees = Vec::new();
    for _ in 0..growth.trees {
        let slopes: Vec<(f32, f32)> = examples
            .iter()
            .zip(&scores)
            .map(|(e, score)| {
                let p = 1.0 / (1.0 + (-score).exp());
                (
                    (p - f32::from(u8::from(e.is_yes))) * e.weight,
                    (p * (1.0 - p)).max(1e-6) * e.weight,
                )
            })
            .collect();
        let rows: Vec<u32> =
            (0..examples.len() as u32).filter(|_| chance.next() < growth.rows_share).collect();
        let used: Vec<bool> = (0..columns).map(|_| chance.next() < growth.columns_share).collect();
        let grower = Grower { binned: &binned, columns, slopes: &slopes, used: &used, growth };
        let nodes = grower.grow(rows);
        for (row, score) in scores.iter_mut().enumerate() {
            *score += value_of(&nodes, &binned[row * columns..(row + 1) * columns]);
        }
        trees.push(finished(&nodes, 0, &cuts));
    }
    Boosted { base, trees }
}

fn cuts_of(examples: &[Example], column: usize) -> Vec<f32> {
    let mut values: Vec<f32> = examples.iter().map(|e| e.numbers[column]).collect();
    values.sort_by(f32::total_cmp);
    let distinct = {
        let mut d = values.clone();
        d.dedup();
        d
    };
    let picked: Vec<f32> = if distinct.len() <= BINS {
        distinct
    } else {
        let mut p: Vec<f32> = (1..BINS).map(|k| values[k * (values.len() - 1) / BINS]).collect();
        p.dedup();
        p
    };
    // A cut lies at a value: what is at most that value goes below.
    picked
        .iter()
        .take(picked.len().min(BINS) - usize::from(picked.len() <= BINS && picked.len() > 1))
        .copied()
        .collect()
}

struct Grower<'a> {
    binned: &'a [u8],
    columns: usize,
    slopes: &'a [(f32, f32)],
    used: &'a [bool],
    growth: Growth,
}

impl Grower<'_> {
    fn grow(&self, rows: Vec<u32>) -> Vec<Growing> {
        let mut nodes = vec![Growing::Leaf(0.0)];
        let mut leaves = vec![self.leaf(rows, 0)];
        while leaves.len() < self.growth.leaves {
            let Some((at, gain)) = leaves
                .iter()
                .enumerate()
                .filter_map(|(at, leaf)| leaf.best.map(|b| (at, b.0)))
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
            else {
                break;
            };
            if gain <= 1e-6 {
                break;
            }
            let leaf = leaves.swap_remove(at);
            let Some((_, feature, bin)) = leaf.best else { break };
            let (below_rows, above_rows): (Vec<u32>, Vec<u32>) =
                leaf.rows.iter().partition(|row| {
                    usize::from(self.binned[**row as usize * self.columns + feature]) <= bin
                });
            let (below, above) = (nodes.len(), nodes.len() + 1);
            nodes.push(Growing::Leaf(0.0));
            nodes.push(Growing::Leaf(0.0));
            nodes[leaf.node] = Growing::Split { feature, bin, below, above };
            leaves.push(self.leaf(below_rows, below));
            leaves.push(self.leaf(above_rows, above));
        }
        for leaf in &leaves {
            let value = -leaf.total.slope / (leaf.total.curve + f64::from(self.growth.damping));
            nodes[leaf.node] = Growing::Leaf(value as f32 * self.growth.rate);
        }
        nodes
    }

    fn leaf(&self, rows: Vec<u32>, node: usize) -> Leaf {
        let mut sums = vec![Sum::default(); self.columns * BINS];
        let mut total = Sum::default();
        for row in &rows {
            let (slope, curve) = self.slopes[*row as usize];
            total.slope += f64::from(slope);
            total.curve += f64::from(curve);
            total.rows += 1;
            let bins =
                &self.binned[*row as usize * self.columns..(*row as usize + 1) * self.columns];
            for (column, bin) in bins.iter().enumerate() {
                let sum = &mut sums[column * BINS + usize::from(*bin).min(BINS - 1)];
                sum.slope += f64::from(slope);
                sum.curve += f64::from(curve);
                sum.rows += 1;
            }
        }
        let mut leaf = Leaf { rows, sums, total, node, best: None };
        leaf.best = self.best(&leaf);
        leaf.sums = Vec::new();
        leaf
    }

    fn best(&self, leaf: &Leaf) -> Option<(f64, usize, usize)> {
        let damping = f64::from(self.growth.damping);
        let worth = |sum: &Sum| sum.slope * sum.slope / (sum.curve + damping);
        let whole = worth(&leaf.total);
        let mut best: Option<(f64, usize, usize)> = None;
        for column in (0..self.columns).filter(|c| self.used[*c]) {
            let mut below = Sum::default();
            for bin in 0..BINS - 1 {
                let sum = &leaf.sums[column * BINS + bin];
                below.slope += sum.slope;
                below.curve += sum.curve;
                below.rows += sum.rows;
                let above = Sum {
                    slope: leaf.total.slope - below.slope,
                    curve: leaf.total.curve - below.curve,
                    rows: leaf.total.rows - below.rows,
                };
                if below.rows < self.growth.rows_min || above.rows < self.growth.rows_min {
                    continue;
                }
                let gain = worth(&below) + worth(&above) - whole;
                if best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, column, bin));
                }
            }
        }
        best
    }
}

fn value_of(nodes: &[Growing], bins: &[u8]) -> f32 {
    let mut at = 0;
    loop {
        match nodes[at] {
            Growing::Leaf(value) => return value,
            Growing::Split { feature, bin, below, above } => {
                at = if usize::from(bins[feature]) <= bin { below } else { above };
            }
        }
    }
}

fn finished(nodes: &[Growing], at: usize, cuts: &[Vec<f32>]) -> Tree {
    match nodes[at] {
        Growing::Leaf(value) => Tree::Leaf(value),
        Growing::Split { feature, bin, below, above } => Tree::Split {
            feature,
            threshold: cuts[feature].get(bin).copied().unwrap_or(f32::MAX),
            below: Box::new(finished(nodes, below, cuts)),
            above: Box::new(finished(nodes, above, cuts)),
        },
    }
}

impl Boosted {
    /// How likely a yes is.
    pub(crate) fn judge(&self, numbers: &[f32]) -> f32 {
        let sum: f32 = self.trees.iter().map(|tree| tree.value(numbers)).sum();
        1.0 / (1.0 + (-(self.base + sum)).exp())
    }

    /// The trees as text, as the crate reads them.
    pub(crate) fn to_text(&self, names: &[&str]) -> String {
        let mut text = format!("base {:.5}\n", self.base);
        for tree in &self.trees {
            tree.push_text(names, &mut text);
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}

impl Tree {
    fn value(&self, numbers: &[f32]) -> f32 {
        match self {
            Self::Leaf(value) => *value,
            Self::Split { feature, threshold, below, above } => {
                if numbers[*feature] > *threshold {
                    above.value(numbers)
                } else {
                    below.value(numbers)
                }
            }
        }
    }

    fn push_text(&self, names: &[&str], text: &mut String) {
        match self {
            Self::Leaf(value) => text.push_str(&format!("l {value:.4} ")),
            Self::Split { feature, threshold, below, above } => {
                // Rounded up, so that the value a cut lies at stays below it.
                let threshold = (f64::from(*threshold) * 1e4).ceil() / 1e4;
                text.push_str(&format!("s {} {threshold} ", names[*feature]));
                below.push_text(names, text);
                above.push_text(names, text);
            }
        }
    }
}
