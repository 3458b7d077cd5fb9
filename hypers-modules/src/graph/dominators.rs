//! What would go if a node went: dominators, after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm".

const NONE: u32 = u32::MAX;

/// For every node of a graph the node that all ways from the entry lead through last; `None` for the entry (node 0)
/// and for what cannot be reached.
///
/// `successors` holds the neighbours of each node.
pub fn dominators(successors: &[Vec<usize>]) -> Vec<Option<usize>> {
    let order = postorder(successors);
    let mut number = vec![NONE; successors.len()];
    for (at, &node) in order.iter().enumerate() {
        number[node] = at as u32;
    }
    let mut predecessors = vec![Vec::new(); successors.len()];
    for &node in &order {
        for &to in &successors[node] {
            predecessors[to].push(node);
        }
    }
    // By number in postorder: a node's dominator has a larger one.
    let mut dominator = vec![NONE; order.len()];
    let Some(entry) = order.len().checked_sub(1) else { return Vec::new() };
    dominator[entry] = entry as u32;
    let mut changes = true;
    while changes {
        changes = false;
        for at in (0..entry).rev() {
            let known = predecessors[order[at]].iter().map(|&from| number[from]);
            let known = known.filter(|&from| dominator[from as usize] != NONE);
            let found = known.reduce(|a, b| common(&dominator, a, b)).unwrap_or(NONE);
            if dominator[at] != found {
                dominator[at] = found;
                changes = true;
            }
        }
    }
    let mut found = vec![None; successors.len()];
    for (at, &node) in order.iter().enumerate().take(entry) {
        found[node] = order.get(dominator[at] as usize).copied();
    }
    found
}

/// The sum of `worth` over all nodes that a node dominates, itself among them.
pub fn retained(dominators: &[Option<usize>], successors: &[Vec<usize>], worth: &[u64]) -> Vec<u64> {
    let mut sums = worth.to_vec();
    // A node's dominator comes after it.
    for node in postorder(successors) {
        if let Some(dominator) = dominators[node] {
            sums[dominator] += sums[node];
        }
    }
    sums
}

fn common(dominator: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a < b {
            a = dominator[a as usize];
        }
        while b < a {
            b = dominator[b as usize];
        }
    }
    a
}

fn postorder(successors: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(successors.len());
    let mut seen = vec![false; successors.len()];
    let mut stack = Vec::new();
    if let Some(first) = seen.first_mut() {
        *first = true;
        stack.push((0, 0));
    }
    while let Some((node, next)) = stack.last_mut() {
        match successors[*node].get(*next) {
            Some(&to) => {
                *next += 1;
                if !std::mem::replace(&mut seen[to], true) {
                    stack.push((to, 0));
                }
            }
            None => {
                order.push(*node);
                stack.pop();
            }
        }
    }
    order
}
