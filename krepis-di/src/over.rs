//! A container with other services in the place of some, that shares the singletons which those do not concern.

use std::collections::HashMap;
use std::sync::Arc;

use crate::assemble::Draft;
use crate::container::Container;
use crate::cursor::Cursor;
use crate::error::ResolveError;
use crate::graph::{Graph, Lifetime, NodeId, Target};
use crate::instance::Raw;
use crate::make::{BoxFuture, Make};
use crate::resolver::Resolver;
use crate::shared::{Shared, Written};

/// Makes the singletons of `drafts` that `base` has as well, with all that they depend on, be those of `base`.
pub(crate) fn keep(base: &Container, drafts: &mut [Draft], graph: &Graph) {
    let counterparts = counterparts(base.shared(), drafts, graph);
    for (draft, counterpart) in drafts.iter_mut().zip(counterparts) {
        let registered = &mut draft.registered;
        if let Some(node) = counterpart
            && registered.lifetime == Lifetime::Singleton
            && !registered.make.is_value()
        {
            registered.is_async &= !Resolver::unchecked(base.shared_arc()).is_ready(node);
            registered.make = Arc::new(Kept { base: base.clone(), node });
            // It is its base that disposes it.
            registered.hooks = None;
            draft.kept = true;
        }
    }
}

/// For each draft the registration of `base` that is the same and depends on the same ones, all the way down.
fn counterparts(base: &Shared, drafts: &[Draft], graph: &Graph) -> Vec<Option<u32>> {
    let known: HashMap<&Written, u32> =
        (0..).zip(&base.nodes).map(|(node, registration)| (&registration.written, node)).collect();
    let mut same: Vec<Option<u32>> = drafts.iter().map(|draft| known.get(&draft.written).copied()).collect();
    let of_draft: Vec<Vec<NodeId>> = graph.nodes().map(|(node, _)| targets(graph, node)).collect();
    let mut dependents = vec![Vec::new(); drafts.len()];
    for (at, targets) in of_draft.iter().enumerate() {
        targets.iter().for_each(|target| dependents[target.0 as usize].push(at));
    }
    let differs = |at: usize, same: &[Option<u32>]| {
        let Some(node) = same[at] else { return false };
        let now = of_draft[at].iter().map(|target| same[target.0 as usize]);
        // A provider may ask for anything.
        drafts[at].registered.wants.takes_provider
            || !now.eq(targets(&base.graph, NodeId(node)).into_iter().map(|target| Some(target.0)))
    };
    let mut queue: Vec<usize> = (0..drafts.len()).collect();
    while let Some(at) = queue.pop() {
        if differs(at, &same) {
            same[at] = None;
            queue.extend(&dependents[at]);
        }
    }
    same
}

fn targets(graph: &Graph, node: NodeId) -> Vec<NodeId> {
    let dependencies = &graph.at(node).dependencies;
    dependencies.iter().flat_map(|&(need, target): &(_, Target)| graph.targets(need, target)).collect()
}

/// Gives the instance of another container.
struct Kept {
    base: Container,
    node: u32,
}

impl Make for Kept {
    fn make(&self, cursor: &mut Cursor<'_>) -> Result<Raw, ResolveError> {
        self.base.resolver()?.share(self.node, cursor.asked_key())
    }

    fn make_async(
        &self,
        cursor: &mut Cursor<'_>,
    ) -> Result<BoxFuture<'static, Result<Raw, ResolveError>>, ResolveError> {
        let (base, node, key) = (self.base.clone(), self.node, cursor.asked_key().cloned());
        Ok(Box::pin(async move {
            let resolver = base.resolver()?;
            resolver.ready_async(node, key.as_ref()).await?;
            resolver.share(node, key.as_ref())
        }))
    }
}
