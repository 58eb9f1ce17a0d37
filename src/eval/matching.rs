//! The best one-to-one matching of two sets. Taking partners greedily in the order of the input is
//! the usual shortcut, and the reason why other scorers give another result when the same spans
//! come in another order. Here the matching is a maximum-weight one (the Hungarian method on each
//! connected component), and equal matchings are told apart by position after sorting.

/// A possible pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Index on the left side.
    pub left: usize,
    /// Index on the right side.
    pub right: usize,
    /// How good the pair is: one pair of a higher rank outweighs any number of lower ones.
    pub rank: usize,
}

/// The matching that has most pairs of the highest rank, among those most of the next, and so on.
/// `ranks` is the number of ranks. Gives indexes into `edges`. Edges must be given in an order that
/// does not depend on the input's (sorted sides), then neither does the result.
pub fn best_matching(edges: &[Edge], ranks: usize) -> Vec<usize> {
    let mut matched = Vec::with_capacity(edges.len());
    for component in components(edges) {
        if let [only] = component[..] {
            matched.push(only);
        } else {
            match_component(edges, &component, ranks, &mut matched);
        }
    }
    matched.sort_unstable();
    matched
}

/// Edges grouped by connected component, each group in order.
fn components(edges: &[Edge]) -> Vec<Vec<usize>> {
    let lefts = edges.iter().map(|e| e.left + 1).max().unwrap_or(0);
    let rights = edges.iter().map(|e| e.right + 1).max().unwrap_or(0);
    let mut parent: Vec<usize> = (0..lefts + rights).collect();
    fn root(parent: &mut [usize], mut node: usize) -> usize {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    }
    for edge in edges {
        let (a, b) = (root(&mut parent, edge.left), root(&mut parent, lefts + edge.right));
        parent[a.max(b)] = a.min(b);
    }
    let mut group_of = vec![usize::MAX; lefts + rights];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, edge) in edges.iter().enumerate() {
        let root = root(&mut parent, edge.left);
        if group_of[root] == usize::MAX {
            group_of[root] = groups.len();
            groups.push(Vec::new());
        }
        groups[group_of[root]].push(index);
    }
    groups
}

fn match_component(edges: &[Edge], component: &[usize], ranks: usize, matched: &mut Vec<usize>) {
    let side = |of: fn(&Edge) -> usize| {
        let mut nodes: Vec<usize> = component.iter().map(|&e| of(&edges[e])).collect();
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    };
    let (lefts, rights) = (side(|e| e.left), side(|e| e.right));
    let turned = lefts.len() > rights.len();
    let (rows, columns) = if turned { (&rights, &lefts) } else { (&lefts, &rights) };
    // A pair of one rank must outweigh as many pairs of the rank below as there can be.
    let base = rows.len() as i128 + 1;
    let weight = |rank: usize| base.pow(rank.min(ranks) as u32);
    let mut cost = vec![0i128; rows.len() * columns.len()];
    let mut edge_at = vec![usize::MAX; cost.len()];
    for &index in component {
        let edge = &edges[index];
        let (row, column) = if turned { (edge.right, edge.left) } else { (edge.left, edge.right) };
        let (Ok(r), Ok(c)) = (rows.binary_search(&row), columns.binary_search(&column)) else { continue };
        let at = r * columns.len() + c;
        if cost[at] > -weight(edge.rank) {
            cost[at] = -weight(edge.rank);
            edge_at[at] = index;
        }
    }
    for (row, column) in assign(&cost, rows.len(), columns.len()).into_iter().enumerate() {
        let edge = edge_at[row * columns.len() + column];
        if edge != usize::MAX {
            matched.push(edge);
        }
    }
}

/// The assignment of least cost of every row to a column of its own (`rows <= columns`), by the
/// Hungarian method with potentials (Jonker and Volgenant 1987), O(rows² · columns).
fn assign(cost: &[i128], rows: usize, columns: usize) -> Vec<usize> {
    const FREE: usize = 0;
    // Row and column 0 are the method's artificial ones.
    let mut row_potential = vec![0i128; rows + 1];
    let mut column_potential = vec![0i128; columns + 1];
    let mut row_of = vec![FREE; columns + 1];
    let mut came_from = vec![0usize; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut column = 0;
        let mut slack = vec![i128::MAX; columns + 1];
        let mut done = vec![false; columns + 1];
        loop {
            done[column] = true;
            let current = row_of[column];
            let (mut least, mut next) = (i128::MAX, 0);
            for j in 1..=columns {
                if done[j] {
                    continue;
                }
                let reduced =
                    cost[(current - 1) * columns + j - 1] - row_potential[current] - column_potential[j];
                if reduced < slack[j] {
                    slack[j] = reduced;
                    came_from[j] = column;
                }
                if slack[j] < least {
                    least = slack[j];
                    next = j;
                }
            }
            for j in 0..=columns {
                if done[j] {
                    row_potential[row_of[j]] += least;
                    column_potential[j] -= least;
                } else if slack[j] != i128::MAX {
                    slack[j] -= least;
                }
            }
            column = next;
            if row_of[column] == FREE {
                break;
            }
        }
        while column != 0 {
            let previous = came_from[column];
            row_of[column] = row_of[previous];
            column = previous;
        }
    }
    let mut column_of = vec![0; rows];
    for (column, &row) in row_of.iter().enumerate().skip(1) {
        if row != FREE {
            column_of[row - 1] = column - 1;
        }
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Best value by trying everything.
    fn exhaustive(edges: &[Edge], from: usize, left: u32, right: u32, base: i128) -> i128 {
        let Some(edge) = edges.get(from) else { return 0 };
        let skip = exhaustive(edges, from + 1, left, right, base);
        let (l, r) = (1 << edge.left, 1 << edge.right);
        if left & l != 0 || right & r != 0 {
            return skip;
        }
        skip.max(base.pow(edge.rank as u32) + exhaustive(edges, from + 1, left | l, right | r, base))
    }

    proptest! {
        #[test]
        fn no_matching_is_better(pairs in prop::collection::btree_map((0usize..6, 0usize..6), 0usize..3, 0..12)) {
            let edges: Vec<Edge> =
                pairs.iter().map(|(&(left, right), &rank)| Edge { left, right, rank }).collect();
            let matched = best_matching(&edges, 3);
            let (mut left, mut right) = (0u32, 0u32);
            for &e in &matched {
                prop_assert_eq!(left & (1 << edges[e].left), 0);
                prop_assert_eq!(right & (1 << edges[e].right), 0);
                left |= 1 << edges[e].left;
                right |= 1 << edges[e].right;
            }
            let base: i128 = 100;
            let value: i128 = matched.iter().map(|&e| base.pow(edges[e].rank as u32)).sum::<i128>();
            prop_assert_eq!(value, exhaustive(&edges, 0, 0, 0, base));
        }
    }

    #[test]
    fn nothing_to_match() {
        assert!(best_matching(&[], 2).is_empty());
    }
}
