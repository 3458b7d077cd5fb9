//! Where boxes stand and how lines run: columns from left to right, each box left of what it depends on.
//!
//! The steps are those of Sugiyama, Tagawa and Toda (1981): turn edges of cycles around, assign columns, order each
//! column so that few lines cross, then move boxes to the height of their neighbours. Two things differ. A column that
//! would be too tall becomes several. And lines to one box run together: a widely used service has a trunk that its
//! dependents join, not a fan of a hundred lines. The same graph always gives the same picture.

use std::cmp::Ordering;
use std::collections::HashMap;

/// What [`lay_out`] decided.
pub(super) struct Layout {
    pub(super) boxes: Vec<Place>,
    /// Each edge: where its line runs, from the box it leaves to the box it reaches.
    pub(super) routes: Vec<Route>,
    pub(super) width: f64,
    pub(super) height: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Place {
    /// Its left side.
    pub(super) x: f64,
    /// Its top.
    pub(super) y: f64,
    pub(super) width: f64,
}

/// Horizontal stretches, with curves between the end of one and the start of the next; none for an edge from a box to
/// itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route(pub(super) Vec<Stretch>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) y: f64,
}

/// The height of a box.
pub(super) const HEIGHT: f64 = 46.0;
const GAP: f64 = 16.0;
/// What a line takes that passes a column.
const LINE: f64 = 4.0;
const LINE_GAP: f64 = 9.0;
/// Edges that run against the others touch their boxes this much below the middle.
const BACK: f64 = 12.0;
/// Past so many bends lines run straight instead, also behind boxes.
const MOST_BENDS: usize = 150_000;

/// Lays out boxes of the given widths with edges between them.
pub(super) fn lay_out(widths: &[f64], edges: &[(usize, usize)]) -> Layout {
    let mut touched = vec![false; widths.len()];
    for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
        (touched[from], touched[to]) = (true, true);
    }
    let is_back = back_edges(widths.len(), edges);
    // What lies left of what.
    let forward: Vec<(usize, usize)> = edges
        .iter()
        .zip(&is_back)
        .map(|(&(from, to), back)| if *back { (to, from) } else { (from, to) })
        .collect();
    let columns = assign_columns(&touched, &forward);
    let mut sheet = Sheet::new(&columns, &forward, &is_back);
    sheet.untangle();
    let most = most_rows(touched.iter().filter(|touched| **touched).count());
    if let Some(columns) = sheet.split_tall(most) {
        sheet = Sheet::new(&columns, &forward, &is_back);
        sheet.untangle();
    }
    sheet.settle();
    sheet.finish(widths, edges, &is_back)
}

/// Rows of a picture that is wider than high, as screens are.
fn most_rows(boxes: usize) -> usize {
    ((boxes as f64).sqrt() * 1.9).ceil().max(10.0) as usize
}

/// Which edges close a cycle, found depth first from the boxes that nothing leads to.
fn back_edges(count: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut leaving = vec![Vec::new(); count];
    let mut is_reached = vec![false; count];
    for (at, &(from, to)) in edges.iter().enumerate() {
        leaving[from].push(at);
        is_reached[to] |= from != to;
    }
    let mut is_back = vec![false; edges.len()];
    let mut state = vec![State::New; count];
    let roots = (0..count).filter(|at| !is_reached[*at]).chain(0..count);
    for root in roots {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::Open;
        let mut path = vec![(root, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(&edge) = leaving[*at].get(*next) else {
                state[*at] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let to = edges[edge].1;
            match state[to] {
                State::New => {
                    state[to] = State::Open;
                    path.push((to, 0));
                }
                State::Open => is_back[edge] = true,
                State::Done => {}
            }
        }
    }
    is_back
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// Columns by longest paths, then boxes moved towards the side where most of their lines go. Boxes without any line
/// are in none.
fn assign_columns(touched: &[bool], edges: &[(usize, usize)]) -> Vec<Option<usize>> {
    let count = touched.len();
    let (mut left, mut right) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for &(from, to) in edges.iter().filter(|(from, to)| from != to) {
        right[from].push(to);
        left[to].push(from);
    }
    let mut waits: Vec<usize> = left.iter().map(Vec::len).collect();
    let mut order: Vec<usize> = (0..count).filter(|at| waits[*at] == 0).collect();
    let mut column = vec![0; count];
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        for &to in &right[at] {
            column[to] = column[to].max(column[at] + 1);
            waits[to] -= 1;
            if waits[to] == 0 {
                order.push(to);
            }
        }
    }
    for _ in 0..6 {
        // Every other round starts at the other end, so that a move makes room for the next.
        order.reverse();
        for &at in &order {
            let first = left[at].iter().map(|from| column[*from] + 1).max();
            let last = right[at].iter().map(|to| column[*to] - 1).min();
            let pull = right[at].len().cmp(&left[at].len());
            column[at] = match (pull, first, last) {
                (Ordering::Greater, _, Some(last)) => last,
                (Ordering::Less, Some(first), _) => first,
                _ => column[at],
            };
        }
    }
    let mut used: Vec<usize> = (0..count).filter(|at| touched[*at]).map(|at| column[at]).collect();
    used.sort_unstable();
    used.dedup();
    let place = |at: usize| used.binary_search(&column[at]).ok();
    (0..count).map(|at| if touched[at] { place(at) } else { None }).collect()
}

/// Boxes and the bends of lines, in columns.
struct Sheet {
    /// The first vertices are the boxes, the others are bends.
    boxes: usize,
    column: Vec<Option<usize>>,
    columns: Vec<Vec<usize>>,
    left: Vec<Vec<usize>>,
    right: Vec<Vec<usize>>,
    /// The bends of each edge, from left to right.
    bends: Vec<Vec<usize>>,
    /// The height of each vertex's middle.
    y: Vec<f64>,
}

impl Sheet {
    fn new(column: &[Option<usize>], edges: &[(usize, usize)], is_back: &[bool]) -> Self {
        let boxes = column.len();
        let mut sheet = Self {
            boxes,
            column: column.to_vec(),
            columns: vec![Vec::new(); column.iter().flatten().max().map_or(0, |last| last + 1)],
            left: vec![Vec::new(); boxes],
            right: vec![Vec::new(); boxes],
            bends: Vec::with_capacity(edges.len()),
            y: Vec::new(),
        };
        // Lines to the same box share their bends.
        let mut shared = HashMap::new();
        for (&(from, to), back) in edges.iter().zip(is_back) {
            let mut bends = Vec::new();
            if let (Some(first), Some(last)) = (column[from], column[to]) {
                let mut at = from;
                for passed in first + 1..last {
                    if sheet.column.len() - boxes >= MOST_BENDS {
                        break;
                    }
                    let bend = *shared.entry((to, back, passed)).or_insert_with(|| {
                        sheet.column.push(Some(passed));
                        sheet.left.push(Vec::new());
                        sheet.right.push(Vec::new());
                        sheet.column.len() - 1
                    });
                    bends.push(bend);
                    sheet.link(at, bend);
                    at = bend;
                }
                if from != to {
                    sheet.link(at, to);
                }
            }
            sheet.bends.push(bends);
        }
        sheet.y = vec![0.0; sheet.column.len()];
        sheet.place();
        sheet
    }

    fn link(&mut self, from: usize, to: usize) {
        let is_next = self.column[from].map(|column| column + 1) == self.column[to];
        if is_next && !self.right[from].contains(&to) {
            self.right[from].push(to);
            self.left[to].push(from);
        }
    }

    /// Fills the columns depth first, so that what belongs together starts together.
    fn place(&mut self) {
        let mut is_placed = vec![false; self.column.len()];
        let roots = (0..self.column.len()).filter(|at| self.left[*at].is_empty());
        for root in roots.chain(0..self.column.len()) {
            let mut stack = vec![root];
            while let Some(at) = stack.pop() {
                let Some(column) = self.column[at] else { continue };
                if !std::mem::replace(&mut is_placed[at], true) {
                    self.columns[column].push(at);
                    stack.extend(self.right[at].iter().rev());
                }
            }
        }
    }

    /// Orders each column by the mean place of its neighbours, from left to right and back; keeps the best order.
    fn untangle(&mut self) {
        let links: usize = self.right.iter().map(Vec::len).sum();
        let rounds = match links {
            0..=4_000 => 24,
            4_001..=40_000 => 10,
            _ => 4,
        };
        let mut best = (self.crossings(), self.columns.clone());
        for round in 0..rounds {
            let mut places = self.places();
            let order: Vec<usize> = match round % 2 {
                0 => (0..self.columns.len()).collect(),
                _ => (0..self.columns.len()).rev().collect(),
            };
            for column in order {
                let beside = if round % 2 == 0 { &self.left } else { &self.right };
                let mean = |at: usize| {
                    let beside = &beside[at];
                    match beside.len() {
                        0 => places[at],
                        count => beside.iter().map(|at| places[*at]).sum::<f64>() / count as f64,
                    }
                };
                let mut sorted: Vec<(f64, usize)> =
                    self.columns[column].iter().map(|at| (mean(*at), *at)).collect();
                sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
                let count = sorted.len();
                for (row, (_, at)) in sorted.into_iter().enumerate() {
                    self.columns[column][row] = at;
                    places[at] = (row as f64 + 0.5) / count as f64;
                }
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    /// Each vertex's place in its column, between 0 and 1.
    fn places(&self) -> Vec<f64> {
        let mut places = vec![0.0; self.column.len()];
        for column in &self.columns {
            for (row, at) in column.iter().enumerate() {
                places[*at] = (row as f64 + 0.5) / column.len() as f64;
            }
        }
        places
    }

    /// How many pairs of lines cross: inversions, counted with a Fenwick tree.
    fn crossings(&self) -> u64 {
        let mut rows = vec![0; self.column.len()];
        for column in &self.columns {
            column.iter().enumerate().for_each(|(row, at)| rows[*at] = row);
        }
        let mut crossings = 0;
        for pair in self.columns.windows(2) {
            let mut tree = vec![0_u64; pair[1].len() + 1];
            let mut seen = 0;
            for at in &pair[0] {
                let mut ends: Vec<usize> = self.right[*at].iter().map(|to| rows[*to]).collect();
                ends.sort_unstable();
                for end in &ends {
                    let (mut not_below, mut at) = (0, end + 1);
                    while at > 0 {
                        not_below += tree[at];
                        at &= at - 1;
                    }
                    crossings += seen - not_below;
                }
                for end in &ends {
                    let mut at = end + 1;
                    while at < tree.len() {
                        tree[at] += 1;
                        at += at & at.wrapping_neg();
                    }
                }
                seen += ends.len() as u64;
            }
        }
        crossings
    }

    /// Columns for the boxes such that none has many more than `most`, if one has now. Neighbours go into different
    /// ones, so that each new column is as high as the others need.
    fn split_tall(&self, most: usize) -> Option<Vec<Option<usize>>> {
        let mut columns = vec![None; self.boxes];
        let mut next = 0;
        for column in &self.columns {
            let boxes: Vec<usize> = column.iter().copied().filter(|at| *at < self.boxes).collect();
            let parts = if boxes.len() > most + most / 3 { boxes.len().div_ceil(most) } else { 1 };
            for (row, at) in boxes.into_iter().enumerate() {
                columns[at] = Some(next + row % parts);
            }
            next += parts;
        }
        (next > self.columns.len()).then_some(columns)
    }

    /// Moves vertices to the height of their neighbours, as far as their order and their size allow.
    fn settle(&mut self) {
        for column in 0..self.columns.len() {
            let mut y = 0.0;
            for row in 0..self.columns[column].len() {
                if row > 0 {
                    y += self.distance(column, row);
                }
                self.y[self.columns[column][row]] = y;
            }
        }
        const ROUNDS: usize = 14;
        for round in 0..ROUNDS {
            let (use_left, use_right) = match round {
                _ if round + 2 >= ROUNDS => (true, true),
                _ => (round % 2 == 0, round % 2 == 1),
            };
            for step in 0..self.columns.len() {
                let column = if round % 2 == 0 { step } else { self.columns.len() - 1 - step };
                self.settle_column(column, use_left, use_right);
            }
        }
    }

    fn settle_column(&mut self, column: usize, use_left: bool, use_right: bool) {
        let is_bend = |at: usize| at >= self.boxes;
        let wish = |at: usize| {
            let left = if use_left { self.left[at].as_slice() } else { &[] };
            let right = if use_right { self.right[at].as_slice() } else { &[] };
            let (mut sum, mut all) = (0.0, 0.0);
            for &other in left.iter().chain(right) {
                let weight = match (is_bend(at), is_bend(other)) {
                    (true, true) => 6.0,
                    (false, false) => 1.0,
                    _ => 2.0,
                };
                sum += weight * self.y[other];
                all += weight;
            }
            if all == 0.0 { (self.y[at], 0.1) } else { (sum / all, all.min(8.0)) }
        };
        let rows = &self.columns[column];
        let mut offset = 0.0;
        // Runs of vertices that touch: total weight, weighted height less offset, how many.
        let mut runs: Vec<(f64, f64, usize)> = Vec::new();
        let mut offsets = Vec::with_capacity(rows.len());
        for (row, &at) in rows.iter().enumerate() {
            if row > 0 {
                offset += self.distance(column, row);
            }
            offsets.push(offset);
            let (height, weight) = wish(at);
            runs.push((weight, weight * (height - offset), 1));
            while let [.., above, below] = runs.as_slice()
                && above.1 / above.0 > below.1 / below.0
            {
                let joined = (above.0 + below.0, above.1 + below.1, above.2 + below.2);
                runs.pop();
                runs.pop();
                runs.push(joined);
            }
        }
        let heights =
            runs.into_iter().flat_map(|(weight, sum, count)| std::iter::repeat_n(sum / weight, count));
        let settled: Vec<f64> = heights.zip(offsets).map(|(height, offset)| height + offset).collect();
        for (row, y) in settled.into_iter().enumerate() {
            self.y[self.columns[column][row]] = y;
        }
    }

    /// Between the middles of a vertex and the one above it.
    fn distance(&self, column: usize, row: usize) -> f64 {
        let size = |row: usize| match self.columns[column][row] >= self.boxes {
            true => (LINE, LINE_GAP),
            false => (HEIGHT, GAP),
        };
        let ((a, gap_a), (b, gap_b)) = (size(row - 1), size(row));
        (a + b) / 2.0 + (gap_a + gap_b) / 2.0
    }

    fn finish(mut self, widths: &[f64], edges: &[(usize, usize)], is_back: &[bool]) -> Layout {
        let top = self.columns.iter().flatten().map(|at| self.y[*at]).fold(f64::INFINITY, f64::min);
        self.y.iter_mut().for_each(|y| *y += HEIGHT / 2.0 - top);
        let mut boxes = vec![Place::default(); self.boxes];
        // The left and the right side of each column.
        let mut sides = Vec::with_capacity(self.columns.len());
        let (mut x, mut height) = (0.0, 0.0_f64);
        for column in &self.columns {
            let inside = column.iter().copied().filter(|at| *at < self.boxes);
            let width = inside.clone().map(|at| widths[at]).fold(0.0, f64::max);
            for at in inside {
                boxes[at] = Place { x, y: self.y[at] - HEIGHT / 2.0, width };
            }
            let lines: usize = column.iter().map(|at| self.right[*at].len()).sum();
            sides.push((x, x + width));
            x += width + (40.0 + lines as f64 * 2.0).clamp(70.0, 150.0);
            height = column.iter().map(|at| self.y[*at] + HEIGHT / 2.0).fold(height, f64::max);
        }
        let width = sides.last().map_or(0.0, |(_, right)| *right);
        let routes =
            edges.iter().enumerate().map(|(at, &(from, to))| self.route(at, from, to, is_back[at], &sides));
        let mut layout = Layout { boxes, routes: routes.collect(), width, height };
        let alone = (0..self.boxes).filter(|at| self.column[*at].is_none());
        layout.shelve(alone.collect(), widths);
        layout
    }

    fn route(&self, edge: usize, from: usize, to: usize, is_back: bool, sides: &[(f64, f64)]) -> Route {
        if from == to {
            return Route(Vec::new());
        }
        let (first, last) = if is_back { (to, from) } else { (from, to) };
        let shift = if is_back { BACK } else { 0.0 };
        let side = |at: usize| self.column[at].map_or((0.0, 0.0), |column| sides[column]);
        let mut stretches =
            vec![Stretch { from: side(first).1, to: side(first).1, y: self.y[first] + shift }];
        for &bend in &self.bends[edge] {
            let (from, to) = side(bend);
            stretches.push(Stretch { from, to, y: self.y[bend] });
        }
        stretches.push(Stretch { from: side(last).0, to: side(last).0, y: self.y[last] + shift });
        if is_back {
            stretches.reverse();
            stretches.iter_mut().for_each(|stretch| std::mem::swap(&mut stretch.from, &mut stretch.to));
        }
        Route(stretches)
    }
}

impl Layout {
    /// Puts boxes without lines in rows below the others.
    fn shelve(&mut self, alone: Vec<usize>, widths: &[f64]) {
        if alone.is_empty() {
            return;
        }
        let width = alone.iter().map(|at| widths[*at]).fold(0.0, f64::max);
        let pitch = width + GAP;
        let square = (alone.len() as f64 * pitch * (HEIGHT + GAP) * 1.6).sqrt();
        let per_row = (self.width.max(square) / pitch).floor().max(1.0) as usize;
        let top = if self.height > 0.0 { self.height + 2.0 * HEIGHT } else { 0.0 };
        for (at, index) in alone.iter().enumerate() {
            let (row, column) = ((at / per_row) as f64, (at % per_row) as f64);
            let place = Place { x: column * pitch, y: top + row * (HEIGHT + GAP), width };
            self.width = self.width.max(place.x + width);
            self.height = self.height.max(place.y + HEIGHT);
            self.boxes[*index] = place;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{HEIGHT, Layout, lay_out};

    fn check(count: usize, edges: &[(usize, usize)]) -> Layout {
        let widths: Vec<f64> = (0..count).map(|at| 100.0 + (at % 5) as f64 * 20.0).collect();
        let layout = lay_out(&widths, edges);
        let boxes = &layout.boxes;
        for (a, width) in widths.iter().enumerate() {
            let at = boxes[a];
            assert!(at.width >= *width && at.x >= 0.0 && at.y >= -0.001);
            assert!(at.x + at.width <= layout.width + 0.001 && at.y + HEIGHT <= layout.height + 0.001);
            for b in &boxes[..a] {
                let beside = at.x + at.width < b.x || b.x + b.width < at.x;
                assert!(beside || (at.y - b.y).abs() > HEIGHT, "boxes overlap: {at:?} {b:?}");
            }
        }
        for (&(from, to), route) in edges.iter().zip(&layout.routes) {
            if from == to {
                assert!(route.0.is_empty());
                continue;
            }
            let (start, end) = (route.0[0], route.0[route.0.len() - 1]);
            let (from, to) = (boxes[from], boxes[to]);
            assert!([from.x, from.x + from.width].contains(&start.from), "a line leaves its box at a side");
            assert!([to.x, to.x + to.width].contains(&end.to), "a line ends at a side of its box");
            for stretch in &route.0[1..route.0.len() - 1] {
                for at in boxes {
                    let beside = stretch.from.max(stretch.to) <= at.x
                        || stretch.from.min(stretch.to) >= at.x + at.width;
                    let apart = stretch.y < at.y || stretch.y > at.y + HEIGHT;
                    assert!(beside || apart, "a line runs through a box: {stretch:?} {at:?}");
                }
            }
        }
        layout
    }

    #[test]
    fn boxes_stand_left_of_what_they_depend_on() {
        let layout = check(4, &[(0, 1), (1, 2), (0, 2), (3, 2)]);
        let x = |at: usize| layout.boxes[at].x;
        assert!(x(0) < x(1) && x(1) < x(2) && x(3) == x(1), "each as near as it can be");
    }

    #[test]
    fn a_chain_is_straight_and_a_cycle_has_one_edge_back() {
        let layout = check(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert!(layout.boxes.iter().all(|at| (at.y - layout.boxes[0].y).abs() < 40.0));
        let back = &layout.routes[2].0;
        assert!(back[0].from > back[back.len() - 1].to);
    }

    #[test]
    fn lines_do_not_cross_where_they_need_not() {
        let layout = check(6, &[(0, 5), (1, 4), (2, 3)]);
        let y = |at: usize| layout.boxes[at].y;
        for (a, b) in [(0, 5), (1, 4), (2, 3)] {
            assert_eq!(y(a), y(b));
        }
    }

    #[test]
    fn a_service_of_many_is_no_tower() {
        let edges: Vec<_> = (1..400).map(|at| (at, 0)).collect();
        let layout = check(400, &edges);
        assert!(layout.height < 4.0 * layout.width, "{} x {}", layout.width, layout.height);
        assert!(check(400, &[]).height < 2_000.0);
    }

    #[test]
    fn a_large_graph_is_laid_out_in_time_and_memory() {
        let chain: Vec<_> = (1..3_000).map(|at| (at - 1, at)).chain((2..3_000).map(|at| (0, at))).collect();
        let widths = vec![100.0; 3_000];
        let layout = lay_out(&widths, &chain);
        assert_eq!(layout.routes.len(), chain.len());
    }

    proptest! {
        #[test]
        fn boxes_never_overlap_and_lines_pass_between_them(
            count in 1..40_usize,
            edges in proptest::collection::vec((0..40_usize, 0..40_usize), 0..90),
        ) {
            let edges: Vec<_> = edges.into_iter().filter(|(a, b)| *a < count && *b < count).collect();
            let first = check(count, &edges);
            let again = check(count, &edges);
            prop_assert!(first.boxes == again.boxes && first.routes == again.routes);
        }
    }
}
